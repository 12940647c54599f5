"""Builds and paints every registered page, form and report once, and says what it found: for ``crmdesk self-check``."""

from __future__ import annotations

import asyncio
import inspect
import pkgutil
from collections.abc import Coroutine, Iterator
from dataclasses import field
from datetime import UTC
from importlib import import_module
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication, QWidget
from qasync import QEventLoop

from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.people import Role
from crmdesk.domain.phone import international
from crmdesk.domain.quick import dataclass
from crmdesk.runtime.desk import Desk
from crmdesk.ui import pages, reports
from crmdesk.ui.formkit import FormSubject
from crmdesk.ui.forms import all_forms
from crmdesk.ui.frame.page import Place, pages_of
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.qt.errors import BugReport, error_sink
from crmdesk.ui.theme import SchemeChoice, theme

T = TypeVar("T")

_SETTLED_S = 1.0


@dataclass(slots=True)
class Built:
    """Names of what was built and painted, and in words what went wrong meanwhile."""

    pages: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class SelfCheck:
    """One round through everything that registers itself."""

    def __init__(self, desk: Desk, clock: Clock, subject: FormSubject) -> None:
        """``subject`` is the customer for whom forms are opened."""
        self._desk = desk
        self._clock = clock
        self._subject = subject
        self._built = Built()
        self._shown_reports: set[str] = set()

    async def run(self) -> Built:
        """Build everything and return what was found; a fault ends nothing, it is told."""
        sink = error_sink()
        sink.broken.connect(self._broken)
        for other in (sink.mistaken, sink.unavailable, sink.refused):
            other.connect(self._told)
        for role in Role:
            await self._pages_of(role)
        await self._forms()
        wanted = {name for name, _ in _reports()}
        self._built.reports = sorted(wanted & self._shown_reports)
        missing = sorted(wanted - self._shown_reports)
        self._built.faults += [f"the report {name} is on no page" for name in missing]  # not shown
        for what, found in (("page", self._built.pages), ("form", self._built.forms), ("report", self._built.reports)):
            if not found:
                self._built.faults.append(f"no {what} is registered")  # not shown
        return self._built

    async def _pages_of(self, role: Role) -> None:
        window = MainWindow(self._clock)
        place = Place(self._desk, window, window.keys, window.digits, self._clock, UTC, international)
        window.open_pages(place, pages_of(pages), role)
        window.show()
        for spec in pages_of(pages):
            if not window.has_page(spec.id):
                continue
            before = asyncio.all_tasks()
            window.go_to(spec.id)
            await _settled(before)
            self._paint(window, f"page {spec.id}")
            if spec.id not in self._built.pages:
                self._built.pages.append(spec.id)
        kinds = {type(widget) for widget in window.findChildren(QWidget)}
        self._shown_reports |= {name for name, kind in _reports() if kind in kinds}
        await window.close_pages()
        window.close()
        window.deleteLater()

    async def _forms(self) -> None:
        for spec in all_forms():
            window = MainWindow(self._clock)
            form = spec.build(self._desk, window.keys, self._subject)
            form.setParent(window)
            form.setGeometry(window.rect())
            ready = asyncio.Event()
            form.ready.connect(ready.set)
            window.show()
            form.show()
            await ready.wait()
            self._paint(window, f"form {spec.name}")
            await form.keep_now()
            self._built.forms.append(spec.name)
            window.close()
            window.deleteLater()

    def _paint(self, window: QWidget, what: str) -> None:
        for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
            theme().choose(scheme)
            picture = window.grab().toImage()
            corners = {picture.pixel(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)}
            if len(corners) < 3:
                self._built.faults.append(f"{what} paints nothing ({scheme.value})")  # not shown

    def _broken(self, report: BugReport) -> None:
        self._built.faults.append(report.text())

    def _told(self, error: CrmdeskError) -> None:
        self._built.faults.append(f"{type(error).__name__}: {error}")


def on_loop(app: QApplication, work: Coroutine[Any, Any, T]) -> T:
    """Run ``work`` on a Qt event loop that begins and ends with it."""
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    try:
        value: T = loop.run_until_complete(work)
        return value
    finally:
        loop.close()
        asyncio.set_event_loop(None)


def _reports() -> Iterator[tuple[str, type[QWidget]]]:
    """Yield every widget that the report modules declare."""
    for module in pkgutil.iter_modules(reports.__path__):
        members = inspect.getmembers(import_module(f"{reports.__name__}.{module.name}"), inspect.isclass)
        for name, kind in members:
            if issubclass(kind, QWidget) and kind.__module__ == f"{reports.__name__}.{module.name}":
                yield name, kind


async def _settled(before: set[asyncio.Task[Any]]) -> None:
    """Wait for what was begun since; what goes on for as long as a page lives is not waited for."""
    others = asyncio.all_tasks() - before
    if others:
        await asyncio.wait(others, timeout=_SETTLED_S)
