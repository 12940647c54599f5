"""The window of a desktop from before its first paint to its end: where it stood, and where it stands."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from crmdesk.domain.window_place import WindowPlace
from crmdesk.runtime import window_file
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.frame.window_place import PlaceWatch, place_of, put_back, screens
from crmdesk.ui.qt.tasks import spawn

LONGEST_FIRST_PAINT_S = 1.0
"""A window that nobody can see is not painted; work begins all the same."""


class KeptWindow(QObject):
    """Shows a window where it stood, and remembers in the profile's folder where it comes to rest."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self._window = window
        self._folder = folder
        self._watch: PlaceWatch | None = None
        self._in_turn = asyncio.Lock()

    async def show(self) -> None:
        """Show the window; return once it was painted."""
        if QGuiApplication.platformName() != "offscreen":  # its screen is nobody's, and small
            self._put_back()
        self._window.show()
        with suppress(TimeoutError):
            await asyncio.wait_for(FirstPaint(self._window).seen, LONGEST_FIRST_PAINT_S)
        self._watch = PlaceWatch(self._window)
        self._watch.rested.connect(self._keep)

    async def stop(self) -> None:
        """Remember where the window stands now, and watch it no more."""
        if self._watch is not None:
            self._watch.stop()
            await self._write(place_of(self._window))

    def _put_back(self) -> None:
        stood = window_file.read(self._folder)
        if stood is not None:
            put_back(self._window, stood, screens())
        else:
            self._window.take_room(self._window.screen().availableSize())

    def _keep(self, place: WindowPlace) -> None:
        spawn(self, self._write(place))

    async def _write(self, place: WindowPlace) -> None:
        async with self._in_turn:  # the last place told is the one that stays
            await asyncio.to_thread(window_file.write, self._folder, place)


class FirstPaint(QObject):
    """``seen`` is done in the turn of the loop after a window was first painted."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.seen: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice the first paint."""
        if event.type() is QEvent.Type.Paint:
            watched.removeEventFilter(self)
            if not self.seen.done():
                self.seen.set_result(None)
        return False
