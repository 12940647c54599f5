"""Reads customers from a CSV file that anybody may have made: each row is taken whole or refused with reasons.

No database is touched here; the caller stores what ``Reader`` yields.
"""

# not shown: a command says all of this, in English, and no desk

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from hashlib import blake2b
from pathlib import Path

from crmdesk.domain.customers import CustomerKind
from crmdesk.domain.phone import PhoneKind, normalise
from crmdesk.domain.quick import dataclass
from crmdesk.domain.values import TURNS_TEXT_ROUND

PHONES = tuple("phone" if number == 1 else f"phone_{number}" for number in range(1, 10))
COLUMNS: Mapping[str, int] = {
    "name": 200,
    "kind": 20,
    "latin_name": 200,
    "summary": 200,
    **dict.fromkeys(PHONES, 100),
    "email": 254,
    "address": 500,
    "city": 100,
    "since": 10,
    "care": 200,
    "tier": 50,
    "language": 100,
    "product": 200,
    "segment": 50,
    "preferences": 2000,
    "accessibility": 2000,
    "good_service": 2000,
    "do_not_call": 10,
}
"""The columns that are understood and the longest text of each, in characters."""

LONGEST_CELL = 16 * 2**20
"""Above this many characters a cell ends the reading: quotes are certainly wrong."""

_KINDS = {
    "": CustomerKind.PERSON,
    "person": CustomerKind.PERSON,
    "organisation": CustomerKind.ORGANISATION,
    "organization": CustomerKind.ORGANISATION,
    "company": CustomerKind.ORGANISATION,
}
_DO_NOT_CALL = {
    **dict.fromkeys(("yes", "true", "1", "x"), True),
    **dict.fromkeys(("", "no", "false", "0"), False),
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FIRST_DAY = date(1900, 1, 1)
_BLOCK = 2**20
_LINES = ("preferences", "accessibility", "good_service")
"""Columns of several lines."""

_FORMULA_START = ("=", "@", "+", "-")
_FORMULA_STARTS = {**dict.fromkeys(PHONES, ("=", "@")), **dict.fromkeys(_LINES, ("=", "@"))}
"""What a spreadsheet takes for a formula; numbers begin with a plus, and lists with a dash.
A tab or line end in front, which some take for one too, is no part of the value."""

_PHONE_TROUBLE = {
    PhoneKind.WITHHELD: "is no number but says that one was withheld",
    PhoneKind.SERVICE: "is a short or service number, behind which no customer stands",
    PhoneKind.INTERNAL: "is an extension of the house",
    PhoneKind.UNUSABLE: "is not a telephone number that can be told for certain",
}


class Unreadable(Exception):
    """The file as a whole cannot be taken; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as written, as it is matched, and whether another row of the file has the same one."""

    raw: str
    e164: str
    extension: str | None
    shared: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """A customer read from a line. ``key`` tells the same customer in another line or another run."""

    line: int
    key: str
    kind: CustomerKind
    name: str
    fields: Mapping[str, str]
    since: date | None
    phones: tuple[Phone, ...]
    email: str
    address: str
    do_not_call: bool


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a line was refused: at which column, what is wrong, what to do."""

    line: int
    column: str
    reason: str
    advice: str

    def __str__(self) -> str:
        return f"line {self.line}, {self.column}: {self.reason}. {self.advice}"


class Reader:
    """One CSV file: UTF-8 or (with its mark) UTF-16; comma, semicolon or tab between cells; column names come first.

    ``region`` is the country whose numbers are written without a code. ``unknown`` are columns that are left out.
    """

    def __init__(self, file: Path, region: str, today: date) -> None:
        """Read the file once to the end; raises Unreadable, so that nothing is taken from half a file."""
        self._file = file
        self._region = region
        self._today = today
        self._encoding = _encoding(file)
        self._columns, self._separator = self._header()
        self.unknown = tuple(name for name in self._columns if name not in COLUMNS)
        self._written = self._phones_as_written()

    def rows(self) -> Iterator[Arrival | list[Objection]]:
        """Yield each line that is not empty, as a customer or as the objections to it, in the order of the file."""
        seen: dict[bytes, int] = {}
        for line, cells in self._lines():
            found = self._row(line, cells)
            if isinstance(found, Arrival):
                digest = blake2b(found.key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
                first = seen.setdefault(digest, line)
                if first != line:
                    reason = f"the same name and phone number stand in line {first}"
                    yield [Objection(line, "name", reason, "Remove one of the two lines.")]
                    continue
            yield found

    # Reading -------------------------------------------------------------------------------------------------------

    def _header(self) -> tuple[list[str], str]:
        with self._file.open(encoding=self._encoding, newline="") as stream:
            first = stream.readline(_BLOCK)
        separator = max(",;\t", key=first.count)
        cells = next(csv.reader([first], delimiter=separator), [])
        columns = [re.sub(r"[\s-]+", "_", cell.strip().casefold()) for cell in cells]
        if "name" not in columns:
            raise Unreadable("The first line does not name a column 'name'. Put the column names into the first line.")
        twice = [name for name, times in Counter(columns).items() if times > 1]
        if twice:
            raise Unreadable(f"The column {twice[0]!r} is there twice. Rename or remove one of them.")
        return columns, separator

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the number and the cells of each line that is not empty; a line's number is that of its last part."""
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

    def _phones_as_written(self) -> Counter[str]:
        places = [at for at, name in enumerate(self._columns) if name in PHONES]
        written: Counter[str] = Counter()
        for _, cells in self._lines():
            written.update({_squeezed(cells[at]) for at in places if at < len(cells) and len(cells[at]) <= 100})
        return Counter({phone: times for phone, times in written.items() if times > 1})

    # Checking ------------------------------------------------------------------------------------------------------

    def _row(self, line: int, cells: list[str]) -> Arrival | list[Objection]:
        if len(cells) != len(self._columns):
            reason = f"there are {len(cells)} cells where the first line names {len(self._columns)} columns"
            advice = "Put quotation marks round a text that holds the separator or a line break."
            return [Objection(line, "whole line", reason, advice)]
        values = {name: cell.strip() for name, cell in zip(self._columns, cells, strict=True) if name in COLUMNS}
        wrong = [Objection(line, name, *found) for name, cell in values.items() if (found := _cell(name, cell))]
        wrong = wrong or [Objection(line, name, *found) for name, found in self._meaning(values) if found]
        return wrong or self._arrival(line, values)

    def _meaning(self, values: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str] | None]]:
        """Yield what is wrong with each value by its column's meaning."""
        checks: dict[str, Callable[[str], tuple[str, str] | None]] = {
            "name": _name,
            "kind": _kind,
            "email": _email,
            "since": self._since,
            "do_not_call": _do_not_call,
            **dict.fromkeys(PHONES, self._phone),
        }
        for name, check in checks.items():
            if values.get(name) or name == "name":
                yield name, check(values.get(name, ""))

    def _since(self, text: str) -> tuple[str, str] | None:
        try:
            if _FIRST_DAY <= date.fromisoformat(text) <= self._today:
                return None
        except ValueError:
            return f"{text!a} is not a day", "Write it as 2024-12-31."
        return f"{text} is not between 1900 and today", "Correct the day or leave it empty."

    def _phone(self, text: str) -> tuple[str, str] | None:
        number = normalise(text, self._region)
        if number.e164 is not None:
            return None
        return f"{text!a} {_PHONE_TROUBLE[number.kind]}", "Write it with its country code, as +44 20 7946 0000."

    def _arrival(self, line: int, values: Mapping[str, str]) -> Arrival:
        phones = tuple(self._phones(values))
        email, address = values.get("email", ""), values.get("address", "")
        name = values["name"]
        reached = phones[0].e164 + (phones[0].extension or "") if phones else f"{email}\n{address}"
        plain = ("latin_name", "summary", "city", "care", "tier", "segment", "language", "product", *_LINES)
        return Arrival(
            line=line,
            key=f"{' '.join(name.split()).casefold()}\n{reached}",
            kind=_KINDS[values.get("kind", "").casefold()],
            name=name,
            fields={column: values[column] for column in plain if values.get(column)},
            since=date.fromisoformat(values["since"]) if values.get("since") else None,
            phones=phones,
            email=email,
            address=address,
            do_not_call=_DO_NOT_CALL[values.get("do_not_call", "").casefold()],
        )

    def _phones(self, values: Mapping[str, str]) -> Iterator[Phone]:
        known: set[tuple[str, str | None]] = set()
        for column in PHONES:
            text = values.get(column, "")
            number = normalise(text, self._region)
            if number.e164 is not None and (number.e164, number.extension) not in known:
                known.add((number.e164, number.extension))
                yield Phone(text, number.e164, number.extension, shared=_squeezed(text) in self._written)


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
        raise Unreadable(f"The file cannot be read: {error.strerror}.") from error
    except UnicodeError as error:
        raise Unreadable(
            "The file is neither UTF-8 nor UTF-16. Save it as 'CSV UTF-8' and import that file."
        ) from error
    return encoding


def _squeezed(phone: str) -> str:
    return "".join(phone.split())


def _cell(name: str, text: str) -> tuple[str, str] | None:
    """Return what is wrong with a cell whatever it means, None if nothing."""
    if len(text) > COLUMNS[name]:
        return f"the text has {len(text):,} characters, at most {COLUMNS[name]:,} are kept", "Shorten it."
    if text.startswith(_FORMULA_STARTS.get(name, _FORMULA_START)) and any(map(str.isalnum, text)):
        return "this is a formula, not its value", f"Save the file with values, or remove the {text[0]} in front."
    lines = "\n\r\t" if name in ("address", *_LINES) else ""
    if any((unicodedata.category(c) in ("Cc", "Cs") and c not in lines) or c in TURNS_TEXT_ROUND for c in text):
        return "there are control characters in the text", "Type the text anew."
    return None


def _name(text: str) -> tuple[str, str] | None:
    if not any(unicodedata.category(c)[0] in "LN" for c in text):
        return "there is no name", "Write the name of the person or organisation."
    return None


def _kind(text: str) -> tuple[str, str] | None:
    if text.casefold() not in _KINDS:
        return f"{text!a} is no kind of customer", "Write person or organisation, or leave it empty."
    return None


def _do_not_call(text: str) -> tuple[str, str] | None:
    if text.casefold() not in _DO_NOT_CALL:
        return f"{text!a} says neither yes nor no", "Write yes or no (or true, false, 1, 0, x), or leave it empty."
    return None


def _email(text: str) -> tuple[str, str] | None:
    if not _EMAIL.fullmatch(text):
        return f"{text!a} is not an e-mail address", "Correct it or leave it empty."
    return None
