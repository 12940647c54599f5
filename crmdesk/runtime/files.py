"""Reads a file that somebody attaches, and writes one that they save: never more than may be, never half of one."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from crmdesk.domain.attachments.kinds import FIELD, too_large
from crmdesk.domain.attachments.limits import LARGEST_FILE
from crmdesk.domain.attachments.names import safe_name
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import tr


def read_file(path: Path) -> bytes:
    """Return what is in a file. Blocking.

    Raises UserMistake for a folder, a pipe or a device, a file that is too large, cannot be read, or grew meanwhile.
    """
    name = safe_name(path.name)
    try:
        # Not to wait at a pipe for somebody who writes, and not to make a terminal ours.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | _BINARY)
        try:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise UserMistake(FIELD, tr("{name} is no file.", name=name), tr("Choose the files in it one by one."))
            if before.st_size > LARGEST_FILE:
                raise too_large(name)
            data = _read(handle)
            after = os.fstat(handle)
        finally:
            os.close(handle)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or tr("unknown")
        what = tr("{name} cannot be read: {reason}.", name=name, reason=reason)
        raise UserMistake(FIELD, what, tr("Choose another file.")) from error
    if len(data) != before.st_size or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        what = tr("{name} changed while it was read.", name=name)
        raise UserMistake(FIELD, what, tr("Wait until it is written, then add it again."))
    return data


def _read(handle: int) -> bytes:
    """Return what can be read, at most a byte more than a file may have."""
    parts: list[bytes] = []
    left = LARGEST_FILE + 1
    while left and (part := os.read(handle, left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def write_file(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all, readable by nobody else. Blocking.

    Raises UserMistake where it cannot be written.
    """
    half = path.with_name(f"{path.name}.part")
    try:
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | _BINARY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        with suppress(OSError):
            half.unlink(missing_ok=True)
        reason = error.strerror or tr("unknown")
        raise UserMistake(
            FIELD, tr("This file cannot be written: {reason}.", reason=reason), tr("Choose another place.")
        ) from error


_BINARY = getattr(os, "O_BINARY", 0)
