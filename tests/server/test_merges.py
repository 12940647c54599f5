"""Merges: two records of one customer become one, and can be taken apart again weeks later."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text

from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.models.base import Merge
from crmdesk.models.registry import SYNCED, references_to, table_of
from crmdesk.sync.engine import Engine
from crmdesk.sync.wire import Mutation, Op, Result, Status
from tests.support.server import (
    Device,
    callback,
    complaint,
    customer,
    desk_of,
    feedback,
    interaction,
    message,
    request,
    script_answer,
    second_desk_of,
    task,
)

NEVER_SAID = "never said"


@pytest.fixture
def anna(engine: Engine) -> Device:
    """An agent's desk."""
    return desk_of(engine, "anna")


@pytest.fixture
def bela(engine: Engine) -> Device:
    """A colleague's desk."""
    return desk_of(engine, "bela")


@pytest.fixture
def lena(engine: Engine) -> Device:
    """A supervisor's desk."""
    return desk_of(engine, "lena", role=Role.SUPERVISOR)


def known(desk: Device, name: str = "Ruth Nielsen", **values: Any) -> UUID:
    """Make a customer."""
    row = new_id()
    assert desk.insert("customer", row, **customer(name, **values)).status is Status.OK
    return row


def asked(desk: Device, loser: UUID, winner: UUID | None, seen: UUID | str | None = NEVER_SAID) -> Mutation:
    """Return the mutation that merges a customer, or parts it (None)."""
    m = desk.mutation("customer", loser, Op.UPDATE, 1, merged_into=None if winner is None else winner.hex)
    if isinstance(seen, str):
        return m
    return msgspec.structs.replace(m, base={"merged_into": None if seen is None else seen.hex})


def merge(desk: Device, loser: UUID, winner: UUID, seen: UUID | str | None = None) -> Result:
    """Merge a customer into another."""
    return desk.push(asked(desk, loser, winner, seen))[0]


def part(desk: Device, loser: UUID, seen: UUID) -> Result:
    """Take a customer out of another again."""
    return desk.push(asked(desk, loser, None, seen))[0]


def all_of(desk: Device, entity: str) -> dict[UUID, dict[str, Any]]:
    """Return every row of an entity as a desk without anything pulls it."""
    desk.cursor = None
    return desk.pull().get(entity, {})


def customer_of(desk: Device, entity: str, row: UUID, column: str = "customer_id") -> UUID | None:
    """Return whom a row names."""
    value = all_of(desk, entity)[row][column]
    return None if value is None else UUID(value)


# Every reference ---------------------------------------------------------------------------------------------------

_NEEDED: dict[str, Callable[[], dict[str, Any]]] = {
    "contact_point": lambda: {"kind": "phone", "value": "+442079460123"},
    "interaction": interaction,
    "note": lambda: {"body": "She rang.", "written_at": 0},
    "complaint": lambda: complaint(f"C-{new_id().hex}"),
    "callback": callback,
    "relationship": lambda: {"name": "Daniel", "role": "Son"},
    "tag": lambda: {"word": "landlord"},
    "message": message,
    "task": task,
    "script_answer": lambda: script_answer(new_id()),
    "not_duplicate": dict,
    "request": lambda: request(f"R-{new_id().hex}"),
    "feedback": lambda: feedback(new_id()),
}

REFERENCES = [
    (entity, column)
    for entity, column in references_to("customer")
    if table_of(entity).c[column].info["merge"] is not Merge.SURVIVOR
]


def test_the_references_are_all_that_the_tables_have() -> None:
    named = {
        (name, column.key)
        for name in SYNCED
        for column in table_of(name).columns
        if "customer" in column.key and column.key.endswith("_id")
    }
    assert set(REFERENCES) == named
    assert len(REFERENCES) >= 5


@pytest.mark.parametrize(("entity", "column"), REFERENCES)
def test_every_reference_goes_to_the_winner_and_comes_back(anna: Device, entity: str, column: str) -> None:
    loser, winner = known(anna, "Ruth Nielson"), known(anna)
    row, own = new_id(), new_id()
    anna.insert(entity, row, **_NEEDED[entity](), **{column: loser.hex})
    anna.insert(entity, own, **_NEEDED[entity](), **{column: winner.hex})
    assert merge(anna, loser, winner).status is Status.OK
    assert customer_of(anna, entity, row, column) == winner
    assert part(anna, loser, winner).status is Status.OK
    assert customer_of(anna, entity, row, column) == loser
    assert customer_of(anna, entity, own, column) == winner


def test_the_loser_keeps_its_own_words_and_says_where_it_went(anna: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson", city="Leeds"), known(anna, city="York")
    before = all_of(anna, "customer")[winner]
    result = merge(anna, loser, winner)
    after = all_of(anna, "customer")
    assert (after[loser]["city"], after[loser]["merged_into"]) == ("Leeds", winner.hex)
    assert after[loser]["ver"] == result.ver
    assert after[winner] == before


# Pushes that come later under the old name --------------------------------------------------------------------------


def test_what_comes_later_under_the_losers_id_goes_to_the_winner(anna: Device, bela: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson"), known(anna)
    merge(anna, loser, winner)
    row = new_id()
    result = bela.insert("callback", row, **callback(customer_id=loser.hex))
    assert (result.status, result.row) == (Status.OK, None)
    assert customer_of(bela, "callback", row) == winner


def test_an_edit_of_the_loser_becomes_one_of_the_winner_and_says_so(anna: Device, bela: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson"), known(anna)
    merge(anna, loser, winner)
    late = bela.mutation("customer", loser, Op.UPDATE, 1, product="Boiler cover")
    result = bela.push(late)[0]
    assert (result.status, result.row) == (Status.OK, winner)
    after = all_of(anna, "customer")
    assert result.ver == after[winner]["ver"]
    assert (after[winner]["product"], after[loser]["product"]) == ("Boiler cover", "")
    assert bela.push(late)[0] == result


def test_an_edit_of_the_loser_never_overwrites_what_somebody_wrote_of_the_winner(anna: Device, bela: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson", city="Leeds"), known(anna, city="York")
    merge(anna, loser, winner)
    late = bela.mutation("customer", loser, Op.UPDATE, 5, city="Hull")
    late = msgspec.structs.replace(late, base={"city": "Leeds"})
    result = bela.push(late)[0]
    assert (result.status, result.row) == (Status.CONFLICT, winner)
    assert result.conflicts["city"].value == "York"
    assert bela.push(late)[0] == result
    assert all_of(anna, "customer")[winner]["city"] == "York"


def test_a_mutation_that_was_answered_before_the_merge_is_answered_the_same_after_it(anna: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson"), known(anna)
    early = anna.mutation("customer", loser, Op.UPDATE, 1, city="Leeds")
    first = anna.push(early)
    merge(anna, loser, winner)
    assert anna.push(early) == first
    assert all_of(anna, "customer")[winner]["city"] == ""


def test_old_ids_are_followed_through_one_merge_after_another(anna: Device, bela: Device) -> None:
    first, second, third = known(anna, "One"), known(anna, "Two"), known(anna, "Three")
    merge(anna, first, second)
    merge(anna, second, third)
    row = new_id()
    bela.insert("callback", row, **callback(customer_id=first.hex))
    assert customer_of(bela, "callback", row) == third
    assert bela.update("customer", first, 1, tier="gold").row == third


def test_a_merge_and_what_belongs_to_it_in_one_push_and_in_order(anna: Device) -> None:
    loser, winner, before, after = new_id(), new_id(), new_id(), new_id()
    results = anna.push(
        anna.mutation("customer", loser, Op.INSERT, **customer("Ruth Nielson")),
        anna.mutation("customer", winner, Op.INSERT, **customer()),
        anna.mutation("callback", before, Op.INSERT, **callback(customer_id=loser.hex)),
        asked(anna, loser, winner),
        anna.mutation("callback", after, Op.INSERT, **callback(customer_id=loser.hex)),
        anna.mutation("customer", loser, Op.UPDATE, 1, tier="gold"),
    )
    assert [r.status for r in results] == [Status.OK] * 6
    assert results[-1].row == winner
    assert {customer_of(anna, "callback", row) for row in (before, after)} == {winner}


def test_what_was_changed_together_with_a_merge_stands_or_falls_with_it(anna: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson"), known(anna)
    edit = anna.mutation("customer", winner, Op.UPDATE, 1, city="York")
    wrong = asked(anna, loser, new_id())
    results = anna.push(*(msgspec.structs.replace(m, group=3) for m in (edit, wrong)))
    assert [r.status for r in results] == [Status.DENIED, Status.DENIED]
    assert all_of(anna, "customer")[winner]["city"] == ""
    edit = anna.mutation("customer", winner, Op.UPDATE, 1, city="York")
    right = asked(anna, loser, winner)
    results = anna.push(*(msgspec.structs.replace(m, group=4) for m in (edit, right)))
    assert [r.status for r in results] == [Status.OK, Status.OK]


def test_what_a_merge_sets_beside_merging_is_the_losers_own(anna: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson"), known(anna)
    both = anna.mutation("customer", loser, Op.UPDATE, 1, merged_into=winner.hex, city="Leeds")
    assert anna.push(both)[0].status is Status.OK
    after = all_of(anna, "customer")
    assert (after[loser]["city"], after[winner]["city"]) == ("Leeds", "")


# Taking apart ------------------------------------------------------------------------------------------------------


def test_what_was_written_since_the_merge_stays_with_the_winner(anna: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson"), known(anna)
    old, since, put_right = new_id(), new_id(), new_id()
    anna.insert("interaction", old, **interaction(customer_id=loser.hex))
    anna.insert("interaction", put_right, **interaction(customer_id=loser.hex))
    merge(anna, loser, winner)
    other = known(anna, "Somebody else")
    anna.insert("interaction", since, **interaction(customer_id=winner.hex))
    anna.update("interaction", put_right, 2, customer_id=other.hex)
    anna.update("customer", winner, 1, city="York")
    part(anna, loser, winner)
    assert customer_of(anna, "interaction", old) == loser
    assert customer_of(anna, "interaction", since) == winner
    assert customer_of(anna, "interaction", put_right) == other
    after = all_of(anna, "customer")
    assert (after[winner]["city"], after[loser]["city"], after[loser]["merged_into"]) == ("York", "", None)


def test_taking_apart_twice_changes_nothing(anna: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson"), known(anna)
    merge(anna, loser, winner)
    first = part(anna, loser, winner)
    again = part(anna, loser, winner)
    assert (again.status, again.ver) == (Status.OK, first.ver)


def test_a_customer_is_merged_parted_and_merged_again(anna: Device) -> None:
    loser, winner, other = known(anna, "Ruth Nielson"), known(anna), known(anna, "Third")
    row = new_id()
    anna.insert("callback", row, **callback(customer_id=loser.hex))
    merge(anna, loser, winner)
    part(anna, loser, winner)
    assert merge(anna, loser, other).status is Status.OK
    assert customer_of(anna, "callback", row) == other
    assert part(anna, loser, other).status is Status.OK
    assert customer_of(anna, "callback", row) == loser


def test_the_first_of_two_merges_in_a_row_can_be_undone_alone(anna: Device) -> None:
    first, second, third = known(anna, "One"), known(anna, "Two"), known(anna, "Three")
    rows = {name: new_id() for name in ("first", "second", "third")}
    for row, owner in zip(rows.values(), (first, second, third), strict=True):
        anna.insert("callback", row, **callback(customer_id=owner.hex))
    merge(anna, first, second)
    merge(anna, second, third)
    part(anna, first, second)
    assert [customer_of(anna, "callback", row) for row in rows.values()] == [first, third, third]
    part(anna, second, third)
    assert [customer_of(anna, "callback", row) for row in rows.values()] == [first, second, third]


def test_the_second_of_two_merges_in_a_row_can_be_undone_alone(anna: Device) -> None:
    first, second, third = known(anna, "One"), known(anna, "Two"), known(anna, "Three")
    row = new_id()
    anna.insert("callback", row, **callback(customer_id=first.hex))
    merge(anna, first, second)
    merge(anna, second, third)
    part(anna, second, third)
    assert customer_of(anna, "callback", row) == second
    part(anna, first, second)
    assert customer_of(anna, "callback", row) == first


def test_undoing_a_later_merge_takes_nothing_from_who_was_parted_before(anna: Device) -> None:
    first, second, third = known(anna, "One"), known(anna, "Two"), known(anna, "Three")
    row = new_id()
    anna.insert("callback", row, **callback(customer_id=first.hex))
    merge(anna, first, second)
    merge(anna, second, third)
    part(anna, first, second)
    merge(anna, first, third)
    part(anna, second, third)
    assert customer_of(anna, "callback", row) == third
    part(anna, first, third)
    assert customer_of(anna, "callback", row) == first


def test_who_merged_or_somebody_who_leads_takes_apart_and_nobody_else(
    engine: Engine, anna: Device, bela: Device, lena: Device
) -> None:
    loser, winner = known(anna, "Ruth Nielson"), known(anna)
    merge(anna, loser, winner)
    refused = part(bela, loser, winner)
    assert (refused.status, "supervisor" in refused.reason) == (Status.DENIED, True)
    assert part(second_desk_of(engine, anna.principal.user_id), loser, winner).status is Status.OK
    merge(anna, loser, winner)
    assert part(lena, loser, winner).status is Status.OK


# What may not be ---------------------------------------------------------------------------------------------------


def test_nobody_is_merged_into_themselves_or_in_a_circle(anna: Device) -> None:
    one, two, three = known(anna, "One"), known(anna, "Two"), known(anna, "Three")
    assert merge(anna, one, one).status is Status.DENIED
    merge(anna, one, two)
    refused = merge(anna, two, one)
    assert (refused.status, "itself" in refused.reason) == (Status.DENIED, True)
    merge(anna, two, three)
    assert merge(anna, three, one).status is Status.DENIED
    assert all_of(anna, "customer")[three]["merged_into"] is None


def test_who_is_merged_into_somebody_merged_already_goes_to_the_last_of_them(anna: Device) -> None:
    one, two, three = known(anna, "One"), known(anna, "Two"), known(anna, "Three")
    merge(anna, two, three)
    assert merge(anna, one, two).status is Status.OK
    assert all_of(anna, "customer")[one]["merged_into"] == three.hex


def test_two_who_merge_the_same_customer_differently_is_a_conflict_and_nothing_moves(
    anna: Device, bela: Device
) -> None:
    loser, winner, other = known(anna, "Ruth Nielson"), known(anna), known(anna, "Ruth N.")
    row = new_id()
    anna.insert("callback", row, **callback(customer_id=loser.hex))
    merge(anna, loser, winner)
    late = asked(bela, loser, other, None)
    result = bela.push(late)[0]
    assert result.status is Status.CONFLICT
    theirs = result.conflicts["merged_into"]
    assert (theirs.value, theirs.by) == (winner.hex, anna.principal.user_id)
    assert bela.push(late)[0] == result
    assert customer_of(bela, "callback", row) == winner


def test_two_who_merge_the_same_customers_agree(anna: Device, bela: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson"), known(anna)
    merge(anna, loser, winner)
    assert merge(bela, loser, winner).status is Status.OK


def test_who_saw_the_merge_may_choose_another_winner_if_they_may_undo_it(anna: Device, bela: Device) -> None:
    loser, winner, other = known(anna, "Ruth Nielson"), known(anna), known(anna, "Ruth N.")
    row = new_id()
    anna.insert("callback", row, **callback(customer_id=loser.hex))
    merge(anna, loser, winner)
    assert merge(bela, loser, other, winner).status is Status.DENIED
    assert merge(anna, loser, other, winner).status is Status.OK
    assert customer_of(anna, "callback", row) == other


def test_nobody_merges_what_they_do_not_hold(engine: Engine) -> None:
    north = desk_of(engine, "nora", team="North")
    south = desk_of(engine, "sam", team="South")
    theirs, own = known(north), known(south)
    assert merge(south, theirs, own).status is Status.DENIED
    assert merge(south, own, theirs).status is Status.DENIED
    assert merge(south, own, new_id()).status is Status.DENIED
    assert all_of(north, "customer")[theirs]["merged_into"] is None


def test_a_customer_is_not_born_merged(anna: Device) -> None:
    winner = known(anna)
    assert anna.insert("customer", new_id(), **customer(merged_into=winner.hex)).status is Status.DENIED


def test_rows_of_other_teams_go_with_the_merge_too(engine: Engine) -> None:
    north = desk_of(engine, "nora", team="North")
    south = desk_of(engine, "sam", team="South")
    loser, winner = new_id(), new_id()
    for row in (loser, winner):
        north.insert("customer", row, **customer(), scope_id=1)
    call = new_id()
    south.insert("interaction", call, **interaction(customer_id=loser.hex))
    assert merge(north, loser, winner).status is Status.OK
    assert customer_of(south, "interaction", call) == winner


# At the same time --------------------------------------------------------------------------------------------------


def rounds() -> Iterator[int]:
    """Count races: enough that the two meet in both orders."""
    yield from range(8)


def test_what_is_written_while_a_merge_runs_is_never_left_behind(anna: Device, bela: Device) -> None:
    for _ in rounds():
        loser, winner = known(anna, "Ruth Nielson"), known(anna)
        written = [new_id() for _ in range(5)]
        start = threading.Barrier(2)

        def join(loser: UUID = loser, winner: UUID = winner, start: threading.Barrier = start) -> None:
            start.wait()
            assert merge(anna, loser, winner).status is Status.OK

        thread = threading.Thread(target=join)
        thread.start()
        start.wait()
        for row in written:
            assert bela.insert("callback", row, **callback(customer_id=loser.hex)).status is Status.OK
        thread.join()
        rows = all_of(bela, "callback")
        assert {rows[row]["customer_id"] for row in written} == {winner.hex}


def test_two_who_merge_each_others_customer_at_once_make_no_circle(anna: Device, bela: Device) -> None:
    for _ in rounds():
        one, two = known(anna, "One"), known(anna, "Two")
        start = threading.Barrier(2)
        found: list[Status] = []

        def join(
            desk: Device, loser: UUID, winner: UUID, start: threading.Barrier = start, found: list[Status] = found
        ) -> None:
            start.wait()
            found.append(merge(desk, loser, winner).status)

        threads = [
            threading.Thread(target=join, args=(anna, one, two)),
            threading.Thread(target=join, args=(bela, two, one)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(found) == [Status.DENIED, Status.OK]


def test_the_list_of_what_was_moved_is_gone_when_it_is_of_no_use(engine: Engine, anna: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson"), known(anna)
    anna.insert("callback", new_id(), **callback(customer_id=loser.hex))
    merge(anna, loser, winner)
    part(anna, loser, winner)
    assert engine.run(lambda conn: conn.execute(text("select count(*) from sync.merge_moved")).scalar_one()) == 0


def test_who_asked_not_to_be_called_has_asked_after_a_merge_at_a_desk_that_knows_nothing_of_it(anna: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson", do_not_call=True), known(anna)
    assert merge(anna, loser, winner).status is Status.OK
    assert all_of(anna, "customer")[winner]["do_not_call"] is True
    assert part(anna, loser, winner).status is Status.OK
    assert all_of(anna, "customer")[winner]["do_not_call"] is True, "wrongly not calling can be taken back"


def test_a_newer_desk_that_carries_the_wish_on_itself_makes_no_conflict(anna: Device) -> None:
    loser, winner = known(anna, "Ruth Nielson", do_not_call=True), known(anna)
    merging = asked(anna, loser, winner, None)
    wish = anna.mutation("customer", winner, Op.UPDATE, 1, do_not_call=True)
    merged, said = anna.push(merging, msgspec.structs.replace(wish, base={"do_not_call": False}))
    assert (merged.status, said.status, said.conflicts) == (Status.OK, Status.OK, {})
