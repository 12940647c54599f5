"""Timeline entries as rows: headings between days, filters and search over what is loaded. Nothing is painted here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, tzinfo
from enum import StrEnum
from uuid import UUID

from crmdesk.domain import words
from crmdesk.domain.calls.live import Direction, Outcome
from crmdesk.domain.language import left_to_right, mark, tr, tr_in
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.domain.stream import Channel, EntryKind, TimelineEntry, Wanted
from crmdesk.ui.kit import ChipSpec, ChipStyle
from crmdesk.ui.pop import say
from crmdesk.ui.requests.looks import REQUEST_ICONS
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
    Show.NOTES: frozenset((EntryKind.NOTE, EntryKind.SCRIPT, EntryKind.FEEDBACK)),
    Show.COMPLAINTS: frozenset((EntryKind.COMPLAINT, EntryKind.REQUEST)),
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
    wrapping = entry.id == reading.wrapping
    talking = entry.ongoing and not wrapping
    icon, voice = Icon.PHONE_INCOMING, Voice.PHONE
    if entry.outcome in _MISSED and not talking:
        icon, voice = Icon.PHONE_MISSED, Voice.LATE
    elif entry.direction is Direction.OUTBOUND:
        icon = Icon.PHONE_OUTGOING
    if entry.ongoing:
        waited = tr("waited {time}", time=words.running(entry.waited_s)) if entry.waited_s is not None else ""
        parts = [entry.queue, waited, tr("you") if _is_mine(entry, reading) or not entry.who else entry.who]
    else:
        parts = [tr("You") if _is_mine(entry, reading) else say.sentence(entry.who), entry.queue]
    chip = ChipSpec(entry.disposition, Voice.REST, Icon.CHECK) if entry.disposition else None
    if wrapping:
        chip = ChipSpec(tr("Wrapping up"), Voice.REST, Icon.PEN_LINE)
    chip = _unsent_chip() if entry.unsent and chip is None and not entry.ongoing else chip
    title = _call_title(entry, talking=talking)
    return EntryRow(entry, time, icon, voice, title, ", ".join(p for p in parts if p), chip, matched=matched)


_MISSED = {
    Outcome.ABANDONED: mark("Abandoned"),
    Outcome.TIMED_OUT: mark("Not reached"),
    Outcome.NO_ANSWER: mark("No answer"),
    Outcome.FAILED: mark("No answer"),
}


def _call_title(entry: TimelineEntry, *, talking: bool) -> str:
    outbound = entry.direction is Direction.OUTBOUND
    if talking:
        return tr("Call to them, talking now") if outbound else tr("Call, talking now")
    if entry.outcome in _MISSED:
        return tr(_MISSED[entry.outcome])
    if entry.duration_s is not None:
        length = words.duration(entry.duration_s)
        return tr("Call to them, {length}", length=length) if outbound else tr("Call, {length}", length=length)
    return tr("Call to them") if outbound else tr_in("in a timeline", "Call")


def _is_mine(entry: TimelineEntry, reading: Reading) -> bool:
    return bool(entry.who) and entry.who == reading.me


def _who(entry: TimelineEntry, reading: Reading) -> str:
    return tr("You") if _is_mine(entry, reading) else entry.who


def _note(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    chip = ChipSpec(tr("Internal"), Voice.REST, Icon.LOCK, ChipStyle.OUTLINE)
    detail = _with_unsent(_who(entry, reading), entry)
    frame = Frame.INTERNAL if entry.body else Frame.LINE
    return EntryRow(entry, time, Icon.LOCK, None, entry.title, detail, chip, entry.body, matched, frame)


def _complaint(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    by = tr("by you") if _is_mine(entry, reading) else tr("by {name}", name=entry.who) if entry.who else ""
    severity = tr("severity {severity}", severity=entry.severity) if entry.severity else ""
    detail = _with_unsent(", ".join(part for part in (entry.title, severity, by) if part), entry)
    chip = ChipSpec(tr("From customer"), Voice.REST, Icon.ARROW_DOWN_LEFT, ChipStyle.OUTLINE)
    title = tr("{reference} registered", reference=left_to_right(entry.reference))
    frame = Frame.THEIRS if entry.body else Frame.LINE
    return EntryRow(entry, time, Icon.SCALE, None, title, detail, chip, entry.body, matched, frame)


def _request(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    by = tr("by you") if _is_mine(entry, reading) else tr("by {name}", name=entry.who) if entry.who else ""
    detail = _with_unsent(", ".join(part for part in (entry.title, by) if part), entry)
    chip = ChipSpec(tr("From customer"), Voice.REST, Icon.ARROW_DOWN_LEFT, ChipStyle.OUTLINE)
    title = tr("{reference} registered", reference=left_to_right(entry.reference))
    icon = REQUEST_ICONS[entry.request or RequestKind.SERVICE]
    frame = Frame.THEIRS if entry.body else Frame.LINE
    return EntryRow(entry, time, icon, None, title, detail, chip, entry.body, matched, frame)


def _message(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    channel = entry.channel or Channel.LETTER
    title = entry.title or tr(_CHANNELS[channel][0])
    who = _who(entry, reading)
    if channel is Channel.VISIT:
        detail = ", ".join(part for part in (" ".join(entry.body.split()), who) if part)
        return EntryRow(entry, time, Icon.TRUCK, None, title, detail, _unsent(entry), matched=matched)
    if entry.direction is Direction.OUTBOUND:
        detail = _sent(who, left_to_right(entry.address), entry)
        chip = ChipSpec(tr("Customer sees this"), Voice.WORD, Icon.EYE)
        return EntryRow(entry, time, Icon.SEND, Voice.WORD, title, detail, chip, entry.body, matched, Frame.OURS)
    chip = ChipSpec(tr("From customer"), Voice.REST, Icon.ARROW_DOWN_LEFT, ChipStyle.OUTLINE)
    icon = _CHANNELS[channel][1]
    return EntryRow(
        entry, time, icon, None, title, left_to_right(entry.address), chip, entry.body, matched, Frame.THEIRS
    )


_CHANNELS = {
    Channel.EMAIL: (mark("E-mail"), Icon.MAIL),
    Channel.LETTER: (mark("Letter"), Icon.FILE_TEXT),
    Channel.WEB: (mark("From the web"), Icon.MESSAGE_SQUARE),
    Channel.VISIT: (mark("Visit"), Icon.TRUCK),
}


def _sent(who: str, address: str, entry: TimelineEntry) -> str:
    """Return who wrote to which address, as far as it is known, and that it was not sent yet."""
    said = who
    if address:
        said = tr("{who} to {address}", who=who, address=address) if who else tr("to {address}", address=address)
    if entry.unsent:
        return tr("{what} unsent", what=said) if said else tr("unsent")
    return said


def _task(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    if entry.disposition:
        chip: ChipSpec | None = ChipSpec(entry.disposition, Voice.REST, Icon.CHECK)
    elif entry.due_at is not None:
        left, when = (entry.due_at - reading.now).total_seconds(), words.moment(entry.due_at, reading.now, reading.zone)
        voice = Voice.LATE if left < 0 else Voice.SOON if left < _SOON_S else Voice.REST
        late = Icon.CLOCK_ALERT if left < 0 else Icon.CLOCK
        chip = ChipSpec(tr("Due {when}", when=when), voice, late)
    else:
        chip = _unsent(entry)
    detail = _with_unsent(_who(entry, reading), entry)
    return EntryRow(entry, time, Icon.HANDSHAKE, Voice.WORD, entry.title, detail, chip, matched=matched)


_SOON_S = 4 * 3600


def _change(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    if _is_mine(entry, reading):
        said = tr("You changed “{field}”", field=entry.title)
    elif entry.who:
        said = tr("{name} changed “{field}”", name=entry.who, field=entry.title)
    else:
        said = tr("A colleague changed “{field}”", field=entry.title)
    return EntryRow(entry, time, Icon.PENCIL, None, "", said, None, matched=matched)


def _script(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    chip = ChipSpec(tr("Internal"), Voice.REST, Icon.LOCK, ChipStyle.OUTLINE)
    who = tr("you") if _is_mine(entry, reading) else entry.who
    frame = Frame.INTERNAL if entry.body else Frame.LINE
    detail = _with_unsent(", ".join(part for part in (tr("Script"), who) if part), entry)
    return EntryRow(entry, time, Icon.LIST_CHECKS, None, entry.title, detail, chip, entry.body, matched, frame)


def _feedback(entry: TimelineEntry, time: str, reading: Reading, matched: tuple[str, ...]) -> EntryRow:
    chip = ChipSpec(entry.disposition, Voice.PHONE, Icon.CHECK) if entry.disposition else _unsent(entry)
    who = tr("you") if _is_mine(entry, reading) else entry.who
    detail = ", ".join(part for part in (tr("Told the product team"), who) if part)
    return EntryRow(
        entry, time, Icon.MESSAGE_SQUARE, None, entry.title, detail, chip, entry.body, matched, Frame.INTERNAL
    )


def _with_unsent(detail: str, entry: TimelineEntry) -> str:
    return ", ".join(part for part in (detail, tr("unsent") if entry.unsent else "") if part)


def _unsent(entry: TimelineEntry) -> ChipSpec | None:
    return _unsent_chip() if entry.unsent else None


def _unsent_chip() -> ChipSpec:
    return ChipSpec(tr("Unsent"), Voice.YOU, Icon.CLOUD_UPLOAD)


_MAKERS: dict[EntryKind, Callable[[TimelineEntry, str, Reading, tuple[str, ...]], EntryRow]] = {
    EntryKind.CALL: _call,
    EntryKind.NOTE: _note,
    EntryKind.COMPLAINT: _complaint,
    EntryKind.REQUEST: _request,
    EntryKind.CHANGE: _change,
    EntryKind.SCRIPT: _script,
    EntryKind.MESSAGE: _message,
    EntryKind.TASK: _task,
    EntryKind.FEEDBACK: _feedback,
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
