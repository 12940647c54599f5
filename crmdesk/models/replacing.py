"""Puts another whole file in the place of a desk's file, so that a power cut at any moment leaves one whole file."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Engine

from crmdesk.domain.errors import Unavailable
from crmdesk.models.engine import StoreEngines

_BELONGING = ("-wal", "-shm", "-journal")
_PATIENCE_MS = 100


def belonging(store: Path) -> tuple[Path, ...]:
    """Return the files that SQLite keeps beside a file while it is open. They must never meet another file."""
    return tuple(store.with_name(store.name + suffix) for suffix in _BELONGING)


def empty_wal(engine: Engine) -> bool:
    """Move what is in the WAL into the file itself and empty it; return whether nobody read an older state meanwhile.

    It waits for readers no longer than a note may be held up by it: whoever needs it done asks again later.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        usual = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
        try:
            busy: int = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
            cursor.close()
    finally:
        connection.close()
    return busy == 0


def sync_to_disk(path: Path) -> None:
    """Wait until what was written to a file, and its name in its folder, is on the disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def close_whole(engines: StoreEngines) -> None:
    """Close a file so that all of it is in the one file, on the disk; raises Unavailable when that cannot be."""
    empty_wal(engines.write)
    engines.dispose()
    # The last connection that closes removes the WAL. One that is left would be applied to the next file of this name.
    if any(path.exists() for path in belonging(engines.path)):
        raise Unavailable("The local file could not be closed.", "It is tried again by itself.")
    sync_to_disk(engines.path)


def replace_store(engines: StoreEngines, successor: Path) -> None:
    """Put the closed, whole file ``successor`` in the place of the open one; its doors then lead to the new file.

    Nobody may use a door meanwhile. Raises Unavailable, with the old file in its place, when either is not closed.
    """
    if any(path.exists() for path in belonging(successor)):
        raise Unavailable("The new copy of the records was not closed.", "It is tried again by itself.")
    close_whole(engines)
    successor.replace(engines.path)
    if os.name == "posix":
        sync_to_disk(engines.path)
