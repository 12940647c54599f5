"""When somebody is reminded of what they have to do: once, a little before it is due, never during a call. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from crmdesk.domain.callbacks import CallbackView
from crmdesk.domain.quick import dataclass
from crmdesk.domain.tasks import TaskView

AHEAD = timedelta(minutes=5)
"""How long before it is due one is reminded."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder of a callback or a task: at ``at``, under a ``key`` by which it is known to have been shown.

    ``asked`` says that a colleague hands it over, and it is not mine yet.
    """

    key: str
    at: datetime
    view: CallbackView | TaskView
    asked: bool = False


def reminders(views: Iterable[CallbackView | TaskView], now: datetime) -> tuple[Reminder, ...]:
    """Return what of open work is to be told at ``now`` or before, the most urgent first.

    Mine is told before it is due, or when it was put off until; what a colleague hands to me as soon as it is here.
    """
    found = (reminder for view in views for reminder in _of(view))
    return tuple(sorted((one for one in found if one.at <= now), key=_urgency))


def _urgency(reminder: Reminder) -> tuple[datetime, str]:
    return reminder.view.due_at, reminder.key


def _of(view: CallbackView | TaskView) -> Iterator[Reminder]:
    """Yield the reminders of one piece of work; none before what it was put off until."""
    if view.mine:
        before = view.due_at - AHEAD
        if view.snoozed_until is not None:
            yield _at(view, view.snoozed_until)
        if view.snoozed_until is None or before > view.snoozed_until:
            yield _at(view, before)
    elif view.for_me and view.owner_id is None:
        yield Reminder(f"{view.id} asked", datetime.min.replace(tzinfo=UTC), view, asked=True)


def _at(view: CallbackView | TaskView, at: datetime) -> Reminder:
    return Reminder(f"{view.id} {at.isoformat()}", at, view)
