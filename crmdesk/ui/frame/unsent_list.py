"""The list of changes that the server has not taken: what it is, why, since when, and the ways on with their keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QStyleOptionViewItem, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.language import mark, tr, tr_in
from crmdesk.domain.sync_state import UnsentChange, UnsentState, Way
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.sync_words import icon_of, spoken, urgency, why
from crmdesk.ui.kit import (
    ROW_ROLE,
    Align,
    Button,
    ButtonKind,
    ButtonSize,
    ChipSpec,
    ListView,
    RowDelegate,
    RowsModel,
    RowState,
    chip_width,
    draw_chip,
    draw_icon,
    draw_text,
    text_width,
)
from crmdesk.ui.kit.mirror import margins
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Size, Space, TextRole, Voice, theme

_LEFT = Size.ICON + 10
_WAYS_TOP, _WAYS_ROOM, _WAYS_LINE = 48, 38, 34
_EDGE = 1


class Doing(StrEnum):
    """What a person does with a change."""

    ASK = "ask"
    CHANGE = "change"
    SEND_AGAIN = "send_again"
    KEEP_AS_NOTE = "keep_as_note"
    LET_GO = "let_go"
    SETTLE = "settle"


_WORDS = {
    Doing.ASK: mark("Ask a supervisor"),
    Doing.CHANGE: mark("Change it"),
    Doing.SEND_AGAIN: mark("Send again"),
    Doing.KEEP_AS_NOTE: mark("Keep as a note"),
    Doing.LET_GO: mark("Let it go"),
    Doing.SETTLE: mark("Settle it"),
}


_KEYS = {
    Doing.ASK: commands.ASK.chord,
    Doing.CHANGE: commands.CHANGE_IT.chord,
    Doing.KEEP_AS_NOTE: commands.KEEP_AS_NOTE.chord,
    Doing.LET_GO: commands.LET_GO.chord,
}


def doings(row: object) -> tuple[Doing, ...]:
    """Return what can be done with a change, the first by Enter."""
    if not isinstance(row, UnsentChange):
        return ()
    found = []
    if Way.SETTLE in row.ways:
        found.append(Doing.SETTLE)
    if Way.TRY_AGAIN in row.ways:
        found.append(Doing.SEND_AGAIN)
        if Way.CHANGE in row.ways:
            found.append(Doing.CHANGE)
        if Way.ASK in row.ways:
            found.append(Doing.ASK)
        if row.text.strip():
            found.append(Doing.KEEP_AS_NOTE)
    if Way.LET_GO in row.ways:
        found.append(Doing.LET_GO)
    return tuple(found)


def lines_of(row: object, room: int) -> tuple[tuple[Doing, ...], ...]:
    """Return what can be done with a change as lines of buttons, none wider than ``room`` px with its keys."""
    lines: list[list[Doing]] = []
    used = 0
    for place, doing in enumerate(doings(row)):
        key = cap_text("Enter" if place == 0 else _KEYS.get(doing, ""))
        width = _button(doing, key).sizeHint().width()
        if not lines or used + Space.S + width > room:
            lines.append([])
            used = -Space.S
        lines[-1].append(doing)
        used += Space.S + width
    return tuple(map(tuple, lines))


def _button(doing: Doing, key: str = "") -> Button:
    return Button(tr(_WORDS[doing]), ButtonKind.QUIET, key=key, size=ButtonSize.SMALL)


class UnsentDelegate(RowDelegate):
    """Paints one change; rows with ways on are higher, their buttons stand in them."""

    def __init__(self, zone: tzinfo, room: int) -> None:
        super().__init__(Size.ROW_TWO_LINES)
        self._zone = zone
        self._room = room
        self.now: datetime | None = None

    def height_of(self, row: object) -> int:
        """Return the height of a row in px."""
        lines = len(lines_of(row, self._room))
        return self.height + (_WAYS_ROOM + (lines - 1) * _WAYS_LINE if lines else 0)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of this row."""
        return QSize(80, self.height_of(index.data(ROW_ROLE)))

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint the two lines."""
        if not isinstance(row, UnsentChange) or self.now is None:
            return
        colors = theme().colors
        waits = row.state is UnsentState.WAITING
        voice = Voice.SOON if row.state is UnsentState.CONFLICT else Voice.LATE
        ink = colors.text.muted if waits else colors.voice(voice).text
        draw_icon(painter, rect.left(), rect.top() + 10, icon_of(row), ink)
        left, end, top = rect.left() + _LEFT, rect.right(), rect.top() + 8
        if waits:
            old = words.age((self.now - row.made_at).total_seconds())
            room = QRectF(left, top, end - left, 20)
            draw_text(painter, room, old, TextRole.SMALL, colors.text.secondary, Align.TRAILING)
            end -= text_width(old, TextRole.SMALL) + Space.S
        else:
            refused = row.state is UnsentState.REFUSED
            chip = ChipSpec(tr_in("a change", "Refused") if refused else tr_in("a change", "Two versions"), voice)
            draw_chip(painter, end - chip_width(chip), top + 10, chip)
            end -= chip_width(chip) + Space.S
        title = QRectF(left, top, end - left, 20)
        draw_text(painter, title, row.what, TextRole.BODY_STRONG, colors.text.primary)
        below = QRectF(left, top + 19, rect.right() - left, 18)
        draw_text(painter, below, why(row, self.now, self._zone), TextRole.SMALL, colors.text.secondary)


class _Ways(QWidget):
    """The buttons of one row. ``wanted`` carries what to do."""

    wanted = Signal(object)

    def __init__(self, change: UnsentChange, room: int) -> None:
        super().__init__()
        self.change = change
        self.buttons: dict[Doing, Button] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(margins(Space.L + _LEFT, _WAYS_TOP, Space.L, 0))
        column.setSpacing(Space.S)
        for line in lines_of(change, room):
            row = QHBoxLayout()
            row.setSpacing(Space.S)
            for doing in line:
                button = _button(doing)
                button.clicked.connect(partial(self._pressed, doing))
                row.addWidget(button)
                self.buttons[doing] = button
            row.addStretch(1)
            column.addLayout(row)
        column.addStretch(1)

    def _pressed(self, doing: Doing, _checked: bool = False) -> None:
        self.wanted.emit((self.change, doing))


class UnsentList(ListView):
    """``wanted`` carries the change and what to do with it; ``width`` px are what it is given: ways on that find no
    room beside each other stand in several lines."""

    wanted = Signal(object, object)

    def __init__(self, zone: tzinfo, width: int) -> None:
        self._room = width - 2 * (_EDGE + Space.L) - _LEFT
        self.delegate = UnsentDelegate(zone, self._room)
        self.rows_model: RowsModel[object] = RowsModel(_key, spoken)
        super().__init__(tr("Changes not sent yet"), self.rows_model, self.delegate)
        self.rows_model.setParent(self)
        self.setUniformItemSizes(False)
        self.keys: dict[Doing, str] = {}
        self._ways: list[_Ways] = []
        self.opened.connect(self._first)
        self.current_changed.connect(self._show_keys)

    @property
    def changes(self) -> tuple[UnsentChange, ...]:
        """Return the changes listed."""
        return tuple(row for row in self.rows_model.rows if isinstance(row, UnsentChange))

    @property
    def ways(self) -> tuple[dict[Doing, Button], ...]:
        """Return the buttons of each row that has some, from the top."""
        return tuple(ways.buttons for ways in self._ways)

    def show_changes(self, changes: Sequence[UnsentChange], now: datetime) -> None:
        """Show other changes: refused ones first; what is selected stays so."""
        self.delegate.now = now
        ordered: tuple[UnsentChange, ...] = tuple(sorted(changes, key=urgency))
        if ordered == self.changes:
            self.viewport().update()
            return
        before = self.row
        self.rows_model.show_rows(ordered)
        if self.row is None and isinstance(before, UnsentChange):
            self.select(next((place for place, one in enumerate(ordered) if _is_same(one, before)), -1))
        self._ways = []
        for place, change in enumerate(ordered):
            index = self.rows_model.index(place)
            old = self.indexWidget(index)
            ways = _Ways(change, self._room) if doings(change) else None
            if ways is None:
                if old is not None:
                    self.setIndexWidget(index, QWidget())
                continue
            ways.wanted.connect(self._wanted)
            self.setIndexWidget(index, ways)
            self._ways.append(ways)
        self._show_keys()

    def tick(self, now: datetime) -> None:
        """Let the ages grow."""
        self.delegate.now = now
        self.viewport().update()

    def content_height(self) -> int:
        """Return the height in px of all rows."""
        return sum(self.delegate.height_of(row) for row in self.rows_model.rows)

    def show_keys(self, keys: dict[Doing, str]) -> None:
        """Draw these key caps on the buttons of the row that is selected."""
        self.keys = keys
        self._show_keys()

    def _show_keys(self, _: object = None) -> None:
        chosen = self.row
        for ways in self._ways:
            for doing, button in ways.buttons.items():
                first = doing is next(iter(ways.buttons))
                key = cap_text("Enter") if first and self.keys else self.keys.get(doing, "")
                button.set_key(key if chosen == ways.change else "")

    def do(self, doing: Doing) -> None:
        """Do something with the selected change, where it can be done."""
        row = self.row
        if isinstance(row, UnsentChange) and doing in doings(row):
            self.wanted.emit(row, doing)

    def _first(self, row: object) -> None:
        can = doings(row)
        if can:
            self.wanted.emit(row, can[0])

    def _wanted(self, pressed: object) -> None:
        if isinstance(pressed, tuple):
            self.wanted.emit(*pressed)

    def minimumSizeHint(self) -> QSize:
        """Return room for one row."""
        return QSize(200, self.delegate.height)


def _is_same(one: UnsentChange, other: UnsentChange) -> bool:
    """Return whether it is the same change, which may stand otherwise by now."""
    return (one.seq, one.row_id) == (other.seq, other.row_id)


def _key(row: object) -> object:
    return (row.seq, row.conflict_id, row.row_id, row.state) if isinstance(row, UnsentChange) else None
