"""Promises and follow-ups: what was said to a customer that will be done, by when, and who does it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.quick import dataclass


class TaskKind(StrEnum):
    """What a task is: the customer was told of a promise, a follow-up is the house's own."""

    PROMISE = "promise"
    FOLLOW_UP = "follow_up"


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be made. ``due_zone`` is the IANA zone in which the time was agreed; ``mine`` says that who makes it
    does it, else it is free to claim."""

    kind: TaskKind
    words: str
    due_at: datetime
    due_zone: str
    customer_id: UUID | None = None
    interaction_id: UUID | None = None
    complaint_id: UUID | None = None
    request_id: UUID | None = None
    queue: str = ""
    mine: bool = True


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task in a list.

    ``owner``, ``unconfirmed`` and ``lost`` are as those of ``desk.CallbackView``. ``offered_to`` names the colleague
    to whom it was handed and who has not taken it yet, ``for_me`` says that this is the reader; ``snoozed_until`` is
    when it asks for attention again, while ``due_at`` stays what was promised. ``number`` (E.164) is the one of the
    call in which it was made.
    """

    id: UUID
    kind: TaskKind
    words: str
    customer_id: UUID | None
    customer_name: str
    interaction_id: UUID | None
    complaint_id: UUID | None
    request_id: UUID | None
    reference: str
    number: str | None
    queue: str
    due_at: datetime
    due_zone: str
    state: TaskState
    made_by: str
    made_at: datetime
    owner_id: UUID | None
    owner: str
    mine: bool
    unconfirmed: bool
    lost: str
    offered_to: str
    for_me: bool
    snoozed_until: datetime | None
    closed_by: str
    closed_at: datetime | None
    result: str
    unsent: bool
