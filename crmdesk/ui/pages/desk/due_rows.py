"""What is due as rows: callbacks, promises and follow-ups, who has each, and which of them are mine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum

from crmdesk.domain import words
from crmdesk.domain.callbacks import CallbackView
from crmdesk.domain.language import left_to_right, mark, tr, tr_n, unturned
from crmdesk.domain.tasks import TaskKind, TaskView
from crmdesk.domain.zones import zone_or_none
from crmdesk.ui.kit import ChipSpec
from crmdesk.ui.pages.desk.work_rows import Owner, Reader, Work, WorkRow
from crmdesk.ui.pop import say
from crmdesk.ui.theme import Icon, Voice

SOON_S = 900.0
"""From fifteen minutes before it is due a callback asks for attention."""

_HOUR = timedelta(hours=1)
_OWNERS = {
    Owner.ME: mark("You"),
    Owner.FREE: mark("Free to claim"),
    Owner.UNCONFIRMED: mark("Unconfirmed"),
    Owner.FOR_ME: mark("You are asked"),
}
_KINDS = {TaskKind.PROMISE: mark("Promise"), TaskKind.FOLLOW_UP: mark("Follow-up")}
_NOT_MINE = frozenset({Owner.COLLEAGUE, Owner.ASKED})


class Sight(StrEnum):
    """Whose work a list shows: MINE is what I have and what is free or asks me, TEAM everything."""

    MINE = "mine"
    TEAM = "team"


def kind_of(view: CallbackView | TaskView) -> str:
    """Return what it is: "Callback", "Promise" or "Follow-up"."""
    return tr("Callback") if isinstance(view, CallbackView) else tr(_KINDS[view.kind])


def what(view: CallbackView | TaskView) -> str:
    """Return what was said, in one line."""
    said = view.reason if isinstance(view, CallbackView) else view.words
    return say.sentence(unturned(" ".join(said.split())))


def said_of(rows: Iterable[WorkRow], reader: Reader) -> str:
    """Return in one sentence how many of my callbacks are late and when the next one is due; empty for none today."""
    mine = [row for row in rows if row.owner in (Owner.ME, Owner.UNCONFIRMED) and not row.snoozed]
    late = sum(row.when < reader.now for row in mine)
    coming = min((row.when for row in mine if row.when >= reader.now), default=None)
    if coming is None:
        return tr_n("One callback is late", "{n} callbacks are late", late) if late else ""
    due = words.due(coming, reader.now)
    if not late:
        return tr("The next callback is due {due}", due=due)
    return tr_n(
        "One callback is late, the next is due {due}", "{n} callbacks are late, the next is due {due}", late, due=due
    )


def end_of_day(reader: Reader) -> datetime:
    """Return the first instant of tomorrow where the reader is."""
    tomorrow = reader.now.astimezone(reader.zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), reader.zone)


def callbacks(views: Iterable[CallbackView], reader: Reader) -> tuple[WorkRow, ...]:
    """Return callbacks as rows, in their order."""
    rows = []
    for view in views:
        number = left_to_right(reader.number(view.number) if view.number else view.extension or "")
        rows.append(
            WorkRow(
                Work.CALLBACK,
                view.id,
                view.customer_id,
                view.customer_name or number or tr("Nobody named"),
                view.due_at,
                say.sentence(view.reason) or tr("Ring back"),
                owner_words(view),
                _snoozed_or(view, due_chip(view.due_at, reader), reader),
                owner=owner_of(view),
                number=view.number or "",
                snoozed=is_snoozed(view, reader),
                there=there(view, reader),
            )
        )
    return tuple(rows)


def tasks(views: Iterable[TaskView], reader: Reader) -> tuple[WorkRow, ...]:
    """Return promises and follow-ups as rows, in their order."""
    return tuple(
        WorkRow(
            Work.PROMISE,
            view.id,
            view.customer_id,
            view.customer_name
            or left_to_right(reader.number(view.number) if view.number else "")
            or tr("Nobody named"),
            view.due_at,
            say.sentence(view.words),
            owner_words(view),
            _snoozed_or(view, promise_chip(view, reader), reader),
            reference=view.reference,
            owner=owner_of(view),
            number=view.number or "",
            snoozed=is_snoozed(view, reader),
            there=there(view, reader),
        )
        for view in views
    )


def seen_by(rows: Iterable[WorkRow], sight: Sight, typed: str) -> tuple[WorkRow, ...]:
    """Return the rows that a sight shows and that have every typed word in them; what is snoozed is not among mine."""
    wanted = typed.casefold().split()
    return tuple(
        row
        for row in rows
        if (sight is Sight.TEAM or not (row.snoozed or row.owner in _NOT_MINE))
        and all(word in f"{row.name} {row.about} {row.reference} {row.last}".casefold() for word in wanted)
    )


def hidden_snoozes(rows: Iterable[WorkRow], shown: Iterable[WorkRow]) -> int:
    """Return how many rows that are mine are not shown because they are snoozed."""
    seen = {row.subject for row in shown}
    return sum(row.snoozed and row.owner not in _NOT_MINE and row.subject not in seen for row in rows)


def owner_of(view: CallbackView | TaskView) -> Owner:
    """Return who has it, as far as it is known here."""
    if view.lost:
        return Owner.LOST
    if view.unconfirmed:
        return Owner.UNCONFIRMED
    if view.mine:
        return Owner.ME
    if view.owner_id is not None:
        return Owner.COLLEAGUE
    if view.for_me:
        return Owner.FOR_ME
    return Owner.ASKED if view.offered_to else Owner.FREE


def owner_words(view: CallbackView | TaskView) -> str:
    """Return who has it in words."""
    owner = owner_of(view)
    if owner is Owner.LOST:
        return view.lost.rstrip(".")
    if owner is Owner.ASKED:
        return tr("{name} is asked", name=view.offered_to)
    return tr(_OWNERS[owner]) if owner in _OWNERS else view.owner


def is_snoozed(view: CallbackView | TaskView, reader: Reader) -> bool:
    """Say whether it asks for attention later only."""
    return view.snoozed_until is not None and view.snoozed_until > reader.now


def there(view: CallbackView | TaskView, reader: Reader) -> str:
    """Return what time it is due where it was agreed, empty where that is the reader's own clock."""
    zone = zone_or_none(view.due_zone)
    if zone is None:
        return ""
    at, here = view.due_at.astimezone(zone), view.due_at.astimezone(reader.zone)
    return "" if at.utcoffset() == here.utcoffset() else tr("{time} there", time=words.clock(view.due_at, zone))


def due_chip(at: datetime, reader: Reader) -> ChipSpec:
    """Return when something is due, and how that stands."""
    when = say.sentence(words.moment(at, reader.now, reader.zone))
    left = (at - reader.now).total_seconds()
    if left < 0:
        today = _today(at, reader)
        late = words.due(at, at + _whole_hours(reader.now - at) if today else reader.now)
        return ChipSpec(f"{when}, {late}" if today else late, Voice.LATE, Icon.CLOCK_ALERT)
    if left <= SOON_S:
        return ChipSpec(f"{when}, {words.due(at, reader.now)}", Voice.SOON, Icon.CLOCK)
    return ChipSpec(when, Voice.REST, Icon.CLOCK)


def _whole_hours(late: timedelta) -> timedelta:
    """Return how late something is without the minutes after a full hour: the time beside it tells them."""
    return late - late % _HOUR if late >= _HOUR else late


def promise_chip(view: TaskView, reader: Reader) -> ChipSpec:
    """Return when a promise is due: of today it asks for attention, later it is our word; a follow-up is nobody's."""
    chip = due_chip(view.due_at, reader)
    if chip.voice is Voice.LATE or view.kind is TaskKind.FOLLOW_UP:
        return chip
    today = _today(view.due_at, reader)
    text = tr("Today {due}", due=chip.text) if today else chip.text
    return ChipSpec(text, Voice.SOON if today else Voice.WORD, Icon.HANDSHAKE)


def _snoozed_or(view: CallbackView | TaskView, chip: ChipSpec, reader: Reader) -> ChipSpec:
    if view.snoozed_until is None or not is_snoozed(view, reader):
        return chip
    until = words.moment(view.snoozed_until, reader.now, reader.zone)
    return ChipSpec(tr("Snoozed till {when}", when=until), Voice.REST, Icon.ALARM_CLOCK)


def _today(at: datetime, reader: Reader) -> bool:
    return at.astimezone(reader.zone).date() == reader.now.astimezone(reader.zone).date()
