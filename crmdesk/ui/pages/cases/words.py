"""What the page says of a case: its deadline as a chip, its steps, who has it, where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from crmdesk.domain import money, words
from crmdesk.domain.cases.steps import STEP_WORDS, StepKind
from crmdesk.domain.cases.views import CaseLine, CaseView, StepView
from crmdesk.domain.complaints import OUTCOME_WORDS, STATE_WORDS, VULNERABILITY_WORDS, ComplaintState, Outcome
from crmdesk.domain.language import left_to_right, mark, tr, tr_in, unturned
from crmdesk.domain.requests.kinds import (
    REQUEST_STATE_WORDS,
    REQUEST_STEP_WORDS,
    RequestKind,
    RequestState,
    RequestStepKind,
)
from crmdesk.domain.requests.views import RequestLine, RequestStepView, RequestView
from crmdesk.domain.routing.rules import PRIORITY_WORDS, Priority
from crmdesk.domain.routing.sentences import place_words
from crmdesk.domain.values import known_or_none
from crmdesk.ui.kit import ChipSpec, ChipStyle
from crmdesk.ui.pages.cases.request_words import STEP_ICONS, request_details
from crmdesk.ui.requests.looks import URGENT, urgency
from crmdesk.ui.theme import Icon, Voice

SEVERITY = {1: mark("1 Slight"), 2: mark("2 Minor"), 3: mark("3 Medium"), 4: mark("4 High"), 5: mark("5 Grave")}
GRAVE_FROM = 4

_ICONS: Mapping[StepKind, Icon] = {
    StepKind.REGISTERED: Icon.SCALE,
    StepKind.IMPORTED: Icon.HARD_DRIVE_DOWNLOAD,
    StepKind.ACKNOWLEDGED: Icon.SEND,
    StepKind.TRIAGED: Icon.LIST_CHECKS,
    StepKind.TAKEN_UP: Icon.SEARCH,
    StepKind.ASKED_COMPLAINANT: Icon.PAUSE,
    StepKind.ASKED_THIRD_PARTY: Icon.PAUSE,
    StepKind.ANSWER_CAME: Icon.FILE_TEXT,
    StepKind.PROGRESS_SENT: Icon.SEND,
    StepKind.HOLDING_SENT: Icon.SEND,
    StepKind.NOTED: Icon.PEN_LINE,
    StepKind.DECISION_DRAFTED: Icon.PENCIL,
    StepKind.SENT_BACK: Icon.UNDO_2,
    StepKind.APPROVED: Icon.SHIELD_CHECK,
    StepKind.RESPONSE_SENT: Icon.SEND,
    StepKind.CLOSED: Icon.CHECK,
    StepKind.RESOLVED_EARLY: Icon.HANDSHAKE,
    StepKind.FORWARDED: Icon.CORNER_DOWN_RIGHT,
    StepKind.NOT_ELIGIBLE: Icon.X,
    StepKind.TIME_BARRED: Icon.CLOCK_ALERT,
    StepKind.DUPLICATE: Icon.COPY,
    StepKind.WITHDRAWN: Icon.UNDO_2,
    StepKind.SECOND_STAGE: Icon.ROTATE_CW,
    StepKind.REFERRED: Icon.BUILDING_2,
    StepKind.REOPENED: Icon.ROTATE_CW,
}
TO_THE_CUSTOMER = frozenset(
    {StepKind.ACKNOWLEDGED, StepKind.PROGRESS_SENT, StepKind.HOLDING_SENT, StepKind.RESPONSE_SENT}
)
_SAID = ("reason", "question", "words", "decision", "to", "of", "proof")


def icon_of(kind: StepKind) -> Icon:
    """Return the picture of a kind of step."""
    return _ICONS[kind]


# Whose, and where it stands ------------------------------------------------------------------------------------------


def state_of(line: CaseLine | RequestLine) -> str:
    """Return where a case stands, that its decision waits for the reader, or that something was not sent."""
    if line.unsent:
        return tr("Unsent")
    if isinstance(line, RequestLine):
        return tr("To approve") if line.waits_for_me else tr(REQUEST_STATE_WORDS[line.state])
    return tr("To approve") if line.waits_for_me else tr(STATE_WORDS[line.state])


def severity(grade: int) -> str:
    """Return how grave a complaint is, in words."""
    return tr(SEVERITY.get(grade, str(grade)))


def is_grave(line: CaseLine | RequestLine) -> bool:
    """Return whether how grave or urgent a case is asks for attention."""
    return line.urgency >= URGENT if isinstance(line, RequestLine) else line.severity >= GRAVE_FROM


def gravity(line: CaseLine | RequestLine) -> str:
    """Return how grave a complaint or how urgent a request is, in words."""
    return urgency(line.urgency) if isinstance(line, RequestLine) else severity(line.severity)


def spoken_gravity(line: CaseLine | RequestLine) -> str:
    """Return how grave a complaint or how urgent a request is, as it is read aloud."""
    if isinstance(line, RequestLine):
        return urgency(line.urgency) if line.kind is RequestKind.SERVICE else ""
    return tr("severity {severity}", severity=severity(line.severity))


def is_closed(line: CaseLine | RequestLine) -> bool:
    """Return whether a case is closed."""
    state = line.state
    return state is (RequestState.CLOSED if isinstance(line, RequestLine) else ComplaintState.CLOSED)


def owner_of(view: CaseView | RequestView) -> str:
    """Return who handles a case."""
    if view.line.mine:
        return tr("You handle it, not confirmed yet") if view.unconfirmed else tr("You handle it")
    return tr("Handled by {name}", name=view.line.owner) if view.line.owner else tr("Nobody handles it yet")


def about_of(view: CaseView | RequestView) -> str:
    """Return the line below the title: reference, customer, product, who handles it."""
    line = view.line
    who = ", ".join(part for part in (line.customer_name or tr("Not attached"), view.product) if part)
    return "   ".join((left_to_right(line.reference), unturned(who), owner_of(view)))


def marks_of(view: CaseView) -> tuple[ChipSpec, ...]:
    """Return the chips of a complaint: vulnerability, safety, the rules that apply, the second stage."""
    chips = [
        ChipSpec(tr(VULNERABILITY_WORDS[one]), Voice.REST, Icon.HEART_PULSE, ChipStyle.SOLID)
        for one in view.vulnerability
    ]
    if view.line.safety:
        chips.append(ChipSpec(tr("Safety"), Voice.SOON, Icon.TRIANGLE_ALERT))
    if view.line.severity >= GRAVE_FROM:
        chips.append(ChipSpec(severity(view.line.severity), Voice.SOON))
    if view.line.priority in (Priority.URGENT, Priority.HIGH):
        chips.append(ChipSpec(tr(PRIORITY_WORDS[view.line.priority]), Voice.SOON))
    if view.line.place and view.line.place.owner is None:
        chips.append(ChipSpec(place_words(view.line.place), Voice.REST, Icon.USERS))
    if view.regime_title:
        chips.append(ChipSpec(tr(view.regime_title), Voice.REST, Icon.SCALE))
    if view.stage > 1:
        chips.append(ChipSpec(tr("Second stage"), Voice.REST, Icon.ROTATE_CW))
    return tuple(chips)


# Steps ---------------------------------------------------------------------------------------------------------------


def is_ours(step: StepView | RequestStepView) -> bool:
    """Return whether a step went out to the customer."""
    if isinstance(step, RequestStepView):
        return step.kind in (RequestStepKind.ANSWERED, RequestStepKind.ASKED_CUSTOMER, RequestStepKind.SETTLED)
    return step.kind in TO_THE_CUSTOMER


def step_icon(step: StepView | RequestStepView) -> Icon:
    """Return the picture of a step."""
    return STEP_ICONS[step.kind] if isinstance(step, RequestStepView) else icon_of(step.kind)


def step_words(step: StepView | RequestStepView) -> str:
    """Return what a step is called."""
    return tr(REQUEST_STEP_WORDS[step.kind]) if isinstance(step, RequestStepView) else tr(STEP_WORDS[step.kind])


def said_of(step: StepView | RequestStepView) -> str:
    """Return who took a step and what they said, in one line."""
    told = request_details(step.details) if isinstance(step, RequestStepView) else details_of(step.details)
    said = ", ".join(told)
    if step.by and said:
        return tr_in("who and what they said", "{name}: {words}", name=step.by, words=said)
    return said or unturned(step.by)


def details_of(details: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the details of a step in words; what nobody needs to read is left out."""
    parts: list[str] = []
    outcome = known_or_none(Outcome, str(details.get("outcome", "")))
    if outcome is not None:
        parts.append(tr(OUTCOME_WORDS[outcome]))
    amount = details.get("redress_minor")
    if isinstance(amount, int) and amount > 0:
        parts.append(tr("redress {sum}", sum=left_to_right(money.said(amount, str(details.get("currency", ""))))))
    if details.get("accepted") == "yes":
        parts.append(tr("the customer accepted"))
    told = (details.get(name) for name in _SAID)
    parts += [unturned(" ".join(one.split())) for one in told if isinstance(one, str) and one.strip()]
    return tuple(parts)


def entered_words(step: StepView | RequestStepView, now: datetime, zone: tzinfo) -> str:
    """Return when a step was entered that is said to have been long before, empty for others."""
    if step.entered_at is None:
        return ""
    day, today = step.entered_at.astimezone(zone).date(), now.astimezone(zone).date()
    return tr("entered {day} {time}", day=words.dated(day, today), time=words.clock(step.entered_at, zone))


def spoken_step(step: StepView | RequestStepView, now: datetime, zone: tzinfo) -> str:
    """Return a step as it is read aloud."""
    parts = (
        words.moment(step.at, now, zone),
        step_words(step),
        said_of(step),
        entered_words(step, now, zone),
        tr("Unsent") if step.unsent else "",
    )
    return ", ".join(part for part in parts if part)


def is_open(view: CaseView) -> bool:
    """Return whether a complaint is not closed."""
    return view.line.state is not ComplaintState.CLOSED
