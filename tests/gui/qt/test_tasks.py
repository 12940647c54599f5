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
from crmdesk.ui.qt.tasks import running, spawn
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
