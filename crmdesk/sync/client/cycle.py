"""One turn of sync: introduce, send everything, fetch everything. Blocking; runs on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from enum import Enum, auto
from typing import NoReturn
from uuid import UUID

from sqlalchemy import bindparam, func, select

from crmdesk.domain.changes import Changes
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.models.local import Cursor, HeldScope, ReferenceBlockRow
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.client import (
    acknowledging,
    ahead,
    anew,
    forking,
    lease,
    newer,
    receiving,
    restoring,
    sending,
    snapshot_live,
    upgraded,
    versions,
)
from crmdesk.sync.client.forking import Forked
from crmdesk.sync.client.lease import OutOfUse
from crmdesk.sync.client.snapshot import Builder, Snapshots
from crmdesk.sync.client.writer import Writer
from crmdesk.sync.transports import Transport
from crmdesk.sync.wire import (
    OUT_OF_USE_US,
    PROTOCOL,
    Ack,
    Hello,
    HelloReply,
    Mutation,
    Push,
    PushReply,
    ReferenceBlock,
    Status,
)

BATCH = 500
_FULL = 400
"""A batch of whole groups may be a little smaller than BATCH, and others wait behind it all the same."""

_LEFT = select(func.sum(ReferenceBlockRow.last - ReferenceBlockRow.next + 1)).where(
    ReferenceBlockRow.year == bindparam("year")
)

ENOUGH_REFERENCES = 20

REFERENCES_LOW = 20
"""With fewer complaint references than this a turn begins with HELLO, whose answer brings a new block."""


@dataclass(frozen=True, slots=True)
class Device:
    """This installation, as the server knows it."""

    device_id: UUID
    install_nonce: UUID
    client_version: str


class SyncCycle:
    """Carries out turns. ``changed`` is called, on the calling thread, with what each step changed. A large first copy
    is left to ``builder``; without one everything comes into the file in use."""

    def __init__(
        self,
        transport: Transport,
        write: Writer,
        device: Device,
        changed: Callable[[Changes], None],
        builder: Builder | None = None,
    ) -> None:
        self._transport = transport
        self._write = write
        self._device = device
        self._changed = changed
        self._snapshots = Snapshots(transport, write, device.device_id, changed, builder)
        self._greeted = False
        self._too_old: versions.TooOld | None = None
        self._out_of_use = False
        self._restoring = False
        self.met_restored = False  # a server that was put back from a backup, since this program was started
        self._server_schema = versions.SCHEMA_VERSION
        self._acked: tuple[bytes, date] | None = None
        self._may_top_up = True  # not while it brings nothing, as where this computer's clock is in another year

    def run(self) -> None:
        """Do one whole turn.

        Raises Unavailable or Refused as the transport does; whatever was done until then stays done. Raises OutOfUse
        when this device may hold nothing any more, after its records were removed.
        """
        self._turn()
        if not self._greeted:
            self._turn()  # at once: this desk may hold something else now

    def _turn(self) -> None:
        if not self._greeted:
            self._greet()
            self._greeted = self._may_top_up = True
        elif self._may_top_up and self._references_are_low():
            self._greet()
            self._may_top_up = not self._references_are_low()
        self._send()
        while self._snapshots.step():
            self._send()
            self._fetch()
        self._fetch()
        self._finish_restoring()
        self._acknowledge()
        if self._out_of_use:
            self._write(lease.forget_what_the_server_has)
            raise OutOfUse
        if self._too_old is not None:
            raise self._too_old

    def greet_again(self) -> None:
        """Begin the next turn with HELLO: after a reconnect. It also does by itself when references run low."""
        self._greeted = False

    def _references_are_low(self) -> bool:
        left, _ = self._write(_references_left)
        return left < REFERENCES_LOW

    def _greet(self) -> None:
        hello, _ = self._write(_hello, self._device)
        try:
            reply = self._transport.hello(hello)
        except Refused as error:
            if forking.says_fork(error):
                self._fork()
            raise
        self._write(versions.keep_least, reply)
        self._too_old, _ = self._write(versions.too_old)
        if self._too_old is not None and reply.min_protocol > PROTOCOL:
            raise self._too_old
        met, _ = self._write(_greeted, reply)
        if met is Met.AHEAD:
            self._fork()
        self._restoring, _ = self._write(anew.is_fetched_anew)
        self.met_restored |= self._restoring
        self._server_schema = reply.schema_version
        self._out_of_use = reply.lease_until_us == OUT_OF_USE_US
        self._write(newer.release, reply.schema_version)
        self._snapshots.greeted(reply)

    def _fork(self) -> NoReturn:
        """Be a new device from now on; raises Forked, since the person has to sign in at it."""
        self._write(forking.become_new_device)
        raise Forked

    def _finish_restoring(self) -> None:
        """Take away what a restored server has no more, once everything else has come."""
        if not self._restoring or not self._snapshots.may_pull():
            return
        (missing, _), _ = self._write(snapshot_live.standing, self._snapshots.granted)
        if missing:
            return
        for entity in restoring.ENTITIES:
            after: UUID | None = None
            while True:
                (changes, after), _ = self._write(restoring.remove_unseen, entity, after)
                self._changed(changes)
                if after is None:
                    break
        self._write(restoring.finished)
        self._restoring = False

    def _acknowledge(self) -> None:
        """Tell the server how far this desk is, after each round that moved it, and each day: it prolongs the lease."""
        (message, today), _ = self._write(_what_to_tell, self._device.device_id)
        if message is None or (message.cursor, today) == self._acked:
            return
        reply = self._transport.ack(message)
        self._acked = message.cursor, today
        self._write(lease.keep, reply.lease_until_us, reply.server_time_us)

    def _send(self) -> None:
        if self._too_old is not None or self._out_of_use:
            return
        while batch := self._waiting():
            if len(batch) < _FULL or self._restoring or self._server_schema < versions.SCHEMA_VERSION:
                self._settle(batch, self._transport.push(Push(self._device.device_id, batch)))
                continue
            with closing(ahead.answers(self._transport, self._device.device_id, batch, self._after)) as answered:
                for sent, reply in answered:
                    self._settle(sent, reply)

    def _waiting(self) -> tuple[Mutation, ...]:
        if self._restoring:
            self._write(restoring.forget_versions)
        if self._server_schema < versions.SCHEMA_VERSION:
            self._write(newer.hold_back, self._server_schema)
        return self._after(0)

    def _after(self, seq: int) -> tuple[Mutation, ...]:
        return self._write(sending.waiting, BATCH, seq)[0]

    def _settle(self, batch: Sequence[Mutation], reply: PushReply) -> None:
        if len(reply.results) != len(batch):
            raise Unavailable(tr("The server's answer is incomplete."), tr("It is asked again."))
        changes, _ = self._write(sending.settle, reply.results)
        self._changed(changes)
        if any(result.status is Status.FORK for result in reply.results):
            self._fork()
        gap = next((result for result in reply.results if result.status is Status.GAP), None)
        if gap is not None:
            self.greet_again()
            raise Unavailable(
                tr("The server expects change {n} of this computer and got {other}.", n=gap.expected, other=gap.seq),
                tr("Nothing is lost; tell your administrator if this stays."),
            )

    def _fetch(self) -> None:
        if not self._snapshots.may_pull():
            return
        position, _ = self._write(_position)
        with closing(ahead.pages(self._transport, self._device.device_id, position)) as pages:
            for page in pages:
                changes, _ = self._write(receiving.apply_page, page)
                if changes:
                    self._changed(changes)
                if frozenset(page.scopes) != self._snapshots.granted:
                    self.greet_again()


def _what_to_tell(uow: UnitOfWork, device_id: UUID) -> tuple[Ack | None, date]:
    return acknowledging.what_to_tell(uow, device_id), uow.clock.now().date()


def _position(uow: UnitOfWork) -> bytes | None:
    return uow.session.get_one(Cursor, 1).position


def _hello(uow: UnitOfWork, device: Device) -> Hello:
    cursor = uow.session.get(Cursor, 1)
    return Hello(
        device_id=device.device_id,
        install_nonce=device.install_nonce,
        client_version=device.client_version,
        protocol=PROTOCOL,
        schema_version=versions.SCHEMA_VERSION,
        epoch=cursor.epoch if cursor else None,
        cursor=cursor.position if cursor else None,
        last_seq=sending.last_seq(uow),
        references_left=_references_left(uow),
        first_kept=restoring.first_kept(uow),
        held=tuple(uow.session.scalars(select(HeldScope.scope_id))),
    )


def _references_left(uow: UnitOfWork) -> int:
    """Return how many complaints of this year this desk can still give a reference."""
    return uow.session.scalar(_LEFT, {"year": uow.clock.now().year}) or 0


class Met(Enum):
    """What a greeting showed of the server: as it was, or ahead of what this profile ever sent."""

    WELL = auto()
    AHEAD = auto()


def _greeted(uow: UnitOfWork, reply: HelloReply) -> Met:
    """Take what the server said; where it was restored, what it does not know is queued again."""
    if restoring.is_ahead(uow, reply):
        return Met.AHEAD
    upgraded.fetch_what_was_left_out(uow, reply.schema_version)
    cursor = uow.session.get(Cursor, 1)
    if cursor is None:
        uow.session.add(Cursor(one=1, epoch=reply.epoch, position=None, home_scope=reply.home_scope))
        uow.session.flush()
    else:
        if restoring.was_restored(uow, reply):
            restoring.begin(uow, reply)
            snapshot_live.begin_again(uow)
        cursor.home_scope = reply.home_scope
    lease.keep(uow, reply.lease_until_us, reply.server_time_us)
    if reply.references is not None:
        _keep_block(uow, reply.references)
    return Met.WELL


def _keep_block(uow: UnitOfWork, block: ReferenceBlock) -> None:
    if uow.session.get(ReferenceBlockRow, (block.year, block.first)) is None:
        uow.session.add(ReferenceBlockRow(year=block.year, first=block.first, next=block.first, last=block.last))
