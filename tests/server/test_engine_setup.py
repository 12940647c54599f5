"""Setting a database up: from nothing, again, by a user with few rights, and what is said when it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, UniqueConstraint, text

from crmdesk.domain.errors import CrmdeskError, Unavailable, UserMistake
from crmdesk.domain.people import Role
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.people import NewPerson, add_person, disable, set_password
from crmdesk.sync.engine.setup import check_up_to_date, initialise
from crmdesk.sync.wire import PROTOCOL, Hello
from tests.support.postgres import Databases
from tests.support.server import Device, customer, desk_of

ADMIN = NewPerson("boss", "The Boss", Role.ADMINISTRATOR, "long enough")


def never() -> NewPerson:
    """Stand where nobody may be asked."""
    raise AssertionError("there is an administrator already")


def greet(desk: Device, references_left: int = 50) -> Hello:
    """Return the HELLO of a desk."""
    who = desk.principal
    return Hello(who.device_id, desk.nonce, "0.1", PROTOCOL, 1, None, None, 0, references_left)


def test_setting_up_twice_changes_nothing_the_second_time(databases: Databases) -> None:
    url = databases.empty()
    engine = Engine(url)
    first = initialise(engine, lambda: ADMIN)
    assert (first.upgraded, first.administrator_made) == (True, True)
    second = initialise(engine, never)
    assert (second.upgraded, second.administrator_made) == (False, False)
    engine.close()
    databases.drop(url)


def test_whoever_is_asked_for_a_password_may_take_their_time(databases: Databases) -> None:
    url = databases.empty()
    engine = Engine(url)
    open_now = text(
        "select count(*) from pg_stat_activity where datname = current_database() and xact_start < now() "
        "and backend_type = 'client backend'"
    )

    def asked() -> NewPerson:
        watching = Engine(url)
        assert watching.run(lambda conn: conn.execute(open_now).scalar_one()) == 0, "a transaction waits for a person"
        watching.close()
        return ADMIN

    assert initialise(engine, asked).administrator_made
    engine.close()
    databases.drop(url)


def test_an_owner_who_is_no_superuser_can_set_up_and_run_it(databases: Databases) -> None:
    url = databases.empty()
    name = url.partition("@/")[2].partition("?")[0]
    setup = Engine(url)
    setup.run(lambda conn: conn.execute(text(f"create role owner_{name} login createrole")))
    setup.run(lambda conn: conn.execute(text(f"alter database {name} owner to owner_{name}")))
    setup.run(lambda conn: conn.execute(text(f"grant crmdesk_desk to owner_{name}")))
    setup.close()
    engine = Engine(url.replace("postgres@", f"owner_{name}@"))
    assert initialise(engine, lambda: ADMIN).administrator_made
    desk = desk_of(engine, "anna")
    row = uuid4()
    desk.insert("customer", row, **customer())
    assert row in desk.pull()["customer"]
    engine.close()
    databases.drop(url)


def test_a_user_without_rights_is_told_what_to_ask_for(databases: Databases) -> None:
    url = databases.empty()
    name = url.partition("@/")[2].partition("?")[0]
    setup = Engine(url)
    setup.run(lambda conn: conn.execute(text(f"create role guest_{name} login")))
    setup.close()
    engine = Engine(url.replace("postgres@", f"guest_{name}@"))
    with pytest.raises(Unavailable, match="may not make") as caught:
        initialise(engine, lambda: ADMIN)
    assert "database administrator" in caught.value.next_step
    engine.close()
    databases.drop(url)


def test_a_database_that_cannot_keep_every_script_is_refused_with_what_to_make(databases: Databases) -> None:
    url = databases.empty("encoding 'LATIN1' locale 'C' template template0")
    engine = Engine(url)
    with pytest.raises(Unavailable, match="LATIN1") as caught:
        initialise(engine, never)
    assert "encoding 'UTF8'" in caught.value.next_step
    engine.close()
    databases.drop(url)


def test_the_schema_of_a_newer_crmdesk_is_left_alone(databases: Databases) -> None:
    url = databases.ready()
    engine = Engine(url)
    engine.run(lambda conn: conn.execute(text("update sync.alembic_version set version_num = 's9999'")))
    with pytest.raises(CrmdeskError, match="newer crmdesk"):
        initialise(engine, never)
    engine.close()
    databases.drop(url)


def refusal(url: str, work: Callable[[Engine], object]) -> CrmdeskError:
    """Return how something is refused on a database."""
    engine = Engine(url)
    with pytest.raises(CrmdeskError) as refused:
        work(engine)
    engine.close()
    return refused.value


def looked_at(engine: Engine) -> None:
    """Look as every command and every gateway does before it begins."""
    engine.run(check_up_to_date)


def set_up(engine: Engine) -> None:
    """Set up as ``server init`` does."""
    initialise(engine, lambda: ADMIN)


def test_each_state_of_a_database_is_told_with_its_own_way_on(databases: Databases) -> None:
    url = databases.empty()
    assert "Run: crmdesk server init" in refusal(url, looked_at).next_step
    databases.drop(url)
    url = databases.ready()
    engine = Engine(url)

    def at(version: str) -> None:
        engine.run(lambda conn: conn.execute(text("update sync.alembic_version set version_num = :v"), {"v": version}))

    at("s0014")
    older = refusal(url, looked_at)
    assert "schema s0014 of an older crmdesk" in older.what
    assert "Stop every gateway, back the database up, then run: crmdesk server init" in older.next_step
    at("s9999")
    assert "Upgrade crmdesk on this computer." in refusal(url, looked_at).next_step
    engine.close()
    databases.drop(url)


@pytest.mark.parametrize("work", [looked_at, set_up])
def test_a_restore_that_did_not_come_to_its_end_is_told_as_one(
    databases: Databases, work: Callable[[Engine], object]
) -> None:
    url = databases.ready()
    engine = Engine(url)
    engine.run(lambda conn: conn.execute(text("drop table sync.alembic_version")))
    engine.close()
    told = refusal(url, work)
    assert "only a part of crmdesk" in told.what
    assert "restore the whole backup" in told.next_step
    databases.drop(url)


@pytest.mark.parametrize("work", [looked_at, set_up])
def test_a_user_to_whom_the_tables_do_not_belong_is_told_so(
    databases: Databases, work: Callable[[Engine], object]
) -> None:
    url = databases.ready()
    guest = f"reader_{url.partition('@/')[2].partition('?')[0]}"
    engine = Engine(url)
    engine.run(lambda conn: conn.execute(text(f"create role {guest} login")))
    engine.close()
    told = refusal(url.replace("postgres@", f"{guest}@"), work)
    assert "may not read crmdesk's tables" in told.what
    assert "who ran crmdesk server init" in told.next_step
    databases.drop(url)


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://x/y", "sqlite:///x", "postgresql://host:port/x"])
def test_an_address_that_is_none_is_a_users_mistake(url: str) -> None:
    with pytest.raises(UserMistake):
        Engine(url)


def test_a_database_that_is_not_there_is_unavailable() -> None:
    engine = Engine("postgresql://127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        engine.run(lambda conn: conn.execute(text("select 1")))
    engine.close()


def test_the_schema_is_what_the_models_declare(engine: Engine) -> None:
    declared = MetaData(naming_convention=table_of("agent").metadata.naming_convention)
    for name in SYNCED:
        table = table_of(name).to_metadata(declared, schema="crm")
        only_one = [column for column in table.columns if column.info.get("unique")]
        table.indexes -= {index for index in table.indexes if set(index.columns) & set(only_one)}
        for column in only_one:
            table.append_constraint(UniqueConstraint(column))

    def compare(conn: Connection) -> list[object]:
        def of_crm(name: str | None, kind: str, parents: object) -> bool:
            return name == "crm" if kind == "schema" else True

        def ours(_object: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
            return not (
                kind == "index" and reflected and (name or "").endswith(("_scope", "_words", "_counted", "_turned"))
            )

        def differs(_context: object, _column: object, _meta: object, inspected: object, _type: object) -> bool | None:
            return False if "JSON" in str(inspected) else None

        context = MigrationContext.configure(
            conn,
            opts={
                "include_schemas": True,
                "include_name": of_crm,
                "include_object": ours,
                "compare_type": differs,
                "target_metadata": declared,
            },
        )
        return list(compare_metadata(context, declared))

    assert engine.run(compare) == []


def test_people_are_made_checked_and_closed(engine: Engine) -> None:
    anna = desk_of(engine, "Anna")
    assert anna.principal.login == "anna"
    for bad in (
        NewPerson("anna", "Again", Role.AGENT, "long enough"),
        NewPerson("two words", "", Role.AGENT, "long enough"),
        NewPerson("", "", Role.AGENT, "long enough"),
        NewPerson("short", "", Role.AGENT, "short"),
    ):
        with pytest.raises(UserMistake):
            engine.run(lambda conn, bad=bad: add_person(conn, bad))  # type: ignore[misc]
    agents = anna.pull()["agent"]
    assert agents[anna.principal.user_id]["role"] == "agent"
    engine.run(lambda conn: disable(conn, "ANNA"))
    admin = desk_of(engine, "second", role=Role.ADMINISTRATOR)
    assert admin.pull()["agent"][anna.principal.user_id]["active"] is False
    with pytest.raises(UserMistake):
        engine.run(lambda conn: set_password(conn, "nobody", "long enough"))


def test_hello_says_what_the_desk_may_hold_and_gives_references_when_they_run_low(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna", team="North"), desk_of(engine, "bela")
    anna.insert("customer", uuid4(), **customer())
    reply = engine.hello(anna.principal, greet(anna))
    assert reply.last_seq == 1
    assert reply.home_scope in reply.scopes
    assert 1 in reply.scopes
    assert reply.references is None
    one = engine.hello(anna.principal, greet(anna, references_left=19)).references
    two = engine.hello(bela.principal, greet(bela, references_left=0)).references
    assert one is not None
    assert two is not None
    assert (one.first, one.last) == (1, 100)
    assert (two.first, two.last) == (101, 200)
