"""Whatever a desk sends, each mutation gets a result, nothing breaks, and what was refused left no trace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdesk.domain.ids import new_id
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.sync.engine import Engine, feed
from crmdesk.sync.engine.feed import Position
from crmdesk.sync.wire import Mutation, Op, Pull, Push, Status
from tests.support.server import Device, desk_of

_NAMES = sorted(SYNCED)
_COLUMNS = sorted({column.key for name in _NAMES for column in table_of(name).columns})
_ROWS = [new_id() for _ in range(4)]

plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.text(max_size=30).filter(lambda words: words.encode("utf-8", "ignore").decode() == words),
    st.binary(max_size=20),
    st.uuids().map(lambda id_: id_.hex),
    st.dates().map(lambda day: day.isoformat()),
    st.sampled_from(["open", "wrap_up", "closed", "person", "2026-11-21", "C-1", "inbound", "'; drop table x; --"]),
)
anything = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
names = st.one_of(st.sampled_from(_COLUMNS), st.text(max_size=20))
fields = st.dictionaries(names, anything, max_size=8)
likely = st.fixed_dictionaries(
    {
        "name": st.text(max_size=9),
        "kind": st.just("person"),
        "direction": st.just("inbound"),
        "began_at": st.integers(0, 2**62),
    },
    optional={"body": st.text(max_size=9), "written_at": st.integers(0, 2**52), "value": plain, "state": plain},
)
steps = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(_NAMES), st.text(max_size=12)),
        st.sampled_from(_ROWS),
        st.sampled_from(list(Op)),
        st.integers(-(2**63), 2**63 - 1),
        st.one_of(fields, likely, st.builds(lambda a, b: {**a, **b}, likely, fields)),
        fields,
        st.integers(0, 3),
    ),
    max_size=12,
)


@pytest.fixture
def desks(engine: Engine) -> tuple[Device, Device]:
    """Two desks of different teams."""
    return desk_of(engine, "anna", team="North"), desk_of(engine, "bela", team="South")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_any_push_is_answered_in_full_and_again_alike(desks: tuple[Device, Device], steps: list[Any]) -> None:
    desk, other = desks
    mutations = [_mutation(desk, *step) for step in steps]
    travelled = msgspec.msgpack.decode(
        msgspec.msgpack.encode(Push(desk.principal.device_id, tuple(mutations))), type=Push
    )
    first = desk.engine.push(desk.principal, travelled).results
    assert [result.seq for result in first] == [m.seq for m in mutations]
    assert {result.status for result in first} <= {Status.OK, Status.CONFLICT, Status.DENIED, Status.DUPLICATE_OF}
    again = desk.engine.push(desk.principal, travelled).results
    assert [(r.status, r.ver, r.reason) for r in again] == [(r.status, r.ver, r.reason) for r in first]
    msgspec.msgpack.encode(desk.pull())
    assert not (other.pull().keys() & {"customer", "interaction", "note", "complaint"})


def _mutation(
    desk: Device,
    entity: str,
    row: UUID,
    op: Op,
    base_ver: int,
    values: dict[str, Any],
    base: dict[str, Any],
    group: int,
) -> Mutation:
    made = desk.mutation(entity, row, op, base_ver, **{})
    return msgspec.structs.replace(made, set=values, base=base, group=group)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    position=st.builds(
        Position,
        st.integers(0, 2**64 - 1),
        st.uuids(),
        st.integers(-(2**31), 2**31 - 1),
        st.integers(0, 2**16 - 1),
        st.integers(0, 2**64 - 1),
    ),
    limit=st.integers(-(2**63), 2**63 - 1),
)
def test_any_position_in_the_feed_is_answered_with_a_page(
    desks: tuple[Device, Device], position: Position, limit: int
) -> None:
    desk, _ = desks
    present = desk.engine.run(feed.present)
    told = replace(position, xid=position.xid % (present.watermark + 1))
    reply = desk.engine.pull(desk.principal, Pull(desk.principal.device_id, present.to_bytes(told), limit))
    assert desk.engine.run(feed.present).position(reply.cursor).high >= 0
    assert sum(len(table.rows) for table in reply.tables) <= 2000
