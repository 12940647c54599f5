"""Who holds a row: children are held where their parent is, move with it, and go where it is lent."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.sync.engine import Engine, Principal, principal_at
from crmdesk.sync.engine.calls import write_calls
from crmdesk.sync.engine.moving import move_customer, team_named
from crmdesk.sync.engine.people import HOUSE
from crmdesk.sync.wire import Op, Status
from tests.support.server import Device, callback, complaint, customer, desk_of, interaction

_HOLD = text(
    "insert into sync.held (scope_id, entity, row_id, until) values (:scope, :entity, :row, now() + interval '1 day')"
)
_SCOPE = text("insert into sync.scope (kind, name) values ('device', :name) returning scope_id")
_GIVE = text("insert into sync.principal_scope (user_id, scope_id) values (:user, :scope)")


@pytest.fixture
def north(engine: Engine) -> Device:
    """A desk of one team."""
    return desk_of(engine, "nora", team="North")


@pytest.fixture
def south(engine: Engine) -> Device:
    """A desk of another."""
    return desk_of(engine, "sam", team="South")


def move(engine: Engine, row: UUID, team: str) -> None:
    """Give a customer to a team."""
    engine.run(lambda conn: move_customer(conn, row, team_named(conn, team), new_id()))


def held(desk: Device) -> set[UUID]:
    """Return every customer's row that a desk without anything pulls."""
    desk.cursor = None
    return {row for name, rows in desk.pull().items() if name not in {"agent", "disposition"} for row in rows}


def news(desk: Device) -> tuple[set[UUID], dict[UUID, str]]:
    """Return what came to a desk and what it is to remove, since it asked last."""
    came: set[UUID] = set()
    gone: dict[UUID, str] = {}
    more = True
    while more:
        reply = desk.page()
        came |= {UUID(row[table.columns.index("id")]) for table in reply.tables for row in table.rows}
        gone |= {id_: part.op for part in reply.gone for id_ in part.ids}
        more = reply.more
    return came, gone


def family(desk: Device) -> dict[str, UUID]:
    """Make a customer with a number, a complaint and a callback."""
    owner = new_id()
    desk.insert("customer", owner, **customer())
    made = {"customer": owner, "contact_point": new_id(), "complaint": new_id(), "callback": new_id()}
    of: dict[str, Any] = {"customer_id": owner.hex}
    point = {"kind": "phone", "value": "+442079460123", "e164": "+442079460123", **of}
    results = desk.push(
        desk.mutation("contact_point", made["contact_point"], Op.INSERT, **point),
        desk.mutation("complaint", made["complaint"], Op.INSERT, **complaint(f"C-{owner.hex}", **of)),
        desk.mutation("callback", made["callback"], Op.INSERT, **callback(**of)),
    )
    assert {r.status for r in results} == {Status.OK}
    return made


def borrowed(engine: Engine, desk: Device, entity_code: int, row: UUID) -> int:
    """Let a device hold a row of another team, as a look-up does."""

    def lend(conn: Connection) -> int:
        scope: int = conn.execute(_SCOPE, {"name": str(desk.principal.device_id)}).scalar_one()
        conn.execute(_GIVE, {"user": desk.principal.user_id, "scope": scope})
        conn.execute(_HOLD, {"scope": scope, "entity": entity_code, "row": row})
        return scope

    return engine.run(lend)


# Children are held where their parent is ---------------------------------------------------------------------------


def test_what_belongs_to_the_houses_customer_is_the_houses_whoever_makes_it(north: Device, south: Device) -> None:
    owner, made = new_id(), new_id()
    south.insert("customer", owner, **customer(), scope_id=HOUSE)
    assert north.insert("callback", made, **callback(customer_id=owner.hex)).status is Status.OK
    assert {owner, made} <= held(south)


def test_parent_and_child_in_one_push(north: Device, south: Device) -> None:
    owner, made = new_id(), new_id()
    results = north.push(
        north.mutation("customer", owner, Op.INSERT, **customer(), scope_id=HOUSE),
        north.mutation("callback", made, Op.INSERT, **callback(customer_id=owner.hex)),
    )
    assert {r.status for r in results} == {Status.OK}
    assert {owner, made} <= held(south)


def test_a_child_that_comes_to_its_parent_later_moves_to_it(north: Device, south: Device) -> None:
    owner, made = new_id(), new_id()
    south.insert("customer", owner, **customer(), scope_id=HOUSE)
    north.insert("callback", made, **callback())
    assert made not in held(south)
    assert north.update("callback", made, 1, customer_id=owner.hex).status is Status.OK
    assert made in held(south)
    assert made in held(north)


def test_a_note_of_a_call_goes_to_those_who_have_the_call(engine: Engine, north: Device, south: Device) -> None:
    call, note = new_id(), new_id()
    engine.run(lambda conn: write_calls(conn, {call: interaction()}, {}))
    north.insert("note", note, body="Rang about the boiler.", written_at=0, interaction_id=call.hex)
    assert {call, note} <= held(south)


def test_a_call_leg_goes_to_those_who_have_the_call(engine: Engine, north: Device, south: Device) -> None:
    call, leg = new_id(), new_id()
    north.insert("interaction", call, **interaction())
    legs = {leg: {"interaction_id": call.hex, "agent_extension": "1001", "rang_at": 0}}
    engine.run(lambda conn: write_calls(conn, {call: interaction()}, legs))
    assert {call, leg} <= held(north)
    assert held(south).isdisjoint({call, leg})


def test_words_about_a_customer_of_another_team_reach_that_team_and_leave_this_desk(
    north: Device, south: Device
) -> None:
    theirs = family(south)
    made = new_id()
    assert north.insert("complaint", made, **complaint("C-1", customer_id=theirs["customer"].hex)).status is Status.OK
    assert made in held(south)
    north.cursor = None
    assert news(north)[1] == {made: "R"}


def test_a_team_is_still_not_named_by_somebody_who_is_not_in_it(engine: Engine, north: Device) -> None:
    desk_of(engine, "sam", team="South")
    scope = engine.run(lambda conn: team_named(conn, "South"))
    assert north.insert("customer", new_id(), **customer(), scope_id=scope).status is Status.DENIED


# Moves -------------------------------------------------------------------------------------------------------------


def test_a_customer_moves_with_what_belongs_to_them(engine: Engine, north: Device, south: Device) -> None:
    theirs, others = family(north), family(north)
    north.pull()
    south.pull()
    move(engine, theirs["customer"], "South")
    came, gone = news(north)
    assert gone == dict.fromkeys(theirs.values(), "R")
    assert came.isdisjoint(theirs.values())
    assert news(south) == (set(theirs.values()), {})
    assert held(north).issuperset(others.values())


def test_calls_stay_with_the_team_that_took_them(engine: Engine, north: Device) -> None:
    desk_of(engine, "sam", team="South")
    theirs = family(north)
    call = new_id()
    north.insert("interaction", call, **interaction(customer_id=theirs["customer"].hex))
    move(engine, theirs["customer"], "South")
    assert held(north) == {call}


def test_a_customer_who_moves_back_is_whole_again(engine: Engine, north: Device, south: Device) -> None:
    theirs = family(north)
    move(engine, theirs["customer"], "South")
    held(south)
    move(engine, theirs["customer"], "North")
    assert set(theirs.values()) <= held(north)
    assert news(south)[1] == dict.fromkeys(theirs.values(), "R")


def test_duplicates_move_with_their_winner_and_can_be_parted_there(
    engine: Engine, north: Device, south: Device
) -> None:
    loser, winner = family(north), family(north)
    north.update("customer", loser["customer"], 1, merged_into=winner["customer"].hex)
    with pytest.raises(UserMistake, match=str(winner["customer"])):
        move(engine, loser["customer"], "South")
    move(engine, winner["customer"], "South")
    assert {*loser.values(), *winner.values()} <= held(south)
    assert not held(north)


def test_a_merge_brings_what_was_moved_to_the_winners_team(engine: Engine, north: Device, south: Device) -> None:
    winner = family(south)
    move(engine, winner["customer"], "South")
    loser = family(north)
    both = desk_of(engine, "bela", team="South")
    scope = engine.run(lambda conn: team_named(conn, "North"))
    engine.run(lambda conn: conn.execute(_GIVE, {"user": both.principal.user_id, "scope": scope}))
    both.principal = _again(engine, both)
    assert both.update("customer", loser["customer"], 1, merged_into=winner["customer"].hex).status is Status.OK
    assert {row for name, row in loser.items() if name != "customer"} <= held(south)
    assert held(north) == {loser["customer"]}
    assert both.update("customer", loser["customer"], 2, merged_into=None).status is Status.OK
    assert held(north) == set(loser.values())
    assert held(south) == set(winner.values())


def test_nobody_moves_whom_there_is_not_and_no_team_that_is_none(engine: Engine, north: Device) -> None:
    with pytest.raises(UserMistake, match="no such customer"):
        move(engine, new_id(), "North")
    with pytest.raises(UserMistake, match="no team"):
        move(engine, family(north)["customer"], "West")


# Held for a while --------------------------------------------------------------------------------------------------


def test_what_is_added_to_a_borrowed_customer_is_borrowed_too(engine: Engine, north: Device, south: Device) -> None:
    theirs = family(south)
    borrowed(engine, north, 4, theirs["customer"])
    north.principal = _again(engine, north)
    made = new_id()
    assert south.insert("callback", made, **callback(customer_id=theirs["customer"].hex)).status is Status.OK
    assert made in held(north)


def test_who_borrowed_a_customer_adds_to_them_and_keeps_what_they_added(
    engine: Engine, north: Device, south: Device
) -> None:
    theirs = family(south)
    borrowed(engine, north, 4, theirs["customer"])
    north.principal = _again(engine, north)
    made = new_id()
    assert north.insert("complaint", made, **complaint("C-9", customer_id=theirs["customer"].hex)).status is Status.OK
    assert north.update("customer", theirs["customer"], 1, city="Leeds").status is Status.OK
    assert north.update("complaint", made, 1, severity=5).status is Status.OK
    assert made in held(south)
    assert made in held(north)


def test_a_leg_of_a_borrowed_call_is_borrowed_too(engine: Engine, north: Device, south: Device) -> None:
    call, leg = new_id(), new_id()
    south.insert("interaction", call, **interaction())
    borrowed(engine, north, 6, call)
    north.principal = _again(engine, north)
    legs = {leg: {"interaction_id": call.hex, "agent_extension": "1001", "rang_at": 0}}
    engine.run(lambda conn: write_calls(conn, {}, legs))
    assert leg in held(north)


def _again(engine: Engine, desk: Device) -> Principal:
    return engine.run(lambda conn: principal_at(conn, desk.principal.device_id, desk.principal.user_id))
