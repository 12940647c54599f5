"""Several have the number and nobody is chosen: the chooser is there whenever the call is, and finishing asks first."""

from __future__ import annotations

from uuid import UUID

from crmdesk.domain.calls.live import AgentCall
from crmdesk.domain.interactions import InteractionState
from crmdesk.models.interaction import Interaction
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.desk import DANIEL, MARGARET, OMARS_LINE, answered, hung_up, ringing


def closed_with(hand: Hand, contact: UUID) -> UUID | None:
    """Wait until a call is closed and return whose it was."""

    def closed() -> bool:
        row = hand.row(Interaction, contact)
        return row is not None and row.state == InteractionState.CLOSED

    hand.until(closed)
    row = hand.row(Interaction, contact)
    assert row is not None
    return row.customer_id


def set_read_only(hand: Hand, state: str) -> None:
    """Let SQLite refuse every write, or take them again (ON, OFF)."""
    connection = hand.house.engines.write.raw_connection()
    connection.cursor().execute(f"PRAGMA query_only = {state}")
    connection.close()


def wrapped(hand: Hand, key: str = "first") -> AgentCall:
    """Talk with somebody of the Ellisons' line, choose nobody, and let them hang up."""
    call = hand.hear(answered(hand.hear(ringing(key))))
    hand.until(lambda: hand.page.walk.spot is not None and hand.page.walk.spot.subject == call.contact_id)
    hand.until(hand.writes_in_note)
    ended = hand.hear(hung_up(call))
    hand.until(lambda: hand.page.notes.wraps_up() and hand.note.outcomes.chosen is not None)
    return ended


def test_the_chooser_comes_back_with_an_undecided_call(hand: Hand) -> None:
    strip = hand.page.view.call.chooser
    first = wrapped(hand)
    second = hand.hear(answered(hand.hear(ringing("second", OMARS_LINE))))
    hand.until(lambda: hand.page.view.call.customer.second_name.text() == "Omar al-Haddad")
    assert not strip.isVisible()
    hand.hear(hung_up(second))
    hand.until(lambda: hand.page.notes.wraps_up() and hand.note.outcomes.chosen is not None)
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.walk.spot is not None and hand.page.walk.spot.subject == first.contact_id)
    assert strip.isVisible()
    hand.house.clock.advance(1)
    hand.press("Ctrl+2")
    hand.until(lambda: not strip.isVisible())
    hand.press("Ctrl+Enter")
    assert closed_with(hand, first.contact_id) == DANIEL


def test_finishing_an_undecided_call_asks_and_a_second_press_takes_the_first(hand: Hand) -> None:
    call = wrapped(hand)
    strip = hand.page.view.call.chooser
    hand.press("Ctrl+Enter")
    assert hand.focus is not None
    assert strip.isAncestorOf(hand.focus)
    assert strip.accessibleName() == "Who was it? Choosing finishes the call"
    row = hand.row(Interaction, call.contact_id)
    assert row is not None
    assert row.state != InteractionState.CLOSED
    hand.press("Ctrl+Enter")
    assert closed_with(hand, call.contact_id) == MARGARET


def test_a_digit_after_the_question_chooses_and_finishes(hand: Hand) -> None:
    call = wrapped(hand)
    hand.press("Ctrl+Enter", "Ctrl+2")
    assert closed_with(hand, call.contact_id) == DANIEL


def test_only_the_number_is_an_answer_as_well(hand: Hand) -> None:
    call = wrapped(hand)
    hand.press("Ctrl+Enter", "Ctrl+0")
    assert closed_with(hand, call.contact_id) is None


def test_who_goes_back_to_the_note_is_asked_again(hand: Hand) -> None:
    call = wrapped(hand)
    strip = hand.page.view.call.chooser
    hand.press("Ctrl+Enter")
    hand.note.text.setFocus()
    assert strip.accessibleName() == "Who is it?"
    hand.press("Ctrl+1")
    hand.until(lambda: not strip.isVisible())
    row = hand.row(Interaction, call.contact_id)
    assert row is not None
    assert row.state != InteractionState.CLOSED


def test_a_guess_is_called_one(hand: Hand) -> None:
    customer = hand.page.view.call.customer
    hand.hear(answered(hand.hear(ringing())))
    hand.until(lambda: customer.name.text() == "Margaret Ellison")
    assert customer.guess.isVisible()
    assert customer.guess.text() == "Probably"
    hand.press("Ctrl+1")
    hand.until(lambda: not customer.guess.isVisible())


def test_a_ring_over_an_undecided_call_has_the_card_and_the_digits(hand: Hand) -> None:
    first = wrapped(hand)
    ring = hand.hear(ringing("second"))
    hand.until(hand.page.view.chooser.isVisible)
    assert hand.page.pop.key == "second"
    hand.house.clock.advance(1)
    hand.press("Ctrl+2")
    hand.until(lambda: hand.page.walk.spot is not None and hand.page.walk.spot.subject == ring.contact_id)
    assert hand.page.book.case("second") is not None
    case = hand.page.book.case(first.key)
    assert case is not None
    assert case.undecided


def test_a_choice_that_the_full_disk_did_not_take_is_kept_once_there_is_room(hand: Hand) -> None:
    call = hand.hear(answered(hand.hear(ringing())))
    hand.until(lambda: hand.row(Interaction, call.contact_id) is not None)
    hand.until(hand.writes_in_note)
    set_read_only(hand, "ON")
    hand.press("Ctrl+2")
    hand.until(lambda: hand.page.book.unkept)
    set_read_only(hand, "OFF")
    hand.until(lambda: not hand.page.book.unkept)
    row = hand.row(Interaction, call.contact_id)
    assert row is not None
    assert row.customer_id == DANIEL


def test_more_time_draws_its_key_on_the_call_it_acts_on(hand: Hand) -> None:
    wrapped(hand)
    wrapped(hand, "second")
    cells = hand.window.lane.cells
    assert {view.cell.key: bool(view.more_time.key) for view in cells} == {"first": False, "second": True}
    before = {view.cell.key: view.cell.ends_at for view in cells}
    next(view for view in cells if view.cell.key == "first").more_time.click()
    after = {view.cell.key: view.cell.ends_at for view in hand.window.lane.cells}
    assert after["first"] != before["first"]
    assert after["second"] == before["second"]


def test_of_two_calls_the_one_written_in_last_is_shown_after_a_restart(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk()
    first = hand.hear(answered(hand.hear(ringing("first", OMARS_LINE))))
    hand.until(hand.writes_in_note)
    hand.write("begun")
    hand.saved()
    second = hand.hear(answered(hand.hear(ringing("second"))))
    hand.until(lambda: hand.page.walk.spot is not None and hand.page.walk.spot.subject == second.contact_id)
    hand.write("also begun")
    hand.saved()
    hand.house.clock.advance(20)
    hand.page.walk.open_key("first")
    hand.write(" and written last")
    hand.until(lambda: not hand.page.drafts.written[0][1].unsaved and not hand.page.drafts.written[1][1].unsaved)
    hand = open_a_desk()
    hand.hear(first)
    hand.until(lambda: hand.page.walk.spot is not None)
    hand.hear(second)
    hand.until(lambda: len(hand.window.lane.lane.cells) == 2)
    assert hand.page.walk.spot is not None
    assert hand.page.walk.spot.subject == first.contact_id
