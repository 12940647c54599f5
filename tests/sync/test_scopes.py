"""Teams that come to a desk and leave it: what it may hold is there, what it may not is gone."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select, text

from crmdesk.domain.ids import new_id
from crmdesk.domain.sync_state import UnsentState
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.local import Cursor, HeldScope
from crmdesk.models.search import customers_by_words
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import unsent
from crmdesk.sync.client import looking_up, snapshot_live
from crmdesk.sync.client.snapshot import CHUNK
from crmdesk.sync.engine import Engine
from crmdesk.sync.wire import LookUp, LookUpReply, Snapshot
from tests.support.server import Device, customer, desk_of
from tests.sync.conftest import SyncedDesk, same_row

SitDown = Callable[[Device], SyncedDesk]
LINE = "+442079460171"

_GRANT = text(
    "insert into sync.principal_scope (user_id, scope_id) "
    "select p.user_id, s.scope_id from sync.principal p, sync.scope s where p.login = :login and s.name = :team"
)
_REVOKE = text(
    "delete from sync.principal_scope ps using sync.principal p, sync.scope s "
    "where ps.user_id = p.user_id and ps.scope_id = s.scope_id and p.login = :login and s.name = :team"
)
_HOME = text("update sync.principal set home_scope = 1 where login = :login")
_NORTH = text("select scope_id from sync.scope where name = 'North'")


def grant(engine: Engine, login: str, team: str) -> None:
    engine.run(lambda conn: _done(conn.execute(_GRANT, {"login": login, "team": team})))


def revoke(engine: Engine, login: str, team: str) -> None:
    def run(conn: Connection) -> None:
        conn.execute(_REVOKE, {"login": login, "team": team})
        conn.execute(_HOME, {"login": login})

    engine.run(run)


def _done(_: object) -> None:
    return


@pytest.fixture
def north(engine: Engine) -> Device:
    """A colleague of the team North, with three customers."""
    device = desk_of(engine, "nora", team="North")
    for number in range(3):
        device.insert("customer", new_id(), **customer(f"Northerner {number}"))
    return device


@pytest.fixture
def anna(engine: Engine, north: Device, at_desk: SitDown) -> SyncedDesk:
    """A desk of the team South."""
    desk_of(engine, "sara", team="South").insert("customer", new_id(), **customer("Southerner"))
    desk = at_desk(desk_of(engine, "anna", team="South"))
    desk.sync()
    return desk


def names(desk: SyncedDesk) -> set[str]:
    return set(desk.do(lambda uow: list(uow.session.scalars(select(Customer.name)))))


def held(desk: SyncedDesk) -> set[int]:
    return set(desk.do(lambda uow: list(uow.session.scalars(select(HeldScope.scope_id)))))


def test_a_desk_holds_its_own_teams_records_and_no_others(anna: SyncedDesk) -> None:
    assert names(anna) == {"Southerner"}


def test_a_team_that_is_granted_comes_with_everything_of_before(anna: SyncedDesk, engine: Engine) -> None:
    before = held(anna)
    grant(engine, "anna", "North")
    anna.sync()
    assert names(anna) == {"Southerner", "Northerner 0", "Northerner 1", "Northerner 2"}
    assert held(anna) > before


def test_a_team_that_is_taken_away_leaves_with_its_words(anna: SyncedDesk, engine: Engine) -> None:
    grant(engine, "anna", "North")
    anna.sync()
    revoke(engine, "anna", "North")
    anna.sync()
    assert names(anna) == {"Southerner"}
    assert anna.do(lambda uow: customers_by_words(uow.session, ("Northerner",), 5)) == []


def test_a_team_that_comes_back_comes_whole(anna: SyncedDesk, engine: Engine, north: Device) -> None:
    for _ in range(2):
        grant(engine, "anna", "North")
        anna.sync()
        revoke(engine, "anna", "North")
        anna.sync()
    north.insert("customer", new_id(), **customer("Northerner 3"))
    grant(engine, "anna", "North")
    anna.sync()
    assert len(names(anna)) == 5


def test_a_change_of_a_record_that_left_stays_and_says_why(anna: SyncedDesk, engine: Engine) -> None:
    grant(engine, "anna", "North")
    anna.sync()
    row = anna.do(lambda uow: uow.session.scalar(select(Customer.id).where(Customer.name == "Northerner 1")))
    revoke(engine, "anna", "North")
    anna.do(lambda uow: uow.update(same_row(uow, Customer, row), "edit", city="Leeds"))
    anna.sync()
    assert "Northerner 1" not in names(anna)
    left = anna.do(unsent.changes)
    assert [change.what for change in left] == ["edit"]
    assert left[0].state is UnsentState.REFUSED
    assert left[0].reason
    assert "put back" not in left[0].reason


def test_a_purge_that_was_broken_off_goes_on(anna: SyncedDesk, engine: Engine) -> None:
    grant(engine, "anna", "North")
    anna.sync()
    scope = engine.run(lambda conn: conn.execute(_NORTH).scalar_one())
    anna.do(snapshot_live.begin_leaving, {scope})
    assert scope not in held(anna)
    anna.reconnect()
    anna.sync()  # it may be held: what is here goes first, then it comes anew
    assert {"Northerner 0", "Northerner 1", "Northerner 2"} < names(anna)
    assert scope in held(anna)


def test_a_scope_that_was_half_here_goes_on_where_it_was(anna: SyncedDesk, engine: Engine, north: Device) -> None:
    grant(engine, "anna", "North")
    scope = engine.run(lambda conn: conn.execute(_NORTH).scalar_one())
    first = anna.weather.snapshot(_question(anna, scope, 2))
    anna.do(snapshot_live.expect, {scope})
    anna.do(snapshot_live.apply_chunk, scope, first)
    place = anna.do(snapshot_live.place_of, scope)
    assert place is not None
    assert place["entity"] == "customer"
    anna.do(_of_another_epoch)
    assert anna.do(snapshot_live.place_of, scope) is None, "a restored server is asked from the beginning"
    anna.do(_of_another_epoch)
    anna.sync()
    assert scope in held(anna)
    assert len(names(anna)) == 4


def _of_another_epoch(uow: UnitOfWork) -> None:
    cursor = uow.session.get_one(Cursor, 1)
    cursor.epoch = UUID(int=(1 << 128) - 1 - cursor.epoch.int)


def _question(desk: SyncedDesk, scope: int, limit: int) -> Snapshot:
    return Snapshot(desk.principal.device_id, scope, limit=limit)


def test_more_rows_than_a_chunk_all_come_and_all_go(anna: SyncedDesk, engine: Engine) -> None:
    many = CHUNK + 20
    engine.run(lambda conn: _done(conn.execute(_MANY, {"many": many})))
    grant(engine, "anna", "North")
    anna.sync()
    assert anna.do(lambda uow: uow.session.scalar(select(func.count()).select_from(Customer))) == many + 4
    revoke(engine, "anna", "North")
    anna.sync()
    assert names(anna) == {"Southerner"}


_MANY = text(
    "insert into crm.customer (id, scope_id, ver, kind, name, latin_name, summary, city, care, tier, language, product,"
    " preferences) select gen_random_uuid(), (select scope_id from sync.scope where name = 'North'), 1, 'person',"
    " 'Many ' || n, '', '', '', '', '', '', '', '' from generate_series(1, :many) n"
)


# Callers of other teams ----------------------------------------------------------------------------------------------


def test_a_caller_of_another_team_who_was_looked_up_stays_when_a_team_goes(
    anna: SyncedDesk, engine: Engine, north: Device
) -> None:
    row = _with_line(north)
    look_up(anna)
    assert "Ruth Nielsen" in names(anna)
    grant(engine, "anna", "North")
    anna.sync()
    revoke(engine, "anna", "North")
    anna.sync()
    assert names(anna) == {"Southerner", "Ruth Nielsen"}
    assert anna.do(lambda uow: uow.session.scalar(select(ContactPoint.e164))) == LINE
    assert row is not None


def test_a_change_reaches_the_copy_of_a_caller_who_was_looked_up(anna: SyncedDesk, north: Device) -> None:
    row = _with_line(north)
    look_up(anna)
    north.update("customer", row, 1, city="York")
    anna.sync()
    assert anna.do(lambda uow: same_row(uow, Customer, row).city) == "York"


def test_an_answer_that_is_older_than_what_is_here_changes_nothing(anna: SyncedDesk, north: Device) -> None:
    row = _with_line(north)
    old = ask(anna)
    anna.do(looking_up.take, old, anna.do(looking_up.position))
    north.update("customer", row, 1, city="York")
    anna.sync()
    assert anna.do(looking_up.take, old, anna.do(looking_up.position))
    assert anna.do(lambda uow: same_row(uow, Customer, row).city) == "York"


def _with_line(north: Device) -> UUID:
    row = new_id()
    north.insert("customer", row, **customer("Ruth Nielsen"))
    north.insert("contact_point", new_id(), customer_id=row.hex, kind="phone", value=LINE, e164=LINE)
    return row


def ask(desk: SyncedDesk) -> LookUpReply:
    return desk.weather.look_up(LookUp(desk.principal.device_id, LINE))


def look_up(desk: SyncedDesk) -> None:
    asked_at = desk.do(looking_up.position)
    assert desk.do(looking_up.take, ask(desk), asked_at)
