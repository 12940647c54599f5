"""One complaint whole: its life, its clocks and why they are due, what happened, in words that are all read aloud."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from sqlalchemy import update

from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.complaints import ComplaintState
from crmdesk.models.complaint import ComplaintStep
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import Button
from crmdesk.ui.pages.cases.history import StepRow
from crmdesk.ui.pages.cases.issues import IssueCard
from crmdesk.ui.pages.cases.lifeline import Reached
from crmdesk.ui.pages.cases.words import said_of, spoken_step
from crmdesk.ui.theme import SchemeChoice, Theme
from tests.gui.conftest import LoopRunner
from tests.gui.pages.cases_desk import cases_of, choose, open_cases
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import focused, press, until
from tests.support.cases import LONG, VERBATIM, Taken, an_issue, many_steps, steps_of
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, MARGARET, ME, TOMASZ, House, a_complaint, known_id
from tests.support.foreign import foreign_spoken, untranslated
from tests.support.reading_order import misplaced
from tests.support.spoken import speaking


@pytest.fixture
def window(house: House, open_pages: OpenWindow) -> MainWindow:
    """Return a supervisor's window with the complaints in sight."""
    return open_cases(house, open_pages)


def test_the_head_says_whose_it_is_and_by_which_rules(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        await choose(cases_of(window), LONG)

    qt_loop.run(story())
    head = cases_of(window).pane.head
    assert head.title.text() == "Fault not repaired"
    assert head.about.text() == f"{LONG}   Grace Adeyemi, HomeCover, plumbing   Handled by Jabu Mbeki"
    assert head.marks.text() == "Life event, UK FCA DISP"
    assert cases_of(window).pane.about.came.text() == "How it came: Phone"


def test_the_life_cycle_shows_where_it_was_is_and_may_come(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        await choose(cases_of(window), LONG)

    qt_loop.run(story())
    line = cases_of(window).pane.head.line
    assert [(stop.words, stop.below, stop.reached) for stop in line.stops] == [
        ("Registered", "Mon 9 Nov", Reached.DONE),
        ("Triaged", "Tue 10 Nov", Reached.DONE),
        ("Investigating", "Thu 12 Nov", Reached.DONE),
        ("Decision drafted", "waits for approval", Reached.NOW),
        ("Approved", "", Reached.AHEAD),
        ("Response sent", "by Mon 4 Jan", Reached.AHEAD),
        ("Closed", "", Reached.AHEAD),
    ]
    assert "now Decision drafted, waits for approval" in line.accessibleName()


def test_clocks_say_how_they_stand_and_what_is_left(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> list[str]:
        page = cases_of(window)
        await choose(page, LONG)
        return [card.accessibleName() for card in page.pane.clocks.cards]

    early, final = qt_loop.run(story())
    assert early.endswith(": Not used. Ended Thu 12 Nov, 3 business days")
    assert final.endswith(": Mon 4 Jan. 12 days left of 8 weeks")


def test_w_says_why_it_is_due_then_day_by_day(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, LONG)
        press(Qt.Key.Key_W)
        await until(page.pane.why.isVisible)
        assert page.pane.why.sentence.text().startswith("Due by the end of Mon 4 Jan 2027 (Europe/London): 8 weeks")
        assert page.pane.why.days.drawn[-1].due
        press(Qt.Key.Key_Escape)
        assert not page.pane.why.isVisible()

    qt_loop.run(story())


def test_what_happened_stands_newest_first_with_who_and_what_they_said(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> list[str]:
        page = cases_of(window)
        await choose(page, LONG)
        rows = page.pane.history.rows.rows
        return [said_of(row.step) for row in rows if isinstance(row, StepRow)]

    said = qt_loop.run(story())
    assert said[0] == "Jabu Mbeki: Upheld, redress £640.00, The pressure test after the repair was not done."
    assert said[-1] == "Lucía Ferrer"
    assert cases_of(window).pane.history.chain.text() == "history unbroken, 8 steps"


def test_a_step_that_was_changed_by_hand_is_told(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    with house.engines.write.begin() as connection:
        second = known_id(f"{known_id(LONG)} 1")
        connection.execute(update(ComplaintStep).where(ComplaintStep.id == second).values(details='{"proof":"never"}'))

    async def story() -> str:
        page = cases_of(window)
        await choose(page, LONG)
        return page.pane.history.chain.text()

    assert qt_loop.run(story()).startswith("history broken")


def test_the_customers_own_words_issues_and_redress_are_there(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        await choose(cases_of(window), LONG)

    qt_loop.run(story())
    about = cases_of(window).pane.about
    assert about.quoted.words.text() == f"“{VERBATIM}”"
    assert [card.finding.value for card in about.issues.cards.values()] == ["upheld", "upheld"]


def test_a_complaint_of_five_hundred_steps_has_no_widget_for_each(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    house.add(*many_steps(500))
    window = open_cases(house, open_pages)

    async def story() -> int:
        page = cases_of(window)
        await choose(page, "CP-26-05000")
        assert len(page.pane.history.rows.rows) == 500
        return len(page.pane.history.findChildren(QWidget))

    assert qt_loop.run(story()) < 20


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (1024, 640)])
def test_nothing_is_cut_from_a_button_and_all_is_read_in_its_order(
    window: MainWindow, qt_loop: LoopRunner, look: Theme, width: int, height: int
) -> None:
    QAccessible.setActive(True)

    async def story() -> tuple[list[str], list[str]]:
        page = cases_of(window)
        window.resize(width, height)
        await choose(page, LONG)
        press(Qt.Key.Key_W)
        await until(page.pane.why.isVisible)
        for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
            look.choose(scheme)
            assert not window.grab().isNull()
        assert window.width() == width
        cut = [
            button.words
            for button in page.findChildren(Button)
            if button.isVisible() and button.width() < button.minimumSizeHint().width()
        ]
        return cut, misplaced(window)

    assert qt_loop.run(story()) == ([], [])


def test_everything_that_takes_the_keyboard_is_named_while_a_complaint_is_shown(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> list[str]:
        page = cases_of(window)
        await choose(page, LONG)
        return [
            repr(control)
            for control in page.findChildren(QWidget)
            if control.focusPolicy().value and control.isVisible() and not control.accessibleName()
        ]

    assert qt_loop.run(story()) == []


def test_it_speaks_the_language_of_the_program_while_a_complaint_is_shown(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    with foreign_spoken():
        window = open_cases(house, open_pages)

        async def story() -> list[str]:
            page = cases_of(window)
            await choose(page, LONG)
            return untranslated(page)

        assert qt_loop.run(story()) == []


def test_a_clock_that_stands_still_says_for_how_long_and_for_whom(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    received = AFTERNOON - timedelta(days=6)
    asked: Taken = (StepKind.ASKED_COMPLAINANT, AFTERNOON - timedelta(days=2), JABU, {"question": "Photographs?"})
    first: Taken = (StepKind.REGISTERED, received, JABU, {})
    waits = ComplaintState.AWAITING_COMPLAINANT.value
    house.add(a_complaint("CP-26-08000", TOMASZ, received, regime="iso-10002", state=waits))
    house.add(*steps_of(known_id("CP-26-08000"), (first, asked)))
    window = open_cases(house, open_pages)

    async def story() -> list[str]:
        page = cases_of(window)
        await choose(page, "CP-26-08000")
        return [card.accessibleName() for card in page.pane.clocks.cards]

    assert any(said.endswith("Paused 2 days. Our target, waits for the customer") for said in qt_loop.run(story()))


def test_words_of_a_step_however_long_can_be_read_to_their_end(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, LONG)
        await house.desk.cases.take(known_id(LONG), StepKind.NOTED, {"words": "Nobody came. " * 800})
        history = page.pane.history
        await until(lambda: len(history.rows.rows) == 9)
        history.view.setFocus()
        history.view.select(0)
        press(Qt.Key.Key_Return)
        assert history.whole.isVisible()
        assert history.whole.height() <= history.height() // 2
        await until(lambda: history.whole.editor.verticalScrollBar().maximum() > 0)
        press(Qt.Key.Key_Tab)
        assert history.whole.isAncestorOf(focused())

    qt_loop.run(story())


def test_settling_early_that_was_not_done_in_time_is_not_called_late_when_a_complaint_is_withdrawn(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> list[str]:
        page = cases_of(window)
        await choose(page, "CP-26-06003")
        said = {"words": "It is paid, forget it.", "proof": "By phone"}
        await house.desk.cases.take(known_id("CP-26-06003"), StepKind.WITHDRAWN, said)
        await until(lambda: page.pane.view is not None and page.pane.view.line.state is ComplaintState.CLOSED)
        return [card.words.value for card in page.pane.clocks.cards if card.words is not None]

    assert qt_loop.run(story()) == ["Not used", "Met, Wed 23 Dec"]


def test_a_complaint_of_sixty_issues_shows_the_first_at_once_and_all_of_them_in_their_order(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    house.add(*(an_issue("CP-26-06003", place, f"Bill {place} is wrong") for place in range(1, 61)))

    async def story() -> tuple[int, list[int], str]:
        page = cases_of(window)
        issues = page.pane.about.issues
        await choose(page, "CP-26-06003")
        first = len(issues.cards)
        await until(lambda: len(issues.cards) == 60)
        cards = issues.findChildren(IssueCard)
        await until(lambda: len({card.y() for card in cards}) == 60)
        places = [card.issue.position for card in sorted(cards, key=lambda card: card.y())]
        press(Qt.Key.Key_I)
        return first, places, focused().accessibleName()

    first, places, name = qt_loop.run(story())
    assert 0 < first < 60
    assert places == list(range(1, 61))
    assert name == "Answer to issue 1"


def test_in_the_smallest_window_nothing_of_a_complaint_is_cut_at_its_edge_in_german_either(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    with speaking("de"):
        window = open_cases(house, open_pages)
        window.resize(1024, 640)

        async def story() -> tuple[int, int]:
            page = cases_of(window)
            await choose(page, LONG)
            about = page.pane.about
            room = about.parentWidget()
            assert room is not None
            return about.minimumSizeHint().width(), room.width()

        needed, there = qt_loop.run(story())
    assert needed <= there


def test_a_step_that_was_entered_long_after_it_was_taken_says_when(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    """The clock of its desk says when it was taken; the server's when it came."""
    received = AFTERNOON - timedelta(days=30)
    steps = steps_of(known_id("CP-26-08001"), [(StepKind.REGISTERED, received, ME.agent_id, {})] * 2)
    for step, later in zip(steps, (timedelta(hours=23), timedelta(days=3)), strict=True):
        step.updated_at = received + later
    house.add(a_complaint("CP-26-08001", MARGARET, received), *steps)
    page = cases_of(open_cases(house, open_pages))

    async def story() -> list[str]:
        await choose(page, "CP-26-08001")
        rows = page.pane.history.rows.rows
        return [spoken_step(row.step, AFTERNOON, UTC) for row in rows if isinstance(row, StepRow)]

    late, soon = qt_loop.run(story())
    assert late.endswith("entered Thu 26 Nov 14:18")
    assert "entered" not in soon
