"""Do not call is a fact of the customer: said, taken back, kept through a merge, and found by any number they have."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from crmdesk.domain.errors import Refused
from crmdesk.domain.ids import new_id
from crmdesk.models.customer import Customer
from crmdesk.models.local import Outbox
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import customers, merging
from crmdesk.services.not_calling import set_do_not_call, who_asked
from tests.services.conftest import Steps
from tests.support.desk import MARGARET, OMARS_LINE, PRIYA, SHARED_LINE, TOMASZ, TOMASZS_LINE


def say_so(uow: UnitOfWork, customer: UUID) -> None:
    assert set_do_not_call(uow, customer, wanted=True)


def is_said(do: Steps, customer: UUID) -> bool:
    card = do(lambda uow: customers.card(uow, customer))
    assert card is not None
    return card.do_not_call


def wishes(uow: UnitOfWork, customer: UUID, words: str) -> None:
    uow.update(uow.session.get_one(Customer, customer), "Preferences", preferences=words)


def test_it_is_said_and_taken_back_and_both_are_sent(do: Steps) -> None:
    assert not is_said(do, TOMASZ)
    do(lambda uow: say_so(uow, TOMASZ))
    assert is_said(do, TOMASZ)
    assert do(lambda uow: set_do_not_call(uow, TOMASZ, wanted=True)) is False, "said once is enough"
    assert do(lambda uow: set_do_not_call(uow, TOMASZ, wanted=False))
    assert not is_said(do, TOMASZ)
    sent = do(lambda uow: [(row.title, row.set_) for row in uow.session.scalars(select(Outbox).order_by(Outbox.seq))])
    assert sent == [
        ("Do not call, Tomasz Wiśniewski", {"do_not_call": True}),
        ("May be called, Tomasz Wiśniewski", {"do_not_call": False}),
    ]


def test_nobody_is_marked_who_is_not_here(do: Steps) -> None:
    with pytest.raises(Refused):
        do(lambda uow: set_do_not_call(uow, new_id(), wanted=True))


@pytest.mark.parametrize("words", ["No calls before 9", "Do not call after 18:00", "Never say: do not call us"])
def test_what_is_written_about_their_wishes_is_never_read_for_it(do: Steps, words: str) -> None:
    do(lambda uow: wishes(uow, TOMASZ, words))
    assert not is_said(do, TOMASZ)
    assert do(lambda uow: who_asked(uow, TOMASZS_LINE)) is None


def test_a_number_is_not_to_be_called_where_anybody_who_has_it_asked(do: Steps) -> None:
    assert do(lambda uow: who_asked(uow, SHARED_LINE)) is None
    do(lambda uow: say_so(uow, PRIYA))
    assert do(lambda uow: who_asked(uow, SHARED_LINE)) == "Priya Shah"
    assert do(lambda uow: who_asked(uow, OMARS_LINE)) is None
    assert do(lambda uow: who_asked(uow, "+442079460999")) is None


def test_a_merge_does_not_lose_it(do: Steps) -> None:
    do(lambda uow: say_so(uow, TOMASZ))
    do(lambda uow: merging.merge(uow, TOMASZ, MARGARET))
    assert is_said(do, MARGARET)
    assert do(lambda uow: who_asked(uow, TOMASZS_LINE)) == "Margaret Ellison"
    assert do(lambda uow: set_do_not_call(uow, TOMASZ, wanted=False)), "the old record leads to the survivor"
    assert not is_said(do, MARGARET)
    assert do(lambda uow: who_asked(uow, TOMASZS_LINE)) is None
