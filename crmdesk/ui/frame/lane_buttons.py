"""The buttons of the call lane: icon, words, key. They never take the keyboard from where one writes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtWidgets import QWidget

from crmdesk.ui.frame.lane_model import LaneAct, LaneButton
from crmdesk.ui.kit import Button, ButtonKind
from crmdesk.ui.kit.mirror import visual
from crmdesk.ui.theme import Size

_TOP = 12
_GAP = 6


class ButtonRow(QObject):
    """Buttons at the end of a place in the lane. ``acted`` carries what was pressed, a ``LaneAct``."""

    acted = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._made: dict[LaneAct, Button] = {}
        self._shown: tuple[LaneButton, ...] = ()
        self._words = True

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Return the buttons that are shown, in order."""
        return tuple(self._made[one.act] for one in self._shown)

    def button(self, act: LaneAct) -> Button | None:
        """Return the button of an act, None while it is not offered."""
        return self._made[act] if any(one.act is act for one in self._shown) else None

    @property
    def width(self) -> int:
        """Return the width in px of all of them with what is between."""
        widths = [button.sizeHint().width() for button in self.buttons]
        return sum(widths) + _GAP * max(0, len(widths) - 1)

    def show_buttons(self, buttons: tuple[LaneButton, ...]) -> None:
        """Offer these and nothing else."""
        if buttons == self._shown:
            return
        self._shown = buttons
        offered = {one.act for one in buttons}
        for act, button in self._made.items():
            button.setVisible(act in offered)
        for one in buttons:
            button = self._made.get(one.act) or self._make(one)
            button.set_words(one.words)
            button.setEnabled(one.allowed)
            if button.key != one.key:
                button.set_key(one.key)
            button.show()

    def _make(self, one: LaneButton) -> Button:
        kind = ButtonKind.DANGER if one.act is LaneAct.END else ButtonKind.SECONDARY
        button = self._made[one.act] = Button(one.words, kind, one.icon, parent=self._parent)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(partial(self.acted.emit, one.act))
        self._fold_one(button)
        return button

    def fold(self, *, words: bool) -> None:
        """Show words, or icon and key alone."""
        self._words = words
        for button in self._made.values():
            self._fold_one(button)

    def _fold_one(self, button: Button) -> None:
        if self._words:
            button.unfold_words()
        else:
            button.fold_words()

    def place(self, right: int) -> None:
        """Put them so that they end at ``right`` px."""
        x = right - self.width
        for button in self.buttons:
            width = button.sizeHint().width()
            button.setGeometry(visual(self._parent, QRect(x, _TOP, width, Size.CONTROL)))
            x += width + _GAP
