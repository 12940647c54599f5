"""Brings whole scopes to a desk that has nothing of them, and takes away those that it may not hold any more.

A large first copy is built in a file of its own, beside the one in use and by somebody else (``Builder``); what the
desk needs at once, people, queues and outcomes, comes into the file in use first. A small one, or a scope that is
granted to a desk with a large file, comes straight into the file in use (docs/adr/0018).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from crmdesk.domain.changes import Changes
from crmdesk.domain.quick import dataclass
from crmdesk.models.registry import SYNCED
from crmdesk.sync.client import snapshot_live
from crmdesk.sync.client.snapshot_part import Order
from crmdesk.sync.client.writer import Writer
from crmdesk.sync.transports import Transport
from crmdesk.sync.wire import HelloReply, Snapshot, SnapshotReply

SMALL = 20_000
"""With fewer rows than this, everything comes straight into the file in use."""

CHUNK = 1_000
AT_A_TIME = 5
"""Chunks for the file in use between two turns of everything else."""

_AT_ONCE = ("agent", "queue", "disposition")


class Builder(Protocol):
    """Builds the successor of the file in use, beside everything else."""

    def is_worth_it(self, total: int) -> bool:
        """Say whether so many rows are better built in a file of their own."""
        ...

    def build(self, order: Order, total: int) -> bool:
        """Begin, go on, or say True when it is complete. ``total`` estimates its rows.

        Raises Unavailable or Refused when it came to a stop; the next call goes on.
        """
        ...

    def clear(self) -> None:
        """Remove what was begun once and is not wanted any more."""
        ...

    def put_in_place(self) -> None:
        """Let the finished file be the one in use, with everything that only this desk has; raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is on its way: ``order`` for the builder, None where the file in use takes it."""

    missing: tuple[int, ...]
    order: Order | None
    total: int


class Snapshots:
    """Does its work in steps, so that sending and fetching go on between them. ``changed`` hears what changed."""

    def __init__(
        self,
        transport: Transport,
        write: Writer,
        device_id: UUID,
        changed: Callable[[Changes], None],
        builder: Builder | None = None,
    ) -> None:
        self._transport = transport
        self._write = write
        self._device_id = device_id
        self._changed = changed
        self._builder = builder
        self._reply: HelloReply | None = None
        self._plan: _Plan | None = None
        self._may_be_left = False

    @property
    def granted(self) -> frozenset[int]:
        """The scopes that this desk may hold, as HELLO said."""
        return frozenset() if self._reply is None else frozenset(self._reply.scopes)

    def greeted(self, reply: HelloReply) -> None:
        """Take from the server what may be held."""
        self._reply, self._plan, self._may_be_left = reply, None, self._builder is not None

    def may_pull(self) -> bool:
        """Say whether a pull would bring changes, not everything there ever was."""
        return self._write(snapshot_live.is_placed)[0] or not self.granted

    def step(self) -> bool:
        """Do the next piece; return whether another waits that need not wait for anybody.

        Raises Unavailable or Refused as the transport does; whatever was done until then stays done.
        """
        (missing, leaving), _ = self._write(snapshot_live.standing, self.granted)
        if leaving:
            self._take_away(leaving)
            return True
        if not missing:
            self._clear()
            return False
        plan = self._plan
        if plan is None or set(plan.missing) != missing:
            plan = self._plan = self._planned(tuple(sorted(missing)))
        if plan.order is None or self._builder is None:
            self._clear()
            self._bring(plan.missing[0])
            return True
        if self._builder.build(plan.order, plan.total):
            self._builder.put_in_place()
            self._changed(Changes(everything=True))
        return False

    def _clear(self) -> None:
        """Leave no file behind that nobody will finish; looked for once after each greeting."""
        if self._may_be_left and self._builder is not None:
            self._builder.clear()
        self._may_be_left = False

    # Coming ----------------------------------------------------------------------------------------------------------

    def _planned(self, missing: tuple[int, ...]) -> _Plan:
        reply = self._reply
        assert reply is not None
        total = sum(self._ask(scope, None, 1).total for scope in missing)
        self._write(snapshot_live.expect, missing)
        has_any, _ = self._write(snapshot_live.has_any)
        if self._builder is None or has_any or not self._builder.is_worth_it(total):
            return _Plan(missing, None, total)
        for scope in missing:
            self._bring_at_once(scope)
        return _Plan(missing, Order(reply.epoch, reply.home_scope, missing), total)

    def _bring_at_once(self, scope: int) -> None:
        """Bring people, queues and outcomes of a scope: without them nobody can finish a call."""
        reply = self._ask(scope, None, CHUNK)
        while reply.table is not None and reply.table.entity in _AT_ONCE:
            changes, _ = self._write(snapshot_live.apply_beside, reply)
            self._changed(changes)
            if reply.done or reply.entity not in _AT_ONCE:
                return
            reply = self._ask(scope, reply, CHUNK)
        self._write(snapshot_live.place_if_none, reply.cursor)

    def _bring(self, scope: int) -> None:
        """Bring some chunks of a scope into the file in use."""
        place, _ = self._write(snapshot_live.place_of, scope)
        question = Snapshot(self._device_id, scope, limit=CHUNK)
        if place is not None:
            after = UUID(place["after"]) if place["after"] else None
            question = Snapshot(
                self._device_id, scope, place["entity"], after, bytes.fromhex(place["cursor"]), limit=CHUNK
            )
        for _ in range(AT_A_TIME):
            reply = self._transport.snapshot(question)
            changes, _ = self._write(snapshot_live.apply_chunk, scope, reply)
            if changes:
                self._changed(changes)
            if reply.done:
                return
            question = Snapshot(self._device_id, scope, reply.entity, reply.after, reply.cursor, CHUNK)

    def _ask(self, scope: int, behind: SnapshotReply | None, limit: int) -> SnapshotReply:
        if behind is None:
            return self._transport.snapshot(Snapshot(self._device_id, scope, limit=limit))
        return self._transport.snapshot(
            Snapshot(self._device_id, scope, behind.entity, behind.after, behind.cursor, limit)
        )

    # Leaving ---------------------------------------------------------------------------------------------------------

    def _take_away(self, scopes: frozenset[int]) -> None:
        """Remove what is held of scopes that are not this desk's any more; what its own scope holds stays."""
        stay = self._own_rows()
        self._write(snapshot_live.begin_leaving, scopes)
        for entity in SYNCED:
            after: UUID | None = None
            while True:
                (changes, after), _ = self._write(snapshot_live.purge, entity, after, scopes, stay)
                if changes:
                    self._changed(changes)
                if after is None:
                    break
        self._write(snapshot_live.end_leaving, scopes)

    def _own_rows(self) -> frozenset[UUID]:
        """Return the rows that this device's own scope holds, also of other teams."""
        reply = self._reply
        if reply is None or reply.device_scope not in reply.scopes:
            return frozenset()
        own: set[UUID] = set()
        chunk = self._ask(reply.device_scope, None, CHUNK)
        while True:
            if chunk.table is not None:
                at = chunk.table.columns.index("id")
                own.update(UUID(row[at]) for row in chunk.table.rows)
            if chunk.done:
                return frozenset(own)
            chunk = self._ask(reply.device_scope, chunk, CHUNK)
