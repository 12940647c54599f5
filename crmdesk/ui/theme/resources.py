"""Finds shipped files: beside the package in a checkout, inside the package once installed or bundled."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]


def resource(*parts: str) -> Path:
    """Return the path of a shipped file, for example ``resource("icons", "phone.svg")``.

    Raises ``FileNotFoundError`` when no such file was shipped.
    """
    for root in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"not shipped: {'/'.join(parts)}")
