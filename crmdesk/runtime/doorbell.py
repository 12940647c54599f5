"""How a second start reaches the first: one short message to a local socket, with the standard library alone."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
from pathlib import Path

RAISE = b"raise\n"


def address(folder: Path) -> str:
    """Return the address of the doorbell of the profile in ``folder``: a socket path, or a pipe name on Windows."""
    mark = hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:16]
    if sys.platform == "win32":
        return rf"\\.\pipe\crmdesk-{mark}"
    base = os.environ.get("XDG_RUNTIME_DIR")
    runtime = Path(base) if base and Path(base).is_absolute() and Path(base).is_dir() else folder.absolute()
    return str(runtime / f"crmdesk-{mark}.sock")


def ring(folder: Path, message: bytes = RAISE) -> bool:
    """Send ``message`` to the program that has the profile; return whether somebody heard it."""
    where = address(folder)
    try:
        if sys.platform == "win32":
            with Path(where).open("wb", buffering=0) as pipe:
                pipe.write(message)
        else:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bell:
                bell.settimeout(1.0)
                bell.connect(where)
                bell.sendall(message)
    except OSError:
        return False
    return True
