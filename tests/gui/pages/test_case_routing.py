"""A complaint says why it is in its queue: by which rule, which conditions, which rules before it, and which person."""

from __future__ import annotations

from PySide6.QtCore import Qt

from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.domain.routing.conditions import Fact, Relation
from crmdesk.domain.routing.deciding import decide
from crmdesk.domain.routing.facts import facts
from crmdesk.domain.routing.reasons import Routed, written
from crmdesk.domain.routing.rules import Priority
from crmdesk.models.people import Agent
from crmdesk.ui.pages.cases.rows import CaseRow, place_of, spoken_with
from tests.gui.conftest import LoopRunner
from tests.gui.pages.cases_desk import cases_of, choose, open_cases
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import press, until
from tests.support.clock import AFTERNOON
from tests.support.desk import LUCIA, MARGARET, ME, House, a_complaint, known_id
from tests.support.requests import a_request
from tests.support.routing import about, rule

GRAVE = rule(1, "Grave", about(Fact.SEVERITY, "4", relation=Relation.AT_LEAST), team="Seniors")
BILLS = rule(
    2, "Bills", about(Fact.CATEGORY, "Billing and payments"), team="Billing", skill="refunds", priority=Priority.URGENT
)
ROUTED = written(Routed(7, decide((GRAVE, BILLS), facts(category="Billing and payments"))))
QUEUE = {"team": "Billing", "skill": "refunds", "priority": "urgent", "routed": ROUTED}


def test_y_says_by_which_rule_it_came_here_and_why_others_did_not_take_it(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    house.add(a_complaint("CP-26-07991", MARGARET, AFTERNOON, **QUEUE))
    page = cases_of(open_cases(house, open_pages))

    async def story() -> tuple[str, str]:
        await choose(page, "CP-26-07991")
        press(Qt.Key.Key_Y)
        await until(lambda: not page.pane.why.isHidden())
        return page.pane.why.title.text(), page.pane.why.sentence.text()

    title, said = qt_loop.run(story())
    assert title == "Why is it in this queue?"
    assert said.splitlines() == [
        "Routed to team Billing, skill refunds by “Bills” of edition 7.",
        "You do not have the skill that it asks for. Nobody who works here has the skill “refunds”.",
        "“Bills” of edition 7 decided where it goes and how urgent it is: the category is Billing and payments.",
        "“Grave” before it did not fit; what does not hold: the severity is at least 4.",
    ]


def test_whoever_has_the_skill_that_a_case_asks_for_is_told_so(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    async def skilled() -> None:
        await house.database.write(
            lambda uow: setattr(uow.session.get_one(Agent, ME.agent_id), "skills", "gas,Refunds")
        )

    house.add(a_complaint("CP-26-07991", MARGARET, AFTERNOON, **QUEUE))
    qt_loop.run(skilled())
    window = open_cases(house, open_pages)
    page = cases_of(window)

    async def story() -> list[str]:
        await choose(page, "CP-26-07991")
        press(Qt.Key.Key_Y)
        await until(lambda: not page.pane.why.isHidden())
        return page.pane.why.sentence.text().splitlines()

    assert "You have the skill that it asks for." in qt_loop.run(story())


def test_who_gave_it_to_somebody_is_named_above_the_rules(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    given = QUEUE | {"assigned_to": LUCIA, "assigned_by": ME.agent_id}
    house.add(
        a_complaint("CP-26-07991", MARGARET, AFTERNOON, **given),
        a_complaint("CP-26-07992", MARGARET, AFTERNOON, assigned_to=LUCIA, assigned_by=LUCIA),
        a_complaint("CP-26-07993", MARGARET, AFTERNOON),
    )
    page = cases_of(open_cases(house, open_pages))

    async def story() -> list[list[str]]:
        found = []
        for reference in ("CP-26-07991", "CP-26-07992", "CP-26-07993"):
            await choose(page, reference)
            press(Qt.Key.Key_Y)
            found.append(page.pane.why.sentence.text().splitlines())
        return found

    routed, taken, nothing = qt_loop.run(story())
    assert routed[1] == "Sam Okafor gave it to Lucía Ferrer. That stands above the rules."
    assert len(taken) == 1 and taken[0].endswith("took it on.")
    assert nothing == ["Nothing routed it and nobody gave it to anybody."]


def test_a_row_names_its_queue_while_nobody_has_it_and_that_it_is_urgent(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    house.add(a_complaint("CP-26-07991", MARGARET, AFTERNOON, **QUEUE))
    page = cases_of(open_cases(house, open_pages))

    async def story() -> CaseRow:
        view = await choose(page, "CP-26-07991")
        row = page.list.row
        assert row is not None and view.line.priority is Priority.URGENT
        return row

    row = qt_loop.run(story())
    assert place_of(row.case) == "team Billing, skill refunds"
    spoken = spoken_with(lambda: AFTERNOON, AFTERNOON.tzinfo)(row) if AFTERNOON.tzinfo is not None else ""
    assert "Urgent" in spoken and "team Billing, skill refunds" in spoken


def test_y_says_it_of_a_request_too(house: House, open_pages: OpenWindow, qt_loop: LoopRunner) -> None:
    reference = "SR-26-07599"
    house.add(a_request(reference, RequestKind.SERVICE, MARGARET, AFTERNOON, "repair", **QUEUE))
    page = cases_of(open_cases(house, open_pages))

    async def story() -> tuple[str, str]:
        await until(lambda: page.rows.find(known_id(reference)) >= 0)
        page.list.view.select(page.rows.find(known_id(reference)))
        page.list.take_keyboard()
        await until(lambda: page.pane.request is not None)
        press(Qt.Key.Key_Y)
        row = page.list.row
        assert row is not None
        return place_of(row.case), page.pane.why.sentence.text().splitlines()[0]

    place, said = qt_loop.run(story())
    assert place == "team Billing, skill refunds"
    assert said == "Routed to team Billing, skill refunds by “Bills” of edition 7."
