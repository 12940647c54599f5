"""The machine: people write, claim and merge at three desks while networks, computers and the server fail at random."""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from crmdesk.domain.customers import NewCustomer
from crmdesk.models.callback import Callback
from crmdesk.models.customer import Customer
from crmdesk.models.task import Task
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import customers
from crmdesk.sync.client import sending
from crmdesk.sync.engine import principal_at, push
from crmdesk.sync.engine.refusal import Rejection
from crmdesk.sync.wire import Push
from tests.model import records, truth
from tests.model.desk import Fate, ModelDesk, Trouble
from tests.model.ledger import Ledger, Place
from tests.model.server import TEAMS, House, Shop

DESKS = st.integers(0, 2)
ANY = st.integers(0, 11)
ROUNDS_TO_HEAL = 25


@dataclass(frozen=True, slots=True)
class Beginning:
    """How every run begins: three desks that hold the same three customers, as files to copy."""

    house: House
    desks: Path
    customers: tuple[UUID, ...]


def furnish(house: House, folder: Path) -> Beginning:
    """Make the desks' files and the server's database with which every run begins."""
    (folder / "desks").mkdir()
    shop = house.open(folder)
    desks = [ModelDesk(shop, seat, folder / "desks" / str(number)) for number, seat in enumerate(house.seats)]
    made = [_new_customer(desks[number], which) for which, number in enumerate((0, 2, 0))]
    for desk in (*desks, *desks):
        desk.turn(Trouble())
    for desk in desks:
        desk.close()
    house.furnish(shop.leave())
    return Beginning(house, folder / "desks", tuple(made))


def _new_customer(desk: ModelDesk, number: int) -> UUID:
    return desk.do(customers.create, NewCustomer(f"Customer {number}"), "GB")


everything = precondition(lambda self: self.plays_everything)
"""Marks what is left out where only words are written, sent and fetched."""


class Machine(RuleBasedStateMachine):
    """One run. ``beginning`` is set by whoever runs it."""

    beginning: Beginning
    plays_everything = True

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="crmdesk-model-"))
        self.ledger = Ledger(customers=list(self.beginning.customers))
        self.shop: Shop = self.beginning.house.open(self.folder)
        self.desks = [
            ModelDesk(self.shop, seat, self.folder / str(number), self.beginning.desks / str(number))
            for number, seat in enumerate(self.beginning.house.seats)
        ]

    # People --------------------------------------------------------------------------------------------------------

    @rule(d=DESKS)
    def a_new_customer(self, d: int) -> None:
        """Somebody is put down who was not known."""
        if len(self.ledger.customers) < 5:
            self.ledger.customers.append(_new_customer(self.desks[d], len(self.ledger.customers)))

    @rule(d=DESKS, c=ANY, where=st.sampled_from(["end", "start", "same line"]))
    def a_word_more(self, d: int, c: int, where: str) -> None:
        """Somebody adds a word to a long text."""
        word = self.ledger.new_word()

        def write(uow: UnitOfWork, row: Customer) -> None:
            seen = row.preferences
            parts = {"end": (seen, "\n", word), "start": (word, "\n", seen), "same line": (seen, " ", word)}
            uow.update(row, "preferences", preferences="".join(parts[where]).strip())

        self._edit(d, c, Place.TEXT, word, write)

    @rule(d=DESKS, c=ANY)
    def a_word_for_another(self, d: int, c: int) -> None:
        """Somebody replaces the last word that they see in a long text."""
        word = self.ledger.new_word()
        replaced: list[str] = []

        def write(uow: UnitOfWork, row: Customer) -> None:
            lines = row.preferences.split("\n")
            *before, last = lines[-1].split(" ")
            replaced.append(last)
            lines[-1] = " ".join([*before, word])
            uow.update(row, "preferences", preferences="\n".join(lines).strip())

        self._edit(d, c, Place.TEXT, word, write)
        self.ledger.let_go.update(replaced)

    @rule(d=DESKS, c=ANY)
    def a_field(self, d: int, c: int) -> None:
        """Somebody sets a short field, keeping what they see in it."""
        word = self.ledger.new_word()

        def write(uow: UnitOfWork, row: Customer) -> None:
            uow.update(row, "city", city=f"{row.city} {word}".strip())

        self._edit(d, c, Place.FIELD, word, write)

    @everything
    @rule(d=DESKS, c=ANY)
    def a_note(self, d: int, c: int) -> None:
        """Somebody writes a note."""
        self._append(d, c, Place.NOTE, records.note)

    @everything
    @rule(d=DESKS, c=ANY)
    def a_complaint(self, d: int, c: int) -> None:
        """Somebody registers a complaint."""
        self._append(d, c, Place.COMPLAINT, records.complaint)

    @everything
    @rule(d=DESKS, c=ANY)
    def a_callback(self, d: int, c: int) -> None:
        """Somebody promises to ring back."""
        made = self._append(d, c, Place.CALLBACK, records.callback)
        if made is not None:
            self.ledger.callbacks.append(made)

    @everything
    @rule(d=DESKS, c=ANY)
    def an_answer(self, d: int, c: int) -> None:
        """Somebody takes an answer down in a call, by a script."""
        self._append(d, c, Place.ANSWER, records.answer)

    @everything
    @rule(d=DESKS, c=ANY)
    def a_draft(self, d: int, c: int) -> None:
        """Somebody types on at a note and does not finish it."""
        word = self.ledger.new_word()

        def type_on(uow: UnitOfWork, row: Customer) -> None:
            records.draft(uow, row.id, word)

        self._edit(d, c, Place.DRAFT, word, type_on)

    @precondition(lambda self: self.plays_everything and self.ledger.callbacks)
    @rule(d=DESKS, k=ANY, mine=st.booleans())
    def a_claim(self, d: int, k: int, mine: bool) -> None:
        """Somebody takes a callback on, or gives it back."""
        desk = self.desks[d]
        callback, _ = self.ledger.callbacks[k % len(self.ledger.callbacks)]

        def take(uow: UnitOfWork) -> None:
            row = uow.session.get(Callback, callback)
            if row is not None and row.assigned_to in (None, desk.seat.person):
                uow.update(row, "callback", assigned_to=desk.seat.person if mine else None)

        desk.do(take)

    @everything
    @rule(d=DESKS, c=ANY)
    def a_promise(self, d: int, c: int) -> None:
        """Somebody promises something to a customer."""
        made = self._append(d, c, Place.TASK, records.promise)
        if made is not None:
            self.ledger.tasks.append(made)

    @precondition(lambda self: self.plays_everything and self.ledger.tasks)
    @rule(d=DESKS, k=ANY, act=st.sampled_from(["claim", "give back", "hand over", "snooze", "done"]))
    def a_promise_is_seen_to(self, d: int, k: int, act: str) -> None:
        """Somebody takes a promise on, hands it to a colleague, puts it off, or has kept it."""
        desk = self.desks[d]
        colleague = self.desks[(d + 1) % 3].seat.person
        task, _ = self.ledger.tasks[k % len(self.ledger.tasks)]

        def see_to(uow: UnitOfWork) -> None:
            row = uow.session.get(Task, task)
            if row is None or row.state != "open" or row.assigned_to not in (None, desk.seat.person):
                return
            later = uow.clock.now() + timedelta(minutes=15)
            fields: dict[str, dict[str, Any]] = {
                "claim": {"assigned_to": desk.seat.person, "offered_to": None},
                "give back": {"assigned_to": None, "offered_to": None},
                "hand over": {"assigned_to": None, "offered_to": colleague, "snoozed_until": None},
                "snooze": {"snoozed_until": later},
                "done": {"state": "done", "closed_by": desk.seat.person, "closed_at": uow.clock.now()},
            }
            uow.update(row, act, **fields[act])

        desk.do(see_to)

    @everything
    @rule(d=DESKS, c=ANY, other=ANY)
    def a_merge(self, d: int, c: int, other: int) -> None:
        """Somebody finds that two customers are the same."""
        loser, winner = self._customer(c), self._customer(other)
        if loser is None or winner is None or loser == winner:
            return

        def merge(uow: UnitOfWork) -> bool:
            one, same = uow.session.get(Customer, loser), uow.session.get(Customer, winner)
            if one is None or same is None or one.merged_into is not None or same.merged_into is not None:
                return False
            return uow.update(one, "merge", merged_into=winner)

        if self.desks[d].do(merge):
            self.ledger.merged(loser, winner)

    @everything
    @rule(d=DESKS, c=ANY)
    def a_merge_undone(self, d: int, c: int) -> None:
        """Somebody finds that they were not."""
        customer = self._customer(c)

        def undo(uow: UnitOfWork) -> None:
            row = uow.session.get(Customer, customer)
            if row is not None and row.merged_into is not None:
                uow.update(row, "undo", merged_into=None)

        self.desks[d].do(undo)

    # The administrator -----------------------------------------------------------------------------------------------

    @precondition(lambda self: self.plays_everything and len(self.ledger.erased) < 2)
    @rule(c=ANY)
    def an_erasure(self, c: int) -> None:
        """A customer asks to be forgotten."""
        customer = self._customer(c)
        if customer is not None and self.shop.erase(customer):
            self.ledger.erase(customer)

    @everything
    @rule(c=ANY, team=st.sampled_from(TEAMS))
    def a_move(self, c: int, team: str) -> None:
        """A customer is looked after by another team from now on."""
        customer = self._customer(c)
        if customer is not None:
            self.shop.move(customer, team)

    @precondition(lambda self: self.plays_everything and not self.shop.has_backup)
    @rule()
    def a_backup(self) -> None:
        """The database is backed up."""
        self.shop.back_up()

    @precondition(lambda self: self.plays_everything and self.shop.has_backup)
    @rule()
    def a_restore(self) -> None:
        """The server burns down and is put back from its backup."""
        self.shop.put_back()

    # The network and the computers ---------------------------------------------------------------------------------

    @rule(d=DESKS, fate=st.sampled_from(Fate), at=st.integers(0, 5))
    def a_turn(self, d: int, fate: Fate, at: int) -> None:
        """A desk syncs; one of its questions may get lost, its answer, or the question comes twice."""
        self.desks[d].turn(Trouble(fate, at))
        truth.own_words_are_there(d, self.desks[d], self.ledger)

    @rule(d=DESKS, at=st.integers(0, 60))
    def a_crash(self, d: int, at: int) -> None:
        """A desk syncs and its computer stops at one of the numbered points."""
        self.desks[d].turn(Trouble(crash_at=at))
        truth.own_words_are_there(d, self.desks[d], self.ledger)

    @everything
    @rule(d=DESKS, days=st.sampled_from([-1, 1]))
    def a_wrong_clock(self, d: int, days: int) -> None:
        """Somebody sets the clock of a computer."""
        self.desks[d].clock.advance(86_400 * days)

    @rule(d=DESKS)
    def a_push_that_commits_late(self, d: int) -> None:
        """What a desk sends is applied in a transaction that stays open; the desk never hears of it."""
        desk, seat = self.desks[d], self.desks[d].seat
        batch = desk.do(sending.waiting, 5)
        if not batch or self.shop.open_transactions >= 2:
            return
        conn = self.shop.begin()
        try:
            push(conn, principal_at(conn, seat.device, seat.person), Push(seat.device, batch))
        except (DBAPIError, Rejection):
            self.shop.forget_last()
        other = self.desks[(d + 1) % 3]
        other.turn(Trouble())

    @precondition(lambda self: self.shop.open_transactions)
    @rule(which=st.integers(0, 1))
    def a_late_commit(self, which: int) -> None:
        """One of the open transactions commits."""
        self.shop.end(which)

    # -----------------------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Let everything heal, then look whether every promise was kept."""
        try:
            self.shop.end_all()
            self._heal()
            truth.all_is_well(self.shop.engine, self.desks, self.ledger)
        finally:
            for desk in self.desks:
                desk.close()
            self.shop.close()
            shutil.rmtree(self.folder)
            gc.collect()

    def _heal(self) -> None:
        for _ in range(ROUNDS_TO_HEAL):
            done = [desk.turn(Trouble()) for desk in self.desks]
            if all(done):
                break
        for _ in range(3):
            for desk in self.desks:
                assert desk.turn(Trouble()), "a desk does not come to rest although nothing is in its way"

    def _customer(self, c: int) -> UUID | None:
        known = self.ledger.customers
        return known[c % len(known)] if known else None

    def _edit(self, d: int, c: int, place: Place, word: str, write: Callable[[UnitOfWork, Customer], None]) -> None:
        customer = self._customer(c)
        if customer is None:
            return

        def use_case(uow: UnitOfWork) -> bool:
            row = uow.session.get(Customer, customer)
            if row is None or row.merged_into is not None:
                return False
            write(uow, row)
            return True

        if self.desks[d].do(use_case):
            self.ledger.wrote(word, d, place, customer, customer)

    def _append(
        self, d: int, c: int, place: Place, make: Callable[[UnitOfWork, UUID, str], Any]
    ) -> tuple[UUID, UUID] | None:
        customer, desk = self._customer(c), self.desks[d]
        if customer is None:
            return None
        word = self.ledger.new_word()

        def use_case(uow: UnitOfWork) -> UUID | None:
            if uow.session.scalar(select(Customer.id).where(Customer.id == customer)) is None:
                return None
            row: UUID = make(uow, customer, word).id
            return row

        row = desk.do(use_case)
        if row is None:
            return None
        self.ledger.wrote(word, d, place, row, customer)
        return row, customer
