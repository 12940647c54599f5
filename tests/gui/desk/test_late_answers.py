"""What is read or written late belongs to where it was asked for: who went elsewhere meanwhile stays there."""

from __future__ import annotations

from uuid import UUID

import pytest

from crmdesk.models.customer import Customer
from tests.gui.desk.hand import Hand
from tests.support.desk import NOBODYS_LINE, TOMASZ, answered, hung_up, ringing

OTHER_LINE = "+442079460777"


def person_of(hand: Hand, key: str) -> UUID | None:
    """Return whose call it is said to be."""
    case = hand.page.book.case(key)
    assert case is not None
    return case.person.customer_id if case.person is not None else None


@pytest.fixture
def two(hand: Hand) -> Hand:
    """Return an agent on two calls from numbers that nobody has, the first of them on the desk."""
    hand.hear(answered(hand.hear(ringing("first", NOBODYS_LINE))))
    hand.hear(answered(hand.hear(ringing("second", OTHER_LINE))))
    hand.rest()
    hand.page.walk.open_key("first")
    hand.rest()
    return hand


def test_who_goes_back_to_work_before_a_customer_is_read_stays_there(hand: Hand) -> None:
    hand.page.open_customer(TOMASZ)
    hand.page.walk.show_work()
    hand.rest()
    assert hand.page.walk.spot is None
    assert hand.page.view.at_work


def test_a_call_that_is_gone_to_before_a_customer_is_read_stays_on_the_desk(two: Hand) -> None:
    two.page.open_customer(TOMASZ)
    two.page.walk.open_key("second")
    two.rest()
    assert two.page.showing.key == "second"


def test_whoever_is_chosen_for_a_call_is_attached_to_that_one(two: Hand) -> None:
    pane = two.page.view.call.number
    pane.start_attach()
    two.write("Tomasz")
    two.until(lambda: pane.hits.row is not None)
    two.press("Enter")
    two.page.walk.open_key("second")
    two.rest()
    assert person_of(two, "first") == TOMASZ
    assert person_of(two, "second") is None
    assert two.page.showing.key == "second"


def test_a_customer_who_is_made_belongs_to_the_call_for_which_they_were_begun(two: Hand) -> None:
    pane = two.page.view.call.number
    pane.start_new()
    two.write("Nora Number")
    two.rest()
    two.press("Enter")
    two.page.walk.open_key("second")
    pane.start_new()
    two.write("Otto")
    two.rest()
    made = person_of(two, "first")
    assert made is not None
    customer = two.row(Customer, made)
    assert customer is not None
    assert customer.name == "Nora Number"
    assert person_of(two, "second") is None
    assert pane.name.text == "Otto"
    two.until(lambda: names_begun(two) == ["Otto"])


def names_begun(hand: Hand) -> list[str]:
    """Return the names of customers that are being put down."""
    return [one.fields["name"] for one in hand.run(hand.house.desk.drafts.parked()) if one.kind == "newcomer"]


def test_enter_before_the_answer_takes_nobody_of_the_answer_before(two: Hand) -> None:
    pane = two.page.view.call.number
    pane.start_attach()
    two.write("Margaret")
    two.until(lambda: pane.hits.row is not None)
    two.press("Ctrl+A")
    two.write("Tomasz")
    two.press("Enter")
    two.until(lambda: person_of(two, "first") is not None)
    assert person_of(two, "first") == TOMASZ


def test_what_is_typed_to_find_the_caller_stays_while_they_hang_up(hand: Hand) -> None:
    call = hand.hear(answered(hand.hear(ringing("first", NOBODYS_LINE))))
    hand.until(hand.writes_in_note)
    pane = hand.page.view.call.number
    pane.start_attach()
    hand.write("Tom")
    hand.hear(hung_up(call))
    hand.rest()
    assert pane.search.text == "Tom"
    assert pane.search.isVisible()
