"""What the engine hands out: no row is lost however commits are ordered, and nothing outside a desk's scopes."""

from __future__ import annotations

import random
import threading
from uuid import UUID

import pytest
from sqlalchemy import Connection, create_engine, text

from crmdesk.domain.ids import new_id
from crmdesk.models.registry import SYNCED
from crmdesk.sync.engine import Engine, Rejection, push
from crmdesk.sync.engine.access import within
from crmdesk.sync.engine.feed import scopes_moved, watermark
from crmdesk.sync.wire import Op, Pull, PullReply, Push
from tests.support.server import customer, desk_of, interaction

ODD_NAME = "Ирина 李 \U0001f600"
AWKWARD = "a\n\"b\" \\ 'c' %s :x"
BEGAN = 1_795_000_000_123_457

_PRIVILEGES = text(
    "select c.relname, c.relrowsecurity, c.relforcerowsecurity, "
    "exists (select 1 from pg_policy p where p.polrelid = c.oid) as policy, "
    "pg_get_userbyid(c.relowner) = 'crmdesk_desk' as owned "
    "from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'crm' and c.relkind in ('r', 'p')"
)
_ROLE = text("select rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname = 'crmdesk_desk'")


def ids_of(page: PullReply, entity: str) -> list[UUID]:
    """Return the ids of a page's rows of one entity."""
    tables = [table for table in page.tables if table.entity == entity]
    return [UUID(row[table.columns.index("id")]) for table in tables for row in table.rows]


def test_a_commit_that_comes_late_is_still_delivered(database_url: str) -> None:
    engine = Engine(database_url)
    slow, quick, reader = desk_of(engine, "slow"), desk_of(engine, "quick"), desk_of(engine, "reader")
    reader.pull()
    late, early = new_id(), new_id()
    held = create_engine(database_url)
    with held.connect() as conn:
        mutation = slow.mutation("customer", late, Op.INSERT, **customer("Late"))
        push(conn, slow.principal, Push(slow.principal.device_id, (mutation,)))
        quick.insert("customer", early, **customer("Early"))
        assert "customer" not in reader.pull(), "a desk must wait for what is not decided"
        conn.commit()
    held.dispose()
    assert set(reader.pull()["customer"]) == {late, early}
    engine.close()


def test_readers_lose_nothing_while_many_write_at_once(database_url: str) -> None:
    engine = Engine(database_url, connections=12)
    writers = [desk_of(engine, f"writer{n}") for n in range(6)]
    reader = desk_of(engine, "reader")
    made: list[UUID] = []
    done = threading.Event()
    seen: set[UUID] = set()

    def write(n: int) -> None:
        dice = random.Random(n)
        for _ in range(25):
            rows = [new_id() for _ in range(dice.randint(1, 4))]
            writers[n].push(*[writers[n].mutation("customer", row, Op.INSERT, **customer()) for row in rows])
            made.extend(rows)

    def read() -> None:
        while not done.is_set():
            seen.update(reader.pull(limit=7).get("customer", {}))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(len(writers))]
    watching = threading.Thread(target=read)
    for thread in [*threads, watching]:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    watching.join()
    seen.update(reader.pull().get("customer", {}))
    assert seen == set(made)
    engine.close()


def test_pages_of_any_size_give_every_row_once(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    rows = {new_id() for _ in range(23)}
    desk.push(*[desk.mutation("customer", row, Op.INSERT, **customer()) for row in rows])
    for limit in (1, 2, 5, 22, 23, 24):
        desk.cursor = None
        pages: list[UUID] = []
        more = True
        while more:
            page = desk.page(limit)
            more = page.more
            pages += ids_of(page, "customer")
        assert len(pages) == len(set(pages)) == len(rows)


def test_a_round_of_pages_ends_at_one_watermark_while_others_write(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna"), desk_of(engine, "bela")
    first = [new_id() for _ in range(6)]
    anna.push(*[anna.mutation("customer", row, Op.INSERT, **customer()) for row in first])
    bela.cursor = None
    seen: list[UUID] = []
    rounds = 0
    more = True
    while more:
        page = bela.page(4)
        more = page.more
        rounds += 1
        seen += ids_of(page, "customer")
        anna.insert("customer", new_id(), **customer("Meanwhile"))
        assert rounds < 50
    assert set(seen) == set(first)
    assert len(bela.pull()["customer"]) == rounds


def test_values_come_back_as_they_were_sent(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    row, who, call = new_id(), new_id(), new_id()
    desk.insert("customer", row, **customer(ODD_NAME, since="2019-02-28", preferences=AWKWARD))
    values = interaction(customer_id=str(who), wait_s=1, withheld=True, began_at=BEGAN)
    desk.insert("interaction", call, **values)
    pulled = desk.pull()
    seen = pulled["customer"][row]
    assert (seen["name"], seen["since"], seen["preferences"]) == (ODD_NAME, "2019-02-28", AWKWARD)
    call_seen = pulled["interaction"][call]
    assert (call_seen["customer_id"], call_seen["began_at"]) == (who.hex, BEGAN)
    assert (call_seen["wait_s"], call_seen["withheld"], call_seen["answered_at"]) == (1.0, True, None)


def test_a_row_that_moves_to_another_team_leaves_one_desk_and_comes_to_the_other(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna", team="North"), desk_of(engine, "bela", team="South")
    row = new_id()
    anna.insert("customer", row, **customer())
    assert row in anna.pull()["customer"]
    bela.pull()
    move = text("update crm.customer set scope_id = :scope where id = :row")
    engine.run(lambda conn: conn.execute(move, {"scope": bela.principal.home_scope, "row": row}))
    (gone,) = anna.page().gone
    assert (gone.entity, gone.op, gone.ids) == ("customer", "R", [row])
    assert row in bela.pull()["customer"]


def test_a_row_that_moves_between_two_scopes_of_one_desk_stays(engine: Engine) -> None:
    anna = desk_of(engine, "anna", team="North")
    row = new_id()
    anna.insert("customer", row, **customer())
    anna.pull()
    engine.run(lambda conn: conn.execute(text("update crm.customer set scope_id = 1 where id = :row"), {"row": row}))
    page = anna.page()
    assert page.gone == ()
    assert page.tables[0].entity == "customer"


def test_a_deleted_row_is_told_as_gone(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    row = new_id()
    anna.insert("customer", row, **customer())
    anna.pull()
    engine.run(lambda conn: conn.execute(text("delete from crm.customer where id = :row"), {"row": row}))
    (gone,) = anna.page().gone
    assert (gone.op, gone.ids) == ("D", [row])


def test_a_desk_gets_nothing_of_another_team(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna", team="North"), desk_of(engine, "bela", team="South")
    anna.insert("customer", new_id(), **customer())
    assert "customer" not in bela.pull()


def test_as_the_desk_role_raw_sql_sees_no_row_of_another_team_in_any_table(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna", team="North"), desk_of(engine, "bela", team="South")
    row = new_id()
    anna.insert("customer", row, **customer())
    anna.insert("interaction", row, **interaction())
    anna.insert("note", row, body="hers", written_at=0)

    hers = {"scope": anna.principal.home_scope}

    def look(conn: Connection) -> dict[str, int]:
        with within(conn, bela.principal.scopes):
            counts = {
                name: conn.execute(text(f"select count(*) from crm.{name} where scope_id = :scope"), hers).scalar_one()
                for name in SYNCED
            }
            stolen = conn.execute(text("update crm.customer set name = 'x'")).rowcount
        return {**counts, "changed": stolen}

    assert set(engine.run(look).values()) == {0}


def test_without_scopes_the_desk_role_sees_nothing(engine: Engine) -> None:
    desk_of(engine, "anna").insert("customer", new_id(), **customer())

    def look(conn: Connection) -> int:
        conn.execute(text("set local role crmdesk_desk"))
        return int(conn.execute(text("select count(*) from crm.customer")).scalar_one())

    assert engine.run(look) == 0


def test_no_synced_table_lacks_a_policy_and_the_desk_role_owns_nothing(engine: Engine) -> None:
    found = engine.run(lambda conn: conn.execute(_PRIVILEGES).all())
    assert {row.relname for row in found} == set(SYNCED)
    for row in found:
        assert (row.relrowsecurity, row.relforcerowsecurity, row.policy, row.owned) == (True, True, True, False), row
    assert tuple(engine.run(lambda conn: conn.execute(_ROLE).one())) == (False, False, False)


def test_a_cursor_that_was_not_made_here_is_turned_away(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    for cursor in (b"", b"x", b"\xff" * 39, b"\x00" * 39, b"y" * 5000):
        with pytest.raises(Rejection):
            engine.pull(desk.principal, Pull(desk.principal.device_id, cursor))


def test_the_hub_hears_which_scopes_moved(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna", team="North"), desk_of(engine, "bela", team="South")
    before = engine.run(watermark)
    anna.insert("customer", new_id(), **customer())
    moved = engine.run(lambda conn: scopes_moved(conn, before, watermark(conn)))
    assert set(moved) == {anna.principal.home_scope}
    assert bela.principal.home_scope not in moved
