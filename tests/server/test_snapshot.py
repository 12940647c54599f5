"""The first copy of a scope: complete whatever happens meanwhile, resumable after any chunk, nothing of others."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from crmdesk.domain.clock import SystemClock
from crmdesk.domain.ids import new_id
from crmdesk.models.registry import ENTITY_CODES
from crmdesk.sync.engine import Code, Engine, Rejection
from crmdesk.sync.engine.erasing import erase_customer
from crmdesk.sync.engine.feed import PutBack
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.transports.in_process import InProcess
from crmdesk.sync.wire import Op, Snapshot, SnapshotReply
from tests.support.server import Device, customer, desk_of, interaction

_MOVE = text("update crm.customer set scope_id = :scope where id = :row")
_REVOKE = text("delete from sync.principal_scope where user_id = :person and scope_id = :scope")

Copy = dict[UUID, dict[str, Any]]


def chunks(desk: Device, scope: int, limit: int = 4) -> Iterator[SnapshotReply]:
    """Fetch a scope chunk by chunk, as the person that the desk's has become by then."""
    transport = InProcess(desk.engine, desk.principal)
    question = Snapshot(desk.principal.device_id, scope, limit=limit)
    while True:
        reply = transport.snapshot(question)
        yield reply
        if reply.done:
            return
        question = Snapshot(desk.principal.device_id, scope, reply.entity, reply.after, reply.cursor, limit)


def rows_of(reply: SnapshotReply) -> list[tuple[str, UUID, dict[str, Any]]]:
    """Return a chunk's rows as (entity, id, values)."""
    if reply.table is None:
        return []
    named = [dict(zip(reply.table.columns, values, strict=True)) for values in reply.table.rows]
    return [(reply.table.entity, UUID(row["id"]), row) for row in named]


def make_customers(desk: Device, number: int) -> set[UUID]:
    """Make customers and return their ids."""
    made = [new_id() for _ in range(number)]
    desk.push(*[desk.mutation("customer", row, Op.INSERT, **customer(f"No {n}")) for n, row in enumerate(made)])
    return set(made)


def move(engine: Engine, row: UUID, scope: int) -> None:
    """Give a customer to another team."""
    engine.run(lambda conn: conn.execute(_MOVE, {"scope": scope, "row": row}))


def copied(desk: Device, replies: list[SnapshotReply]) -> Copy:
    """Return the customers that a desk has after a snapshot and the pull from where it began."""
    copy = {id_: row for reply in replies for entity, id_, row in rows_of(reply) if entity == "customer"}
    desk.cursor = replies[0].cursor
    more = True
    while more:
        page = desk.page()
        more = page.more
        for table in page.tables:
            if table.entity == "customer":
                named = [dict(zip(table.columns, values, strict=True)) for values in table.rows]
                copy.update({UUID(row["id"]): row for row in named})
        for gone in page.gone:
            for id_ in gone.ids:
                copy.pop(id_, None)
    return copy


def test_a_snapshot_brings_every_row_of_a_scope_once_in_the_order_of_entity_and_id(engine: Engine) -> None:
    desk = desk_of(engine, "anna", team="North")
    made = make_customers(desk, 23)
    calls = {new_id() for _ in range(5)}
    desk.push(*[desk.mutation("interaction", row, Op.INSERT, **interaction()) for row in calls])
    for limit in (1, 4, 22, 23, 24, 20_000):
        found = [
            (ENTITY_CODES[entity], id_)
            for reply in chunks(desk, desk.principal.home_scope, limit)
            for entity, id_, _ in rows_of(reply)
        ]
        assert found == sorted(found)
        assert {id_ for code, id_ in found if code == ENTITY_CODES["customer"]} == made
        assert len(found) == len(set(found)) == len(made) + len(calls)


def test_the_values_are_those_that_a_pull_would_bring(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    row = new_id()
    desk.insert("customer", row, **customer("Ирина 李 \U0001f600", since="2019-02-28", preferences='a\n"b" \\ %s :x'))
    copy = {id_: values for reply in chunks(desk, 1) for _, id_, values in rows_of(reply)}
    assert copy[row] == desk.pull()["customer"][row]


def test_every_chunk_tells_the_cursor_of_the_first_and_how_many_rows_there_may_be(engine: Engine) -> None:
    desk = desk_of(engine, "anna", team="North")
    make_customers(desk, 9)
    engine.run(lambda conn: conn.execute(text("analyze sync.change")))
    replies = list(chunks(desk, desk.principal.home_scope))
    assert len({reply.cursor for reply in replies}) == 1
    assert {reply.total for reply in replies} == {9}


def test_the_house_comes_with_its_people_and_an_empty_scope_is_done_at_once(engine: Engine) -> None:
    desk = desk_of(engine, "anna", team="North")
    house = {entity for reply in chunks(desk, 1) for entity, _, _ in rows_of(reply)}
    assert {"agent", "disposition"} <= house
    (only,) = chunks(desk, desk.principal.home_scope)
    assert (only.table, only.done) == (None, True)


def test_what_happens_behind_the_place_that_was_reached_comes_with_the_pull(engine: Engine) -> None:
    anna = desk_of(engine, "anna", team="North")
    other = desk_of(engine, "bela", team="North")
    south = desk_of(engine, "cem", team="South")
    home, away = anna.principal.home_scope, south.principal.home_scope
    present = dict.fromkeys(make_customers(other, 30), 1)
    arriving = list(make_customers(south, 6))
    dice = random.Random(7)
    replies: list[SnapshotReply] = []
    for reply in chunks(anna, home):
        replies.append(reply)
        row = dice.choice(sorted(present))
        match len(replies) % 4:
            case 0:
                early = UUID(int=dice.getrandbits(100))
                other.insert("customer", early, **customer("Behind"))
                present[early] = 1
            case 1:
                present[row] = other.update("customer", row, present[row], city=f"Town {len(replies)}").ver
            case 2:
                move(engine, row, away)
                del present[row]
            case _ if arriving:
                come = arriving.pop()
                move(engine, come, home)
                present[come] = 1
    assert len(replies) > 6
    copy = copied(anna, replies)
    assert {id_: values["ver"] for id_, values in copy.items()} == present


def test_the_pull_after_a_first_copy_begins_with_all_erasures_of_before_it(engine: Engine, tmp_path: Path) -> None:
    desk = desk_of(engine, "anna", team="North")
    erased, journal = make_customers(desk, 7), Journal(tmp_path / "erasures")
    for row in sorted(erased):
        engine.run(partial(erase_customer, customer=row, journal=journal, now=SystemClock().now))
    first, *_ = chunks(desk, desk.principal.home_scope)
    later = make_customers(desk, 3)
    desk.cursor = first.cursor
    told: list[UUID] = []
    came: set[UUID] = set()
    more = True
    while more:
        page = desk.page(limit=2)
        more = page.more
        told += [id_ for gone in page.gone if gone.op == "E" for id_ in gone.ids]
        came |= {UUID(row[table.columns.index("id")]) for table in page.tables for row in table.rows}
        assert not came or set(told) == erased
    assert sorted(told) == sorted(erased)
    assert came == later


def test_a_chunk_that_is_asked_for_again_comes_again(engine: Engine) -> None:
    desk = desk_of(engine, "anna", team="North")
    make_customers(desk, 9)
    question = Snapshot(desk.principal.device_id, desk.principal.home_scope, limit=4)
    first = engine.snapshot(desk.principal, question)
    then = Snapshot(question.device_id, question.scope, first.entity, first.after, first.cursor, 4)
    assert engine.snapshot(desk.principal, then) == engine.snapshot(desk.principal, then)


def test_nobody_fetches_a_scope_that_is_not_theirs(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna", team="North"), desk_of(engine, "bela", team="South")
    make_customers(bela, 3)
    for scope in (bela.principal.home_scope, 0, -1, 2**31 - 1, 2**70):
        with pytest.raises(Rejection) as refused:
            engine.snapshot(anna.principal, Snapshot(anna.principal.device_id, scope))
        assert refused.value.code is Code.NOT_HELD


def test_a_scope_that_is_taken_away_between_two_chunks_ends_the_snapshot(engine: Engine) -> None:
    anna = desk_of(engine, "anna", team="North")
    make_customers(anna, 9)
    home = anna.principal.home_scope
    coming = chunks(anna, home)
    next(coming)
    engine.run(lambda conn: conn.execute(_REVOKE, {"person": anna.principal.user_id, "scope": home}))
    with pytest.raises(Rejection) as refused:
        next(coming)
    assert refused.value.code is Code.NOT_HELD


def test_a_place_or_cursor_that_was_not_told_here_is_turned_away(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    device = desk.principal.device_id
    make_customers(desk, 3)
    true = engine.snapshot(desk.principal, Snapshot(device, 1)).cursor
    far = true[:1] + b"\x7f" + true[2:]
    for entity, after, cursor in (
        ("customer", None, None),
        (None, new_id(), None),
        ("no_such_table", None, true),
        ("mutation; drop table crm.customer", None, true),
        ("customer", None, b""),
        ("customer", None, b"\xff" * 39),
        ("customer", None, b"y" * 5000),
    ):
        with pytest.raises(Rejection) as refused:
            engine.snapshot(desk.principal, Snapshot(device, 1, entity, after, cursor))
        assert refused.value.code is Code.BAD_REQUEST
    with pytest.raises(PutBack):
        engine.snapshot(desk.principal, Snapshot(device, 1, "customer", None, far))
    with pytest.raises(Rejection):
        engine.snapshot(desk.principal, Snapshot(uuid4(), 1))


def test_any_limit_is_taken_as_one_that_makes_sense(engine: Engine) -> None:
    desk = desk_of(engine, "anna", team="North")
    make_customers(desk, 3)
    for limit, expected in ((-5, 1), (0, 1), (2, 2), (10**12, 3)):
        reply = engine.snapshot(
            desk.principal, Snapshot(desk.principal.device_id, desk.principal.home_scope, limit=limit)
        )
        assert len(rows_of(reply)) == expected
