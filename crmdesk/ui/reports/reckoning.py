"""The line of a return that has to add up: what was open, came and ended, as tiles with plus, minus and equals."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from crmdesk.domain import words
from crmdesk.domain.board_figures import Heat
from crmdesk.domain.cases.return_sheets import equation
from crmdesk.domain.cases.returns import FIGURE_WORDS, Figure, Return
from crmdesk.domain.language import tr
from crmdesk.ui.kit import Ink, Label
from crmdesk.ui.reports.tile import Tile, TileFace
from crmdesk.ui.theme import Space, TextRole

LINE = (Figure.START, Figure.OPENED, Figure.OPENED_AGAIN, Figure.ENDED, Figure.END)
_BETWEEN = ("+", "+", "−", "=")


class Reckoning(QWidget):
    """Five tiles; ``opened`` carries the ``Figure`` whose complaints are wanted."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = {figure: Tile(TileFace(tr(FIGURE_WORDS[figure]), words.NO_BASIS)) for figure in LINE}
        self.signs = tuple(Label(sign, TextRole.TITLE, Ink.MUTED) for sign in _BETWEEN)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        for place, tile in enumerate(self.tiles.values()):
            if place:
                sign = self.signs[place - 1]
                sign.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
                row.addWidget(sign)
            row.addWidget(tile, 1)
        for figure, tile in self.tiles.items():
            tile.opened.connect(partial(self.opened.emit, figure))

    def show_return(self, one: Return) -> None:
        """Show the figures, and at the end whether they add up."""
        self.setAccessibleName(equation(one))
        for figure, tile in self.tiles.items():
            note, heat = "", Heat.CALM
            if figure is Figure.END:
                note, heat = (tr("adds up"), Heat.CALM) if one.adds_up else (tr("does not add up"), Heat.LATE)
            tile.show_face(TileFace(tr(FIGURE_WORDS[figure]), words.count(one.figures[figure]), "", note, heat=heat))
        self.signs[-1].set_text("=" if one.adds_up else "≠")
