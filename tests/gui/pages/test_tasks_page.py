"""The tasks page, its badge, reminders that wait for the end of a call, and the calendar file."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes, Kind
from crmdesk.models.task import Task
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.pages.tasks.feed import DueFeed
from crmdesk.ui.pages.tasks.page import TaskRow, TasksPage
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import until
from tests.support.callbacks import FREE as FREE_CALLBACK
from tests.support.callbacks import JABUS, LATE, SOON, four_callbacks
from tests.support.desk import MARGARET, ME, OMARS_LINE, House, answered, hung_up, known_id, ringing
from tests.support.promises import ARRIVES, ASKED, BOOKLET, FREE, REFUND, a_promise, five_promises

TOMORROWS = known_id("callback tomorrow")


@pytest.fixture
def window(house: House, open_pages: OpenWindow) -> MainWindow:
    """Return a window in which somebody works at the tasks."""
    four_callbacks(house)
    five_promises(house)
    return open_pages("desk", "tasks")


def page_of(window: MainWindow) -> TasksPage:
    page = window.page("tasks")
    assert isinstance(page, TasksPage)
    return page


def feed_of(window: MainWindow) -> DueFeed:
    feed = window.findChild(DueFeed)
    assert isinstance(feed, DueFeed)
    return feed


def ids(page: TasksPage) -> list[UUID]:
    return [row.work.subject for row in page.rows.rows if isinstance(row, TaskRow)]


async def at_tasks(window: MainWindow) -> TasksPage:
    window.go_to("tasks")
    page = page_of(window)
    await until(lambda: bool(ids(page)))
    return page


def test_everything_due_is_in_one_list_the_most_urgent_first(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await at_tasks(window)
        assert ids(page) == [LATE, SOON, FREE_CALLBACK, ARRIVES, BOOKLET, ASKED, TOMORROWS, FREE]
        kinds = [row.kind for row in page.rows.rows if isinstance(row, TaskRow)]
        assert kinds == [*["Callback"] * 3, *["Promise"] * 3, "Callback", "Promise"]

    qt_loop.run(story())


def test_the_keys_of_the_lists_work_here_too(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await at_tasks(window)
        view = page.table.view
        await until(view.hasFocus)
        QTest.keyClick(view, Qt.Key.Key_T)
        await until(lambda: {JABUS, REFUND} <= set(ids(page)))
        QTest.keyClick(view, Qt.Key.Key_M)
        await until(lambda: REFUND not in ids(page))
        view.select(ids(page).index(FREE))
        QTest.keyClick(view, Qt.Key.Key_C)
        await until(lambda: _task(house, FREE).assigned_to == ME.agent_id)
        view.select(ids(page).index(ARRIVES))
        QTest.keyClick(view, Qt.Key.Key_D)
        page.due.finisher.take()
        await until(lambda: _task(house, ARRIVES).state == "done")
        await until(lambda: ARRIVES not in ids(page))
        assert isinstance(view.row, TaskRow)
        assert view.row.work.subject == BOOKLET  # the next one is selected in its place
        QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: ARRIVES in ids(page))
        assert _task(house, ARRIVES).state == "open"

    qt_loop.run(story())


def _task(house: House, row_id: UUID) -> Task:
    with Session(house.engines.read) as session:
        return session.get_one(Task, row_id)


def test_the_rail_counts_what_asks_for_me(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        feed = feed_of(window)
        await until(lambda: feed.views is not None)
        await until(lambda: window.rail.items["tasks"].accessibleName().endswith(", 4"))

    qt_loop.run(story())


# Reminders -----------------------------------------------------------------------------------------------------------


def test_a_reminder_is_told_once_also_after_a_restart(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        feed = feed_of(window)
        await until(lambda: window.notice.words.text() == "2 things ask for you")
        assert window.notice.details.text() == "Tomasz Wiśniewski 13:50, عمر الحداد tomorrow 10:18"
        kept: tuple[str, ...] = ()
        while len(kept) < 2:
            kept = await house.desk.tasks.reminded()
        window.notice.say("", "")
        feed.look()
        again = DueFeed(feed.place)
        await until(lambda: again.views is not None)
        assert window.notice.words.text() == ""

    qt_loop.run(story())


def test_nothing_interrupts_a_call_or_its_wrap_up(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        feed = feed_of(window)
        await until(lambda: window.notice.words.text() == "2 things ask for you")
        desk = window.page("desk")
        assert isinstance(desk, DeskPage)
        window.go_to("desk")
        call = answered(ringing("omar", OMARS_LINE))
        await house.desk.phone.heard_call(call)
        await until(lambda: bool(desk.book.cases))
        window.notice.say("", "")
        house.clock.advance(8 * 60)  # the callback of 14:30 is due in four minutes
        feed.look()
        assert window.notice.words.text() == ""
        await house.desk.phone.heard_call(hung_up(call))
        await until(lambda: desk.notes.wraps_up() and desk.view.call.note.outcomes.chosen is not None)
        feed.look()
        assert window.notice.words.text() == "", "wrap-up is still the call"
        desk.notes.finish()
        await until(lambda: window.notice.words.text().startswith("Callback to Margaret Ellison, 14:30, in"))

    qt_loop.run(story())


def test_what_a_colleague_hands_to_me_is_told_when_it_comes(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "tasks")

    async def story() -> None:
        feed = feed_of(window)
        await until(lambda: feed.views == ())
        house.add(a_promise(ASKED, MARGARET, 50, "Read the letter to her", offered_to=ME.agent_id))
        house.bus.publish(Changes.of(Kind.TASK, ASKED))
        await until(lambda: window.notice.words.text() == "You are asked to take on: promise to Margaret Ellison")
        assert window.notice.details.text() == "Read the letter to her"

    qt_loop.run(story())


# The calendar file ---------------------------------------------------------------------------------------------------


def test_x_saves_what_is_listed_as_a_calendar_file(window: MainWindow, qt_loop: LoopRunner, tmp_path: Path) -> None:
    async def story() -> None:
        page = await at_tasks(window)
        page.folder = tmp_path
        await until(page.table.view.hasFocus)
        for _ in range(2):
            window.notice.say("", "")
            QTest.keyClick(page.table.view, Qt.Key.Key_X)
            await until(lambda: window.notice.words.text() == "Saved 8 entries")

    qt_loop.run(story())
    first, second = (tmp_path / f"crmdesk tasks 2026-12-23{more}.ics" for more in ("", " (2)"))
    written = first.read_bytes()
    assert written == second.read_bytes(), "nothing is overwritten"
    assert written.count(b"BEGIN:VEVENT\r\n") == 8
    assert f"UID:{ARRIVES}@crmdesk\r\n".encode() in written
    assert b"SUMMARY:Promise\\, Margaret Ellison\r\n" in written


def test_a_disk_that_does_not_take_it_is_said(window: MainWindow, qt_loop: LoopRunner, tmp_path: Path) -> None:
    async def story() -> None:
        page = await at_tasks(window)
        page.folder = tmp_path / "nowhere"
        page.save()
        await until(lambda: window.notice.words.text().startswith("The calendar file could not be written"))

    qt_loop.run(story())


def test_an_empty_list_says_how_a_promise_is_made(house: House, open_pages: OpenWindow, qt_loop: LoopRunner) -> None:
    window = open_pages("desk", "tasks")

    async def story() -> None:
        window.go_to("tasks")
        page = page_of(window)
        await until(lambda: page.stack.currentWidget() is page._none)
        assert not page.team.isVisible()
        assert not page.export.isEnabled()

    qt_loop.run(story())
