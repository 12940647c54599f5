"""What every field of a form can be told and asked: value, put, prefill, offer, show_problem."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from crmdesk.ui.formkit.spec import FieldSpec
from crmdesk.ui.kit import Option


class Input(QWidget):
    """A field of a form. ``edited`` tells that a person changed it; what a program puts there is not told."""

    edited = Signal()

    def __init__(self, spec: FieldSpec, control: QWidget) -> None:
        super().__init__()
        self.spec = spec
        self.control = control
        self.touched = False
        self.edited.connect(self._touch)
        self.setFocusProxy(control)

    @property
    def value(self) -> str:
        """What stands in the field, as text."""
        raise NotImplementedError

    @property
    def filled(self) -> bool:
        """Whether the field holds anything."""
        return bool(self.value.strip())

    @property
    def problem(self) -> str:
        """What is said under the field, empty while nothing is wrong."""
        raise NotImplementedError

    def put(self, value: str) -> None:
        """Show a value that is kept already; one that can no longer be chosen leaves the field empty."""
        raise NotImplementedError

    def prefill(self, value: str, source: str) -> None:
        """Show a value known from elsewhere; it becomes a plain field once changed."""
        self.put(value)

    def offer(self, options: tuple[Option, ...]) -> None:
        """Say what can be chosen."""

    def show_problem(self, what_to_do: str) -> None:
        """Say under the field what is wrong and what to do."""
        raise NotImplementedError

    def clear_problem(self) -> None:
        """Take the line under the field away."""
        raise NotImplementedError

    def _touch(self) -> None:
        self.touched = True
        self.clear_problem()
