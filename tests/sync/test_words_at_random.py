"""Three desks write, settle and try again at random over a bad network: no word is lost and all come to one text."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import pytest
from sqlalchemy import select, text

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.sync_state import Resolution, UnsentState
from crmdesk.models.customer import Customer
from crmdesk.models.local import ConflictRow, Cursor, Outbox, OutboxState
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import conflicts, customers, unsent
from crmdesk.sync.client import receiving
from crmdesk.sync.engine import Engine
from crmdesk.sync.wire import Pull
from tests.support.server import Device, desk_of
from tests.sync.conftest import SyncedDesk, same_row

STEPS = 40
NAME = "Ruth Nielsen"
_STORED = text("select preferences from crm.customer where name = :name")


def words(said: object) -> set[str]:
    """Return the words that were made up here: each is written once."""
    return set(re.findall(r"word\d+", str(said)))


class Play:
    """Three desks, one customer, and what was written and taken out on purpose."""

    def __init__(self, desks: list[SyncedDesk], customer: UUID, luck: random.Random) -> None:
        self.desks = desks
        self.customer = customer
        self.luck = luck
        self.written: set[str] = set()
        self.taken_out: set[str] = set()
        self._count = 0

    def step(self) -> None:
        """Do one thing at one desk."""
        desk = self.luck.choice(self.desks)
        things = (self.write, self.turn, self.receive, self.settle, self.try_again)
        self.luck.choices(things, weights=(50, 25, 10, 8, 7))[0](desk)

    def write(self, desk: SyncedDesk) -> None:
        """Put in, replace or take out words; sometimes together with something that the server refuses."""
        desk.do(self._write)

    def _write(self, uow: UnitOfWork) -> None:
        row = uow.session.get_one(Customer, self.customer)
        parts = row.preferences.split(" ") if row.preferences else []
        for _ in range(self.luck.randint(1, 2)):
            place, chance = self.luck.randrange(len(parts) + 1), self.luck.random()
            self._count += 1
            new = f"word{self._count}"
            if chance < 0.6:
                parts.insert(place, new + self.luck.choice(["", ".", "\n"]))
            else:
                parts[place : place + 1] = [new] if chance < 0.85 else []
        said = " ".join(parts)
        self._replaced(row.preferences, said)
        refused = {"name": " "} if self.luck.random() < 0.1 else {}
        uow.update(row, "Preferences", preferences=said, **refused)

    def turn(self, desk: SyncedDesk) -> None:
        """Do a turn, now and then over a network that loses something."""
        lost = self.luck.choice(["lose_answer", "lose_request", "lose_pull", "", "", ""])
        if lost:
            setattr(desk.weather, lost, 1)
        with suppress(Unavailable):
            desk.sync()
        self.clear_up(desk)

    def clear_up(self, desk: SyncedDesk) -> None:
        """Let the network be good again."""
        desk.weather.lose_answer = desk.weather.lose_request = desk.weather.lose_pull = 0

    def receive(self, desk: SyncedDesk) -> None:
        """Receive without having sent, as where the connection ends in between."""
        position = desk.do(lambda uow: uow.session.get_one(Cursor, 1).position)
        desk.do(receiving.apply_page, desk.weather.pull(Pull(desk.principal.device_id, position, 1000)))

    def settle(self, desk: SyncedDesk) -> None:
        """Settle a conflict with one's own words, or with both."""
        found = desk.do(conflicts.open_conflicts)
        if not found:
            return
        view = self.luck.choice(found)
        how = self.luck.choice([Resolution.MINE, Resolution.BOTH])
        both = view.merged.text() if view.merged is not None and how is Resolution.BOTH else ""
        try:
            desk.do(conflicts.settle, view, how, both)
        except Refused:
            return
        if how is Resolution.MINE:
            self._replaced(view.theirs, view.mine)
            self._replaced(view.base, view.mine)

    def try_again(self, desk: SyncedDesk) -> None:
        """Send a refused change once more."""
        refused = [each for each in desk.do(unsent.changes) if each.state is UnsentState.REFUSED]
        if refused:
            desk.do(unsent.try_again, refused[0].seq)

    def _replaced(self, before: str, after: str) -> None:
        self.written |= words(after) - words(before)
        self.taken_out |= words(before) - words(after)


def kept_beside(uow: UnitOfWork) -> set[str]:
    """Return the words in conflicts that nobody settled and in changes that were refused."""
    clashes = uow.session.scalars(select(ConflictRow.mine).where(ConflictRow.settled_at.is_(None)))
    return words([*clashes, *uow.session.scalars(select(Outbox.set_))])


def still_queued(uow: UnitOfWork) -> int:
    return len(uow.session.scalars(select(Outbox).where(Outbox.state != OutboxState.REFUSED.value)).all())


@pytest.mark.parametrize("seed", range(4))
def test_no_word_is_lost_and_all_come_to_one_text(
    engine: Engine, at_desk: Callable[[Device], SyncedDesk], seed: int
) -> None:
    desks = [at_desk(desk_of(engine, login)) for login in ("anna", "bela", "carla")]
    for desk in desks:
        desk.sync()
    customer = desks[0].do(customers.create, NewCustomer(NAME), "GB")
    for desk in desks:
        desk.sync()
    play = Play(desks, customer, random.Random(seed))
    for _ in range(STEPS):
        play.step()
    for desk in desks * 3:
        desk.sync()
    stored: str = engine.run(lambda conn: conn.execute(_STORED, {"name": NAME}).scalar_one())
    here = words(stored).union(*(desk.do(kept_beside) for desk in desks))
    assert not play.written - play.taken_out - here
    for desk in desks:
        assert desk.do(same_row, Customer, customer).preferences == stored
        assert desk.do(still_queued) == 0
