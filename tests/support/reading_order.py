"""In which order the screen is read aloud, as the accessibility tree tells it, beside where its parts stand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import cast

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QWidget

_WHOLE = frozenset({QAccessible.Role.List, QAccessible.Role.Table, QAccessible.Role.Tree, QAccessible.Role.ComboBox})
"""What orders its parts itself."""


def misplaced(window: QWidget) -> list[str]:
    """Return in words each part that is read after one that stands behind it: below it, or further along its line."""
    return list(_misplaced(QAccessible.queryAccessibleInterface(window), window.isRightToLeft()))


def _misplaced(node: QAccessibleInterface, mirrored: bool) -> Iterator[str]:
    if node.role() in _WHOLE:
        return
    parts = list(_parts(node))
    for first, then in pairwise(parts):
        if _is_before(then, first, mirrored):
            yield f"in {_name(node)}: {_name(then)} is read after {_name(first)}"
    for part in parts:
        yield from _misplaced(part, mirrored)


def _parts(node: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    for number in range(node.childCount()):
        child = cast("QAccessibleInterface | None", node.child(number))  # it went while it was asked for
        if child is not None and not child.state().invisible and not child.rect().isEmpty():
            yield child


def _is_before(one: QAccessibleInterface, other: QAccessibleInterface, mirrored: bool) -> bool:
    a, b = one.rect(), other.rect()
    if a.contains(b) or b.contains(a):
        return False
    if a.bottom() <= b.top() + 1:
        return a.left() < b.right() and a.right() > b.left()
    on_one_line = min(a.bottom(), b.bottom()) - max(a.top(), b.top()) > min(a.height(), b.height()) / 2
    along = a.left() >= b.right() - 1 if mirrored else a.right() <= b.left() + 1
    return on_one_line and along


def _name(node: QAccessibleInterface) -> str:
    return f"{node.role().name} {node.text(QAccessible.Text.Name)[:40]!r}"
