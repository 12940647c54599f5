"""What an agent's day costs in keys beyond the words: each budget fails on one key more."""

from __future__ import annotations

import pytest

from crmdesk.domain.calls.live import AgentCall
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.interactions import InteractionState
from crmdesk.models.interaction import Interaction
from crmdesk.ui.pages.search.page import SearchPage
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Counting, Hand
from tests.gui.desk.test_complaint_on_the_desk import registered
from tests.support.desk import OMAR, OMARS_LINE, TOMASZ, TOMASZS_LINE, answered, hung_up, known_id, ringing

NOTE, WRAP_UP, COMPLAINT, SEARCH = 0, 3, 12, 3


def talking(hand: Hand, line: str) -> AgentCall:
    """Ring and be answered, without a key."""
    call = hand.hear(ringing("ring-1", line))
    hand.until(lambda: call.key in hand.popped)
    return hand.hear(answered(call))


def test_from_the_answer_to_the_note_takes_no_key(hand: Hand) -> None:
    agent = Counting(hand)
    talking(hand, OMARS_LINE)
    hand.until(hand.writes_in_note)
    hand.write("Boiler is out")
    hand.saved()
    assert hand.note.text.editor.toPlainText() == "Boiler is out"
    assert agent.keys == NOTE


def test_wrap_up_takes_three_keys_at_most_with_another_outcome_than_the_proposed_one(hand: Hand) -> None:
    call = talking(hand, OMARS_LINE)
    hand.hear(hung_up(call))
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    hand.house.clock.advance(1)
    agent = Counting(hand)
    agent.press("Ctrl+3", "Ctrl+Enter")
    hand.until(lambda: hand.page.view.at_work)
    row = hand.row(Interaction, call.contact_id)
    assert row is not None
    assert (row.state, row.disposition_id) == (InteractionState.CLOSED, known_id("outcome information"))
    assert agent.keys <= WRAP_UP


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # the screen that is nobody's, and a list below
def test_a_complaint_from_a_call_takes_twelve_keys_at_most(hand: Hand) -> None:
    call = talking(hand, TOMASZS_LINE)
    hand.until(hand.writes_in_note)
    hand.until(lambda: hand.page.reader.card is not None)
    agent = Counting(hand)
    agent.press("Ctrl+R")
    hand.until(lambda: hand.page.forms.form is not None and hand.page.forms.form.reference)
    hand.write("You took it twice and nobody rang me back.")
    agent.press("Tab")
    agent.type_counted("Ho")
    agent.press("Down", "Enter", "Tab")
    agent.type_counted("B")
    agent.press("Tab")
    agent.type_counted("3")
    agent.press("Ctrl+Enter")
    hand.until(lambda: registered(hand, call) is not None)
    complaint = registered(hand, call)
    assert complaint is not None
    assert (complaint.customer_id, complaint.severity, complaint.state) == (TOMASZ, 3, ComplaintState.REGISTERED)
    assert (complaint.product, complaint.category) == ("HomeCover Plus", "Billing and payments")
    assert complaint.verbatim == "You took it twice and nobody rang me back."
    assert agent.keys <= COMPLAINT


def test_from_the_search_to_the_card_takes_three_keys_at_most(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk("desk", "search")
    agent = Counting(hand)
    agent.press("Ctrl+F")
    page = hand.window.page("search")
    assert isinstance(page, SearchPage)
    hand.until(lambda: hand.focus is page.field)
    hand.write("omar")
    hand.until(lambda: page.results.hits and not page.finder.waiting)
    agent.press("Enter")
    hand.until(lambda: hand.page.reader.card is not None and hand.page.reader.card.id == OMAR)
    assert hand.window.current == "desk"
    assert agent.keys <= SEARCH
