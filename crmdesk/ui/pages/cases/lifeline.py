"""The life of a case as a line of states: behind it with their days, where it stands, what lies ahead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from enum import StrEnum

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crmdesk.domain import words
from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.cases.views import CaseView
from crmdesk.domain.cases.words import Urgency, day_of, said_of
from crmdesk.domain.complaints import STATE_WORDS, ComplaintState
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.cycles import CYCLES
from crmdesk.domain.requests.kinds import REQUEST_STATE_WORDS, RequestState
from crmdesk.domain.requests.views import RequestView
from crmdesk.ui.kit import Label, draw_icon, draw_text, fill, outline, text_width
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.theme import Icon, Space, TextRole, theme

_LINE = (
    ComplaintState.REGISTERED,
    ComplaintState.TRIAGED,
    ComplaintState.INVESTIGATING,
    ComplaintState.DECISION_DRAFTED,
    ComplaintState.APPROVED,
    ComplaintState.RESPONSE_SENT,
    ComplaintState.CLOSED,
)
_STANDS_AT = {
    ComplaintState.AWAITING_COMPLAINANT: ComplaintState.INVESTIGATING,
    ComplaintState.AWAITING_THIRD_PARTY: ComplaintState.INVESTIGATING,
    ComplaintState.REFERRED: ComplaintState.RESPONSE_SENT,
}
_ENTERS: Mapping[StepKind, ComplaintState] = {
    StepKind.TRIAGED: ComplaintState.TRIAGED,
    StepKind.SECOND_STAGE: ComplaintState.TRIAGED,
    StepKind.TAKEN_UP: ComplaintState.INVESTIGATING,
    StepKind.SENT_BACK: ComplaintState.INVESTIGATING,
    StepKind.REOPENED: ComplaintState.INVESTIGATING,
    StepKind.DECISION_DRAFTED: ComplaintState.DECISION_DRAFTED,
    StepKind.APPROVED: ComplaintState.APPROVED,
    StepKind.RESPONSE_SENT: ComplaintState.RESPONSE_SENT,
    StepKind.REFERRED: ComplaintState.RESPONSE_SENT,
    **dict.fromkeys(
        (
            *(StepKind.CLOSED, StepKind.RESOLVED_EARLY, StepKind.FORWARDED, StepKind.NOT_ELIGIBLE),
            *(StepKind.TIME_BARRED, StepKind.DUPLICATE, StepKind.WITHDRAWN, StepKind.IMPORTED),
        ),
        ComplaintState.CLOSED,
    ),
}
_HEIGHT, _DOT = 62, 18


class Reached(StrEnum):
    """DONE it was there, NOW it stands there, AHEAD it may come there, PASSED it ended without."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Stop:
    """A state on the line: its words, what is said below them, and whether the complaint was there."""

    words: str
    below: str
    reached: Reached


def stops(view: CaseView, now: datetime, zone: tzinfo) -> tuple[Stop, ...]:
    """Return the states of a complaint in their order."""
    entered = _entered(view)
    state = _STANDS_AT.get(view.line.state, view.line.state)
    here = _LINE.index(state)
    found = []
    for place, one in enumerate(_LINE):
        name = view.line.state if place == here else one
        if place > here:
            found.append(Stop(tr(STATE_WORDS[name]), _ahead(view, one, now, zone), Reached.AHEAD))
            continue
        at = entered.get(one)
        below = "" if at is None else words.dated(at.astimezone(zone).date(), now.astimezone(zone).date())
        if place == here:
            waits = one is ComplaintState.DECISION_DRAFTED
            below = tr("waits for approval") if waits else below
            found.append(Stop(tr(STATE_WORDS[name]), below, Reached.NOW))
        else:
            skipped = at is None and state is ComplaintState.CLOSED
            found.append(Stop(tr(STATE_WORDS[name]), below, Reached.PASSED if skipped else Reached.DONE))
    return tuple(found)


def request_stops(view: RequestView, now: datetime, zone: tzinfo) -> tuple[Stop, ...]:
    """Return the states of a request in their order."""
    cycle, state = CYCLES[view.line.kind], view.line.state
    here = cycle.line.index(cycle.stands_at.get(state, state))
    entered = _request_entered(view)
    found = []
    for place, one in enumerate(cycle.line):
        name = tr(REQUEST_STATE_WORDS[state if place == here else one])
        at = entered.get(one)
        below = "" if at is None else words.dated(at.astimezone(zone).date(), now.astimezone(zone).date())
        if place > here:
            found.append(Stop(name, "", Reached.AHEAD))
        elif place == here:
            waits = state is RequestState.DECIDED and view.needs_second
            found.append(Stop(name, tr("waits for approval") if waits else below, Reached.NOW))
        else:
            skipped = at is None and state is RequestState.CLOSED
            found.append(Stop(name, below, Reached.PASSED if skipped else Reached.DONE))
    return tuple(found)


def _request_entered(view: RequestView) -> dict[RequestState, datetime]:
    """Return when each state on the line was last come to; whoever goes back has not been further."""
    cycle, state = CYCLES[view.line.kind], RequestState.REGISTERED
    entered = {state: view.line.received_at}
    for step in view.steps:
        after = cycle.state_after(state, step.kind)
        if after is None or after is state:
            continue
        state = after
        at = cycle.stands_at.get(state, state)
        place = cycle.line.index(at)
        entered = {one: when for one, when in entered.items() if cycle.line.index(one) < place}
        entered[at] = step.at
    return entered


def _entered(view: CaseView) -> dict[ComplaintState, datetime]:
    """Return when each state on the line was last come to; whoever goes back has not been further."""
    entered = {ComplaintState.REGISTERED: view.line.received_at}
    for step in view.steps:
        state = _ENTERS.get(step.kind)
        if state is not None:
            place = _LINE.index(state)
            entered = {one: at for one, at in entered.items() if _LINE.index(one) < place}
            entered[state] = step.at
    return entered


def _ahead(view: CaseView, state: ComplaintState, now: datetime, zone: tzinfo) -> str:
    if state is not ComplaintState.RESPONSE_SENT:
        return ""
    answer = next((one for one in view.deadlines if one.answers and not one.optional), None)
    said = None if answer is None else said_of(answer, now, zone)
    if answer is None or said is None or said.urgency is Urgency.LATE:
        return ""
    near = said.urgency is Urgency.SOON
    return tr("by {day}", day=words.undated(day_of(answer, zone)) if near else said.short)


class Lifeline(Label):
    """Paints the line; its name says all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.stops: tuple[Stop, ...] = ()

    def show_stops(self, found: tuple[Stop, ...]) -> None:
        """Show where a complaint was, is and may come."""
        self.stops = found
        said = [_said(stop) for stop in found if stop.reached is not Reached.PASSED]
        self.setAccessibleName(tr("Life cycle: {states}", states="; ".join(said)))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a useful width."""
        return QSize(560, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return how narrow it may become."""
        return QSize(200, _HEIGHT)

    def _widths(self) -> list[float]:
        """Return the room of each stop in px: as much as its words need, and what is left for all alike."""
        needed = [_DOT + Space.M + 0.0] * len(self.stops)
        for place, stop in enumerate(self.stops):
            words = max(text_width(stop.words, TextRole.SECTION), text_width(stop.below, TextRole.SMALL))
            needed[place] = max(needed[place], words + Space.M)
        spare = (self.width() - sum(needed)) / len(self.stops)
        if spare < 0:
            return [self.width() * one / sum(needed) for one in needed]
        return [one + spare for one in needed]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line, its stops and their words."""
        if not self.stops:
            return
        painter, colors, x = painter_on(self), theme().colors, 0.0
        following = (*self.stops[1:], None)
        for stop, after, step in zip(self.stops, following, self._widths(), strict=True):
            if after is not None:
                came = after.reached in (Reached.DONE, Reached.NOW)
                rail = QRectF(x + _DOT + 2, _DOT / 2, step - _DOT - 4, 2)
                fill(painter, rail, colors.text.secondary if came else colors.line.soft)
            self._paint_stop(painter, x, stop)
            room = QRectF(x, _DOT + 4, step - Space.S, 18)
            now, reached = stop.reached is Reached.NOW, stop.reached is Reached.DONE
            ink = colors.you.text if now else colors.text.primary if reached else colors.text.muted
            draw_text(painter, room, stop.words, TextRole.SECTION if now else TextRole.SMALL, ink)
            draw_text(painter, room.translated(0, 19), stop.below, TextRole.SMALL, colors.text.secondary)
            x += step

    def _paint_stop(self, painter: QPainter, x: float, stop: Stop) -> None:
        colors = theme().colors
        dot = QRectF(x, 1, _DOT, _DOT)
        if stop.reached in (Reached.DONE, Reached.NOW):
            now = stop.reached is Reached.NOW
            fill(painter, dot, colors.you.solid if now else colors.text.secondary, _DOT / 2)
            icon, ink = (Icon.PENCIL, colors.you.on) if now else (Icon.CHECK, colors.bg.panel)
            draw_icon(painter, x + 4, 5, icon, ink, 10)
        else:
            outline(painter, dot, colors.line.control, _DOT / 2)
            if stop.reached is Reached.PASSED:
                draw_icon(painter, x + 4, 5, Icon.MINUS, colors.text.muted, 10)


def _said(stop: Stop) -> str:
    name = f"{stop.words}, {stop.below}" if stop.below else stop.words
    match stop.reached:
        case Reached.NOW:
            return tr("now {state}", state=name)
        case Reached.AHEAD:
            return tr("ahead {state}", state=name)
        case _:
            return name
