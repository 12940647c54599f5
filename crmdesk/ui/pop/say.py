"""How the desk says numbers, people, evidence and entries: words and chips from frozen values, nothing painted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from crmdesk.domain import words
from crmdesk.domain.calls.live import Direction, RingResult
from crmdesk.domain.candidates import Candidate, Evidence, EvidenceKind, LookUp, LookUpKind
from crmdesk.domain.card import DueKind, DueView
from crmdesk.domain.customers import CustomerCard, OpenComplaint
from crmdesk.domain.lane import DeskCall
from crmdesk.ui.kit import ChipSpec, ChipStyle
from crmdesk.ui.theme import Icon, Voice

WITHHELD = "Number withheld"
HIDDEN = "The caller does not show a number"
NOBODY = "Nobody on file has this number"
LOOKING = "Looking in other teams …"
SILENT = "Nobody here has this number; other teams could not be asked"
NOT_KNOWN = "Nobody was chosen for this"
PROBABLY = "Probably"
ERASED = ("This customer's data was erased.", "Nothing of it is kept on this computer.")
ELSEWHERE = ("This customer is not here any more.", "Words you had not saved are kept as a draft.")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def caller(case: DeskCall, number: Callable[[str], str]) -> str:
    """Return the caller as the phone tells it: the number, the inside extension, withheld, or unknown."""
    party = case.call.party
    if party.withheld:
        return WITHHELD
    return number(party.e164) if party.e164 else party.extension or "Unknown number"


def nobody(case: DeskCall) -> str:
    """Return why nobody is shown for a call: chosen so, withheld, unknown, or not looked up."""
    if case.call.party.withheld:
        return HIDDEN
    if case.number_only:
        return "You chose only the number"
    return NOBODY if case.look_up is not None else "It could not be looked up who has this number"


def call_title(case: DeskCall, number: Callable[[str], str]) -> str:
    """Return whose call it is, as far as it is known."""
    return case.person.name if case.person is not None else caller(case, number)


def ordinal(count: int) -> str:
    """Return 1st, 2nd, 3rd, 4th … 11th."""
    tens, ones = count % 100, count % 10
    ending = "th" if 11 <= tens <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(ones, "th")
    return f"{count}{ending}"


def sentence(text: str) -> str:
    """Return the text with its first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def day(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return the day of an instant by word or date."""
    return words.short_day(at.astimezone(zone).date(), now.astimezone(zone).date())


def how_many_use(look_up: LookUp) -> str:
    """Return what the chooser says beside "Who is it?"."""
    if look_up.kind is LookUpKind.WITHHELD:
        return HIDDEN
    count = len(look_up.candidates)
    if count == 0:
        return NOBODY
    if count == 1:
        return "One person uses this number"
    word = _NUMBERS[count].capitalize() if count < len(_NUMBERS) else str(count)
    return f"{word} people use this number"


def evidence_chip(evidence: Evidence, now: datetime, zone: tzinfo) -> ChipSpec:
    """Return one reason as a chip."""
    if evidence.kind is EvidenceKind.CALLBACK_DUE and evidence.at is not None:
        return ChipSpec(f"Callback due {words.moment(evidence.at, now, zone)}", Voice.SOON, Icon.ALARM_CLOCK)
    if evidence.kind is EvidenceKind.REPEAT and evidence.at is not None:
        text = f"Contact {day(evidence.at, now, zone)}, {ordinal(evidence.count + 1)} in 7 days"
        return ChipSpec(text, Voice.SOON, Icon.ROTATE_CW)
    if evidence.kind is EvidenceKind.OPEN_COMPLAINT:
        text = "Complaint open" if evidence.count == 1 else f"{evidence.count} complaints open"
        return ChipSpec(text, Voice.SOON, Icon.SCALE)
    if evidence.kind is EvidenceKind.RECENT_CONTACT and evidence.at is not None:
        return ChipSpec(f"Contact {day(evidence.at, now, zone)}", Voice.REST, Icon.PHONE_INCOMING)
    if evidence.kind is EvidenceKind.CHOSEN_BEFORE:
        return ChipSpec(f"Was it {evidence.count} of {evidence.total} times", Voice.REST, Icon.HISTORY)
    if evidence.kind is EvidenceKind.USUAL_QUEUE:
        return ChipSpec(f"This queue {evidence.count} of {evidence.total} times", Voice.REST, Icon.USERS)
    return ChipSpec("Nothing open", Voice.REST, Icon.SHIELD_CHECK)


def candidate_words(candidate: Candidate, now: datetime, zone: tzinfo) -> str:
    """Return a candidate as it is read aloud."""
    reasons = ", ".join(evidence_chip(reason, now, zone).text for reason in candidate.evidence)
    chance = f"{round(candidate.likelihood * 100)} per cent"
    return ", ".join(part for part in (candidate.name, candidate.summary, chance, reasons) if part)


def who_line(card: CustomerCard) -> str:
    """Return the line under the name: what the customer is, where, since when."""
    who = ", ".join(part for part in (card.summary, card.city) if part)
    since = f"Since {words.month_year(card.since)}" if card.since is not None else ""
    return ". ".join(part for part in (who, since) if part)


_SOON_S = 4 * 3600
DO_NOT_CALL = ChipSpec("Do not call", Voice.SOON, Icon.PHONE_OFF)


def marks(card: CustomerCard) -> tuple[ChipSpec, ...]:
    """Return the chips under the name, the care marker always first, then that they are not to be called."""
    chips = []
    if card.care:
        chips.append(ChipSpec(card.care, Voice.REST, Icon.HEART_PULSE, ChipStyle.SOLID))
    if card.do_not_call:
        chips.append(DO_NOT_CALL)
    if card.tier:
        chips.append(ChipSpec(card.tier, Voice.REST, Icon.STAR))
    if card.segment:
        chips.append(ChipSpec(card.segment, Voice.REST, Icon.USERS))
    if card.language:
        chips.append(ChipSpec(card.language, Voice.REST, Icon.LANGUAGES))
    if card.unsent:
        chips.append(ChipSpec("Unsent", Voice.YOU, Icon.CLOUD_UPLOAD))
    return tuple(chips)


def complaint_chip(complaint: OpenComplaint, now: datetime, zone: tzinfo) -> ChipSpec:
    """Return how grave a complaint is and since when it is open; a grave one asks for attention."""
    voice = Voice.SOON if complaint.severity >= 4 else Voice.REST
    since = day(complaint.received_at, now, zone)
    return ChipSpec(f"Severity {complaint.severity}, since {since}", voice, Icon.CLOCK)


def due_chip(one: DueView, now: datetime, zone: tzinfo) -> ChipSpec:
    """Return what is still to be done for a customer, with its time; what is late or soon asks for attention."""
    left = (one.due_at - now).total_seconds()
    voice = Voice.LATE if left < 0 else Voice.SOON if left < _SOON_S else Voice.REST
    what = "Call" if one.kind is DueKind.CALL else " ".join(one.what.split())
    return ChipSpec(f"{what} {words.moment(one.due_at, now, zone)}", voice, Icon.HANDSHAKE)


def why_gone(case: DeskCall, colleague: str) -> str:
    """Return why a ring ended here; ``colleague`` is the name behind the extension that took it, if known."""
    if case.call.direction is Direction.OUTBOUND:
        picked_up = case.call.ring_result is RingResult.ANSWERED
        return "Nobody answered there" if picked_up else "Your phone was not answered, so nobody was called"
    if case.call.taken_by is not None:
        return f"{colleague or f'Extension {case.call.taken_by}'} took the call"
    if case.call.ring_result is None:
        return "The ring ended while the server was away"
    return {
        RingResult.CALLER_HUNG_UP: "The caller hung up",
        RingResult.NO_ANSWER: "The call went on: it was not answered here",
        RingResult.REJECTED: "You declined the call",
        RingResult.BUSY: "The call went on: your phone was busy",
        RingResult.CANCELLED: "The call went on to a colleague",
    }.get(case.call.ring_result, "The call ended")
