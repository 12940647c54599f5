"""The small file of a profile that says in which language its desk speaks: read before the first paint, so it is not
encrypted. There is nothing in it but a language tag."""

from __future__ import annotations

import logging
import os
from pathlib import Path

FILE = "language"
_LONGEST = 35

log = logging.getLogger(__name__)


def read(folder: Path) -> str:
    """Return the tag that was chosen in a profile, "" for the system's language."""
    try:
        return (folder / FILE).read_text(encoding="ascii").strip()[:_LONGEST]
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        log.warning("the chosen language cannot be read: %s", type(error).__name__)
        return ""


def keep(folder: Path, code: str) -> None:
    """Remember a tag, "" for the system's language, unless it is the one that is kept. A disk that does not take it
    costs no more than that the next start speaks as the last one."""
    if code == read(folder):
        return
    beside = folder / f"{FILE}.new"
    try:
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(code)
        beside.replace(folder / FILE)
    except OSError as error:
        log.warning("the chosen language cannot be kept: %s", type(error).__name__)
