"""Paints the blocks of the call lane from their values, and says where each timer stands so that it ticks alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from string import Formatter

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter

from crmdesk.domain import words
from crmdesk.domain.language import tr, tr_in
from crmdesk.domain.quick import dataclass
from crmdesk.ui.frame.lane_model import NO_CALL, CellKind, Lane, LaneCell, Parked, StateBlock
from crmdesk.ui.kit.painting import (
    Align,
    KeyTone,
    draw_bar,
    draw_icon,
    draw_key,
    draw_text,
    fill,
    key_width,
    text_width,
)
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

_SOON_BELOW_S = 10
_BAR_WIDTH = 170
_TWO_LINES = 34
_NAME_ROOM = 320
_BETWEEN_KEYS = 14


@dataclass(frozen=True, slots=True)
class CellRoom:
    """Where a cell stands, and how much of its end is taken by buttons."""

    rect: QRect
    taken: int
    roomy: bool


def seconds_since(since: datetime | None, now: datetime) -> float | None:
    """Return the seconds since an instant, None without one."""
    return None if since is None else (now - since).total_seconds()


def _two_lines(
    painter: QPainter, rect: QRectF, first: tuple[str, TextRole, QColor], second: tuple[str, QColor]
) -> None:
    """Draw two lines centred together; one line alone when there is no second."""
    text, role, ink = first
    if not second[0]:
        draw_text(painter, rect, text, role, ink)
        return
    top = rect.top() + (rect.height() - _TWO_LINES) / 2
    draw_text(painter, QRectF(rect.left(), top, rect.width(), 18), text, role, ink)
    draw_text(painter, QRectF(rect.left(), top + 18, rect.width(), 16), second[0], TextRole.CAPTION, second[1])


def state_timer_rect(rect: QRect) -> QRect:
    """Return where the timer of the state block stands."""
    return QRect(rect.right() - 76, rect.top() + 14, 64, 28)


def paint_state(painter: QPainter, rect: QRect, state: StateBlock, now: datetime) -> None:
    """Paint the agent's own state."""
    colors = theme().colors
    middle = rect.center().y() + 1
    draw_icon(painter, rect.left() + Space.L, middle - 9, state.icon, colors.voice(state.voice).text, Size.ICON_LANE)
    timer = words.running(seconds_since(state.since, now)) if state.since is not None else ""
    room = QRectF(rect).adjusted(44, 0, -text_width(timer, TextRole.STATE) - 20, 0)
    _two_lines(
        painter,
        room,
        (state.words, TextRole.BODY_STRONG, colors.text.primary),
        (state.second, colors.text.secondary),
    )
    draw_text(painter, state_timer_rect(rect), timer, TextRole.STATE, colors.text.primary, Align.TRAILING)


def cell_timer_rect(cell: LaneCell, room: CellRoom) -> QRect:
    """Return where the ticking part of a cell stands: the timer of a ring, the time left of a wrap-up."""
    rect = room.rect
    if cell.kind is CellKind.WRAP_UP:
        return QRect(rect.right() - room.taken - Space.L - _BAR_WIDTH, rect.top(), _BAR_WIDTH, rect.height())
    return QRect(rect.left() + 48, rect.top(), _timer_width(cell), rect.height())


def _timer_width(cell: LaneCell) -> int:
    return 60 if cell.kind is CellKind.RINGING or cell.kind is CellKind.HELD else 0


def paint_cell(painter: QPainter, cell: LaneCell, room: CellRoom, now: datetime) -> None:
    """Paint one call."""
    if cell.kind is CellKind.RINGING:
        _paint_ringing(painter, cell, room, now)
        return
    colors = theme().colors
    voice = {CellKind.TALKING: Voice.PHONE, CellKind.HELD: Voice.SOON, CellKind.WRAP_UP: Voice.REST}[cell.kind]
    tone = colors.voice(voice)
    rect = room.rect
    fill(painter, rect, tone.soft)
    fill(painter, QRect(rect.left(), rect.top(), Size.ACCENT, rect.height()), tone.solid)
    middle = rect.center().y() + 1
    draw_icon(painter, rect.left() + 17, middle - 9, cell.icon, tone.text, Size.ICON_LANE)
    left = rect.left() + 46
    if cell.kind is CellKind.HELD:
        _paint_timer(painter, cell, room, now, colors.text.primary)
        left += _timer_width(cell)
    end = rect.right() - room.taken - Space.M
    if cell.kind is CellKind.WRAP_UP and cell.ends_at is not None:
        end -= _paint_time_left(painter, cell, room, now)
    _two_lines(
        painter,
        QRectF(left, rect.top(), end - left, rect.height()),
        (cell.title, TextRole.BODY_STRONG, colors.text.primary),
        (cell.second, colors.text.secondary),
    )


def _paint_timer(painter: QPainter, cell: LaneCell, room: CellRoom, now: datetime, ink: QColor) -> None:
    shown = words.running(seconds_since(cell.since, now))
    draw_text(painter, cell_timer_rect(cell, room), shown, TextRole.TIMER, ink)


def _paint_time_left(painter: QPainter, cell: LaneCell, room: CellRoom, now: datetime) -> int:
    """Paint the bar of a wrap-up and the words over it; return the room they take in px."""
    assert cell.ends_at is not None
    if room.rect.width() - room.taken < _BAR_WIDTH + 260:
        return 0
    colors = theme().colors
    left = max(0.0, (cell.ends_at - now).total_seconds())
    voice = colors.voice(Voice.SOON if left <= _SOON_BELOW_S else Voice.REST)
    rect = cell_timer_rect(cell, room)
    text = tr("{time} left", time=words.running(left))
    draw_text(painter, QRect(rect.left(), rect.top() + 12, rect.width(), 18), text, TextRole.SMALL, voice.text)
    bar = QRectF(rect.left(), rect.top() + 34, rect.width(), Size.BAR)
    draw_bar(painter, bar, left / cell.allowed_s if cell.allowed_s else 0.0, voice.solid)
    return _BAR_WIDTH + Space.L


def _paint_ringing(painter: QPainter, cell: LaneCell, room: CellRoom, now: datetime) -> None:
    """Paint the one large saturated area there is."""
    tone = theme().colors.voice(Voice.PHONE)
    rect = room.rect
    fill(painter, rect, tone.solid)
    draw_icon(painter, rect.left() + 17, rect.center().y() - 8, cell.icon, tone.on, Size.ICON_LANE)
    _paint_timer(painter, cell, room, now, tone.on)
    end = rect.right() - Space.L - _paint_keys(painter, cell, room)
    left = rect.left() + 48 + _timer_width(cell)
    _two_lines(
        painter,
        QRectF(left, rect.top(), end - left - Space.M, rect.height()),
        (cell.title, TextRole.TITLE, tone.on),
        (cell.second, tone.on),
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word or a key at the end of a ringing cell, with the gap after it."""

    text: str
    key: bool
    gap: int = 6
    role: TextRole = TextRole.SMALL

    @property
    def width(self) -> int:
        return (key_width(self.text) if self.key else text_width(self.text, self.role)) + self.gap


def _pieces(cell: LaneCell, *, look: bool, hint: bool) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    if cell.digits > 1:
        said = tr_in("keys while the phone rings", "{first} to {last} open")
        pieces += _told(said, first=cap_text("Ctrl+1"), last=cap_text(f"Ctrl+{min(9, cell.digits)}"))
    elif cell.digits:
        pieces += _told(tr_in("a key while the phone rings", "{key} open"), key=cap_text("Ctrl+1"))
    if look:
        pieces += _told(tr_in("a key while the phone rings", "{key} look"), key=cap_text("Ctrl+L"))
    if hint and cell.hint:
        pieces.append(_Piece(cell.hint, key=False, gap=0, role=TextRole.SECTION))
    return tuple(pieces)


def _told(message: str, **keys: str) -> tuple[_Piece, ...]:
    """Return the words and keys of a message that tells what keys do, in the order that its language has."""
    pieces: list[_Piece] = []
    for literal, name, _, _ in Formatter().parse(message):
        if literal.strip():
            pieces.append(_Piece(literal.strip(), key=False))
        if name is not None:
            pieces.append(_Piece(keys[name], key=True))
    return (*pieces[:-1], *(replace(piece, gap=_BETWEEN_KEYS) for piece in pieces[-1:]))


def _fitting_pieces(cell: LaneCell, room: CellRoom) -> tuple[_Piece, ...]:
    """Return what fits beside the caller's name: the look goes first, then the hint; keys that choose go last."""
    look = cell.look and (room.roomy or not cell.digits)
    space = room.rect.width() - _NAME_ROOM
    for pieces in (
        _pieces(cell, look=look, hint=True),
        _pieces(cell, look=False, hint=True),
        _pieces(cell, look=False, hint=False),
    ):
        if sum(piece.width for piece in pieces) <= space:
            return pieces
    return ()


def _paint_keys(painter: QPainter, cell: LaneCell, room: CellRoom) -> int:
    """Paint keys and hint at the end of a ringing cell; return the width taken in px."""
    tone = theme().colors.voice(Voice.PHONE)
    middle = room.rect.center().y() + 1
    pieces = _fitting_pieces(cell, room)
    total = sum(piece.width for piece in pieces)
    x = room.rect.right() - Space.L - total
    for index, piece in enumerate(pieces):
        if piece.key:
            draw_key(painter, x, middle, piece.text, KeyTone.INVERTED)
        else:
            if piece.role is TextRole.SECTION and index:
                fill(painter, QRectF(x - 8, middle - 8, 1, 16), tone.on)
            box = QRectF(x, room.rect.top(), piece.width + 2, Size.LANE)
            draw_text(painter, box, piece.text, piece.role, tone.on)
        x += piece.width
    return total


def paint_idle(painter: QPainter, rect: QRect, lane: Lane) -> None:
    """Paint the words of a lane without a call."""
    colors = theme().colors
    said = lane.words or tr(NO_CALL)
    left = rect.left() + Space.L
    if lane.icon is not None:
        draw_icon(painter, left, rect.center().y() - 8, lane.icon, colors.voice(lane.voice).text, Size.ICON_LANE)
        left += 30
        first = (said, TextRole.BODY_STRONG, colors.text.primary)
        _two_lines(
            painter,
            QRectF(left, rect.top(), rect.right() - left, rect.height()),
            first,
            (lane.second, colors.text.secondary),
        )
        return
    draw_text(
        painter,
        QRectF(left, rect.top(), rect.right() - left - 8, rect.height()),
        said,
        TextRole.BODY,
        colors.text.secondary,
    )


def paint_parked(painter: QPainter, rect: QRect, parked: Parked, *, hovered: bool) -> None:
    """Paint writing that waits."""
    colors = theme().colors
    if hovered:
        fill(painter, rect, colors.bg.hover)
    draw_icon(painter, rect.left() + 12, rect.center().y() - 7, Icon.PEN_LINE, colors.text.muted)
    _two_lines(
        painter,
        QRectF(rect.left() + 36, rect.top(), rect.width() - 44, rect.height()),
        (parked.title, TextRole.SECTION, colors.text.primary),
        (parked.second, colors.text.secondary),
    )
