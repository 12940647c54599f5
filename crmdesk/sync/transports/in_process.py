"""The sync transport without a network: the engine in the same process, for tests and administration."""

from __future__ import annotations

from typing import TypeVar

from crmdesk.sync.engine import Engine, Principal, ack, hello, look_up, pull, push_from, snapshot
from crmdesk.sync.engine.asking import Asked, asked
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
        return self._carried_out(asked(hello), message)

    def push(self, message: Push) -> PushReply:
        """See ``Transport``."""
        return self._carried_out(push_from, message)

    def pull(self, message: Pull) -> PullReply:
        """See ``Transport``."""
        return self._carried_out(asked(pull), message)

    def snapshot(self, message: Snapshot) -> SnapshotReply:
        """See ``Transport``."""
        return self._carried_out(asked(snapshot), message)

    def look_up(self, message: LookUp) -> LookUpReply:
        """See ``Transport``."""
        return self._carried_out(asked(look_up), message)

    def ack(self, message: Ack) -> AckReply:
        """See ``Transport``."""
        return self._carried_out(asked(ack), message)

    def _carried_out(self, step: Asked[Message, Answer], message: Message) -> Answer:
        device, person = self._principal.device_id, self._principal.user_id
        return self._engine.run(lambda conn: step(conn, device, person, message))
