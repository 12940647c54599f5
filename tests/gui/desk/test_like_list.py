"""Who makes a customer is shown who is on file already: on every path, with reasons, one key each."""

from __future__ import annotations

from uuid import UUID

from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Interaction
from tests.gui.desk.hand import Hand
from tests.support.desk import DANIEL, NOBODYS_LINE, TOMASZ, answered, ringing


def _caller(hand: Hand) -> UUID:
    """Take a call from a number that nobody has, and open the line for the name."""
    call = hand.hear(ringing("new", NOBODYS_LINE))
    hand.hear(answered(call))
    hand.until(hand.page.view.call.number.isVisible)
    hand.press("Ctrl+L", "N")
    return call.contact_id


def _customer_of(hand: Hand, contact: UUID) -> UUID | None:
    row = hand.row(Interaction, contact)
    return row.customer_id if row is not None else None


def test_somebody_on_file_is_used_by_one_key_and_gets_the_number(hand: Hand) -> None:
    contact = _caller(hand)
    hand.write("Tomasz Wisniewski")
    like = hand.page.view.call.number.like
    hand.until(lambda: like.isVisible() and like.rows[0].isVisible())
    assert like.rows[0].accessibleName().startswith("Use Tomasz Wiśniewski, Same name")
    hand.press("Ctrl+1")
    hand.until(lambda: _customer_of(hand, contact) == TOMASZ)
    card = hand.run(hand.house.desk.customers.card(TOMASZ))
    assert card is not None
    assert NOBODYS_LINE in [point.e164 for point in card.contact_points]


def test_enter_stops_once_where_somebody_of_this_name_was_not_seen_yet(hand: Hand) -> None:
    contact = _caller(hand)
    hand.write("Tomasz Wisniewski")
    hand.press("Enter")
    like = hand.page.view.call.number.like
    hand.until(like.isVisible)
    assert "press Enter again" in like.title.text()
    assert _customer_of(hand, contact) is None
    hand.press("Enter")
    hand.until(lambda: _customer_of(hand, contact) not in (None, TOMASZ))
    made = hand.row(Customer, _customer_of(hand, contact))
    assert made is not None
    assert made.name == "Tomasz Wisniewski"


def test_a_stranger_is_made_at_once(hand: Hand) -> None:
    contact = _caller(hand)
    hand.write("Linh Nguyen")
    hand.press("Enter")
    hand.until(lambda: _customer_of(hand, contact) is not None)
    assert not hand.page.view.call.number.like.isVisible()


def test_a_key_uses_nobody_who_took_the_place_of_another_a_moment_ago(hand: Hand) -> None:
    contact = _caller(hand)
    like = hand.page.view.call.number.like
    hand.write("Margaret Ellison")
    hand.until(lambda: like.rows[0].accessibleName().startswith("Use Margaret Ellison"))
    hand.press("Ctrl+A")
    hand.write("Daniel Ellison")
    hand.until(lambda: like.rows[0].accessibleName().startswith("Use Daniel Ellison"))
    hand.press("Ctrl+1")
    hand.rest()
    assert _customer_of(hand, contact) is None
    hand.house.clock.advance(1)
    hand.press("Ctrl+1")
    hand.until(lambda: _customer_of(hand, contact) == DANIEL)
