"""What is read or written late belongs to where it was asked for: who went elsewhere meanwhile stays there."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.models.customer import Customer
from crmdesk.models.task import Task
from crmdesk.ui.pages.opening import open_merge
from tests.gui.desk.hand import Hand
from tests.support.desk import MARGARET, NOBODYS_LINE, PRIYA, TOMASZ, answered, hung_up, ringing
from tests.support.handset import Exchange
from tests.support.knowledge import article_id, rows_of

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


def test_the_card_of_numbers_is_not_opened_over_somebody_else(two: Hand) -> None:
    Exchange(two.house)
    two.page.phone.dial()
    two.page.walk.open_key("second")
    two.rest()
    assert not two.page.phone.dialler.isVisible()


def test_an_article_that_is_read_late_is_not_opened_over_another_call(two: Hand) -> None:
    two.house.add(*rows_of())
    two.page.knowledge.open_article(article_id("no-heat"))
    two.page.walk.open_key("second")
    two.rest()
    assert not two.page.knowledge.articles.is_open
    assert two.writes_in_note()


def test_a_merge_that_was_wanted_before_a_call_came_is_not_begun_later(hand: Hand) -> None:
    hand.hear(answered(hand.hear(ringing("first", NOBODYS_LINE))))
    open_merge(hand.window, MARGARET, PRIYA, "")
    hand.page.walk.open_key("first")
    hand.rest()
    hand.hear(answered(hand.hear(ringing("second", OTHER_LINE))))
    hand.rest()
    hand.open_customer(MARGARET)
    assert hand.page.merging.pane is None


def test_a_half_written_promise_stands_once_however_quickly_one_comes_back(two: Hand) -> None:
    two.press("Ctrl+P")
    two.write("call back about the boiler")
    two.page.walk.open_key("second")
    two.rest()
    for key in ("first", "second", "first"):
        two.page.walk.open_key(key)
    two.rest()
    assert two.note.promise.text == "call back about the boiler"


def test_a_promise_belongs_to_the_call_where_enter_was_pressed(two: Hand) -> None:
    two.press("Ctrl+P")
    two.write("call back tomorrow 10 about the boiler")
    first = two.page.walk.spot
    assert first is not None
    two.press("Enter")
    two.page.walk.open_key("second")
    two.rest()
    with Session(two.house.engines.read) as session:
        assert [task.interaction_id for task in session.scalars(select(Task))] == [first.interaction_id]
    two.page.walk.open_key("first")
    two.rest()
    assert two.note.promise.text == ""


def test_the_next_is_the_one_behind_also_where_the_first_is_not_there_yet(hand: Hand) -> None:
    for customer in (MARGARET, PRIYA, TOMASZ):
        hand.open_customer(customer)
        hand.write("Half a note")
    hand.page.walk.show_work()
    hand.rest()
    first, second, *_ = hand.page.feed.waiting
    hand.press("Ctrl+Tab", "Ctrl+Tab")
    hand.rest()
    assert hand.page.walk.spot is not None
    assert str(hand.page.walk.spot.subject) == second != first
