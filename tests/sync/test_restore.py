"""A server put back from a backup: desks send again what it lost, fetch everything anew, and are never empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, func, select, text

from crmdesk.domain.callbacks import NewCallback
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.people import Role
from crmdesk.domain.sync_state import UnsentState, Way
from crmdesk.models.callback import Callback
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Note
from crmdesk.models.local import ConflictRow, Outbox, SeenRow
from crmdesk.models.registry import SYNCED
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import callbacks, customers, interactions, unsent
from crmdesk.sync.client.replaying import entry_of
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.calls import GATEWAY
from crmdesk.sync.engine.hands import ELSEWHERE
from crmdesk.sync.engine.moving import move_customer, team_named
from tests.support.server import Device, desk_of
from tests.sync.conftest import SyncedDesk

SitDown = Callable[[Device], SyncedDesk]

SEES_ALL = text(
    "insert into sync.principal_scope (user_id, scope_id) select :person, scope_id from sync.scope "
    "where kind = 'team' on conflict do nothing"
)
KEPT_TABLES = (
    *(f"crm.{name}" for name in SYNCED),
    *(f"sync.{name}" for name in ("scope", "change", "mutation", "device", "field_change", "merge", "merge_moved")),
    "sync.erasure",
)


@pytest.fixture
def anna(engine: Engine, at_desk: SitDown) -> SyncedDesk:
    desk = at_desk(desk_of(engine, "anna"))
    desk.sync()
    return desk


@pytest.fixture
def bela(engine: Engine, at_desk: SitDown) -> SyncedDesk:
    desk = at_desk(desk_of(engine, "bela"))
    desk.sync()
    return desk


def back_up(engine: Engine) -> None:
    """Copy what a backup of the database holds aside."""

    def copy(conn: Connection) -> None:
        conn.execute(text("drop schema if exists backup cascade"))
        conn.execute(text("create schema backup"))
        for name in KEPT_TABLES:
            conn.execute(text(f"create table backup.{name.replace('.', '_')} as table {name}"))

    engine.run(copy)


def put_back(engine: Engine) -> None:
    """Bring the database to where it was at the backup, as another epoch of it."""

    def restore(conn: Connection) -> None:
        conn.execute(text("set local session_replication_role = replica"))
        for name in KEPT_TABLES:
            conn.execute(text(f"delete from {name}"))
            generated = conn.execute(
                text(
                    "select exists (select 1 from information_schema.columns where table_schema = :schema "
                    "and table_name = :name and is_identity = 'YES')"
                ),
                dict(zip(("schema", "name"), name.split("."), strict=True)),
            ).scalar_one()
            how = "overriding system value " if generated else ""
            conn.execute(text(f"insert into {name} {how}table backup.{name.replace('.', '_')}"))
        conn.execute(text("update sync.server set epoch = :epoch"), {"epoch": uuid4()})
        conn.execute(text("drop schema backup cascade"))

    engine.run(restore)


def edit(uow: UnitOfWork, row: UUID, **fields: object) -> None:
    uow.update(uow.session.get_one(Customer, row), "edit", **fields)


def city(desk: SyncedDesk, row: UUID) -> str | None:
    found: str | None = desk.do(lambda uow: uow.session.scalar(select(Customer.city).where(Customer.id == row)))
    return found


def bodies(desk: SyncedDesk) -> list[str]:
    return list(desk.do(lambda uow: uow.session.scalars(select(Note.body).order_by(Note.written_at, Note.id)).all()))


def count(desk: SyncedDesk, table: type[object]) -> int:
    return desk.do(lambda uow: uow.session.scalar(select(func.count()).select_from(table))) or 0


def at_server(engine: Engine, statement: str) -> list[object]:
    return engine.run(lambda conn: list(conn.scalars(text(statement))))


def turn(*desks: SyncedDesk) -> None:
    """Let each desk connect anew and take a turn, and then all once more."""
    for _ in range(2):
        for desk in desks:
            desk.reconnect()
            desk.sync()


def test_what_was_acknowledged_since_the_backup_is_sent_again(
    anna: SyncedDesk, bela: SyncedDesk, engine: Engine
) -> None:
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.sync()
    back_up(engine)
    anna.do(edit, made, city="Leeds")
    anna.do(interactions.add_note, None, made, "Said after the backup.")
    late = anna.do(customers.create, NewCustomer("Omar Haddad"), "GB")
    anna.sync()
    assert count(anna, Outbox) == 0
    put_back(engine)
    assert at_server(engine, "select body from crm.note") == []
    turn(anna, bela)
    assert at_server(engine, "select body from crm.note") == ["Said after the backup."]
    for desk in (anna, bela):
        assert city(desk, made) == "Leeds"
        assert desk.do(customers.card, late) is not None
        assert bodies(desk) == ["Said after the backup."]
    assert (count(anna, Outbox), count(anna, ConflictRow), count(anna, SeenRow)) == (0, 0, 0)


def test_no_desk_is_empty_while_everything_is_fetched_anew(anna: SyncedDesk, engine: Engine) -> None:
    made = [anna.do(customers.create, NewCustomer(f"Person {n}"), "GB") for n in range(20)]
    anna.sync()
    back_up(engine)
    put_back(engine)
    anna.reconnect()
    anna.weather.lose_pull = 1
    with pytest.raises(Unavailable):
        anna.sync()
    assert all(anna.do(customers.card, row) is not None for row in made)
    anna.sync()
    assert all(anna.do(customers.card, row) is not None for row in made)


def test_rows_that_the_server_has_no_more_go_at_the_end_except_those_with_queued_changes(
    anna: SyncedDesk, bela: SyncedDesk, engine: Engine
) -> None:
    back_up(engine)
    lost = bela.do(customers.create, NewCustomer("Nobody keeps this"), "GB")
    edited = bela.do(customers.create, NewCustomer("Somebody edits this"), "GB")
    bela.sync()
    anna.sync()
    put_back(engine)
    anna.do(edit, edited, city="Leeds")
    anna.reconnect()
    anna.sync()
    assert anna.do(customers.card, lost) is None
    assert city(anna, edited) == "Leeds"
    (waiting,) = anna.do(unsent.changes)
    assert waiting.state is UnsentState.WAITING
    assert "when the computer that made the record has been online" in waiting.reason
    turn(bela, anna)
    assert anna.do(customers.card, lost) is not None, "Bela's desk sent it again"
    turn(anna)
    assert anna.do(unsent.changes) == ()
    assert city(anna, edited) == "Leeds"
    assert at_server(engine, "select city from crm.customer where name = 'Somebody edits this'") == ["Leeds"]


def test_what_waits_for_a_record_that_never_comes_back_can_be_let_go_and_says_what_it_was(
    anna: SyncedDesk, bela: SyncedDesk, engine: Engine
) -> None:
    back_up(engine)
    made = bela.do(customers.create, NewCustomer("Made on a lost computer"), "GB")
    bela.sync()
    anna.sync()
    put_back(engine)
    anna.do(edit, made, city="Leeds")
    turn(anna)
    (waiting,) = anna.do(unsent.changes)
    assert waiting.ways == (Way.LET_GO,)
    anna.close_files()
    anna.open_files()
    assert anna.do(unsent.changes) == (waiting,), "it waits over a restart too"
    assert "Leeds" in anna.do(unsent.let_go, waiting.seq)
    assert anna.do(unsent.changes) == ()
    assert "Leeds" not in str(anna.keeper.contents())


def test_what_waits_for_a_record_that_another_team_has_now_is_refused_and_its_words_stay(
    engine: Engine, at_desk: SitDown
) -> None:
    """The server lost that the record is the same as another team's, hears of it again, and does not know the desk."""
    lena = desk_of(engine, "lena", team="South", role=Role.SUPERVISOR)
    nora = at_desk(desk_of(engine, "nora", team="North"))
    engine.run(lambda conn: conn.execute(SEES_ALL, {"person": lena.principal.user_id}))
    lead = at_desk(lena)
    theirs = lead.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    lead.sync()
    made = nora.do(customers.create, NewCustomer("R. Nielsen"), "GB")
    nora.sync()
    lead.sync()
    back_up(engine)
    lead.do(edit, made, merged_into=theirs)
    nora.do(edit, made, city="Leeds")
    lead.sync()
    put_back(engine)
    turn(lead, nora)
    turn(nora)
    (refused,) = nora.do(unsent.changes)
    assert refused.state is UnsentState.REFUSED
    assert refused.reason == ELSEWHERE
    assert "Leeds" in refused.text
    assert set(refused.ways) >= {Way.TRY_AGAIN, Way.LET_GO}


def test_what_waits_for_a_record_that_came_back_and_went_to_another_team_is_refused_and_its_words_stay(
    engine: Engine, at_desk: SitDown
) -> None:
    desk_of(engine, "sam", team="South")
    nora, nils = (at_desk(desk_of(engine, name, team="North")) for name in ("nora", "nils"))
    back_up(engine)
    made = nils.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    nils.sync()
    nora.sync()
    put_back(engine)
    nora.do(edit, made, city="Leeds")
    turn(nora)
    (waiting,) = nora.do(unsent.changes)
    assert waiting.ways == (Way.LET_GO,)
    turn(nils)
    engine.run(lambda conn: move_customer(conn, made, team_named(conn, "South"), GATEWAY))
    turn(nora)
    (refused,) = nora.do(unsent.changes)
    assert refused.reason == ELSEWHERE
    assert "Leeds" in refused.text


def test_what_went_to_another_team_on_its_way_leaves_the_desk_and_its_outbox(engine: Engine, at_desk: SitDown) -> None:
    desk_of(engine, "sam", team="South")
    nora = at_desk(desk_of(engine, "nora", team="North"))
    customer = nora.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    nora.sync()
    promise = NewCallback(customer, "The part is in.", datetime(2026, 11, 23, 9, tzinfo=UTC), "UTC", mine=False)
    callback = nora.do(callbacks.make, promise, "GB")
    engine.run(lambda conn: move_customer(conn, customer, team_named(conn, "South"), GATEWAY))
    back_up(engine)
    put_back(engine)
    nora.reconnect()
    nora.sync()
    assert nora.do(lambda uow: uow.session.get(Callback, callback)) is None
    assert nora.do(lambda uow: uow.session.scalar(select(func.count()).select_from(Outbox))) == 0


def test_the_base_values_decide_what_was_changed_meanwhile(anna: SyncedDesk, bela: SyncedDesk, engine: Engine) -> None:
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.sync()
    bela.sync()
    back_up(engine)
    anna.do(edit, made, city="Leeds", tier="Gold")
    anna.sync()
    put_back(engine)
    bela.do(edit, made, tier="Silver")
    turn(bela, anna)
    turn(bela)
    for desk in (anna, bela):
        assert city(desk, made) == "Leeds"
        assert desk.do(lambda uow: uow.session.get_one(Customer, made).tier) == "Silver"
    conflict = anna.do(lambda uow: uow.session.scalars(select(ConflictRow)).one())
    assert (conflict.mine, conflict.theirs) == ("Gold", "Silver")


def test_an_edit_of_a_row_that_did_not_come_yet_is_taken(anna: SyncedDesk, engine: Engine) -> None:
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.sync()
    back_up(engine)
    for place in ("Leeds", "York", "Hull"):
        anna.do(edit, made, city=place)
        anna.sync()
    put_back(engine)
    anna.reconnect()
    anna.weather.lose_pull = 1
    with pytest.raises(Unavailable):
        anna.sync()
    anna.do(edit, made, city="Bath")
    turn(anna)
    assert at_server(engine, "select city from crm.customer") == ["Bath"]
    assert count(anna, Outbox) == 0


def test_a_server_that_lost_the_last_changes_without_saying_so_gets_them_again(
    anna: SyncedDesk, engine: Engine
) -> None:
    back_up(engine)
    anna.do(interactions.add_note, None, None, "Confirmed, then lost.")
    anna.sync()
    epoch = at_server(engine, "select epoch from sync.server")
    put_back(engine)
    engine.run(lambda conn: conn.execute(text("update sync.server set epoch = :epoch"), {"epoch": epoch[0]}))
    turn(anna)
    assert at_server(engine, "select body from crm.note") == ["Confirmed, then lost."]


def test_a_second_restore_while_the_first_is_fetched_begins_again(anna: SyncedDesk, engine: Engine) -> None:
    back_up(engine)
    anna.do(interactions.add_note, None, None, "Said once.")
    anna.sync()
    put_back(engine)
    back_up(engine)
    anna.reconnect()
    anna.weather.lose_pull = 1
    with pytest.raises(Unavailable):
        anna.sync()
    put_back(engine)
    turn(anna)
    assert at_server(engine, "select body from crm.note") == ["Said once."]
    assert bodies(anna) == ["Said once."]


def test_a_restart_in_the_middle_goes_on(anna: SyncedDesk, engine: Engine) -> None:
    back_up(engine)
    anna.do(interactions.add_note, None, None, "Said once.")
    anna.sync()
    put_back(engine)
    anna.reconnect()
    anna.weather.lose_pull = 1
    with pytest.raises(Unavailable):
        anna.sync()
    anna.close_files()
    anna.open_files()
    turn(anna)
    assert bodies(anna) == ["Said once."]
    assert count(anna, SeenRow) == 0


def test_what_was_thrown_away_fills_its_number_and_nothing_else(anna: SyncedDesk, engine: Engine) -> None:
    back_up(engine)
    for words in ("First.", "Thrown away.", "Third."):
        anna.do(interactions.add_note, None, None, words)
    anna.sync()
    (second,) = [row for row in anna.keeper.contents().changes if row["seq"] == 2]

    def refuse(uow: UnitOfWork) -> None:
        uow.session.add(entry_of({**second, "state": "refused"}))

    anna.do(refuse)
    anna.do(lambda uow: uow.session.delete(uow.session.get_one(Outbox, 2)))
    put_back(engine)
    turn(anna)
    assert at_server(engine, "select body from crm.note order by body") == ["First.", "Third."]
    assert count(anna, Outbox) == 0
