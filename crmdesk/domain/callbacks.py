"""Callbacks as they are made and shown."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.quick import dataclass


class CallbackState(StrEnum):
    """Where a callback stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NewCallback:
    """A callback to be promised: whom to ring (a customer, a number, or both), why, and when. ``due_zone`` is the IANA
    zone in which the time was agreed. ``mine`` says that who promises it rings back."""

    customer_id: UUID | None
    reason: str
    due_at: datetime
    due_zone: str
    number: str = ""
    queue: str = ""
    interaction_id: UUID | None = None
    mine: bool = True


@dataclass(frozen=True, slots=True)
class CallbackView:
    """A callback in a list.

    ``owner`` is the name of whoever took it on, empty while it is free to claim. ``unconfirmed``: it was claimed here,
    and the server has not answered yet. ``lost`` says in words who was first where a claim made here was not taken.
    ``offered_to``, ``for_me`` and ``snoozed_until`` are as those of ``tasks.TaskView``.
    """

    id: UUID
    customer_id: UUID | None
    customer_name: str
    number: str | None
    extension: str | None
    reason: str
    queue: str
    due_at: datetime
    due_zone: str
    state: CallbackState
    owner_id: UUID | None
    owner: str
    mine: bool
    unconfirmed: bool
    lost: str
    unsent: bool
    interaction_id: UUID | None = None
    offered_to: str = ""
    for_me: bool = False
    snoozed_until: datetime | None = None
