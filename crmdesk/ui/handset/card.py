"""A card to pick one thing from: type to thin the list, arrows move, Enter takes it, Esc goes back. Never modal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.language import tr, tr_in
from crmdesk.ui.handset.picks import Pick, matching
from crmdesk.ui.kit import (
    Align,
    Button,
    ButtonKind,
    FloatingCard,
    Flow,
    Ink,
    Label,
    Line,
    LineEdit,
    ListView,
    PaneTitle,
    RowDelegate,
    RowsModel,
    RowState,
    draw_icon,
    draw_marked,
    draw_text,
    fill,
)
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

_WIDTH = 480
_ROWS = 8
_HEAD, _FOOT = 44, 52
_STILL_HERE = frozenset({Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.MenuBarFocusReason})


class PickDelegate(RowDelegate):
    """Paints a row: icon, words, details, state at the end."""

    def __init__(self) -> None:
        super().__init__(Size.OPTION)

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint one row."""
        if not isinstance(row, Pick):
            return
        colors = theme().colors
        area = QRectF(rect)
        ink = colors.text.muted if row.voice is Voice.REST else colors.voice(row.voice).text
        draw_icon(painter, area.left(), area.center().y() - Size.ICON / 2, row.icon, ink)
        area.setLeft(area.left() + 26)
        if row.end:
            tone = colors.text.secondary if row.voice is Voice.REST else colors.voice(row.voice).text
            area.setRight(area.right() - draw_text(painter, area, row.end, TextRole.SMALL, tone, Align.TRAILING) - 10)
        role = TextRole.BODY_STRONG if state.selected else TextRole.BODY
        used = draw_marked(painter, area, row.words, row.typed, role, colors.text.primary)
        area.setLeft(area.left() + used + 10)
        draw_text(painter, area, row.details, TextRole.SMALL, colors.text.secondary)

    def paint_ground(self, painter: QPainter, rect: QRectF, state: RowState) -> None:
        """Paint only the chosen row."""
        colors = theme().colors
        if state.selected:
            fill(painter, rect, colors.you.soft)
            fill(painter, QRectF(rect.left(), rect.top(), Size.ACCENT, rect.height()), colors.you.solid)
        elif state.hovered:
            fill(painter, rect, colors.bg.hover)


class PickCard(FloatingCard):
    """``taken`` carries the value of what was picked by Enter, ``taken_other`` by Shift+Enter, where offered.

    A row with a caution is taken by the second press: the first one says why one might not.
    """

    taken = Signal(object)
    taken_other = Signal(object)

    def __init__(self, name: str, placeholder: str, icon: Icon, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._before: QWidget | None = None
        self._all: tuple[Pick, ...] = ()
        self._also: Callable[[str], tuple[Pick | None, str]] | None = None
        self._warned: Pick | None = None
        self._empty = ""
        self._subject = ""
        self._chosen = self._going = False
        self.title = PaneTitle(name)
        self.about = Label("", TextRole.BODY, Ink.SECONDARY)
        self.field = LineEdit(placeholder, icon)
        self.field.setAccessibleName(placeholder)
        self.model: RowsModel[object] = RowsModel(key=_key, words=_words, parent=self)
        self.list = ListView(name, self.model, PickDelegate())
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hint = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self.first = Button("", ButtonKind.PRIMARY, key=cap_text("Enter"))
        self.other = Button("", ButtonKind.SECONDARY, key=cap_text("Shift+Enter"))
        self._first_words = ""
        self._lay_out()
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.list.current_changed.connect(self._moved)
        self.list.clicked.connect(self._clicked)
        self.list.doubleClicked.connect(self.take)
        self.first.clicked.connect(self.take)
        self.other.clicked.connect(self.take_other)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, 0, Space.L, 0)
        head.setSpacing(Space.S)
        self.title.setFixedHeight(_HEAD)
        head.addWidget(self.title)
        head.addWidget(self.about, 1)
        inside = QHBoxLayout()
        inside.setContentsMargins(Space.L, 0, Space.L, Space.S)
        inside.addWidget(self.field)
        said = QHBoxLayout()
        said.setContentsMargins(Space.L, Space.XS, Space.L, Space.XS)
        said.addWidget(self.hint)
        foot = _Foot()
        buttons = QHBoxLayout(foot)
        buttons.setContentsMargins(Space.L, 0, Space.L, 0)
        buttons.setSpacing(Space.S)
        buttons.addWidget(self.first)
        buttons.addWidget(self.other)
        buttons.addStretch(1)
        buttons.addWidget(
            Label(tr_in("what a key does", "{key} back", key=cap_text("Escape")), TextRole.SMALL, Ink.MUTED)
        )
        for button in (self.first, self.other):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(inside)
        column.addWidget(Line())
        column.addWidget(self.list, 1)
        column.addLayout(said)
        column.addWidget(foot)

    def open_over(self, area: QRectF, about: str, first: str, other: str = "", rows: int = _ROWS) -> None:
        """Open over the middle of ``area`` (in the parent) with room for so many rows; the words are those of Enter and
        of Shift+Enter."""
        self._chosen = False
        if self.isHidden():
            self._before = QApplication.focusWidget()
        self.about.set_text(about)
        self._first_words = first
        self.first.set_words(first)
        self.other.set_words(other)
        self.other.setVisible(bool(other))
        if not about or about != self._subject:
            self.field.clear()
        self._subject = about
        self._typed(self.field.text())
        width = int(min(_WIDTH, area.width() - 2 * Space.S))
        height = _HEAD + Size.CONTROL + rows * Size.OPTION + 48 + _FOOT
        height = int(min(height, area.height() - 2 * Space.M))
        self.place_card(int(area.center().x() - width / 2), int(area.top()) + Space.XL, width, height)
        self.appear()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def offer(
        self, picks: tuple[Pick, ...], also: Callable[[str], tuple[Pick | None, str]] | None = None, empty: str = ""
    ) -> None:
        """Offer these rows; ``also`` makes a row of what is typed, or says why it is none."""
        kept = self.list.row if self._chosen else None
        self._all, self._also, self._empty = picks, also, empty
        self._typed(self.field.text(), kept)

    def offer_again(self, picks: tuple[Pick, ...]) -> None:
        """Offer rows that stood in another order a moment ago: the selected one stays so, for Enter is meant for it."""
        self._all = picks
        self._typed(self.field.text(), self.list.row)

    def _typed(self, text: str, kept: object = None) -> None:
        rows, why = matching(self._all, text), ""
        if self._also is not None and text.strip():
            made, why = self._also(text)
            rows = (made, *rows) if made is not None else rows
        self.model.show_rows(rows)
        place = self.model.find(_key(kept)) if kept is not None else -1
        self.list.select(place if place >= 0 else 0)
        self._say(why or ("" if rows else self._empty))

    def _clicked(self) -> None:
        self._chosen = True

    def _moved(self, _row: object) -> None:
        self._warned = None
        self._say("")

    def _say(self, words: str, voice: Voice | Ink = Ink.SECONDARY) -> None:
        row = self.list.row
        warned = isinstance(row, Pick) and self._warned == row
        self.hint.set_ink(voice)
        self.hint.set_text(words)
        self.first.set_words(tr("Call anyway") if warned else self._first_words)
        self.first.setEnabled(row is not None)
        self.other.setEnabled(row is not None)

    def take(self) -> None:
        """Take what is chosen; where something speaks against it, say so first."""
        row = self.list.row
        if not isinstance(row, Pick):
            return
        if row.caution and self._warned != row:
            self._warned = row
            self._say(f"{row.caution} {tr('Press again to go on; it is written down.')}", Voice.SOON)
            return
        self.go()
        self._subject = ""
        self.taken.emit(row.value)

    def take_other(self) -> None:
        """Take what is chosen in the other way."""
        row = self.list.row
        if isinstance(row, Pick) and self.other.isVisibleTo(self):
            self.go()
            self._subject = ""
            self.taken_other.emit(row.value)

    def go(self) -> None:
        """Close and give the keyboard back to where it was."""
        if self.isHidden():
            return
        before, self._before = self._before, None
        self._warned, self._going = None, True
        super().go()
        self._going = False
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def _left(self, reason: Qt.FocusReason) -> None:
        """Close when the keyboard went elsewhere in the window: no card stays that no key reaches. What was typed comes
        back when the card is opened for the same again."""
        beside = QApplication.activePopupWidget() is not None or reason in _STILL_HERE
        if not self._going and not beside:
            self._before = None
            self.go()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows move in the list while one types, Enter take, Esc close."""
        if isinstance(event, QFocusEvent) and event.type() is QEvent.Type.FocusOut:
            self._left(event.reason())
            return False
        if not isinstance(event, QKeyEvent) or event.type() not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        key, shift = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        acts: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Escape: self.go,
            Qt.Key.Key_Return: self.take_other if shift else self.take,
            Qt.Key.Key_Enter: self.take_other if shift else self.take,
        }
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if key not in acts and key not in steps:
            return False
        event.accept()
        if event.type() is QEvent.Type.KeyPress and not event.isAutoRepeat():
            acts[key]() if key in acts else self._step(steps[key])
        elif event.type() is QEvent.Type.KeyPress and key in steps:
            self._step(steps[key])
        return True

    def _step(self, step: int) -> None:
        self._chosen = True
        self.list.select(max(0, min(len(self.model.rows) - 1, self.list.currentIndex().row() + step)))


class _Foot(QWidget):
    """The ground under the buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_FOOT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line over it."""
        fill(painter_on(self), QRectF(0, 0, self.width(), 1), theme().colors.line.soft)


def _key(row: object) -> object:
    return row.value if isinstance(row, Pick) else None


def _words(row: object) -> str:
    return ", ".join(part for part in (row.words, row.details, row.end) if part) if isinstance(row, Pick) else ""
