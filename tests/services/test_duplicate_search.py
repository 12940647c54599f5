"""Duplicates among all who are on file are found step by step; who was said to be two is not offered again."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.duplicate_views import Progress, Stage
from crmdesk.domain.ids import new_id
from crmdesk.models.customer import ContactPoint, Relationship
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import customers, duplicate_search, merging, not_duplicates
from crmdesk.services.duplicates import resembling
from tests.services.conftest import Steps
from tests.support.desk import HIDEO, MARGARET, TOMASZ, TOMASZS_LINE, House, a_customer, a_number, known_id


def search(do: Steps, rows: int = duplicate_search.ROWS) -> None:
    """Go through everything."""
    while not do(lambda uow: _stepped(uow, rows)):
        pass


def _stepped(uow: UnitOfWork, rows: int) -> bool:
    at = duplicate_search.progress(uow)
    if at.stage is Stage.DONE:
        return True
    made = duplicate_search.step(uow, at, rows)
    duplicate_search.keep(uow, made.found, made.then)
    return False


def listed(do: Steps) -> list[tuple[UUID, UUID, str]]:
    found = do(duplicate_search.listed)
    return [(pair.one.customer_id, pair.other.customer_id, pair.reasons) for pair in found.pairs]


@pytest.fixture
def double(house: House) -> UUID:
    """Tomasz was written down a second time, with a letter missing and his number."""
    other = a_customer("Tomasz Wiśniewsk")
    house.add(other, a_number(known_id("Tomasz Wiśniewsk"), TOMASZS_LINE))
    return known_id("Tomasz Wiśniewsk")


def test_whoever_shares_a_number_and_nearly_the_name_is_found(do: Steps, double: UUID) -> None:
    assert not do(duplicate_search.listed).complete
    search(do)
    ((one, other, reasons),) = listed(do)
    assert {one, other} == {TOMASZ, double}
    assert reasons == "Same phone, name differs by one letter"
    assert do(duplicate_search.listed).complete


@pytest.mark.parametrize("rows", [2, 3, 200])
def test_nobody_is_missed_at_the_ends_of_steps(do: Steps, house: House, double: UUID, rows: int) -> None:
    for number in range(6):
        name = f"Ada Example {number}"
        point = a_number(known_id(name), f"+4420794609{number:02d}")
        twin = a_number(known_id(f"{name} again"), f"+4420794609{number:02d}")
        house.add(a_customer(name), point, a_customer(f"{name} again", latin_name=name), twin)
    search(do, rows)
    assert len(listed(do)) == 7


def test_a_shared_address_or_e_mail_address_leads_to_a_pair_too(do: Steps, house: House) -> None:
    for number, (kind, value) in enumerate((("email", "ruth@example.org"), ("address", "12 Mill Lane, Leeds LS1 4DY"))):
        for copy in range(2):
            row = a_customer(f"Ruth {'Nielsen' if copy else 'Nilsen'} {number}")
            point = ContactPoint(
                id=known_id(f"{number} {copy}"), customer_id=row.id, kind=kind, value=value, scope_id=1, ver=1
            )
            house.add(row, point)
    search(do)
    assert sorted(reasons for _, _, reasons in listed(do)) == [
        "Same address, name differs by one letter",
        "Same e-mail, name differs by one letter",
    ]


@pytest.mark.usefixtures("double")
def test_what_was_said_to_be_two_or_was_merged_is_not_offered_again(do: Steps) -> None:
    search(do)
    ((one, other, _),) = listed(do)
    do(lambda uow: not_duplicates.say_not_the_same(uow, other, one))
    assert listed(do) == []
    do(lambda uow: duplicate_search.keep(uow, duplicate_search.look_at(uow, [one]), Progress(Stage.DONE)))
    assert listed(do) == []
    do(lambda uow: not_duplicates.take_back(uow, one, other))
    do(lambda uow: duplicate_search.keep(uow, duplicate_search.look_at(uow, [one]), Progress(Stage.DONE)))
    assert len(listed(do)) == 1
    do(lambda uow: merging.merge(uow, other, one))
    assert listed(do) == []


def test_somebody_who_was_just_made_is_looked_at_by_their_name_too(do: Steps) -> None:
    number = "+442079460777"
    made = do(lambda uow: customers.create(uow, NewCustomer("Hideo Tanaka", number=number), "GB"))
    do(lambda uow: customers.attach_number(uow, HIDEO, number, "GB"))
    assert [one.customer_id for one, _ in do(lambda uow: resembling(uow, made))] == [HIDEO]


def test_after_a_day_everything_is_gone_through_again(do: Steps, house: House) -> None:
    search(do)
    assert do(duplicate_search.progress).stage is Stage.DONE
    house.clock.advance(timedelta(days=2).total_seconds())
    assert do(duplicate_search.progress) == Progress()


def test_a_family_is_no_pair(do: Steps) -> None:
    search(do)
    assert all(MARGARET not in pair[:2] for pair in listed(do))


def test_who_stands_on_the_others_card_is_somebody_else(do: Steps, double: UUID) -> None:
    search(do)
    ((one, other, _),) = listed(do)
    row = Relationship(
        id=new_id(), customer_id=other, other_customer_id=one, kind="household", name="Tomasz", role="Son"
    )
    do(lambda uow: uow.insert(row, "Relationship"))
    assert listed(do) == []
