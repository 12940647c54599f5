"""The store that benchmarks measure is like a real one: schema, valid numbers, found by search, always the same."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session

from benchmarks._people import Person, people
from benchmarks._store import KEY, fill
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.phone import normalise
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.engine import StoreEngines, open_store
from crmdesk.models.interaction import Interaction, Note
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.search import find

COUNT = 3_000


def test_one_seed_makes_the_same_people_and_another_others() -> None:
    assert list(people(200, seed=1)) == list(people(200, seed=1)) != list(people(200, seed=2))


def test_every_number_is_one_that_is_understood() -> None:
    numbers = {phone[0] for person in people(600, seed=1) for phone in person.phones}
    assert {number for number in numbers if normalise(number, "").e164 != number} == set()


def test_families_share_numbers_companies_have_extensions_and_scripts_have_latin_forms() -> None:
    made = list(islice(people(COUNT, seed=1), COUNT))
    shared = [person for person in made if person.phones[0][3]]
    assert 0.08 < len(shared) / COUNT < 0.16
    assert any(extension for person in made if person.kind == "organisation" for _, extension, _, _ in person.phones)
    assert all(person.latin_name for person in made if not _is_latin(person))


def _is_latin(person: Person) -> bool:
    return all(ord(letter) < 0x250 for letter in person.name)


def test_the_store_has_its_rows_every_index_and_is_searched_as_a_desk_does(tmp_path: Path, store: StoreEngines) -> None:
    made = fill(tmp_path / "made.db", COUNT, calls=2_000, seed=1)
    assert made["customers"] == COUNT
    engines = open_store(tmp_path / "made.db", KEY)
    with Session(engines.read) as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (Customer, Interaction)]
        assert counts == [COUNT, 2_000]
        assert session.scalar(select(func.count()).select_from(Note)) == made["notes"]
        last = session.execute(
            select(Customer.name, ContactPoint.e164)
            .join_from(Customer, ContactPoint, ContactPoint.customer_id == Customer.id)
            .where(ContactPoint.e164.is_not(None))
            .order_by(Customer.id.desc())
            .limit(1)
        ).one()
        uow = UnitOfWork(session, SystemClock(), None)
        for typed in last:
            assert last[0] in {hit.title for hit in find(uow, typed or "", "GB").hits}
        for table in (Customer, ContactPoint, Interaction):
            names = {index["name"] for index in inspect(engines.read).get_indexes(table.__tablename__)}
            assert names == {index["name"] for index in inspect(store.read).get_indexes(table.__tablename__)}
    engines.dispose()
