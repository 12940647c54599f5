"""The list of probable duplicates: worked through by keys alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.duplicate_views import DuplicatePair
from crmdesk.runtime.bus import LocalWrite
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.pages.duplicates.page import DuplicatesPage
from crmdesk.ui.pages.duplicates.search import SearchBesideTheWork
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import until
from tests.support.desk import TOMASZ, TOMASZS_LINE, House

Find = Callable[[], Awaitable[DuplicatesPage]]


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard is."""
    widget = QApplication.focusWidget() or QApplication.activeWindow()
    assert widget is not None
    QTest.keyClick(widget, key, modifiers)


@pytest.fixture
def window(open_pages: OpenWindow) -> MainWindow:
    """Return a window with the desk and the list."""
    return open_pages("desk", "duplicates")


@pytest.fixture
def find(window: MainWindow, house: House) -> Find:
    """Return a function that makes a duplicate, lets the desk look for it and goes to the list by Ctrl+J, M."""

    async def found() -> DuplicatesPage:
        await house.desk.customers.create(NewCustomer("Tomasz Wisniewsk", number=TOMASZS_LINE))
        while await house.desk.duplicates.look_on():
            pass
        press(Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
        press(Qt.Key.Key_M)
        page = window.page("duplicates")
        assert isinstance(page, DuplicatesPage)
        await until(lambda: page.table.view.hasFocus() and page.table.view.row is not None)
        return page

    return found


def test_a_pair_is_told_with_likelihood_and_evidence(find: Find, qt_loop: LoopRunner) -> None:
    async def story() -> str:
        page = await find()
        row = page.table.view.row
        assert isinstance(row, DuplicatePair)
        assert row.one.customer_id == TOMASZ
        index = page.rows.index(0)
        return str(index.data(int(Qt.ItemDataRole.AccessibleTextRole)))

    spoken = qt_loop.run(story())
    assert (
        "Tomasz Wiśniewski, Policyholder, Hull and Tomasz Wisniewsk: Same phone, name differs by one letter" in spoken
    )


def test_enter_shows_what_merging_them_means_and_the_list_goes_on_afterwards(
    window: MainWindow, find: Find, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = await find()
        press(Qt.Key.Key_Return)
        desk = window.page("desk")
        assert isinstance(desk, DeskPage)
        await until(lambda: desk.merging.pane is not None and desk.merging.pane.merge.isEnabled())
        pane = desk.merging.pane
        assert pane is not None
        assert pane.told is not None
        assert (pane.told.survivor_name, pane.told.duplicate_name) == ("Tomasz Wiśniewski", "Tomasz Wisniewsk")
        press(Qt.Key.Key_Escape)
        await until(page.table.view.hasFocus)
        press(Qt.Key.Key_Return)
        await until(lambda: desk.merging.pane is not None and desk.merging.pane.merge.isEnabled())
        press(Qt.Key.Key_Escape)
        await until(page.table.view.hasFocus)
        desk.view.show_work()
        press(Qt.Key.Key_Return)
        await until(lambda: desk.merging.pane is not None and desk.merging.pane.merge.isEnabled())
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: page.isVisible() and not page.rows.rows)

    qt_loop.run(story())


def test_x_says_that_they_are_two_and_z_takes_it_back(window: MainWindow, find: Find, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = await find()
        press(Qt.Key.Key_X)
        await until(lambda: not page.rows.rows)
        assert window.notice.words.text() == "Tomasz Wiśniewski and Tomasz Wisniewsk are two people"
        page.take_back()
        await until(lambda: bool(page.rows.rows))

    qt_loop.run(story())


def test_the_window_looks_for_them_by_itself(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        await house.desk.customers.create(NewCustomer("Tomasz Wisniewsk", number=TOMASZS_LINE))
        window.go_to("duplicates")
        page = window.page("duplicates")
        assert isinstance(page, DuplicatesPage)
        beside = SearchBesideTheWork(page.place, first_ms=0)
        await until(lambda: bool(page.rows.rows))
        await until(lambda: page.count.text() == "1 pair, likeliest first")
        beside.deleteLater()

    qt_loop.run(story())


def test_what_a_desk_finds_itself_is_nothing_to_send(house: House, qt_loop: LoopRunner) -> None:
    class Ear:
        def __init__(self) -> None:
            self.heard = 0

        def local_write(self, _: LocalWrite) -> None:
            self.heard += 1

    async def story() -> int:
        await house.desk.customers.create(NewCustomer("Tomasz Wisniewsk", number=TOMASZS_LINE))
        ear = Ear()
        house.bus.subscribe(LocalWrite, ear.local_write)
        while await house.desk.duplicates.look_on():
            pass
        assert (await house.desk.duplicates.listed()).pairs
        return ear.heard

    assert qt_loop.run(story()) == 0
