"""Steps side by side, numbered: a digit chooses, the chosen one says its word ("4 High")."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from crmdesk.ui.kit import Choice, Option


class Scale(Choice):
    """A Choice whose segments show their id alone until chosen. The ids are digits."""

    def __init__(self, name: str, options: tuple[Option, ...], parent: QWidget | None = None) -> None:
        super().__init__(name, tuple(Option(option.id, option.id) for option in options), parent)
        self._words = {option.id: option.words for option in options}
        for button, option in zip(self._group.buttons(), options, strict=True):
            button.setAccessibleName(f"{option.id} {option.words}")
            button.toggled.connect(self._name_chosen)
        self.clear()

    @property
    def entry(self) -> QAbstractButton:
        """The segment that Tab reaches: the chosen one, the first while none is."""
        return self._group.checkedButton() or self._group.buttons()[0]

    def clear(self) -> None:
        """Choose nothing; Tab then stops once, at the first step, and not at each."""
        super().clear()
        for place, button in enumerate(self._group.buttons()):
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus if place else Qt.FocusPolicy.StrongFocus)

    def _name_chosen(self) -> None:
        chosen = self.value
        for option_id, words in self._words.items():
            self.rename(option_id, f"{option_id} {words}" if option_id == chosen else option_id)

    def eventFilter(self, watched: object, event: object) -> bool:
        """Choose by digit while the keyboard is here."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.text() in self._words:
            self.choose(event.text())
            self.entry.setFocus(Qt.FocusReason.OtherFocusReason)
            self.chosen.emit(event.text())
            return True
        return super().eventFilter(watched, event)
