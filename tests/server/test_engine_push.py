"""What the engine does with what desks send: stored results, compare and set, groups, refusals."""

from __future__ import annotations

import random
import string
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import text

from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.models.base import to_microseconds
from crmdesk.models.limits import LONGEST_TEXT
from crmdesk.sync.engine import Engine, Rejection
from crmdesk.sync.engine.calls import write_calls
from crmdesk.sync.wire import PUSH_LIMIT, Mutation, Op, Push, Status
from tests.support.postgres import Databases
from tests.support.server import Device, complaint, customer, desk_of, interaction, request, second_desk_of


def test_a_push_that_is_sent_again_applies_once_and_answers_the_same(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    row = new_id()
    made = desk.mutation("customer", row, Op.INSERT, **customer())
    changed = desk.mutation("customer", row, Op.UPDATE, 1, city="Leeds")
    first = desk.push(made, changed)
    again = desk.push(made, changed)
    assert again == first
    assert [r.status for r in first] == [Status.OK, Status.OK]
    assert desk.pull()["customer"][row]["ver"] == 2


def test_a_half_repeated_push_applies_only_what_is_new(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    one = desk.mutation("customer", new_id(), Op.INSERT, **customer("One"))
    two = desk.mutation("customer", new_id(), Op.INSERT, **customer("Two"))
    desk.push(one)
    assert [r.status for r in desk.push(one, two)] == [Status.OK, Status.OK]
    assert len(desk.pull()["customer"]) == 2


def test_two_people_who_change_different_fields_both_get_their_way(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    bela = desk_of(engine, "bela")
    row = new_id()
    anna.insert("customer", row, **customer())
    assert anna.update("customer", row, 1, city="Leeds").status is Status.OK
    assert bela.update("customer", row, 1, tier="gold").status is Status.OK
    seen = bela.pull()["customer"][row]
    assert (seen["city"], seen["tier"], seen["ver"]) == ("Leeds", "gold", 3)


def test_the_second_to_change_a_field_gets_a_conflict_with_the_value_that_stands(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    bela = desk_of(engine, "bela")
    row = new_id()
    anna.insert("customer", row, **customer())
    anna.update("customer", row, 1, city="Leeds")
    result = bela.update("customer", row, 1, city="York", tier="gold")
    assert result.status is Status.CONFLICT
    assert result.conflicts["city"].value == "Leeds"
    assert result.conflicts["city"].ver == 2
    seen = anna.pull()["customer"][row]
    assert (seen["city"], seen["tier"]) == ("Leeds", "gold")


def test_a_conflict_that_is_asked_for_again_names_the_value_of_now_and_keeps_none(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    bela = desk_of(engine, "bela")
    row = new_id()
    anna.insert("customer", row, **customer())
    anna.update("customer", row, 1, city="Leeds")
    late = bela.mutation("customer", row, Op.UPDATE, 1, city="York")
    first = bela.push(late)
    assert bela.push(late) == first
    kept = engine.run(lambda conn: conn.scalars(text("select result::text from sync.mutation")).all())
    assert not any("Leeds" in result or "York" in result for result in kept)


def test_an_equal_value_is_neither_a_change_nor_a_conflict(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    bela = desk_of(engine, "bela")
    row = new_id()
    anna.insert("customer", row, **customer())
    anna.update("customer", row, 1, city="Leeds")
    result = bela.update("customer", row, 1, city="Leeds")
    assert (result.status, result.ver) == (Status.OK, 2)


def test_a_field_that_was_empty_at_the_start_counts_as_never_set(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    bela = desk_of(engine, "bela")
    row = new_id()
    anna.insert("interaction", row, **interaction(customer_id=None))
    who = new_id()
    assert bela.update("interaction", row, 0, customer_id=who.hex).status is Status.OK


def test_a_row_made_twice_is_one_row_and_the_second_maker_fills_what_is_empty(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    bela = desk_of(engine, "bela")
    row = new_id()
    assert anna.insert("interaction", row, **interaction(queue="heating")).status is Status.OK
    who = new_id()
    result = bela.insert("interaction", row, **interaction(queue="heating", customer_id=who.hex))
    assert result.status is Status.OK
    seen = anna.pull()["interaction"]
    assert list(seen) == [row]
    assert seen[row]["customer_id"] == who.hex


def test_two_desks_that_make_the_same_row_at_the_same_moment_make_one(engine: Engine) -> None:
    desks = [desk_of(engine, f"agent{n}") for n in range(6)]
    row = new_id()
    start = threading.Barrier(len(desks))
    statuses: list[Status] = []

    def make(n: int) -> None:
        start.wait()
        statuses.append(desks[n].insert("interaction", row, **interaction(caller_name="Ruth")).status)

    threads = [threading.Thread(target=make, args=(n,)) for n in range(len(desks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [Status.OK] * len(desks)
    assert list(desks[0].pull()["interaction"]) == [row]


def test_a_number_that_is_skipped_is_a_gap_and_nothing_after_it_is_applied(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    desk.mutation("customer", new_id(), Op.INSERT, **customer("never sent"))
    second = desk.mutation("customer", new_id(), Op.INSERT, **customer())
    third = desk.mutation("customer", new_id(), Op.INSERT, **customer())
    results = desk.push(second, third)
    assert [(r.status, r.expected) for r in results] == [(Status.GAP, 1), (Status.GAP, 1)]
    assert "customer" not in desk.pull()


def test_another_change_under_a_used_number_is_a_fork_and_stops_there(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    one = desk.mutation("customer", new_id(), Op.INSERT, **customer())
    desk.push(one)
    copy = Mutation(1, new_id(), 0, "customer", new_id(), Op.INSERT, 0, {}, customer("Copy"))
    after = desk.mutation("customer", new_id(), Op.INSERT, **customer("After"))
    assert [r.status for r in desk.push(copy, after)] == [Status.FORK, Status.FORK]
    assert len(desk.pull()["customer"]) == 1


def test_one_refused_member_of_a_group_refuses_the_whole_group(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    call, note = new_id(), new_id()
    good = msgspec.structs.replace(desk.mutation("interaction", call, Op.INSERT, **interaction()), group=7)
    bad = msgspec.structs.replace(desk.mutation("note", note, Op.INSERT, body="no time"), group=7)
    alone = desk.mutation("customer", new_id(), Op.INSERT, **customer())
    results = desk.push(good, bad, alone)
    assert [r.status for r in results] == [Status.DENIED, Status.DENIED, Status.OK]
    assert "interaction" not in desk.pull()


def test_a_reference_that_is_taken_names_the_complaint_that_has_it(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    bela = desk_of(engine, "bela")
    first = new_id()
    anna.insert("complaint", first, **complaint("C-2026-1"))
    result = bela.insert("complaint", new_id(), **complaint("C-2026-1"))
    assert result.status is Status.DUPLICATE_OF
    assert result.conflicts["id"].value == first.hex
    within_one = bela.push(
        bela.mutation("complaint", new_id(), Op.INSERT, **complaint("C-2026-2")),
        bela.mutation("complaint", new_id(), Op.INSERT, **complaint("C-2026-2")),
    )
    assert [r.status for r in within_one] == [Status.OK, Status.DUPLICATE_OF]


def test_two_desks_that_use_one_reference_at_the_same_moment_cannot_both_have_it(engine: Engine) -> None:
    desks = [desk_of(engine, f"agent{n}") for n in range(4)]
    start = threading.Barrier(len(desks))
    statuses: list[Status] = []

    def make(n: int) -> None:
        start.wait()
        statuses.append(desks[n].insert("complaint", new_id(), **complaint("C-2026-9")).status)

    threads = [threading.Thread(target=make, args=(n,)) for n in range(len(desks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [Status.DUPLICATE_OF] * 3 + [Status.OK]


@pytest.fixture(scope="module")
def hostile(databases: Databases) -> Iterator[Device]:
    """A desk that sends what it should not."""
    url = databases.lend()
    engine = Engine(url)
    yield desk_of(engine, "eve")
    engine.close()
    databases.give_back(url)


@pytest.mark.parametrize(
    ("entity", "op", "values"),
    [
        ("agent", Op.INSERT, {"login": "eve", "display_name": "Eve", "role": "administrator"}),
        ("queue", Op.UPDATE, {"label": "Mine"}),
        ("disposition", Op.INSERT, {"code": "x", "label": "X", "position": 1}),
        ("principal", Op.INSERT, {"login": "eve"}),
        ("pg_authid", Op.UPDATE, {"rolsuper": True}),
        ("", Op.INSERT, {}),
        ("customer\x00", Op.INSERT, {"name": "x"}),
        ("customer", Op.INSERT, {}),
        ("customer", Op.INSERT, {"name": None}),
        ("customer", Op.INSERT, {"name": 5}),
        ("customer", Op.INSERT, {"name": ["x"]}),
        ("customer", Op.INSERT, {"name": "a\x00b"}),
        ("customer", Op.INSERT, {"name": "x" * 200_000}),
        ("customer", Op.INSERT, {"name": "x", "ver": 9}),
        ("customer", Op.INSERT, {"name": "x", "updated_by": uuid4().hex}),
        ("customer", Op.INSERT, {"name": "x", "fver": {"name": 99}}),
        ("customer", Op.INSERT, {"name": "x", "scope_id": 4711}),
        ("customer", Op.INSERT, {"name": "x", "scope_id": "1"}),
        ("customer", Op.INSERT, {"name": "x", "scope_id": True}),
        ("customer", Op.INSERT, {"name": "x", "scope_id": [1]}),
        ("customer", Op.INSERT, {"name": "x", "id": uuid4().hex}),
        ("customer", Op.INSERT, {"name": "x", "since": "yesterday"}),
        ("customer", Op.INSERT, {"name": "x", "since": 20200101}),
        ("customer", Op.INSERT, {"name": "x", "nickname": "y"}),
        ("customer", Op.INSERT, {"name": "x", "name; drop table crm.customer": "y"}),
        ("customer", Op.UPDATE, {"name": "nobody"}),
        ("interaction", Op.INSERT, {"direction": "inbound", "began_at": 2**63}),
        ("interaction", Op.INSERT, {"direction": "inbound", "began_at": "now"}),
        ("interaction", Op.INSERT, {"direction": "inbound", "began_at": 0, "wait_s": float("nan")}),
        ("interaction", Op.INSERT, {"direction": "inbound", "began_at": 0, "wait_s": 2**60}),
        ("interaction", Op.INSERT, {"direction": "inbound", "began_at": 0, "withheld": 1}),
        ("interaction", Op.INSERT, {"direction": "inbound", "began_at": 0, "customer_id": "not an id"}),
        ("note", Op.UPDATE, {"body": "rewritten"}),
        ("complaint", Op.INSERT, {"reference": 7}),
        ("complaint", Op.INSERT, {**complaint("C-1"), "severity": 2**40}),
        ("complaint", Op.INSERT, complaint("C-1", severity=0)),
        ("complaint", Op.INSERT, complaint("C-1", severity=6)),
        ("complaint", Op.INSERT, complaint("C-1", state="forgotten")),
        ("complaint", Op.INSERT, complaint("C-1\u202e")),
        ("complaint", Op.INSERT, complaint(" ")),
        ("complaint", Op.INSERT, complaint("C-1", received_at=253_402_300_799_999_999)),
        ("customer", Op.INSERT, customer(kind="martian")),
        ("customer", Op.INSERT, customer("")),
        ("customer", Op.INSERT, customer(" \n")),
        ("customer", Op.INSERT, customer("Ruth\u202eneslieN")),
        ("customer", Op.INSERT, customer("Ruth\x1b[2J")),
        ("customer", Op.INSERT, customer(summary="\u2066boiler")),
        ("contact_point", Op.INSERT, {"kind": "weird", "value": "x"}),
        ("contact_point", Op.INSERT, {"kind": "phone", "value": "x", "e164": "not a number"}),
        ("contact_point", Op.INSERT, {"kind": "phone", "value": "x", "e164": "+0123456789"}),
        ("contact_point", Op.INSERT, {"kind": "phone", "value": "x", "e164": "+442079460172\n"}),
        ("interaction", Op.INSERT, interaction(state="bogus")),
        ("interaction", Op.INSERT, interaction(direction="sideways")),
        ("interaction", Op.INSERT, interaction(outcome="eaten")),
        ("interaction", Op.INSERT, interaction(ended_by="nobody")),
        ("note", Op.INSERT, {"body": "x" * (LONGEST_TEXT + 1), "written_at": 0}),
    ],
)
def test_hostile_input_is_refused_in_words_and_harms_nothing(
    hostile: Device, entity: str, op: Op, values: dict[str, object]
) -> None:
    desk = hostile
    before = desk.mutation("customer", new_id(), Op.INSERT, **customer("Before"))
    bad = msgspec.structs.replace(desk.mutation(entity, new_id(), op), set=values)
    after = desk.mutation("customer", new_id(), Op.INSERT, **customer("After"))
    results = desk.push(before, bad, after)
    assert [r.status for r in results] == [Status.OK, Status.DENIED, Status.OK]
    assert results[1].reason.endswith(".")
    assert desk.push(before, bad, after) == results
    assert len(desk.pull()["customer"]) == 2


NO_ROOM = "".join(random.Random(5).choices(string.ascii_letters, k=20_000))
"""More than a page of an index holds, however it is packed."""


@pytest.mark.parametrize(
    ("entity", "values", "reason"),
    [
        ("text_module", {"code": NO_ROOM, "version": 1, "edition": "x/1", "title": "x", "body": "x"}, "cannot hold"),
        ("text_module", {"code": "x", "version": 1, "edition": NO_ROOM, "title": "x", "body": "x"}, "cannot hold"),
        ("complaint", complaint(NO_ROOM), "longer than 520"),
        ("request", request(NO_ROOM), "longer than 520"),
        ("contact_point", {"kind": "phone", "value": "1", "e164": "+442079460172", "extension": NO_ROOM}, "than 40"),
    ],
)
def test_what_an_index_has_no_room_for_is_refused_and_holds_up_nothing_behind_it(
    engine: Engine, entity: str, values: dict[str, Any], reason: str
) -> None:
    desk = desk_of(engine, "lea", role=Role.SUPERVISOR)
    too_long = desk.mutation(entity, new_id(), Op.INSERT, **values)
    refused, taken = desk.push(too_long, desk.mutation("customer", new_id(), Op.INSERT, **customer()))
    assert (refused.status, reason in refused.reason, taken.status) == (Status.DENIED, True, Status.OK)


@pytest.mark.parametrize(
    "values",
    [{"state": "closed"}, {"disposition_id": uuid4().hex}, {"agent_id": None}, {"queue": "mine"}, {"talk_s": 1.0}],
)
def test_a_colleagues_call_is_not_an_agents_to_rewrite(engine: Engine, values: dict[str, object]) -> None:
    anna, bela = desk_of(engine, "anna"), desk_of(engine, "bela")
    row = new_id()
    anna.insert("interaction", row, **interaction(agent_id=anna.principal.user_id.hex))
    refused = bela.update("interaction", row, 1, **values)
    assert (refused.status, "colleague" in refused.reason) == (Status.DENIED, True)
    taken = bela.update("interaction", row, 1, agent_id=bela.principal.user_id.hex)
    assert taken.status is Status.DENIED
    again = bela.insert("interaction", row, **interaction(disposition_id=uuid4().hex, closed_reason="mine"))
    assert again.status is Status.OK
    seen = bela.pull()["interaction"][row]
    assert (seen["ver"], seen["agent_id"], seen["closed_reason"]) == (1, anna.principal.user_id.hex, "")


def test_anybody_may_say_who_called_and_take_a_call_that_is_nobodys(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna"), desk_of(engine, "bela")
    hers, nobodys, who = new_id(), new_id(), new_id()
    anna.insert("interaction", hers, **interaction(agent_id=anna.principal.user_id.hex))
    anna.insert("interaction", nobodys, **interaction())
    assert bela.update("interaction", hers, 1, customer_id=who.hex).status is Status.OK
    assert bela.insert("note", new_id(), interaction_id=hers.hex, body="Heard.", written_at=0).status is Status.OK
    mine = {"agent_id": bela.principal.user_id.hex, "state": "closed"}
    assert bela.update("interaction", nobodys, 1, **mine).status is Status.OK


def test_nobody_puts_a_call_down_to_a_colleague(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna"), desk_of(engine, "bela")
    row = new_id()
    assert bela.insert("interaction", row, **interaction(agent_id=anna.principal.user_id.hex)).status is Status.DENIED
    bela.insert("interaction", row, **interaction())
    given = bela.update("interaction", row, 1, agent_id=anna.principal.user_id.hex)
    assert given.status is Status.DENIED


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_those_who_lead_may_change_every_call(engine: Engine, role: Role) -> None:
    anna, lead = desk_of(engine, "anna"), desk_of(engine, "lead", role=role)
    row = new_id()
    anna.insert("interaction", row, **interaction(agent_id=anna.principal.user_id.hex))
    assert lead.update("interaction", row, 1, state="closed").status is Status.OK


def test_who_handed_a_call_on_still_wraps_up_their_part(engine: Engine) -> None:
    anna, bela = desk_of(engine, "anna", extension="1001"), desk_of(engine, "bela", extension="1002")
    row, began = new_id(), to_microseconds(datetime(2026, 11, 21, 10, 0, tzinfo=UTC))
    parts = {
        new_id(): {"interaction_id": row.hex, "agent_extension": number, "rang_at": began, "answered_at": began}
        for number in ("1001", "1002")
    }
    now_belas = {row: interaction(agent_id=bela.principal.user_id.hex)}
    engine.run(lambda conn: write_calls(conn, now_belas, parts))
    wrapped = {"state": "closed", "agent_id": anna.principal.user_id.hex, "disposition_id": uuid4().hex}
    assert anna.update("interaction", row, 1, **wrapped).status is Status.OK


def test_what_happened_on_the_phone_is_not_written_by_hand(engine: Engine) -> None:
    desk = desk_of(engine, "eve")
    forged = desk.insert("call_leg", new_id(), interaction_id=new_id().hex, agent_extension="1001", rang_at=0)
    assert (forged.status, "phone system" in forged.reason) == (Status.DENIED, True)


@pytest.mark.parametrize("base_ver", [0, 3, 2**62])
def test_a_change_of_a_version_that_is_not_the_servers_is_judged_by_what_was_seen(
    engine: Engine, base_ver: int
) -> None:
    desk = desk_of(engine, "anna")
    row = new_id()
    desk.insert("customer", row, **customer())
    desk.update("customer", row, 1, city="Leeds")
    blind = desk.update("customer", row, base_ver, city="York")
    assert (blind.status, blind.conflicts["city"].value) == (Status.CONFLICT, "Leeds")
    seen = msgspec.structs.replace(
        desk.mutation("customer", row, Op.UPDATE, base_ver, city="York"), base={"city": "Leeds"}
    )
    assert [r.status for r in desk.push(seen)] == [Status.OK]
    assert desk.pull()["customer"][row]["city"] == "York"


@pytest.mark.parametrize("base_ver", [-1, -(2**63)])
def test_a_change_of_a_version_that_never_was_is_refused(engine: Engine, base_ver: int) -> None:
    desk = desk_of(engine, "anna")
    row = new_id()
    desk.insert("customer", row, **customer())
    desk.update("customer", row, 1, city="Leeds")
    assert desk.update("customer", row, base_ver, city="York").status is Status.DENIED
    assert desk.pull()["customer"][row]["city"] == "Leeds"


def test_a_refusal_says_in_words_what_the_field_may_be(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    result = desk.insert("customer", new_id(), **customer(kind="martian"))
    assert result.reason == "The field kind of customer is none of organisation, person."


def test_a_note_is_kept_as_it_was_written(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    row = new_id()
    words = "First line\n\tsecond \u202edrawkcab\x1b"
    assert desk.insert("note", row, body=words, written_at=0).status is Status.OK
    assert desk.pull()["note"][row]["body"] == words


def test_a_record_of_another_team_can_be_neither_made_nor_changed_nor_told_from_a_missing_one(engine: Engine) -> None:
    anna = desk_of(engine, "anna", team="North")
    bela = desk_of(engine, "bela", team="South")
    row = new_id()
    assert anna.insert("customer", row, **customer()).status is Status.OK
    made = bela.insert("customer", row, **customer("Mine now"))
    changed = bela.update("customer", row, 9, name="Mine now")
    missing = bela.update("customer", new_id(), 9, name="Nobody")
    assert made.status is Status.DENIED
    assert (changed.status, changed.reason) == (missing.status, missing.reason) == (Status.DENIED, missing.reason)
    assert anna.pull()["customer"][row]["name"] == "Ruth Nielsen"


def test_a_desk_may_make_a_record_in_any_scope_it_holds(engine: Engine) -> None:
    anna = desk_of(engine, "anna", team="North")
    bela = desk_of(engine, "bela", team="South")
    row = new_id()
    assert anna.insert("customer", row, **customer(scope_id=1)).status is Status.OK
    assert bela.pull()["customer"][row]["scope_id"] == 1


def test_the_server_says_who_changed_a_row_and_when(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    row = new_id()
    anna.insert("customer", row, **customer())
    seen = anna.pull()["customer"][row]
    assert seen["updated_by"] == anna.principal.user_id.hex
    assert seen["updated_at"] > 1_700_000_000_000_000


def test_another_devices_push_and_a_push_without_end_are_turned_away(engine: Engine) -> None:
    anna = desk_of(engine, "anna")
    other = second_desk_of(engine, anna.principal.user_id)
    one = anna.mutation("customer", new_id(), Op.INSERT, **customer())
    with pytest.raises(Rejection):
        engine.push(other.principal, Push(anna.principal.device_id, (one,)))
    with pytest.raises(Rejection):
        anna.push(*[one] * (PUSH_LIMIT + 1))


def test_the_same_number_twice_in_one_push_counts_once(engine: Engine) -> None:
    desk = desk_of(engine, "anna")
    one = desk.mutation("customer", new_id(), Op.INSERT, **customer())
    first, second = desk.push(one, one)
    assert first == second
    assert len(desk.pull()["customer"]) == 1
