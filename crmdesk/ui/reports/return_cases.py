"""The complaints behind a figure of the return, in the order in which they were opened; Enter opens the complaint."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtWidgets import QSizePolicy, QWidget

from crmdesk.domain import words
from crmdesk.domain.cases.returns import CaseBehind, CasesBehind
from crmdesk.domain.complaints import OUTCOME_WORDS, Outcome
from crmdesk.domain.language import left_to_right, mark, tr, tr_n
from crmdesk.domain.values import known_or_none
from crmdesk.ui.kit import Cell, Column, Ink, ListBehind
from crmdesk.ui.theme import TextRole

_COLUMNS = (
    Column(mark("Reference"), 112),
    Column(mark("Customer"), stretch=3),
    Column(mark("Product"), stretch=3),
    Column(mark("Category"), stretch=3),
    Column(mark("Opened"), 128),
    Column(mark("Ended"), 128),
    Column(mark("Outcome"), stretch=2),
)


class ReturnCases(ListBehind):
    """The list. ``opened`` carries the ``CaseBehind`` that is wanted, ``closed`` that it goes."""

    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        self._zone = zone
        back, name = tr("Back to the figures"), tr("Complaints behind the figure")
        super().__init__(back, name, _COLUMNS, self._cells, _key_of, self._spoken, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def wait_for(self, what: str) -> None:
        """Say what is being asked for."""
        self.title.set_text(what)
        self.note.set_text(tr("Asking the server"))
        self.rows.show_rows(())

    def show_cases(self, found: CasesBehind) -> None:
        """Show the complaints."""
        shown, count = len(found.cases), found.count
        if shown < count:
            first = words.count(shown)
            said = tr_n(
                "{n} complaint, the first {shown} shown", "{n} complaints, the first {shown} shown", count, shown=first
            )
        else:
            said = tr_n("{n} complaint", "{n} complaints", count)
        self.note.set_text(said)
        self.rows.show_rows(found.cases)
        self.table.view.select(0)

    def _cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, CaseBehind):
            return tuple(Cell() for _ in _COLUMNS)
        return (
            Cell(left_to_right(row.reference), TextRole.BODY_STRONG),
            Cell(row.customer or words.NO_BASIS),
            Cell(row.product),
            Cell(row.category),
            Cell(self._moment(row.opened_at), TextRole.SMALL, Ink.SECONDARY, after=tr("again") if row.again else ""),
            Cell(self._moment(row.ended_at), TextRole.SMALL, Ink.SECONDARY),
            Cell(_outcome(row), TextRole.SMALL),
        )

    def _moment(self, at: datetime | None) -> str:
        return words.NO_BASIS if at is None else f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"

    def _spoken(self, row: object) -> str:
        if not isinstance(row, CaseBehind):
            return ""
        opened = tr("opened {moment}", moment=self._moment(row.opened_at))
        ended = tr("ended {moment}", moment=self._moment(row.ended_at)) if row.ended_at is not None else ""
        named = (left_to_right(row.reference), row.customer, row.product, row.category)
        return ", ".join(part for part in (*named, opened, ended, _outcome(row)) if part)


def _outcome(row: CaseBehind) -> str:
    if row.ended_at is None:
        return ""
    known = known_or_none(Outcome, row.outcome)
    return tr(OUTCOME_WORDS[known]) if known is not None else row.outcome


def _key_of(row: object) -> object:
    return (row.id, row.opened_at) if isinstance(row, CaseBehind) else None
