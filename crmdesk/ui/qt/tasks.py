"""Starts coroutines for a widget: kept while they run, cancelled when the widget goes, errors to one place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt

from crmdesk.domain.errors import UserMistake
from crmdesk.ui.qt.errors import error_sink

Value = TypeVar("Value")
_NAME = "crmdesk.tasks"


class _Tasks(QObject):
    """The running tasks of one owner; a child of it, so both go together."""

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self.setObjectName(_NAME)
        self.running: set[asyncio.Task[Any]] = set()
        # The set, not this object, is bound: when ``destroyed`` comes, this object is half gone.
        owner.destroyed.connect(partial(_cancel, self.running))


def _cancel(running: set[asyncio.Task[Any]], _gone: object = None) -> None:
    for task in tuple(running):
        task.cancel()


def spawn(
    owner: QObject,
    coroutine: Coroutine[Any, Any, Value],
    on_mistake: Callable[[UserMistake], None] | None = None,
) -> asyncio.Task[Value]:
    """Run a coroutine on the loop for as long as ``owner`` lives; return its task.

    A ``UserMistake`` goes to ``on_mistake`` where given (a bound method that shows it at the field), everything else
    to the error sink. Needs a running loop.
    """
    tasks = _tasks_of(owner)
    task = asyncio.get_running_loop().create_task(coroutine)
    tasks.running.add(task)
    task.add_done_callback(partial(_ended, tasks.running, on_mistake))
    return task


def running(owner: QObject) -> int:
    """Return how many tasks of an owner are running."""
    return len(_tasks_of(owner).running)


def cancel_all(owner: QObject) -> None:
    """Cancel the running tasks of an owner (it asks for something newer)."""
    _cancel(_tasks_of(owner).running)


class InTurn:
    """Runs a coroutine function for an owner, one run after the other. Of two that read at once, the older might end
    last, and what it read would stand."""

    def __init__(self, owner: QObject, does: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._owner, self._does = owner, does
        self._turn = asyncio.Lock()
        self._asked = False

    def ask(self) -> None:
        """Run it soon. Asked any number of times while it runs, it runs once more after that."""
        if not self._asked:
            self._asked = True
            spawn(self._owner, self.run())

    async def run(self) -> None:
        """Run it when it is its turn, and return when it has ended."""
        try:
            await self._turn.acquire()
        finally:
            self._asked = False
        try:
            await self._does()
        finally:
            self._turn.release()


def _tasks_of(owner: QObject) -> _Tasks:
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    found = owner.findChild(_Tasks, _NAME, direct)
    return found if found is not None else _Tasks(owner)


def _ended(
    tasks: set[asyncio.Task[Any]],
    on_mistake: Callable[[UserMistake], None] | None,
    task: asyncio.Task[Any],
) -> None:
    tasks.discard(task)
    if task.cancelled():
        return
    error = task.exception()
    if error is None:
        return
    if isinstance(error, UserMistake) and on_mistake is not None:
        on_mistake(error)
    else:
        error_sink().take(error)
