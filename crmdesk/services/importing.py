"""Reads customers from a CSV file that anybody may have made: each row is taken whole or refused with reasons.

No database is touched here; the caller stores what ``Reader`` yields.
"""

# not shown: a command says all of this, in English, and no desk

from __future__ import annotations

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
from crmdesk.services.csv_file import CsvFile, Objection, Unreadable, day_of, twice

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


class Reader:
    """One CSV file: UTF-8 or (with its mark) UTF-16; comma, semicolon or tab between cells; column names come first.

    ``region`` is the country whose numbers are written without a code. ``unknown`` are columns that are left out.
    """

    def __init__(self, file: Path, region: str, today: date) -> None:
        """Read the file once to the end; raises Unreadable, so that nothing is taken from half a file."""
        self._region = region
        self._today = today
        self._table = CsvFile(file)
        self._columns = [re.sub(r"[\s-]+", "_", name.casefold()) for name in self._table.columns]
        if "name" not in self._columns:
            raise Unreadable("The first line does not name a column 'name'. Put the column names into the first line.")
        twice(self._columns)
        self.unknown = tuple(name for name in self._columns if name not in COLUMNS)
        self._written = self._phones_as_written()

    def rows(self) -> Iterator[Arrival | list[Objection]]:
        """Yield each line that is not empty, as a customer or as the objections to it, in the order of the file."""
        seen: dict[bytes, int] = {}
        for line, cells in self._table.lines():
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

    def _phones_as_written(self) -> Counter[str]:
        places = [at for at, name in enumerate(self._columns) if name in PHONES]
        written: Counter[str] = Counter()
        for _, cells in self._table.lines():
            written.update({_squeezed(cells[at]) for at in places if at < len(cells) and len(cells[at]) <= 100})
        return Counter({phone: times for phone, times in written.items() if times > 1})

    # Checking ------------------------------------------------------------------------------------------------------

    def _row(self, line: int, cells: list[str]) -> Arrival | list[Objection]:
        if uneven := self._table.uneven(line, cells):
            return [uneven]
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
            if _FIRST_DAY <= day_of(text) <= self._today:
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
            since=day_of(values["since"]) if values.get("since") else None,
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
