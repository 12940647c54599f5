"""The complaint form over a call: few keys, no word lost, no reference wasted, mistakes at the field."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import Qt
from shiboken6 import delete
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.errors import UserMistake
from crmdesk.models.complaint import Complaint
from crmdesk.models.local import ReferenceBlockRow
from crmdesk.ui.formkit import FormPane, FormSubject, Prefill, WordsInput
from crmdesk.ui.forms import FormSpec
from crmdesk.ui.forms.complaint import ComplaintForm
from crmdesk.ui.frame.commands import COMPLAINT
from tests.gui.conftest import LoopRunner
from tests.gui.forms.conftest import CALL, NOTE, Bench
from tests.gui.waiting import focused, press, signalled, type_words, until
from tests.support.desk import MARGARET


def the_complaint(bench: Bench) -> Complaint:
    """Return the complaint of the call."""
    with Session(bench.house.engines.read) as session:
        return session.scalars(select(Complaint).where(Complaint.interaction_id == CALL)).one()


def next_reference(bench: Bench) -> int:
    """Return the number that the next complaint would get."""
    with Session(bench.house.engines.read) as session:
        return session.scalars(select(ReferenceBlockRow)).one().next


def fields_of(form: FormPane) -> dict[str, str]:
    """Return what stands in the form."""
    return form.body.values


def test_a_complaint_takes_at_most_twelve_keys_beyond_the_words(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> int:
        keys = 1  # Ctrl+R, which opened the form
        await bench.open()
        type_words(" and nobody rang")
        for key in (Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_D, Qt.Key.Key_Tab, Qt.Key.Key_4):
            press(key)
            keys += 1
        form = bench.window.findChild(FormPane)
        assert form is not None
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await signalled(form.registered)
        return keys + 1

    assert qt_loop.run(story()) <= 12
    complaint = the_complaint(bench)
    assert complaint.reference == "CP-26-07431"
    assert complaint.customer_id == MARGARET
    assert complaint.verbatim == "somebody to say sorry in writing and nobody rang"
    assert complaint.product.startswith("HomeCover Plus")
    assert (complaint.category, complaint.severity, complaint.safety) == ("Delay", 4, False)


def test_safety_and_remedy_are_one_tab_further(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await bench.open()
        for _ in range(4):
            press(Qt.Key.Key_Tab)
        press(Qt.Key.Key_Space)
        press(Qt.Key.Key_Tab)
        type_words("An apology")
        assert (fields_of(form)["safety"], fields_of(form)["desired_remedy"]) == ("yes", "An apology")
        await form.keep_now()

    qt_loop.run(story())


def test_quoted_words_of_the_note_are_taken_over_and_said(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> tuple[str, str]:
        form = await bench.open()
        words = form.body.input("verbatim")
        assert isinstance(words, WordsInput)
        return words.value, words.beside.text()

    assert qt_loop.run(story()) == ("somebody to say sorry in writing", "1 sentence from your note")


def test_esc_puts_aside_and_the_same_words_and_reference_come_back(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> tuple[dict[str, str], str]:
        form = await bench.open()
        type_words(", twice")
        press(Qt.Key.Key_Escape)
        await signalled(form.put_aside)
        before, reference = fields_of(form), form.reference
        bench.shut(form)
        again = await bench.open()
        assert fields_of(again) == before
        assert again.reference == reference
        return fields_of(again), again.reference

    fields, reference = qt_loop.run(story())
    assert fields["verbatim"] == "somebody to say sorry in writing, twice"
    assert reference == "CP-26-07431"
    assert next_reference(bench) == 7432


def test_saved_is_said_only_when_every_word_is_on_the_disk(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await bench.open()
        type_words(" again")
        assert form.head.saved.text() == "Saving"
        await form.keep_now()
        assert form.head.saved.text().startswith("Saved ")
        draft = await bench.house.desk.drafts.load("complaint", CALL)
        assert draft is not None
        assert draft.fields["verbatim"] == "somebody to say sorry in writing again"

    qt_loop.run(story())


def test_typing_without_a_pause_is_kept_at_least_every_second(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> bool:
        form = await bench.open()
        drafts = bench.house.desk.drafts
        for _ in range(60):
            # A key every 50 ms: the pause of 300 ms never comes, only the second's limit can save.
            type_words("x")
            await asyncio.sleep(0.05)
            draft = await drafts.load("complaint", CALL)
            if draft is not None and draft.fields["verbatim"].endswith("x"):
                assert form.keeper.unsaved or form.head.saved.text().startswith("Saved")
                await form.keep_now()
                return True
        return False

    assert qt_loop.run(story())


def test_what_is_missing_is_said_at_its_field_and_the_draft_stays(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> tuple[str, str, bool]:
        form = await bench.open()
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        category = form.body.input("category")
        await until(lambda: bool(category.problem))
        has_keyboard = category.isAncestorOf(focused())
        draft = await bench.house.desk.drafts.load("complaint", CALL)
        assert draft is not None
        return category.problem, form.foot.words, has_keyboard

    problem, beside, has_keyboard = qt_loop.run(story())
    assert problem == "Choose the category that fits best."
    assert beside == "2 of 4 required fields are filled, missing: category, severity"
    assert has_keyboard


def test_a_mistake_goes_when_the_field_is_changed(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await bench.open()
        assert form.body.show_mistake(UserMistake("severity", "The severity is not set.", "Choose 1 to 5."))
        press(Qt.Key.Key_3)
        assert form.body.input("severity").problem == ""
        assert fields_of(form)["severity"] == "3"
        await form.keep_now()

    qt_loop.run(story())


def test_the_draft_is_gone_once_the_complaint_is_registered(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await bench.open()
        form.body.input("category").put("Delay")
        form.body.input("severity").put("2")
        type_words(" and more")
        form.submit()
        await signalled(form.registered)
        bench.shut(form)
        await asyncio.sleep(0)
        assert await bench.house.desk.drafts.load("complaint", CALL) is None

    qt_loop.run(story())
    assert the_complaint(bench).verbatim.endswith("and more")


def test_without_a_reference_the_words_are_kept_and_the_way_on_is_said(bench: Bench, qt_loop: LoopRunner) -> None:
    with Session(bench.house.engines.write) as session, session.begin():
        block = session.scalars(select(ReferenceBlockRow)).one()
        block.next = block.last + 1

    async def story() -> tuple[str, str]:
        form = await bench.open()
        type_words(" kept")
        form.body.input("category").put("Delay")
        form.body.input("severity").put("2")
        form.submit()
        await until(lambda: "no references left" in form.foot.words)
        draft = await bench.house.desk.drafts.load("complaint", CALL)
        assert draft is not None
        return form.foot.words, draft.fields["verbatim"]

    words, verbatim = qt_loop.run(story())
    assert "The words are kept as a draft" in words
    assert verbatim.endswith("kept")


def test_a_form_taken_away_in_the_middle_of_a_word_keeps_it(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> str:
        form = await bench.open()
        type_words(" half a wo")
        words = form.last_words()
        delete(form)
        await words
        draft = await bench.house.desk.drafts.load("complaint", CALL)
        assert draft is not None
        return draft.fields["verbatim"]

    assert qt_loop.run(story()).endswith(" half a wo")


def test_a_form_taken_away_while_its_words_are_being_written_keeps_nobody_from_closing(
    bench: Bench, qt_loop: LoopRunner
) -> None:
    """The program was closing; what was settled after this form was never settled."""

    async def story() -> str:
        form = await bench.open()
        type_words(" half")
        begun = asyncio.ensure_future(form.keep_now())
        await asyncio.sleep(0)
        type_words(" a wo")
        waits = asyncio.ensure_future(form.keep_now())
        await asyncio.sleep(0)
        words = form.last_words()
        delete(form)
        await asyncio.gather(begun, waits, words)
        draft = await bench.house.desk.drafts.load("complaint", CALL)
        assert draft is not None
        return draft.fields["verbatim"]

    assert qt_loop.run(story()).endswith(" half a wo")


def test_a_word_typed_before_the_form_was_filled_is_added_to_the_draft(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> dict[str, str]:
        first = await bench.open()
        first.body.input("severity").put("4")
        type_words(" first")
        await first.keep_now()
        bench.shut(first)
        second = bench.build()
        type_words("early")
        words = second.last_words()
        delete(second)
        await words
        draft = await bench.house.desk.drafts.load("complaint", CALL)
        assert draft is not None
        return draft.fields

    fields = qt_loop.run(story())
    assert fields["verbatim"].endswith(" first early")
    assert (fields["severity"], fields["reference"]) == ("4", "CP-26-07431")


def test_the_complaint_belongs_to_the_customer_chosen_meanwhile(bench: Bench, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        form = await bench.open(subject=FormSubject(CALL, None, "", NOTE))
        assert fields_of(form)["product"] == ""
        form.concern(MARGARET, "Margaret Ellison")
        await until(lambda: fields_of(form)["product"].startswith("HomeCover"))
        form.body.input("category").put("Delay")
        form.body.input("severity").put("2")
        form.submit()
        await signalled(form.registered)

    qt_loop.run(story())
    assert the_complaint(bench).customer_id == MARGARET
    assert the_complaint(bench).reference == "CP-26-07431"


class Recognised(ComplaintForm):
    """The form of a caller who is recognised while it is read what is known of nobody."""

    async def prefill(self, reference: str | None) -> Prefill:
        """Read, and hear meanwhile who calls."""
        known = await super().prefill(reference)
        self.concern(MARGARET, "Margaret Ellison")
        return known


def test_what_is_known_of_a_caller_is_filled_in_also_where_they_are_recognised_while_the_form_opens(
    bench: Bench, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        form = await bench.open(FormSpec("complaint", COMPLAINT, Recognised), FormSubject(CALL, None, "", NOTE))
        await until(lambda: fields_of(form)["product"].startswith("HomeCover"))
        await form.keep_now()

    qt_loop.run(story())


@pytest.mark.parametrize("typed", ["<b>bold</b>", "<img src=x>"])
def test_words_are_never_read_as_markup(bench: Bench, qt_loop: LoopRunner, typed: str) -> None:
    async def story() -> str:
        form = await bench.open()
        type_words(typed)
        await form.keep_now()
        return fields_of(form)["verbatim"]

    assert qt_loop.run(story()).endswith(typed)
