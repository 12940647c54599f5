"""The small file of a profile that says where its window stood: read before the first paint, so it is not encrypted.

There is nothing in it but numbers.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from crmdesk.domain.window_place import Area, WindowPlace

FILE = "window.json"

log = logging.getLogger(__name__)


def read(folder: Path) -> WindowPlace | None:
    """Return where the window of a profile stood, None where that is not known."""
    try:
        said = json.loads((folder / FILE).read_bytes())
        numbers = [int(said[name]) for name in ("x", "y", "width", "height")]
        maximised = bool(said["maximised"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("where the window stood cannot be read: %s", type(error).__name__)
        return None
    return WindowPlace(Area(*numbers), maximised) if min(numbers[2:]) > 0 else None


def write(folder: Path, place: WindowPlace) -> None:
    """Remember where the window stands. A disk that does not take it costs no more than that."""
    area = place.area
    said = {"x": area.x, "y": area.y, "width": area.width, "height": area.height, "maximised": place.maximised}
    beside = folder / f"{FILE}.new"
    try:
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            json.dump(said, file)
        beside.replace(folder / FILE)
    except OSError as error:
        log.warning("where the window stands cannot be kept: %s", type(error).__name__)
