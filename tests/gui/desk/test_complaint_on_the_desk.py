"""A complaint during a call: the form takes the timeline's place, the note and the call stay, nothing typed is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.calls.live import AgentCall
from crmdesk.models.complaint import Complaint
from crmdesk.ui.formkit import FormPane
from tests.gui.desk.hand import Hand
from tests.support.desk import MARGARET, TOMASZ, TOMASZS_LINE, answered, hung_up, ringing


def in_a_call(hand: Hand, call: AgentCall) -> AgentCall:
    """Let a call ring and be answered."""
    hand.hear(call)
    hand.until(lambda: call.key in hand.popped)
    return hand.hear(answered(call))


def open_form(hand: Hand) -> FormPane:
    """Press Ctrl+R and wait until the form is filled."""
    hand.press("Ctrl+R")
    hand.until(lambda: hand.page.forms.form is not None and hand.page.forms.form.reference)
    form = hand.page.forms.form
    assert form is not None
    return form


def registered(hand: Hand, call: AgentCall) -> Complaint | None:
    """Return the complaint of a call as it is on the disk."""
    with Session(hand.house.engines.read) as session:
        return session.scalars(select(Complaint).where(Complaint.interaction_id == call.contact_id)).one_or_none()


def test_ctrl_r_opens_it_over_the_timeline_while_the_note_stays(hand: Hand) -> None:
    in_a_call(hand, ringing("ring-1", TOMASZS_LINE))
    hand.write('Says "nobody rang me back".')
    form = open_form(hand)
    assert form.isVisible()
    assert hand.note.isVisible()
    assert hand.page.view.call.customer.isVisible()
    assert form.body.values["verbatim"] == "nobody rang me back"
    hand.until(hand.note.taken_hint.isVisible)
    assert hand.note.taken_hint.title.text() == "One sentence came from your note"
    assert not hand.note.complaint_hint.isVisible()
    assert hand.focus is not None
    assert form.isAncestorOf(hand.focus)


def test_esc_goes_back_to_the_note_and_ctrl_r_brings_words_and_reference_back(hand: Hand) -> None:
    in_a_call(hand, ringing("ring-1", TOMASZS_LINE))
    form = open_form(hand)
    reference = form.reference
    hand.write("Twice charged")
    hand.press("Esc")
    hand.until(lambda: hand.page.forms.form is None)
    assert hand.writes_in_note()
    again = open_form(hand)
    assert (again.reference, again.body.values["verbatim"]) == (reference, "Twice charged")


@pytest.mark.parametrize("field", ["verbatim", "product", "category", "severity", "safety"])
@pytest.mark.parametrize("way", ["Esc", "Ctrl+Enter"])
def test_the_keyboard_is_in_the_note_again_wherever_in_the_form_it_was(hand: Hand, field: str, way: str) -> None:
    call = in_a_call(hand, ringing("ring-1", TOMASZS_LINE))
    form = open_form(hand)
    filled = {"verbatim": "Nobody came", "product": "Boiler", "category": "Delay", "severity": "3"}
    for name, value in filled.items():
        form.body.input(name).put(value)
    form.body.input(field).setFocus()
    hand.until(lambda: hand.focus is not None and form.body.input(field).isAncestorOf(hand.focus))
    hand.press(way)
    hand.until(lambda: hand.page.forms.form is None)
    assert hand.writes_in_note()
    assert (registered(hand, call) is not None) == (way == "Ctrl+Enter")


def test_another_call_coming_into_sight_keeps_the_half_typed_word(hand: Hand) -> None:
    first = in_a_call(hand, ringing("ring-1", TOMASZS_LINE))
    open_form(hand)
    hand.write("Half a wo")
    hand.page.open_customer(MARGARET)
    hand.until(lambda: hand.page.forms.form is None)

    def kept() -> bool:
        draft = hand.run(hand.house.desk.drafts.load("complaint", first.contact_id))
        return draft is not None and draft.fields["verbatim"] == "Half a wo"

    hand.until(kept)


def test_it_belongs_to_the_customer_chosen_while_it_was_open(hand: Hand) -> None:
    call = in_a_call(hand, ringing())
    form = open_form(hand)
    before = form.subject.customer_id
    hand.write("She never called back")
    hand.press("Ctrl+2")
    hand.until(lambda: form.subject.customer_id != before)
    chosen = form.subject.customer_id
    assert chosen is not None
    form.body.input("product").put("HomeCover")
    form.body.input("category").put("Delay")
    form.body.input("severity").put("3")
    form.submit()
    hand.until(lambda: registered(hand, call) is not None)
    complaint = registered(hand, call)
    assert complaint is not None
    assert complaint.customer_id == chosen


def test_the_call_may_end_while_one_writes_and_the_complaint_is_registered_in_wrap_up(hand: Hand) -> None:
    call = in_a_call(hand, ringing("ring-1", TOMASZS_LINE))
    form = open_form(hand)
    hand.write("Nobody came")
    hand.hear(hung_up(call))
    assert form.isVisible()
    form.body.input("product").put("Boiler")
    form.body.input("category").put("Delay")
    form.body.input("severity").put("3")
    hand.press("Ctrl+Enter")
    hand.until(lambda: registered(hand, call) is not None)
    complaint = registered(hand, call)
    assert complaint is not None
    assert complaint.customer_id == TOMASZ
    hand.until(lambda: hand.page.forms.form is None)
    assert hand.note.complaint_hint.isHidden()
