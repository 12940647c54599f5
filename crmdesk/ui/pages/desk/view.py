"""Everything one sees of the desk page: the idle desk with its preview, or a customer with the note."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QStackedWidget, QTextEdit, QWidget

from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Line
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.pages.desk.idle import IdleDesk
from crmdesk.ui.pages.desk.preview import Preview
from crmdesk.ui.pages.desk.work_rows import Reader
from crmdesk.ui.pop.chooser import ChooserCard
from crmdesk.ui.pop.witness import PaintWitness
from crmdesk.ui.theme import Size, Space

if TYPE_CHECKING:
    from crmdesk.ui.settle.pane import SettlePane


class DeskView(QWidget):
    """Built once; shows one or the other."""

    def __init__(self, place: Place, reader: Callable[[], Reader], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.idle = IdleDesk(reader)
        self.preview = Preview(place.zone, place.number)
        self.call = CallDesk(place)
        self._place = place
        self._side_width = Size.SIDE_LIST
        self.side_is_open = False
        self._work = QWidget()
        row = QHBoxLayout(self._work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.idle, 1)
        row.addWidget(Line(Qt.Orientation.Vertical))
        row.addWidget(self.preview)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._work)
        self._stack.addWidget(self.call)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stack, 1)
        self._row = layout
        self.chooser = ChooserCard(place.zone, place.number, self)
        self.witness = PaintWitness(self)

    def fold(self, fold: Fold) -> None:
        """Take the widths of a size of the window."""
        self.preview.setFixedWidth(fold.note)
        self._side_width = fold.side
        if self.side_is_open:
            self.settle.setFixedWidth(fold.side)
        self.call.fold(fold)
        self.idle.fold(fold)
        if self.chooser.isVisible():
            self.open_chooser()

    def show_work(self) -> None:
        """Show the idle desk."""
        self._stack.setCurrentWidget(self._work)

    def show_call(self) -> None:
        """Show a customer with the note."""
        self._stack.setCurrentWidget(self.call)

    @cached_property
    def settle(self) -> SettlePane:
        """Return the side list of what is to settle, made when it is first needed."""
        from crmdesk.ui.settle.pane import SettlePane

        pane = SettlePane(self._place.zone)
        pane.hide()
        self._row.addWidget(pane)
        return pane

    def open_side(self) -> None:
        """Put the side list where note and preview are."""
        self.preview.hide()
        self.call.note.hide()
        self.settle.setFixedWidth(self._side_width)
        self.settle.show()
        self.side_is_open = True

    def close_side(self) -> None:
        """Put note and preview back."""
        self.settle.hide()
        self.preview.show()
        self.call.note.show()
        self.side_is_open = False

    @property
    def at_work(self) -> bool:
        """Say whether the idle desk is shown."""
        return self._stack.currentWidget() is self._work

    def idle_number(self) -> str:
        """Return the number of the selected row of the idle desk, empty where it has none or a customer is shown."""
        row = self.idle.row
        return row.number if self.at_work and row is not None else ""

    def open_chooser(self) -> None:
        """Let the chooser float over the old customer, never over the note."""
        side = self._side_width if self.side_is_open else self.call.note.width()
        room = self.width() - side - 2 * Space.S
        self.chooser.open_in(Space.S, Space.S, room)

    def panes(self) -> tuple[QWidget, ...]:
        """Return the panes in reading order."""
        panes = (self.idle, self.preview) if self.at_work else self.call.panes()
        return (*panes, self.settle) if self.side_is_open else panes

    def typed_in(self) -> QWidget | None:
        """Return the field that has the keyboard, anywhere in the program; None if the keyboard is not in a field."""
        focus = QApplication.focusWidget()
        return focus if isinstance(focus, QLineEdit | QTextEdit) and not focus.isReadOnly() else None

    def typing_elsewhere(self) -> bool:
        """Say whether the keyboard is in a field other than the note."""
        field = self.typed_in()
        return field is not None and field is not self.call.note.text.editor

    def focus_note(self) -> None:
        """Put the keyboard into the note, unless it is in another field or the side list is there instead."""
        if not self.side_is_open and not self.typing_elsewhere():
            self.call.note.text.setFocus(Qt.FocusReason.OtherFocusReason)
