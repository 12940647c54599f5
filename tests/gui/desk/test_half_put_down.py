"""The name of a new customer is kept as it is typed: it stands in its line again after anything."""

from __future__ import annotations

from crmdesk.models.customer import Customer
from crmdesk.models.local import DraftRow
from crmdesk.ui.pages.search.page import SearchPage
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.desk import NOBODYS_LINE, TOMASZ, answered, hung_up, ringing

NUMBER = "+44 20 7946 0999"


def search_of(hand: Hand) -> SearchPage:
    page = hand.window.page("search")
    assert isinstance(page, SearchPage)
    return page


def nobody_found(hand: Hand) -> SearchPage:
    """Search for a number that nobody has, and begin a customer."""
    hand.press("Ctrl+F")
    page = search_of(hand)
    hand.press("Ctrl+A")
    hand.write(NUMBER)
    hand.until(lambda: page.stack.currentWidget() is page.nobody)
    hand.press("Ctrl+Enter")
    return page


def drafts_of(hand: Hand) -> list[str]:
    parked = hand.run(hand.house.desk.drafts.parked())
    return [draft.fields["name"] for draft in parked if draft.kind == "newcomer"]


def test_a_name_begun_in_the_search_is_there_after_the_program_ended(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk("desk", "search")
    nobody_found(hand)
    hand.write("Nora Numb")
    hand.until(lambda: drafts_of(hand) == ["Nora Numb"])
    hand = open_a_desk("desk", "search")
    page = nobody_found(hand)
    hand.until(lambda: page.nobody.name.text == "Nora Numb")
    hand.write("er")
    hand.press("Enter")
    hand.until(lambda: hand.window.current == "desk")
    assert hand.page.reader.card is None or hand.page.reader.card.name == "Nora Number"
    assert drafts_of(hand) == []


def test_who_writes_the_name_before_the_search_has_answered_goes_on_writing(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk("desk", "search")
    page = nobody_found(hand)
    hand.press("Ctrl+F")
    hand.until(page.field.hasFocus)
    hand.press("Ctrl+A")
    hand.write(f"{NUMBER} 1")
    hand.press("Ctrl+Enter")
    hand.write("No")
    page._still_reading()  # as it is when the answer takes its time
    hand.write("ra")
    hand.until(lambda: not page.finder.waiting)
    assert page.nobody.name.isVisible()
    assert page.nobody.name.text == "Nora"
    hand.until(lambda: drafts_of(hand)[:1] == ["Nora"])


def test_a_name_begun_for_another_search_stays_where_the_answer_to_this_one_comes_late(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk("desk", "search")
    page = nobody_found(hand)
    hand.write("Nora Numb")
    hand.until(lambda: drafts_of(hand) == ["Nora Numb"])
    hand.press("Ctrl+F")
    page = nobody_found(hand)
    page.nobody.show_typed(NUMBER + "1")  # before what was begun for the first number was read
    hand.until(lambda: drafts_of(hand) == ["Nora Numb"])
    page.nobody.show_typed(NUMBER)
    hand.run(hand.house.desk.drafts.parked())
    assert drafts_of(hand) == ["Nora Numb"]


def test_a_name_begun_for_a_caller_is_there_when_another_was_served_and_after_the_program_ended(
    open_a_desk: OpenDesk,
) -> None:
    hand = open_a_desk()
    call = hand.hear(answered(hand.hear(ringing("new", NOBODYS_LINE))))
    number = hand.page.view.call.number
    hand.until(number.isVisible)
    hand.press("Ctrl+L", "N")
    hand.write("Linh Ng")
    hand.page.open_customer(TOMASZ)
    hand.until(lambda: hand.page.reader.card is not None)
    hand.page.walk.open_subject(str(call.contact_id))
    hand.until(lambda: number.isVisible() and number.name.text == "Linh Ng")
    hand.hear(hung_up(call))
    hand.until(lambda: hand.row(DraftRow, ("newcomer", call.contact_id)))
    hand = open_a_desk()
    hand.page.walk.open_subject(str(call.contact_id))
    number = hand.page.view.call.number
    hand.until(lambda: number.isVisible() and number.name.text == "Linh Ng")
    number.name.setFocus()
    hand.press("End")
    hand.write("uyen")
    hand.press("Enter")
    hand.until(lambda: hand.page.reader.customer is not None)
    made = hand.page.reader.customer
    customer = hand.row(Customer, made)
    assert customer is not None
    assert customer.name == "Linh Nguyen"
    assert hand.row(DraftRow, ("newcomer", call.contact_id)) is None


def test_esc_puts_the_name_aside_and_n_brings_it_back(hand: Hand) -> None:
    hand.hear(answered(hand.hear(ringing("new", NOBODYS_LINE))))
    number = hand.page.view.call.number
    hand.until(number.isVisible)
    hand.press("Ctrl+L", "N")
    hand.write("Linh Ng")
    hand.press("Esc")
    hand.until(lambda: not number.is_open)
    hand.press("N")
    hand.until(lambda: number.name.text == "Linh Ng")


def test_who_is_attached_instead_leaves_no_name_half_put_down(hand: Hand) -> None:
    call = hand.hear(answered(hand.hear(ringing("new", NOBODYS_LINE))))
    number = hand.page.view.call.number
    hand.until(number.isVisible)
    hand.press("Ctrl+L", "N")
    hand.write("Tomas")
    hand.until(lambda: hand.row(DraftRow, ("newcomer", call.contact_id)))
    hand.press("Esc", "A")
    hand.write("wisn")
    hand.until(lambda: number.hits.row is not None)
    hand.press("Enter")
    hand.until(lambda: hand.page.reader.customer == TOMASZ)
    hand.until(lambda: hand.row(DraftRow, ("newcomer", call.contact_id)) is None)


def test_the_name_for_one_caller_is_not_shown_for_another(hand: Hand) -> None:
    first = hand.hear(answered(hand.hear(ringing("new", NOBODYS_LINE))))
    number = hand.page.view.call.number
    hand.until(number.isVisible)
    hand.press("Ctrl+L", "N")
    hand.write("Linh Ng")
    hand.hear(hung_up(first))
    other = hand.hear(answered(hand.hear(ringing("hidden", None))))
    hand.page.walk.open_subject(str(other.contact_id))
    hand.until(lambda: number.title.text() == "Number withheld")
    assert number.name.isHidden()
