"""Working on a complaint by keys alone: each step where it may follow, its words in the page, nothing typed is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.cases.views import CaseView
from crmdesk.domain.complaints import ComplaintState, Finding
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import Label, PaneTitle
from crmdesk.ui.pages.cases.commands import STEPS
from crmdesk.ui.pages.cases.issues import IssueCard
from crmdesk.ui.pages.cases.page import CasesPage
from crmdesk.ui.pages.cases.step_form import SnugForm
from crmdesk.ui.qt.tasks import running
from tests.gui.conftest import LoopRunner
from tests.gui.pages.cases_desk import SUPERVISOR, cases_of, choose, listed, open_cases
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import focused, press, type_words, until
from tests.support.cases import LONG, an_issue
from tests.support.desk import JABU, ME, House, known_id
from tests.support.spoken import speaking

CONTROL = Qt.KeyboardModifier.ControlModifier
INVESTIGATED = "CP-26-06003"


@pytest.fixture
def window(house: House, open_pages: OpenWindow) -> MainWindow:
    """Return a supervisor's window with the complaints in sight."""
    return open_cases(house, open_pages)


def view_of(page: CasesPage) -> CaseView:
    """Return the complaint that is shown."""
    assert page.pane.view is not None
    return page.pane.view


async def form_of(page: CasesPage) -> SnugForm:
    """Return the form that is open, once it can be typed into."""
    await until(lambda: page.pane.form is not None and page.pane.form.isAncestorOf(focused()))
    form = page.pane.form
    assert form is not None
    await until(lambda: running(form) == 0)
    return form


async def last_step(page: CasesPage, kind: StepKind) -> CaseView:
    """Return the complaint once its last step is of this kind."""
    await until(lambda: bool(view_of(page).steps) and view_of(page).steps[-1].kind is kind)
    return view_of(page)


def card_of(page: CasesPage, reference: str, position: int) -> IssueCard:
    """Return the card of an issue."""
    return page.pane.about.issues.cards[known_id(f"issue {reference} {position}")]


def test_only_what_may_follow_is_offered(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> tuple[set[StepKind], set[str]]:
        page = cases_of(window)
        await choose(page, LONG)
        offered = {binding.command.id for binding in window.keys.available()}
        return {kind for kind in page.pane.acts.allowed if isinstance(kind, StepKind)}, offered

    allowed, offered = qt_loop.run(story())
    assert {StepKind.APPROVED, StepKind.SENT_BACK, StepKind.NOTED} <= allowed
    assert StepKind.CLOSED not in allowed
    assert {command.id for kind, command in STEPS.items() if kind in allowed} <= offered
    assert STEPS[StepKind.CLOSED].id not in offered


def test_c_takes_a_complaint_on_and_gives_it_back(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, "CP-26-06004")
        assert page.pane.acts.claim.words == "Take on"
        press(Qt.Key.Key_C)
        await until(lambda: view_of(page).line.mine)
        assert page.pane.acts.claim.words == "Give back"
        press(Qt.Key.Key_C)
        await until(lambda: view_of(page).owner_id is None)

    qt_loop.run(story())


def test_ctrl_enter_takes_the_next_step_at_once_where_it_asks_for_no_words(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, "CP-26-06004")
        press(Qt.Key.Key_C)
        await until(lambda: view_of(page).line.mine)
        press(Qt.Key.Key_Return, CONTROL)
        await last_step(page, StepKind.TRIAGED)
        press(Qt.Key.Key_Return, CONTROL)
        view = await last_step(page, StepKind.TAKEN_UP)
        assert view.line.state is ComplaintState.INVESTIGATING

    qt_loop.run(story())


def test_a_step_that_may_not_follow_says_what_stands_against_it_and_what_to_do(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> str:
        page = cases_of(window)
        await choose(page, "CP-26-06004")
        press(Qt.Key.Key_Return, CONTROL)
        await last_step(page, StepKind.TRIAGED)
        press(Qt.Key.Key_Return, CONTROL)
        await until(page.pane.head.problem.isVisible)
        return page.pane.head.problem.text()

    assert qt_loop.run(story()) == "Nobody has this complaint yet. Take it on first."


def test_approving_takes_two_and_says_so_to_whoever_drafted_it(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    window = open_cases(house, open_pages)

    async def story() -> None:
        page = cases_of(window)
        house.database.actor = JABU
        await choose(page, LONG)
        assert not page.pane.acts.main.isEnabled()
        assert page.pane.acts.reason.text() == "You drafted it: a second person must approve"
        house.database.actor = SUPERVISOR.agent_id
        page.open_case(known_id(LONG))
        await until(page.pane.acts.main.isEnabled)
        assert not page.pane.acts.reason.isVisible()
        press(Qt.Key.Key_Return, CONTROL)
        await last_step(page, StepKind.APPROVED)

    qt_loop.run(story())


def test_b_sends_back_with_a_reason_written_in_the_page(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> CaseView:
        page = cases_of(window)
        await choose(page, LONG)
        press(Qt.Key.Key_B)
        form = await form_of(page)
        press(Qt.Key.Key_Return, CONTROL)
        await until(lambda: bool(form.body.input("reason").problem))
        type_words("Say when it is paid.")
        press(Qt.Key.Key_Return, CONTROL)
        view = await last_step(page, StepKind.SENT_BACK)
        assert page.pane.form is None
        assert focused() is page.list.view
        return view

    view = qt_loop.run(story())
    assert view.steps[-1].details == {"reason": "Say when it is paid."}
    assert view.line.state is ComplaintState.INVESTIGATING


def test_keys_pressed_twice_take_a_step_once(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> list[StepKind]:
        page = cases_of(window)
        await choose(page, LONG)
        press(Qt.Key.Key_N)
        await form_of(page)
        type_words("The roof was seen.")
        press(Qt.Key.Key_Return, CONTROL)
        press(Qt.Key.Key_Return, CONTROL)
        await last_step(page, StepKind.NOTED)
        await until(lambda: running(page) == 0)
        page.open_case(known_id(INVESTIGATED))
        await choose(page, INVESTIGATED)
        return [step.kind for step in (await choose(page, LONG)).steps]

    assert qt_loop.run(story()).count(StepKind.NOTED) == 1


def test_what_is_typed_for_a_step_comes_back_after_it_was_put_aside(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> str:
        page = cases_of(window)
        await choose(page, LONG)
        press(Qt.Key.Key_B)
        await form_of(page)
        type_words("Say when")
        press(Qt.Key.Key_Escape)
        await until(lambda: page.pane.form is None)
        await choose(page, INVESTIGATED)
        await choose(page, LONG)
        press(Qt.Key.Key_B)
        form = await form_of(page)
        await until(lambda: bool(form.body.input("reason").value))
        return form.body.input("reason").value

    assert qt_loop.run(story()) == "Say when"


def test_a_step_that_is_left_and_opened_again_at_once_loses_no_word(window: MainWindow, qt_loop: LoopRunner) -> None:
    """Two forms of one step share one draft: the later must not read it before the earlier has written it."""

    async def story() -> str:
        page = cases_of(window)
        await choose(page, LONG)
        for number in range(6):
            page.take(StepKind.SENT_BACK)
            type_words(f"word{number} ")
            if number % 2:
                await form_of(page)
            page.work.let_form_go()
        page.take(StepKind.SENT_BACK)
        form = await form_of(page)
        await until(lambda: running(page.work) == 0)
        return form.body.input("reason").value

    assert qt_loop.run(story()).split() == [f"word{number}" for number in range(6)]


def test_another_complaint_does_not_take_the_words_of_a_step_along(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, LONG)
        press(Qt.Key.Key_N)
        await form_of(page)
        type_words("About Grace")
        page.list.view.select(page.rows.find(known_id(INVESTIGATED)))
        await until(lambda: page.pane.form is None)
        await choose(page, INVESTIGATED)
        await until(lambda: running(page) == 0)
        draft = await page._place.desk.drafts.load("step.noted", known_id(LONG))
        assert draft is not None
        assert draft.fields["words"] == "About Grace"

    qt_loop.run(story())


def test_a_decision_is_drafted_with_reasons_and_redress_once_every_issue_is_answered(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    house.add(an_issue(INVESTIGATED, 1, "Billed twice"))
    window = open_cases(house, open_pages)

    async def story() -> CaseView:
        page = cases_of(window)
        await choose(page, INVESTIGATED)
        press(Qt.Key.Key_Return, CONTROL)
        form = await form_of(page)
        form.body.input("outcome").put("upheld")
        form.body.input("amount").setFocus()
        type_words("42.50")
        form.body.input("reason").setFocus()
        type_words("Two mandates.")
        press(Qt.Key.Key_Return, CONTROL)
        await until(lambda: "Not every issue has a finding and an answer." in form.foot.words)
        card = card_of(page, INVESTIGATED, 1)
        card.finding.choose(Finding.UPHELD)
        card.answer.setFocus()
        type_words("We took it twice.")
        await until(card.answer.editor.hasFocus)
        form.body.start()
        await until(lambda: view_of(page).issues[0].answer == "We took it twice.")
        press(Qt.Key.Key_Return, CONTROL)
        return await last_step(page, StepKind.DECISION_DRAFTED)

    view = qt_loop.run(story())
    assert view.steps[-1].details["redress_minor"] == 4250
    assert view.steps[-1].details["currency"] == "GBP"
    assert view.line.state is ComplaintState.DECISION_DRAFTED


def test_what_was_typed_for_a_step_that_may_not_follow_any_more_stays_in_sight(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> str:
        page = cases_of(window)
        await choose(page, LONG)
        press(Qt.Key.Key_B)
        await form_of(page)
        type_words("Say when")
        press(Qt.Key.Key_Escape)
        await until(lambda: page.pane.form is None)
        left = page.pane.left
        assert left.isHidden(), "the step may still follow"
        await house.desk.cases.take(known_id(LONG), StepKind.SENT_BACK, {"reason": "By a colleague."})
        await until(left.isVisible)
        await choose(page, INVESTIGATED)
        assert left.isHidden(), "they are about another complaint"
        await choose(page, LONG)
        await until(left.isVisible)
        left.copy.click()
        said = f"{left.title.text()}: {left.text.text()}"
        left.drop.click()
        await until(left.isHidden)
        return said

    assert qt_loop.run(story()) == "Left over from “Send back”: Reason: Say when"
    assert QGuiApplication.clipboard().text() == "Reason: Say when"


def test_an_answer_is_written_when_its_field_is_left(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, LONG)
        press(Qt.Key.Key_I)
        card = card_of(page, LONG, 1)
        card.answer.caret_to_end()
        type_words(" Soon.")
        press(Qt.Key.Key_Escape)
        await until(lambda: view_of(page).issues[0].answer.endswith("ceiling. Soon."))

    qt_loop.run(story())


def test_an_answer_that_is_being_typed_is_written_when_another_complaint_is_chosen(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> str:
        page = cases_of(window)
        await choose(page, LONG)
        card = card_of(page, LONG, 2)
        card.answer.setFocus()
        card.answer.caret_to_end()
        type_words(" Truly.")
        page.open_case(known_id(INVESTIGATED))
        await choose(page, INVESTIGATED)

        await until(lambda: running(page.pane.about.issues) == 0)
        return (await page._place.desk.cases.view(known_id(LONG))).issues[1].answer

    assert qt_loop.run(story()) == "Nobody rang. That was our mistake. Truly."


def test_an_answer_that_was_being_typed_when_the_program_broke_stands_there_again_and_is_written(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> str:
        page = cases_of(window)
        issue = known_id(f"issue {LONG} 2")
        before = "Nobody rang. That was our mistake."
        typed = {"answer": f"{before} We regret it.", "finding": "upheld", "before": before}
        await house.desk.drafts.keep("issue", issue, typed, "")
        await choose(page, LONG)
        card = card_of(page, LONG, 2)
        await until(lambda: card.answer.text.endswith("We regret it."))
        assert card.saved.isVisible()
        await page.closing()
        assert await house.desk.drafts.load("issue", issue) is None
        return (await house.desk.cases.view(known_id(LONG))).issues[1].answer

    assert qt_loop.run(story()).endswith("We regret it.")


def test_what_is_typed_on_while_the_answer_is_written_is_told_from_it_and_not_from_what_stood_before(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    """The words that were written a moment ago came back as a colleague's, beside those typed since."""

    async def story() -> str:
        page = cases_of(window)
        await choose(page, LONG)
        card = card_of(page, LONG, 2)
        card.answer.setFocus()
        for words in ("We rang too late.", "Our fault, and we pay.", "It was our fault."):
            card.answer.editor.selectAll()
            type_words(words)
            card.keep()
            await asyncio.sleep(0)
        await until(lambda: running(card) == 0)
        await card.settle()
        return (await page._place.desk.cases.view(known_id(LONG))).issues[1].answer

    assert qt_loop.run(story()) == "It was our fault."


def test_a_draft_of_the_moment_in_which_the_answer_was_written_goes_on_from_the_answer(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> str:
        page = cases_of(window)
        issue, stood = known_id(f"issue {LONG} 2"), "Nobody rang. That was our mistake."
        typed = {"answer": "Our fault. Truly.", "finding": "upheld", "before": "Yes?", "offered": stood}
        await house.desk.drafts.keep("issue", issue, typed, "")
        await choose(page, LONG)
        card = card_of(page, LONG, 2)
        await until(lambda: card.answer.text.endswith("Truly."))
        await page.closing()
        return (await house.desk.cases.view(known_id(LONG))).issues[1].answer

    assert qt_loop.run(story()) == "Our fault. Truly."


def test_what_is_typed_before_the_draft_of_an_answer_was_read_joins_it(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> tuple[str, str]:
        page = cases_of(window)
        issue = known_id(f"issue {LONG} 2")
        half = {"answer": "We are very", "finding": "not_upheld", "before": "Nobody rang. That was our mistake."}
        await house.desk.drafts.keep("issue", issue, half, "")
        view = await house.desk.cases.view(known_id(LONG))
        card = IssueCard(house.desk, window.keys, view.issues[1], view.tree, page)
        card.answer.insert("Typed at once. ")
        await until(lambda: running(card) == 0)
        await card.settle()
        kept = (await house.desk.cases.view(known_id(LONG))).issues[1]
        return kept.answer, kept.finding

    answer, finding = qt_loop.run(story())
    assert "We are very" in answer
    assert "Typed at once." in answer
    assert finding == "upheld"


def test_an_issue_that_a_colleague_takes_away_while_its_answer_is_typed_comes_back_with_it(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> str:
        page = cases_of(window)
        await choose(page, LONG)
        more = await house.desk.cases.add_issue(known_id(LONG), "Nobody rang back")
        issues = page.pane.about.issues
        await until(lambda: more in issues.cards)
        issues.cards[more].answer.setFocus()
        type_words("We are sorry.")
        await house.desk.cases.remove_issue(more)
        await until(lambda: more in issues.cards and bool(issues.cards[more].issue.answer))
        return issues.cards[more].answer.text

    assert qt_loop.run(story()) == "We are sorry."


def test_what_a_colleague_wrote_meanwhile_is_kept_beside_mine(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> str:
        page = cases_of(window)
        await choose(page, LONG)
        card = card_of(page, LONG, 2)
        card.answer.setFocus()
        card.answer.caret_to_end()
        type_words(" We are sorry.")
        theirs = "Jabu: nobody rang. That was our mistake."
        await house.desk.cases.answer_issue(card.issue.id, Finding.UPHELD, theirs)
        press(Qt.Key.Key_Escape)
        await until(lambda: "sorry" in view_of(page).issues[1].answer)
        return view_of(page).issues[1].answer

    said = qt_loop.run(story())
    assert "Jabu" in said
    assert said.endswith("We are sorry.")


def test_closing_the_program_writes_what_is_being_typed(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> str:
        page = cases_of(window)
        await choose(page, LONG)
        card = card_of(page, LONG, 2)
        card.answer.setFocus()
        card.answer.caret_to_end()
        type_words(" Goodbye.")
        await page.closing()
        return (await house.desk.cases.view(known_id(LONG))).issues[1].answer

    assert qt_loop.run(story()).endswith("Goodbye.")


def test_s_offers_everything_that_may_follow_thinned_by_typing(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, INVESTIGATED)
        press(Qt.Key.Key_S)
        await until(page.pane.acts.card.isVisible)
        type_words("withdrew")
        press(Qt.Key.Key_Return)
        form = await form_of(page)
        assert form.design.title == STEPS[StepKind.WITHDRAWN].words

    qt_loop.run(story())


def test_redress_is_put_down_in_the_page(window: MainWindow, qt_loop: LoopRunner) -> None:
    async def story() -> CaseView:
        page = cases_of(window)
        await choose(page, INVESTIGATED)
        page.pane.about.redress.add.click()
        form = await form_of(page)
        form.body.input("kind").put("refund")
        form.body.input("amount").setFocus()
        type_words("42.5x")
        press(Qt.Key.Key_Return, CONTROL)
        await until(lambda: bool(form.body.input("amount").problem))
        press(Qt.Key.Key_Backspace)
        press(Qt.Key.Key_Return, CONTROL)
        await until(lambda: bool(view_of(page).redress))
        return view_of(page)

    (given,) = qt_loop.run(story()).redress
    assert (given.kind, given.amount_minor, given.currency) == ("refund", 4250, "GBP")


def test_redress_is_marked_as_paid_by_a_second_press_and_taken_away_only_before(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    """Nothing on the screen could take a wrong line away: its letter could neither be approved nor sent."""

    async def story() -> None:
        page = cases_of(window)
        give, case = house.desk.cases.give, known_id(INVESTIGATED)
        await choose(page, INVESTIGATED)
        for minor in (4_000, 50_000):
            await give(case, "refund", f"Line {minor}", minor, "GBP")
        given = page.pane.about.redress
        await until(lambda: len(given.lines) == 2)
        given.lines[0].paid.click()
        assert given.lines[0].paid.words == "It was paid, and that stays"
        given.lines[0].paid.click()
        await until(lambda: any(one.paid_at for one in view_of(page).redress))
        assert given.lines[0].take_away.isHidden() and given.lines[0].paid.isHidden()
        given.lines[1].paid.click()
        given.lines[1].paid.click()
        await until(lambda: not given.problem.isHidden())
        assert "second person" in given.problem.text()
        given.lines[1].take_away.click()
        await until(lambda: len(given.lines) == 1)
        assert given.problem.isHidden()

    qt_loop.run(story())


def test_a_complaint_without_rules_asks_which_apply_when_it_is_triaged(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner, a_plain_one: Callable[[], str]
) -> None:
    reference = a_plain_one()
    window = open_cases(house, open_pages)

    async def story() -> CaseView:
        page = cases_of(window)
        await choose(page, reference)
        press(Qt.Key.Key_Return, CONTROL)
        form = await form_of(page)
        await until(lambda: form.body.input("regime").control.property("count") == 6)
        form.body.input("regime").put("uk-fca-disp")
        press(Qt.Key.Key_Return, CONTROL)
        return await last_step(page, StepKind.TRIAGED)

    assert qt_loop.run(story()).regime == "uk-fca-disp"


@pytest.fixture
def a_plain_one(house: House) -> Callable[[], str]:
    """Return a function that adds a complaint for which no rules were chosen."""
    from tests.support.clock import AFTERNOON
    from tests.support.desk import MARGARET, a_complaint

    def add() -> str:
        house.add(a_complaint("CP-26-08100", MARGARET, AFTERNOON, state="registered", assigned_to=ME.agent_id))
        return "CP-26-08100"

    return add


def test_the_page_takes_no_keyboard_from_a_field_when_others_change_the_complaint(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, LONG)
        card = card_of(page, LONG, 2)
        card.answer.setFocus()
        type_words("Mine ")
        await house.desk.cases.take(known_id(LONG), StepKind.NOTED, {"words": "Rang her."})
        await last_step(page, StepKind.NOTED)
        assert QApplication.focusWidget() is card.answer.editor
        assert card.answer.text.startswith("Mine ")
        await page.closing()

    qt_loop.run(story())


def test_a_complaint_that_was_closed_stays_in_sight_until_another_is_chosen(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, "CP-26-06002")
        page.take(StepKind.WITHDRAWN)
        form = await form_of(page)
        type_words("It is settled between us.")
        form.body.input("proof").put("By phone, read out")
        press(Qt.Key.Key_Return, CONTROL)
        view = await last_step(page, StepKind.WITHDRAWN)
        assert view.line.state is ComplaintState.CLOSED
        await until(lambda: page.list.count.text() == "8 open")
        assert listed(page)[1] == "CP-26-06002"
        assert page.pane.acts.main.words == "Open again"
        press(Qt.Key.Key_J)
        await until(lambda: "CP-26-06002" not in listed(page))
        assert page.list.row is not None
        assert page.list.row.case.reference == INVESTIGATED

    qt_loop.run(story())


def test_an_issue_is_added_in_the_page_and_removed_as_long_as_nothing_was_found_of_it(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, LONG)
        about = page.pane.about
        about.more.setFocus()
        type_words("No apology came")
        press(Qt.Key.Key_Return)
        await until(lambda: len(about.issues.cards) == 3)
        assert about.more.text() == ""
        first, _, new = about.issues.cards.values()
        assert not first.remove.isVisible()
        new.remove.click()
        await until(lambda: len(about.issues.cards) == 2)

    qt_loop.run(story())


def test_what_stands_against_a_step_is_said_whole_at_the_foot_of_its_form(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        page = cases_of(window)
        await choose(page, "CP-26-06003")
        page.take(StepKind.ASKED_COMPLAINANT)
        form = await form_of(page)
        type_words("What did you see?")
        said = {"words": "It is paid, forget it.", "proof": "By phone"}
        await house.desk.cases.take(known_id("CP-26-06003"), StepKind.WITHDRAWN, said)
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: form.foot.words.startswith("This complaint is not where"))
        label = next(one for one in form.foot.findChildren(Label) if one.text() == form.foot.words)
        await until(lambda: label.height() >= label.heightForWidth(label.width()))
        assert form.body.values["question"] == "What did you see?"

    qt_loop.run(story())


def test_in_german_too_the_head_of_a_step_is_whole_and_its_fields_need_no_scrolling(
    house: House, open_pages: OpenWindow, qt_loop: LoopRunner
) -> None:
    with speaking("de"):
        page = cases_of(open_cases(house, open_pages))

        async def story() -> None:
            await choose(page, INVESTIGATED)
            page.take(StepKind.ASKED_THIRD_PARTY)
            form = await form_of(page)
            title = next(label for label in form.head.findChildren(PaneTitle))
            await until(lambda: title.width() >= title.sizeHint().width())
            await until(lambda: form.body.height() <= form.area.viewport().height())

        qt_loop.run(story())
