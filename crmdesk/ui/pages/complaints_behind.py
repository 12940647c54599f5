"""The complaints behind a figure, newest first; Enter opens one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from crmdesk.domain import words
from crmdesk.domain.complaints import STATE_WORDS, ComplaintRow
from crmdesk.domain.language import left_to_right, mark, tr, tr_n
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Cell, Column, Ink, ListBehind
from crmdesk.ui.theme import TextRole

_COLUMNS = (
    Column(mark("Received"), 140),
    Column(mark("Customer"), stretch=3),
    Column(mark("What it is about"), stretch=5),
    Column(mark("Severity"), 64),
    Column(mark("Reference"), 104),
    Column(mark("State"), 112),
)


class ComplaintsBehind(ListBehind):
    """The list. ``opened`` carries the ``ComplaintRow`` that is wanted, ``closed`` that it goes."""

    def __init__(self, place: Place, back: str, name: str, parent: QWidget | None = None) -> None:
        self._place = place
        super().__init__(back, name, _COLUMNS, self._cells, _key_of, self._spoken, parent)

    def wait(self, title: str) -> None:
        """Say of what complaints are being read."""
        self.title.set_text(title)
        self.note.set_text(tr("Being read"))
        self.rows.show_rows(())

    def show_complaints(self, title: str, rows: tuple[ComplaintRow, ...], count: int) -> None:
        """Show complaints; ``count`` is how many there are, also beyond those that are shown."""
        self.title.set_text(title)
        if len(rows) < count:
            shown = words.count(len(rows))
            said = tr_n("{n} complaint, {shown} shown", "{n} complaints, {shown} shown", count, shown=shown)
        else:
            said = tr_n("{n} complaint, newest first", "{n} complaints, newest first", count)
        self.note.set_text(said)
        self.rows.show_rows(rows)
        if self.table.view.row is None:
            self.table.view.select(0)

    def _cells(self, row: object) -> tuple[Cell, ...]:
        if not isinstance(row, ComplaintRow):
            return tuple(Cell() for _ in _COLUMNS)
        return (
            Cell(self._received(row), TextRole.SMALL, Ink.SECONDARY),
            Cell(row.customer_name or tr("Not attached"), TextRole.BODY_STRONG),
            Cell(row.category, after=row.product),
            Cell(words.count(row.severity)),
            Cell(left_to_right(row.reference), TextRole.SMALL, Ink.SECONDARY),
            Cell(tr(STATE_WORDS[row.state]), TextRole.SMALL),
        )

    def _received(self, row: ComplaintRow) -> str:
        return words.sentence(words.moment(row.received_at, self._place.clock.now(), self._place.zone))

    def _spoken(self, row: object) -> str:
        if not isinstance(row, ComplaintRow):
            return ""
        grave = tr("severity {severity}", severity=row.severity)
        named = (left_to_right(row.reference), row.customer_name, row.category, row.product, grave)
        return ", ".join(part for part in (self._received(row), *named, tr(STATE_WORDS[row.state])) if part)


def _key_of(row: object) -> object:
    return row.id if isinstance(row, ComplaintRow) else None
