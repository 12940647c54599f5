"""The list of complaints: what must be done next stands first, in two lines that say when and where it stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import Button, Tab
from crmdesk.ui.pages.cases.feed import follow_complaints
from crmdesk.ui.pages.cases.rows import CaseDelegate, CaseRow
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.theme import Voice
from tests.gui.conftest import LoopRunner
from tests.gui.pages.cases_desk import cases_of, choose, listed, open_cases, shown
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import focused, press, until
from tests.support.cases import GRACE, LONG
from tests.support.clock import AFTERNOON
from tests.support.desk import ME, TOMASZ, House, a_complaint, known_id
from tests.support.requests import a_request


@pytest.fixture
def window(house: House, open_pages: OpenWindow) -> MainWindow:
    """Return a supervisor's window with the complaints in sight."""
    return open_cases(house, open_pages, "desk")


def chips(window: MainWindow, reference: str) -> list[tuple[str, Voice]]:
    """Return what stands at the end of a complaint's first line."""
    page = cases_of(window)
    delegate, row = page.list.view.itemDelegate(), page.rows.rows[page.rows.find(known_id(reference))]
    assert isinstance(delegate, CaseDelegate)
    assert isinstance(row, CaseRow)
    return [(chip.text, chip.voice) for chip in delegate.chips(row)]


def test_what_is_due_first_stands_first(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> list[str]:
        await choose(cases_of(window), LONG)
        return listed(cases_of(window))

    found = qt_loop.run(story())
    assert found[:4] == ["CP-26-06001", "CP-26-06002", "CP-26-06003", LONG]
    assert len(found) == 9


def test_a_deadline_is_said_as_late_today_tomorrow_or_by_its_day(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        await choose(cases_of(window), LONG)

    qt_loop.run(story())
    assert chips(window, "CP-26-06001") == [("1 day late", Voice.LATE)]
    assert chips(window, "CP-26-06002") == [("Today", Voice.SOON)]
    assert chips(window, "CP-26-06003") == [("Tomorrow", Voice.SOON)]
    assert chips(window, LONG) == [("Mon 4 Jan", Voice.REST)]


def test_a_line_says_all_of_it_aloud(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> str:
        page = cases_of(window)
        await choose(page, LONG)
        return str(page.rows.data(page.list.view.currentIndex()))

    said = qt_loop.run(story())
    assert said == f"Grace Adeyemi, Fault not repaired, Mon 4 Jan, To approve, {LONG}, severity 3 Medium"


def test_m_t_and_a_show_mine_the_teams_and_what_waits_for_my_approval(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> list[list[str]]:
        page = cases_of(window)
        await choose(page, LONG)
        seen = []
        for key in (Qt.Key.Key_M, Qt.Key.Key_A, Qt.Key.Key_T):
            press(key)
            seen.append(listed(page))
        return seen

    mine, waiting, team = qt_loop.run(story())
    assert mine == ["CP-26-06002", "CP-26-06003"]
    assert waiting == [LONG]
    assert len(team) == 9


def test_d_shows_what_was_closed_last_and_the_open_ones_again(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    day = timedelta(days=1)
    for reference, ago in (("CP-26-05001", 9), ("CP-26-05002", 2)):
        closed = {"state": "closed", "closed_at": AFTERNOON - ago * day, "assigned_to": ME.agent_id}
        house.add(a_complaint(reference, TOMASZ, AFTERNOON - 40 * day, **closed))
    ended = {"state": "closed", "closed_at": AFTERNOON - 5 * day}
    house.add(a_request("SR-26-05003", RequestKind.SERVICE, TOMASZ, AFTERNOON - 30 * day, "repair", **ended))

    async def story() -> tuple[list[str], str, list[str], list[str]]:
        page = cases_of(window)
        await choose(page, LONG)
        press(Qt.Key.Key_D)
        await until(lambda: "CP-26-05001" in listed(page))
        over, said = listed(page), page.list.count.text()
        assert page.list.row is not None
        await shown(page, page.list.row.case.reference)
        page.list.view.select(1)
        await until(lambda: page.pane.request is not None)
        aloud = str(page.rows.data(page.list.view.currentIndex()))
        assert "Fri 18 Dec" in aloud and "Closed" in aloud
        press(Qt.Key.Key_M)
        mine = listed(page)
        press(Qt.Key.Key_T)
        press(Qt.Key.Key_D)
        await until(lambda: LONG in listed(page))
        return over, said, mine, listed(page)

    over, said, mine, after = qt_loop.run(story())
    assert over == ["CP-26-05002", "SR-26-05003", "CP-26-05001"]
    assert said == "the 3 closed last"
    assert mine == ["CP-26-05002", "CP-26-05001"]
    assert "CP-26-05002" not in after


def test_where_no_case_is_closed_none_is_shown_beside_the_list(window: MainWindow, qt_loop: LoopRunner) -> None:
    """The last open case stood there as if it were one of the closed ones."""

    async def story() -> None:
        page = cases_of(window)
        await choose(page, LONG)
        for _ in range(2):  # the second time it is known at once that there is none
            press(Qt.Key.Key_D)
            await until(lambda: page.right.currentWidget() is not page.pane)
            assert listed(page) == []
            press(Qt.Key.Key_D)
            await until(lambda: page.right.currentWidget() is page.pane)
            assert page.list.row is not None
            await shown(page, page.list.row.case.reference)

    qt_loop.run(story())


def test_what_was_closed_here_without_a_network_is_among_the_closed_ones(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> list[str]:
        page = cases_of(window)
        await choose(page, "CP-26-06003")
        said = {"words": "It is paid, forget it.", "proof": "By phone"}
        await house.desk.cases.take(known_id("CP-26-06003"), StepKind.WITHDRAWN, said)
        press(Qt.Key.Key_D)
        await until(lambda: page.list.count.text().endswith("closed last"))
        return listed(page)

    assert qt_loop.run(story()) == ["CP-26-06003"]


def test_j_and_k_move_in_the_list(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> list[int]:
        page = cases_of(window)
        await choose(page, LONG)
        places = [page.list.view.currentIndex().row()]
        for key in (Qt.Key.Key_J, Qt.Key.Key_K):
            press(key)
            places.append(page.list.view.currentIndex().row())
        return places

    before, down, up = qt_loop.run(story())
    assert (down, up) == (before + 1, before)


def test_where_nothing_is_mine_it_says_so_and_the_keys_still_work(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    house.desk.signed_in(house.desk.identity or pytest.fail("nobody is signed in"), house.database)
    window = open_pages("cases")
    window.go_to("cases")
    page = cases_of(window)

    async def story() -> None:
        await until(lambda: len(listed(page)) == 3)
        page.list.take_keyboard()
        press(Qt.Key.Key_M)
        assert not page.list.listed
        assert focused().accessibleName() == "You handle no case"
        press(Qt.Key.Key_T)
        assert len(listed(page)) == 3

    qt_loop.run(story())


def test_the_tabs_say_how_many_there_are(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> list[str]:
        page = cases_of(window)
        await choose(page, LONG)
        return [tab.option.words for tab in page.list.tabs.findChildren(Tab)]

    assert qt_loop.run(story()) == ["Mine 2", "Team 9", "To approve 1"]


def test_arrows_show_the_next_complaint_and_enter_goes_into_it(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, "CP-26-06003")
        press(Qt.Key.Key_J)
        await shown(page, LONG)
        press(Qt.Key.Key_Return)
        assert focused() is page.pane.history.view
        press(Qt.Key.Key_Escape)
        assert focused() is page.list.view

    qt_loop.run(story())


def test_o_opens_the_customer(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        await choose(cases_of(window), LONG)
        press(Qt.Key.Key_O)
        desk = window.page("desk")
        assert isinstance(desk, DeskPage)
        await until(lambda: desk.reader.customer == GRACE)

    qt_loop.run(story())
    assert window.current == "desk"


def test_a_list_that_cannot_be_read_says_so_and_can_be_read_again(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, LONG)
        feed = follow_complaints(page._place)
        feed.trouble = Unavailable("The disk is full.", "Make room.")
        feed.changed.emit()
        assert not page.list.listed
        again = next(button for button in page.list.findChildren(Button) if button.words == "Try again")
        again.click()
        await until(lambda: page.list.listed)
        assert len(listed(page)) == 9

    qt_loop.run(story())


def test_a_case_that_is_wanted_comes_also_where_the_list_was_read_first(
    house: House, window: MainWindow, qt_loop: LoopRunner
) -> None:
    page, feed = cases_of(window), follow_complaints(cases_of(window)._place)

    async def story() -> str:
        await until(lambda: page.list.filled)
        every, feed.rows = feed.rows, ()
        feed.changed.emit()
        page.open_case(known_id(LONG))
        feed.rows = every
        feed.changed.emit()
        await shown(page, LONG)
        assert page.list.row is not None
        return page.list.row.case.reference

    assert qt_loop.run(story()) == LONG
