"""CSV files that anybody may have made: encoding and separator are found out, and what is wrong is said."""

# not shown: a command says all of this, in English, and no desk

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from crmdesk.domain.quick import dataclass

LONGEST_CELL = 16 * 2**20
"""Above this many characters a cell ends the reading: quotes are certainly wrong."""

_BLOCK = 2**20
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(text: str) -> date:
    """Return a day written as 2024-12-31; raises ValueError for any other form, also the shorter ones of ISO 8601."""
    if _DAY.fullmatch(text) is None:
        raise ValueError(text)
    return date.fromisoformat(text)


class Unreadable(Exception):
    """The file as a whole cannot be taken; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a line was refused: at which column, what is wrong, what to do."""

    line: int
    column: str
    reason: str
    advice: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.reason}. {self.advice}"


class CsvFile:
    """One CSV file: UTF-8 or (with its mark) UTF-16; comma, semicolon or tab between cells.

    ``columns`` are the names of its first line.
    """

    def __init__(self, file: Path) -> None:
        """Read the file once to the end; raises Unreadable, so that nothing is taken from half a file."""
        self._file = file
        self._encoding = _encoding(file)
        with file.open(encoding=self._encoding, newline="") as stream:
            first = stream.readline(_BLOCK)
        self._separator = max(",;\t", key=first.count)
        self.columns = [cell.strip() for cell in next(csv.reader([first], delimiter=self._separator), [])]

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the number and the cells of each line that is not empty; a line's number is that of its last part.

        Raises Unreadable where the quotation marks are wrong.
        """
        csv.field_size_limit(LONGEST_CELL)
        with self._file.open(encoding=self._encoding, newline="") as stream:
            table = csv.reader(stream, delimiter=self._separator, strict=True)
            try:
                next(table)
                for cells in table:
                    if any(cell.strip() for cell in cells):
                        yield table.line_num, cells
            except csv.Error as error:
                raise Unreadable(f"Line {table.line_num}: {error}. Check the quotation marks there.") from error

    def uneven(self, line: int, cells: Sequence[str]) -> Objection | None:
        """Return what is wrong with a line that has more or fewer cells than the first, None if nothing is."""
        if len(cells) == len(self.columns):
            return None
        reason = f"there are {len(cells)} cells where the first line names {len(self.columns)} columns"
        advice = "Put quotation marks round a text that holds the separator or a line break."
        return Objection(line, "whole line", reason, advice)


def twice(columns: Sequence[str]) -> None:
    """Raise Unreadable where a column is named twice."""
    for name, times in Counter(columns).items():
        if times > 1:
            raise Unreadable(f"The column {name!r} is there twice. Rename or remove one of them.")


def _encoding(file: Path) -> str:
    """Return the encoding that the file's first bytes show, after reading it to the end in that encoding."""
    try:
        with file.open("rb") as stream:
            start = stream.read(4)
            marked = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            if not marked and b"\0" in start:
                raise Unreadable("The file is not text. Save it as 'CSV UTF-8' and import that file.")
            encoding = "utf-16" if marked else "utf-8-sig"
            decoder = codecs.getincrementaldecoder(encoding)()
            decoder.decode(start)
            while block := stream.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except OSError as error:
        raise Unreadable(
            f"The file cannot be read: {error.strerror}. Name one that is there and that you may read."
        ) from error
    except UnicodeError as error:
        raise Unreadable(
            "The file is neither UTF-8 nor UTF-16. Save it as 'CSV UTF-8' and import that file."
        ) from error
    return encoding
