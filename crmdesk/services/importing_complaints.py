"""Reads complaints from a CSV file by a mapping: each line is taken whole or refused with reasons.

A mapping is a TOML file: ``title``, ``regime``, ``zone`` (in which its days are), ``prefix`` of references, ``columns``
(ours = theirs), ``empty`` (what stands for an empty cell), and ``channel`` and ``outcome`` (theirs = ours). No database
is touched here.
"""

# not shown: a command says all of this, in English, and no desk

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

from crmdesk.domain.complaints import Channel, Outcome
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.calendars import zone_named
from crmdesk.domain.sla.documents import fields, toml_of, typed
from crmdesk.domain.values import known_or_none, plain, storable
from crmdesk.models.limits import LONGEST_TEXT
from crmdesk.services.csv_file import CsvFile, Objection, Unreadable, day_of, twice

_NEEDED = ("reference", "received", "product", "category", "verbatim")
_POSSIBLE = ("about", "area", "channel", "outcome", "ended", "remedy")
_LONGEST = {"verbatim": LONGEST_TEXT}
_LONGEST_LINE = 500
_FIRST_DAY = date(1970, 1, 1)
_LONGEST_PREFIX = 20


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which column is what: ``columns`` from ours to theirs, and what stands for an empty cell of ours."""

    title: str
    regime: str
    zone: str
    prefix: str
    columns: Mapping[str, str]
    empty: Mapping[str, str]
    channels: Mapping[str, Channel]
    outcomes: Mapping[str, Outcome | None]


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint read from a line. ``outcome`` is None for one that is still open; instants are UTC."""

    line: int
    reference: str
    received_at: datetime
    product: str
    category: str
    verbatim: str
    about: str
    area: str
    remedy: str
    channel: Channel
    outcome: Outcome | None
    ended_at: datetime | None


def mapping_from(text: str) -> ColumnMapping:
    """Return the mapping of a file's text; raises UserMistake that names what is wrong in it."""
    document = toml_of(text)
    possible = ("prefix", "empty", "channel", "outcome")
    whole = fields(document, "mapping", ("title", "regime", "zone", "columns"), possible)
    columns = fields(typed(whole["columns"], dict, "columns"), "columns", _NEEDED, _POSSIBLE)
    zone_named(typed(whole["zone"], str, "zone"))
    if "outcome" in columns and "ended" not in columns:
        reason = "It says which column tells how a complaint ended, and not which tells when."
        raise UserMistake("columns", reason, "Name the column of the day under ended.")
    return ColumnMapping(
        title=typed(whole["title"], str, "title"),
        regime=typed(whole["regime"], str, "regime"),
        zone=whole["zone"],
        prefix=_prefix(whole.get("prefix", "")),
        columns={name: typed(column, str, name) for name, column in columns.items()},
        empty={name: typed(words, str, name) for name, words in typed(whole.get("empty", {}), dict, "empty").items()},
        channels={theirs: _channel(ours) for theirs, ours in typed(whole.get("channel", {}), dict, "channel").items()},
        outcomes={theirs: _outcome(ours) for theirs, ours in typed(whole.get("outcome", {}), dict, "outcome").items()},
    )


def _prefix(given: object) -> str:
    prefix: str = typed(given, str, "prefix")
    if len(prefix) > _LONGEST_PREFIX or not prefix.isprintable():
        reason = f"A prefix has at most {_LONGEST_PREFIX} characters, all of them visible."
        raise UserMistake("prefix", reason, "Shorten it.")
    return prefix


def _channel(ours: object) -> Channel:
    found = known_or_none(Channel, str(ours))
    if found is None:
        raise UserMistake("channel", f"There is no channel {ours!r}.", f"Use one of {', '.join(Channel)}.")
    return found


def _outcome(ours: object) -> Outcome | None:
    found = known_or_none(Outcome, str(ours))
    if found is None and ours != "":
        raise UserMistake("outcome", f"There is no outcome {ours!r}.", f"Use one of {', '.join(Outcome)}, or none.")
    return found


class Reader:
    """One CSV file of complaints. ``unused`` are its columns that the mapping does not name."""

    def __init__(self, file: Path, mapping: ColumnMapping, today: date) -> None:
        """Read the file once to the end; raises Unreadable where it, or a column of the mapping, is not there."""
        self._mapping = mapping
        self._today = today
        self._table = CsvFile(file)
        twice(self._table.columns)
        missing = [column for column in mapping.columns.values() if column not in self._table.columns]
        if missing:
            names = ", ".join(map(repr, missing))
            raise Unreadable(f"The first line does not name {names}. Give a mapping for this file: --mapping FILE.")
        self.unused = tuple(name for name in self._table.columns if name not in mapping.columns.values())

    def rows(self) -> Iterator[Complaint | list[Objection]]:
        """Yield each line that is not empty, as a complaint or as the objections to it, in the order of the file."""
        seen: dict[str, int] = {}
        for line, cells in self._table.lines():
            if uneven := self._table.uneven(line, cells):
                yield [uneven]
                continue
            given = dict(zip(self._table.columns, cells, strict=True))
            found = self._row(line, {ours: self._cell(ours, given[theirs]) for ours, theirs in self._columns()})
            if isinstance(found, Complaint):
                first = seen.setdefault(found.reference, line)
                if first != line:
                    reason = f"the reference stands in line {first} too"
                    found = [Objection(line, self._mapping.columns["reference"], reason, "Remove one of the two.")]
            yield found

    def _columns(self) -> Iterator[tuple[str, str]]:
        yield from self._mapping.columns.items()

    def _cell(self, ours: str, cell: str) -> str:
        words = storable(cell)
        words = words if ours == "verbatim" else plain(words)
        return words.strip() or self._mapping.empty.get(ours, "")

    def _row(self, line: int, values: Mapping[str, str]) -> Complaint | list[Objection]:
        wrong = [
            Objection(line, self._mapping.columns[ours], reason, advice) for ours, reason, advice in self._wrong(values)
        ]
        if wrong:
            return wrong
        outcome = self._mapping.outcomes.get(values.get("outcome", ""))
        return Complaint(
            line=line,
            reference=f"{self._mapping.prefix}{values['reference']}",
            received_at=self._noon(values["received"]),
            product=values["product"],
            category=values["category"],
            verbatim=values["verbatim"],
            about=values.get("about", ""),
            area=values.get("area", ""),
            remedy=values.get("remedy", ""),
            channel=self._mapping.channels.get(values.get("channel", ""), Channel.WEB),
            outcome=outcome,
            ended_at=None if outcome is None else self._noon(values["ended"]),
        )

    def _wrong(self, values: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        """Yield what is wrong with a line: our name of the column, the reason, and what to do."""
        for ours in _NEEDED:
            if not values[ours]:
                yield ours, "there is nothing", "Fill it in, or name in [empty] what stands for it."
        for ours, cell in values.items():
            most = _LONGEST.get(ours, _LONGEST_LINE)
            if len(cell) > most:
                yield ours, f"the text has {len(cell):,} characters, at most {most:,} are kept", "Shorten it."
        for ours in ("received", "ended"):
            if values.get(ours) and (reason := self._no_day(values[ours])):
                yield ours, reason, "Write it as 2024-12-31."
        for ours, known in (("channel", self._mapping.channels), ("outcome", self._mapping.outcomes)):
            if values.get(ours) and known and values[ours] not in known:
                yield ours, f"{values[ours]!a} is not in the mapping", f"Say under [{ours}] what it is."

        if self._mapping.outcomes.get(values.get("outcome", "")) is not None and not values["ended"]:
            yield "ended", "how it ended is told, and not when", "Write the day, or leave the outcome empty."
        days = [values["received"], values.get("ended", "")]
        if not any(self._no_day(day) for day in days) and day_of(days[1]) < day_of(days[0]):
            yield "ended", "that is before it was received", "Correct one of the two days."

    def _no_day(self, text: str) -> str:
        try:
            day = day_of(text)
        except ValueError:
            return f"{text!a} is not a day"
        return "" if _FIRST_DAY <= day <= self._today else f"{text} is not between 1970 and today"

    def _noon(self, text: str) -> datetime:
        """Return noon of a day: the files name no time, and noon is the same day in every zone that is near."""
        return datetime.combine(day_of(text), time(12), zone_named(self._mapping.zone)).astimezone(UTC)
