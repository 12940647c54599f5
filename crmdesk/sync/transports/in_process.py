"""The sync transport without a network: the engine in the same process, for tests and administration."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from crmdesk.sync.engine import Engine, Principal, ack, hello, look_up, principal_at, pull, push, snapshot
from crmdesk.sync.wire import (
    Ack,
    AckReply,
    Hello,
    HelloReply,
    LookUp,
    LookUpReply,
    Pull,
    PullReply,
    Push,
    PushReply,
    Snapshot,
    SnapshotReply,
)

Message = TypeVar("Message")
Answer = TypeVar("Answer")


class InProcess:
    """Asks the engine as one person at one device, with the rights that they have by then; raises Unavailable and
    Refused as the engine does."""

    def __init__(self, engine: Engine, principal: Principal) -> None:
        self._engine = engine
        self._principal = principal

    def hello(self, message: Hello) -> HelloReply:
        """See ``Transport``."""
        return self._carried_out(hello, message)

    def push(self, message: Push) -> PushReply:
        """See ``Transport``."""
        return self._carried_out(push, message)

    def pull(self, message: Pull) -> PullReply:
        """See ``Transport``."""
        return self._carried_out(pull, message)

    def snapshot(self, message: Snapshot) -> SnapshotReply:
        """See ``Transport``."""
        return self._carried_out(snapshot, message)

    def look_up(self, message: LookUp) -> LookUpReply:
        """See ``Transport``."""
        return self._carried_out(look_up, message)

    def ack(self, message: Ack) -> AckReply:
        """See ``Transport``."""
        return self._carried_out(ack, message)

    def _carried_out(self, step: Callable[[Connection, Principal, Message], Answer], message: Message) -> Answer:
        device, person = self._principal.device_id, self._principal.user_id
        return self._engine.run(lambda conn: step(conn, principal_at(conn, device, person), message))
