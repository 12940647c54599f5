"""Requests during a call: each form opens by its key, is filled by keys alone, and nothing typed is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.calls.live import AgentCall
from crmdesk.models.request import Request, RequestStep
from crmdesk.ui.formkit import FormPane
from crmdesk.ui.forms.information import InformationForm
from crmdesk.ui.forms.returning import ReturnForm
from crmdesk.ui.pages.desk.fact_rows import FactGroupBox
from crmdesk.ui.pages.desk.facts import Fact
from crmdesk.ui.pages.desk.timeline_rows import EntryRow
from tests.gui.desk.hand import Hand
from tests.gui.desk.test_complaint_on_the_desk import in_a_call
from tests.support.cases import rules
from tests.support.desk import TOMASZS_LINE, hung_up, ringing
from tests.support.requests import KETTLES


def open_form(hand: Hand, key: str) -> FormPane:
    """Press a key and wait until the form is filled."""
    hand.press(key)
    hand.until(lambda: hand.page.forms.form is not None and hand.page.forms.form.reference)
    form = hand.page.forms.form
    assert form is not None
    return form


def registered(hand: Hand, call: AgentCall) -> Request | None:
    """Return the request of a call as it is on the disk."""
    with Session(hand.house.engines.read) as session:
        return session.scalars(select(Request).where(Request.interaction_id == call.contact_id)).one_or_none()


def choose(hand: Hand, field: str, value: str) -> None:
    """Put a value into a field as a person's choice would."""
    form = hand.page.forms.form
    assert form is not None
    form.body.restore({field: value})
    form.body.input(field).edited.emit()


def test_a_service_request_is_registered_by_keys_and_proposed_as_the_outcome(hand: Hand) -> None:
    call = in_a_call(hand, ringing("ring-1", TOMASZS_LINE))
    hand.write('Says "the boiler drips".')
    form = open_form(hand, "Ctrl+S")
    assert form.reference.startswith("SR-")
    values = form.body.values
    assert (values["verbatim"], values["category"]) == ("the boiler drips", "repair")
    choose(hand, "product", "Boiler")
    choose(hand, "urgency", "3")
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.forms.form is None)
    row = registered(hand, call)
    assert row is not None
    assert (row.kind, row.urgency, row.verbatim, row.state) == ("service", 3, "the boiler drips", "registered")
    with Session(hand.house.engines.read) as session:
        assert session.scalars(select(RequestStep.kind).where(RequestStep.request_id == row.id)).all() == ["registered"]
    hand.hear(hung_up(call))
    hand.until(lambda: bool(hand.note.outcomes.shown))


def test_the_form_says_what_is_missing_and_esc_brings_words_and_reference_back(hand: Hand) -> None:
    in_a_call(hand, ringing("ring-1", TOMASZS_LINE))
    form = open_form(hand, "Ctrl+S")
    reference = form.reference
    hand.write("It drips")
    hand.press("Esc")
    hand.until(lambda: hand.page.forms.form is None)
    again = open_form(hand, "Ctrl+S")
    assert (again.reference, again.body.values["verbatim"]) == (reference, "It drips")
    assert "urgency" in again.foot.words


@pytest.mark.parametrize(("key", "prefix"), [("Ctrl+S", "SR-"), ("Ctrl+Shift+P", "RT-"), ("Ctrl+Shift+I", "IR-")])
def test_each_form_has_a_key_and_a_reference_of_its_own(hand: Hand, key: str, prefix: str) -> None:
    in_a_call(hand, ringing("ring-1", TOMASZS_LINE))
    assert open_form(hand, key).reference.startswith(prefix)


def test_a_return_says_at_once_whether_it_may_come_back(hand: Hand) -> None:
    hand.house.add(*rules(KETTLES))
    call = in_a_call(hand, ringing("ring-1", TOMASZS_LINE))
    form = open_form(hand, "Ctrl+Shift+P")
    hand.write("The lid is loose")
    choose(hand, "product", "Kettle 2000")
    assert form.body.values["category"] == "Kettles"
    choose(hand, "bought_on", "2.11.2026")
    assert isinstance(form, ReturnForm)
    may = form.may
    hand.until(may.isVisible)
    assert may.text().startswith("Bought Mon 2 Nov 2026, the window of 30 days ended")
    choose(hand, "wanted", "refund")
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.forms.form is None)
    row = registered(hand, call)
    assert row is not None
    assert (row.kind, row.category, str(row.bought_on), row.wanted) == ("return", "Kettles", "2026-11-02", "refund")


def test_a_question_about_their_own_data_shows_the_month_of_the_law(hand: Hand) -> None:
    hand.house.add(*rules())
    in_a_call(hand, ringing("ring-1", TOMASZS_LINE))
    form = open_form(hand, "Ctrl+Shift+I")
    hand.write("What do you hold about me?")
    choose(hand, "category", "own_data")
    assert isinstance(form, InformationForm)
    deadlines = form.deadlines
    hand.until(lambda: [row.target for row in deadlines.rows] == ["1 month, never pauses"])


def test_a_registered_request_stands_on_the_card_and_in_the_timeline(hand: Hand) -> None:
    call = in_a_call(hand, ringing("ring-1", TOMASZS_LINE))
    open_form(hand, "Ctrl+S")
    hand.write("The boiler drips")
    choose(hand, "product", "Boiler")
    choose(hand, "urgency", "1")
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.forms.form is None)
    row = registered(hand, call)
    assert row is not None
    name = f"{row.reference} Repair: Boiler"
    hand.until(lambda: [plain(fact.text) for fact in on_the_card(hand)] == [name])
    hand.until(lambda: f"{row.reference} registered" in timeline(hand))


def on_the_card(hand: Hand) -> tuple[Fact, ...]:
    """Return the open requests on the card."""
    boxes = hand.page.view.call.customer.findChildren(FactGroupBox)
    return next((one.group.facts for one in boxes if one.isVisible() and one.group.title == "Open requests"), ())


def plain(text: str) -> str:
    """Return a text without the marks that turn it."""
    return "".join(c for c in text if c not in "\u2066\u2067\u2068\u2069")


def timeline(hand: Hand) -> list[str]:
    """Return the titles in the timeline."""
    return [plain(row.title) for row in hand.page.view.call.timeline.list.rows.rows if isinstance(row, EntryRow)]
