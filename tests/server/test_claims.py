"""Claims: whoever asks the server first has a callback, and everybody else is told who that is."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import msgspec
import pytest

from crmdesk.domain.ids import new_id
from crmdesk.domain.people import Role
from crmdesk.sync.engine import Engine
from crmdesk.sync.wire import Op, Result, Status
from tests.support.server import Device, callback, customer, desk_of, second_desk_of, task


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


@pytest.fixture
def row(anna: Device) -> UUID:
    """A callback that nobody has taken on."""
    made = new_id()
    assert anna.insert("callback", made, **callback()).status is Status.OK
    return made


def claim(desk: Device, row: UUID, seen: UUID | None = None, **more: Any) -> Result:
    """Take a callback on, having seen ``seen`` as who has it."""
    return put(desk, row, desk.principal.user_id, seen, **more)


def give_back(desk: Device, row: UUID, seen: UUID | None) -> Result:
    """Give a callback back."""
    return put(desk, row, None, seen)


def put(desk: Device, row: UUID, whom: UUID | None, seen: UUID | None, **more: Any) -> Result:
    """Put a callback down to somebody."""
    values = {"assigned_to": None if whom is None else whom.hex, **more}
    made = desk.mutation("callback", row, Op.UPDATE, 1, **values)
    base = {"assigned_to": None if seen is None else seen.hex}
    return desk.push(msgspec.structs.replace(made, base=base))[0]


def holder(desk: Device, row: UUID) -> UUID | None:
    """Return who has a callback, as a desk pulls it."""
    desk.cursor = None
    value = desk.pull()["callback"][row]["assigned_to"]
    return None if value is None else UUID(value)


def test_who_asks_first_has_it_and_the_second_is_told_who_and_when(anna: Device, bela: Device, row: UUID) -> None:
    assert claim(anna, row).status is Status.OK
    late = claim(bela, row)
    assert late.status is Status.TAKEN
    theirs = late.conflicts["assigned_to"]
    assert (theirs.value, theirs.by) == (anna.principal.user_id.hex, anna.principal.user_id)
    assert theirs.at_us > 0
    assert holder(bela, row) == anna.principal.user_id


def test_nothing_else_of_a_claim_that_was_too_late_is_applied(anna: Device, bela: Device, row: UUID) -> None:
    claim(anna, row)
    assert claim(bela, row, reason="Mine now.").status is Status.TAKEN
    assert anna.pull()["callback"][row]["reason"] == "The part is in."


def test_a_claim_that_was_too_late_is_answered_the_same_again(anna: Device, bela: Device, row: UUID) -> None:
    claim(anna, row)
    late = bela.mutation("callback", row, Op.UPDATE, 1, assigned_to=bela.principal.user_id.hex)
    assert bela.push(late) == bela.push(late)


def test_a_claim_that_was_too_late_takes_its_group_with_it(anna: Device, bela: Device, row: UUID) -> None:
    claim(anna, row)
    late = bela.mutation("callback", row, Op.UPDATE, 1, assigned_to=bela.principal.user_id.hex)
    with_it = bela.mutation("customer", new_id(), Op.INSERT, **customer())
    results = bela.push(*(msgspec.structs.replace(m, group=7) for m in (late, with_it)))
    assert [r.status for r in results] == [Status.TAKEN, Status.DENIED]


def test_claiming_what_one_has_changes_nothing(anna: Device, row: UUID) -> None:
    first = claim(anna, row)
    again = claim(anna, row)
    assert (again.status, again.ver) == (Status.OK, first.ver)


def test_the_same_person_has_it_at_all_their_desks(engine: Engine, anna: Device, row: UUID) -> None:
    claim(anna, row)
    assert claim(second_desk_of(engine, anna.principal.user_id), row).status is Status.OK


def test_what_was_given_back_is_anybodys(anna: Device, bela: Device, row: UUID) -> None:
    claim(anna, row)
    assert give_back(anna, row, anna.principal.user_id).status is Status.OK
    assert claim(bela, row).status is Status.OK
    assert holder(anna, row) == bela.principal.user_id


def test_nobody_gives_back_what_a_colleague_has(anna: Device, bela: Device, row: UUID) -> None:
    claim(anna, row)
    assert give_back(bela, row, anna.principal.user_id).status is Status.TAKEN
    assert holder(bela, row) == anna.principal.user_id


def test_a_supervisor_assigns_and_takes_away_what_they_saw(anna: Device, bela: Device, lena: Device, row: UUID) -> None:
    agent, colleague = anna.principal.user_id, bela.principal.user_id
    assert put(lena, row, agent, None).status is Status.OK
    assert put(lena, row, colleague, agent).status is Status.OK
    assert put(lena, row, None, colleague).status is Status.OK
    assert holder(lena, row) is None


def test_a_supervisor_who_did_not_see_who_has_it_does_not_take_it_away(
    anna: Device, bela: Device, lena: Device, row: UUID
) -> None:
    claim(anna, row)
    late = put(lena, row, bela.principal.user_id, None)
    assert (late.status, late.conflicts["assigned_to"].value) == (Status.TAKEN, anna.principal.user_id.hex)


def test_an_agent_puts_nothing_down_to_a_colleague(anna: Device, bela: Device, row: UUID) -> None:
    assert put(anna, row, bela.principal.user_id, None).status is Status.DENIED
    forged = callback(assigned_to=bela.principal.user_id.hex)
    assert anna.insert("callback", new_id(), **forged).status is Status.DENIED


def test_an_agent_may_promise_a_callback_and_take_it_on_at_once(anna: Device) -> None:
    made = new_id()
    assert anna.insert("callback", made, **callback(assigned_to=anna.principal.user_id.hex)).status is Status.OK
    assert holder(anna, made) == anna.principal.user_id


def test_a_callback_that_a_colleague_did_is_not_taken_on_any_more(anna: Device, bela: Device, row: UUID) -> None:
    assert anna.update("callback", row, 1, state="done").status is Status.OK
    late = claim(bela, row)
    assert late.status is Status.TAKEN
    assert (late.conflicts["state"].value, late.conflicts["state"].by) == ("done", anna.principal.user_id)
    assert holder(bela, row) is None


def test_who_has_it_changes_the_rest_of_it_in_the_same_breath(anna: Device, row: UUID) -> None:
    assert claim(anna, row, state="done").status is Status.OK
    assert anna.pull()["callback"][row]["state"] == "done"


def test_of_many_who_ask_in_the_same_moment_one_has_it(engine: Engine, row: UUID) -> None:
    desks = [desk_of(engine, f"agent{n}") for n in range(6)]
    start = threading.Barrier(len(desks))
    found: list[Result] = []

    def ask(desk: Device) -> None:
        start.wait()
        found.append(claim(desk, row))

    threads = [threading.Thread(target=ask, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r.status for r in found) == [Status.OK] + [Status.TAKEN] * 5
    first = holder(desks[0], row)
    assert first is not None
    assert {r.conflicts["assigned_to"].value for r in found if r.status is Status.TAKEN} == {first.hex}


def test_what_is_made_again_after_a_restore_does_not_take_a_claim_away(anna: Device, bela: Device, row: UUID) -> None:
    claim(anna, row)
    again = bela.insert("callback", row, **callback(assigned_to=bela.principal.user_id.hex))
    assert again.status is Status.TAKEN
    assert holder(bela, row) == anna.principal.user_id


# Tasks ---------------------------------------------------------------------------------------------------------------


def test_a_task_is_claimed_as_a_callback_is(anna: Device, bela: Device) -> None:
    made = new_id()
    assert anna.insert("task", made, **task()).status is Status.OK
    taken = bela.mutation("task", made, Op.UPDATE, 1, assigned_to=bela.principal.user_id.hex)
    late = anna.mutation("task", made, Op.UPDATE, 1, assigned_to=anna.principal.user_id.hex, result="Mine.")
    assert bela.push(taken)[0].status is Status.OK
    assert anna.push(late)[0].status is Status.TAKEN
    row = anna.pull()["task"][made]
    assert (row["assigned_to"], row["result"]) == (bela.principal.user_id.hex, "")


def test_handing_over_frees_the_task_and_nobody_is_assigned_by_a_colleague(anna: Device, bela: Device) -> None:
    made, me, them = new_id(), anna.principal.user_id.hex, bela.principal.user_id.hex
    anna.insert("task", made, **task(assigned_to=me))
    forced = anna.mutation("task", made, Op.UPDATE, 1, assigned_to=them)
    assert anna.push(forced)[0].status is Status.DENIED
    handed = anna.mutation("task", made, Op.UPDATE, 1, assigned_to=None, offered_to=them)
    assert (
        anna.push(msgspec.structs.replace(handed, base={"assigned_to": me, "offered_to": None}))[0].status is Status.OK
    )
    taken = bela.mutation("task", made, Op.UPDATE, 2, assigned_to=them, offered_to=None)
    base = {"assigned_to": None, "offered_to": them}
    assert bela.push(msgspec.structs.replace(taken, base=base))[0].status is Status.OK


def test_what_was_done_is_not_taken_on_any_more(anna: Device, bela: Device) -> None:
    made = new_id()
    anna.insert("task", made, **task(state="done"))
    late = bela.mutation("task", made, Op.UPDATE, 1, assigned_to=bela.principal.user_id.hex)
    assert bela.push(late)[0].status is Status.TAKEN


def test_a_task_needs_words_and_a_kind_that_is_known(anna: Device) -> None:
    for wrong in ({"words": " "}, {"kind": "threat"}, {"state": "forgotten"}):
        assert anna.insert("task", new_id(), **task(**wrong)).status is Status.DENIED
