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
from crmdesk.domain.language import left_to_right, mark, tr, tr_in, tr_n
from crmdesk.ui.kit import ChipSpec, ChipStyle
from crmdesk.ui.theme import Icon, Voice

WITHHELD = mark("Number withheld")
HIDDEN = mark("The caller does not show a number")
NOBODY = mark("Nobody on file has this number")
LOOKING = mark("Looking in other teams …")
SILENT = mark("Nobody here has this number; other teams could not be asked")
NOT_KNOWN = mark("Nobody was chosen for this")
PROBABLY = mark("Probably")
ERASED = (mark("This customer's data was erased."), mark("Nothing of it is kept on this computer."))
ELSEWHERE = (mark("This customer is not here any more."), mark("Words you had not saved are kept as a draft."))
_SPELLED = (
    *("", mark("One"), mark("Two"), mark("Three"), mark("Four"), mark("Five"), mark("Six"), mark("Seven")),
    *(mark("Eight"), mark("Nine")),
)


def caller(case: DeskCall, number: Callable[[str], str]) -> str:
    """Return the caller as the phone tells it: the number, the inside extension, withheld, or unknown."""
    party = case.call.party
    if party.withheld:
        return tr(WITHHELD)
    return number(party.e164) if party.e164 else left_to_right(party.extension or "") or tr("Unknown number")


def nobody(case: DeskCall) -> str:
    """Return why nobody is shown for a call: chosen so, withheld, unknown, or not looked up."""
    if case.call.party.withheld:
        return tr(HIDDEN)
    if case.number_only:
        return tr("You chose only the number")
    return tr(NOBODY) if case.look_up is not None else tr("It could not be looked up who has this number")


def call_title(case: DeskCall, number: Callable[[str], str]) -> str:
    """Return whose call it is, as far as it is known."""
    return case.person.name if case.person is not None else caller(case, number)


def ordinal(count: int) -> str:
    """Return 1st, 2nd, 3rd, 4th … 11th."""
    ones = 0 if 11 <= count % 100 <= 13 else count % 10
    if ones == 1:
        return tr_in("place in a row", "{n}st", n=count)
    if ones == 2:
        return tr_in("place in a row", "{n}nd", n=count)
    return tr_in("place in a row", "{n}rd", n=count) if ones == 3 else tr_in("place in a row", "{n}th", n=count)


def sentence(text: str) -> str:
    """Return the text with its first letter large, the rest as it is."""
    return words.sentence(text)


def day(at: datetime, now: datetime, zone: tzinfo) -> str:
    """Return the day of an instant by word or date."""
    return words.short_day(at.astimezone(zone).date(), now.astimezone(zone).date())


def how_many_use(look_up: LookUp) -> str:
    """Return what the chooser says beside "Who is it?"."""
    if look_up.kind is LookUpKind.WITHHELD:
        return tr(HIDDEN)
    count = len(look_up.candidates)
    if count == 0:
        return tr(NOBODY)
    number = tr(_SPELLED[count]) if count < len(_SPELLED) else words.count(count)
    return tr_n("{number} person uses this number", "{number} people use this number", count, number=number)


def evidence_chip(evidence: Evidence, now: datetime, zone: tzinfo) -> ChipSpec:
    """Return one reason as a chip."""
    if evidence.kind is EvidenceKind.CALLBACK_DUE and evidence.at is not None:
        return ChipSpec(
            tr("Callback due {when}", when=words.moment(evidence.at, now, zone)), Voice.SOON, Icon.ALARM_CLOCK
        )
    if evidence.kind is EvidenceKind.REPEAT and evidence.at is not None:
        when, place = day(evidence.at, now, zone), ordinal(evidence.count + 1)
        text = tr("Contact {day}, {place} in 7 days", day=when, place=place)
        return ChipSpec(text, Voice.SOON, Icon.ROTATE_CW)
    if evidence.kind is EvidenceKind.OPEN_COMPLAINT:
        text = tr_n("Complaint open", "{n} complaints open", evidence.count)
        return ChipSpec(text, Voice.SOON, Icon.SCALE)
    if evidence.kind is EvidenceKind.RECENT_CONTACT and evidence.at is not None:
        return ChipSpec(tr("Contact {day}", day=day(evidence.at, now, zone)), Voice.REST, Icon.PHONE_INCOMING)
    if evidence.kind is EvidenceKind.CHOSEN_BEFORE:
        text = tr("Was it {n} of {total} times", n=evidence.count, total=evidence.total)
        return ChipSpec(text, Voice.REST, Icon.HISTORY)
    if evidence.kind is EvidenceKind.USUAL_QUEUE:
        text = tr("This queue {n} of {total} times", n=evidence.count, total=evidence.total)
        return ChipSpec(text, Voice.REST, Icon.USERS)
    return ChipSpec(tr("Nothing open"), Voice.REST, Icon.SHIELD_CHECK)


def candidate_words(candidate: Candidate, now: datetime, zone: tzinfo) -> str:
    """Return a candidate as it is read aloud."""
    reasons = ", ".join(evidence_chip(reason, now, zone).text for reason in candidate.evidence)
    chance = tr("{n} per cent", n=round(candidate.likelihood * 100))
    return ", ".join(part for part in (candidate.name, candidate.summary, chance, reasons) if part)


def who_line(card: CustomerCard) -> str:
    """Return the line under the name: what the customer is, where, since when."""
    who = ", ".join(part for part in (card.summary, card.city) if part)
    if card.since is None:
        return who
    month = words.month_year(card.since)
    return tr("{who}. Since {month}", who=who, month=month) if who else tr("Since {month}", month=month)


_SOON_S = 4 * 3600
GRAVE = 4
"""From this severity on a complaint asks for attention."""


def do_not_call() -> ChipSpec:
    """Return the mark of who is not to be called."""
    return ChipSpec(tr("Do not call"), Voice.SOON, Icon.PHONE_OFF)


def marks(card: CustomerCard) -> tuple[ChipSpec, ...]:
    """Return the chips under the name, the care marker always first, then that they are not to be called."""
    chips = []
    if card.care:
        chips.append(ChipSpec(card.care, Voice.REST, Icon.HEART_PULSE, ChipStyle.SOLID))
    if card.do_not_call:
        chips.append(do_not_call())
    if card.tier:
        chips.append(ChipSpec(card.tier, Voice.REST, Icon.STAR))
    if card.segment:
        chips.append(ChipSpec(card.segment, Voice.REST, Icon.USERS))
    if card.language:
        chips.append(ChipSpec(card.language, Voice.REST, Icon.LANGUAGES))
    if card.unsent:
        chips.append(ChipSpec(tr("Unsent"), Voice.YOU, Icon.CLOUD_UPLOAD))
    return tuple(chips)


def complaint_chip(complaint: OpenComplaint, now: datetime, zone: tzinfo) -> ChipSpec:
    """Return how grave a complaint is and since when it is open; a grave one asks for attention."""
    voice = Voice.SOON if complaint.severity >= GRAVE else Voice.REST
    since = day(complaint.received_at, now, zone)
    text = tr("Severity {severity}, since {day}", severity=complaint.severity, day=since)
    return ChipSpec(text, voice, Icon.CLOCK)


def grave_chip(complaint: OpenComplaint) -> ChipSpec | None:
    """Return how grave a complaint is where that asks for attention, None else."""
    if complaint.severity < GRAVE:
        return None
    return ChipSpec(tr("Severity {severity}", severity=complaint.severity), Voice.SOON, Icon.TRIANGLE_ALERT)


def due_chip(one: DueView, now: datetime, zone: tzinfo) -> ChipSpec:
    """Return what is still to be done for a customer, with its time; what is late or soon asks for attention."""
    left = (one.due_at - now).total_seconds()
    voice = Voice.LATE if left < 0 else Voice.SOON if left < _SOON_S else Voice.REST
    when = words.moment(one.due_at, now, zone)
    if one.kind is DueKind.CALL:
        return ChipSpec(tr_in("what is due", "Call {when}", when=when), voice, Icon.HANDSHAKE)
    text = tr_in("what is due", "{what} {when}", what=" ".join(one.what.split()), when=when)
    return ChipSpec(text, voice, Icon.HANDSHAKE)


_ENDED = mark("The call ended")
_WHY_GONE = {
    RingResult.CALLER_HUNG_UP: mark("The caller hung up"),
    RingResult.NO_ANSWER: mark("The call went on: it was not answered here"),
    RingResult.REJECTED: mark("You declined the call"),
    RingResult.BUSY: mark("The call went on: your phone was busy"),
    RingResult.CANCELLED: mark("The call went on to a colleague"),
}


def why_gone(case: DeskCall, colleague: str) -> str:
    """Return why a ring ended here; ``colleague`` is the name behind the extension that took it, if known."""
    if case.call.direction is Direction.OUTBOUND:
        picked_up = case.call.ring_result is RingResult.ANSWERED
        return tr("Nobody answered there") if picked_up else tr("Your phone was not answered, so nobody was called")
    if case.call.taken_by is not None and colleague:
        return tr("{name} took the call", name=colleague)
    if case.call.taken_by is not None:
        return tr("Extension {number} took the call", number=left_to_right(case.call.taken_by))
    if case.call.ring_result is None:
        return tr("The ring ended while the server was away")
    return tr(_WHY_GONE.get(case.call.ring_result, _ENDED))
