"""A step of sync for whoever asks: the person at a device as they stand in the same transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection

from crmdesk.sync.engine.access import Principal, principal_at

Message = TypeVar("Message")
Reply = TypeVar("Reply")

Asked = Callable[[Connection, UUID, UUID, Message], Reply]
"""A step that finds out by itself who asks: a device and the person at it."""


def asked(step: Callable[[Connection, Principal, Message], Reply]) -> Asked[Message, Reply]:
    """Return a step that reads first who asks; it raises Rejection when they may not work any more."""

    def carried_out(conn: Connection, device: UUID, person: UUID, message: Message) -> Reply:
        return step(conn, principal_at(conn, device, person), message)

    return carried_out
