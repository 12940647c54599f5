"""Complaints at the supervisor's: the new one is there at once, marked, told once; an unsent one says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.complaints import NewComplaint
from crmdesk.domain.people import Role
from crmdesk.domain.sync_state import SyncLink
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.cases.feed import ComplaintFeed
from crmdesk.ui.pages.cases.page import CaseRow, CasesPage
from crmdesk.ui.pages.cases.words import state_of
from crmdesk.ui.theme import SchemeChoice, Theme
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import until
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, ME, TOMASZ, House, a_complaint, known_id

ROSA = replace(ME, agent_id=known_id("rosa"), login="rosa", display_name="Rosa Osei", role=Role.SUPERVISOR)


@pytest.fixture
def window(house: House, open_pages: OpenWindow) -> MainWindow:
    """Return a supervisor's window with the board in sight."""
    house.desk.signed_in(ROSA, house.database)
    window = open_pages("board", "cases")
    window.go_to("board")
    return window


def cases_of(window: MainWindow) -> CasesPage:
    """Return the page, built if it was not."""
    page = window.page("cases")
    assert isinstance(page, CasesPage)
    return page


def shown(page: CasesPage) -> list[tuple[str, bool]]:
    """Return reference and mark of every row."""
    return [(row.case.reference, row.new) for row in page.rows.rows if isinstance(row, CaseRow)]


def arrive(house: House, reference: str, **fields: object) -> None:
    """Let a complaint come from the server, as a pull does."""
    house.add(a_complaint(reference, MARGARET, AFTERNOON + timedelta(seconds=1), **fields))
    house.bus.publish(Changes.of(Kind.COMPLAINT, known_id(reference)))


def feed_of(window: MainWindow) -> ComplaintFeed:
    """Return what follows the complaints for this window."""
    feed = window.findChild(ComplaintFeed)
    assert isinstance(feed, ComplaintFeed)
    return feed


async def read(window: MainWindow) -> None:
    """Wait until the first pull is through and what it brought was read."""
    feed = feed_of(window)
    await feed.place.desk.sync.refresh(SyncLink.LIVE)
    await until(lambda: feed.rows is not None and not feed.catching_up)


def test_where_no_rules_are_set_up_the_oldest_complaint_stands_first(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> list[tuple[str, bool]]:
        await read(window)
        window.go_to("cases")
        return shown(cases_of(window))

    assert qt_loop.run(story()) == [("CP-26-07377", False), ("CP-26-07388", False), ("CP-26-07415", False)]


def test_a_new_complaint_is_counted_on_the_rail_and_told_in_one_line(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await read(window)
        arrive(house, "CP-26-09001", severity=4)
        await until(window.notice.isVisible)

    qt_loop.run(story())
    assert window.notice.words.text() == "New complaint CP-26-09001"
    assert window.notice.details.text() == "Margaret Ellison, Billing and payments, severity 4"
    assert window.rail.items["cases"].accessibleName() == "Cases, 1"
    assert window.current == "board"


def test_what_the_first_pull_brings_is_not_news(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        feed = feed_of(window)
        await until(lambda: feed.rows is not None)
        arrive(house, "CP-26-09001")
        await until(lambda: feed.rows is not None and len(feed.rows) == 4)
        arrive(house, "CP-26-09002")
        await read(window)
        await until(lambda: feed.rows is not None and len(feed.rows) == 5)
        assert feed.unseen == frozenset()
        arrive(house, "CP-26-09003")
        await until(lambda: bool(feed.unseen))

    qt_loop.run(story())
    assert window.rail.items["cases"].accessibleName() == "Cases, 1"
    assert window.notice.words.text() == "New complaint CP-26-09003"


def test_looking_at_the_list_clears_the_count_and_keeps_the_mark(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await read(window)
        arrive(house, "CP-26-09001")
        await until(window.notice.isVisible)
        window.go_to("cases")
        assert ("CP-26-09001", True) in shown(cases_of(window))
        assert window.rail.items["cases"].accessibleName() == "Cases"
        assert not window.notice.isVisible()
        window.go_to("board")
        window.go_to("cases")
        assert ("CP-26-09001", False) in shown(cases_of(window))

    qt_loop.run(story())


def test_one_that_comes_while_the_list_is_seen_appears_in_it_and_is_not_told(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await read(window)
        window.go_to("cases")
        page = cases_of(window)
        page.list.view.select(1)
        arrive(house, "CP-26-09001")
        await until(lambda: len(shown(page)) == 4)
        assert ("CP-26-09001", True) in shown(page)
        row = page.list.row
        assert row is not None
        assert row.case.reference == "CP-26-07388"

    qt_loop.run(story())
    assert not window.notice.isVisible()


def test_who_registered_it_is_not_told_of_it(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        await read(window)
        house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
        await until(lambda: house.desk.identity is not None and house.desk.identity.display_name == ME.display_name)
        known = await house.desk.complaints.prefill(None, TOMASZ, "")
        await house.desk.complaints.register(
            NewComplaint(known.reference, TOMASZ, None, "Boiler", "Delay", 2, "Nobody came.", "", False, "UTC")
        )
        feed = feed_of(window)
        await until(lambda: feed.rows is not None and len(feed.rows) == 4)

    qt_loop.run(story())
    assert not window.notice.isVisible()


def test_an_unsent_complaint_says_so(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> list[str]:
        await read(window)
        window.go_to("cases")
        page = cases_of(window)
        known = await house.desk.complaints.prefill(None, TOMASZ, "")
        await house.desk.complaints.register(
            NewComplaint(known.reference, TOMASZ, None, "Boiler", "Delay", 2, "Nobody came.", "", False, "UTC")
        )
        await until(lambda: len(shown(page)) == 4)
        return [state_of(row.case) for row in page.rows.rows if isinstance(row, CaseRow)]

    assert "Unsent" in qt_loop.run(story())


def test_a_first_pull_of_everything_is_not_told_as_new(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        await read(window)
        house.add(a_complaint("CP-26-09001", MARGARET, AFTERNOON), a_complaint("CP-26-09002", TOMASZ, AFTERNOON))
        house.bus.publish(Changes(everything=True))
        feed = feed_of(window)
        await until(lambda: feed.rows is not None and len(feed.rows) == 5)

    qt_loop.run(story())
    assert not window.notice.isVisible()
    assert window.rail.items["cases"].accessibleName() == "Cases"


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1366, 768), (1024, 640)])
def test_it_fits_in_both_schemes(window: MainWindow, qt_loop: LoopRunner, look: Theme, width: int, height: int) -> None:
    async def story() -> None:
        await read(window)
        window.resize(width, height)
        window.go_to("cases")
        for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
            look.choose(scheme)
            assert not window.grab().isNull()
        page = cases_of(window)
        assert page.minimumSizeHint().width() <= page.width()
        assert page.list.view.focusPolicy() & Qt.FocusPolicy.TabFocus

    qt_loop.run(story())
