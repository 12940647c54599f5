"""The messages of sync protocol version 1 and of the live channel (DESIGN section 5).

Requests and replies travel as msgpack over HTTPS; live messages as msgpack over the WebSocket. Field values are in
wire form (``models.wireform``): ids as hexadecimal text, instants as microseconds since 1970 UTC, days as ISO text,
money as text, everything else as it is. A desk and a server of different age understand
each other: unknown fields are skipped, missing ones take their defaults.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from crmdesk.domain.calls.live import AgentCall, AgentStatus, Board, PhoneState
from crmdesk.domain.language import mark
from crmdesk.domain.people import Identity

PROTOCOL = 1
MEDIA_TYPE = "application/vnd.crmdesk.v1+msgpack"
PUSH_LIMIT = 500
PULL_LIMIT = 2000
SNAPSHOT_LIMIT = 20_000
NOT_THERE = mark("There is no such record here.")
"""The reason of a denied change to a row that the server does not have."""

OUT_OF_USE_US = 1
"""The end of the lease of a device that was taken out of use: long over, so its file is locked."""


class SignIn(msgspec.Struct, frozen=True):
    """POST /auth/sign-in: a person at a device. ``install_nonce`` is made once per profile."""

    login: str
    password: str
    device_id: UUID
    install_nonce: UUID
    device_name: str
    client_version: str


class Refresh(msgspec.Struct, frozen=True):
    """POST /auth/refresh: a new access token for the device that the refresh token is bound to."""

    refresh_token: str
    device_id: UUID
    install_nonce: UUID


class Session(msgspec.Struct, frozen=True):
    """The answer to both. ``expires_in_s`` is the life of the access token in seconds."""

    access_token: str
    refresh_token: str
    expires_in_s: int
    identity: Identity


class Failure(msgspec.Struct, frozen=True):
    """The body of every HTTP answer that is not 2xx: ``code`` for programs, ``what`` and ``next_step`` for people."""

    code: str
    what: str
    next_step: str = ""


class Hello(msgspec.Struct, frozen=True):
    """POST /sync/hello. ``epoch`` and ``cursor`` are None at first contact; ``references_left`` asks for a block.

    ``last_seq`` is the highest mutation that this desk ever made, ``first_kept`` the lowest that it can send again (0:
    none). ``held`` are the scopes of which it has everything.
    """

    device_id: UUID
    install_nonce: UUID
    client_version: str
    protocol: int
    schema_version: int
    epoch: UUID | None
    cursor: bytes | None
    last_seq: int
    references_left: int = 0
    first_kept: int = 0
    held: tuple[int, ...] = ()


class ReferenceBlock(msgspec.Struct, frozen=True):
    """Complaint references that only this device hands out: ``first`` to ``last`` inclusive, for one year."""

    year: int
    first: int
    last: int


class HelloReply(msgspec.Struct, frozen=True):
    """What the server says of itself: a desk with another epoch, or below ``min_protocol``, must act on it.

    ``last_seq`` is the highest mutation of this device that the server has stored a result for. A desk whose schema is
    below ``min_schema`` may read but not write. Until ``lease_until_us`` the desk may open its file without being heard
    of. ``device_scope`` is the one of ``scopes`` that this device alone holds.
    """

    epoch: UUID
    watermark: str
    scopes: tuple[int, ...]
    home_scope: int
    min_protocol: int
    schema_version: int
    server_time_us: int
    last_seq: int
    references: ReferenceBlock | None = None
    min_schema: int = 1
    lease_until_us: int = 0
    device_scope: int = 0


class Op(StrEnum):
    """What a mutation does to its row."""

    INSERT = "insert"
    UPDATE = "update"


class Mutation(msgspec.Struct, frozen=True):
    """One change of one row. ``base_ver`` is the row's version that the person saw (0 for an insert), ``base`` the
    values they saw in the fields they changed, ``set`` the new ones. Mutations of one ``group`` stand or fall together.
    """

    seq: int
    id: UUID
    group: int
    entity: str
    row: UUID
    op: Op
    base_ver: int
    base: dict[str, Any]
    set: dict[str, Any]


class Push(msgspec.Struct, frozen=True):
    """POST /sync/push: mutations in the order of ``seq``, at most PUSH_LIMIT."""

    device_id: UUID
    mutations: tuple[Mutation, ...]


class Status(StrEnum):
    """What became of a mutation."""

    OK = "ok"
    CONFLICT = "conflict"
    ERASED = "erased"
    DUPLICATE_OF = "duplicate_of"
    DENIED = "denied"
    TAKEN = "taken"
    FORK = "fork"
    GAP = "gap"


class Theirs(msgspec.Struct, frozen=True):
    """The server's value of a field that somebody else changed since ``base_ver``; ``by`` and ``at_us`` say who and
    when, where the server knows."""

    value: Any
    ver: int
    by: UUID | None = None
    at_us: int = 0


class Result(msgspec.Struct, frozen=True):
    """The stored answer to one mutation: repeated word for word when the mutation is sent again.

    ``ver`` is the row's version after it. ``conflicts`` names fields that kept the server's value; the other fields
    of the mutation were taken; for TAKEN they say who has the claim, for DUPLICATE_OF ``id`` names the row that was
    first. ``reason`` says in words why it was denied. For GAP, ``expected`` is the next seq. ``row`` is the row that
    was changed where the mutation's own had been merged into it; ``ver`` is then that row's. For ERASED it is the row
    that was erased, None where the mutation only named one in passing.
    """

    seq: int
    status: Status
    ver: int = 0
    conflicts: dict[str, Theirs] = {}
    reason: str = ""
    expected: int = 0
    row: UUID | None = None


class PushReply(msgspec.Struct, frozen=True):
    """One result per mutation, in order."""

    results: tuple[Result, ...]


class Pull(msgspec.Struct, frozen=True):
    """POST /sync/pull: what changed since ``cursor`` (None: everything), at most ``limit`` rows."""

    device_id: UUID
    cursor: bytes | None
    limit: int = PULL_LIMIT


class Rows(msgspec.Struct, frozen=True):
    """Rows of one entity in wire form, in feed order; each row lists its values in the order of ``columns``."""

    entity: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class Gone(msgspec.Struct, frozen=True):
    """Rows of one entity that left the desk's scopes (R) or were deleted (D) or erased (E)."""

    entity: str
    op: str
    ids: list[UUID]


class PullReply(msgspec.Struct, frozen=True):
    """A page. ``cursor`` is opaque and must be stored in the same transaction as the rows; ``more`` says whether
    another page up to the same high watermark is waiting. ``scopes`` are those the desk may hold now: when they are not
    what HELLO said, it greets again."""

    tables: tuple[Rows, ...]
    gone: tuple[Gone, ...]
    cursor: bytes
    watermark: str
    more: bool
    scopes: tuple[int, ...] = ()


class Snapshot(msgspec.Struct, frozen=True):
    """POST /sync/snapshot: the next chunk of everything in one scope, in the order of entity and id.

    ``entity`` and ``after`` are the last row that came (None: from the beginning); ``cursor`` is that of the first
    chunk, sent back unchanged, so that the pull begins where the snapshot did.
    """

    device_id: UUID
    scope: int
    entity: str | None = None
    after: UUID | None = None
    cursor: bytes | None = None
    limit: int = SNAPSHOT_LIMIT


class SnapshotReply(msgspec.Struct, frozen=True):
    """A chunk: rows of one entity. The next question names ``entity`` and ``after``; ``done`` says that this is all.

    ``total`` estimates the rows of the whole scope, for showing progress.
    """

    table: Rows | None
    entity: str
    after: UUID | None
    cursor: bytes
    done: bool
    total: int = 0


class LookUp(msgspec.Struct, frozen=True):
    """POST /sync/look-up: who is this? By an exact number, also of other teams (the server notes who asked), or by the
    words of a name in the desk's own scopes. At most ``limit`` customers."""

    device_id: UUID
    e164: str = ""
    extension: str = ""
    words: str = ""
    limit: int = 20


class LookUpReply(msgspec.Struct, frozen=True):
    """Customers with their numbers and what the card shows of them, as rows. Those of other teams are held by the
    device's own scope from now on, so that changes and erasure reach the copy."""

    tables: tuple[Rows, ...]


class Ack(msgspec.Struct, frozen=True):
    """POST /sync/ack: everything up to ``cursor`` is applied here, and how this desk stands: changes waiting (since
    when, in microseconds of its clock), refused, and conflicts that nobody settled."""

    device_id: UUID
    cursor: bytes
    unsent: int = 0
    unsent_since_us: int = 0
    refused: int = 0
    conflicts: int = 0


class AckReply(msgspec.Struct, frozen=True):
    """The lease, prolonged, and the server's time, both in microseconds since 1970 UTC."""

    lease_until_us: int
    server_time_us: int


class LiveHint(msgspec.Struct, frozen=True, tag="hint"):
    """Something in the desk's scopes changed; the pull is the truth."""

    watermark: str


class LiveCall(msgspec.Struct, frozen=True, tag="call"):
    """One of the agent's own calls, whole."""

    call: AgentCall


class LiveBoard(msgspec.Struct, frozen=True, tag="board"):
    """The queues and agents, whole; only to those who may see them."""

    board: Board


class LivePhone(msgspec.Struct, frozen=True, tag="phone"):
    """How the gateway stands with the phone system."""

    state: PhoneState


class LiveStatus(msgspec.Struct, frozen=True, tag="status"):
    """What the phone system says of the agent at this desk; sent when it changes."""

    status: AgentStatus


class LiveOpen(msgspec.Struct, frozen=True, tag="open"):
    """Of the agent's calls of revision ``told_to`` and below, the keys of all that go on: the phone system was looked
    at. A desk that has others heard of them from a gateway that fell before it wrote them down."""

    keys: tuple[str, ...]
    told_to: int


LiveMessage = LiveHint | LiveCall | LiveBoard | LivePhone | LiveStatus | LiveOpen


def encode(message: Any) -> bytes:
    """Return a message as msgpack bytes."""
    return msgspec.msgpack.encode(message)
