"""What is on the screen as assistive technology reads it: the accessibility tree of the windows in sight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter, thread_time
from typing import Any, cast

import msgspec
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAccessibleTextInterface, QGuiApplication

from crmdesk.ui.frame.crash import TITLE

_TELLING = frozenset({"Notice", "Refused"})
"""The description of what tells something by itself."""
_LISTS = frozenset({QAccessible.Role.List, QAccessible.Role.Table, QAccessible.Role.Tree})


class Wanted(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is looked for: ``role`` and ``name`` exactly, ``has`` somewhere in name, value or description, below a thing
    named ``within``; what has the keyboard where ``focused``, what is chosen where ``selected``. What is left out may
    be anything."""

    role: str = ""
    name: str = ""
    has: str = ""
    within: str = ""
    focused: bool = False
    selected: bool = False
    gone: bool = False
    """Wanted is that there is no such thing."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One node of the tree: what is said of it. ``path`` are the names of what it lies in, from outside."""

    role: str
    name: str
    value: str
    description: str
    focused: bool
    selected: bool
    disabled: bool
    path: tuple[str, ...]

    def is_wanted(self, wanted: Wanted) -> bool:
        """Return whether this is what is looked for."""
        return (
            (not wanted.role or self.role == wanted.role)
            and (not wanted.name or self.name == wanted.name)
            and (not wanted.has or any(wanted.has in part for part in (self.name, self.value, self.description)))
            and (not wanted.within or wanted.within in self.path)
            and (not wanted.focused or self.focused)
            and (not wanted.selected or self.selected)
        )

    @property
    def tells_of_trouble(self) -> bool:
        """Return whether this is a notice, or the sheet about a fault."""
        return self.description in _TELLING or self.name.startswith(TITLE)

    def told(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "path"}


class Eyes:
    """Reads the tree. ``took_ms`` is how long that took so far, and how long of the processor: time of the desktop's
    thread that the robot used."""

    def __init__(self) -> None:
        QAccessible.setActive(True)
        self.took_ms = (0.0, 0.0)
        self.looks = 0

    def find(self, wanted: Wanted) -> Thing | None:
        """Return the first thing that is wanted, in the order in which it is read."""
        began = (perf_counter(), thread_time())
        try:
            return next((thing for thing in self._things() if thing.is_wanted(wanted)), None)
        finally:
            self._note(began)

    def everything(self) -> list[Thing]:
        """Return all that is in sight."""
        began = (perf_counter(), thread_time())
        try:
            return list(self._things())
        finally:
            self._note(began)

    def _note(self, began: tuple[float, float]) -> None:
        wall, cpu = self.took_ms
        self.took_ms = (wall + (perf_counter() - began[0]) * 1000, cpu + (thread_time() - began[1]) * 1000)
        self.looks += 1

    def _things(self) -> Iterator[Thing]:
        program = QGuiApplication.instance()
        assert program is not None
        yield from _below(QAccessible.queryAccessibleInterface(program), ())


def _below(node: QAccessibleInterface, path: tuple[str, ...]) -> Iterator[Thing]:
    """Yield a node and what lies in it, where it is in sight."""
    state = node.state()
    if state.invisible:
        return
    role = node.role()
    name = _label(node) if role is QAccessible.Role.ComboBox else node.text(QAccessible.Text.Name)
    yield Thing(
        role.name,
        name,
        _value(node),
        node.text(QAccessible.Text.Description),
        bool(state.focused),
        bool(state.selected),
        bool(state.disabled),
        path,
    )
    inside = (*path, name) if name else path
    yield from _in_list(node, inside) if role in _LISTS else _in_part(node, inside)


def _in_part(node: QAccessibleInterface, path: tuple[str, ...]) -> Iterator[Thing]:
    for child in _children(node):
        yield from _below(child, path)


def _children(node: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    for number in range(node.childCount()):
        child = cast("QAccessibleInterface | None", node.child(number))  # it went while it was asked for
        if child is not None:
            yield child


def _in_list(node: QAccessibleInterface, path: tuple[str, ...]) -> Iterator[Thing]:
    """Yield the rows in sight: a screen reader asks for no others, and a list may have thousands."""
    ends = node.rect().bottom()
    for child in _children(node):
        if child.rect().top() > ends:
            return
        yield from _below(child, path)


def _label(node: QAccessibleInterface) -> str:
    """Return the words of what labels a box with a choice: on Linux its name is what is chosen."""
    labels = node.relations(QAccessible.RelationFlag.Label)
    return " ".join(label.text(QAccessible.Text.Name) for label, _ in labels)


def _value(node: QAccessibleInterface) -> str:
    written = cast("QAccessibleTextInterface | None", node.textInterface())  # what has no text has none
    if written is not None:
        return written.text(0, written.characterCount())
    return node.text(QAccessible.Text.Value)
