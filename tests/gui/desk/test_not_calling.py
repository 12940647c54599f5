"""Do not call: said by a command, seen on the card in words, taken back by the same command."""

from __future__ import annotations

from crmdesk.models.customer import Customer
from crmdesk.ui.pop import say
from crmdesk.ui.theme import Icon
from tests.gui.desk.hand import Hand
from tests.support.desk import MARGARET


def say_it(hand: Hand) -> None:
    hand.press("Ctrl+K")
    hand.write("do not call")
    hand.press("Enter")


def is_said(hand: Hand) -> bool:
    row = hand.row(Customer, MARGARET)
    assert row is not None
    return row.do_not_call


def chips(hand: Hand) -> list[str]:
    pane = hand.page.view.call.customer
    return [*pane.marks.text().split(", "), *pane.wish.text().split(", ")]


def test_it_is_said_from_the_palette_and_taken_back_there(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    assert "Do not call" not in chips(hand)
    say_it(hand)
    hand.until(lambda: "Do not call" in chips(hand))
    assert is_said(hand)
    assert hand.window.notice.words.text() == "Margaret Ellison asked not to be called"
    say_it(hand)
    hand.until(lambda: "Do not call" not in chips(hand))
    assert not is_said(hand)
    assert hand.window.notice.words.text() == "Margaret Ellison may be called again"


def test_the_mark_is_seen_without_colour_and_read_aloud(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    say_it(hand)
    hand.until(lambda: "Do not call" in chips(hand))
    card = hand.page.reader.card
    assert card is not None
    (chip,) = [chip for chip in say.marks(card) if chip.text == "Do not call"]
    assert chip.icon is Icon.PHONE_OFF
    pane = hand.page.view.call.customer
    assert pane.wish.accessibleName() == "Do not call"
    assert pane.wish.width() >= pane.wish.sizeHint().width() > 0, "it is not folded away behind other marks"


def test_it_is_offered_only_where_a_customer_is_shown(hand: Hand) -> None:
    assert "customer.do_not_call" not in {binding.command.id for binding in hand.window.keys.available()}
    hand.open_customer(MARGARET)
    assert "customer.do_not_call" in {binding.command.id for binding in hand.window.keys.available()}
