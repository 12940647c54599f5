"""What the page says of a request: its steps with their pictures, what they told, and its facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from crmdesk.domain import money, words
from crmdesk.domain.language import left_to_right, mark, tr, tr_in, unturned
from crmdesk.domain.requests.kinds import REQUEST_OUTCOME_WORDS, RequestKind, RequestOutcome, RequestStepKind
from crmdesk.domain.requests.views import RequestView
from crmdesk.domain.routing.sentences import came_words
from crmdesk.domain.sla.calendars import zone_named
from crmdesk.domain.values import known_or_none
from crmdesk.ui.kit import ChipSpec
from crmdesk.ui.requests.looks import URGENT, urgency
from crmdesk.ui.theme import Icon, Voice

_K = RequestStepKind
STEP_ICONS: Mapping[RequestStepKind, Icon] = {
    _K.REGISTERED: Icon.INBOX,
    _K.NOTED: Icon.PEN_LINE,
    _K.CANCELLED: Icon.X,
    _K.CLOSED: Icon.CHECK,
    _K.REOPENED: Icon.ROTATE_CW,
    _K.SCHEDULED: Icon.CALENDAR_CLOCK,
    _K.ARRIVED: Icon.MAP_PIN,
    _K.MISSED: Icon.CLOCK_ALERT,
    _K.PARTS_ORDERED: Icon.PAUSE,
    _K.PARTS_CAME: Icon.INBOX,
    _K.DONE: Icon.WRENCH,
    _K.AUTHORISED: Icon.SHIELD_CHECK,
    _K.REFUSED: Icon.X,
    _K.GOODS_CAME: Icon.TRUCK,
    _K.INSPECTED: Icon.SEARCH,
    _K.DECIDED: Icon.PENCIL,
    _K.SENT_BACK: Icon.UNDO_2,
    _K.APPROVED: Icon.SHIELD_CHECK,
    _K.SETTLED: Icon.HANDSHAKE,
    _K.ASKED_CUSTOMER: Icon.PAUSE,
    _K.ASKED_OTHERS: Icon.PAUSE,
    _K.ANSWER_CAME: Icon.FILE_TEXT,
    _K.EXTENDED: Icon.TIMER,
    _K.ANSWERED: Icon.SEND,
}
"""The picture of each kind of step."""

_WANTED = {
    RequestKind.SERVICE: mark("When somebody is in"),
    RequestKind.RETURN: mark("What they would have"),
    RequestKind.INFORMATION: mark("How to answer"),
}
"""What ``RequestView.wanted`` says, as the form of each kind asks for it."""

_SAID = ("label", "reason", "although", "question", "words", "proof")


def request_details(details: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the details of a step in words; what nobody needs to read is left out."""
    parts: list[str] = []
    outcome = known_or_none(RequestOutcome, str(details.get("outcome", "")))
    if outcome is not None:
        parts.append(tr(REQUEST_OUTCOME_WORDS[outcome]))
    amount = details.get("refund_minor")
    if isinstance(amount, int) and amount > 0:
        parts.append(left_to_right(money.said(amount, str(details.get("currency", "")))))
    visit = {name: str(details.get(name, "")).strip() for name in ("day", "from", "to", "who")}
    if visit["day"]:
        parts.append(tr("{day}, {begins} to {ends}, {who}", begins=visit["from"], ends=visit["to"], **_day_who(visit)))
    if details.get("accepted") == "yes":
        parts.append(tr("the customer said that it is well"))
    told = (details.get(name) for name in _SAID)
    parts += [unturned(" ".join(one.split())) for one in told if isinstance(one, str) and one.strip()]
    return tuple(parts)


def _day_who(visit: Mapping[str, str]) -> dict[str, str]:
    try:
        day = words.lasting_day(date.fromisoformat(visit["day"]))
    except ValueError:
        day = visit["day"]
    return {"day": day, "who": unturned(visit["who"])}


def request_marks(view: RequestView) -> tuple[ChipSpec, ...]:
    """Return the chips of a request: safety, how urgent it is, how it ended."""
    chips: list[ChipSpec] = []
    if view.line.safety:
        chips.append(ChipSpec(tr("Safety"), Voice.SOON, Icon.TRIANGLE_ALERT))
    if view.line.urgency >= URGENT:
        chips.append(ChipSpec(urgency(view.line.urgency), Voice.SOON))
    outcome = known_or_none(RequestOutcome, view.standing.outcome)
    if outcome is not None:
        chips.append(ChipSpec(tr(REQUEST_OUTCOME_WORDS[outcome]), Voice.REST, Icon.CHECK))
    return tuple(chips)


def appointment(view: RequestView, now: datetime, zone: tzinfo) -> str:
    """Return when somebody comes, in the zone in which it was agreed, empty where nobody is to."""
    begins, ends = view.standing.appointment_at, view.standing.appointment_until
    if begins is None or ends is None:
        return ""
    theirs = zone_named(view.standing.appointment_zone)
    day = words.short_day(begins.astimezone(theirs).date(), now.astimezone(theirs).date())
    window = tr("{begins} to {ends}", begins=words.clock(begins, theirs), ends=words.clock(ends, theirs))
    elsewhere = begins.astimezone(theirs).utcoffset() != begins.astimezone(zone).utcoffset()
    place = tr("in {zone}", zone=view.standing.appointment_zone) if elsewhere else ""
    return ", ".join(part for part in (words.sentence(day), window, unturned(view.standing.visitor), place) if part)


def facts_of(view: RequestView, now: datetime, zone: tzinfo) -> tuple[tuple[str, str], ...]:
    """Return what is known of a request as pairs of label and words; what is not known is left out."""
    standing = view.standing
    refund = left_to_right(money.said(standing.refund_minor, standing.currency)) if standing.refund_minor else ""
    asked = tr("What they ask about") if view.line.kind is RequestKind.INFORMATION else tr("Kind")
    found = (
        (tr("Appointment"), appointment(view, now, zone)),
        (asked, view.category),
        (tr("Product"), unturned(view.product)),
        (tr("Serial or asset number"), left_to_right(view.serial) if view.serial else ""),
        (tr("Lot"), left_to_right(view.lot) if view.lot else ""),
        (tr("Place"), unturned(view.place)),
        (tr("Bought on"), "" if view.bought_on is None else words.lasting_day(view.bought_on)),
        (tr("Warranty until"), "" if view.warranty_until is None else words.lasting_day(view.warranty_until)),
        (tr("May it come back"), view.eligible),
        (tr("Condition"), unturned(view.condition)),
        (tr(_WANTED[view.line.kind]), _outcome(view.wanted) or unturned(view.wanted)),
        (tr("How it came"), came_words(view.channel)),
        (tr_in("of a parcel", "Label"), left_to_right(standing.label) if standing.label else ""),
        (tr("Refund"), refund),
        (tr_in("how a case ended", "Outcome"), _outcome(standing.outcome)),
    )
    return tuple((label, said) for label, said in found if said)


def _outcome(value: str) -> str:
    outcome = known_or_none(RequestOutcome, value)
    return "" if outcome is None else tr(REQUEST_OUTCOME_WORDS[outcome])
