"""Who is offered before anything is typed."""

from __future__ import annotations

from functools import partial

import pytest

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Refused
from crmdesk.services import customers, merging
from crmdesk.services.within_reach import PINNED, RECENT, opened, pin, shelf
from tests.services.conftest import Steps
from tests.support.desk import DANIEL, MARGARET, OMAR, TOMASZ


def test_who_was_opened_last_comes_first_and_nobody_twice(do: Steps) -> None:
    for one in (MARGARET, TOMASZ, MARGARET):
        do(partial(opened, customer_id=one))
    assert [hit.id for hit in do(shelf).recent] == [MARGARET, TOMASZ]


def test_no_more_are_kept_than_can_be_looked_over(do: Steps) -> None:
    made = [do(partial(customers.create, new=NewCustomer(f"Person {n}"), region="GB")) for n in range(RECENT + 3)]
    for one in made:
        do(partial(opened, customer_id=one))
    assert [hit.id for hit in do(shelf).recent] == made[::-1][:RECENT]


def test_a_pinned_customer_stands_apart_from_those_opened_last_until_let_go(do: Steps) -> None:
    do(lambda uow: opened(uow, OMAR))
    assert do(lambda uow: pin(uow, OMAR))
    assert ([hit.id for hit in do(shelf).pinned], do(shelf).recent) == ([OMAR], ())
    assert not do(lambda uow: pin(uow, OMAR))
    assert (do(shelf).pinned, [hit.id for hit in do(shelf).recent]) == ((), [OMAR])


def test_more_than_can_be_looked_over_cannot_be_pinned(do: Steps) -> None:
    made = [do(partial(customers.create, new=NewCustomer(f"Person {n}"), region="GB")) for n in range(PINNED)]
    for one in made:
        do(partial(pin, customer_id=one))
    with pytest.raises(Refused, match="20 customers pinned"):
        do(lambda uow: pin(uow, MARGARET))


def test_a_merged_customer_is_kept_under_the_name_of_the_one_that_is_left(do: Steps) -> None:
    do(lambda uow: opened(uow, DANIEL))
    do(lambda uow: pin(uow, DANIEL))
    do(lambda uow: merging.merge(uow, DANIEL, MARGARET))
    assert [hit.id for hit in do(shelf).pinned] == [MARGARET]


def test_the_pin_of_a_row_that_was_merged_meanwhile_lets_go_of_the_one_that_is_left(do: Steps) -> None:
    do(lambda uow: pin(uow, DANIEL))
    do(lambda uow: merging.merge(uow, DANIEL, MARGARET))
    assert not do(lambda uow: pin(uow, DANIEL))
    assert do(shelf).pinned == ()
