"""Corrective actions at the supervisor's: begun, done, dropped by keys; affected customers listed and given tasks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.learning.actions import ActionState, ActionView
from crmdesk.domain.people import Role
from crmdesk.models.task import Task
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.learning.action_forms import ActionForm, EvidenceForm, TasksForm, plan_words
from crmdesk.ui.pages.learning.actions import ActionsPane
from crmdesk.ui.pages.learning.page import LearningPage
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import nothing_under_way, press, type_words, until
from tests.support.desk import ME, House, known_id
from tests.support.learning import a_recall, complaints_with_causes, lead, the_causes

TEST, RECALL = "Test every repair before leaving", "Recall the pumps"


@pytest.fixture
def supervisor(house: House) -> House:
    """Return a supervisor's house with actions of every state."""
    house.add(the_causes(), *complaints_with_causes(), *a_recall())
    lead(house)
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    return house


async def arrived(window: MainWindow) -> ActionsPane:
    """Go to the actions by keys and return their part once it is read."""
    window.go_to("learning")
    page = window.page("learning")
    assert isinstance(page, LearningPage)
    if page.causes is not None:
        causes = page.causes
        await until(lambda: causes.table.isVisible() and causes.table.view.hasFocus())
        press(Qt.Key.Key_A)
    else:
        await until(page.feedback.stack.none.hasFocus)
        press(Qt.Key.Key_A)
    await until(lambda: page.acts.table.isVisible() and page.acts.table.view.hasFocus())
    return page.acts


def select_action(pane: ActionsPane, name: str) -> None:
    pane.table.view.select(pane.rows.find(known_id(name)))


def shown(pane: ActionsPane, name: str) -> ActionView:
    row = pane.rows.rows[pane.rows.find(known_id(name))]
    assert isinstance(row, ActionView)
    return row


def test_actions_say_who_until_when_and_what_came_of_it(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    pane = qt_loop.run(arrived(open_pages("desk", "learning")))
    assert pane.count.text() == "2 open actions, 1 overdue"
    spoken = [pane._spoken(row) for row in pane.rows.rows]
    assert spoken[0].startswith("Recall the pumps, BoilerCare, lot A7, Product › Faulty part delivered, Lucía Ferrer")
    assert "overdue" in spoken[0]
    assert spoken[3].endswith("12 before, 4 after: fewer, unlikely to be chance")


def test_an_action_is_begun_from_a_cause_by_keys(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "learning")

    async def story() -> None:
        await arrived(window)
        page = window.page("learning")
        assert isinstance(page, LearningPage)
        assert page.causes is not None
        press(Qt.Key.Key_C)
        await until(page.causes.table.view.hasFocus)
        page.causes.table.view.select(page.causes.rows.find("supplier"))
        press(Qt.Key.Key_T)
        form = page.acts.form
        assert isinstance(form, ActionForm)
        await until(lambda: form.body.input("cause").value == "Supplier")
        QTest.keyClicks(form.body.input("words").control, "Find another supplier")
        form.body.input("product").put("BoilerCare")
        form.body.input("owner").put(str(ME.agent_id))
        form.body.input("due_on").put("soon")
        form.submit()
        await until(lambda: form.body.input("due_on").problem != "")
        form.body.input("due_on").put("2027-02-01")
        form.submit()
        await until(lambda: len(page.acts.rows.rows) == 5)

    qt_loop.run(story())


def test_an_action_is_done_with_what_shows_it_and_opened_again(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "learning")

    async def story() -> None:
        pane = await arrived(window)
        select_action(pane, TEST)
        press(Qt.Key.Key_D)
        form = pane.form
        assert isinstance(form, EvidenceForm)
        await until(form.isVisible)
        type_words("All vans have gauges.")
        form.submit()
        await until(lambda: shown(pane, TEST).state is ActionState.DONE)
        assert shown(pane, TEST).evidence == "All vans have gauges."
        select_action(pane, TEST)
        press(Qt.Key.Key_X)
        await until(lambda: shown(pane, TEST).state is ActionState.OPEN)

    qt_loop.run(story())


def test_what_was_typed_comes_back_with_the_next_form(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "learning")

    async def story() -> None:
        pane = await arrived(window)
        press(Qt.Key.Key_N)
        first = pane.form
        assert isinstance(first, ActionForm)
        await until(lambda: first.body.input("check_days").value == "30")
        QTest.keyClicks(first.body.input("words").control, "Train them")
        press(Qt.Key.Key_Escape)
        await until(lambda: pane.form is None and pane.table.view.hasFocus())
        press(Qt.Key.Key_N)
        again = pane.form
        assert isinstance(again, ActionForm)
        await until(lambda: again.body.input("words").value == "Train them")

    qt_loop.run(story())


def saved(folder: Path) -> list[str]:
    return next(folder.glob("*.csv")).read_text(encoding="utf-8-sig").splitlines()


def test_affected_customers_are_listed_saved_and_given_a_task_each(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner, tmp_path: Path
) -> None:
    window = open_pages("desk", "learning")

    async def story() -> None:
        pane = await arrived(window)
        select_action(pane, TEST)
        press(Qt.Key.Key_Return)
        await until(lambda: bool(pane.affected.rows))
        many = len(pane.affected.rows)
        pane.affected.folder = tmp_path
        press(Qt.Key.Key_S)
        await until(lambda: any(tmp_path.glob("*.csv")))
        lines = saved(tmp_path)
        assert any("Margaret Ellison" in line for line in lines)
        assert len(lines) == many + 3
        press(Qt.Key.Key_G)
        form = pane.form
        assert isinstance(form, TasksForm)
        form.body.input("way").put("write")
        await until(lambda: form.body.input("words").value != "")
        form.body.edited.emit()
        assert form.plan.text() == plan_words(form.rows, form._way)
        form.submit()
        await until(lambda: pane.form is None)
        with Session(supervisor.engines.read) as session:
            made = session.scalars(select(Task).where(Task.words.startswith("BoilerCare:"))).all()
        assert len(made) == many

    qt_loop.run(story())


def test_tasks_are_for_those_who_are_listed_also_where_another_period_is_still_being_read(
    supervisor: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk", "learning")

    async def story() -> None:
        pane = await arrived(window)
        select_action(pane, TEST)
        press(Qt.Key.Key_Return)
        await until(lambda: bool(pane.affected.rows))
        listed, since = pane.affected.rows, pane.affected.since
        press(Qt.Key.Key_P)
        press(Qt.Key.Key_G)
        form = pane.form
        assert isinstance(form, TasksForm)
        assert (form.rows, form._since) == (listed, since)
        await nothing_under_way()
        assert pane.affected.since != since

    qt_loop.run(story())


def test_an_agent_sees_the_actions_that_are_theirs_and_begins_none(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    house.add(the_causes(), *a_recall())
    pane = qt_loop.run(arrived(open_pages("desk", "learning")))
    assert [row.words for row in pane.rows.rows if isinstance(row, ActionView)] == [TEST]
    assert not pane.new.isVisible()
    assert pane.done.isEnabled()
