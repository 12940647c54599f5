"""Lays out what was changed in one go, before it is painted."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent

_LEVELS = 6
"""How many layouts lie in one another around what grows or shrinks."""


def lay_out_now() -> None:
    """Let every layout that waits have its turn.

    Qt tells a change of size to one layout further out each turn, and paints between: what is shown would jump, and be
    painted twice.
    """
    for _ in range(_LEVELS):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
