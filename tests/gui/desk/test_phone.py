"""The phone from the desk: what can be done has a button and a key, what is pressed is asked once, a no is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from crmdesk.domain.calls.control import (
    Caution,
    Complete,
    Consult,
    Destination,
    Dial,
    Goal,
    HangUp,
    Hold,
    Pause,
    Ready,
    Resume,
    TakeBack,
    Transfer,
)
from crmdesk.domain.calls.live import Ability, AgentCall, AgentState, Direction, Party, Phase, QuietHours
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.interactions import InteractionState
from crmdesk.models.customer import Customer
from crmdesk.models.people import Queue
from crmdesk.ui.frame.lane_model import LaneAct
from crmdesk.ui.handset.picks import Pick
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.callbacks import four_callbacks
from tests.support.conflicts import change
from tests.support.desk import (
    MARGARET,
    OMARS_LINE,
    PRIYA,
    SHARED_LINE,
    a_customer,
    a_number,
    answered,
    hung_up,
    known_id,
    ringing,
)
from tests.support.handset import AMI, EVERYTHING, Exchange

JABU = Destination(Goal.EXTENSION, "4002")


@pytest.fixture
def exchange(hand: Hand) -> Exchange:
    """A phone system without an action for hold, as Asterisk's manager interface has none."""
    return Exchange(hand.house)


def talk(hand: Hand, key: str = "omar") -> AgentCall:
    call = hand.hear(answered(hand.hear(ringing(key, OMARS_LINE))))
    hand.until(hand.writes_in_note)
    return call


def acts(hand: Hand) -> list[str]:
    """Return the words of the buttons of the call in the lane, or of a lane without a call."""
    lane = hand.window.lane.lane
    buttons = lane.cells[0].buttons if lane.cells else lane.buttons
    return [button.words for button in buttons]


def picked(row: object) -> Pick:
    assert isinstance(row, Pick)
    return row


def test_only_what_the_phone_system_can_do_is_offered(hand: Hand) -> None:
    talk(hand)
    assert acts(hand) == []
    Exchange(hand.house, frozenset({Ability.HANG_UP}))
    assert acts(hand) == ["End"]
    Exchange(hand.house, AMI)
    assert acts(hand) == ["Transfer", "End"]
    Exchange(hand.house, EVERYTHING)
    assert acts(hand) == ["Hold", "Transfer", "End"]
    hand.house.desk.phone.lost()
    assert acts(hand) == []


def test_a_button_and_its_key_do_the_same(hand: Hand, exchange: Exchange) -> None:
    call = talk(hand)
    hand.press("Ctrl+Shift+E")
    hand.until(lambda: exchange.requests == [HangUp(call.key)])
    (view,) = hand.window.lane.cells
    button = view.acts.button(LaneAct.END)
    assert button is not None
    assert button.key == "Ctrl+Shift+E"
    hand.until(button.isEnabled)
    button.click()
    hand.until(lambda: exchange.requests == [HangUp(call.key)] * 2)
    assert hand.writes_in_note()


def test_a_double_press_asks_once(hand: Hand, exchange: Exchange) -> None:
    call = talk(hand)
    exchange.answers.clear()
    hand.press("Ctrl+Shift+E", "Ctrl+Shift+E")
    (view,) = hand.window.lane.cells
    button = view.acts.button(LaneAct.END)
    assert button is not None
    hand.until(lambda: not button.isEnabled())
    button.click()
    assert hand.window.lane.lane.cells[0].second == "Ending …"
    exchange.answers.set()
    hand.until(button.isEnabled)
    assert exchange.requests == [HangUp(call.key)]


def test_a_no_of_the_phone_system_is_told_in_words_and_nothing_is_asked_again(hand: Hand, exchange: Exchange) -> None:
    call = talk(hand)
    exchange.refusal = Refused("The phone system refused: no such channel.", "Use your phone.")
    hand.press("Ctrl+Shift+E")
    hand.until(hand.window.notice.isVisible)
    assert "no such channel" in hand.window.notice.words.text()
    assert hand.writes_in_note()
    assert acts(hand) == ["Transfer", "End"]
    assert exchange.requests == [HangUp(call.key)]


def test_what_nobody_can_tell_says_to_look_at_the_phone(hand: Hand, exchange: Exchange) -> None:
    talk(hand)
    exchange.refusal = Unavailable("Nobody can say whether the phone system did it.")
    hand.press("Ctrl+Shift+E")
    hand.until(hand.window.notice.isVisible)
    assert "Look at your phone" in hand.window.notice.accessibleName()
    assert len(exchange.asked) == 1


def test_hold_and_take_back_share_a_key(hand: Hand) -> None:
    exchange = Exchange(hand.house, EVERYTHING)
    call = talk(hand)
    hand.press("Ctrl+Shift+H")
    hand.until(lambda: exchange.requests == [Hold(call.key)])
    held = replace(call, revision=call.revision + 1, phase=Phase.HELD, held_since=hand.house.clock.now())
    hand.hear(held)
    assert acts(hand)[0] == "Take back"
    hand.until(lambda: hand.house.desk.handset.asking is None)
    hand.press("Ctrl+Shift+H")
    hand.until(lambda: exchange.requests[1:] == [Resume(call.key)])


# Handing on --------------------------------------------------------------------------------------------------------


def open_transfer(hand: Hand) -> list[str]:
    hand.press("Ctrl+Shift+T")
    card = hand.page.phone.transferrer
    hand.until(card.isVisible)
    hand.until(lambda: any(picked(row).words == "Jabu Mbeki" for row in card.model.rows))
    return [picked(row).words for row in card.model.rows]


def test_who_is_ready_comes_first_and_nobody_whose_phone_is_off(hand: Hand, exchange: Exchange) -> None:
    talk(hand)
    names = open_transfer(hand)
    assert names == ["Jabu Mbeki", "Heating emergency", "Billing", "Lucía Ferrer", "Renée Thibodeaux"]
    assert hand.page.phone.transferrer.list.row == picked(hand.page.phone.transferrer.model.rows[0])


def test_asking_first_then_connecting(hand: Hand, exchange: Exchange) -> None:
    call = talk(hand)
    open_transfer(hand)
    hand.write("jab")
    hand.press("Enter")
    hand.until(lambda: exchange.requests == [Consult(call.key, JABU)])
    hand.until(hand.writes_in_note)
    hand.until(lambda: acts(hand) == ["Connect them", "Back to the caller"])
    assert hand.window.lane.lane.cells[0].second == "Waits while you ask Jabu Mbeki"
    hand.press("Ctrl+Shift+T")
    hand.until(lambda: exchange.requests[1:] == [Complete(call.key)])
    hand.until(lambda: acts(hand) == ["Transfer", "End"])


def test_asking_first_then_going_back_to_the_caller(hand: Hand, exchange: Exchange) -> None:
    call = talk(hand)
    open_transfer(hand)
    hand.press("Enter")
    hand.until(lambda: acts(hand) == ["Connect them", "Back to the caller"])
    hand.press("Ctrl+Shift+H")
    hand.until(lambda: exchange.requests[1:] == [TakeBack(call.key)])
    hand.until(lambda: acts(hand) == ["Transfer", "End"])


def test_a_call_that_ends_while_one_asks_ends_the_consultation(hand: Hand, exchange: Exchange) -> None:
    call = talk(hand)
    open_transfer(hand)
    hand.press("Enter")
    hand.until(lambda: hand.house.desk.handset.consultation is not None)
    hand.hear(hung_up(call))
    assert hand.house.desk.handset.consultation is None


def test_who_is_asked_and_does_not_answer_leaves_nothing_to_connect(hand: Hand, exchange: Exchange) -> None:
    """The phone system takes the agent back to the caller: "Connect them" would hang up on the caller."""
    call = talk(hand)
    open_transfer(hand)
    hand.press("Enter")
    hand.until(lambda: acts(hand) == ["Connect them", "Back to the caller"])
    waits = hand.hear(replace(call, phase=Phase.HELD, held_since=hand.house.clock.now(), asks="4002", revision=8))
    assert acts(hand) == ["Connect them", "Back to the caller"]
    hand.hear(replace(waits, phase=Phase.TALKING, held_since=None, asks=None, revision=9))
    assert acts(hand) == ["Transfer", "End"]


def test_a_desk_that_begins_while_one_asks_knows_whom(hand: Hand, exchange: Exchange) -> None:
    call = talk(hand)
    hand.hear(replace(call, phase=Phase.HELD, held_since=hand.house.clock.now(), asks="4002", revision=8))
    assert acts(hand) == ["Connect them", "Back to the caller"]
    assert hand.window.lane.lane.cells[0].second == "Waits while you ask Jabu Mbeki"


def test_a_queue_or_a_number_is_reached_at_once_with_shift(hand: Hand, exchange: Exchange) -> None:
    call = talk(hand)
    open_transfer(hand)
    hand.write("billing")
    hand.press("Shift+Enter")
    hand.until(lambda: exchange.requests == [Transfer(call.key, Destination(Goal.QUEUE, "billing"))])
    hand.until(lambda: hand.house.desk.handset.asking is None)
    open_transfer(hand)
    hand.write("020 7946 0555")
    hand.press("Shift+Enter")
    hand.until(lambda: len(exchange.requests) == 2)
    assert exchange.requests[1] == Transfer(call.key, Destination(Goal.NUMBER, "+442079460555"))


def test_where_the_phone_system_cannot_ask_first_enter_transfers(hand: Hand) -> None:
    exchange = Exchange(hand.house, AMI - {Ability.CONSULT})
    call = talk(hand)
    open_transfer(hand)
    assert hand.page.phone.transferrer.first.words == "Transfer at once"
    hand.press("Enter")
    hand.until(lambda: exchange.requests == [Transfer(call.key, JABU)])


def test_escape_leaves_everything_as_it_was(hand: Hand, exchange: Exchange) -> None:
    talk(hand)
    hand.write("half a word")
    open_transfer(hand)
    hand.press("Escape")
    assert hand.writes_in_note()
    hand.write(" and more")
    assert hand.note.text.text == "half a word and more"
    assert exchange.asked == []


# Calling -----------------------------------------------------------------------------------------------------------


def open_dialler(hand: Hand) -> list[str]:
    hand.press("Ctrl+Shift+D")
    hand.until(hand.page.phone.dialler.isVisible)
    return [picked(row).words for row in hand.page.phone.dialler.model.rows]


def test_the_number_is_shown_before_it_is_dialled(hand: Hand, exchange: Exchange) -> None:
    hand.open_customer(MARGARET)
    assert open_dialler(hand) == ["+44 20 7946 0172"]
    assert exchange.asked == []
    hand.press("Enter")
    hand.until(lambda: exchange.requests == [Dial(SHARED_LINE, frozenset(), MARGARET)])
    hand.until(hand.writes_in_note)


def test_a_number_of_the_card_is_called_from_where_it_stands(hand: Hand, exchange: Exchange) -> None:
    hand.open_customer(MARGARET)
    rows = hand.page.view.call.customer.findChildren(type(hand.page.view.call.customer.more))
    button = next(one for one in rows if one.accessibleName().startswith("Call +44 20 7946 0172"))
    assert button.isVisible()
    button.click()
    hand.until(hand.page.phone.dialler.isVisible)
    hand.press("Enter")
    hand.until(lambda: exchange.requests == [Dial(SHARED_LINE, frozenset(), MARGARET)])


def test_in_quiet_hours_the_first_enter_says_so_and_the_second_calls(hand: Hand, exchange: Exchange) -> None:
    exchange.rule(QuietHours(time(14), time(16)))
    hand.open_customer(MARGARET)
    open_dialler(hand)
    hand.press("Enter")
    assert hand.page.phone.dialler.isVisible()
    assert "14:18" in hand.page.phone.dialler.hint.text()
    assert hand.page.phone.dialler.first.words == "Call anyway"
    assert exchange.asked == []
    hand.press("Enter")
    hand.until(lambda: exchange.requests == [Dial(SHARED_LINE, frozenset({Caution.QUIET_HOURS}), MARGARET)])


def test_who_asked_not_to_be_called_is_called_only_knowingly(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk()
    hand.house.add(a_customer("Nora Quiet", do_not_call=True), a_number(NORA, NORAS_LINE))
    hand = open_a_desk()
    exchange = Exchange(hand.house)
    assert hand.row(Customer, NORA) is not None
    hand.open_customer(NORA)
    open_dialler(hand)
    hand.press("Enter")
    assert "asked not to be called" in hand.page.phone.dialler.hint.text()
    hand.press("Enter")
    hand.until(lambda: len(exchange.asked) == 1)
    assert exchange.requests == [Dial(NORAS_LINE, frozenset({Caution.DO_NOT_CALL}), NORA)]


def test_a_wish_that_speaks_of_calls_is_no_do_not_call(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk()
    hand.house.add(a_customer("Nora Quiet", preferences="No calls before 9"), a_number(NORA, NORAS_LINE))
    hand = open_a_desk()
    exchange = Exchange(hand.house)
    hand.open_customer(NORA)
    open_dialler(hand)
    hand.press("Enter")
    hand.until(lambda: exchange.requests == [Dial(NORAS_LINE, frozenset(), NORA)])


@pytest.mark.parametrize("typed", ["020 7946 0666", "+44 20 7946 0666"])
def test_a_typed_number_of_somebody_who_asked_not_to_be_called_says_so_too(open_a_desk: OpenDesk, typed: str) -> None:
    hand = open_a_desk()
    hand.house.add(a_customer("Nora Quiet", do_not_call=True), a_number(NORA, NORAS_LINE))
    hand = open_a_desk()
    exchange = Exchange(hand.house)
    open_dialler(hand)
    hand.write(typed)
    hand.press("Enter")
    hand.until(lambda: "Nora Quiet asked not to be called" in hand.page.phone.dialler.hint.text())
    assert exchange.asked == []
    hand.press("Enter")
    hand.until(lambda: exchange.requests == [Dial(NORAS_LINE, frozenset({Caution.DO_NOT_CALL}), None)])


def test_a_shared_number_is_called_only_knowingly_where_anybody_who_has_it_asked(
    hand: Hand, exchange: Exchange
) -> None:
    change(hand.house, PRIYA, do_not_call=True)
    hand.open_customer(MARGARET)
    open_dialler(hand)
    hand.press("Enter")
    assert "Priya Shah asked not to be called" in hand.page.phone.dialler.hint.text()
    hand.press("Enter")
    hand.until(lambda: exchange.requests == [Dial(SHARED_LINE, frozenset({Caution.DO_NOT_CALL}), MARGARET)])


NORA, NORAS_LINE = known_id("Nora Quiet"), "+442079460666"


def test_an_emergency_number_is_left_to_the_phone(hand: Hand, exchange: Exchange) -> None:
    open_dialler(hand)
    hand.write("999")
    hand.until(lambda: "Dial it on your phone" in hand.page.phone.dialler.hint.text())
    hand.press("Enter")
    assert exchange.asked == []


def test_any_number_can_be_typed(hand: Hand, exchange: Exchange) -> None:
    open_dialler(hand)
    hand.write("020 7946 0777")
    hand.press("Enter")
    hand.until(lambda: [r.number for r in exchange.requests if isinstance(r, Dial)] == ["+442079460777"])


def test_a_callback_has_its_call_as_the_one_primary_button(hand: Hand, exchange: Exchange) -> None:
    four_callbacks(hand.house)
    preview = hand.page.view.preview
    hand.until(preview.call.isVisible)
    assert preview.call.key == "Ctrl+Shift+D"
    preview.call.click()
    hand.until(hand.page.phone.dialler.isVisible)
    hand.house.desk.phone.lost()
    assert not preview.call.isVisible()


def test_ones_own_call_that_nobody_took_is_not_told_as_a_missed_one(hand: Hand, exchange: Exchange) -> None:
    own = replace(ringing("own", OMARS_LINE), direction=Direction.OUTBOUND, pop=None, queue=None, waited_s=None)
    hand.hear(own)
    hand.until(lambda: acts(hand) == ["End"])
    hand.hear(replace(own, revision=2, phase=Phase.ENDED, ended_at=hand.house.clock.now()))
    hand.until(hand.window.notice.isVisible)
    assert "Your phone was not answered" in hand.window.notice.words.text()


# Breaks and wrap-up ------------------------------------------------------------------------------------------------


def test_a_break_has_a_reason_and_ends_with_one_key(hand: Hand, exchange: Exchange) -> None:
    assert acts(hand) == ["Break"]
    hand.press("Ctrl+Shift+B")
    hand.until(hand.page.phone.breaker.isVisible)
    hand.write("lun")
    hand.press("Down", "Enter")
    hand.until(lambda: exchange.requests == [Pause("Lunch")])
    exchange.tell_state(AgentState.BREAK, "Lunch")
    hand.until(lambda: acts(hand) == ["Ready"])
    hand.press("Ctrl+Shift+R")
    hand.until(lambda: exchange.requests[1:] == [Ready()])


def test_wrap_up_lasts_as_long_as_its_queue_says(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk()
    queue = Queue(id=known_id("vip"), name="vip", label="VIP", wrap_up_s=25.0, scope_id=1, ver=1)
    hand.house.add(queue)
    hand = open_a_desk()
    call = hand.hear(answered(hand.hear(replace(ringing("vip", OMARS_LINE), queue="vip"))))
    hand.until(hand.writes_in_note)
    hand.hear(hung_up(call))
    cell = hand.window.lane.lane.cells[0]
    assert cell.allowed_s == 25.0
    hand.press("Ctrl+Shift+M")
    assert hand.window.lane.lane.cells[0].allowed_s == 50.0


def ask_at_the_phone(hand: Hand) -> tuple[AgentCall, AgentCall]:
    """Let a customer wait and talk with a colleague on one's own phone; return both calls."""
    call = talk(hand)
    waits = hand.hear(replace(call, phase=Phase.HELD, held_since=hand.house.clock.now(), revision=8))
    asked = replace(
        answered(ringing("colleague", None)), direction=Direction.INTERNAL, party=Party(extension="4002"), pop=None
    )
    hand.hear(asked)
    hand.until(lambda: hand.page.walk.spot is not None and hand.page.walk.spot.key == asked.key)
    return waits, asked


def test_whoever_asked_a_colleague_is_at_the_customer_again_when_that_call_is_over(hand: Hand) -> None:
    waits, asked = ask_at_the_phone(hand)
    hand.hear(hung_up(asked))
    hand.hear(replace(hung_up(waits), revision=9))
    hand.until(lambda: hand.page.walk.spot is not None and hand.page.walk.spot.key == waits.key)
    hand.until(lambda: hand.note.outcomes.chosen is not None)


def test_words_on_a_call_with_a_colleague_do_not_end_in_a_customers_note(hand: Hand) -> None:
    waits, asked = ask_at_the_phone(hand)
    hand.until(hand.writes_in_note)
    hand.write("ask Jabu ")
    hand.hear(hung_up(asked))
    hand.write("tomorrow")
    assert hand.note.text.text == "ask Jabu tomorrow"
    spot = hand.page.walk.spot
    assert spot is not None
    assert spot.key == asked.key
    hand.saved()
    hand.hear(replace(hung_up(waits), revision=9))


def test_a_call_with_a_colleague_is_not_among_those_to_finish(hand: Hand) -> None:
    waits, asked = ask_at_the_phone(hand)
    hand.hear(hung_up(asked))
    hand.hear(replace(hung_up(waits), revision=9))
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    calls = hand.run(hand.house.desk.interactions.recent())
    unfinished = {one.interaction_id for one in calls if one.state is InteractionState.WRAP_UP}
    assert waits.contact_id in unfinished
    assert asked.contact_id not in unfinished
