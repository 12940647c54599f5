"""Ways to the one sync engine: over HTTP through the gateway, or in the same process through a database URL."""

from __future__ import annotations

from typing import Protocol

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


class Transport(Protocol):
    """Carries one question and its answer. Blocking: call it from a thread of its own.

    Every method raises ``Unavailable`` when no answer came (try again later; nothing is known) and ``Refused`` when
    the server said no (signed out, too old, forbidden).
    """

    def hello(self, message: Hello) -> HelloReply:
        """Introduce this desk."""
        ...

    def push(self, message: Push) -> PushReply:
        """Send mutations; the answer holds one result each."""
        ...

    def pull(self, message: Pull) -> PullReply:
        """Ask for the next page."""
        ...

    def snapshot(self, message: Snapshot) -> SnapshotReply:
        """Ask for the next chunk of a scope."""
        ...

    def look_up(self, message: LookUp) -> LookUpReply:
        """Ask who somebody is whom this desk does not hold. Gives up soon: somebody waits on the telephone."""
        ...

    def ack(self, message: Ack) -> AckReply:
        """Say what was applied here and how this desk stands."""
        ...
