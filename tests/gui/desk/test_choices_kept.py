"""What the agent chose or is about to choose stays that, also while what it was chosen from becomes another list."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QModelIndex

from crmdesk.domain.calls.control import Consult, Destination, Goal
from crmdesk.domain.calls.live import AgentState
from crmdesk.domain.changes import Changes, Kind
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Interaction
from crmdesk.models.people import Disposition
from crmdesk.ui.pages.desk.card_targets import label_of, order_of
from tests.gui.desk.hand import Hand
from tests.gui.desk.test_erased import hear_of_the_erasure
from tests.gui.desk.test_phone import open_transfer, picked, talk
from tests.gui.desk.test_wrap_up import after_a_call
from tests.support.clock import AFTERNOON
from tests.support.desk import (
    DANIEL,
    MARGARET,
    SHARED_LINE,
    TOMASZ,
    a_note,
    answered,
    known_id,
    ringing,
    taken_elsewhere,
)
from tests.support.handset import COLLEAGUES, Exchange


def test_a_call_is_finished_with_the_outcome_that_was_chosen_for_it(hand: Hand) -> None:
    call = after_a_call(hand, "Heating works again")
    hand.hear(answered(hand.hear(ringing("second"))))
    hand.page.walk.open_key(call.key)
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    hand.note.outcomes.choose(2)
    chosen = hand.note.outcomes.chosen
    hand.press("Ctrl+Enter")
    hand.page.walk.open_key("second")
    hand.write("Gas smell")
    hand.rest()
    row = hand.row(Interaction, call.contact_id)
    assert row is not None
    assert row.disposition_id == chosen
    assert hand.page.showing.key == "second"
    assert hand.note.text.text == "Gas smell"


def test_a_digit_meant_for_a_ring_that_just_went_decides_nothing_of_the_call_below(hand: Hand) -> None:
    call = hand.hear(answered(hand.hear(ringing("first"))))
    hand.until(hand.writes_in_note)
    hand.house.clock.advance(1)
    ring = hand.hear(ringing("second"))
    hand.until(hand.page.view.chooser.isVisible)
    hand.house.clock.advance(1)
    hand.hear(taken_elsewhere(ring))
    hand.until(lambda: not hand.page.view.chooser.isVisible())
    hand.press("Ctrl+2")
    case = hand.page.book.case(call.key)
    assert case is not None
    assert case.person is None
    hand.house.clock.advance(1)
    hand.press("Ctrl+2")
    case = hand.page.book.case(call.key)
    assert case is not None
    assert case.person is not None


def test_who_was_chosen_stays_when_another_who_has_the_number_is_erased(hand: Hand) -> None:
    call = hand.hear(answered(hand.hear(ringing("ellison", SHARED_LINE))))
    hand.until(hand.writes_in_note)
    hand.house.clock.advance(1)
    hand.press("Ctrl+2")
    hear_of_the_erasure(hand, MARGARET)
    hand.rest()
    case = hand.page.book.case(call.key)
    assert case is not None
    assert MARGARET not in [one.customer_id for one in case.candidates]
    assert case.person is not None
    assert case.person.customer_id == DANIEL


def test_enter_hands_the_call_to_whom_one_saw_selected(hand: Hand) -> None:
    exchange = Exchange(hand.house)
    call = talk(hand)
    open_transfer(hand)
    card = hand.page.phone.transferrer
    seen = picked(card.list.row)
    busy = tuple(
        replace(one, state=AgentState.TALKING if one.extension == "4002" else AgentState.READY) for one in COLLEAGUES
    )
    exchange.colleagues = busy
    hand.page.phone.look_again()
    hand.until(lambda: picked(card.model.rows[0]).words != seen.words)
    hand.press("Enter")
    hand.until(lambda: exchange.requests)
    assert exchange.requests == [Consult(call.key, Destination(Goal.EXTENSION, "4002"))]


@pytest.mark.parametrize("place", [0, 1])
def test_what_is_typed_to_find_an_outcome_stays_when_outcomes_change(hand: Hand, place: int) -> None:
    after_a_call(hand)
    outcomes = hand.note.outcomes
    outcomes.filter.setFocus()
    hand.write("e")
    hand.press(*["Down"] * place)
    chosen = outcomes.chosen
    held = {"scope_id": 1, "ver": 1}
    hand.house.add(Disposition(id=known_id("outcome zero"), code="annulled", label="Annulled here", position=0, **held))
    hand.house.bus.publish(Changes.of(Kind.DISPOSITION, known_id("outcome zero")))
    hand.rest()
    assert "Annulled here" in outcomes.shown
    assert outcomes.filter.text() == "e"
    assert outcomes.chosen == chosen


def test_the_field_that_is_wanted_last_is_opened(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    card = hand.page.reader.card
    assert card is not None
    first, second, *_ = order_of(card)
    hand.page.card.edit_target(first)
    hand.page.card.edit_target(second)
    hand.rest()
    assert hand.page.card.editor is not None
    assert hand.page.card.editor.label == label_of(second)
    assert hand.page.card.editor.has_keyboard()


def test_words_that_wait_for_one_field_leave_the_keyboard_where_another_is_wanted(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    card = hand.page.reader.card
    assert card is not None
    first, second, *_ = order_of(card)
    hand.page.card.edit_target(first)
    hand.rest()
    hand.write(" Jane")
    hand.page.walk.show_work()
    hand.rest()

    def want_another(_: object) -> None:
        hand.page.card.edit_target(second)

    hand.page.reader.filled.connect(want_another)
    hand.page.open_customer(MARGARET)
    hand.rest()
    hand.page.reader.filled.disconnect(want_another)
    assert hand.page.card.editor is not None
    assert hand.page.card.editor.label == label_of(second)
    customer = hand.row(Customer, MARGARET)
    assert customer is not None
    assert customer.name == "Margaret Ellison"


def test_older_entries_that_were_asked_for_come_also_where_the_customer_is_read_anew(hand: Hand) -> None:
    day = timedelta(days=1)
    hand.house.add(*(a_note(f"note {n}", TOMASZ, AFTERNOON - n * day, f"Note {n}") for n in range(1, 301)))
    hand.open_customer(TOMASZ)
    timeline = hand.page.view.call.timeline
    hand.until(lambda: timeline.entries)
    hand.rest()
    before = len(timeline.entries)
    timeline.list.rows.fetchMore(QModelIndex())
    hand.page.reader.again()
    hand.rest()
    assert len(timeline.entries) > before
