"""The small files of a profile that are read before the first paint, so they are not encrypted.

Nothing of a customer may stand in one.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)


def read(file: Path) -> str | None:
    """Return the text of a file, None where there is none, or none that can be read."""
    try:
        return file.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("%s cannot be read: %s", file.name, type(error).__name__)
        return None


def write(file: Path, text: str) -> None:
    """Let a file hold this text, which is ASCII, or what it held before: nothing between the two is ever there. A disk
    that does not take it costs no more than that."""
    beside = file.with_name(f"{file.name}.new")
    try:
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="ascii") as new:
            new.write(text)
        beside.replace(file)
    except OSError as error:
        log.warning("%s cannot be kept: %s", file.name, type(error).__name__)
