"""The small file of a profile that says in which language its desk speaks: nothing is in it but a language tag."""

from __future__ import annotations

from pathlib import Path

from crmdesk.runtime import plain_file

FILE = "language"
_LONGEST = 35


def read(folder: Path) -> str:
    """Return the tag that was chosen in a profile, "" for the system's language."""
    return (plain_file.read(folder / FILE) or "").strip()[:_LONGEST]


def keep(folder: Path, code: str) -> None:
    """Remember a tag, "" for the system's language, unless it is the one that is kept. Where the disk does not take
    it, the next start speaks as the last one."""
    if code != read(folder):
        plain_file.write(folder / FILE, code)
