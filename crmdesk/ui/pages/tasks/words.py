"""How reminders and calendar events say what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from crmdesk.domain import words
from crmdesk.domain.calendar_file import Event
from crmdesk.domain.callbacks import CallbackView
from crmdesk.domain.reminders import Reminder
from crmdesk.domain.tasks import TaskView
from crmdesk.ui.pages.desk.due_rows import kind_of, what

_MOST = 3


def whom(view: CallbackView | TaskView, number: Callable[[str], str]) -> str:
    """Return whom it is for, as far as it is known."""
    if view.customer_name:
        return view.customer_name
    return number(view.number) if view.number else "an unknown caller"


def reminding(due: tuple[Reminder, ...], now: datetime, zone: tzinfo, number: Callable[[str], str]) -> tuple[str, str]:
    """Return the words of one notice for everything that is due now, and its details."""
    if len(due) == 1:
        return _one(due[0], now, zone, number)
    named = tuple(f"{whom(one.view, number)} {words.moment(one.view.due_at, now, zone)}" for one in due[:_MOST])
    more = f" and {len(due) - _MOST} more" if len(due) > _MOST else ""
    return f"{words.count(len(due))} things ask for you", ", ".join(named) + more


def _one(reminder: Reminder, now: datetime, zone: tzinfo, number: Callable[[str], str]) -> tuple[str, str]:
    view = reminder.view
    named = f"{kind_of(view)} to {whom(view, number)}"
    if reminder.asked:
        return f"You are asked to take on: {named[:1].lower()}{named[1:]}", what(view)
    when = words.moment(view.due_at, now, zone)
    return f"{named}, {when}, {words.due(view.due_at, now)}", what(view)


def event(view: CallbackView | TaskView, number: Callable[[str], str]) -> Event:
    """Return it as a calendar event."""
    ring = number(view.number) if view.number else ""
    reference = view.reference if isinstance(view, TaskView) else ""
    details = "\n".join(part for part in (what(view), ring, reference) if part)
    return Event(view.id, view.due_at, f"{kind_of(view)}, {whom(view, number)}", details)
