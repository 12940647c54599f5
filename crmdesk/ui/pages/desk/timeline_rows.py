"""Timeline entries as rows: headings between days, filters and search over what is loaded. Nothing is painted here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, tzinfo
from enum import StrEnum
from uuid import UUID

from crmdesk.domain import words
from crmdesk.domain.calls.live import Direction, Outcome
from crmdesk.domain.quick import dataclass
from crmdesk.domain.stream import Channel, EntryKind, TimelineEntry, Wanted
from crmdesk.ui.kit import ChipSpec, ChipStyle
from crmdesk.ui.theme import Icon, Voice


class Show(StrEnum):
    """Which entries a timeline shows."""

    ALL = "all"
    CALLS = "calls"
    MAIL = "mail"
    NOTES = "notes"
    COMPLAINTS = "complaints"
    TASKS = "tasks"


_KINDS = {
    Show.CALLS: frozenset((EntryKind.CALL,)),
    Show.MAIL: frozenset((EntryKind.MESSAGE,)),
    Show.NOTES: frozenset((EntryKind.NOTE, EntryKind.SCRIPT)),
    Show.COMPLAINTS: frozenset((EntryKind.COMPLAINT,)),
    Show.TASKS: frozenset((EntryKind.TASK,)),
}


class Frame(StrEnum):
    """How an entry stands in the stream: on one LINE; INTERNAL text on a dotted rule; what is OURS to the customer, and
    what is THEIRS to us, in boxes of their own."""

    LINE = "line"
    INTERNAL = "internal"
    OURS = "ours"
    THEIRS = "theirs"


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
    frame: Frame = Frame.LINE


Row = DayRow | EntryRow


@dataclass(frozen=True, slots=True)
class Reading:
    """How a timeline is read: the reader's zone, the present instant, the reader's own name, the call wrapped up."""

    zone: tzinfo
    now: datetime
    me: str
    wrapping: UUID | None = None


def wanted_of(show: Show, typed: str) -> Wanted:
    """Return which entries a filter and what was typed into the search ask for."""
    return Wanted(_KINDS.get(show), tuple(typed.casefold().split()))


def rows_of(
    entries: Iterable[TimelineEntry], reading: Reading, show: Show = Show.ALL, typed: str = ""
) -> tuple[Row, ...]:
    """Return headings and entries, newest first, of one kind and with every word typed in them."""
    wanted = wanted_of(show, typed)
    return rows_for(filter(wanted.fits, entries), reading, wanted.words)


def rows_for(
    entries: Iterable[TimelineEntry], reading: Reading, matched: tuple[str, ...] = (), after: date | None = None
) -> tuple[Row, ...]:
    """Return entries under the headings of their days; ``after`` is the day of the last heading there is already."""
    return RowBook().rows(entries, reading, matched, after)


class RowBook:
    """Makes rows of entries, each once: of a long stream that is shown again only what changed is made anew."""

    def __init__(self) -> None:
        self._made: dict[UUID, EntryRow] = {}
        self._for: object = None

    def forget(self) -> None:
        """Let go of all rows: another customer comes."""
        self._made.clear()

    def rows(
        self,
        entries: Iterable[TimelineEntry],
        reading: Reading,
        matched: tuple[str, ...] = (),
        after: date | None = None,
    ) -> tuple[Row, ...]:
        """Return what ``rows_for`` does."""
        today = reading.now.astimezone(reading.zone).date()
        told = (reading.zone, reading.me, reading.wrapping, today, matched)
        if told != self._for:
            self._for = told
            self.forget()
        rows: list[Row] = []
        last = after
        for entry in entries:
            day = entry.at.astimezone(reading.zone).date()
            if day != last:
                rows.append(DayRow(day, words.day_heading(day, today)))
                last = day
            row = self._made.get(entry.id)
            if row is None or row.entry != entry or is_waiting(entry):
                row = self._made[entry.id] = row_of(entry, reading, matched)
            rows.append(row)
        return tuple(rows)


def is_waiting(entry: TimelineEntry) -> bool:
    """Say whether an entry reads otherwise as time goes on: something is still to be done."""
    return entry.due_at is not None and not entry.disposition


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
    frame = Frame.INTERNAL if entry.body else Frame.LINE
    return EntryRow(entry, time, Icon.LOCK, None, entry.title, detail, chip, entry.body, matched, frame)


def _complaint(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    by = "by you" if entry.who and entry.who == reading.me else f"by {entry.who}" if entry.who else ""
    parts = [entry.title, f"severity {entry.severity}" if entry.severity else "", by, "unsent" if entry.unsent else ""]
    detail = ", ".join(part for part in parts if part)
    chip = ChipSpec("From customer", Voice.REST, Icon.ARROW_DOWN_LEFT, ChipStyle.OUTLINE)
    title = f"{entry.reference} registered"
    frame = Frame.THEIRS if entry.body else Frame.LINE
    return EntryRow(entry, time, Icon.SCALE, None, title, detail, chip, entry.body, matched, frame)


def _message(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    channel = entry.channel or Channel.LETTER
    title = entry.title or _CHANNELS[channel][0]
    who = "You" if entry.who and entry.who == reading.me else entry.who
    if channel is Channel.VISIT:
        detail = ", ".join(part for part in (" ".join(entry.body.split()), who) if part)
        return EntryRow(entry, time, Icon.TRUCK, None, title, detail, _unsent(entry), matched=matched)
    if entry.direction is Direction.OUTBOUND:
        to = f"to {entry.address}" if entry.address else ""
        detail = " ".join(part for part in (who, to, "unsent" if entry.unsent else "") if part)
        chip = ChipSpec("Customer sees this", Voice.WORD, Icon.EYE)
        return EntryRow(entry, time, Icon.SEND, Voice.WORD, title, detail, chip, entry.body, matched, Frame.OURS)
    chip = ChipSpec("From customer", Voice.REST, Icon.ARROW_DOWN_LEFT, ChipStyle.OUTLINE)
    icon = _CHANNELS[channel][1]
    return EntryRow(entry, time, icon, None, title, entry.address, chip, entry.body, matched, Frame.THEIRS)


_CHANNELS = {
    Channel.EMAIL: ("E-mail", Icon.MAIL),
    Channel.LETTER: ("Letter", Icon.FILE_TEXT),
    Channel.WEB: ("From the web", Icon.MESSAGE_SQUARE),
    Channel.VISIT: ("Visit", Icon.TRUCK),
}


def _task(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    who = "You" if entry.who and entry.who == reading.me else entry.who
    if entry.disposition:
        chip: ChipSpec | None = ChipSpec(entry.disposition, Voice.REST, Icon.CHECK)
    elif entry.due_at is not None:
        left = (entry.due_at - reading.now).total_seconds()
        voice = Voice.LATE if left < 0 else Voice.SOON if left < _SOON_S else Voice.REST
        late = Icon.CLOCK_ALERT if left < 0 else Icon.CLOCK
        chip = ChipSpec(f"Due {words.moment(entry.due_at, reading.now, reading.zone)}", voice, late)
    else:
        chip = _unsent(entry)
    detail = f"{who}, unsent" if who and entry.unsent else "unsent" if entry.unsent else who
    return EntryRow(entry, time, Icon.HANDSHAKE, Voice.WORD, entry.title, detail, chip, matched=matched)


_SOON_S = 4 * 3600


def _change(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    who = "You" if entry.who and entry.who == reading.me else entry.who or "A colleague"
    return EntryRow(entry, time, Icon.PENCIL, None, "", f"{who} changed “{entry.title}”", None, matched=matched)


def _script(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    chip = ChipSpec("Internal", Voice.REST, Icon.LOCK, ChipStyle.OUTLINE)
    who = "you" if entry.who and entry.who == reading.me else entry.who
    frame = Frame.INTERNAL if entry.body else Frame.LINE
    detail = ", ".join(part for part in ("Script", who, "unsent" if entry.unsent else "") if part)
    return EntryRow(entry, time, Icon.LIST_CHECKS, None, entry.title, detail, chip, entry.body, matched, frame)


def _unsent(entry: TimelineEntry) -> ChipSpec | None:
    return _unsent_chip() if entry.unsent else None


def _unsent_chip() -> ChipSpec:
    return ChipSpec("Unsent", Voice.YOU, Icon.CLOUD_UPLOAD)


_MAKERS: dict[EntryKind, Callable[[TimelineEntry, str, Reading, tuple[str, ...]], EntryRow]] = {
    EntryKind.CALL: _call,
    EntryKind.NOTE: _note,
    EntryKind.COMPLAINT: _complaint,
    EntryKind.CHANGE: _change,
    EntryKind.SCRIPT: _script,
    EntryKind.MESSAGE: _message,
    EntryKind.TASK: _task,
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
