"""The journal of erasures outside of the database: a restored backup brings erased people back, this takes them away.

One line per row, ids only: instant, entity, id. The file is only ever appended to and reaches the disk before an
erasure is committed. It belongs where the database's backups are not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from crmdesk.domain.errors import CrmdeskError, Unavailable
from crmdesk.domain.quick import dataclass
from crmdesk.models.registry import ENTITY_CODES

_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that was erased, and when."""

    at: datetime
    entity: str
    row: UUID


class Journal:
    """A file of erasures. Its folder must be there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, entries: Sequence[Entry]) -> None:
        """Add entries and return when they are on the disk; raises Unavailable when they cannot be."""
        lines = "".join(f"{e.at.astimezone(UTC).strftime(_FORM)} {e.entity} {e.row.hex}\n" for e in entries)
        try:
            self._write(lines.encode("ascii"))
        except OSError as error:
            what = f"The journal of erasures {self.path} cannot be written: {error.strerror}."
            raise Unavailable(what, "Nothing was erased. Make room or name another file.") from error

    def read(self) -> list[Entry]:
        """Return every entry in order, none when there is no file yet.

        A line that was cut off is of an erasure that did not take place. Raises CrmdeskError for anything else that is
        no entry, Unavailable when the file cannot be read.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            next_step = "Let this account read it, or put it back from its copy (docs/OPERATING.md)."
            what = f"The journal of erasures {self.path} cannot be read: {error.strerror}."
            raise Unavailable(what, next_step) from error
        return list(self._entries(content))

    def _write(self, content: bytes) -> None:
        new = not self.path.exists()
        file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if _is_cut_off(file):
                content = b"\n" + content
            while content:
                content = content[os.write(file, content) :]
            os.fsync(file)
        finally:
            os.close(file)
        if new and os.name == "posix":
            _sync_folder(self.path.parent)

    def _entries(self, content: bytes) -> Iterator[Entry]:
        for number, line in enumerate(content.split(b"\n"), start=1):
            words = line.decode("ascii", "replace").split(" ")
            if len(words) < 3 or len(words[2]) < 32:
                continue
            try:
                at, entity, row = words
                ENTITY_CODES[entity]
                yield Entry(datetime.fromisoformat(at), entity, UUID(row))
            except (ValueError, KeyError) as error:
                what = f"Line {number} of the journal of erasures {self.path} is no entry."
                raise CrmdeskError(what, "Put the file back from a copy of it.") from error


def _is_cut_off(file: int) -> bool:
    """Return True if the file ends in the middle of a line."""
    size = os.fstat(file).st_size
    if size == 0:
        return False
    os.lseek(file, size - 1, os.SEEK_SET)
    return os.read(file, 1) != b"\n"


def _sync_folder(folder: Path) -> None:
    """Let a new file's name survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
