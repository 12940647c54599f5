"""Who can help: the agents under their state, longest in it first, each with the running time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crmdesk.domain import words
from crmdesk.domain.board_figures import STATES_SHOWN, Freshness, Heat, Limits, by_state
from crmdesk.domain.calls.live import AgentState, AgentStatus, reason_words
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit import Align, Panel, draw_icon, draw_text, fill, text_width
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

_HEAD = 40
_GROUP = 34
_ROW = 25
_GAP = 20
_NARROWEST = 148
_WORD = 28


@dataclass(frozen=True, slots=True)
class StateLook:
    """How a state is called and drawn; its words are marked, still in English."""

    words: str
    icon: Icon
    voice: Voice


LOOKS: Mapping[AgentState, StateLook] = {
    AgentState.READY: StateLook(mark("Ready"), Icon.CIRCLE_DOT, Voice.PHONE),
    AgentState.RINGING: StateLook(mark("Ringing"), Icon.PHONE_INCOMING, Voice.PHONE),
    AgentState.TALKING: StateLook(mark("Talking"), Icon.PHONE_CALL, Voice.PHONE),
    AgentState.HELD: StateLook(mark("Held"), Icon.PAUSE, Voice.SOON),
    AgentState.WRAP_UP: StateLook(mark("Wrap-up"), Icon.TIMER, Voice.REST),
    AgentState.BREAK: StateLook(mark("Break"), Icon.COFFEE, Voice.REST),
}
_LIT = {Heat.SOON: (Voice.SOON, Icon.CLOCK), Heat.LATE: (Voice.LATE, Icon.TRIANGLE_ALERT)}


def _role(heat: Heat) -> TextRole:
    return TextRole.SMALL if heat is Heat.CALM else TextRole.SECTION


@dataclass(frozen=True, slots=True)
class _Group:
    """One state with its agents and where it stands; ``columns`` of ``rows`` names, the rest counted."""

    state: AgentState
    agents: tuple[AgentStatus, ...]
    rect: QRect
    columns: int
    rows: int

    @property
    def shown(self) -> tuple[AgentStatus, ...]:
        """The agents whose names fit; one place is left for "12 more"."""
        places = self.columns * self.rows
        return self.agents if len(self.agents) <= places else self.agents[: max(0, places - 1)]

    def place(self, number: int) -> QRectF:
        """Return the rectangle of a name."""
        row, column = divmod(number, self.columns)
        width = (self.rect.width() - (self.columns - 1) * _GAP) / self.columns
        left = self.rect.left() + column * (width + _GAP)
        return QRectF(left, self.rect.top() + _GROUP + 4 + row * _ROW, width, _ROW)


def columns_needed(counts: tuple[int, ...], rows: int, room: int) -> tuple[int, ...]:
    """Return how many columns each state gets: one each, and the spare ones of ``room`` where names do not fit."""
    given = [1] * len(counts)
    spare = room - len(counts)
    while spare > 0 and rows > 0:
        lacking = [count - columns * rows for count, columns in zip(counts, given, strict=True)]
        most = max(lacking)
        if most <= 0:
            break
        given[lacking.index(most)] += 1
        spare -= 1
    return tuple(given)


_Said = tuple[QRectF, str, Heat]
"""Where a time stands, how it reads and how it is lit."""


def _differing(before: list[_Said], now: list[_Said]) -> Iterator[_Said]:
    return (new for old, new in zip(before, now, strict=True) if old != new)


class AgentsPanel(Panel):
    """The agents by state. A second repaints the times only."""

    def __init__(self, limits: Limits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limits = limits
        self._agents: tuple[AgentStatus, ...] = ()
        self._labels: Mapping[str, str] = {}
        self._groups: tuple[_Group, ...] = ()
        self._shape: tuple[tuple[int, Heat], ...] = ()
        self._times_only = False
        self._said: list[_Said] = []
        self._said_age = ""
        self.of_queue = ""
        self._shown: dict[tuple[AgentState, int], tuple[QRect, object]] = {}
        self._now: datetime | None = None
        self._fresh: Freshness | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_agents(
        self, agents: tuple[AgentStatus, ...], labels: Mapping[str, str], now: datetime, fresh: Freshness
    ) -> None:
        """Show other agents or states; ``labels`` are the queues' words by name."""
        was_stale = self._fresh is not None and self._fresh.stale
        changed = (agents, labels, fresh.stale) != (self._agents, self._labels, was_stale)
        self._agents, self._labels, self._now, self._fresh = agents, labels, now, fresh
        if changed:
            before = self._shown if fresh.stale == was_stale else {}
            self._arrange()
            self._tell()
            self._update_since(before)
        self.tick(now, fresh)

    def say_queue(self, text: str) -> None:
        """Say at the end of the head how those stand who serve the queue that is chosen, "" for none."""
        if text != self.of_queue:
            self.of_queue = text
            self.update(QRect(0, 0, self.width(), _HEAD))

    def _update_since(self, before: Mapping[tuple[AgentState, int], tuple[QRect, object]]) -> None:
        """Ask for what stands differently to be painted again: a name, a count, or all where columns moved."""
        now = self._shown
        if {rect.getRect() for rect, _ in before.values()} - {rect.getRect() for rect, _ in now.values()} or not before:
            self.update()
            return
        region = QRegion()
        for key, (rect, what) in now.items():
            if key not in before or before[key][1] != what:
                region += rect
        self.update(region)

    def tick(self, now: datetime, fresh: Freshness) -> None:
        """Let the second pass: the times are painted again at once, all of it only when one changed its shape."""
        self._now, self._fresh = now, fresh
        times = self._times()
        shape = tuple((len(time), heat) for _, time, heat in times)
        if shape != self._shape:
            self._shape = shape
            self.update()
            return
        before, self._said = self._said, times
        region = QRegion()
        if self._age() != self._said_age:
            self._said_age = self._age()
            region += QRect(0, 0, self.width(), _HEAD)
        for place, time, heat in times if len(before) != len(times) else _differing(before, times):
            width = text_width(time, _role(heat))
            region += place.adjusted(place.width() - width, 0, 0, 0).toAlignedRect()
        if not region.isEmpty():
            self._times_only = True
            self.repaint(region)
            self._times_only = False

    def _age(self) -> str:
        return tr("{span} ago", span=words.age(self._fresh.age_s)) if self._fresh is not None else ""

    def _times(self) -> list[_Said]:
        return [
            (group.place(number), *self._time(agent))
            for group in self._groups
            for number, agent in enumerate(group.shown)
        ]

    def _time(self, agent: AgentStatus) -> tuple[str, Heat]:
        seconds = self.in_state_s(agent)
        heat = Heat.CALM if self._stale else self._limits.of_agent(agent.state, seconds)
        return words.running(seconds), heat

    def _arrange(self) -> None:
        groups = by_state(self._agents)
        width = self.width() - 2 * Space.L
        rows = max(1, (self.height() - _HEAD - _GROUP - Space.M) // _ROW)
        room = max(len(STATES_SHOWN), (width + _GAP) // (_NARROWEST + _GAP))
        columns = columns_needed(tuple(len(groups[state]) for state in STATES_SHOWN), rows, room)
        unit = (width - (sum(columns) - 1) * _GAP) / sum(columns)
        left, made = float(Space.L), []
        for state, wide in zip(STATES_SHOWN, columns, strict=True):
            span = unit * wide + _GAP * (wide - 1)
            rect = QRect(round(left), _HEAD, round(span), self.height() - _HEAD)
            made.append(_Group(state, groups[state], rect, wide, rows))
            left += span + _GAP
        self._groups = tuple(made)
        self._shown = self._places()
        self._shape = tuple((len(time), heat) for _, time, heat in self._times())

    def _places(self) -> dict[tuple[AgentState, int], tuple[QRect, object]]:
        """Return where each name stands and what is said there; -1 is the head of a state, the last place its rest."""
        found: dict[tuple[AgentState, int], tuple[QRect, object]] = {}
        for group in self._groups:
            head = QRect(group.rect.left(), group.rect.top(), group.rect.width(), _GROUP)
            found[group.state, -1] = (head, len(group.agents))
            for number in range(group.columns * group.rows):
                said = group.shown[number] if number < len(group.shown) else None
                rest = len(group.agents) - len(group.shown) if number == len(group.shown) else 0
                found[group.state, number] = (group.place(number).toAlignedRect(), (said, rest))
        return found

    def _tell(self) -> None:
        groups = by_state(self._agents)
        spoken = "; ".join(
            tr(
                "{state} {n}: {names}",
                state=tr(LOOKS[state].words),
                n=words.count(len(agents)),
                names=", ".join(agent.name for agent in agents),
            )
            for state, agents in groups.items()
        )
        self.setAccessibleName(tr("Agents by state. {states}", states=spoken))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the states anew."""
        super().resizeEvent(event)
        self._arrange()

    def sizeHint(self) -> QSize:
        """Return a useful height."""
        return QSize(900, _HEAD + _GROUP + 4 * _ROW + Space.M)

    def minimumSizeHint(self) -> QSize:
        """Return room for the states and two names."""
        return QSize(600, _HEAD + _GROUP + 2 * _ROW + Space.M)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the states and the names."""
        super().paintEvent(event)
        painter = painter_on(self)
        self._paint_head(painter)
        for group in self._groups:
            if self._times_only:
                for number, agent in enumerate(group.shown):
                    place = group.place(number)
                    if event.region().intersects(place.toAlignedRect()):
                        self._paint_time(painter, place, agent)
            elif event.region().intersects(group.rect):
                self._paint_group(painter, group, event.region())

    def _paint_head(self, painter: QPainter) -> None:
        colors = theme().colors
        area = QRectF(Space.L, 0, self.width() - 2 * Space.L, _HEAD)
        used = draw_text(painter, area, tr("Agents"), TextRole.BODY_STRONG, colors.text.primary)
        signed_on = sum(agent.state is not AgentState.OFFLINE for agent in self._agents)
        text = tr_n("{n} signed on, by time in state.", "{n} signed on, by time in state.", signed_on)
        text = " ".join(part for part in (text, self._age()) if part)
        used += draw_text(painter, area.adjusted(used + Space.S, 0, 0, 0), text, TextRole.SMALL, colors.text.secondary)
        rest = area.adjusted(used + 2 * Space.L, 0, 0, 0)
        draw_text(painter, rest, self.of_queue, TextRole.SMALL, colors.text.secondary, Align.TRAILING)

    def _paint_group(self, painter: QPainter, group: _Group, region: QRegion) -> None:
        colors, look = theme().colors, LOOKS[group.state]
        voice = colors.voice(Voice.REST if self._stale else look.voice)
        area = QRectF(group.rect.left(), group.rect.top(), group.rect.width(), _GROUP - 6)
        draw_icon(painter, area.left(), area.center().y() - Size.ICON / 2, look.icon, voice.text)
        title = area.adjusted(Size.ICON + Space.S - 1, 0, 0, 0)
        used = draw_text(painter, title, tr(look.words), TextRole.BODY_STRONG, colors.text.primary)
        count = title.adjusted(used + 6, 0, 0, 0)
        draw_text(painter, count, words.count(len(group.agents)), TextRole.BODY, colors.text.secondary)
        fill(painter, QRectF(area.left(), area.bottom(), area.width(), 2), voice.line)
        for number, agent in enumerate(group.shown):
            place = group.place(number)
            if region.intersects(place.toAlignedRect()):
                self._paint_agent(painter, place, agent)
        more = len(group.agents) - len(group.shown)
        if more:
            rest = group.place(len(group.shown))
            text = tr_n("{n} more", "{n} more", more)
            draw_text(painter, rest, text, TextRole.SMALL, colors.text.secondary)

    @property
    def _stale(self) -> bool:
        return self._fresh is not None and self._fresh.stale

    @property
    def _second(self) -> QColor:
        texts = theme().colors.text
        return texts.muted if self._stale else texts.secondary

    def in_state_s(self, agent: AgentStatus) -> float:
        """Return how long an agent has been in the state; a stale board stands still."""
        if self._now is None or self._fresh is None:
            return 0.0
        until = self._fresh.as_of if self._fresh.stands else self._now
        return max(0.0, (until - agent.since).total_seconds())

    def _paint_time(self, painter: QPainter, rect: QRectF, agent: AgentStatus) -> float:
        """Paint the running time, lit where it is long; return where it begins."""
        time, heat = self._time(agent)
        role, ink = _role(heat), self._second
        lit = _LIT.get(heat)
        if lit is not None:
            ink = theme().colors.voice(lit[0]).text
        end = rect.right() - draw_text(painter, rect, time, role, ink, Align.TRAILING) - 5
        if lit is not None and not self._times_only:
            draw_icon(painter, end - Size.ICON_CHIP, rect.center().y() - 7, lit[1], ink, Size.ICON_CHIP)
        return end if lit is None else end - Size.ICON_CHIP - 5

    def _paint_agent(self, painter: QPainter, rect: QRectF, agent: AgentStatus) -> None:
        colors = theme().colors
        end = self._paint_time(painter, rect, agent)
        name = QRectF(rect.left(), rect.top(), end - rect.left(), rect.height())
        first = colors.text.muted if self._stale else colors.text.primary
        used = draw_text(painter, name, agent.name, TextRole.BODY, first)
        why = self._why(agent)
        beside = name.adjusted(used + Space.S, 0, 0, 0)
        if why and beside.width() >= _WORD:
            draw_text(painter, beside, why, TextRole.CAPTION, self._second, Align.TRAILING)

    def _why(self, agent: AgentStatus) -> str:
        """Return why one is on break, or for which queue one rings; talk needs no word."""
        if agent.state is AgentState.BREAK:
            return reason_words(agent.reason or "")
        if agent.state is AgentState.RINGING and agent.queue is not None:
            return self._labels.get(agent.queue, agent.queue)
        return ""
