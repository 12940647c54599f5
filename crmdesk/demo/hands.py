"""Hands at one desktop of the demo: they press real keys, look at what is on the screen, and take pictures of it.

They never wait for a time, only for what a person would see; what does not come in time is told as ``NotSeen``.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from crmdesk.app import Desktop
from crmdesk.ui.pop.witness import PaintWitness
from crmdesk.ui.theme import SchemeChoice, theme

PATIENCE_S = 25.0
"""How long the hands look out for something."""
_GLANCE_S = 0.01
_MANNERS_S = 2.0
Seen = TypeVar("Seen")
Part = TypeVar("Part", bound=QObject)


class NotSeen(Exception):
    """What should have been on the screen did not come."""


class Hands:
    """What a person does at one desktop: keys, eyes and a camera."""

    def __init__(self, desktop: Desktop, settings: Mapping[str, Any]) -> None:
        self.desktop = desktop
        self.settings = settings
        self.window = desktop.window
        self.pops: list[tuple[str, float]] = []
        """Calls whose pop was painted, and when on the monotonic clock."""
        self.registered: list[float] = []
        """When a complaint form said that its complaint is registered."""
        self._asked_to_front = False

    # Eyes ------------------------------------------------------------------------------------------------------------

    async def see(self, what: str, look: Callable[[], Seen | None], patience_s: float = PATIENCE_S) -> Seen:
        """Return what ``look`` finds as soon as it finds anything; raises NotSeen naming ``what``."""
        until = time.monotonic() + patience_s
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > until:
                raise NotSeen(f"not seen within {patience_s:.0f} s: {what}")
            await asyncio.sleep(_GLANCE_S)

    def part(self, kind: type[Part]) -> Part | None:
        """Return the part of the window of this kind that is in sight."""
        for found in self.window.findChildren(kind):
            if not isinstance(found, QWidget) or found.isVisible():
                return found
        return None

    async def painted_row(self, what: str, view: QAbstractItemView, is_there: Callable[[], bool]) -> float:
        """Return when a list was painted with what ``is_there`` looks for, on the monotonic clock."""
        painted: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        above = view.parentWidget()
        assert above is not None
        witness = PaintWitness(above)  # not in the viewport, whose children are scrolled away with its rows
        witness.show()
        look = _RowWatch(witness, is_there, painted)
        model = view.model()
        for signal in (model.modelReset, model.rowsInserted, model.dataChanged):
            signal.connect(partial(_look, look))
        witness.painted.connect(partial(_painted, look))
        _look(look)
        try:
            return await asyncio.wait_for(painted, PATIENCE_S)
        except TimeoutError as late:
            raise NotSeen(f"not painted within {PATIENCE_S:.0f} s: {what}") from late
        finally:
            look.done = True
            witness.hide()
            witness.deleteLater()

    # Keys ------------------------------------------------------------------------------------------------------------

    async def front(self) -> QWindow:
        """Return the window, brought to the front where the desktop lets a program do that."""
        if not self._asked_to_front and QApplication.activeWindow() is not self.window:
            self._asked_to_front = True
            self.window.activateWindow()
            with suppress(NotSeen):
                await self.see("the window in front", lambda: QApplication.activeWindow() is self.window, _MANNERS_S)
        handle = self.window.windowHandle()
        assert handle is not None
        return handle

    def focus(self) -> QWidget | None:
        """Return the part of the window to which keys go."""
        return self.window.focusWidget()

    def keyboard_in(self, widget: QWidget) -> bool:
        """Say whether keys go to a widget or a part of it."""
        focus = self.focus()
        return focus is not None and (focus is widget or widget.isAncestorOf(focus))

    async def press(self, *chords: str) -> None:
        """Press keys one after the other, each written as on its cap: "Ctrl+J", "B"."""
        for chord in chords:
            combination = QKeySequence(chord)[0]  # type: ignore[index]
            await self._strike(combination.key(), "", combination.keyboardModifiers())

    async def type(self, words: str) -> None:
        """Type words where the keyboard is, in any script, letter by letter."""
        for letter in words:
            key, shift = _key_of(letter)
            await self._strike(key, letter, shift)

    async def _strike(self, key: Qt.Key, letter: str, modifiers: Qt.KeyboardModifier) -> None:
        """Hand one key to Qt as the window system does, outside any task: what the key starts are tasks of its own."""
        await self.front()
        struck: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(_strike, self.window, key, letter, modifiers, struck)
        await struck

    async def pull(self, what: str, chord: str, look: Callable[[], Seen | None]) -> Seen:
        """Press a key once it can act, and return what it brings on the screen."""
        await self.press(chord)
        return await self.see(what, look)

    # Camera ----------------------------------------------------------------------------------------------------------

    async def picture(self, name: str, dark: bool = False) -> list[str]:
        """Take a picture of the window as it is, also in the dark look if asked; return the files."""
        folder = self.settings.get("pictures")
        if not folder:
            return []
        looks = [SchemeChoice.LIGHT, *([SchemeChoice.DARK] if dark else [])]
        files = []
        for look in looks:
            theme().choose(look)
            await asyncio.sleep(0)
            path = Path(folder) / f"{name}-{look.value}.png"
            if not self.window.grab().save(str(path)):
                raise NotSeen(f"the picture {path} could not be written")
            files.append(str(path))
        theme().choose(SchemeChoice.LIGHT)
        return files


def _strike(
    window: QWidget, key: Qt.Key, letter: str, modifiers: Qt.KeyboardModifier, struck: asyncio.Future[None]
) -> None:
    # To the widget: what QTest hands to a whole window it follows by a turn of the event loop inside this one, so that
    # a key and the painting it leads to, two turns wherever a person presses it, would be one.
    popup: QWidget | None = QApplication.activePopupWidget()
    focus: QWidget | None = window.focusWidget()
    target = popup if popup is not None else focus if focus is not None else window
    try:
        if letter:
            QTest.sendKeyEvent(QTest.KeyAction.Click, target, key, letter, modifiers)
        else:
            QTest.keyClick(target, key, modifiers)
    finally:
        if not struck.done():
            struck.set_result(None)


class _RowWatch:
    """What ``painted_row`` waits for."""

    def __init__(self, witness: PaintWitness, is_there: Callable[[], bool], painted: asyncio.Future[float]) -> None:
        self.witness, self.is_there, self.painted = witness, is_there, painted
        self.done = False


def _look(watch: _RowWatch, *_: object) -> None:
    if not watch.done and watch.is_there():
        watch.witness.watch(watch)


def _painted(watch: _RowWatch, what: object) -> None:
    if what is watch and not watch.painted.done():
        watch.painted.set_result(time.monotonic())


def _key_of(letter: str) -> tuple[Qt.Key, Qt.KeyboardModifier]:
    """Return the key that makes a letter, and whether Shift is held."""
    none, shift = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    if letter == "\n":
        return Qt.Key.Key_Return, none
    if letter.isascii() and letter.isprintable():
        return Qt.Key(ord(letter.upper())), shift if letter.isupper() else none
    return Qt.Key.Key_unknown, none


__all__ = ["Hands", "NotSeen"]
