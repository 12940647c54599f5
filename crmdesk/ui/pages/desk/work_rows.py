"""The lists of the idle desk as rows and cells: calls to finish, callbacks and promises due, open cases, calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from uuid import UUID

from crmdesk.domain import words
from crmdesk.domain.calls.live import Outcome
from crmdesk.domain.cases.words import DeadlineWords
from crmdesk.domain.complaints import STATE_WORDS, ComplaintRow
from crmdesk.domain.interactions import Draft, InteractionState, RecentCall
from crmdesk.domain.lane import DeskCall, Stage
from crmdesk.domain.language import left_to_right, mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.kinds import REQUEST_STATE_WORDS
from crmdesk.domain.requests.views import RequestRow
from crmdesk.ui.kit import Cell, ChipSpec, Column, Ink
from crmdesk.ui.pages.desk.drafts import Writing
from crmdesk.ui.pop import say
from crmdesk.ui.pop.deadline_chip import deadline_chip, short_deadline_chip
from crmdesk.ui.pop.say import GRAVE
from crmdesk.ui.requests.looks import REQUEST_ICONS, urgency, urgent_chip
from crmdesk.ui.theme import Icon, TextRole, Voice

_PROMISE = "promise"
"""The kind of a draft of the promise line, and its field."""


_OUTCOMES = {
    Outcome.ANSWERED: mark("Answered"),
    Outcome.ABANDONED: mark("Abandoned"),
    Outcome.TIMED_OUT: mark("Timed out"),
    Outcome.NO_ANSWER: mark("No answer"),
    Outcome.FAILED: mark("Failed"),
}


class Work(StrEnum):
    """Which list a row is in."""

    FINISH = "finish"
    CALLBACK = "callback"
    COMPLAINT = "complaint"
    REQUEST = "request"
    PROMISE = "promise"
    CALL = "call"


class Owner(StrEnum):
    """Who has a callback or a promise: LOST was claimed here, and a colleague was first; ASKED is handed to a
    colleague, FOR_ME to the reader, who has not taken it yet."""

    ME = "me"
    COLLEAGUE = "colleague"
    FREE = "free"
    UNCONFIRMED = "unconfirmed"
    LOST = "lost"
    ASKED = "asked"
    FOR_ME = "for_me"


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One row: ``subject`` is the interaction, the customer of a note, the callback, the promise or the case; what
    Enter opens.

    ``whole`` is a chip that says more than ``chip`` does below its heading, ``mark`` one behind what it is about.
    ``owner`` says of a callback or promise who has it; ``number`` is the one to ring (E.164), where it has one;
    ``snoozed`` that it asks for attention later only, ``there`` what time it is due on the customer's clock.
    """

    work: Work
    subject: UUID
    customer_id: UUID | None
    name: str
    when: datetime
    about: str
    last: str
    chip: ChipSpec
    reference: str = ""
    is_call: bool = False
    owner: Owner | None = None
    number: str = ""
    snoozed: bool = False
    there: str = ""
    whole: ChipSpec | None = None
    mark: ChipSpec | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom rows are written: the present instant, the zone, how numbers are written and queues called."""

    now: datetime
    zone: tzinfo
    number: Callable[[str], str]
    queue: Callable[[str | None], str]


def to_finish(
    recent: Iterable[RecentCall],
    cases: Iterable[DeskCall],
    notes: Iterable[tuple[UUID, Writing]],
    reader: Reader,
) -> tuple[WorkRow, ...]:
    """Return what waits for the agent: calls without an outcome, notes that are still drafts; the newest first."""
    written = dict(notes)
    rows: dict[UUID, WorkRow] = {}
    alive = {case.call.contact_id for case in cases}
    for case in cases:
        if case.stage in (Stage.UNFINISHED, Stage.WRAP_UP):
            call = case.call
            customer = case.person.customer_id if case.person is not None else None
            name = say.call_title(case, reader.number)
            rows[call.contact_id] = _finish_row(
                call.contact_id, customer, name, call.rang_at, reader.queue(call.queue), written.get(call.contact_id)
            )
    for one in recent:
        writing = written.get(one.interaction_id)
        waits = one.state is not InteractionState.CLOSED or one.has_draft
        if waits and one.interaction_id not in alive:
            rows[one.interaction_id] = _finish_row(
                one.interaction_id, one.customer_id, _who(one, reader), one.began, one.queue, writing
            )
    for subject, writing in written.items():
        if subject not in rows and subject not in alive and writing.text:
            at = writing.saved_at or writing.edited_at or reader.now
            about = tr("Note: {words}", words=" ".join(writing.text.split())[:80])
            rows[subject] = WorkRow(Work.FINISH, subject, subject, writing.title, at, about, "", _draft_kept())
    return tuple(sorted(rows.values(), key=_when, reverse=True))


def with_promises(rows: tuple[WorkRow, ...], drafts: Iterable[Draft]) -> tuple[WorkRow, ...]:
    """Return what waits with the promises that were begun and not made, where nothing else of their subject waits."""
    here = {row.subject for row in rows}
    chip = ChipSpec(tr("Promise not made"), Voice.SOON, Icon.HANDSHAKE)
    begun = tuple(
        WorkRow(Work.FINISH, one.subject, one.subject, one.title, one.saved_at, about, "", chip)
        for one in drafts
        if one.kind == _PROMISE and one.subject not in here and (about := _promised(one))
    )
    return tuple(sorted((*rows, *begun), key=_when, reverse=True))


def _promised(draft: Draft) -> str:
    said = " ".join(draft.fields[_PROMISE].split())
    return tr("Promise: {words}", words=said[:80]) if said else ""


def _when(row: WorkRow) -> datetime:
    return row.when


def _finish_row(
    subject: UUID, customer: UUID | None, name: str, when: datetime, queue: str, writing: Writing | None
) -> WorkRow:
    drafted = writing is not None and bool(writing.text)
    chip = _draft_kept() if drafted else ChipSpec(tr("No outcome yet"), Voice.SOON, Icon.TIMER)
    return WorkRow(Work.FINISH, subject, customer, name, when, queue, "", chip, is_call=True)


def _draft_kept() -> ChipSpec:
    return ChipSpec(tr("Draft kept"), Voice.REST, Icon.PEN_LINE)


def _who(call: RecentCall, reader: Reader) -> str:
    if call.customer_name:
        return call.customer_name
    if call.withheld:
        return tr(say.WITHHELD)
    return left_to_right(reader.number(call.number)) if call.number else tr("Unknown number")


def complaints(rows: Iterable[ComplaintRow], said: Mapping[UUID, DeadlineWords]) -> tuple[WorkRow, ...]:
    """Return the open complaints: by their next deadline where any has one, else grave ones first, then the newest."""
    made = sorted(rows, key=_gravest_then_newest)
    if not said:
        return tuple(_complaint(row, _gravity(row)) for row in made)
    made.sort(key=lambda row: (row.id not in said, said[row.id].due_at if row.id in said else 0))
    return tuple(_with_deadline(row, said.get(row.id)) for row in made)


def _complaint(
    row: ComplaintRow, chip: ChipSpec, whole: ChipSpec | None = None, mark_: ChipSpec | None = None
) -> WorkRow:
    about = ", ".join(part for part in (row.category, row.product) if part)
    state = tr(STATE_WORDS[row.state])
    name = row.customer_name or tr("No customer")
    last = tr("{state}, unsent", state=state) if row.unsent else state
    return WorkRow(
        *(Work.COMPLAINT, row.id, row.customer_id, name, row.received_at, about, last, chip, row.reference),
        whole=whole,
        mark=mark_,
    )


def _with_deadline(row: ComplaintRow, said: DeadlineWords | None) -> WorkRow:
    mark_ = _gravity(row) if _is_grave(row) else None
    if said is None:
        return _complaint(row, ChipSpec(tr("No deadline"), Voice.REST, Icon.CLOCK), mark_=mark_)
    return _complaint(row, short_deadline_chip(said), deadline_chip(said), mark_)


def _is_grave(row: ComplaintRow) -> bool:
    return row.severity >= GRAVE or row.safety


def _gravity(row: ComplaintRow) -> ChipSpec:
    severity = tr("Severity {severity}", severity=row.severity)
    if row.safety:
        severity = tr("Severity {severity}, safety", severity=row.severity)
    voice, icon = (Voice.SOON, Icon.TRIANGLE_ALERT) if _is_grave(row) else (Voice.REST, Icon.SCALE)
    return ChipSpec(severity, voice, icon)


def _gravest_then_newest(row: ComplaintRow) -> tuple[int, float]:
    return -max(row.severity, GRAVE if row.safety else 0), -row.received_at.timestamp()


def requests(rows: Iterable[RequestRow], said: Mapping[UUID, DeadlineWords]) -> tuple[WorkRow, ...]:
    """Return the open requests: by their next deadline where any has one, else as they come, the most urgent first."""
    made = list(rows)
    if not said:
        return tuple(_request(row, _urgency(row)) for row in made)
    made.sort(key=lambda row: (row.id not in said, said[row.id].due_at if row.id in said else 0))
    return tuple(_request_due(row, said.get(row.id)) for row in made)


def _request(row: RequestRow, chip: ChipSpec, whole: ChipSpec | None = None, mark_: ChipSpec | None = None) -> WorkRow:
    state = tr(REQUEST_STATE_WORDS[row.state])
    name = row.customer_name or tr("No customer")
    last = tr("{state}, unsent", state=state) if row.unsent else state
    return WorkRow(
        *(Work.REQUEST, row.id, row.customer_id, name, row.received_at, row.title, last, chip, row.reference),
        whole=whole,
        mark=mark_,
    )


def _request_due(row: RequestRow, said: DeadlineWords | None) -> WorkRow:
    mark_ = urgent_chip(row)
    if said is None:
        return _request(row, ChipSpec(tr("No deadline"), Voice.REST, Icon.CLOCK), mark_=mark_)
    return _request(row, short_deadline_chip(said), deadline_chip(said), mark_)


def _urgency(row: RequestRow) -> ChipSpec:
    return urgent_chip(row) or ChipSpec(urgency(row.urgency), Voice.REST, REQUEST_ICONS[row.kind])


def calls_today(recent: Iterable[RecentCall], reader: Reader) -> tuple[WorkRow, ...]:
    """Return the agent's own closed calls of today, the newest first."""
    today = reader.now.astimezone(reader.zone).date()
    rows = []
    for one in recent:
        if one.began.astimezone(reader.zone).date() != today or one.state is not InteractionState.CLOSED:
            continue
        missed = one.outcome is not None and one.outcome is not Outcome.ANSWERED
        icon, voice = (Icon.PHONE_MISSED, Voice.LATE) if missed else (Icon.PHONE_INCOMING, Voice.PHONE)
        chip = ChipSpec(words.clock(one.began, reader.zone), voice, icon)
        outcome = one.disposition or (tr(_OUTCOMES[one.outcome]) if one.outcome is not None else "")
        rows.append(
            WorkRow(
                Work.CALL,
                one.interaction_id,
                one.customer_id,
                _who(one, reader),
                one.began,
                one.queue,
                outcome,
                chip,
                number=one.number or "",
            )
        )
    return tuple(sorted(rows, key=_when, reverse=True))


def widest_due() -> ChipSpec:
    """Return the widest that the chip of something due can be: late within the hour, when the time is said as well."""
    due = datetime(2000, 1, 1, 22, 20, tzinfo=UTC)
    late = words.due(due, due + timedelta(minutes=59))
    return ChipSpec(f"{words.clock(due, UTC)}, {late}", Voice.LATE, Icon.CLOCK_ALERT)


_WHEN, _DUE = Column(mark("When"), 152), Column(mark("Due"), 152, holds=widest_due)
_CUSTOMER, _ABOUT = Column(mark("Customer"), 190), Column(mark("What it is about"))
_STATE = Column(mark("State"), 104)
COLUMNS: dict[Work, tuple[Column, ...]] = {
    Work.FINISH: (_WHEN, _CUSTOMER, _ABOUT, Column("", 220)),
    Work.CALLBACK: (_DUE, _CUSTOMER, _ABOUT, Column(mark("Owner"), 220)),
    Work.PROMISE: (_DUE, _CUSTOMER, Column(mark("What we said")), Column(mark("Kept by"), 220)),
    Work.COMPLAINT: (
        *(Column(mark("Severity"), 152), _CUSTOMER, Column(mark("Complaint"))),
        *(Column(mark("Reference"), 104), _STATE),
    ),
    Work.REQUEST: (
        *(Column(mark("Urgency"), 152), _CUSTOMER, Column(mark("Request"))),
        *(Column(mark("Reference"), 104), _STATE),
    ),
    Work.CALL: (_WHEN, _CUSTOMER, Column(mark("Queue")), Column(mark("Outcome"), 220)),
}
_CASES = (Work.COMPLAINT, Work.REQUEST)
_BY_DEADLINE = {work: (replace(COLUMNS[work][0], title=mark("Next deadline")), *COLUMNS[work][1:]) for work in _CASES}
_NARROWER = {220: 132, 190: 150, 152: 112, 104: 92}
"""The px of a column where there is less room, by those that it has else."""


def _narrow(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """Return columns for a narrow window: what the preview tells as well goes, what holds a chip keeps its width."""
    shown = (column for column in columns if column is not _STATE)
    return tuple(one if one.holds else replace(one, width=_NARROWER.get(one.width, 0)) for one in shown)


NARROW: dict[Work, tuple[Column, ...]] = {work: _narrow(columns) for work, columns in COLUMNS.items()}
"""The same where the window is below 1280 px."""


def columns_of(work: Work, rows: Iterable[WorkRow], *, narrow: bool) -> tuple[Column, ...]:
    """Return the columns for these rows of a list: cases with deadlines begin with them."""
    if work in _CASES and any(row.whole is not None for row in rows):
        return _narrow(_BY_DEADLINE[work]) if narrow else _BY_DEADLINE[work]
    return (NARROW if narrow else COLUMNS)[work]


_SHORT = 6
"""A chip of so many characters leaves room for the customer's own time beside it."""


def cells_of(row: WorkRow, reader: Reader) -> tuple[Cell, ...]:
    """Return the cells of a row under the columns of its list."""
    name = Cell(row.name, TextRole.BODY_STRONG)
    about = Cell(row.about, ink=Ink.SECONDARY, chips=(row.mark,) if row.mark is not None else ())
    if row.work is Work.FINISH:
        when = Cell(say.sentence(words.moment(row.when, reader.now, reader.zone)), ink=Ink.SECONDARY)
        return when, name, about, Cell(chips=(row.chip,))
    if row.work in (Work.CALLBACK, Work.PROMISE):
        beside = len(row.chip.text) <= _SHORT
        due = Cell(chips=(row.chip,), after=row.there if beside else "")
        whom = name if beside else Cell(row.name, TextRole.BODY_STRONG, after=row.there)
        return due, whom, about, _owner_cell(row)
    if row.work in _CASES:
        reference = Cell(left_to_right(row.reference), TextRole.SMALL, Ink.SECONDARY)
        return Cell(chips=(row.chip,)), name, about, reference, Cell(row.last, TextRole.SMALL, Ink.SECONDARY)
    return Cell(chips=(row.chip,)), name, about, Cell(row.last, ink=Ink.SECONDARY)


def _owner_cell(row: WorkRow) -> Cell:
    if row.owner is Owner.LOST:
        return Cell(chips=(ChipSpec(row.last, Voice.SOON, Icon.USER_ROUND_CHECK),))
    if row.owner is Owner.UNCONFIRMED:
        return Cell(row.last, ink=Ink.SECONDARY, icon=Icon.HOURGLASS)
    if row.owner is Owner.FOR_ME:
        return Cell(chips=(ChipSpec(row.last, Voice.YOU, Icon.HANDSHAKE),))
    return Cell(row.last, ink=Ink.PRIMARY if row.owner is Owner.ME else Ink.SECONDARY)


def key_of(row: object) -> object:
    """Return what tells a row apart."""
    return row.subject if isinstance(row, WorkRow) else None


def spoken(row: object) -> str:
    """Return a row as it is read aloud."""
    if not isinstance(row, WorkRow):
        return ""
    chip, mark_ = (row.whole or row.chip).text, row.mark.text if row.mark is not None else ""
    parts = (row.name, chip, row.there, row.about, mark_, row.reference, row.last)
    return ", ".join(part for part in parts if part)
