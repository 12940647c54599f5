"""Timeline entries as rows: headings between days, filters and search over what is loaded. Nothing is painted here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, tzinfo
from enum import StrEnum
from uuid import UUID

from crmdesk.domain import words
from crmdesk.domain.calls.live import Direction, Outcome
from crmdesk.domain.desk import EntryKind, TimelineEntry
from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit import ChipSpec, ChipStyle
from crmdesk.ui.theme import Icon, Voice


class Show(StrEnum):
    """Which entries a timeline shows."""

    ALL = "all"
    CALLS = "calls"
    NOTES = "notes"
    COMPLAINTS = "complaints"


_KINDS = {Show.CALLS: EntryKind.CALL, Show.NOTES: EntryKind.NOTE, Show.COMPLAINTS: EntryKind.COMPLAINT}


@dataclass(frozen=True, slots=True)
class DayRow:
    """The heading over the entries of one day."""

    day: date
    words: str


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as it is painted: time of day, icon and its voice, title, detail, text and chip."""

    entry: TimelineEntry
    time: str
    icon: Icon
    voice: Voice | None
    title: str
    detail: str
    chip: ChipSpec | None
    body: str = ""
    matched: tuple[str, ...] = ()


Row = DayRow | EntryRow


@dataclass(frozen=True, slots=True)
class Reading:
    """How a timeline is read: the reader's zone, the present instant, the reader's own name, the call wrapped up."""

    zone: tzinfo
    now: datetime
    me: str
    wrapping: UUID | None = None


def rows_of(
    entries: Iterable[TimelineEntry], reading: Reading, show: Show = Show.ALL, typed: str = ""
) -> tuple[Row, ...]:
    """Return headings and entries, newest first, of one kind and with every word typed in them."""
    wanted = tuple(typed.casefold().split())
    kind = _KINDS.get(show)
    today = reading.now.astimezone(reading.zone).date()
    rows: list[Row] = []
    last: date | None = None
    for entry in entries:
        if kind is not None and entry.kind is not kind:
            continue
        row = row_of(entry, reading, wanted)
        if wanted and not _fits(row, wanted):
            continue
        day = entry.at.astimezone(reading.zone).date()
        if day != last:
            rows.append(DayRow(day, words.day_heading(day, today)))
            last = day
        rows.append(row)
    return tuple(rows)


def _fits(row: EntryRow, wanted: tuple[str, ...]) -> bool:
    chip = row.chip.text if row.chip is not None else ""
    text = f"{row.title} {row.detail} {row.body} {chip}".casefold()
    return all(word in text for word in wanted)


def row_of(entry: TimelineEntry, reading: Reading, matched: tuple[str, ...] = ()) -> EntryRow:
    """Return one entry as it is painted."""
    time = words.clock(entry.at, reading.zone)
    return _MAKERS[entry.kind](entry, time, reading, matched)


def _call(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    icon, voice = Icon.PHONE_INCOMING, Voice.PHONE
    outbound = entry.direction is Direction.OUTBOUND
    title = "Call to them" if outbound else "Call"
    if outbound:
        icon = Icon.PHONE_OUTGOING
    wrapping = entry.id == reading.wrapping
    if entry.ongoing and not wrapping:
        title += ", talking now"
    elif entry.outcome in (Outcome.ABANDONED, Outcome.TIMED_OUT, Outcome.NO_ANSWER, Outcome.FAILED):
        title = {Outcome.ABANDONED: "Abandoned", Outcome.TIMED_OUT: "Not reached"}.get(entry.outcome, "No answer")
        icon, voice = Icon.PHONE_MISSED, Voice.LATE
    elif entry.duration_s is not None:
        title += f", {words.duration(entry.duration_s)}"
    who = "you" if (entry.who == reading.me and entry.who) or (entry.ongoing and not entry.who) else entry.who
    waited = f"waited {words.running(entry.waited_s)}" if entry.ongoing and entry.waited_s is not None else ""
    parts = (entry.queue, waited, who) if entry.ongoing else (who[:1].upper() + who[1:], entry.queue)
    chip = ChipSpec(entry.disposition, Voice.REST, Icon.CHECK) if entry.disposition else None
    if wrapping:
        chip = ChipSpec("Wrapping up", Voice.REST, Icon.PEN_LINE)
    chip = _unsent_chip() if entry.unsent and chip is None and not entry.ongoing else chip
    return EntryRow(entry, time, icon, voice, title, ", ".join(p for p in parts if p), chip, matched=matched)


def _note(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    chip = ChipSpec("Internal", Voice.REST, Icon.LOCK, ChipStyle.OUTLINE)
    who = "You" if entry.who and entry.who == reading.me else entry.who
    detail = f"{who}, unsent" if entry.unsent else who
    return EntryRow(entry, time, Icon.LOCK, None, entry.title, detail, chip, entry.body, matched)


def _complaint(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    by = "by you" if entry.who and entry.who == reading.me else f"by {entry.who}" if entry.who else ""
    parts = [entry.title, f"severity {entry.severity}" if entry.severity else "", by, "unsent" if entry.unsent else ""]
    detail = ", ".join(part for part in parts if part)
    chip = ChipSpec("From customer", Voice.REST, Icon.ARROW_DOWN_LEFT, ChipStyle.OUTLINE)
    return EntryRow(entry, time, Icon.SCALE, None, f"{entry.reference} registered", detail, chip, entry.body, matched)


def _change(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    who = "You" if entry.who and entry.who == reading.me else entry.who or "A colleague"
    return EntryRow(entry, time, Icon.PENCIL, None, "", f"{who} changed “{entry.title}”", None, matched=matched)


def _script(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    chip = ChipSpec("Internal", Voice.REST, Icon.LOCK, ChipStyle.OUTLINE)
    who = "you" if entry.who and entry.who == reading.me else entry.who
    detail = ", ".join(part for part in ("Script", who, "unsent" if entry.unsent else "") if part)
    return EntryRow(entry, time, Icon.LIST_CHECKS, None, entry.title, detail, chip, entry.body, matched)


def _unsent_chip() -> ChipSpec:
    return ChipSpec("Unsent", Voice.YOU, Icon.CLOUD_UPLOAD)


_MAKERS: dict[EntryKind, Callable[[TimelineEntry, str, Reading, tuple[str, ...]], EntryRow]] = {
    EntryKind.CALL: _call,
    EntryKind.NOTE: _note,
    EntryKind.COMPLAINT: _complaint,
    EntryKind.CHANGE: _change,
    EntryKind.SCRIPT: _script,
}


def key_of(row: object) -> object:
    """Return what tells a row apart when the timeline is read again."""
    if isinstance(row, EntryRow):
        return row.entry.kind, row.entry.id
    return row.day if isinstance(row, DayRow) else None


def spoken(row: object) -> str:
    """Return a row as it is read aloud."""
    if isinstance(row, DayRow):
        return row.words
    if not isinstance(row, EntryRow):
        return ""
    chip = row.chip.text if row.chip is not None else ""
    return ", ".join(part for part in (row.time, row.title, row.detail, chip, row.body) if part)
