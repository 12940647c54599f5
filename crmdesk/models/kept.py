"""The second encrypted file: what exists nowhere else, kept apart from the file that can be fetched again.

It holds every change until the server has had it for a while, drafts, conflicts, contents of files until the server has
them, and who this desk is. It is a copy: either file can be made anew from the other (docs/adr/0016).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Engine, MetaData, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import JSON, Text

from crmdesk.domain.errors import CrmdeskError, Refused, Unavailable
from crmdesk.models import aside
from crmdesk.models.attachment import WaitingContent
from crmdesk.models.base import NAMING, Instant
from crmdesk.models.engine import connector, damaged_or_unavailable, engine_of, prepare_file
from crmdesk.models.local import ConflictRow, DraftRow, Outbox

FILE = aside.SECOND_FILE

VERSION = 2
"""Its schema, kept as ``PRAGMA user_version``."""

NOBODY = UUID(int=0)
"""The row that a change names whose own row was erased."""

EMPTY: dict[str, Any] = {
    "entity": "customer",
    "row_id": NOBODY,
    "op": "update",
    "base_ver": 0,
    "base": {},
    "set": {},
    "title": "",
    "reason": "",
}
"""What is left of a change whose words have to go: its number, since the server takes no gaps between numbers."""


class KeptBase(DeclarativeBase):
    """Tables of the second file."""

    metadata = MetaData(naming_convention=NAMING)


class Fact(KeptBase):
    """A small fact: the device's identity, who was signed in where, how far this file follows the main one."""

    __tablename__ = "fact"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


def _copied(model: type[DeclarativeBase]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table.to_metadata(KeptBase.metadata)


CHANGE = _copied(Outbox)
CHANGE.append_column(Column("acked_at", Instant, nullable=True))
"""Changes as in the outbox. Those that left it stay, with the instant at which the server was known to have them."""
DRAFT = _copied(DraftRow)
CONFLICT = _copied(ConflictRow)
CONTENT = _copied(WaitingContent)


def open_kept(path: Path, key: bytes) -> Engine:
    """Open (or make) the second file and bring it to this version's schema.

    Raises DamagedStore when its bytes cannot be read with this key, Refused when a newer crmdesk wrote it, Unavailable
    when the disk does not let us.
    """
    try:
        prepare_file(path)
    except OSError as error:
        raise Unavailable(
            f"The second file cannot be written ({error.strerror}).", "Check the disk's space."
        ) from error
    connect = connector(path, key)
    engine = engine_of(connect, "BEGIN IMMEDIATE", 1)
    try:
        with engine.begin() as connection:
            _bring_up_to_date(connection)
    except DBAPIError as error:
        engine.dispose()
        raise damaged_or_unavailable(error.orig or error) from error
    except CrmdeskError:
        engine.dispose()
        raise
    return engine


def _bring_up_to_date(connection: Connection) -> None:
    version: int = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version > VERSION:
        raise Refused("The second file was written by a newer version of crmdesk.", "Install that version.")
    if version < VERSION:
        KeptBase.metadata.create_all(connection)
        connection.exec_driver_sql("PRAGMA user_version = 2")  # VERSION; a pragma takes no parameter
