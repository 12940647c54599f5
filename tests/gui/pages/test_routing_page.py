"""Routing rules are written, tried over real complaints, and published with a word of why; nothing written is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from crmdesk.domain.people import Role
from crmdesk.domain.routing.codec import rules_from, written
from crmdesk.domain.routing.conditions import Condition, Fact, Mode, Relation
from crmdesk.domain.routing.rules import LONGEST, Priority, Rule
from crmdesk.domain.routing.rules import Place as Where
from crmdesk.models.base import to_microseconds
from crmdesk.runtime.desk.routing import RoutingSource
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import set_skills
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.routing.condition_rows import ConditionRow, GroupRows
from crmdesk.ui.pages.routing.editing import KIND, SUBJECT
from crmdesk.ui.pages.routing.page import RoutingPage
from crmdesk.ui.pages.routing.rule_rows import RuleRow, chips_of
from crmdesk.ui.pages.routing.try_pane import Which, seen_of
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import nothing_under_way, press, type_words, until
from tests.support.desk import ME, House
from tests.support.routed import rules_of
from tests.support.routing import about, rule
from tests.support.server import Device, complaint, desk_of

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
BILLS = rule(1, "Bills", about(Fact.CATEGORY, "Delay"), team="Billing")
REST = rule(2, "Rest", team="Front office")


@pytest.fixture
def people(engine: Engine) -> dict[str, Device]:
    """Two supervisors."""
    return {name: desk_of(engine, name, role=Role.SUPERVISOR) for name in ("lea", "max")}


@pytest.fixture
def ask(engine: Engine, people: dict[str, Device], house: House) -> Iterator[dict[str, RoutingSource]]:
    """Let the desk ask in Lea's name; return how each of them asks."""
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    with ExitStack() as stack:
        found = {name: stack.enter_context(rules_of(engine, person)) for name, person in people.items()}
        house.desk.routing.reach(found["lea"])
        yield found
        house.desk.routing.reach(None)


@pytest.fixture
def window(ask: dict[str, RoutingSource], open_pages: OpenWindow) -> MainWindow:
    """A supervisor's window."""
    return open_pages("desk", "cases", "routing")


async def opened(window: MainWindow) -> RoutingPage:
    """Return the page once it has read the rules."""
    window.go_to("routing")
    page = window.page("routing")
    assert isinstance(page, RoutingPage)
    await until(lambda: page.editing.ready)
    page.arrived()
    return page


async def published(source: RoutingSource, *rules: Rule, on: int = 0, why: str = "First") -> None:
    made, _ = await source.publish(written(rules), on, why, None)
    assert made is not None


async def sent(page: RoutingPage, edition: int) -> None:
    await until(lambda: page.editing.on == edition and not page.editing.touched)


def names(page: RoutingPage) -> list[str]:
    return [row.rule.name for row in page.list.rows.rows if isinstance(row, RuleRow)]


def chips(page: RoutingPage) -> list[list[str]]:
    return [[chip.text for chip in chips_of(row)] for row in page.list.rows.rows if isinstance(row, RuleRow)]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the list below a field
def test_a_first_rule_is_written_by_keys_and_published_with_a_word_of_why(
    window: MainWindow, ask: dict[str, RoutingSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = await opened(window)
        assert page.list.none.hasFocus()
        press(Qt.Key.Key_N)
        assert QApplication.focusWidget() is page.form.name.edit
        type_words("Bills")
        press(Qt.Key.Key_C, ALT)
        row = page.form.conditions.parts[0]
        assert isinstance(row, ConditionRow) and row.fact.hasFocus()
        press(Qt.Key.Key_Tab)
        press(Qt.Key.Key_Tab)
        assert QApplication.focusWidget() is row.values
        type_words("delay; Billing and payments")
        page.form.where.choose("team")
        page.form.where.activated.emit(page.form.where.currentIndex())
        page.form.team.setFocus()
        type_words("Billing")
        assert page.form.sentence.text() == ("If the category is Delay or Billing and payments: to team Billing.")
        press(Qt.Key.Key_Return, CTRL)
        assert page.publishing.why.edit.hasFocus()
        press(Qt.Key.Key_Return, CTRL)
        assert page.publishing.why.problem
        type_words("Bills waited too long")
        press(Qt.Key.Key_Return, CTRL)
        await sent(page, 1)

    qt_loop.run(story())

    async def kept() -> None:
        editions, body, _ = await ask["max"].book()
        assert [(one.number, one.by, one.why) for one in editions] == [(1, "Lea", "Bills waited too long")]
        (made,) = rules_from(body)
        assert made.when.parts == (Condition(Fact.CATEGORY, Relation.IS, ("Delay", "Billing and payments")),)
        assert (made.name, made.then.place) == ("Bills", Where("Billing"))

    qt_loop.run(kept())


def test_rules_are_moved_rested_copied_and_taken_away_by_keys_and_all_of_it_is_taken_back(
    window: MainWindow, ask: dict[str, RoutingSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await published(ask["lea"], BILLS, REST)
        page = await opened(window)
        await until(lambda: names(page) == ["Bills", "Rest"])
        press(Qt.Key.Key_Down, ALT)
        assert names(page) == ["Rest", "Bills"] and page.list.view.currentIndex().row() == 1
        press(Qt.Key.Key_P)
        assert chips(page)[1] == ["Changed", "Rests"]
        press(Qt.Key.Key_D)
        assert names(page) == ["Rest", "Bills", "Bills (copy)"]
        press(Qt.Key.Key_Delete)
        press(Qt.Key.Key_Delete)
        assert names(page) == ["Rest"]
        for _ in range(5):
            press(Qt.Key.Key_Z, CTRL)
        assert names(page) == ["Bills", "Rest"] and not page.editing.touched
        press(Qt.Key.Key_Y, CTRL)
        assert names(page) == ["Rest", "Bills"]

    qt_loop.run(story())


def test_what_is_typed_into_a_rule_is_taken_back_as_one_change(
    window: MainWindow, ask: dict[str, RoutingSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await published(ask["lea"], BILLS)
        page = await opened(window)
        await until(lambda: names(page) == ["Bills"])
        page.form.name.setFocus()
        type_words(" and more")
        assert names(page) == ["Bills and more"]
        page._back()
        press(Qt.Key.Key_Z, CTRL)
        assert names(page) == ["Bills"] and page.form.name.text == "Bills"

    qt_loop.run(story())


def test_a_group_within_a_rule_is_written_and_taken_away(
    window: MainWindow, ask: dict[str, RoutingSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await published(ask["lea"], BILLS)
        page = await opened(window)
        await until(lambda: names(page) == ["Bills"])
        press(Qt.Key.Key_Return)
        press(Qt.Key.Key_G, ALT)
        group = page.form.conditions.parts[1]
        assert isinstance(group, GroupRows) and group.mode.value == Mode.ANY
        group.add.click()
        first, second = group.parts
        assert isinstance(first, ConditionRow) and isinstance(second, ConditionRow)
        first.values.setText("Other")
        second.fact.choose(Fact.SAFETY)
        second.fact.activated.emit(second.fact.currentIndex())
        assert second.values.isHidden()
        expected = "If the category is Delay and (the category is Other or safety is at stake): to team Billing."
        assert page.form.sentence.text() == expected
        group.remove.click()
        assert page.form.sentence.text() == "If the category is Delay: to team Billing."

    qt_loop.run(story())


def test_what_was_written_is_there_again_after_the_program_was_killed(
    window: MainWindow, ask: dict[str, RoutingSource], house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> dict[str, str]:
        await published(ask["lea"], BILLS)
        page = await opened(window)
        await until(lambda: names(page) == ["Bills"])
        press(Qt.Key.Key_N)
        type_words("Half a ru")
        await page.closing()
        draft = await house.desk.drafts.load(KIND, SUBJECT)
        assert draft is not None
        again = RoutingPage(page._place)
        await again.editing.read()
        assert [(one.name, again.editing.on) for one in again.editing.rules] == [("Bills", 1), ("Half a ru", 1)]
        again.deleteLater()
        house.desk.routing.reach(None)
        offline = RoutingPage(page._place)
        await offline.editing.read()
        assert offline.editing.ready and offline.editing.trouble is not None
        assert [one.name for one in offline.editing.rules] == ["Bills", "Half a ru"]
        offline.deleteLater()
        return draft.fields

    assert qt_loop.run(story())["on"] == "1"


def test_without_a_server_and_a_draft_the_page_says_so_and_reads_once_it_can(
    window: MainWindow, ask: dict[str, RoutingSource], house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await published(ask["lea"], BILLS)
        house.desk.routing.reach(None)
        window.go_to("routing")
        page = window.page("routing")
        assert isinstance(page, RoutingPage)
        await until(lambda: page.list.stack.currentWidget() is page.list.unread)
        house.desk.routing.reach(ask["lea"])
        page.list.again.click()
        await until(lambda: names(page) == ["Bills"])

    qt_loop.run(story())


def test_of_two_who_write_at_once_the_second_sees_what_the_first_changed_and_loses_nothing(
    window: MainWindow, ask: dict[str, RoutingSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await published(ask["lea"], BILLS, REST)
        page = await opened(window)
        await until(lambda: names(page) == ["Bills", "Rest"])
        page.form.name.setFocus()
        type_words(" of mine")
        theirs = replace(BILLS, name="Bills of Max")
        await published(ask["max"], theirs, rule(3, "Gas", team="Gas"), REST, on=1, why="Gas is new")
        press(Qt.Key.Key_Return, CTRL)
        page.publishing.why.edit.setText("Mine")
        press(Qt.Key.Key_Return, CTRL)
        await until(page.publishing.take_in.isVisible)
        assert "Max published edition 2 while you wrote" in page.publishing.problem.text()
        assert page.publishing.theirs_title.text().endswith("Gas is new")
        assert [line for line in page.publishing.theirs.texts if not line.startswith("It ")][:2] == [
            "Changed: 1. Bills of Max",
            "New: 2. Gas",
        ]
        assert not page.publishing.publish.isEnabled()
        page.publishing.take_in.click()
        assert names(page) == ["Bills of mine", "Bills of Max (2)", "Gas", "Rest"]
        assert page.editing.rules[1].paused
        assert "Bills of mine" in page.publishing.problem.text()
        press(Qt.Key.Key_Return, CTRL)
        await sent(page, 3)

    qt_loop.run(story())


def test_who_comes_back_to_what_they_wrote_is_told_that_somebody_published_meanwhile(
    window: MainWindow, ask: dict[str, RoutingSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await published(ask["lea"], BILLS)
        page = await opened(window)
        await until(lambda: names(page) == ["Bills"])
        press(Qt.Key.Key_P)
        await published(ask["max"], BILLS, REST, on=1)
        window.go_to("desk")
        window.go_to("routing")
        await until(page.list.behind.isVisible)
        assert page.list.behind.text().startswith("Max published this edition while you wrote")
        press(Qt.Key.Key_Return, CTRL)
        await until(page.publishing.take_in.isVisible)

    qt_loop.run(story())


def register(desk: Device, number: int, **values: object) -> UUID:
    """Let a complaint have been received two days ago."""
    at = to_microseconds(datetime.now(UTC) - timedelta(days=2))
    id_ = UUID(int=7_000 + number)
    assert desk.insert("complaint", id_, **complaint(f"CP-{number}", received_at=at, **values)).ver == 1
    return id_


def test_a_dry_run_says_rule_by_rule_what_would_have_been_and_opens_the_cases(
    window: MainWindow, ask: dict[str, RoutingSource], people: dict[str, Device], qt_loop: LoopRunner
) -> None:
    for number, category in enumerate(("Delay", "Delay", "Other")):
        register(people["lea"], number, category=category)
    never = rule(5, "Delays again", about(Fact.CATEGORY, "Delay"), team="Nobody")

    async def story() -> None:
        await published(ask["lea"], BILLS)
        page = await opened(window)
        await until(lambda: names(page) == ["Bills"])
        page.editing.add(1, never)
        page.list.view.setFocus()
        press(Qt.Key.Key_T)
        await until(lambda: page.attempt.run is not None)
        assert page.attempt.summary.text() == (
            "3 cases were looked at. 2 would go elsewhere than they went. 1 is taken by no rule. 1 rule never fires."
        )
        assert chips(page) == [["2 cases"], ["New", "never"]]
        assert page.attempt.run is not None
        assert seen_of(page.attempt.run.rules[1]) == (
            "Never fires: “Bills” before it takes every case that it asks for."
        )
        page.attempt.tabs.choose(Which.NOTHING)
        page.attempt._look()
        assert len(page.attempt.cases.rows) == 1
        page.attempt.take_keyboard()
        page.attempt.case_table.view.select(0)
        press(Qt.Key.Key_Return)
        assert window.current == "cases"

    qt_loop.run(story())


def test_a_change_after_a_dry_run_is_not_called_tried(
    window: MainWindow, ask: dict[str, RoutingSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await published(ask["lea"], BILLS)
        page = await opened(window)
        await until(lambda: names(page) == ["Bills"])
        press(Qt.Key.Key_T)
        await until(lambda: page.attempt.run is not None)
        page.list.view.setFocus()
        press(Qt.Key.Key_P)
        assert chips(page) == [["Changed", "Rests"]]
        press(Qt.Key.Key_Return, CTRL)
        assert page.publishing.note.isVisible() and "not tried" in page.publishing.note.text()

    qt_loop.run(story())


def test_an_older_edition_is_looked_at_and_brought_back(
    window: MainWindow, ask: dict[str, RoutingSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await published(ask["lea"], BILLS, REST)
        await published(ask["max"], REST, on=1, why="No bills any more")
        page = await opened(window)
        await until(lambda: names(page) == ["Rest"])
        press(Qt.Key.Key_E)
        page.editions.table.view.select(1)
        await until(lambda: page.editions.shown is not None and page.editions.shown.edition.number == 1)
        assert "1. Bills: If the category is Delay: to team Billing." in page.editions.said.text()
        assert page.editions.changes.texts[0] == "New: 1. Bills"
        press(Qt.Key.Key_Return)
        assert names(page) == ["Bills", "Rest"]
        type_words("Bills are back")
        press(Qt.Key.Key_Return, CTRL)
        await sent(page, 3)
        editions, _, _ = await ask["max"].book()
        assert (editions[0].number, editions[0].brings_back) == (3, 1)

    qt_loop.run(story())


def test_a_rule_says_what_it_wants_until_it_can_be_published(
    window: MainWindow, ask: dict[str, RoutingSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = await opened(window)
        press(Qt.Key.Key_N)
        assert page.form.wanting.text().startswith("A rule has no name.")
        type_words("Bills")
        assert "decides nothing" in page.form.wanting.text()
        page.form.priority.choose(Priority.HIGH)
        page.form.priority.activated.emit(page.form.priority.currentIndex())
        assert page.form.wanting.isHidden()
        assert page.editing.rules[0].then.priority is Priority.HIGH

    qt_loop.run(story())


def test_a_rule_and_its_trial_say_that_nobody_has_the_skill_and_which_is_meant(
    window: MainWindow, ask: dict[str, RoutingSource], engine: Engine, qt_loop: LoopRunner
) -> None:
    engine.run(lambda conn: set_skills(conn, "max", ["gas safety"]))
    said = "Nobody who works here has the skill “gas saftey”. Is “gas safety” meant?"

    async def story() -> str:
        await published(ask["lea"], rule(1, "Gas", team="Gas", skill="gas saftey"))
        page = await opened(window)
        await until(lambda: page.form.rule is not None)
        assert page.form.skilled.text() == said
        page.list.view.setFocus()
        press(Qt.Key.Key_T)
        await until(lambda: page.attempt.run is not None)
        assert page.attempt.run is not None
        return seen_of(page.attempt.run.rules[0])

    assert qt_loop.run(story()).startswith(said)


def test_what_a_rule_may_hold_is_all_that_its_fields_take(
    window: MainWindow, ask: dict[str, RoutingSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = await opened(window)
        press(Qt.Key.Key_N)
        type_words("Bills" * 50)
        page.form.where.choose("team")
        page.form.where.activated.emit(page.form.where.currentIndex())
        page.form.team.edit.insert("Billing" * 50)
        rule_ = page.editing.rules[0]
        assert (len(rule_.name), len(rule_.then.place.team)) == (LONGEST, LONGEST)
        assert page.form.wanting.isHidden()

    qt_loop.run(story())


def test_who_writes_on_while_the_rules_are_published_is_not_called_away(
    window: MainWindow, ask: dict[str, RoutingSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await published(ask["lea"], BILLS, REST)
        page = await opened(window)
        await until(lambda: names(page) == ["Bills", "Rest"])
        press(Qt.Key.Key_P)
        page.finish()
        type_words("They rest")
        press(Qt.Key.Key_Return, CTRL)
        page.show_rule(REST.id)
        page.form.name.setFocus()
        await sent(page, 2)
        await nothing_under_way()
        assert QApplication.focusWidget() is page.form.name.edit
        type_words("!")
        assert "Rest!" in names(page)
        await page.closing()

    qt_loop.run(story())


def test_enter_on_an_edition_that_is_not_read_yet_brings_that_one_back(
    window: MainWindow, ask: dict[str, RoutingSource], qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await published(ask["lea"], BILLS, REST)
        await published(ask["max"], BILLS, on=1, why="No rest any more")
        await published(ask["max"], REST, on=2, why="No bills any more")
        page = await opened(window)
        await until(lambda: names(page) == ["Rest"])
        press(Qt.Key.Key_E)
        page.editions.table.view.select(1)
        await until(lambda: page.editions.shown is not None and page.editions.shown.edition.number == 2)
        page.editions.table.view.select(2)
        press(Qt.Key.Key_Return)
        await until(lambda: names(page) == ["Bills", "Rest"])
        await page.closing()

    qt_loop.run(story())
