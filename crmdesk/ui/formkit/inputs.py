"""One widget per kind of field: those of one line are here, the others in ``labelled``."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout

from crmdesk.ui.formkit.input import Input
from crmdesk.ui.formkit.labelled import OneOfInput, ScaleInput, TickInput, TicksInput, WordsInput
from crmdesk.ui.formkit.lines import LinesInput
from crmdesk.ui.formkit.spec import FieldKind, FieldSpec, Need, spoken
from crmdesk.ui.formkit.suggest import suggest_from
from crmdesk.ui.kit import Field, Option


class LineInput(Input):
    """One line to type in."""

    def __init__(self, spec: FieldSpec) -> None:
        self._field = Field(spec.label, spec.words, spec.hint, spec.icon)
        super().__init__(spec, self._field.edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._field)
        layout.addStretch(1)
        self._field.edited.connect(self._edited)
        self._field.finished.connect(self._left)

    def _left(self) -> None:
        """Show the beginning of a text that is longer than the field."""
        if not self._field.edit.hasFocus():
            self._field.edit.setCursorPosition(0)

    def _edited(self, text: str) -> None:
        self.edited.emit()

    @property
    def value(self) -> str:
        """What was typed."""
        return self._field.text

    @property
    def problem(self) -> str:
        """What is said under the field."""
        return self._field.problem

    def put(self, value: str) -> None:
        """Show a text."""
        self._field.set_text(value)
        self._field.edit.setCursorPosition(0)

    def prefill(self, value: str, source: str) -> None:
        """Show a text with the word of where it is from."""
        if value:
            self._field.prefill(value, source)
            self._field.edit.setCursorPosition(0)

    def show_problem(self, what_to_do: str) -> None:
        """Say what is wrong."""
        self._field.show_problem(what_to_do)

    def clear_problem(self) -> None:
        """Nothing is wrong."""
        self._field.clear_problem()


class SuggestInput(LineInput):
    """One line that offers what was used before; anything may be typed."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self._suggestions = suggest_from(self._field.edit)
        self._suggestions.taken.connect(self._taken)
        self.offer(spec.options)

    def offer(self, options: tuple[Option, ...]) -> None:
        """Say what is offered below the field."""
        self._suggestions.offer(tuple(option.words for option in options))

    def _taken(self) -> None:
        self._field.edit.show_state(self._field.edit.state)
        self.edited.emit()


def build_input(spec: FieldSpec) -> Input:
    """Return the widget for a field, which speaks the language of the program from here on."""
    kinds: dict[FieldKind, Callable[[FieldSpec], Input]] = {
        FieldKind.LINE: LineInput,
        FieldKind.SUGGEST: SuggestInput,
        FieldKind.WORDS: WordsInput,
        FieldKind.ONE_OF: OneOfInput,
        FieldKind.SCALE: ScaleInput,
        FieldKind.TICK: TickInput,
        FieldKind.TICKS: TicksInput,
        FieldKind.LINES: LinesInput,
    }
    return kinds[spec.kind](spoken(spec))


def missing(inputs: tuple[Input, ...]) -> tuple[Input, ...]:
    """Return the required fields that are still empty, in the order of Tab."""
    return tuple(one for one in inputs if one.spec.need is Need.REQUIRED and not one.filled)


__all__ = ["Input", "WordsInput", "build_input", "missing"]
