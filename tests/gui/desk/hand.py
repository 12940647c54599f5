"""An agent at a real desk: hears calls, presses keys, reads the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from qasync import QEventLoop
from sqlalchemy.orm import Session

from crmdesk.domain.calls.live import AgentCall
from crmdesk.models.base import Synced
from crmdesk.models.local import LocalBase
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.pages.desk.note import NotePane
from tests.gui.waiting import hurry, hurrying, lay_out
from tests.support.desk import House
from tests.support.waiting import LIMIT_MS

Value = TypeVar("Value")
Row = TypeVar("Row", bound=Synced | LocalBase)


class LiveLoop:
    """The program's loop, running for the whole test: what happens between two steps of a test finds it running."""

    def __init__(self, app: QApplication, qtbot: QtBot) -> None:
        self._app, self._qtbot = app, qtbot
        self.loop = QEventLoop(app, already_running=True)

    def run(self, coroutine: Coroutine[Any, Any, Value]) -> Value:
        """Run something to its end."""
        task = self.loop.create_task(coroutine)
        self.until(task.done)
        value: Value = task.result()
        return value

    def until(self, condition: Callable[[], object]) -> None:
        """Let the program go on until the condition holds; fail when it never does."""
        self._qtbot.waitUntil(hurrying(condition), timeout=LIMIT_MS)
        lay_out()

    def rest(self) -> None:
        """Let everything that was begun come to its end."""
        self.until(lambda: not asyncio.all_tasks(self.loop) and not hurry())

    def end(self) -> None:
        """End the loop; a task that is still running fails the test."""
        tasks = asyncio.all_tasks(self.loop)
        # Those whose widget went were cancelled and end within the next turns.
        with suppress(QtBot.TimeoutError):
            self._qtbot.waitUntil(lambda: all(task.done() for task in tasks), timeout=LIMIT_MS)
        left = [task for task in tasks if not task.done()]
        self.loop.stop()
        # Stopping asks Qt to leave its loop, and Qt remembers that until it was in one.
        QTimer.singleShot(0, self._app.quit)
        self._app.exec()
        asyncio.events._set_running_loop(None)
        self.loop.close()
        assert not left, f"tasks left running: {left}"


class Hand:
    """What an agent can do and see."""

    def __init__(self, live: LiveLoop, house: House, window: MainWindow, page: DeskPage) -> None:
        self.house, self.window, self.page = house, window, page
        self.run, self.until, self.rest = live.run, live.until, live.rest
        self.popped: list[str] = []
        page.popped.connect(self.popped.append)

    @property
    def note(self) -> NotePane:
        """Return the note pane."""
        return self.page.view.call.note

    @property
    def focus(self) -> QWidget | None:
        """Return what has the keyboard."""
        return QApplication.focusWidget()

    def writes_in_note(self) -> bool:
        """Say whether the keyboard is in the note."""
        return self.focus is self.note.text.editor

    def hear(self, call: AgentCall) -> AgentCall:
        """Let the gateway tell a state of a call; return it."""
        self.run(self.house.desk.phone.heard_call(call))
        return call

    def press(self, *chords: str) -> None:
        """Press keys one after the other, each as it is written on a cap."""
        for chord in chords:
            target = QApplication.activePopupWidget() or self.focus or self.window
            QTest.keySequence(target, QKeySequence(chord.replace("Enter", "Return")))

    def write(self, text: str) -> None:
        """Type into what has the keyboard."""
        QTest.keyClicks(self.focus or self.window, text)

    def saved(self) -> None:
        """Wait until the note says that it is saved."""
        self.until(lambda: self.note.saved.text().startswith("Saved"))

    def open_customer(self, customer_id: UUID) -> None:
        """Open a customer as the search does, and wait for the card."""
        self.page.open_customer(customer_id)
        self.until(lambda: self.page.reader.card is not None and self.page.reader.card.id == customer_id)
        self.until(self.writes_in_note)

    def open_customer_beside(self, customer_id: UUID) -> None:
        """Open a customer as the search does, wherever the keyboard is then."""
        self.page.open_customer(customer_id)
        self.until(lambda: self.page.reader.card is not None and self.page.reader.card.id == customer_id)

    def row(self, kind: type[Row], key: object) -> Row | None:
        """Return a row as it is on the disk."""
        with Session(self.house.engines.read) as session:
            return session.get(kind, key)


class Counting:
    """An agent whose keys are counted; words typed are not, unless they are ``type_counted``."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self.keys = 0

    def press(self, *chords: str) -> None:
        """Press keys and count them."""
        self.keys += len(chords)
        self._hand.press(*chords)

    def type_counted(self, text: str) -> None:
        """Type what is no words: each character is a key."""
        self.keys += len(text)
        self._hand.write(text)
