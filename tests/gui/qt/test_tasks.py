"""Coroutines started for a widget live as long as it does."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from crmdesk.domain.errors import Bug, Unavailable, UserMistake
from crmdesk.ui.qt.dialogs import open_dialog
from crmdesk.ui.qt.errors import BugReport
from crmdesk.ui.qt.tasks import InTurn, cancel_all, running, spawn
from tests.gui.conftest import LoopRunner


def test_a_task_ends_with_its_widget(qt_loop: LoopRunner) -> None:
    async def story() -> bool:
        owner = QWidget()
        task = spawn(owner, asyncio.sleep(3600))
        await asyncio.sleep(0)
        delete(owner)
        await asyncio.wait([task])
        return task.cancelled()

    assert qt_loop.run(story())


def test_a_task_is_kept_alive_while_it_runs_and_forgotten_after(qt_loop: LoopRunner) -> None:
    async def story() -> tuple[int, int]:
        owner = QObject()
        done = asyncio.Event()
        task = spawn(owner, done.wait())
        during = running(owner)
        done.set()
        await task
        await asyncio.sleep(0)
        return during, running(owner)

    assert qt_loop.run(story()) == (1, 0)


def test_a_mistake_goes_to_the_field_that_asked(qt_loop: LoopRunner, told_errors: list[object]) -> None:
    seen: list[UserMistake] = []

    async def fail() -> None:
        raise UserMistake("number", "Two digits are missing.")

    async def story() -> None:
        owner = QObject()
        await asyncio.wait([spawn(owner, fail(), seen.append)])
        await asyncio.sleep(0)

    qt_loop.run(story())
    assert [mistake.field for mistake in seen] == ["number"]
    assert told_errors == []


def test_what_is_unavailable_is_told_as_such(qt_loop: LoopRunner, told_errors: list[object]) -> None:
    async def fail() -> None:
        raise Unavailable("The server does not answer.", "Your work is kept here.")

    async def story() -> None:
        owner = QObject()
        await asyncio.wait([spawn(owner, fail())])
        await asyncio.sleep(0)

    qt_loop.run(story())
    assert [type(error) for error in told_errors] == [Unavailable]


def test_a_bug_becomes_a_report_without_the_words_of_the_error(
    qt_loop: LoopRunner, told_errors: list[object], expected_logs: list[str]
) -> None:
    expected_logs.append("bug E-")

    async def fail() -> None:
        raise ValueError("Margaret Ellison, +44 20 7946 0172")

    async def story() -> None:
        owner = QObject()
        await asyncio.wait([spawn(owner, fail())])
        await asyncio.sleep(0)

    qt_loop.run(story())
    (report,) = told_errors
    assert isinstance(report, BugReport)
    assert report.kind == "ValueError"
    assert "fail" in report.frames[-1]
    assert "Margaret" not in report.text()


def test_our_own_words_about_a_bug_are_in_the_report(
    qt_loop: LoopRunner, told_errors: list[object], expected_logs: list[str]
) -> None:
    expected_logs.append("bug E-")

    async def fail() -> None:
        raise Bug("The outbox went backwards.")

    async def story() -> None:
        owner = QObject()
        await asyncio.wait([spawn(owner, fail())])
        await asyncio.sleep(0)

    qt_loop.run(story())
    (report,) = told_errors
    assert isinstance(report, BugReport)
    assert "The outbox went backwards." in report.text()


def test_a_dialog_is_awaited_and_blocks_nothing(qt_loop: LoopRunner, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()

    async def story() -> tuple[bool, bool]:
        dialog = QDialog(window)
        answer = asyncio.ensure_future(open_dialog(dialog))
        await asyncio.sleep(0)
        modal = dialog.isModal()
        dialog.accept()
        return await answer, modal

    assert qt_loop.run(story()) == (True, False)


class Reading:
    """Reads what there is when it begins, and ends when it is let."""

    def __init__(self) -> None:
        self.there, self.shown = "", ""
        self.begun = 0
        self._at_once = self.most_at_once = 0
        self.lets_end = asyncio.Event()

    async def read(self) -> None:
        """Read and show it."""
        self.begun += 1
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        found = self.there
        await self.lets_end.wait()
        self.shown = found
        self._at_once -= 1


def test_what_was_read_first_never_stands_over_what_was_read_after_it(qt_loop: LoopRunner) -> None:
    async def story() -> tuple[str, int, int]:
        owner, reading = QObject(), Reading()
        turn = InTurn(owner, reading.read)
        turn.ask()
        await asyncio.sleep(0)
        for reading.there in ("one", "two", "three"):
            turn.ask()
            await asyncio.sleep(0)
        reading.lets_end.set()
        await turn.run()
        return reading.shown, reading.begun, reading.most_at_once

    assert qt_loop.run(story()) == ("three", 3, 1)


def test_who_waits_for_a_run_gets_one_that_began_after_the_asking(qt_loop: LoopRunner) -> None:
    async def story() -> str:
        owner, reading = QObject(), Reading()
        turn = InTurn(owner, reading.read)
        turn.ask()
        await asyncio.sleep(0)
        reading.there = "new"
        waits = spawn(owner, turn.run())
        await asyncio.sleep(0)
        reading.lets_end.set()
        await waits
        return reading.shown

    assert qt_loop.run(story()) == "new"


def test_a_run_that_fails_or_is_cancelled_keeps_nobody_from_the_next(
    qt_loop: LoopRunner, told_errors: list[object]
) -> None:
    outcomes = ["fails", "waits", "ends"]
    ended: list[str] = []

    async def does() -> None:
        outcome = outcomes.pop(0)
        if outcome == "fails":
            raise Unavailable("The disk is full.")
        if outcome == "waits":
            await asyncio.Event().wait()
        ended.append(outcome)

    async def story() -> None:
        owner = QObject()
        turn = InTurn(owner, does)
        await asyncio.wait([spawn(owner, turn.run())])
        both = [spawn(owner, turn.run()), spawn(owner, turn.run())]
        await asyncio.sleep(0)
        cancel_all(owner)
        await asyncio.wait(both)
        turn.ask()
        await turn.run()

    outcomes.append("ends")
    qt_loop.run(story())
    assert (len(told_errors), ended) == (1, ["ends", "ends"])
