"""The clocks of a case as cards: how each stands, how much of it is used up, what it allows; why, when asked."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from crmdesk.domain import words
from crmdesk.domain.cases.deadlines import Deadline
from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.cases.views import CaseView
from crmdesk.domain.cases.words import Urgency, day_of, said_of, title_of, when_of
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.kinds import RequestStepKind
from crmdesk.domain.requests.views import RequestView
from crmdesk.domain.sla.clocks import ClockState
from crmdesk.domain.sla.due import ClockKind
from crmdesk.ui.kit import box, draw_bar, draw_icon, draw_text, outline, plain_tip
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, Voice, theme

_IN_A_ROW = 4
_HEIGHT = 88
_SOON_FROM = 0.8
_QUESTIONS = (StepKind.ASKED_COMPLAINANT, StepKind.ASKED_THIRD_PARTY)


@dataclass(frozen=True, slots=True)
class ClockWords:
    """A clock as it is shown: title, how it stands, what it allows, voice, icon, and which share is used up (0..1)."""

    title: str
    value: str
    below: str
    voice: Voice
    icon: Icon
    share: float


def read(deadline: Deadline, view: CaseView | RequestView, now: datetime, zone: tzinfo) -> ClockWords:
    """Return how a clock is shown."""
    title = title_of(deadline)
    if deadline.optional and not _was_used(deadline) and (deadline.met_at or _is_over(deadline, view, now)):
        ended = deadline.due_at if deadline.due_at is not None and deadline.due_at <= now else None
        below = deadline.target
        if ended is not None:
            day = words.dated(day_of(deadline, zone), now.astimezone(zone).date())
            below = tr("Ended {day}, {target}", day=day, target=deadline.target)
        return ClockWords(title, tr("Not used"), below, Voice.REST, Icon.MINUS, 1.0)
    if deadline.met_at is not None:
        return _met(deadline, title, deadline.met_at, now, zone)
    if deadline.state is ClockState.WAIVED:
        return ClockWords(title, tr("Not needed"), deadline.target, Voice.REST, Icon.MINUS, 1.0)
    if deadline.due_at is None:
        value, below = _paused(view, now)
        return ClockWords(title, value, below, Voice.REST, Icon.PAUSE, 0.5)
    return _running(deadline, title, deadline.due_at, now, zone)


def _was_used(deadline: Deadline) -> bool:
    """Return whether what nobody has to do was done, in its time: a complaint that is withdrawn later ends it too."""
    return deadline.met_at is not None and (deadline.due_at is None or deadline.met_at <= deadline.due_at)


def _is_over(deadline: Deadline, view: CaseView | RequestView, now: datetime) -> bool:
    late = deadline.due_at is not None and deadline.due_at <= now
    return (
        late
        or deadline.state in (ClockState.BREACHED, ClockState.WAIVED)
        or (isinstance(view, CaseView) and StepKind.RESOLVED_EARLY not in view.possible)
    )


def _met(deadline: Deadline, title: str, at: datetime, now: datetime, zone: tzinfo) -> ClockWords:
    day = words.dated(at.astimezone(zone).date(), now.astimezone(zone).date())
    target = tr("The target was {target}", target=deadline.target)
    if deadline.due_at is not None and at > deadline.due_at:
        late = words.due(deadline.due_at, at)
        return ClockWords(title, tr("{day}, {late}", day=day, late=late), target, Voice.LATE, Icon.CIRCLE_ALERT, 1.0)
    return ClockWords(title, tr("Met, {day}", day=day), target, Voice.PHONE, Icon.CIRCLE_CHECK, 1.0)


def _paused(view: CaseView | RequestView, now: datetime) -> tuple[str, str]:
    if isinstance(view, RequestView):
        return _request_paused(view, now)
    asked = next((step for step in reversed(view.steps) if step.kind in _QUESTIONS), None)
    if asked is None:
        return tr("Stands still"), tr("Our target")
    stood = tr("Paused {span}", span=words.age((now - asked.at).total_seconds()))
    customer = asked.kind is StepKind.ASKED_COMPLAINANT
    return stood, tr("Our target, waits for the customer") if customer else tr("Our target, waits for others")


_WAITS = {
    RequestStepKind.PARTS_ORDERED: mark("Our target, waits for parts"),
    RequestStepKind.ASKED_CUSTOMER: mark("Our target, waits for the customer"),
    RequestStepKind.ASKED_OTHERS: mark("Our target, waits for others"),
}


def _request_paused(view: RequestView, now: datetime) -> tuple[str, str]:
    asked = next((step for step in reversed(view.steps) if step.kind in _WAITS), None)
    if asked is None:
        return tr("Stands still"), tr("Our target")
    return tr("Paused {span}", span=words.age((now - asked.at).total_seconds())), tr(_WAITS[asked.kind])


def _running(deadline: Deadline, title: str, due_at: datetime, now: datetime, zone: tzinfo) -> ClockWords:
    whole = (due_at - deadline.started_at).total_seconds()
    share = (now - deadline.started_at).total_seconds() / whole if whole > 0 else 1.0
    ours = deadline.kind is ClockKind.SERVICE
    target = tr("{target}, our target", target=deadline.target) if ours else deadline.target
    said = said_of(deadline, now, zone)
    if said is None or said.urgency is Urgency.LATE:
        below = tr("{late}, allowed were {target}", late="" if said is None else said.short, target=target)
        return ClockWords(title, when_of(deadline, now, zone), below, Voice.LATE, Icon.CLOCK_ALERT, 1.0)
    span = words.age((due_at - now).total_seconds())
    if ours:
        below = tr("{span} left, our target: {target}", span=span, target=deadline.target)
    else:
        below = tr("{span} left of {target}", span=span, target=target)
    voice = Voice.SOON if said.urgency is Urgency.SOON or share >= _SOON_FROM else Voice.REST
    return ClockWords(title, said.short, below, voice, Icon.CLOCK, min(1.0, max(0.0, share)))


class ClockCard(QPushButton):
    """One clock; pressing it asks why it is due then."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words: ClockWords | None = None
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)

    def show_clock(self, shown: ClockWords) -> None:
        """Show how a clock stands."""
        self.words = shown
        said = f"{shown.title}: {shown.value}. {shown.below}"
        self.setAccessibleName(said)
        self.setAccessibleDescription(tr("Why is it due then?"))
        self.setToolTip(plain_tip(said))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a useful size."""
        return QSize(200, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Return how narrow it may become."""
        return QSize(110, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint title, value, bar and target."""
        shown = self.words
        if shown is None:
            return
        painter, colors, rect = painter_on(self), theme().colors, QRectF(self.rect())
        ground = colors.bg.hover if self.underMouse() else colors.bg.panel
        box(painter, rect, ground, colors.line.soft, Radius.CARD)
        if self.hasFocus():
            outline(painter, rect, colors.you.line, Radius.CARD, 2)
        voice = colors.voice(shown.voice)
        area = rect.adjusted(Space.M, 9, -Space.M, 0)
        line = QRectF(area.left(), area.top(), area.width(), 20)
        muted = shown.voice is Voice.REST
        draw_icon(painter, line.left(), line.top() + 2, shown.icon, colors.text.muted if muted else voice.text)
        draw_text(
            painter,
            line.adjusted(Size.ICON + Space.S, 0, 0, 0),
            shown.title,
            TextRole.SMALL,
            colors.text.secondary,
        )
        value = line.translated(0, 21)
        draw_text(painter, value, shown.value, TextRole.TITLE, colors.text.primary)
        draw_bar(painter, QRectF(area.left(), value.bottom() + 4, area.width(), Size.BAR), shown.share, voice.line)
        below = QRectF(area.left(), value.bottom() + 13, area.width(), 18)
        draw_text(painter, below, shown.below, TextRole.SMALL, colors.text.secondary)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the pointer."""
        super().enterEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()


class Clocks(QWidget):
    """The cards, four in a row. ``asked`` carries the key of the clock of which somebody asks why."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Deadlines"))
        self._keys: tuple[str, ...] = ()
        self.cards: list[ClockCard] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(Space.M)

    def show_clocks(self, view: CaseView | RequestView, now: datetime, zone: tzinfo) -> None:
        """Show the clocks of a complaint; none takes no room."""
        shown = view.deadlines
        while len(self.cards) < len(shown):
            self._add_card()
        self._keys = tuple(one.key for one in shown)
        for place, card in enumerate(self.cards):
            if place < len(shown):
                card.show_clock(read(shown[place], view, now, zone))
            card.setVisible(place < len(shown))
        for column in range(_IN_A_ROW):
            self._grid.setColumnStretch(column, 1 if column < len(shown) else 0)
        self.setVisible(bool(shown))

    def key_at(self, place: int) -> str:
        """Return the key of a clock by its place."""
        return self._keys[place] if place < len(self._keys) else ""

    def _add_card(self) -> None:
        place, card = len(self.cards), ClockCard()
        card.clicked.connect(partial(self._ask, place))
        self.cards.append(card)
        self._grid.addWidget(card, place // _IN_A_ROW, place % _IN_A_ROW)

    def _ask(self, place: int, _checked: bool = False) -> None:
        self.asked.emit(self.key_at(place))
