"""The small file of a profile that says where its window stood: nothing is in it but numbers."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from crmdesk.domain.window_place import Area, WindowPlace
from crmdesk.runtime import plain_file

FILE = "window.json"

log = logging.getLogger(__name__)


def read(folder: Path) -> WindowPlace | None:
    """Return where the window of a profile stood, None where that is not known."""
    text = plain_file.read(folder / FILE)
    if text is None:
        return None
    try:
        said = json.loads(text)
        numbers = [int(said[name]) for name in ("x", "y", "width", "height")]
        maximised = bool(said["maximised"])
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        log.warning("%s says nothing: %s", FILE, type(error).__name__)
        return None
    return WindowPlace(Area(*numbers), maximised) if min(numbers[2:]) > 0 else None


def write(folder: Path, place: WindowPlace) -> None:
    """Remember where the window stands, if the disk takes it."""
    area = place.area
    said = {"x": area.x, "y": area.y, "width": area.width, "height": area.height, "maximised": place.maximised}
    plain_file.write(folder / FILE, json.dumps(said))
