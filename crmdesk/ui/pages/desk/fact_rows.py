"""The rows of the customer pane: facts under titles, which take the keyboard, are edited where they stand, and say who
changed them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.domain.language import tr, tr_in
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    ChipRow,
    Flow,
    Ink,
    Label,
    SectionTitle,
    fill,
    outline,
)
from crmdesk.ui.kit.mirror import margins, painter_on
from crmdesk.ui.pages.desk.facts import Fact, FactGroup, Target
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, theme

Part = TypeVar("Part", bound=QWidget)
BESIDE, ABOVE = 4, 2
"""How far the ring of the focus stands beside the words and over them, in px."""


class EditPlace(QAbstractButton):
    """Something on the card that can be edited where it stands: a press, Enter or F2 edits it, arrows go on.

    ``target`` says what it is, None for what cannot be edited, ``under`` the title it stands under.
    """

    edit_wanted = Signal(object)
    go_on = Signal(int)
    off_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.target: Target | None = None
        self.under = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.stamp: Label | None = None
        self.holds_editor = False
        self.clicked.connect(self._edit)

    def concern(self, target: Target | None, words: str) -> None:
        """Say what is edited here, and how it is read aloud."""
        self.target = target
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if target is not None else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(words)
        self.setAccessibleDescription(tr("F2 edits it") if target is not None else "")

    def _edit(self) -> None:
        if self.target is not None:
            self.edit_wanted.emit(self.target)

    def show_stamp(self, words: str) -> None:
        """Say below who changed it and when; empty takes the line away."""
        if self.stamp is None and words:
            self.stamp = Label("", TextRole.SMALL, Ink.MUTED, flow=Flow.WRAP)
            self._put_stamp(self.stamp)
        if self.stamp is not None:
            self.stamp.set_text(words)
            self.stamp.setVisible(bool(words))

    @property
    def said(self) -> str:
        """Return what is said of who changed it, empty where nothing is."""
        return "" if self.stamp is None or self.stamp.isHidden() else self.stamp.text()

    def _put_stamp(self, stamp: Label) -> None:
        """Give the line of who changed it its place; the layout is the subclass's."""
        raise NotImplementedError

    def take_editor(self, editor: QWidget) -> None:
        """Put the editor here."""
        self.holds_editor = True

    def give_back(self, editor: QWidget) -> None:
        """Let the editor go."""
        self.holds_editor = False
        layout = self.layout()
        if layout is not None:
            layout.removeWidget(editor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Edit with Enter, go on with the arrows, J and K, take off with Delete; other keys are the pane's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._edit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_J):
            self.go_on.emit(1)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_K):
            self.go_on.emit(-1)
        elif event.key() == Qt.Key.Key_Delete:
            self.off_wanted.emit()
        else:
            super().keyPressEvent(event)

    def hitButton(self, pos: QPoint) -> bool:
        """Take presses everywhere on it, as long as there is something to edit."""
        return self.target is not None and self.rect().contains(pos)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dark again."""
        super().leaveEvent(event)
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of what is in it."""
        layout = self.layout()
        return layout.totalSizeHint() if layout is not None else QSize(80, 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground under the pointer and the ring of the focus, a little beside the words."""
        if self.target is None:
            return
        painter = painter_on(self)
        rect = QRectF(self.rect())
        if self.underMouse() and not self.holds_editor:
            fill(painter, rect, theme().colors.bg.hover, Radius.CHIP)
        if self.hasFocus():
            outline(painter, rect, theme().colors.you.line, Radius.CHIP, 2)


class FactRow(EditPlace):
    """One fact. ``dial_wanted`` carries the number that is to be called."""

    dial_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._dials = ""
        self._can_dial = False
        self.dial = Button(tr_in("button", "Call"), ButtonKind.QUIET, Icon.PHONE_OUTGOING, size=ButtonSize.SMALL)
        self.dial.fold_words()
        self.dial.clicked.connect(self._dial)
        self.dial.hide()
        self._words = Label("", TextRole.BODY, flow=Flow.WRAP, icon=Icon.USER)
        self._chip = ChipRow()
        layout = self._rows = QVBoxLayout(self)
        layout.setContentsMargins(BESIDE, ABOVE, BESIDE, ABOVE)
        layout.setSpacing(2)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.XS)
        line.addWidget(self._words, 1)
        line.addWidget(self.dial)
        layout.addLayout(line)
        layout.addLayout(_indented(self._chip))

    def _put_stamp(self, stamp: Label) -> None:
        self._rows.addLayout(_indented(stamp))

    @property
    def words(self) -> str:
        """Return the fact as it is written."""
        return self._words.text()

    def let_dial(self, possible: bool) -> None:
        """Offer to call the number, or do not."""
        self._can_dial = possible
        self.dial.setVisible(bool(self._dials) and possible and not self._words.isHidden())

    def _dial(self) -> None:
        self.dial_wanted.emit(self._dials)

    def height_at(self, width: int) -> int:
        """Return the height in px at a width, also before the layout has settled."""
        extra = 2 * ABOVE + (0 if self._chip.isHidden() else Size.CHIP + 2)
        if self.stamp is not None and not self.stamp.isHidden():
            extra += self.stamp.heightForWidth(width - Size.ICON - Space.S) + 2
        if self.dial.isHidden():
            return self._words.heightForWidth(width) + extra
        room = width - self.dial.sizeHint().width() - Space.XS
        return max(Size.CONTROL_SMALL, self._words.heightForWidth(room)) + extra

    def show_fact(self, fact: Fact, group: str) -> None:
        """Show another fact."""
        self._words.set_icon(fact.icon)
        self._words.set_text(fact.text)
        chips = tuple(chip for chip in (fact.chip, fact.beside) if chip is not None)
        self._chip.show_chips(chips)
        self._dials = fact.dials
        self.dial.setAccessibleName(tr("Call {whom}", whom=fact.text))
        self.under = group
        self.concern(fact.target, ", ".join((f"{group}: {fact.text}", *(chip.text for chip in chips))))
        self.let_dial(self._can_dial)

    def take_editor(self, editor: QWidget) -> None:
        """Put the editor in the place of the words."""
        super().take_editor(editor)
        self._words.hide()
        self.dial.hide()
        self._rows.insertWidget(1, editor)

    def give_back(self, editor: QWidget) -> None:
        """Show the words again; the editor went."""
        super().give_back(editor)
        self._words.show()
        self.let_dial(self._can_dial)


def _indented(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(margins(Size.ICON + Space.S, 0, 0, 0))
    row.addWidget(widget)
    return row


class FactGroupBox(QWidget):
    """A title and its facts. ``made`` is told of each new row."""

    def __init__(self, made: Callable[[FactRow], None]) -> None:
        super().__init__()
        self._made = made
        self._can_dial = False
        self.group = FactGroup("", ())
        self._title = SectionTitle("")
        self.rows: list[FactRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(BESIDE, 0, BESIDE, ABOVE)
        head.addWidget(self._title)
        self._layout.addLayout(head)

    def height_at(self, width: int) -> int:
        """Return the height in px at a width, also before the layout has settled."""
        rows = [row.height_at(width) for row in self.rows if not row.isHidden()]
        return self._title.sizeHint().height() + ABOVE + sum(rows)

    def show_group(self, group: FactGroup) -> None:
        """Show another group."""
        if group == self.group and group.facts:
            return
        self._title.set_text(group.title)
        self.group = group
        rows = enough(self.rows, len(group.facts), self._make, self._layout)
        for row, fact in zip(rows, group.facts, strict=False):
            row.show_fact(fact, group.title)

    def show_rows(self) -> None:
        """Show all of its rows: none stands in an editor any more."""
        for row in self.rows[: len(self.group.facts)]:
            row.show()

    def let_dial(self, possible: bool) -> None:
        """Offer to call numbers, or do not."""
        self._can_dial = possible
        for row in self.rows:
            row.let_dial(possible)

    def _make(self) -> FactRow:
        row = FactRow()
        row.let_dial(self._can_dial)
        self._made(row)
        return row


def enough(pool: list[Part], count: int, make: Callable[[], Part], layout: QVBoxLayout) -> list[Part]:
    """Return the pool with at least ``count`` parts; those beyond it are hidden, kept for the next customer."""
    while len(pool) < count:
        part = make()
        pool.append(part)
        layout.addWidget(part)
    for place, part in enumerate(pool):
        part.setVisible(place < count)
    return pool
