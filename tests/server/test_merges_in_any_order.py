"""Merges and partings in any order: whatever happened between, everybody gets back what was theirs."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import pytest

from crmdesk.domain.ids import new_id
from crmdesk.sync.engine import Engine
from crmdesk.sync.wire import Op, Status
from tests.support.server import Device, callback, customer, desk_of

CUSTOMERS = 5
STEPS = 30


@dataclass
class House:
    """Customers, who is merged into whom, and with whom each callback was written down."""

    desk: Device
    people: list[UUID]
    into: dict[UUID, UUID] = field(default_factory=dict)
    written: dict[UUID, UUID] = field(default_factory=dict)

    def now(self, person: UUID) -> UUID:
        """Return whom a customer belongs to."""
        while person in self.into:
            person = self.into[person]
        return person

    def merge(self, loser: UUID, winner: UUID) -> None:
        """Merge two, or be refused where that would be a circle."""
        result = self._set(loser, winner)
        if self.now(winner) == loser:
            assert result is Status.DENIED
        elif loser in self.into:
            assert result is (Status.OK if self.now(loser) == self.now(winner) else Status.CONFLICT)
        else:
            assert result is Status.OK
            self.into[loser] = self.now(winner)

    def part(self, loser: UUID) -> None:
        """Take somebody out again; nothing where they were not merged."""
        assert self._set(loser, None, self.into.pop(loser, None)) is Status.OK

    def write(self, person: UUID) -> None:
        """Write down a callback under whichever name."""
        row = new_id()
        assert self.desk.insert("callback", row, **callback(customer_id=person.hex)).status is Status.OK
        self.written[row] = self.now(person)

    def check(self) -> None:
        """Every callback is with whom it was written down for, or with whom they were merged into since."""
        rows = self.desk.pull().get("callback", {})
        self.desk.cursor = None
        assert {row: UUID(rows[row]["customer_id"]) for row in self.written} == {
            row: self.now(owner) for row, owner in self.written.items()
        }

    def _set(self, loser: UUID, winner: UUID | None, seen: UUID | None = None) -> Status:
        base = {"merged_into": None if seen is None else seen.hex}
        m = self.desk.mutation("customer", loser, Op.UPDATE, merged_into=None if winner is None else winner.hex)
        m.base.update(base)
        return self.desk.push(m)[0].status


@pytest.mark.parametrize("seed", range(3))
def test_everything_is_with_whom_it_was_written_for(engine: Engine, seed: int) -> None:
    chance = Random(seed)
    desk = desk_of(engine, "anna")
    house = House(desk, [new_id() for _ in range(CUSTOMERS)])
    for person in house.people:
        desk.insert("customer", person, **customer())
    for _ in range(STEPS):
        one, other = chance.sample(house.people, 2)
        match chance.choice(("merge", "merge", "part", "write", "write")):
            case "merge":
                house.merge(one, other)
            case "part":
                house.part(one)
            case _:
                house.write(one)
        house.check()
    for person in chance.sample(house.people, CUSTOMERS):
        house.part(person)
    house.check()
    assert not house.into
