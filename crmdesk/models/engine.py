"""Opens the desk's encrypted SQLite file (SQLCipher) as DESIGN section 4 sets it."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from crmdesk.domain.errors import DamagedStore, Unavailable
from crmdesk.domain.quick import dataclass

if TYPE_CHECKING:
    from crmdesk.models.keeping import Keeper

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class StoreEngines:
    """Two doors to one file: ``write`` begins IMMEDIATE (so no update is lost), ``read`` sees a steady snapshot.

    ``keeper`` follows what is written with the second file, where there is one. ``key`` opens the file's successor.
    """

    path: Path
    write: Engine
    read: Engine
    keeper: Keeper | None = None
    key: bytes = field(default=b"", repr=False)

    def dispose(self) -> None:
        """Close every connection."""
        self.write.dispose()
        self.read.dispose()
        if self.keeper is not None:
            self.keeper.close()


def connector(path: Path, key: bytes) -> Callable[[], Any]:
    """Return a function that opens one keyed connection.

    ``key`` is 32 random bytes; used raw, it costs a millisecond where a passphrase costs 85.
    """
    if len(key) != KEY_BYTES:
        raise ValueError(f"the key of a profile has {KEY_BYTES} bytes")
    pragma_key = f"PRAGMA key = \"x'{key.hex()}'\""

    def connect() -> Any:
        with ExitStack() as unless_keyed:
            connection = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False, timeout=10)
            unless_keyed.callback(connection.close)
            cursor = connection.cursor()
            cursor.execute("PRAGMA cipher_log_level = NONE")
            cursor.execute(pragma_key)
            for pragma in (
                "journal_mode = WAL",
                "synchronous = FULL",
                "fullfsync = ON",
                "secure_delete = ON",
                "temp_store = MEMORY",
                "cache_size = -32000",
                "recursive_triggers = ON",
                "journal_size_limit = 67108864",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()
            unless_keyed.pop_all()
        return connection

    return connect


def engine_of(connect: Callable[[], Any], begin: str, size: int) -> Engine:
    """Return an engine of at most ``size`` connections, each transaction of which begins with ``begin``."""
    # Named, so that SQLAlchemy knows this driver's errors; as its own driver's they would come through unwrapped.
    # Parameters are customers' data and would reach logs with an error's text.
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=connect,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    @event.listens_for(engine, "close")
    def _close(connection: Any, _: object) -> None:
        move_wal(connection)

    return engine


def move_wal(connection: Any) -> None:
    """Do, before a connection is closed, what the last one would do while it closes: move the WAL into the file.

    The driver lets other threads go on during a statement, and holds the interpreter, so the window too, while it
    closes. What cannot be moved now, as from a damaged file, is left to the closing.
    """
    with suppress(sqlcipher.Error):
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        cursor.fetchall()
        cursor.close()


def prepare_file(path: Path) -> None:
    """Make the file readable by its owner only, whatever the umask; SQLite gives the WAL the same rights."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)


def open_store(path: Path, key: bytes) -> StoreEngines:
    """Open (or make) the encrypted file at ``path`` and prove that the key fits.

    Raises DamagedStore when the bytes cannot be read with this key, Unavailable when the disk does not let us.
    """
    try:
        prepare_file(path)
    except OSError as error:
        raise Unavailable(
            f"The local data folder cannot be written ({error.strerror}).",
            "Check the disk's space and its rights.",
        ) from error
    connect = connector(path, key)
    try:
        with closing(connect()) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            move_wal(connection)
    except sqlcipher.DatabaseError as error:
        raise damaged_or_unavailable(error) from error
    return StoreEngines(path, engine_of(connect, "BEGIN IMMEDIATE", 1), engine_of(connect, "BEGIN", 3), key=key)


def damaged_or_unavailable(error: BaseException) -> DamagedStore | Unavailable:
    """Return what an error of the SQLite driver means to a person."""
    text = str(error).lower()
    # A damaged file is a plain DatabaseError ("database disk image is malformed"); what is operational may pass.
    passing = isinstance(error, sqlcipher.OperationalError)
    if passing and any(words in text for words in ("disk", "full", "locked", "readonly", "unable to open", "i/o")):
        return Unavailable("The local file cannot be written now.", "Check the disk's space, then try again.")
    return DamagedStore(
        "The local file cannot be read: it is damaged or its key is another.",
        "It is set aside, and your data is fetched again from the server.",
    )
