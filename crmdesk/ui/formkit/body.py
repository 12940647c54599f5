"""The fields of a form on their grid: values out, values in, mistakes at the field."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr
from crmdesk.ui.formkit.input import Input
from crmdesk.ui.formkit.inputs import build_input, missing
from crmdesk.ui.formkit.spec import FROM_THE_CALL, FieldKind, FormDesign, Need, Prefill
from crmdesk.ui.kit import Ground, Panel
from crmdesk.ui.theme import Space

_BETWEEN_ROWS = 14


class FormBody(Panel):
    """Fields in rows of one or two. ``edited`` tells every change a person made."""

    edited = Signal()

    def __init__(self, design: FormDesign, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.WINDOW)
        self._inputs: dict[str, Input] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(Space.L, Space.M, Space.L, Space.L)
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(_BETWEEN_ROWS)
        for column in range(2):
            grid.setColumnStretch(column, 1)
            grid.setColumnMinimumWidth(column, 0)
        for place, row in enumerate(design.rows):
            for column, spec in enumerate(row):
                one = build_input(spec)
                one.edited.connect(self.edited)
                self._inputs[spec.name] = one
                wide = 2 if len(row) == 1 else 1
                grid.addWidget(one, place, column, 1, wide)
                if spec.kind is FieldKind.WORDS:
                    grid.setRowStretch(place, 100)
        grid.setRowStretch(len(design.rows), 1)

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The fields in the order of Tab."""
        return tuple(self._inputs.values())

    def input(self, name: str) -> Input:
        """Return a field by its name; raises ``KeyError``."""
        return self._inputs[name]

    @property
    def values(self) -> dict[str, str]:
        """What stands in every field, as text."""
        return {name: one.value for name, one in self._inputs.items()}

    @property
    def missing(self) -> tuple[Input, ...]:
        """The required fields that are still empty."""
        return missing(self.inputs)

    @property
    def required(self) -> int:
        """How many fields are required."""
        return sum(one.spec.need is Need.REQUIRED for one in self.inputs)

    def restore(self, values: Mapping[str, str]) -> None:
        """Show what a draft kept."""
        for name, value in values.items():
            if name in self._inputs:
                self._inputs[name].put(value)

    def prefill(self, known: Prefill) -> None:
        """Offer what can be chosen and show what is known; a field somebody typed in already stays as it is."""
        for name, options in known.options.items():
            self._inputs[name].offer(options)
        for name, value in known.values.items():
            one = self._inputs[name]
            if not one.touched:
                one.prefill(value, known.sources.get(name, tr(FROM_THE_CALL)))

    def show_mistake(self, mistake: UserMistake) -> bool:
        """Say at its field what is wrong and go there; False when the form has no such field."""
        one = self._inputs.get(mistake.field)
        if one is None:
            return False
        one.show_problem(mistake.next_step or mistake.what)
        one.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def start(self) -> None:
        """Put the keyboard into the first field."""
        self.inputs[0].setFocus(Qt.FocusReason.OtherFocusReason)
