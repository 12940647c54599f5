"""The deadlines that a complaint would have if it were registered now, pinned below the form: each answer shows its
price."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.domain.cases.deadlines import Deadline
from crmdesk.domain.cases.words import target_of, title_of, when_of
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.explanation import Explanation
from crmdesk.ui.deadlines.day_strip import DayStrip
from crmdesk.ui.kit import (
    Align,
    Cell,
    Column,
    Flow,
    Ground,
    Ink,
    Label,
    ListView,
    Panel,
    RowsModel,
    TableDelegate,
    label_row,
)
from crmdesk.ui.theme import Icon, Size, Space, TextRole

_ROW = Size.CONTROL_SMALL
_MOST_ROWS = 4
_COLUMNS = (Column("", 0, 4), Column("", 0, 4), Column("", 0, 5, Align.TRAILING))


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A deadline in words, with why it is when it is."""

    key: str
    title: str
    when: str
    target: str
    why: Explanation | None


def deadline_rows(
    found: Sequence[tuple[Deadline, Explanation | None]], now: datetime, zone: tzinfo
) -> tuple[DeadlineRow, ...]:
    """Return deadlines as they are listed for a reader in ``zone``; one that stands still is not."""
    return tuple(
        DeadlineRow(one.key, title_of(one), when, target_of(one), why)
        for one, why in found
        if (when := when_of(one, now, zone))
    )


def _key_of(row: object) -> object:
    return row.key if isinstance(row, DeadlineRow) else None


def _spoken(row: object) -> str:
    return f"{row.title}, {row.when}, {row.target}" if isinstance(row, DeadlineRow) else ""


def _cells(row: object) -> tuple[Cell, ...]:
    if not isinstance(row, DeadlineRow):
        return (Cell(), Cell(), Cell())
    return (
        Cell(row.title, TextRole.BODY_STRONG, icon=Icon.CLOCK),
        Cell(row.when),
        Cell(row.target, TextRole.SMALL, Ink.SECONDARY),
    )


class DeadlinePreview(Panel):
    """The list with a sentence and the days of the chosen one; no deadlines take no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self.setAccessibleName(tr("Deadlines if you register now"))
        self._model: RowsModel[object] = RowsModel(_key_of, _spoken)
        delegate = TableDelegate(_COLUMNS, _cells, height=_ROW)
        self.list = ListView(tr("Deadlines if you register now"), self._model, delegate)
        self.days = DayStrip()
        self.why = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self._low = False
        self._lay_out()
        self.list.current_changed.connect(self._chosen)
        self.hide()

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(Space.L, 0, Space.L, 0)
        head.addLayout(label_row(tr("Deadlines if you register now"), tr("recalculated as you fill in")))
        below = QVBoxLayout()
        below.setContentsMargins(Space.L, 0, Space.L, 0)
        below.setSpacing(Space.XS)
        below.addWidget(self.days)
        below.addWidget(self.why)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, Space.M, 0, 0)
        column.setSpacing(Space.XS)
        column.addLayout(head)
        column.addWidget(self.list)
        column.addLayout(below)

    @property
    def rows(self) -> tuple[DeadlineRow, ...]:
        """Return what is listed."""
        return tuple(row for row in self._model.rows if isinstance(row, DeadlineRow))

    def show_rows(self, rows: tuple[DeadlineRow, ...]) -> None:
        """Show deadlines; the chosen one stays chosen, else the first one is."""
        if rows == self.rows:
            return
        self._model.show_rows(rows)
        self.list.setFixedHeight(min(_MOST_ROWS, len(rows)) * _ROW)
        if self.list.row is None:
            self.list.select(0)
        self._chosen(self.list.row)
        self.setVisible(bool(rows))

    def fold(self, low: bool) -> None:
        """Show the days and why, or where the window is too low the list alone."""
        self._low = low
        self._chosen(self.list.row)

    def _chosen(self, row: object) -> None:
        why = row.why if isinstance(row, DeadlineRow) else None
        self.days.show_days(why.days if why is not None else ())
        self.why.set_text(why.sentence if why is not None else "")
        for part in (self.days, self.why):
            part.setVisible(why is not None and not self._low)
