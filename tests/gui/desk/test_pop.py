"""The phone rings: the caller is put before the agent, and the keyboard stays where it is."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QPoint, QRect
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.calls.live import Direction, Phase
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.stream import CustomerFile
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.interaction import Interaction, Note
from crmdesk.runtime.bus import CallChanged
from tests.gui.desk.hand import Hand
from tests.support.desk import (
    DANIEL,
    MARGARET,
    NOBODYS_LINE,
    OMAR,
    OMARS_LINE,
    TOMASZ,
    TOMASZS_LINE,
    answered,
    hung_up,
    known_id,
    ringing,
    taken_elsewhere,
)


def test_a_ring_fills_an_idle_desk_with_the_likeliest_customer(hand: Hand) -> None:
    hand.hear(ringing())
    hand.until(lambda: hand.popped == ["ring-1"])
    call = hand.page.view.call
    assert call.customer.name.text() == "Margaret Ellison"
    assert "Oxygen at home" in call.customer.marks.text()
    assert call.chooser.isVisible()
    assert not hand.page.view.chooser.isVisible()
    assert hand.writes_in_note()


def test_a_ring_takes_no_focus_from_a_note_and_no_key_from_it(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write("I would pass that on to Bil")
    hand.hear(ringing())
    hand.until(lambda: hand.popped == ["ring-1"])
    assert hand.writes_in_note()
    hand.write("ling")
    assert hand.note.text.text == "I would pass that on to Billing"
    assert hand.page.view.call.customer.name.text() == "Tomasz Wiśniewski"


def test_the_chooser_covers_the_customer_and_never_the_note(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.hear(ringing())
    hand.until(hand.page.view.chooser.isVisible)
    chooser = hand.page.view.chooser
    card = QRect(
        chooser.mapTo(hand.window, chooser.card_rect().topLeft().toPoint()), chooser.card_rect().size().toSize()
    )
    note = QRect(hand.note.mapTo(hand.window, QPoint(0, 0)), hand.note.size())
    assert not card.intersects(note)
    assert hand.note.ring_hint.isVisible()
    assert [row.accessibleDescription() for row in chooser.rows[:2]] == ["Ctrl+1", "Ctrl+2"]


def test_a_file_that_may_miss_what_was_written_while_it_was_read_is_read_again(hand: Hand) -> None:
    offered: list[CustomerFile | None] = []

    def note(*_: object) -> None:
        offered.append(hand.page.book.likeliest)

    async def ring_and_write() -> None:
        await hand.house.desk.phone.heard_call(ringing())
        await asyncio.sleep(0)  # the look-up is on its way
        hand.house.bus.publish(Changes.of(Kind.NOTE, known_id("upset")))

    hand.page.book.changed.connect(note)
    hand.run(ring_and_write())
    hand.until(lambda: hand.popped == ["ring-1"])
    assert offered == [None]
    assert hand.page.view.call.customer.name.text() == "Margaret Ellison"
    hand.hear(taken_elsewhere(ringing()))
    hand.until(lambda: hand.page.walk.spot is None)
    hand.hear(ringing("ring-2", OMARS_LINE))
    hand.until(lambda: hand.popped == ["ring-1", "ring-2"])
    file = offered[-1]
    assert file is not None and file.card.id == OMAR
    assert hand.page.book.likeliest is None


def test_the_same_ring_told_twice_pops_once(hand: Hand) -> None:
    call = hand.hear(ringing())
    hand.until(lambda: hand.popped)
    hand.hear(call)
    hand.hear(replace(call, revision=2, waited_s=120.0))
    hand.until(lambda: hand.page.book.cases[0].call.revision == 2)
    hand.window.update()
    hand.until(hand.page.view.call.isVisible)
    assert hand.popped == ["ring-1"]


def test_a_ring_that_a_colleague_takes_closes_the_chooser_and_says_who(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    call = hand.hear(ringing())
    hand.until(hand.page.view.chooser.isVisible)
    hand.hear(taken_elsewhere(call))
    hand.until(lambda: not hand.page.view.chooser.isVisible())
    assert hand.window.notice.words.text() == "Jabu Mbeki took the call"
    assert not hand.window.lane.lane.cells
    assert hand.writes_in_note()


def test_an_idle_desk_that_was_filled_goes_back_to_work_when_the_ring_ends_elsewhere(hand: Hand) -> None:
    call = hand.hear(ringing())
    hand.until(lambda: hand.popped)
    hand.hear(taken_elsewhere(call))
    hand.until(lambda: hand.page.view.at_work)
    assert hand.page.walk.spot is None


def test_the_next_ring_gets_no_rest_of_a_sentence_about_the_one_before(hand: Hand) -> None:
    lost = hand.hear(ringing("lost", OMARS_LINE))
    hand.until(lambda: hand.popped)
    hand.write("Wants the meter ly")
    hand.press("Left", "Left")
    following = hand.hear(ringing("next", TOMASZS_LINE))
    hand.hear(taken_elsewhere(lost))
    hand.rest()
    hand.write("read week")
    assert hand.note.text.text == "Wants the meter read weekly"
    hand.until(hand.page.view.chooser.isVisible)
    hand.hear(answered(following))
    hand.until(lambda: hand.page.showing.key == following.key)
    assert hand.note.text.text == ""


def test_words_for_a_ring_that_was_lost_become_a_note_on_whoever_alone_has_the_number(hand: Hand) -> None:
    lost = hand.hear(ringing("lost", OMARS_LINE))
    hand.until(lambda: hand.popped)
    hand.write("Rang before eight")
    hand.hear(taken_elsewhere(lost))
    hand.rest()
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.note.text.text == "")
    with Session(hand.house.engines.read) as session:
        (note,) = session.scalars(select(Note).where(Note.body == "Rang before eight"))
    assert (note.customer_id, note.interaction_id) == (OMAR, None)


def test_a_single_candidate_is_identified_by_answering(hand: Hand) -> None:
    call = hand.hear(ringing("omar", OMARS_LINE))
    hand.until(lambda: hand.popped)
    hand.hear(answered(call))
    hand.until(lambda: _customer_of(hand, call.contact_id) == OMAR)
    assert not hand.page.view.call.chooser.isVisible()


def test_a_call_that_was_over_before_it_was_known_who_called_is_wrapped_up_on_the_desk(hand: Hand) -> None:
    call = ringing("short", OMARS_LINE)
    for told in (call, answered(call), hung_up(answered(call))):
        hand.house.bus.publish(CallChanged(told))  # together: nothing can be looked up between them
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    assert hand.note.isVisible()
    assert hand.page.view.call.customer.name.text() == "عمر الحداد"


def test_a_choice_made_while_it_rings_is_kept_until_the_answer(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    call = hand.hear(ringing())
    hand.until(hand.page.view.chooser.isVisible)
    hand.press("Ctrl+2")
    hand.until(lambda: hand.page.view.call.customer.name.text() == "Daniel Ellison")
    assert hand.row(Interaction, call.contact_id) is None
    hand.hear(answered(call))
    hand.until(lambda: _customer_of(hand, call.contact_id) == DANIEL)


def test_several_and_nobody_chosen_leave_the_note_under_the_number_with_the_chooser(hand: Hand) -> None:
    call = hand.hear(ringing())
    hand.until(lambda: hand.popped)
    hand.hear(answered(call))
    hand.until(lambda: hand.window.lane.lane.cells and hand.window.lane.lane.cells[0].title == "+44 20 7946 0172")
    hand.write("No heating")
    assert hand.page.view.call.chooser.isVisible()
    assert _customer_of(hand, call.contact_id) is None
    hand.press("Ctrl+1")
    hand.until(lambda: _customer_of(hand, call.contact_id) == MARGARET)
    assert hand.note.text.text == "No heating"
    assert not hand.page.view.call.chooser.isVisible()


def test_only_the_number_is_one_key(hand: Hand) -> None:
    call = hand.hear(ringing())
    hand.until(lambda: hand.popped)
    hand.press("Ctrl+0")
    hand.hear(answered(call))
    hand.until(lambda: hand.page.view.call.number.title.text() == "+44 20 7946 0172")
    assert hand.row(Interaction, call.contact_id) is not None
    assert _customer_of(hand, call.contact_id) is None
    assert not hand.page.view.call.chooser.isVisible()


def test_a_withheld_number_is_said_and_nobody_is_guessed(hand: Hand) -> None:
    hand.hear(ringing("hidden", None))
    hand.until(lambda: hand.popped == ["hidden"])
    assert hand.page.view.call.number.title.text() == "Number withheld"
    assert hand.window.lane.lane.cells[0].title == "Ringing: number withheld"
    assert hand.page.view.call.who.currentWidget() is hand.page.view.call.number


def test_an_unknown_caller_becomes_a_customer_by_keys_alone(hand: Hand) -> None:
    call = hand.hear(ringing("new", NOBODYS_LINE))
    hand.hear(answered(call))
    hand.until(hand.page.view.call.number.isVisible)
    hand.press("Ctrl+L", "N")
    hand.write("Linh Nguyen")
    hand.press("Enter")
    hand.until(lambda: _customer_of(hand, call.contact_id) is not None)
    made = _customer_of(hand, call.contact_id)
    customer = hand.row(Customer, made)
    assert customer is not None
    assert customer.name == "Linh Nguyen"
    hand.until(lambda: hand.page.view.call.customer.name.text() == "Linh Nguyen")
    numbers = hand.run(hand.house.desk.customers.card(customer.id))
    assert numbers is not None
    assert [point.e164 for point in numbers.contact_points] == [NOBODYS_LINE]


def test_an_unknown_caller_is_attached_to_a_customer_by_keys_alone(hand: Hand) -> None:
    call = hand.hear(ringing("new", NOBODYS_LINE))
    hand.hear(answered(call))
    hand.until(hand.page.view.call.number.isVisible)
    hand.press("Ctrl+L", "A")
    hand.write("wisn")
    hand.until(lambda: hand.page.view.call.number.hits.row is not None)
    hand.press("Enter")
    hand.until(lambda: _customer_of(hand, call.contact_id) == TOMASZ)


def test_a_name_of_nothing_is_said_at_the_field(hand: Hand) -> None:
    hand.hear(answered(hand.hear(ringing("new", NOBODYS_LINE))))
    hand.until(hand.page.view.call.number.isVisible)
    hand.press("Ctrl+L", "N", "Enter")
    hand.until(lambda: hand.page.view.call.number.name.problem)


def test_the_agents_own_call_out_does_not_pop_while_it_rings(hand: Hand) -> None:
    out = replace(ringing("out", OMARS_LINE), direction=Direction.OUTBOUND, pop=None)
    hand.hear(out)
    hand.until(lambda: hand.window.lane.lane.cells)
    assert hand.page.view.at_work
    hand.hear(replace(out, revision=2, phase=Phase.TALKING, answered_at=out.rang_at))
    hand.until(lambda: _customer_of(hand, out.contact_id) == OMAR)
    assert not hand.page.view.at_work


def test_a_second_ring_waits_its_turn(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    first = hand.hear(ringing("first"))
    hand.until(hand.page.view.chooser.isVisible)
    hand.hear(ringing("second", OMARS_LINE))
    hand.until(lambda: len(hand.window.lane.lane.cells) == 2)
    assert hand.page.pop.key == "first"
    hand.hear(taken_elsewhere(first))
    hand.until(lambda: hand.page.pop.key == "second")
    assert hand.page.view.chooser.isVisible()


def test_ctrl_l_puts_the_keyboard_into_the_chooser_because_the_agent_asked(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    call = hand.hear(ringing())
    hand.until(hand.page.view.chooser.isVisible)
    hand.press("Ctrl+L")
    assert hand.focus is not None and hand.page.view.call.chooser.isAncestorOf(hand.focus)
    assert not hand.page.view.chooser.isVisible()
    hand.until(lambda: hand.page.view.call.customer.name.text() == "Margaret Ellison")
    hand.press("Right", "Enter")
    hand.hear(answered(call))
    hand.until(lambda: _customer_of(hand, call.contact_id) == DANIEL)


def test_a_number_given_to_a_customer_pops_them_the_next_time(hand: Hand) -> None:
    point = hand.run(hand.house.desk.customers.attach_number(TOMASZ, NOBODYS_LINE))
    assert hand.row(ContactPoint, point) is not None
    hand.hear(ringing("again", NOBODYS_LINE))
    hand.until(lambda: hand.page.view.call.customer.name.text() == "Tomasz Wiśniewski")


def _customer_of(hand: Hand, interaction_id: UUID) -> UUID | None:
    row = hand.row(Interaction, interaction_id)
    return None if row is None else row.customer_id


def test_a_ring_that_waited_fills_the_desk_once_it_is_idle_again(hand: Hand) -> None:
    first = hand.hear(ringing("first"))
    hand.until(lambda: hand.popped == ["first"])
    hand.hear(ringing("second", OMARS_LINE))
    hand.until(lambda: len(hand.window.lane.lane.cells) == 2)
    hand.hear(taken_elsewhere(first))
    hand.until(lambda: hand.popped == ["first", "second"])
    assert hand.page.view.call.customer.second_name.text() == "Omar al-Haddad"
    assert not hand.page.view.chooser.isVisible()


def test_words_for_a_call_that_was_never_answered_find_their_customer(hand: Hand) -> None:
    call = hand.hear(ringing("gone", NOBODYS_LINE))
    hand.until(lambda: hand.popped)
    hand.write("Moves in March")
    hand.hear(taken_elsewhere(call))
    hand.press("Esc")
    hand.until(lambda: hand.page.view.at_work)
    hand.press("Ctrl+Tab")
    hand.until(lambda: not hand.page.view.at_work)
    assert hand.note.title.text().startswith("Note, +1")
    assert hand.note.text.text == "Moves in March"
    assert not hand.note.primary.isEnabled()
    hand.page.view.call.number.setFocus()
    hand.press("A")
    hand.write("wisn")
    hand.until(lambda: hand.page.view.call.number.hits.row is not None)
    hand.press("Enter")
    hand.until(lambda: hand.note.title.text() == "Note, Tomasz Wiśniewski")
    assert hand.note.text.text == "Moves in March"
    hand.until(hand.note.primary.isEnabled)
