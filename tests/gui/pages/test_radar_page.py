"""The radar at the supervisor's: alerts, their complaints, the customer; by keys alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import delete
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.people import Role
from crmdesk.domain.radar.views import RadarRow
from crmdesk.models.complaint import Complaint
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import Label
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.pages.radar.feed import RadarFeed
from crmdesk.ui.pages.radar.page import RadarPage
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import press, until
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, ME, House
from tests.support.radar_house import a_rise, quiet_days, rising
from tests.support.window import open_window


@pytest.fixture
def supervisor(house: House) -> House:
    """Return the house with quiet days, at a supervisor's desk."""
    house.add(*quiet_days())
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    return house


def feed_of(window: MainWindow) -> RadarFeed:
    """Return what follows the radar for this window."""
    feed = window.findChild(RadarFeed)
    assert isinstance(feed, RadarFeed)
    return feed


async def computed(window: MainWindow) -> RadarPage:
    """Go to the page by Ctrl+J, R and return it once it shows something."""
    widget = QApplication.focusWidget() or window
    QTest.keyClick(widget, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_R)
    page = window.page("radar")
    assert isinstance(page, RadarPage)
    await until(lambda: page.stack.currentIndex() > 0)
    return page


async def with_a_rise(window: MainWindow) -> RadarPage:
    """Return the page with the alert selected."""
    page = await computed(window)
    await until(lambda: page.table.view.hasFocus() and isinstance(page.table.view.row, RadarRow))
    return page


def test_an_agent_has_no_radar(house: House, qt_loop: LoopRunner) -> None:
    async def story() -> tuple[bool, object]:
        window = open_window(house, "radar", role=Role.AGENT)
        has, feed = window.has_page("radar"), window.findChild(RadarFeed)
        window.deleteLater()
        return has, feed

    assert qt_loop.run(story()) == (False, None)


def test_while_nothing_rises_it_says_so(supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner) -> None:
    window = open_pages("desk", "radar")
    page = qt_loop.run(computed(window))
    assert page.feed.view is not None
    assert page.feed.view.ready_on is None
    assert "Nothing rises" in [label.text() for label in page._none.findChildren(Label)]
    assert page.count.text() == f"{page.feed.view.complaints} complaints looked at"


def test_on_a_young_desk_it_says_from_when_it_can_tell(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    page = qt_loop.run(computed(open_pages("desk", "radar")))
    assert "Too few days are known" in [label.text() for label in page._none.findChildren(Label)]


def test_what_cannot_be_read_is_said_and_can_be_tried_again(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "radar")
    page = qt_loop.run(computed(window))
    supervisor.database.close()

    async def story() -> None:
        page.feed.read()
        await until(page._trouble.isVisible)

    qt_loop.run(story())
    assert "The radar could not be computed" in [label.text() for label in page._trouble.findChildren(Label)]


def test_an_alert_says_what_where_how_much_and_since_when(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    supervisor.add(*a_rise())
    page = qt_loop.run(with_a_rise(open_pages("desk", "radar")))
    said = str(page.table.rows.index(0).data(int(Qt.ItemDataRole.AccessibleTextRole)))
    assert "Fault not repaired" in said
    assert " in 3 days, " in said
    assert " expected" in said
    assert "times as many" in said
    assert "since Mon 21 Dec" in said
    assert "of 100 such alerts" in said


def test_enter_shows_its_complaints_and_enter_there_the_customer(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    supervisor.add(*a_rise())
    window = open_pages("desk", "radar")

    async def story() -> None:
        page = await with_a_rise(window)
        press(Qt.Key.Key_Return)
        await until(lambda: page.cases.table.view.row is not None)
        assert page.cases.table.view.hasFocus()
        assert len(page.cases.rows.rows) >= len(a_rise())
        press(Qt.Key.Key_Escape)
        assert not page.cases.isVisible()
        assert page.table.view.hasFocus()
        press(Qt.Key.Key_Return)
        await until(lambda: page.cases.table.view.row is not None)
        press(Qt.Key.Key_Return)
        desk = window.page("desk")
        assert isinstance(desk, DeskPage)
        await until(lambda: window.current == "desk" and desk.reader.customer == MARGARET)

    qt_loop.run(story())


def test_what_is_erased_goes_from_the_complaints_of_an_alert_at_once(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    supervisor.add(*a_rise())
    window = open_pages("desk", "radar")
    gone = a_rise()[0].id

    async def story() -> None:
        page = await with_a_rise(window)
        press(Qt.Key.Key_Return)
        await until(lambda: page.cases.rows.find(gone) >= 0)
        with Session(supervisor.engines.write) as session, session.begin():
            session.execute(delete(Complaint).where(Complaint.id == gone))
        supervisor.bus.publish(Changes(erased=frozenset({gone})))
        await until(lambda: page.cases.rows.find(gone) < 0)
        assert page.cases.rows.rows

    qt_loop.run(story())


def test_what_was_noted_is_quiet_and_can_be_taken_back(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    supervisor.add(*a_rise())
    window = open_pages("desk", "radar")

    async def story() -> None:
        page = await with_a_rise(window)
        press(Qt.Key.Key_G)
        await until(lambda: page.feed.view is not None and not page.feed.view.untold)
        assert not page.note.isEnabled()
        assert "noted" in str(page.table.rows.index(0).data(int(Qt.ItemDataRole.AccessibleTextRole)))
        press(Qt.Key.Key_Z)
        await until(lambda: page.feed.view is not None and len(page.feed.view.untold) == 1)
        assert page.note.isEnabled()

    qt_loop.run(story())


def test_somebody_at_work_elsewhere_is_told_once_when_complaints_begin_to_rise(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "radar")
    window.go_to("desk")
    feed = feed_of(window)

    async def story() -> list[str]:
        feed.read()
        await until(lambda: feed.view is not None)
        assert not window.notice.isVisible()
        supervisor.add(*a_rise())
        supervisor.bus.publish(Changes.of(Kind.COMPLAINT, *(row.id for row in a_rise())))
        await until(window.notice.isVisible)
        window.notice.go()
        supervisor.add(rising(AFTERNOON - timedelta(minutes=1), 77))
        before = feed.view
        feed.read()
        await until(lambda: feed.view is not before)
        return [window.rail.items["radar"].accessibleName()]

    assert qt_loop.run(story()) == ["Radar, 1"]
    assert not window.notice.isVisible()


def test_a_new_day_is_looked_at_by_itself(supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner) -> None:
    window = open_pages("desk", "radar")
    feed = feed_of(window)

    async def story() -> None:
        feed.read()
        await until(lambda: feed.view is not None)
        assert feed.view is not None
        first = feed.view
        feed.look_at_the_day()
        supervisor.clock.advance(86_400)
        feed.look_at_the_day()
        await until(lambda: feed.view is not first)
        assert feed.view.day == first.day + timedelta(days=1)

    qt_loop.run(story())
