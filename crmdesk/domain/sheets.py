"""Tables as they are shown and written to files: titles, and cells that are words, counts, changes of these, shares or
seconds."""

from __future__ import annotations

from enum import StrEnum

from crmdesk.domain.quick import dataclass


class Unit(StrEnum):
    """What the cells of a column are; a cell is None where a figure has no basis."""

    WORDS = "words"
    COUNT = "count"
    CHANGE = "change"
    SHARE = "share"
    SECONDS = "seconds"


Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its title, marked and still in English, and what its cells are (shares 0..1, seconds)."""

    title: str
    unit: Unit = Unit.COUNT


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a name. ``notes`` say what it leaves out and how its figures are counted."""

    name: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()
