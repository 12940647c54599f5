"""A desk's first file built by the real helper process, however small it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from uuid import UUID

from crmdesk.domain.clock import Clock
from crmdesk.domain.sync_state import SnapshotProgress
from crmdesk.runtime.database import Database
from crmdesk.runtime.snapshot_worker import SnapshotWorker, command
from crmdesk.sync.transports.http import GatewayClient

_PATIENCE_S = 120.0


class Helped(SnapshotWorker):
    """``first`` are the words with which the helper is started the first time, where they are not the usual ones;
    ``at_the_end`` is called before the finished file takes its place."""

    def __init__(
        self,
        client: GatewayClient,
        database: Database,
        device_id: UUID,
        clock: Clock,
        first: Sequence[str] | None,
        at_the_end: Callable[[], None],
    ) -> None:
        self._bell = threading.Event()
        self._at_the_end = at_the_end
        starts = chain([] if first is None else [first], repeat(command()))
        super().__init__(client, database, device_id, clock, _unseen, self._bell.set, lambda: next(starts))

    def is_worth_it(self, total: int) -> bool:
        """Let the helper build every first copy."""
        return total > 0

    def put_in_place(self) -> None:
        """See ``Builder``."""
        self._at_the_end()
        super().put_in_place()

    def wait(self) -> bool:
        """Wait until the helper has ended; return False where there is none."""
        if self.pid is None:
            return False
        assert self._bell.wait(_PATIENCE_S), "the helper came to no end"
        self._bell.clear()
        return True


def _unseen(_: SnapshotProgress | None) -> None:
    """Nobody looks at the progress here."""
