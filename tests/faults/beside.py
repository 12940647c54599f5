"""Builds a desk's first file beside the one in use within the desk's own process, so that all points are in one row.

The steps are those of the helper process and of ``runtime.snapshot_worker``; only the process between them is missing.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import Unavailable
from crmdesk.runtime.database import Database
from crmdesk.sync.client.snapshot_fetch import catch_up, fetch
from crmdesk.sync.client.snapshot_part import Order, PartFile, open_part, part_path, remove_part
from crmdesk.sync.client.snapshot_swap import carry_over

CHUNK = 50


class BuiltHere:
    """A ``Builder`` (``sync.client.snapshot``)."""

    def __init__(self, transport: Any, database: Database, device_id: UUID, clock: Clock) -> None:
        self._transport = transport
        self._database = database
        self._device_id = device_id
        self._clock = clock
        self._order: Order | None = None

    def is_worth_it(self, total: int) -> bool:
        """Build every first copy beside the file in use, however small."""
        return total > 0

    def build(self, order: Order, total: int) -> bool:
        """Build it all."""
        self._order = order
        part = self._part()
        try:
            fetch(self._transport, part, self._device_id, self._clock, lambda _: None, CHUNK)
        finally:
            part.close()
        return True

    def clear(self) -> None:
        """Remove what was begun once."""
        remove_part(part_path(self._database.path))

    def put_in_place(self) -> None:
        """Let the finished file take its place."""
        part = self._part()
        try:
            if not part.is_complete():
                raise Unavailable("The new copy of the records is not complete.")
            catch_up(self._transport, part, self._device_id, self._clock)
            self._database.take_place_now(part.engines, carry_over)
        finally:
            part.close()

    def _part(self) -> PartFile:
        assert self._order is not None
        return open_part(part_path(self._database.path), self._database.key, self._order)
