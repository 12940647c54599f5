"""How a second start reaches the first: one short message to a local socket.

A telephone program starts ``crmdesk pop`` at each ring, so that start loads this module, a socket and nothing else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from hashlib import sha256

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

RAISE = b"raise\n"
FIELDS = ("number", "name", "call-id", "queue", "did", "event")
"""What can be told of a call, by the names of the options."""

LINK = "link"
LONGEST_MESSAGE = 4096
"""Bytes of the longest message taken at the door."""

_POP = "pop"


def default_place(name: str = "default") -> str:
    """Return the folder in which a profile lives on this operating system."""
    home = os.path.expanduser("~")  # noqa: PTH111 - pathlib takes longer to load than all the rest
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or rf"{home}\AppData\Local"
    elif sys.platform == "darwin":
        base = f"{home}/Library/Application Support"  # not shown
    else:
        base = os.environ.get("XDG_DATA_HOME", f"{home}/.local/share")
    return os.path.join(base, "crmdesk", name)  # noqa: PTH118


def address(folder: Path | str) -> str:
    """Return the address of the doorbell of the profile in ``folder``: a socket path, or a pipe name on Windows."""
    place = os.path.join(os.getcwd(), folder)  # noqa: PTH109, PTH118
    mark = sha256(place.encode()).hexdigest()[:16]
    if sys.platform == "win32":
        return rf"\\.\pipe\crmdesk-{mark}"
    base = os.environ.get("XDG_RUNTIME_DIR")
    runtime = base if base and os.path.isabs(base) and os.path.isdir(base) else place  # noqa: PTH112, PTH117
    return os.path.join(runtime, f"crmdesk-{mark}.sock")  # noqa: PTH118


def ring(folder: Path | str, message: bytes = RAISE) -> bool:
    """Send ``message`` to the program that has the profile; return whether somebody heard it."""
    where = address(folder)
    try:
        if sys.platform == "win32":
            with open(where, "wb", buffering=0) as pipe:  # noqa: PTH123
                pipe.write(message)
        else:
            import socket

            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as bell:
                bell.settimeout(1.0)
                bell.connect(where)
                bell.sendall(message)
    except OSError:
        return False
    return True


def message_of(words: dict[str, str]) -> bytes | None:
    """Return how a call is told at the door, by the names of ``FIELDS``; None for what cannot be told so.

    What is told is not yet checked: whoever opens the door does that (``domain.knock``).
    """
    told = [f"{name}={word}" for name, word in words.items()]
    if not all(part.isprintable() for part in told):
        return None
    message = "\0".join((_POP, *told)).encode() + b"\n"
    return message if len(message) <= LONGEST_MESSAGE else None


def tell_at_once(arguments: Sequence[str]) -> bool:
    """Tell the desktop of the default profile what ``crmdesk pop`` is given, without loading a command line.

    Returns False for everything that needs more: another profile, an option not known here, nobody who hears.
    """
    words = _words(arguments)
    message = message_of(words) if words else None
    return message is not None and ring(default_place(), message)


def _words(arguments: Sequence[str]) -> dict[str, str] | None:
    if len(arguments) == 1 and not arguments[0].startswith("-"):
        return {LINK: arguments[0]}
    words: dict[str, str] = {}
    left = list(arguments)
    while left:
        name, equals, word = left.pop(0).partition("=")
        if not name.startswith("--") or name[2:] not in FIELDS or not (equals or left):
            return None
        words[name[2:]] = word if equals else left.pop(0)
    return words
