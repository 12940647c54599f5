"""Finds shipped files: beside the package in a checkout, inside the package once installed or bundled."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped(*parts: str) -> Path:
    """Return the path of a shipped file or folder, for example ``shipped("icons", "phone.svg")``.

    Raises ``FileNotFoundError`` when nothing of that name was shipped.
    """
    for root in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"not shipped: {'/'.join(parts)}")
