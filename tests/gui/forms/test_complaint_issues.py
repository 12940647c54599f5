"""A complaint has several issues, who it is for and what makes it urgent: by keyboard, kept as one types."""

from __future__ import annotations

from PySide6.QtCore import Qt
from shiboken6 import delete
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.models.complaint import Complaint, ComplaintIssue
from crmdesk.ui.formkit import FormPane, LinesInput
from tests.gui.conftest import LoopRunner
from tests.gui.forms.conftest import CALL, Bench
from tests.gui.waiting import focused, press, signalled, type_words

DELAY, STAFF = "Delay", "Conduct of staff"


def issues_of(form: FormPane) -> LinesInput:
    """Return the field of the issues."""
    found = form.body.input("issues")
    assert isinstance(found, LinesInput)
    return found


def choose_category(form: FormPane, category: str) -> None:
    """Choose a category as a person does."""
    form.body.input("category").put(category)
    form.body.input("category").edited.emit()


async def register(form: FormPane) -> None:
    """Fill what is required and register."""
    if not form.body.input("category").value:
        choose_category(form, DELAY)
    form.body.input("severity").put("2")
    form.submit()
    await signalled(form.registered)


def on_file(bench: Bench) -> list[tuple[int, str, str]]:
    """Return the issues of the call's complaint as they are on the disk."""
    with Session(bench.house.engines.read) as session:
        complaint = session.scalars(select(Complaint).where(Complaint.interaction_id == CALL)).one()
        rows = session.scalars(select(ComplaintIssue).where(ComplaintIssue.complaint_id == complaint.id))
        return sorted((row.position, row.words, row.category) for row in rows)


def test_the_first_issue_is_what_the_category_says_until_somebody_words_it(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await bench.open()
        first = issues_of(form).lines[0]
        choose_category(form, DELAY)
        assert first.said == (DELAY, DELAY)
        choose_category(form, STAFF)
        assert first.said == (STAFF, STAFF)
        first.words.setFocus()
        press(Qt.Key.Key_End)
        type_words(" was rude")
        choose_category(form, DELAY)
        assert first.said == (f"{STAFF} was rude", STAFF)
        await register(form)

    qt_loop.run(story())
    assert on_file(bench) == [(1, f"{STAFF} was rude", STAFF)]


def test_a_complaint_without_a_word_on_issues_has_the_one_of_its_category(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        await register(await bench.open())

    qt_loop.run(story())
    assert on_file(bench) == [(1, DELAY, DELAY)]


def test_enter_adds_an_issue_and_tab_chooses_its_category(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await bench.open()
        choose_category(form, DELAY)
        issues_of(form).lines[0].words.setFocus()
        press(Qt.Key.Key_Return)
        assert focused() is issues_of(form).lines[1].words
        type_words("Nobody told her")
        press(Qt.Key.Key_Tab)
        assert focused() is issues_of(form).lines[1].choice
        type_words("Com")
        await register(form)

    qt_loop.run(story())
    assert on_file(bench) == [(1, DELAY, DELAY), (2, "Nobody told her", "Communication, not informed")]


def test_tab_goes_through_the_issues_line_by_line_and_then_on(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await bench.open()
        issues = issues_of(form)
        issues.put(f"{DELAY}\tLate\n{STAFF}\tRude\n")
        issues.lines[0].words.setFocus()
        passed = [focused()]
        for _ in range(7):
            press(Qt.Key.Key_Tab)
            passed.append(focused())
        lines = [part for line in issues.lines for part in (line.words, line.choice, line.remove)]
        assert passed[:7] == [*lines, issues.add]
        assert form.body.input("on_behalf_of").isAncestorOf(passed[7])

    qt_loop.run(story())


def test_an_issue_is_taken_away_by_key_and_the_keyboard_stays(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await bench.open()
        issues = issues_of(form)
        issues.put(f"{DELAY}\tLate\n{STAFF}\tRude\n")
        issues.lines[0].remove.setFocus()
        press(Qt.Key.Key_Space)
        assert [line.said for line in issues.lines] == [("Rude", STAFF)]
        assert focused() is issues.lines[0].words
        issues.lines[0].remove.setFocus()
        press(Qt.Key.Key_Return)
        assert [line.said for line in issues.lines] == [("", "")]
        assert issues.value == ""
        await form.keep_now()

    qt_loop.run(story())


def test_issues_come_back_with_the_draft(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await bench.open()
        issues_of(form).lines[0].words.setFocus()
        type_words("Came late")
        press(Qt.Key.Key_Return)
        type_words("and was rude")
        await form.keep_now()
        bench.shut(form)
        again = await bench.open()
        assert [line.said for line in issues_of(again).lines] == [("Came late", ""), ("and was rude", "")]
        choose_category(again, DELAY)
        assert issues_of(again).lines[0].said == ("Came late", "")

    qt_loop.run(story())


def test_an_issue_typed_before_the_form_was_filled_stands_below_those_that_were_kept(
    bench: Bench, qt_loop: LoopRunner
) -> None:
    async def story() -> str:
        first = await bench.open()
        issues_of(first).lines[0].words.setFocus()
        type_words("Came late")
        await first.keep_now()
        bench.shut(first)
        second = bench.build()
        issues_of(second).lines[0].words.setFocus()
        type_words("Early")
        words = second.last_words()
        delete(second)
        await words
        draft = await bench.house.desk.drafts.load("complaint", CALL)
        assert draft is not None
        return draft.fields["issues"]

    assert qt_loop.run(story()) == "\tCame late\n\tEarly\n"


def test_each_line_says_which_it_is(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> list[str]:
        form = await bench.open()
        issues_of(form).put(f"{DELAY}\tLate\n{STAFF}\tRude\n")
        second = issues_of(form).lines[1]
        return [part.accessibleName() for part in (second.words, second.choice, second.remove)]

    assert qt_loop.run(story()) == ["Issues, line 2", "Issues, line 2, category", "Take line 2 away"]


def test_who_it_is_for_and_what_they_told_us_is_on_record(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await bench.open()
        for name, words in (
            ("on_behalf_of", "her mother"),
            ("about", "SR-48213"),
            ("vulnerability_basis", "Oxygen at home"),
        ):
            form.body.input(name).setFocus()
            type_words(words)
        form.body.input("vulnerability").setFocus()
        press(Qt.Key.Key_Space)
        press(Qt.Key.Key_Tab)
        press(Qt.Key.Key_Tab)
        press(Qt.Key.Key_Space)
        await register(form)

    qt_loop.run(story())
    with Session(bench.house.engines.read) as session:
        row = session.scalars(select(Complaint).where(Complaint.interaction_id == CALL)).one()
    assert (row.on_behalf_of, row.about, row.vulnerability_basis) == ("her mother", "SR-48213", "Oxygen at home")
    assert row.vulnerability == "health,resilience"


def test_the_field_with_the_keyboard_is_in_sight(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await bench.open()
        for one in form.body.inputs:
            one.setFocus()
            if one.isHidden():
                continue
            control = focused()
            place = control.mapTo(form, control.rect().center())
            assert form.body.mapTo(form, form.body.rect().topLeft()).y() <= place.y() < form.foot.y(), one.spec.name
            assert not control.visibleRegion().isEmpty(), one.spec.name

    qt_loop.run(story())
