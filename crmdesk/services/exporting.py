"""Writes tables to files for other programs: XLSX with numbers as numbers, CSV in UTF-8. No cell becomes a formula."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from enum import Enum
from errno import EISDIR
from pathlib import Path
from typing import Any

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import tr
from crmdesk.domain.sheets import Sheet, Unit, Value

_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What spreadsheet programs take for the begin of a formula (OWASP, CSV Injection)."""

_LONGEST_NAME = 31
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_FORMATS = {Unit.COUNT: "#,##0", Unit.CHANGE: "+#,##0;-#,##0;0", Unit.SHARE: "0.0%", Unit.SECONDS: "[h]:mm:ss"}
_DAY_S = 86_400


class Format(Enum):
    """How tables are written: one below the other, or one a sheet."""

    CSV = "csv"
    XLSX = "xlsx"


def write(path: Path, sheets: tuple[Sheet, ...], form: Format | None = None) -> None:
    """Write tables to ``path``, in a format or, None, as CSV where the name says so and else as XLSX.

    The file is there whole or not at all. Raises UserMistake where the file cannot be written.
    """
    chosen = form or (Format.CSV if path.suffix.lower() == ".csv" else Format.XLSX)
    write_to = _write_csv if chosen is Format.CSV else _write_xlsx
    half = path.parent / f"{path.name}.{new_id().hex[-8:]}.part"  # of two that write it at once each has its own
    try:
        if not path.is_file() and (path.exists() or not path.name):
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        write_to(half, sheets)
        half.replace(path)
    except OSError as error:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        reason = error.strerror or tr("unknown")
        raise UserMistake(
            "file", tr("This file cannot be written: {reason}.", reason=reason), tr("Choose another place.")
        ) from error


def harmless(words: str) -> str:
    """Return words for a CSV cell: what a spreadsheet would calculate is written with an apostrophe before it."""
    return f"'{words}" if words.startswith(_FORMULA_BEGINS) else words


def _write_csv(path: Path, sheets: tuple[Sheet, ...]) -> None:
    # With its mark at the begin, spreadsheet programs take the file for UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        for place, sheet in enumerate(sheets):
            if place:
                lines.writerow([])
            lines.writerows(_csv_lines(sheet))


def _csv_lines(sheet: Sheet) -> Iterable[Sequence[Value]]:
    yield [harmless(sheet.name)]
    for note in sheet.notes:
        yield [harmless(note)]
    yield [harmless(tr(column.title)) for column in sheet.columns]
    for row in sheet.rows:
        yield [harmless(cell) if isinstance(cell, str) else cell for cell in row]


def _write_xlsx(path: Path, sheets: tuple[Sheet, ...]) -> None:
    import xlsxwriter  # when it is needed: it is loaded in some 50 ms
    from xlsxwriter.exceptions import FileCreateError

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    strong = book.add_format({"bold": True})
    formats = {unit: book.add_format({"num_format": words}) for unit, words in _FORMATS.items()}
    names: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_sheet_name(sheet.name, names))
        first = len(sheet.notes) + 1
        for line, note in enumerate(sheet.notes):
            page.write_string(line, 0, note)
        for place, column in enumerate(sheet.columns):
            page.write_string(first, place, tr(column.title), strong)
            page.set_column(place, place, 24 if column.unit is Unit.WORDS else 13)
        for line, row in enumerate(sheet.rows, first + 1):
            for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
                _put(page, line, place, cell, column.unit, formats)
        page.freeze_panes(first + 1, 1)
    try:
        book.close()
    except FileCreateError as error:
        cause = (
            error.args[0]
            if error.args and isinstance(error.args[0], OSError)
            else OSError(0, tr("no reason was given"))
        )
        raise cause from error


def _put(page: Any, line: int, place: int, cell: Value, unit: Unit, formats: dict[Unit, Any]) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        page.write_string(line, place, cell)
    else:
        page.write_number(line, place, cell / _DAY_S if unit is Unit.SECONDS else cell, formats.get(unit))


def _sheet_name(wanted: str, taken: set[str]) -> str:
    name = wanted.translate(_FORBIDDEN_IN_NAMES).strip("' ")[:_LONGEST_NAME] or tr("Sheet")
    free, number = name, 2
    while free.lower() in taken:
        free, number = f"{name[: _LONGEST_NAME - 4]} {number}", number + 1
    taken.add(free.lower())
    return free
