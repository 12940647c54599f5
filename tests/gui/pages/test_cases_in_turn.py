"""What is asked for counts for the case that was wanted then; what becomes of others changes nothing of that."""

from __future__ import annotations

from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from sqlalchemy.orm import Session

from crmdesk.domain.cases.letters import LetterKind
from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.models.complaint import Complaint
from crmdesk.ui.frame.window import MainWindow
from tests.gui.conftest import LoopRunner
from tests.gui.pages.cases_desk import cases_of, choose, listed, open_cases, shown
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import nothing_under_way, press, type_words, until
from tests.support.cases import LONG
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, ME, TOMASZ, House, known_id
from tests.support.requests import a_request

FREE = "CP-26-06004"
MINE, ALSO_MINE = "CP-26-06002", "CP-26-06003"


@pytest.fixture
def window(house: House, open_pages: OpenWindow) -> MainWindow:
    """Return a supervisor's window with the complaints in sight."""
    return open_cases(house, open_pages)


def owner_of(house: House, reference: str) -> object:
    """Return who has a complaint."""
    with Session(house.engines.read) as session:
        row = session.get(Complaint, known_id(reference))
        assert row is not None
        return row.assigned_to


def give_to(house: House, reference: str, whom: UUID) -> None:
    """Let a pull say that a complaint is somebody else's."""
    with Session(house.engines.write) as session, session.begin():
        session.get_one(Complaint, known_id(reference)).assigned_to = whom


def test_a_key_on_the_row_that_was_just_chosen_is_meant_for_that_case(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, MINE)
        page.list.view.select(page.rows.find(known_id(FREE)))
        press(Qt.Key.Key_C)
        await nothing_under_way()

    qt_loop.run(story())
    assert owner_of(house, FREE) == ME.agent_id
    assert owner_of(house, MINE) == ME.agent_id


def test_what_stands_against_a_step_is_not_said_of_another_case(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, FREE)
        page.take(StepKind.TAKEN_UP)
        page.list.view.select(page.rows.find(known_id(MINE)))
        await shown(page, MINE)
        await nothing_under_way()
        assert page.pane.head.problem.isHidden()
        assert window.notice.words.text().startswith(f"{FREE}: ")

    qt_loop.run(story())


def test_a_letter_is_not_opened_about_another_case_than_the_one_to_approve(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, LONG)
        await house.desk.letters.begin(known_id(LONG), LetterKind.FINAL_RESPONSE, "en")
        await nothing_under_way()
        page.take(StepKind.APPROVED)
        page.open_case(known_id(MINE))
        await shown(page, MINE)
        await nothing_under_way()
        assert page.pane.letters is None

    qt_loop.run(story())


def test_a_case_that_somebody_writes_about_stays_when_it_is_given_to_a_colleague(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, MINE)
        press(Qt.Key.Key_M)
        page.take(StepKind.NOTED)
        await until(lambda: page.pane.form is not None)
        await nothing_under_way()
        type_words("She rang")
        give_to(house, MINE, JABU)
        house.bus.publish(Changes.of(Kind.COMPLAINT, known_id(MINE)))
        await until(lambda: page.pane.view is not None and page.pane.view.owner_id == JABU)
        await nothing_under_way()
        type_words(" again")
        assert page.pane.line is not None
        assert page.pane.line.reference == MINE
        form = page.pane.form
        assert form is not None
        assert "She rang again" in form.body.values.values()
        form.leave()
        await until(lambda: page.pane.form is None)
        page.list.take_keyboard()
        house.bus.publish(Changes.of(Kind.COMPLAINT, known_id(MINE)))
        await shown(page, ALSO_MINE)

    qt_loop.run(story())


def test_after_a_request_that_was_given_back_the_next_of_mine_is_shown(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    house.add(a_request("SR-26-05003", RequestKind.SERVICE, TOMASZ, AFTERNOON, "repair", assigned_to=ME.agent_id))

    async def story() -> None:
        page = cases_of(window)
        await until(lambda: "SR-26-05003" in listed(page))
        page.list.take_keyboard()
        page.list.view.select(page.rows.find(known_id("SR-26-05003")))
        await until(lambda: page.pane.request is not None)
        press(Qt.Key.Key_M)
        press(Qt.Key.Key_C)
        await until(lambda: "SR-26-05003" not in listed(page))
        await nothing_under_way()
        assert page.list.row is not None
        assert page.pane.line is not None
        assert page.list.row.case.id == page.pane.line.id

    qt_loop.run(story())


def test_an_issue_that_was_begun_stays_with_its_case(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, LONG)
        about = page.pane.about
        about.more.setFocus()
        type_words("No apology")
        page.open_case(known_id(MINE))
        await shown(page, MINE)
        assert about.more.text() == ""
        page.open_case(known_id(LONG))
        await shown(page, LONG)
        assert about.more.text() == "No apology"

    qt_loop.run(story())
