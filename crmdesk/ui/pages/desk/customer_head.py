"""The head of the customer pane: who it is, their marks, and the button with all that can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, ChipRow, Flow, Ink, Label
from crmdesk.ui.pages.desk.fact_rows import ABOVE, BESIDE, EditPlace
from crmdesk.ui.theme import Icon, Size, Space, TextRole


class CustomerHead(EditPlace):
    """Who it is: name, what they are, and their marks. It is edited from the name on, in the order of Tab."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Who it is"))  # until somebody is shown
        self.name = Label("", TextRole.NAME, flow=Flow.WRAP)
        self.second_name = Label("", TextRole.BODY, Ink.SECONDARY)
        self.who = Label("", TextRole.BODY, Ink.SECONDARY, flow=Flow.WRAP)
        self.marks = ChipRow()
        self.wish = ChipRow()
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(BESIDE, ABOVE, BESIDE, ABOVE)
        self._body.setSpacing(0)
        self.all_commands = Button(tr("All commands"), ButtonKind.QUIET, Icon.ELLIPSIS, size=ButtonSize.SMALL)
        self.all_commands.fold_words()
        self.all_commands.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        first = QHBoxLayout()
        first.setSpacing(Space.XS)
        first.addWidget(self.name, 1)
        first.addWidget(self.all_commands, 0, Qt.AlignmentFlag.AlignTop)
        self._body.addLayout(first)
        for widget in (self.second_name, self.who):
            self._body.addSpacing(2)
            self._body.addWidget(widget)
        self._body.addSpacing(Space.S)
        self._chips = QVBoxLayout()
        self._chips.setSpacing(Space.XS)
        self._chips.addWidget(self.marks)
        self._chips.addWidget(self.wish)
        self._body.addLayout(self._chips)

    def _put_stamp(self, stamp: Label) -> None:
        self._chips.addWidget(stamp)

    def take_editor(self, editor: QWidget) -> None:
        """Put the editor below who it is."""
        super().take_editor(editor)
        self._body.addWidget(editor)

    def height_at(self, width: int) -> int:
        """Return the height in px at a width, also before the layout has settled."""
        labels = [label for label in (self.second_name, self.who) if not label.isHidden()]
        height = sum(label.heightForWidth(width) + 2 for label in labels) + Space.S + 2 * ABOVE
        height += self.name.heightForWidth(width - self.all_commands.sizeHint().width() - Space.XS)
        if self.stamp is not None and not self.stamp.isHidden():
            height += self.stamp.heightForWidth(width) + Space.XS
        chips = sum(Size.CHIP + Space.XS for row in (self.marks, self.wish) if not row.isHidden())
        return height + chips
