"""How reminders and calendar events say what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from crmdesk.domain import words
from crmdesk.domain.calendar_file import Event
from crmdesk.domain.callbacks import CallbackView
from crmdesk.domain.language import tr, tr_n
from crmdesk.domain.reminders import Reminder
from crmdesk.domain.tasks import TaskKind, TaskView
from crmdesk.ui.pages.desk.due_rows import kind_of, what

_MOST = 3


def whom(view: CallbackView | TaskView, number: Callable[[str], str]) -> str:
    """Return whom it is for, as far as it is known."""
    if view.customer_name:
        return view.customer_name
    return number(view.number) if view.number else tr("an unknown caller")


def how_many(due: int, snoozed: int) -> str:
    """Return how much is listed, and how much of it asks later only."""
    if due and snoozed:
        return tr_n(
            "{n} by what is due first, {snoozed} snoozed",
            "{n} by what is due first, {snoozed} snoozed",
            due,
            snoozed=words.count(snoozed),
        )
    if due:
        return tr_n("{n} by what is due first", "{n} by what is due first", due)
    return tr_n("Nothing due, {n} snoozed", "Nothing due, {n} snoozed", snoozed) if snoozed else tr("Nothing due")


def reminding(due: tuple[Reminder, ...], now: datetime, zone: tzinfo, number: Callable[[str], str]) -> tuple[str, str]:
    """Return the words of one notice for everything that is due now, and its details."""
    if len(due) == 1:
        return _one(due[0], now, zone, number)
    named = ", ".join(f"{whom(one.view, number)} {words.moment(one.view.due_at, now, zone)}" for one in due[:_MOST])
    if len(due) > _MOST:
        named = tr_n("{named} and {n} more", "{named} and {n} more", len(due) - _MOST, named=named)
    return tr_n("{n} thing asks for you", "{n} things ask for you", len(due)), named


def _one(reminder: Reminder, now: datetime, zone: tzinfo, number: Callable[[str], str]) -> tuple[str, str]:
    view = reminder.view
    person = whom(view, number)
    if reminder.asked:
        return _asked(view, person), what(view)
    when = words.moment(view.due_at, now, zone)
    return f"{_named(view, person)}, {when}, {words.due(view.due_at, now)}", what(view)


def _named(view: CallbackView | TaskView, person: str) -> str:
    if isinstance(view, CallbackView):
        return tr("Callback to {person}", person=person)
    if view.kind is TaskKind.PROMISE:
        return tr("Promise to {person}", person=person)
    return tr("Follow-up to {person}", person=person)


def _asked(view: CallbackView | TaskView, person: str) -> str:
    if isinstance(view, CallbackView):
        return tr("You are asked to take on: callback to {person}", person=person)
    if view.kind is TaskKind.PROMISE:
        return tr("You are asked to take on: promise to {person}", person=person)
    return tr("You are asked to take on: follow-up to {person}", person=person)


def event(view: CallbackView | TaskView, number: Callable[[str], str]) -> Event:
    """Return it as a calendar event."""
    ring = number(view.number) if view.number else ""
    reference = view.reference if isinstance(view, TaskView) else ""
    details = "\n".join(part for part in (what(view), ring, reference) if part)
    return Event(view.id, view.due_at, f"{kind_of(view)}, {whom(view, number)}", details)
