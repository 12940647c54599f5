"""What a pop shows, in one read."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.stream import TimelineEntry
from crmdesk.services import customers, timeline
from crmdesk.services.caller import caller
from crmdesk.services.interactions import add_note
from crmdesk.services.look_up import who_calls
from tests.services.conftest import Steps
from tests.support.clock import AFTERNOON
from tests.support.desk import DANIEL, MARGARET, NOBODYS_LINE, PRIYA, SHARED_LINE, House, a_note, known_id

THIS_CALL = known_id("this call")


def test_a_caller_comes_with_the_card_and_the_history_of_the_likeliest(do: Steps) -> None:
    found = do(lambda uow: caller(uow, SHARED_LINE, False, THIS_CALL))
    assert found.look_up == do(lambda uow: who_calls(uow, SHARED_LINE, False, THIS_CALL))
    assert found.likeliest is not None
    assert found.likeliest.card == do(lambda uow: customers.card(uow, MARGARET))
    assert found.likeliest.page == do(lambda uow: timeline.page(uow, MARGARET))
    assert len(found.likeliest.page.entries) == 4


def test_a_number_that_nobody_has_and_one_that_is_withheld_bring_no_file(do: Steps) -> None:
    assert do(lambda uow: caller(uow, NOBODYS_LINE, False, THIS_CALL)).likeliest is None
    assert do(lambda uow: caller(uow, SHARED_LINE, True, THIS_CALL)).likeliest is None


def test_a_card_names_who_shares_a_number_and_nobody_twice(do: Steps) -> None:
    do(lambda uow: customers.attach_number(uow, MARGARET, "+44 20 7946 0998", "GB"))
    do(lambda uow: customers.attach_number(uow, PRIYA, "+44 20 7946 0998", "GB"))
    card = do(lambda uow: customers.card(uow, MARGARET))
    assert card is not None
    assert [one.customer_id for one in card.household] == [DANIEL, PRIYA]


def test_a_card_says_whether_the_customer_has_changes_that_the_server_has_not(do: Steps) -> None:
    new = do(lambda uow: customers.create(uow, NewCustomer("Ada Byron"), "GB"))
    card, sent = do(lambda uow: customers.card(uow, new)), do(lambda uow: customers.card(uow, MARGARET))
    assert card is not None and sent is not None
    assert (card.unsent, sent.unsent) == (True, False)


def test_pages_of_a_timeline_hold_every_entry_once_also_those_of_one_instant(house: House, do: Steps) -> None:
    for number in range(7):
        house.add(a_note(f"note {number}", MARGARET, AFTERNOON - timedelta(days=number // 3), f"Note {number}"))
    whole = do(lambda uow: timeline.page(uow, MARGARET)).entries
    found: list[TimelineEntry] = []
    older = None
    for _ in range(len(whole)):
        page = do(partial(timeline.page, customer_id=MARGARET, older=older, limit=2))
        found += page.entries
        older = page.older
        if older is None:
            break
    assert found == list(whole)
    assert len(found) == 11


def test_an_entry_of_the_timeline_says_that_it_is_unsent(do: Steps) -> None:
    new = do(lambda uow: add_note(uow, None, MARGARET, "Rang back"))
    unsent = [entry.id for entry in do(lambda uow: timeline.page(uow, MARGARET)).entries if entry.unsent]
    assert unsent == [new]
