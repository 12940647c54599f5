"""Many rows on their way: what is fetched or sent ahead changes nothing of what is promised of a page or an answer."""

from __future__ import annotations

from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import select

from crmdesk.domain.errors import Unavailable
from crmdesk.models.customer import Customer
from crmdesk.models.local import ConflictRow, Cursor, Outbox, OutboxState
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.sync.client.cycle import BATCH
from tests.sync.conftest import SyncedDesk, left_over

MANY = BATCH + 120


def make(uow: UnitOfWork, first: int, last: int) -> list[UUID]:
    """Make customers with these numbers, each a change of its own; return their ids."""
    made = []
    for number in range(first, last):
        made.append(uow.insert(Customer(name=f"Person {number}", latin_name="", city="Here"), "Customer").id)
        uow.apart()
    return made


def move(uow: UnitOfWork, row: UUID, city: str) -> None:
    uow.update(uow.session.get_one(Customer, row), "City", city=city)


def names(uow: UnitOfWork) -> set[str]:
    return set(uow.session.scalars(select(Customer.name)))


def position(uow: UnitOfWork) -> bytes | None:
    return uow.session.get_one(Cursor, 1).position


def conflicts(uow: UnitOfWork) -> list[tuple[object, object, object]]:
    return [(row.base, row.mine, row.theirs) for row in uow.session.scalars(select(ConflictRow))]


@pytest.fixture
def many(anna: SyncedDesk, bela: SyncedDesk) -> set[str]:
    """The names of customers whom Anna sent, more than a page of Bela's; he waits for them."""
    anna.sync()
    bela.sync()
    bela.weather.rows_of_a_page = 30
    anna.do(make, 0, 100)
    anna.sync()
    return {f"Person {number}" for number in range(100)}


def test_rows_that_come_in_many_pages_are_all_there_and_all_found(bela: SyncedDesk, many: set[str]) -> None:
    bela.weather.pulls = 0
    bela.sync()
    assert bela.weather.pulls == 4
    assert bela.do(names) == many


def test_a_page_that_was_written_stays_with_its_cursor_when_the_next_does_not_come(
    bela: SyncedDesk, many: set[str]
) -> None:
    before = bela.do(position)
    seen = []
    bela.weather.rows_of_a_page = 30
    bela.weather.lose_pulls_after(1)
    for _ in range(3):
        with pytest.raises(Unavailable):
            bela.sync()
        seen.append((bela.do(position), len(bela.do(names))))
        bela.weather.lose_pulls_after(1)
    assert [count for _, count in seen] == [30, 60, 90]
    assert len({before, *(cursor for cursor, _ in seen)}) == 4
    bela.weather.lose_pulls_after(None)
    bela.sync()
    assert bela.do(names) == many


def test_more_than_one_batch_is_sent_in_order_and_the_outbox_drains(anna: SyncedDesk, bela: SyncedDesk) -> None:
    anna.sync()
    anna.do(make, 0, MANY)
    anna.sync()
    numbers = [mutation.seq for push in anna.weather.sent for mutation in push.mutations]
    assert len(anna.weather.sent) == 2
    assert all(later == earlier + 1 for earlier, later in pairwise(numbers))
    assert len(numbers) == MANY
    assert left_over(anna) == 0
    bela.sync()
    assert bela.do(names) == {f"Person {number}" for number in range(MANY)}


@pytest.mark.parametrize("lost", ["lose_request", "lose_answer"])
def test_a_batch_that_was_sent_ahead_and_lost_is_sent_again_and_counts_once(
    anna: SyncedDesk, bela: SyncedDesk, lost: str
) -> None:
    anna.sync()
    anna.do(make, 0, MANY)
    anna.weather.let_through(1, then=lost)
    with pytest.raises(Unavailable):
        anna.sync()
    states = anna.do(lambda uow: list(uow.session.scalars(select(Outbox.state).order_by(Outbox.seq))))
    assert states == [OutboxState.ACKED.value] * BATCH + [OutboxState.WAITING.value] * (MANY - BATCH)
    anna.sync()
    assert left_over(anna) == 0
    bela.sync()
    assert bela.do(names) == {f"Person {number}" for number in range(MANY)}


def test_a_later_change_is_not_sent_before_it_stands_on_what_became_of_the_earlier(
    anna: SyncedDesk, bela: SyncedDesk
) -> None:
    anna.sync()
    (ours,) = anna.do(make, 0, 1)
    anna.sync()
    bela.sync()
    bela.do(move, ours, "Bela's town")
    bela.sync()
    anna.weather.sent.clear()
    anna.do(move, ours, "Anna's first town")
    anna.do(make, 1, MANY)
    anna.do(move, ours, "Anna's last town")
    anna.sync()
    first, second = anna.weather.sent[:2]
    assert first.mutations[0].base == {"city": "Here"}
    assert second.mutations[-1].set == {"city": "Anna's last town"}
    assert second.mutations[-1].base == {"city": "Here"}
    assert anna.do(conflicts) == [("Here", "Anna's last town", "Bela's town")]
