"""The sync transport without a network: the engine in the same process, for tests and administration."""

from __future__ import annotations

from crmdesk.sync.engine import Engine, Principal
from crmdesk.sync.wire import Hello, HelloReply, Pull, PullReply, Push, PushReply


class InProcess:
    """Asks the engine as one person at one device; raises Unavailable and Refused as the engine does."""

    def __init__(self, engine: Engine, principal: Principal) -> None:
        self._engine = engine
        self._principal = principal

    def hello(self, message: Hello) -> HelloReply:
        """See ``Transport``."""
        return self._engine.hello(self._principal, message)

    def push(self, message: Push) -> PushReply:
        """See ``Transport``."""
        return self._engine.push(self._principal, message)

    def pull(self, message: Pull) -> PullReply:
        """See ``Transport``."""
        return self._engine.pull(self._principal, message)
