"""The command palette: everything that can be done now, found by its words, with the key that would have done it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.language import tr, tr_in
from crmdesk.domain.quick import dataclass
from crmdesk.domain.words import count
from crmdesk.ui.kit import (
    Align,
    FloatingCard,
    Ink,
    Label,
    Line,
    LineEdit,
    RowsModel,
    RowState,
    draw_icon,
    draw_key,
    draw_marked,
    draw_text,
    fill,
    key_width,
)
from crmdesk.ui.kit.listview import ListView
from crmdesk.ui.kit.mirror import margins, painter_on
from crmdesk.ui.kit.rows import RowDelegate
from crmdesk.ui.qt.keys import Binding, Group, KeyMap, cap_text
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, theme

_ROWS_SHOWN = 10
_FIELD_HEIGHT = 50
_FOOT_HEIGHT = 34


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a group between the actions."""

    words: str


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done now."""

    id: str
    words: str
    details: str
    cap: str
    icon: Icon | None
    group: Group
    typed: tuple[str, ...] = ()


def matching(actions: tuple[Action, ...], typed: str) -> tuple[Heading | Action, ...]:
    """Return the actions that have every typed word in them, under the headings of their groups: those that begin as
    it was typed come first, of these the ones with the fewest other words."""
    wanted = tuple(typed.casefold().split())

    def worse(action: Action) -> tuple[bool, int]:
        own = action.words.casefold().split()
        return not own[0].startswith(wanted[0]), len(own)

    rows: list[Heading | Action] = []
    for group in Group:
        found = [
            Action(a.id, a.words, a.details, a.cap, a.icon, a.group, wanted)
            for a in actions
            if a.group is group and all(_says(f"{a.words} {a.details}".casefold(), word) for word in wanted)
        ]
        if wanted:
            found.sort(key=worse)
        if found:
            rows.append(Heading(group.heading))
            rows.extend(found)
    return tuple(rows)


def _says(text: str, word: str) -> bool:
    """Return whether a word of the text begins with ``word``, or, from three letters on, holds it anywhere."""
    return any(part.startswith(word) for part in text.split()) or (len(word) > 2 and word in text)


def action_of(binding: Binding) -> Action:
    """Return a binding as a row."""
    command = binding.command
    return Action(command.id, tr(command.words), binding.details, binding.cap, command.icon, command.group)


class PaletteDelegate(RowDelegate):
    """Paints headings and actions."""

    def __init__(self) -> None:
        super().__init__(Size.OPTION)

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint one row over its ground without a separator."""
        colors = theme().colors
        if isinstance(row, Heading):
            draw_text(painter, rect.adjusted(0, 6, 0, 0), row.words, TextRole.CAPTION, colors.text.secondary)
            return
        if not isinstance(row, Action):
            return
        area = QRectF(rect)
        if row.icon is not None:
            ink = colors.you.text if state.selected else colors.text.muted
            draw_icon(painter, area.left(), area.center().y() - 8, row.icon, ink)
        area.setLeft(area.left() + 26)
        if row.cap:
            draw_key(painter, area.right() - key_width(row.cap), area.center().y(), row.cap)
            area.setRight(area.right() - key_width(row.cap) - Space.M)
        role = TextRole.BODY_STRONG if state.selected else TextRole.BODY
        used = draw_marked(painter, area, row.words, row.typed, role, colors.text.primary)
        area.setLeft(area.left() + used + 10)
        draw_text(painter, area, row.details, TextRole.SMALL, colors.text.secondary)

    def paint_ground(self, painter: QPainter, rect: QRectF, state: RowState) -> None:
        """Paint only the chosen row: no lines between actions."""
        if state.selected:
            fill(painter, rect, theme().colors.you.soft)
        elif state.hovered:
            fill(painter, rect, theme().colors.bg.hover)


class _PaletteField(LineEdit):
    """The line to type in: bare, the card is its box."""

    def __init__(self) -> None:
        super().__init__(tr("Type what you want to do"), Icon.TERMINAL)
        self.setFixedHeight(_FIELD_HEIGHT - 2)
        self.setFont(theme().font(TextRole.FIND))

    def paint_box(self, painter: QPainter) -> None:
        """Draw no box."""


class _Foot(QWidget):
    """Says how the palette is used, and how many of how many are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_FOOT_HEIGHT)
        self.count = ""
        self._ways = (
            ("↑", ""),
            ("↓", tr_in("what a key does", "choose")),
            (cap_text("Enter"), tr_in("what a key does", "do it")),
            (cap_text("Escape"), tr_in("what a key does", "back")),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = painter_on(self)
        colors = theme().colors
        rect = QRectF(self.rect())
        fill(painter, rect, colors.bg.window, Radius.POP)
        fill(painter, QRectF(0, 0, rect.width(), 12), colors.bg.window)
        fill(painter, QRectF(0, 0, rect.width(), 1), colors.line.soft)
        x = rect.left() + Space.L
        for key, words in self._ways:
            x += draw_key(painter, x, rect.center().y(), key) + 6
            if words:
                room = QRectF(x, 0, 120, rect.height())
                x += draw_text(painter, room, words, TextRole.SMALL, colors.text.secondary) + 14
        end = rect.adjusted(0, 0, -Space.L, 0)
        draw_text(painter, end, self.count, TextRole.SMALL, colors.text.secondary, Align.TRAILING)


class CommandPalette(FloatingCard):
    """The palette. It takes the keyboard while open and gives it back before it does what was chosen."""

    def __init__(self, keys: KeyMap, parent: QWidget) -> None:
        super().__init__(parent)
        self._keys = keys
        self._before: QWidget | None = None
        self._bindings: dict[str, Binding] = {}
        self._actions: tuple[Action, ...] = ()
        self.field = _PaletteField()
        self.note = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.model: RowsModel[object] = RowsModel(key=_key, words=_words, parent=self)
        self.list = ListView(tr("Commands"), self.model, PaletteDelegate())
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._foot = _Foot()
        self._nothing = Label(tr("Nothing that can be done now has these words"), TextRole.BODY, Ink.SECONDARY)
        self._nothing.setContentsMargins(margins(Space.L, 0, 0, 0))
        head = QHBoxLayout()
        head.setContentsMargins(margins(Space.XS, 0, Space.L, 0))
        head.setSpacing(Space.S)
        head.addWidget(self.field, 1)
        head.addWidget(self.note)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Line())
        column.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.list, 1)
        column.addWidget(self._foot)
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._clicked)

    def open_over(self, area: QRectF, note: str = "") -> None:
        """Open over the middle of ``area`` (in the parent); ``note`` says what goes on meanwhile."""
        self._before = QApplication.focusWidget()
        bindings = self._keys.available()
        self._bindings = {binding.command.id: binding for binding in bindings}
        self._actions = tuple(action_of(binding) for binding in bindings if binding.command.id != "palette")
        self.note.set_text(note)
        self.field.clear()
        self._typed("")
        width = int(min(Size.PALETTE, area.width() - 2 * Space.S))
        rows = _ROWS_SHOWN * Size.OPTION
        height = int(min(_FIELD_HEIGHT + rows + _FOOT_HEIGHT, area.height() - 2 * Space.L))
        self.place_card(int(area.center().x() - width / 2), int(area.top()) + 40, width, height)
        self.appear()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _typed(self, text: str) -> None:
        rows = matching(self._actions, text)
        self.model.show_rows(rows)
        actions = sum(isinstance(row, Action) for row in rows)
        self._foot.count = tr("{n} of {total}", n=count(actions), total=count(len(self._actions)))
        self._foot.update()
        self.list.select(next((i for i, row in enumerate(rows) if isinstance(row, Action)), -1))
        self._nothing.setVisible(not rows)

    def _move(self, step: int) -> None:
        rows = self.model.rows
        place = self.list.currentIndex().row() + step
        while 0 <= place < len(rows) and not isinstance(rows[place], Action):
            place += step
        if 0 <= place < len(rows):
            self.list.select(place)

    def _clicked(self) -> None:
        self.do_chosen()

    def do_chosen(self) -> None:
        """Close, give the keyboard back, then do what is chosen."""
        row = self.list.row
        binding = self._bindings.get(row.id) if isinstance(row, Action) else None
        if binding is None:
            return
        self.go()
        binding.trigger()

    def go(self) -> None:
        """Close and give the keyboard back to where it was."""
        if self.isHidden():
            return
        before = self._before
        self._before = None
        super().go()
        if before is not None:
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        self._bindings = {}

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows move in the list while one types, Enter do it, Esc close."""
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            keys = {
                Qt.Key.Key_Down: 1,
                Qt.Key.Key_Up: -1,
                Qt.Key.Key_Return: 0,
                Qt.Key.Key_Enter: 0,
                Qt.Key.Key_Escape: 0,
            }
            key = Qt.Key(event.key())
            plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
            if key not in keys or not plain:
                return False
            event.accept()
            if event.type() is QEvent.Type.KeyPress:
                self._press(key, keys[key])
            return True
        return False

    def _press(self, key: Qt.Key, step: int) -> None:
        if key is Qt.Key.Key_Escape:
            self.go()
        elif step:
            self._move(step)
        else:
            self.do_chosen()


def _key(row: object) -> object:
    return row.id if isinstance(row, Action) else row


def _words(row: object) -> str:
    if isinstance(row, Action):
        return f"{row.words}, {row.cap}" if row.cap else row.words
    return row.words if isinstance(row, Heading) else ""
