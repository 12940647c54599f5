"""What the second file still has where the main one cannot be read: counted before anybody decides."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from crmdesk.domain.errors import DamagedStore
from crmdesk.domain.quick import dataclass
from crmdesk.models.engine import connector, damaged_or_unavailable, engine_of
from crmdesk.models.kept import CHANGE, CONFLICT, CONTENT, DRAFT, NOBODY, KeptBase
from crmdesk.models.local import OutboxState


class SecondFile(Enum):
    """Whether the second file can be read as a whole; BUSY where the disk does not let us now."""

    MISSING = auto()
    UNREADABLE = auto()
    BUSY = auto()
    WHOLE = auto()


@dataclass(frozen=True, slots=True)
class Rescue:
    """What would come back from the second file: changes that the server does not have, drafts, open conflicts, files
    that were not sent."""

    file: SecondFile
    changes: int = 0
    drafts: int = 0
    conflicts: int = 0
    files: int = 0


def look_into(path: Path, key: bytes) -> Rescue:
    """Return what a second file has. Every row is read, so that damage anywhere is found now and not afterwards."""
    if not path.is_file() or path.stat().st_size == 0:
        return Rescue(SecondFile.MISSING)
    engine = engine_of(connector(path, key), "BEGIN", 1)
    try:
        with engine.begin() as connection:
            tables = [table for table in KeptBase.metadata.sorted_tables if table is not CONTENT]
            found = {table: connection.execute(select(table)).all() for table in tables}
            files = sum(1 for _ in connection.execute(select(CONTENT)))  # read whole, one after the other
    except DBAPIError as error:
        damaged = isinstance(damaged_or_unavailable(error.orig or error), DamagedStore)
        return Rescue(SecondFile.UNREADABLE if damaged else SecondFile.BUSY)
    finally:
        engine.dispose()
    return Rescue(
        SecondFile.WHOLE,
        sum(row.state != OutboxState.ACKED.value and row.row_id != NOBODY for row in found[CHANGE]),
        len(found[DRAFT]),
        sum(row.settled_at is None for row in found[CONFLICT]),
        files,
    )
