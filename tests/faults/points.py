"""Numbered points at which a program may end: questions, transactions, statements, commits, and renamed files."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

_FILE_EVENTS = frozenset({"os.rename", "os.remove", "open"})
_WORDS = 48


class Grain(StrEnum):
    """Which points are numbered: those before every statement too; or only where something outlasts the process, as
    nothing of a transaction does before its commit, nor of a question that only reads."""

    EVERY = "every"
    LASTING = "lasting"


class Points:
    """Counts the points of one process; at number ``last`` the process is killed as a power cut ends a program.

    ``told`` hears the name of that point before. The names hold no data. ``victim`` says who is killed there.
    ``names`` has those of all points that were passed.
    """

    def __init__(
        self,
        last: int | None,
        told: Callable[[str], None],
        grain: Grain = Grain.EVERY,
        victim: Callable[[], int] = os.getpid,
    ) -> None:
        self._last = last
        self._victim = victim
        self._told = told
        self._grain = grain
        self._numbers = count()
        self.names: list[str] = []

    def reach(self, name: str) -> None:
        """Pass a point, or end here."""
        number = next(self._numbers)
        self.names.append(name)
        if number == self._last:
            self._told(name)
            os.kill(self._victim(), signal.SIGKILL)
            threading.Event().wait()

    def watch_everything(self, folder: Path) -> None:
        """Number, from now on, every statement and commit of every file, and every file of ``folder`` that goes."""

        def statement(_conn: Any, _cursor: Any, words: str, *_: Any) -> None:
            if self._grain is Grain.EVERY or words.startswith("BEGIN"):
                self.reach("before " + " ".join(words.split())[:_WORDS])

        def commit(_: Any) -> None:
            self.reach("before commit")

        def file(name: str, arguments: tuple[Any, ...]) -> None:
            if name in _FILE_EVENTS and str(arguments[0]).startswith(f"{folder}{os.sep}"):
                self.reach(f"before {name}")

        event.listen(Engine, "before_cursor_execute", statement)
        event.listen(Engine, "commit", commit)
        sys.addaudithook(file)


class Numbered:
    """A transport whose questions have a point before and one after them."""

    def __init__(self, inner: Any, points: Points) -> None:
        self._inner = inner
        self._points = points

    def __getattr__(self, question: str) -> Callable[..., Any]:
        """Return the way of one kind of question, whatever kinds the protocol has."""
        if question.startswith("_"):
            raise AttributeError(question)
        way: Callable[..., Any] = getattr(self._inner, question)

        def ask(message: Any) -> Any:
            self._points.reach(f"before {question}")
            reply = way(message)
            self._points.reach(f"after {question}")
            return reply

        return ask
