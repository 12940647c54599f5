"""Tables of the desk's own file that are never synced: outbox, server rows, cursor, drafts, conflicts, settings."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import JSON

from crmdesk.domain.language import mark
from crmdesk.models.base import NAMING, Id, Instant


class LocalBase(DeclarativeBase):
    """Tables that exist only in the desk's encrypted file."""

    metadata = MetaData(naming_convention=NAMING)


class OutboxState(StrEnum):
    """Where a queued change stands. ``ACKED`` ones wait until their own change has been pulled back; ``TAKEN`` ones are
    claims that a colleague won, kept until the person has seen it."""

    WAITING = "waiting"
    ACKED = "acked"
    REFUSED = "refused"
    TAKEN = "taken"


LAID_OVER = (OutboxState.WAITING.value, OutboxState.ACKED.value)
"""The states in which a change is shown over the server's row; what was refused is not."""

EXISTS_ALREADY = mark("The same record exists already.")
"""The reason of a change that was refused because another row was first with a value that only one may have."""

FELL = mark("Another part of the same change was refused.")
"""The reason of a change that could stand, but was made together with one that cannot."""

HELD = mark("Waits until the server is updated; it is sent then.")
"""The reason of a change that this server does not know yet: it waits under a number below one."""

NOT_BACK = mark(
    "The server was put back from a backup and lacks this record. It is sent when the computer that made the record "
    "has been online."
)
"""The reason of a change that waits, under a number below one, for its row to come back to the server."""

CAME_BACK = mark("What the server lacked came back: it is sent now.")
"""The reason of a change that waits for its turn after it was NOT_BACK: what it lacks still may come later."""

APART = (HELD, NOT_BACK)
"""The reasons of changes that wait for something else than their turn."""

ERASED = mark("The customer's data was erased.")
"""The reason of a change whose words are gone, since nothing of its customer may be kept."""


class Outbox(LocalBase):
    """One change that the server has not confirmed, in the order made. ``set_`` and ``base`` are in wire form; ``base``
    holds the values that the person saw. ``title`` says in words what it is, for the list of unsent work; of a refused
    one ``reason`` says why, and ``answered_at`` when that was heard."""

    __tablename__ = "outbox"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    id: Mapped[UUID] = mapped_column(Id, nullable=False)
    group_seq: Mapped[int] = mapped_column(BigInteger, nullable=False)
    entity: Mapped[str] = mapped_column(Text, nullable=False)
    row_id: Mapped[UUID] = mapped_column(Id, nullable=False)
    op: Mapped[str] = mapped_column(Text, nullable=False)
    base_ver: Mapped[int] = mapped_column(BigInteger, nullable=False)
    base: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)
    set_: Mapped[dict[str, Any]] = mapped_column("set", JSON, nullable=False)
    made_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    title: Mapped[str] = mapped_column(Text, nullable=False, default="")
    state: Mapped[str] = mapped_column(Text, nullable=False, default=OutboxState.WAITING)
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    acked_ver: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        Index("ix_outbox_row", "entity", "row_id"),
        Index("ix_outbox_state", "state", "seq"),
        {"sqlite_autoincrement": True},
    )

    def again(self, **numbers: int | UUID) -> Outbox:
        """Return a new entry that says the same and waits; ``numbers`` are its ``id``, ``group_seq`` and, where it is
        not simply the next, ``seq``."""
        same = ("entity", "row_id", "op", "base_ver", "base", "set_", "made_at", "title")
        return Outbox(**{name: getattr(self, name) for name in same}, **numbers)


class ServerRow(LocalBase):
    """A row as the server has it, kept while changes to it are queued: what is shown is this, overlaid."""

    __tablename__ = "server_row"

    entity: Mapped[str] = mapped_column(Text, primary_key=True)
    row_id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSON, nullable=False)


class Cursor(LocalBase):
    """How far this desk has pulled: one row. The bytes are the server's and mean nothing here.

    After ``lease_until`` the file is not opened before the server was heard; ``server_time`` is the latest that the
    server ever told, which a clock set back does not undo.
    """

    __tablename__ = "cursor"

    one: Mapped[int] = mapped_column(Integer, primary_key=True, default=1)
    epoch: Mapped[UUID] = mapped_column(Id, nullable=False)
    position: Mapped[bytes | None] = mapped_column(LargeBinary)
    home_scope: Mapped[int] = mapped_column(Integer, nullable=False)
    pulled_at: Mapped[datetime | None] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    server_time: Mapped[datetime | None] = mapped_column(Instant)


class HeldScope(LocalBase):
    """A scope of which this desk has everything: its first snapshot was complete at ``since``."""

    __tablename__ = "held_scope"

    scope_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(Instant, nullable=False)


class DraftRow(LocalBase):
    """Text as it is being typed; ``kind`` and ``subject`` say of what."""

    __tablename__ = "draft"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[UUID] = mapped_column(Id, primary_key=True)
    fields: Mapped[dict[str, str]] = mapped_column(JSON, nullable=False)
    title: Mapped[str] = mapped_column(Text, nullable=False, default="")
    saved_at: Mapped[datetime] = mapped_column(Instant, nullable=False)


class ConflictRow(LocalBase):
    """Two versions of one field: the server's is shown, mine is kept here until somebody settles it.

    ``theirs_by`` (an agent's id) and ``theirs_at`` say who set theirs and when, as the server tells; ``ver`` is its
    version, on which a settlement builds. ``resolution`` is a ``domain.sync_state.Resolution`` value once settled.
    """

    __tablename__ = "conflict"

    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    entity: Mapped[str] = mapped_column(Text, nullable=False)
    row_id: Mapped[UUID] = mapped_column(Id, nullable=False, index=True)
    field: Mapped[str] = mapped_column(Text, nullable=False)
    base: Mapped[Any] = mapped_column(JSON)
    mine: Mapped[Any] = mapped_column(JSON)
    theirs: Mapped[Any] = mapped_column(JSON)
    title: Mapped[str] = mapped_column(Text, nullable=False, default="")
    found_at: Mapped[datetime] = mapped_column(Instant, nullable=False)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    seq: Mapped[int] = mapped_column(Integer, nullable=False, default=0, server_default="0")
    mine_at: Mapped[datetime | None] = mapped_column(Instant)
    theirs_by: Mapped[UUID | None] = mapped_column(Id)
    theirs_at: Mapped[datetime | None] = mapped_column(Instant)
    ver: Mapped[int] = mapped_column(BigInteger, nullable=False, default=0, server_default="0")
    resolution: Mapped[str] = mapped_column(Text, nullable=False, default="", server_default="")


class ToKeepKind(StrEnum):
    """What the second file has to follow.

    A queued change (``number`` is its seq, ``word`` the state in which it left), a draft (``word`` its kind, ``row_id``
    its subject), a conflict, the content of a file that waits to be sent, a fact (``word`` its key), an erased row, or
    everything numbered anew.
    """

    CHANGE = "change"
    DRAFT = "draft"
    CONFLICT = "conflict"
    CONTENT = "content"
    FACT = "fact"
    ERASED = "erased"
    ANEW = "anew"


class ToKeep(LocalBase):
    """Something that changed here and that the second file does not have yet (``models.keeping``).

    Triggers write it in the transaction of the change, so that nothing is missed whatever ends the program. It holds
    keys only, never words.
    """

    __tablename__ = "to_keep"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    what: Mapped[str] = mapped_column(Text, nullable=False)
    number: Mapped[int | None] = mapped_column(Integer)
    word: Mapped[str | None] = mapped_column(Text)
    row_id: Mapped[UUID | None] = mapped_column(Id)

    __table_args__ = ({"sqlite_autoincrement": True},)


class SeenRow(LocalBase):
    """A row that a restored server has too, while everything is fetched from it anew; rows that it has not go then."""

    __tablename__ = "seen_row"

    entity: Mapped[str] = mapped_column(Text, primary_key=True)
    row_id: Mapped[UUID] = mapped_column(Id, primary_key=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class IndexedLater(LocalBase):
    """A table of which many rows are being written: those above this rowid come into the full text together, at the end
    of the transaction's writing (``models.bulk``). No transaction leaves one behind."""

    __tablename__ = "indexed_later"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    above: Mapped[int] = mapped_column(Integer, nullable=False)

    __table_args__ = ({"sqlite_with_rowid": False},)


class ReferenceBlockRow(LocalBase):
    """References of cases that this desk may hand out, also without a network."""

    __tablename__ = "reference_block"

    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    first: Mapped[int] = mapped_column(Integer, primary_key=True)
    next: Mapped[int] = mapped_column(Integer, nullable=False)
    last: Mapped[int] = mapped_column(Integer, nullable=False)


class Setting(LocalBase):
    """A setting or small fact of this profile: device id, last login, window state. Never a password."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
