"""After the call: one key with the proposal, two with another outcome, and the time it may take."""

from __future__ import annotations

from uuid import UUID

from crmdesk.domain.calls.live import AgentCall
from crmdesk.domain.complaints import NewComplaint
from crmdesk.domain.interactions import InteractionState
from crmdesk.domain.lane import Stage
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.domain.requests.views import NewRequest
from crmdesk.models.interaction import Interaction
from crmdesk.models.local import DraftRow
from crmdesk.models.people import Disposition
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.desk import (
    MARGARET,
    ME,
    OMAR,
    OMARS_LINE,
    a_call,
    answered,
    hung_up,
    known_id,
    ringing,
)


def after_a_call(hand: Hand, note: str = "") -> AgentCall:
    """Talk with Omar, write, and let him hang up."""
    call = hand.hear(answered(hand.hear(ringing("omar", OMARS_LINE))))
    hand.until(hand.writes_in_note)
    hand.write(note)
    ended = hand.hear(hung_up(call))
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    hand.house.clock.advance(1)  # the digits were the chooser's until a moment ago
    return ended


def interaction(hand: Hand, contact: UUID) -> Interaction:
    row = hand.row(Interaction, contact)
    assert row is not None
    return row


def test_wrapping_up_with_the_proposal_is_one_key(hand: Hand) -> None:
    call = after_a_call(hand, "Wants to speak Arabic")
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.view.at_work)
    row = interaction(hand, call.contact_id)
    assert row.state == InteractionState.CLOSED
    assert row.disposition_id == known_id("outcome rebooked")
    assert row.customer_id == OMAR
    assert hand.row(DraftRow, ("note", call.contact_id)) is None
    page = hand.run(hand.house.desk.customers.timeline(OMAR))
    assert "Wants to speak Arabic" in [entry.body for entry in page.entries]
    assert not hand.window.lane.lane.cells


def test_another_outcome_is_one_key_more_of_which_one_is_told(hand: Hand) -> None:
    call = after_a_call(hand)
    hand.until(lambda: hand.note.outcomes.view.accessibleDescription() == "Ctrl+1 … Ctrl+5")
    hand.press("Ctrl+3", "Ctrl+Enter")
    hand.until(lambda: hand.page.view.at_work)
    assert interaction(hand, call.contact_id).disposition_id == known_id("outcome information")


def test_more_outcomes_are_found_by_typing(hand: Hand) -> None:
    call = after_a_call(hand)
    outcomes = hand.note.outcomes
    assert len(outcomes.shown) == 5
    outcomes.filter.setFocus()
    hand.write("wrong")
    hand.until(lambda: outcomes.shown == ("Wrong number",))
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.view.at_work)
    assert interaction(hand, call.contact_id).disposition_id == known_id("outcome wrong-number")


def test_a_complaint_filed_on_the_call_is_proposed_with_its_reason(hand: Hand) -> None:
    call = after_a_call(hand)
    new = NewComplaint(
        "CP-26-07431", OMAR, call.contact_id, "Boiler", "Delay", 3, "Nobody came.", "", False, "Europe/London"
    )
    hand.run(hand.house.desk.complaints.register(new))
    hand.until(lambda: hand.note.outcomes.shown[0] == "Complaint registered")
    hand.press("Ctrl+1", "Ctrl+Enter")
    hand.until(lambda: hand.page.view.at_work)
    assert interaction(hand, call.contact_id).disposition_id == known_id("outcome complaint")


def test_a_request_registered_on_the_call_is_proposed_with_its_reason(hand: Hand) -> None:
    labelled = {"code": "request", "label": "Request registered", "position": 50}
    hand.house.add(Disposition(id=known_id("outcome request"), active=True, scope_id=1, ver=1, **labelled))
    call = after_a_call(hand)
    new = NewRequest(
        *(RequestKind.SERVICE, "SR-26-07431", OMAR, call.contact_id, "repair", "It drips.", "Europe/London", "Boiler")
    )
    hand.run(hand.house.desk.requests.register(new))
    hand.until(lambda: hand.note.outcomes.shown[0] == "Request registered")
    hand.press("Ctrl+1", "Ctrl+Enter")
    hand.until(lambda: hand.page.view.at_work)
    assert interaction(hand, call.contact_id).disposition_id == known_id("outcome request")


def test_the_lane_shows_the_time_left_and_more_time_adds_a_minute(hand: Hand) -> None:
    after_a_call(hand)
    before = hand.window.lane.lane.cells[0].ends_at
    hand.press("Ctrl+Shift+M")
    after = hand.window.lane.lane.cells[0].ends_at
    assert before is not None
    assert after is not None
    assert (after - before).total_seconds() == 60


def test_wrap_up_prolongs_itself_once_while_keys_are_pressed(hand: Hand) -> None:
    after_a_call(hand)
    hand.house.clock.advance(58)
    hand.write("still writing")
    hand.house.clock.advance(3)
    hand.page.wrap_up.tick()
    case = hand.page.book.cases[0]
    assert case.wrap_up is not None
    assert case.wrap_up.extended
    assert case.stage is Stage.WRAP_UP
    assert hand.writes_in_note()


def test_when_the_time_is_over_the_call_waits_among_those_to_finish(hand: Hand) -> None:
    call = after_a_call(hand, "half a sent")
    hand.saved()
    hand.house.clock.advance(75)
    hand.page.wrap_up.tick()
    hand.until(lambda: hand.page.view.at_work)
    finish = hand.page.view.idle.sections
    hand.until(lambda: [row for s in finish.values() for row in s.model.rows if s.work == "finish"])
    hand.page.walk.open_subject(str(call.contact_id))
    hand.until(lambda: not hand.page.view.at_work)
    assert hand.note.text.text == "half a sent"
    hand.page.wrap_up.tick()
    assert not hand.page.view.at_work
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    hand.press("Ctrl+Enter")
    hand.until(lambda: interaction(hand, call.contact_id).state == InteractionState.CLOSED)


def test_the_note_is_never_taken_away_while_one_types(hand: Hand) -> None:
    after_a_call(hand)
    for _ in range(4):
        hand.house.clock.advance(58)
        hand.write("on and on ")
        hand.house.clock.advance(3)
        hand.page.wrap_up.tick()
    assert hand.writes_in_note()
    assert hand.note.text.text == "on and on " * 4


def test_a_call_of_before_the_program_was_started_can_be_finished(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk()
    waiting = a_call(
        "left over",
        MARGARET,
        hand.house.clock.now(),
        agent_id=ME.agent_id,
        state=InteractionState.WRAP_UP.value,
    )
    hand.house.add(waiting)
    hand = open_a_desk()
    finish = hand.page.view.idle.sections
    hand.until(lambda: [row for s in finish.values() for row in s.model.rows if s.work == "finish"])
    hand.until(lambda: hand.page.view.idle.row is not None and hand.page.view.idle.row.work == "finish")
    hand.page.view.idle.take_focus()
    hand.press("Enter")
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    hand.until(lambda: hand.page.view.call.customer.name.text() == "Margaret Ellison")
    hand.press("Ctrl+Enter")
    hand.until(lambda: interaction(hand, known_id("left over")).state == InteractionState.CLOSED)


def test_it_cannot_be_finished_while_the_call_is_on(hand: Hand) -> None:
    call = hand.hear(answered(hand.hear(ringing("omar", OMARS_LINE))))
    hand.until(hand.writes_in_note)
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    assert not hand.note.primary.isEnabled()
    hand.house.clock.advance(1)
    hand.press("Ctrl+2", "Ctrl+Enter")
    assert interaction(hand, call.contact_id).state == InteractionState.OPEN
    hand.hear(hung_up(call))
    hand.until(hand.note.primary.isEnabled)
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.view.at_work)
    assert interaction(hand, call.contact_id).disposition_id == known_id("outcome complaint")


def test_escape_puts_the_wrap_up_aside_without_losing_it(hand: Hand) -> None:
    call = after_a_call(hand, "later")
    hand.press("Escape")
    hand.until(lambda: hand.page.view.at_work)
    assert [parked.key for parked in hand.window.lane.lane.parked] == [str(call.contact_id)]


def test_a_form_that_is_written_in_is_not_taken_away_when_the_time_is_over(hand: Hand) -> None:
    call = after_a_call(hand)
    hand.press("Ctrl+R")
    hand.until(lambda: hand.page.forms.form is not None)
    hand.rest()
    hand.write("Nobody came")
    hand.house.clock.advance(300)
    hand.page.wrap_up.tick()
    hand.rest()
    hand.write(" again")
    form = hand.page.forms.form
    assert form is not None
    assert form.body.values["verbatim"] == "Nobody came again"
    assert hand.page.showing.key == call.key
