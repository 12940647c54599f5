"""The wallboard: four figures and six columns that are read from afar, drawn for 900 px and scaled with the height."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from crmdesk.domain import words
from crmdesk.domain.board_figures import (
    STATES_SHOWN,
    Freshness,
    Heat,
    Totals,
    by_state,
    freshness,
    level_heat,
    level_words,
    scope_words,
    totals,
    wait_heat,
)
from crmdesk.domain.calls.live import Board, QueueFigures
from crmdesk.domain.clock import Clock
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit import Align, box, draw_text, fill
from crmdesk.ui.kit.mirror import is_turned, painter_on, upright
from crmdesk.ui.reports.agents_panel import LOOKS
from crmdesk.ui.theme import Icon, Radius, TextRole, Voice, theme

_HEIGHT = 900.0
_EDGE = 28.0
_GAP = 16.0
_TILE_TOP, _TILE_HEIGHT = 72.0, 206.0
_TABLE_TOP, _HEAD_HEIGHT = 294.0, 38.0
_FOOT_HEIGHT, _FOOT_BOTTOM = 48.0, 42.0
_ROW_HIGHEST, _ROW_LOWEST = 64.0, 36.0
_SHARES = (0.27, 0.11, 0.15, 0.16, 0.13, 0.18)
_TITLES = (mark("Queue"), mark("Waiting"), mark("Longest"), mark("Service level"), mark("Ready"), mark("Age"))
_LIT = {Heat.SOON: (Voice.SOON, Icon.CLOCK), Heat.LATE: (Voice.LATE, Icon.TRIANGLE_ALERT)}
_SECOND_MS = 1000


@dataclass(frozen=True, slots=True)
class WallTile:
    """One large figure with its title and a note below."""

    title: str
    figure: str
    note: str
    heat: Heat = Heat.CALM


def wall_tiles(sums: Totals, now: datetime, fresh: Freshness) -> tuple[WallTile, ...]:
    """Return the four large figures."""
    until = fresh.as_of if fresh.stands else now
    waited = None if sums.longest_since is None else (until - sums.longest_since).total_seconds()
    limits = sums.longest_limits
    heat, of_level = wait_heat(waited, limits), level_heat(sums.level, sums.target)
    longest = (
        tr("{queue}, limit {limit}", queue=sums.longest_queue, limit=words.running(limits.wait_late_s))
        if sums.longest_queue
        else tr("nobody waits")
    )
    rule, _ = level_words(sums.level_name)
    target = (
        tr("target {share}, {rule}", share=words.whole_percent(sums.target), rule=rule)
        if sums.target is not None
        else tr("target of each queue, {rule}", rule=rule)
    )
    signed_on = words.count(sums.signed_on)
    ready = (
        tr("of {count}, none where callers wait", count=signed_on)
        if sums.left_alone
        else tr("of {count}, {scope}", count=signed_on, scope=scope_words(sums))
    )
    return (
        WallTile(tr("Waiting"), words.count(sums.waiting), _calls_words(sums)),
        WallTile(tr("Longest wait"), words.running(waited), longest, heat),
        WallTile(tr("Service level"), words.whole_percent(sums.level), target, of_level),
        WallTile(tr("Agents ready"), words.count(sums.ready), ready, Heat.SOON if sums.left_alone else Heat.CALM),
    )


def _calls_words(sums: Totals) -> str:
    """Return what stands below the number of calls that wait."""
    if sums.without:
        return tr_n("call, {scope}", "calls, {scope}", sums.waiting, scope=scope_words(sums))
    return tr_n("call", "calls", sums.waiting)


class Wallboard(QWidget):
    """A window of its own. It paints once a second and when a board comes, at most five times a second."""

    def __init__(self, zone: tzinfo, clock: Clock, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(tr("crmdesk wallboard"))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.resize(1440, 900)
        self._zone, self._clock = zone, clock
        self._board: Board | None = None
        self._heard_at = clock.monotonic()
        self._sees_agents = True
        self._second = QTimer(self)
        self._second.setInterval(_SECOND_MS)
        self._second.timeout.connect(self.update)

    def show_board(self, board: Board, silent_s: float, sees_agents: bool) -> None:
        """Show another board that was told ``silent_s`` seconds ago."""
        self._board, self._sees_agents = board, sees_agents
        self._heard_at = self._clock.monotonic() - silent_s
        self.setAccessibleName(self.spoken())
        self.update()

    def fresh(self) -> Freshness | None:
        """Return how old the figures are, None before there are any."""
        if self._board is None:
            return None
        return freshness(self._board, self._clock.now(), self._clock.monotonic() - self._heard_at)

    def tiles(self) -> tuple[WallTile, ...]:
        """Return the large figures as they are now."""
        fresh = self.fresh()
        if self._board is None or fresh is None:
            return ()
        return wall_tiles(totals(self._board), self._clock.now(), fresh)

    def spoken(self) -> str:
        """Return the large figures as they are read aloud."""
        return "; ".join(f"{tile.title} {tile.figure}, {tile.note}" for tile in self.tiles())

    def showEvent(self, event: QShowEvent) -> None:
        """Let the seconds pass."""
        super().showEvent(event)
        self._second.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: no seconds."""
        super().hideEvent(event)
        self._second.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F11 and Esc put it away."""
        if event.key() in (Qt.Key.Key_F11, Qt.Key.Key_Escape):
            self.close()
        else:
            super().keyPressEvent(event)

    # Painting --------------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw everything, as if the screen were 900 px high."""
        painter = painter_on(self)
        fill(painter, self.rect(), theme().colors.bg.window)
        scale = self.height() / _HEIGHT
        painter.scale(scale, scale)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        board, fresh = self._board, self.fresh()
        if board is None or fresh is None:
            return
        width = self.width() / scale
        self._scale = scale
        self._paint_head(painter, width, fresh)
        tiles = self.tiles() if self._sees_agents else self.tiles()[:-1]
        wide = (width - 2 * _EDGE - (len(tiles) - 1) * _GAP) / len(tiles)
        for place, tile in enumerate(tiles):
            self._paint_tile(painter, QRectF(_EDGE + place * (wide + _GAP), _TILE_TOP, wide, _TILE_HEIGHT), tile, fresh)
        self._paint_table(painter, width, board, fresh)
        if self._sees_agents:
            self._paint_states(painter, width, board, fresh)

    def _icon(self, painter: QPainter, x: float, y: float, icon: Icon, color: QColor, size: int = 24) -> None:
        ratio = painter.device().devicePixelRatioF() * self._scale
        place = QRectF(round(x), round(y), size, size)
        with upright(painter, place) if is_turned(painter) else nullcontext():
            painter.drawPixmap(place.topLeft(), theme().picture(icon, color, size, ratio))

    def _paint_head(self, painter: QPainter, width: float, fresh: Freshness) -> None:
        colors = theme().colors
        line = QRectF(_EDGE, 14, width - 2 * _EDGE, 48)
        used = draw_text(painter, line, tr("All queues"), TextRole.WALL, colors.text.primary)
        if fresh.stale:
            icon, ink = Icon.UNPLUG, colors.voice(Voice.REST).text
            said = tr("stale, {time}", time=words.clock_seconds(fresh.as_of, self._zone))
        else:
            icon, ink = Icon.RADIO, colors.voice(Voice.PHONE).text
            said = tr("Live, {age} ago", age=words.age(fresh.age_s))
        x = _EDGE + used + 16
        self._icon(painter, x, 26, icon, ink)
        beside = QRectF(x + 32, 14, width, 48)
        draw_text(painter, beside, said, TextRole.NAME, ink if fresh.stale else colors.text.secondary)
        now = words.clock_seconds(self._clock.now(), self._zone)
        draw_text(painter, line, now, TextRole.WALL, colors.text.primary, Align.TRAILING)

    def _paint_tile(self, painter: QPainter, rect: QRectF, tile: WallTile, fresh: Freshness) -> None:
        colors = theme().colors
        lit = None if fresh.stale else _LIT.get(tile.heat)
        ground, edge, ink, second = colors.bg.panel, colors.line.soft, colors.text.primary, colors.text.secondary
        if fresh.stale:
            ground, ink, second = colors.bg.window, colors.text.muted, colors.text.muted
        if lit is not None:
            voice = colors.voice(lit[0])
            ground, edge, ink = voice.soft, voice.line, voice.text
        box(painter, rect, ground, edge, Radius.CARD)
        inner = rect.adjusted(26, 0, -26, 0)
        if lit is not None:
            self._icon(painter, rect.right() - 50, rect.top() + 24, lit[1], ink)
        title = QRectF(inner.left(), rect.top() + 20, inner.width() - 40, 32)
        draw_text(painter, title, tile.title, TextRole.NAME, ink if lit is not None else second)
        self._paint_figure(painter, QRectF(inner.left(), rect.top() + 52, inner.width(), 112), tile.figure, ink)
        draw_text(
            painter, QRectF(inner.left(), rect.bottom() - 46, inner.width(), 28), tile.note, TextRole.TIMER, second
        )

    def _paint_figure(self, painter: QPainter, rect: QRectF, figure: str, ink: QColor) -> None:
        """Draw the large figure, narrower where it would not fit: it is never shortened."""
        needed = theme().advance(TextRole.WALL_HERO, figure)
        shrink = min(1.0, rect.width() / needed) if needed else 1.0
        painter.save()
        painter.translate(rect.left(), rect.top() + rect.height() * (1 - shrink) / 2)
        painter.scale(shrink, shrink)
        draw_text(painter, QRectF(0, 0, needed + 2, rect.height()), figure, TextRole.WALL_HERO, ink)
        painter.restore()

    def _paint_table(self, painter: QPainter, width: float, board: Board, fresh: Freshness) -> None:
        colors = theme().colors
        foot = _FOOT_HEIGHT + _FOOT_BOTTOM + _GAP if self._sees_agents else _EDGE
        room = _HEIGHT - _TABLE_TOP - _HEAD_HEIGHT - foot
        rows = max(1, min(len(board.queues), int(room / _ROW_LOWEST)))
        height = min(_ROW_HIGHEST, room / rows)
        card = QRectF(_EDGE, _TABLE_TOP, width - 2 * _EDGE, _HEAD_HEIGHT + rows * height)
        box(painter, card, colors.bg.panel, colors.line.soft, Radius.CARD)
        line = QRectF(card.left() + 26, card.top(), card.width() - 52, _HEAD_HEIGHT)
        for title, place, align in zip(_TITLES, _columns(line), _ALIGNS, strict=True):
            draw_text(painter, place, tr(title), TextRole.TITLE, colors.text.secondary, align)
        for number, figures in enumerate(_most_urgent(board.queues, rows)):
            top = card.top() + _HEAD_HEIGHT + number * height
            fill(painter, QRectF(card.left(), top, card.width(), 1), colors.line.soft)
            self._paint_row(painter, QRectF(line.left(), top, line.width(), height), figures, fresh)
        hidden = len(board.queues) - rows
        if hidden > 0:
            more = QRectF(_EDGE, 60, width - 2 * _EDGE, 14)
            said = tr_n("without {n} more queue", "without {n} more queues", hidden)
            draw_text(painter, more, said, TextRole.SMALL, colors.text.secondary, Align.TRAILING)

    def _paint_row(self, painter: QPainter, rect: QRectF, figures: QueueFigures, fresh: Freshness) -> None:
        colors = theme().colors
        if figures.stale_since is not None and not fresh.stale:
            fresh = Freshness(figures.stale_since, fresh.age_s, stale=True)
        ink = colors.text.muted if fresh.stale else colors.text.primary
        until = fresh.as_of if fresh.stands else self._clock.now()
        waited = (until - figures.waiting_since[0]).total_seconds() if figures.waiting_since else None
        places = _columns(rect)
        draw_text(painter, places[0], figures.label, TextRole.WALL, ink)
        draw_text(painter, places[1], words.count(figures.waiting), TextRole.WALL, ink, Align.TRAILING)
        level = words.whole_percent(figures.service_level)
        self._paint_lit(painter, places[2], words.running(waited), wait_heat(waited, figures.limits), ink, fresh)
        heat = level_heat(figures.service_level, figures.limits.level_target)
        self._paint_lit(painter, places[3], level, heat, ink, fresh)
        draw_text(painter, places[4], words.count(figures.agents_ready), TextRole.WALL, ink, Align.TRAILING)
        age = words.age(fresh.age_s)
        if fresh.stale:
            age = tr("stale, {time}", time=words.clock_seconds(fresh.as_of, self._zone))
        second = colors.text.muted if fresh.stale else colors.text.secondary
        used = draw_text(painter, places[5], age, TextRole.TIMER, second, Align.TRAILING)
        if fresh.stale:
            self._icon(painter, places[5].right() - used - 30, rect.center().y() - 12, Icon.UNPLUG, second)

    def _paint_lit(self, painter: QPainter, rect: QRectF, text: str, heat: Heat, ink: QColor, fresh: Freshness) -> None:
        lit = None if fresh.stale else _LIT.get(heat)
        color = theme().colors.voice(lit[0]).text if lit is not None else ink
        used = draw_text(painter, rect, text, TextRole.WALL, color, Align.TRAILING)
        if lit is not None:
            self._icon(painter, rect.right() - used - 34, rect.center().y() - 12, lit[1], color)

    def _paint_states(self, painter: QPainter, width: float, board: Board, fresh: Freshness) -> None:
        colors = theme().colors
        groups = by_state(board.agents)
        wide = (width - 2 * _EDGE - (len(STATES_SHOWN) - 1) * _GAP) / len(STATES_SHOWN)
        top = _HEIGHT - _FOOT_BOTTOM - _FOOT_HEIGHT
        for place, state in enumerate(STATES_SHOWN):
            look, rect = LOOKS[state], QRectF(_EDGE + place * (wide + _GAP), top, wide, _FOOT_HEIGHT)
            box(painter, rect, colors.bg.panel, colors.line.soft, Radius.CONTROL)
            ink = colors.text.muted if fresh.stale else colors.text.primary
            self._icon(painter, rect.left() + 14, rect.center().y() - 12, look.icon, colors.voice(look.voice).text)
            name = rect.adjusted(48, 0, -60, 0)
            draw_text(painter, name, tr(look.words), TextRole.NAME, colors.text.secondary)
            count = rect.adjusted(0, 0, -14, 0)
            draw_text(painter, count, words.count(len(groups[state])), TextRole.WALL, ink, Align.TRAILING)


_ALIGNS = (Align.LEADING, *(Align.TRAILING for _ in _TITLES[1:]))


def _columns(rect: QRectF) -> tuple[QRectF, ...]:
    places, left = [], rect.left()
    for share in _SHARES:
        wide = rect.width() * share
        places.append(QRectF(left, rect.top(), wide - 8, rect.height()))
        left += wide
    return (*places[:-1], places[-1].adjusted(0, 0, 8, 0))


def _most_urgent(queues: tuple[QueueFigures, ...], room: int) -> tuple[QueueFigures, ...]:
    """Return the queues that fit, in their order: those in which somebody waits stay."""
    if len(queues) <= room:
        return queues
    chosen = sorted(queues, key=lambda one: -one.waiting)[:room]
    return tuple(one for one in queues if one in chosen)
