"""Root causes at the supervisor's: counted, each count with its complaints, changed by keys; chosen at an issue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import update
from sqlalchemy.orm import Session

from crmdesk.domain.complaints import Finding
from crmdesk.domain.learning.counting import CauseLine
from crmdesk.domain.people import Role
from crmdesk.models.complaint import ComplaintIssue
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.cases.issues import IssueCard
from crmdesk.ui.pages.cases.page import CasesPage
from crmdesk.ui.pages.learning.causes import CausesPane
from crmdesk.ui.pages.learning.page import LearningPage
from tests.gui.conftest import LoopRunner
from tests.gui.pages.cases_desk import cases_of, choose, open_cases
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import focused, nothing_under_way, press, until
from tests.support.cases import LONG
from tests.support.desk import ME, House
from tests.support.learning import complaints_with_causes, lead, the_causes
from tests.support.window import open_window


@pytest.fixture
def supervisor(house: House) -> House:
    """Return a supervisor's house with a tree and complaints that name its causes."""
    house.add(the_causes(), *complaints_with_causes())
    lead(house)
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    return house


def pane_of(window: MainWindow) -> CausesPane:
    page = window.page("learning")
    assert isinstance(page, LearningPage)
    assert page.causes is not None
    return page.causes


async def arrived(window: MainWindow) -> CausesPane:
    """Go to the page and return the tree once it is counted."""
    window.go_to("learning")
    pane = pane_of(window)
    await until(lambda: pane.table.isVisible() and pane.table.view.hasFocus())
    return pane


def lines(pane: CausesPane) -> dict[str, CauseLine]:
    return {row.code: row for row in pane.rows.rows if isinstance(row, CauseLine)}


def select(pane: CausesPane, code: str) -> None:
    pane.table.view.select(pane.rows.find(code))


def test_an_agent_has_no_tree_to_change(house: House, qt_loop: LoopRunner) -> None:
    async def story() -> bool:
        window = open_window(house, "learning", role=Role.AGENT)
        page = window.page("learning")
        window.deleteLater()
        return isinstance(page, LearningPage) and page.causes is None

    assert qt_loop.run(story())


def test_counts_roll_up_and_each_opens_its_complaints(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "cases", "learning")

    async def story() -> None:
        pane = await arrived(window)
        assert (lines(pane)["work"].total, lines(pane)["work-test"].total) == (2, 2)
        select(pane, "work")
        await until(pane.table.view.hasFocus)
        press(Qt.Key.Key_Return)
        await until(lambda: len(pane.cases.rows.rows) == 2)
        assert pane.cases.title.text() == "How we work"
        await until(pane.cases.table.view.hasFocus)
        press(Qt.Key.Key_Return)
        page = window.page("cases")
        assert isinstance(page, CasesPage)
        await until(lambda: page.pane.view is not None and page.pane.view.line.reference == "C1")

    qt_loop.run(story())


def test_a_letter_counts_another_period_and_a_product_is_chosen(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "learning")

    async def story() -> None:
        pane = await arrived(window)
        press(Qt.Key.Key_P)
        await until(lambda: lines(pane)["work-test"].total == 3)
        pane.period.product.choose("BoilerCare")
        pane.period.product.picked.emit("BoilerCare")
        await until(lambda: lines(pane)["work-test"].total == 1)
        press(Qt.Key.Key_R)
        assert pane.period.product.hasFocus()

    qt_loop.run(story())


def test_a_cause_is_written_below_the_selected_one(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "learning")

    async def story() -> None:
        pane = await arrived(window)
        select(pane, "work")
        press(Qt.Key.Key_N)
        form = pane.form
        assert form is not None
        await until(lambda: form.body.input("under").value == "How we work")
        QTest.keyClicks(form.body.input("title").control, "No tools")
        form.submit()
        await until(lambda: "work-no-tools" in lines(pane))
        assert pane.form is None

    qt_loop.run(story())


def test_a_place_that_is_none_is_said_at_its_field_and_nothing_is_lost(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "learning")

    async def story() -> None:
        pane = await arrived(window)
        select(pane, "work-test")
        press(Qt.Key.Key_E)
        form = pane.form
        assert form is not None
        await until(lambda: form.body.input("title").value == "Repair not tested")
        form.body.input("under").put("Nowhere")
        form.submit()
        await until(lambda: form.body.input("under").problem != "")
        form.body.input("under").put("")
        form.submit()
        await until(lambda: lines(pane)["work-test"].level == 1)

    qt_loop.run(story())


def test_a_cause_is_retired_and_brought_back_by_one_key(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "learning")

    async def story() -> None:
        pane = await arrived(window)
        select(pane, "supplier")
        press(Qt.Key.Key_X)
        await until(lambda: lines(pane)["supplier"].retired)
        assert lines(pane)["supplier"].total == 1
        press(Qt.Key.Key_X)
        await until(lambda: not lines(pane)["supplier"].retired)

    qt_loop.run(story())


# At an issue ---------------------------------------------------------------------------------------------------------


async def a_card(window: MainWindow) -> IssueCard:
    """Return the first issue of a complaint once it is shown."""
    page = cases_of(window)
    await choose(page, LONG)
    await until(lambda: bool(page.pane.about.issues.cards))
    return next(iter(page.pane.about.issues.cards.values()))


def kept(house: House, card: IssueCard) -> tuple[str, str]:
    with Session(house.engines.read) as session:
        row = session.get_one(ComplaintIssue, card.issue.id)
        return row.cause, row.finding


def test_a_handler_types_a_part_of_a_path_and_the_cause_is_kept(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    house.add(the_causes())
    window = open_cases(house, open_pages)

    async def story() -> None:
        card = await a_card(window)
        assert card.cause.isVisible()
        card.cause.put("Repair not tested")
        card.cause.edited.emit()
        card.cause.edit.editingFinished.emit()
        await until(lambda: kept(house, card)[0] == "work-test")
        await until(lambda: card.cause.text == "How we work › Repair not tested")

    qt_loop.run(story())


def test_words_that_name_no_cause_are_said_to_be_none_and_stay(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    house.add(the_causes())
    window = open_cases(house, open_pages)

    async def story() -> None:
        card = await a_card(window)
        card.finding.choose(Finding.NOT_UPHELD)
        QTest.keyClicks(card.cause.edit, "gremlins")
        card.cause.edit.editingFinished.emit()
        await until(card.cause.problem.isVisible)
        await until(lambda: kept(house, card) == ("", "not_upheld"))
        await card.keeper.keep_now()
        draft = await house.desk.drafts.load("issue", card.issue.id)
        assert draft is not None
        assert draft.fields["cause"] == "gremlins"
        card.cause.edit.clear()
        card.cause.edited.emit()
        await card.settle()
        assert await house.desk.drafts.load("issue", card.issue.id) is None

    qt_loop.run(story())


def test_a_house_without_causes_shows_no_line_for_them(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_cases(house, open_pages)

    async def story() -> bool:
        return (await a_card(window)).cause.isVisible()

    assert not qt_loop.run(story())


def test_a_retired_cause_that_was_chosen_stays_readable(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    house.add(the_causes())
    window = open_cases(house, open_pages)

    async def story() -> None:
        with Session(house.engines.write) as session, session.begin():
            session.execute(update(ComplaintIssue).values(cause="fax"))
        card = await a_card(window)
        assert card.cause.text == "Fax gateway"
        assert card.cause.code == "fax"

    qt_loop.run(story())


def test_who_goes_to_the_period_before_the_tree_is_counted_keeps_the_keyboard(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("board", "learning")

    async def story() -> None:
        pane = pane_of(window)
        window.go_to("learning")
        pane.period.setFocus()
        taken = focused()
        assert pane.isAncestorOf(taken)
        await nothing_under_way()
        assert pane.table.isVisible()
        assert focused() is taken

    qt_loop.run(story())
