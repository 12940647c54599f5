"""A piece of work is done in one transaction, again where that did not do: nothing of an earlier attempt is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.ids import new_id
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.attempts import undoable
from crmdesk.sync.wire import Op, Status
from tests.support.server import customer, desk_of, interaction

_END_OTHERS = text(
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where datname = current_database() and pid <> pg_backend_pid()"
)
_END_MYSELF = text("select pg_terminate_backend(pg_backend_pid())")
_STORED = text("select count(*) from sync.mutation")


@pytest.fixture
def nowhere(engine: Engine) -> Iterator[None]:
    """A database that does not hold customers who live nowhere, which no check of ours foresees."""
    engine.run(
        lambda conn: conn.execute(text("alter table crm.customer add constraint here check (city <> 'Nowhere')"))
    )
    yield
    engine.run(lambda conn: conn.execute(text("alter table crm.customer drop constraint here")))


@pytest.mark.usefixtures("nowhere")
def test_what_the_database_cannot_hold_is_denied_and_its_neighbours_stand(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    first, bad, last = new_id(), new_id(), new_id()
    batch = (
        desk.mutation("customer", first, Op.INSERT, **customer("First")),
        desk.mutation("customer", bad, Op.INSERT, **customer("Bad", city="Nowhere")),
        desk.mutation("customer", first, Op.UPDATE, 1, city="Leeds"),
        desk.mutation("customer", last, Op.INSERT, **customer("Last")),
    )
    results = desk.push(*batch)
    assert [r.status for r in results] == [Status.OK, Status.DENIED, Status.OK, Status.OK]
    assert desk.push(*batch) == results
    seen = desk.pull()["customer"]
    assert set(seen) == {first, last}
    assert (seen[first]["city"], seen[first]["ver"]) == ("Leeds", 2)
    assert engine.run(lambda conn: conn.execute(_STORED).scalar_one()) == 4


@pytest.mark.usefixtures("nowhere")
def test_one_desks_impossible_values_are_not_anothers_trouble(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna"), desk_of(engine, "bela")
    row = new_id()
    anna.insert("customer", row, **customer())
    assert bela.update("customer", row, 1, city="Nowhere").status is Status.DENIED
    assert anna.update("customer", row, 1, city="Leeds").status is Status.OK
    assert bela.update("customer", row, 2, tier="gold").status is Status.OK


@pytest.mark.usefixtures("nowhere")
def test_of_a_group_nothing_is_left_when_the_database_cannot_hold_a_part(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    call, who = new_id(), new_id()
    group = (
        desk.mutation("interaction", call, Op.INSERT, **interaction()),
        desk.mutation("customer", who, Op.INSERT, **customer(city="Nowhere")),
    )
    results = desk.push(*(msgspec.structs.replace(m, group=7) for m in group))
    assert [r.status for r in results] == [Status.DENIED, Status.DENIED]
    assert not desk.pull().keys() & {"interaction", "customer"}


def test_a_connection_that_the_server_closed_meanwhile_is_replaced_and_nobody_notices(
    engine: Engine, database_url: str
) -> None:
    desk = desk_of(engine, "anna")
    desk.insert("customer", new_id(), **customer("Before"))
    other = Engine(database_url)
    other.run(lambda conn: conn.execute(_END_OTHERS).all())
    other.close()
    desk.insert("customer", new_id(), **customer("After"))
    assert {row["name"] for row in desk.pull()["customer"].values()} == {"Before", "After"}


def test_all_connections_that_the_server_closed_are_replaced_for_everybody_at_once(
    engine: Engine, database_url: str
) -> None:
    desks = [desk_of(engine, f"agent{n}") for n in range(4)]
    together = threading.Barrier(len(desks))
    engines_in_use = [threading.Thread(target=engine.run, args=(lambda _: together.wait(10),)) for _ in desks]
    for thread in engines_in_use:
        thread.start()
    for thread in engines_in_use:
        thread.join()
    other = Engine(database_url)
    other.run(lambda conn: conn.execute(_END_OTHERS).all())
    other.close()
    assert [desk.insert("customer", new_id(), **customer()).status for desk in desks] == [Status.OK] * 4


def test_work_that_loses_its_connection_again_is_not_tried_for_ever(engine: Engine) -> None:
    attempts: list[None] = []

    def work(conn: Connection) -> None:
        attempts.append(None)
        conn.execute(_END_MYSELF)

    with pytest.raises(Unavailable):
        engine.run(work)
    assert len(attempts) == 2


def test_a_failure_that_has_to_be_undone_begins_the_work_anew_with_savepoints(engine: Engine) -> None:
    attempts: list[None] = []

    def work(conn: Connection) -> str:
        attempts.append(None)
        try:
            with undoable(conn, IntegrityError):
                conn.execute(text("insert into sync.reference_year (year, next) values (2001, 1), (2001, 1)"))
        except IntegrityError:
            return "undone"
        return "kept"

    assert engine.run(work) == "undone"
    assert len(attempts) == 2
    assert engine.run(lambda conn: conn.execute(text("select count(*) from sync.reference_year")).scalar_one()) == 0


def test_who_did_not_foresee_a_failure_hears_of_it_as_it_is(engine: Engine) -> None:
    def work(conn: Connection) -> None:
        with undoable(conn, KeyError):
            conn.execute(text("insert into sync.reference_year (year, next) values (2001, 1), (2001, 1)"))

    with pytest.raises(IntegrityError):
        engine.run(work)
