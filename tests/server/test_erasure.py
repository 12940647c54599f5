"""Erasure: a customer is gone from every table, every scope and every trace, and does not come back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import text

from crmdesk.domain.calls.call import contact_id
from crmdesk.domain.calls.events import Caller, CallEvent, Dialled, Line, LineKind, Offered, Ringing
from crmdesk.domain.errors import CrmdeskError, Unavailable, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.models.base import to_microseconds
from crmdesk.models.registry import SYNCED
from crmdesk.server import event_store
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.calls import write_calls
from crmdesk.sync.engine.erasing import erase_customer, erase_number, replay
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.engine.moving import move_customer, team_named
from crmdesk.sync.wire import Op, Status
from tests.support.server import (
    Device,
    attachment,
    callback,
    complaint,
    complaint_step,
    customer,
    desk_of,
    feedback,
    interaction,
    message,
    request,
    request_step,
    script_answer,
    task,
)

SECRET = "Zebulon"
NUMBER = "+442079460777"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """The journal file of a house."""
    return Journal(tmp_path / "erased.txt")


@pytest.fixture
def anna(engine: Engine) -> Device:
    """An agent's desk."""
    return desk_of(engine, "anna")


def erase(engine: Engine, journal: Journal, row: UUID) -> dict[str, int]:
    """Erase a customer."""
    return dict(engine.run(lambda conn: erase_customer(conn, row, journal, lambda: NOW)))


def whole_life(desk: Device, **values: Any) -> dict[str, UUID]:
    """Make a customer with everything that a customer can have, each with the secret word in it."""
    names = (
        "customer",
        "contact_point",
        "interaction",
        "note",
        "complaint",
        "callback",
        "relationship",
        "tag",
        "message",
        "task",
        "script_answer",
        "not_duplicate",
        *("complaint_issue", "complaint_step", "redress", "letter", "complaint_attachment"),
        *("feedback", "request", "request_step", "request_attachment"),
    )
    made = {name: new_id() for name in names}
    owner, call = {"customer_id": made["customer"].hex}, {"interaction_id": made["interaction"].hex}
    case = {"complaint_id": made["complaint"].hex}
    file_told = attachment(desk.principal.user_id, SECRET.encode(), f"{SECRET}.txt")
    rows: dict[str, dict[str, Any]] = {
        "customer": customer(SECRET, **values),
        "contact_point": {"kind": "phone", "value": NUMBER, "e164": NUMBER, "label": SECRET, **owner},
        "interaction": interaction(e164=NUMBER, caller_name=SECRET, **owner),
        "note": {"body": f"{SECRET} rang.", "written_at": 0, **call},
        "complaint": complaint(f"C-{made['complaint'].hex}", **owner, **call) | {"verbatim": SECRET},
        "callback": callback(**owner, **call) | {"reason": SECRET},
        "relationship": {"name": SECRET, "role": "Son", **owner},
        "tag": {"word": SECRET, **owner},
        "message": message(body=SECRET, **owner),
        "task": task(**owner, **call, **case, request_id=made["request"].hex) | {"words": SECRET, "result": SECRET},
        "script_answer": script_answer(made["interaction"], SECRET, **owner),
        "not_duplicate": dict(owner),
        "complaint_issue": {"words": SECRET, "answer": SECRET, **case},
        "complaint_step": complaint_step(
            made["complaint_step"], made["complaint"], desk.principal.user_id, words=SECRET
        ),
        "redress": {"kind": "refund", "words": SECRET, **case},
        "letter": {"kind": "final_response", "words": SECRET, "made_at": 0, **case},
        "request": request(f"R-{made['request'].hex}", **owner, **call) | {"verbatim": SECRET, "place": SECRET},
        "request_step": request_step(made["request_step"], made["request"], desk.principal.user_id, words=SECRET),
        "complaint_attachment": file_told | case,
        "request_attachment": file_told | {"request_id": made["request"].hex},
        "feedback": feedback(made["feedback"], words=SECRET, **owner, **call, **case),
    }
    results = desk.push(*(desk.mutation(name, made[name], Op.INSERT, **rows[name]) for name in made))
    assert {r.status for r in results} == {Status.OK}
    return made


def everything(engine: Engine) -> str:
    """Return every value of every table as one text."""
    names = text(
        "select table_schema || '.' || table_name from information_schema.tables "
        "where table_schema in ('crm', 'sync') and table_type = 'BASE TABLE' order by 1"
    )

    def read(conn: Any) -> str:
        with throughout(conn):
            tables = list(conn.scalars(names))
            return "\n".join(
                str(v) for t in tables for v in conn.scalars(text(f"select row_to_json(t)::text from {t} t"))
            )

    return engine.run(read)


def gone(desk: Device) -> dict[UUID, str]:
    """Return what a desk is told to remove, and how it went."""
    found: dict[UUID, str] = {}
    more = True
    while more:
        reply = desk.page()
        found |= {id_: part.op for part in reply.gone for id_ in part.ids}
        more = reply.more
    return found


# What goes ---------------------------------------------------------------------------------------------------------


def test_a_customer_goes_with_all_that_is_about_them_and_nothing_else(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    theirs, others = whole_life(anna), whole_life(anna)
    assert erase(engine, journal, theirs["customer"]) == dict.fromkeys(theirs, 1)
    anna.cursor = None
    left = anna.pull()
    assert {name: set(left[name]) for name in others} == {name: {row} for name, row in others.items()}


def test_no_word_is_left_in_any_table(engine: Engine, anna: Device, journal: Journal) -> None:
    made = whole_life(anna)
    anna.update("customer", made["customer"], 1, city=f"{SECRET}ton")
    erase(engine, journal, made["customer"])
    left = everything(engine)
    assert SECRET not in left
    assert NUMBER not in left


def test_every_table_that_desks_write_is_in_the_test(engine: Engine, anna: Device) -> None:
    made = whole_life(anna)
    nobodys = {"agent", "queue", "disposition", "call_leg", "article", "script", "text_module"}
    nobodys |= {"regime", "house_rules", "letter_template", "corrective_action", "feedback_answer"}
    assert set(SYNCED) == set(made) | nobodys


def test_every_desk_is_told_that_it_was_erased(engine: Engine, anna: Device, journal: Journal) -> None:
    bela = desk_of(engine, "bela")
    made = whole_life(anna)
    bela.pull()
    erase(engine, journal, made["customer"])
    assert gone(bela) == dict.fromkeys(made.values(), "E")


def test_teams_that_had_the_customer_before_are_told_too(engine: Engine, journal: Journal) -> None:
    north, south = desk_of(engine, "nora", team="North"), desk_of(engine, "sam", team="South")
    row = new_id()
    north.insert("customer", row, **customer())
    north.pull()
    engine.run(lambda conn: move_customer(conn, row, team_named(conn, "South"), new_id()))
    south.pull()
    erase(engine, journal, row)
    assert gone(north) == {row: "E"}
    assert gone(south) == {row: "E"}


def test_a_device_that_held_a_copy_of_another_teams_customer_is_told_too(engine: Engine, journal: Journal) -> None:
    north = desk_of(engine, "nora", team="North")
    row = new_id()
    north.insert("customer", row, **customer())
    hold = text(
        "with s as (insert into sync.scope (kind, name) values ('device', 'x') returning scope_id) "
        "insert into sync.held (scope_id, entity, row_id, until) "
        "select scope_id, 4, :row, now() + interval '1 day' from s returning scope_id"
    )
    scope: int = engine.run(lambda conn: conn.execute(hold, {"row": row}).scalar_one())
    erase(engine, journal, row)
    told = text("select op from sync.change where scope_id = :scope and row_id = :row")
    assert engine.run(lambda conn: conn.execute(told, {"scope": scope, "row": row}).scalar_one()) == "E"
    assert engine.run(lambda conn: conn.execute(text("select count(*) from sync.held")).scalar_one()) == 0


def test_a_winner_goes_with_those_that_were_merged_into_it(engine: Engine, anna: Device, journal: Journal) -> None:
    first, second, third = (whole_life(anna) for _ in range(3))
    for loser, winner in ((first, second), (second, third)):
        merged = anna.update("customer", loser["customer"], 1, merged_into=winner["customer"].hex)
        assert merged.status is Status.OK
    erase(engine, journal, third["customer"])
    assert SECRET not in everything(engine)
    assert {r.status for r in (anna.update("customer", made["customer"], 2, city="X") for made in (first, second))} == {
        Status.ERASED
    }
    assert engine.run(lambda conn: conn.execute(text("select count(*) from sync.merge")).scalar_one()) == 0


def test_somebody_who_was_merged_away_is_not_erased_by_mistake(engine: Engine, anna: Device, journal: Journal) -> None:
    loser, winner = whole_life(anna), whole_life(anna)
    anna.update("customer", loser["customer"], 1, merged_into=winner["customer"].hex)
    with pytest.raises(UserMistake, match=str(winner["customer"])):
        erase(engine, journal, loser["customer"])
    assert journal.read() == []


def test_who_was_parted_again_stays(engine: Engine, anna: Device, journal: Journal) -> None:
    loser, winner = whole_life(anna), whole_life(anna)
    anna.update("customer", loser["customer"], 1, merged_into=winner["customer"].hex)
    anna.update("customer", loser["customer"], 2, merged_into=None)
    erase(engine, journal, winner["customer"])
    anna.cursor = None
    left = anna.pull()
    assert {name: set(left[name]) for name in loser} == {name: {row} for name, row in loser.items()}


def test_anothers_complaint_that_came_up_in_the_call_stays_without_it(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    made = whole_life(anna)
    other, theirs = new_id(), new_id()
    anna.insert("customer", other, **customer("Neighbour"))
    about = {"customer_id": other.hex, "interaction_id": made["interaction"].hex}
    anna.insert("complaint", theirs, **complaint("C-1", **about))
    erase(engine, journal, made["customer"])
    anna.cursor = None
    kept = anna.pull()["complaint"][theirs]
    assert (kept["customer_id"], kept["interaction_id"]) == (other.hex, None)


def test_nobody_is_erased_twice_and_nobody_who_never_was(engine: Engine, anna: Device, journal: Journal) -> None:
    made = whole_life(anna)
    erase(engine, journal, made["customer"])
    with pytest.raises(UserMistake, match="already"):
        erase(engine, journal, made["customer"])
    with pytest.raises(UserMistake, match="no such customer"):
        erase(engine, journal, new_id())


# By number ---------------------------------------------------------------------------------------------------------


def test_a_number_names_its_only_customer_and_the_calls_that_are_nobodys(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    whole_life(anna)
    anna.insert("interaction", new_id(), **interaction(e164=NUMBER, caller_name=SECRET))
    other = new_id()
    anna.insert("interaction", other, **interaction(e164="+442079460000"))
    counts = engine.run(lambda conn: erase_number(conn, NUMBER, journal, lambda: NOW))
    assert (counts["customer"], counts["interaction"]) == (1, 2)
    assert SECRET not in everything(engine)
    anna.cursor = None
    assert set(anna.pull()["interaction"]) == {other}


def test_a_number_of_several_people_erases_none_of_them(engine: Engine, anna: Device, journal: Journal) -> None:
    first, second = whole_life(anna), whole_life(anna)
    with pytest.raises(UserMistake) as refused:
        engine.run(lambda conn: erase_number(conn, NUMBER, journal, lambda: NOW))
    assert str(first["customer"]) in refused.value.what
    assert str(second["customer"]) in refused.value.what
    with pytest.raises(UserMistake, match="Nothing"):
        engine.run(lambda conn: erase_number(conn, "+4912345678", journal, lambda: NOW))


# What desks send afterwards ----------------------------------------------------------------------------------------


def test_what_a_desk_still_sends_of_an_erased_customer_is_answered_erased(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    made = whole_life(anna)
    erase(engine, journal, made["customer"])
    results = anna.push(
        anna.mutation("customer", made["customer"], Op.UPDATE, 1, city="Leeds"),
        anna.mutation("customer", made["customer"], Op.INSERT, **customer(SECRET)),
        anna.mutation("note", new_id(), Op.INSERT, body=SECRET, written_at=0, interaction_id=made["interaction"].hex),
        anna.mutation("callback", new_id(), Op.INSERT, **callback(customer_id=str(made["customer"]).upper())),
        anna.mutation("note", made["note"], Op.INSERT, body=SECRET, written_at=0),
    )
    assert {r.status for r in results} == {Status.ERASED}
    assert SECRET not in everything(engine)


def test_nobody_is_merged_into_somebody_erased(engine: Engine, anna: Device, journal: Journal) -> None:
    made = whole_life(anna)
    other = new_id()
    anna.insert("customer", other, **customer())
    erase(engine, journal, made["customer"])
    assert anna.update("customer", other, 1, merged_into=made["customer"].hex).status is Status.ERASED
    assert anna.update("customer", made["customer"], 1, merged_into=other.hex).status is Status.ERASED
    assert anna.update("customer", other, 1, city="Leeds").status is Status.OK


def test_what_was_made_together_with_something_of_an_erased_customer_is_refused_not_lost(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    made = whole_life(anna)
    erase(engine, journal, made["customer"])
    about = anna.mutation("callback", new_id(), Op.INSERT, **callback(customer_id=made["customer"].hex))
    other = anna.mutation("customer", new_id(), Op.INSERT, **customer())
    results = anna.push(*(msgspec.structs.replace(m, group=5) for m in (about, other)))
    assert [r.status for r in results] == [Status.ERASED, Status.DENIED]


def test_what_hangs_on_a_call_that_never_came_to_be_is_erased_too(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    made = whole_life(anna)
    erase(engine, journal, made["customer"])
    call, note, leg = new_id(), new_id(), new_id()
    of: dict[str, Any] = {"interaction_id": call.hex}
    results = anna.push(
        anna.mutation("interaction", call, Op.INSERT, **interaction(customer_id=made["customer"].hex)),
        anna.mutation("note", note, Op.INSERT, body=SECRET, written_at=0, **of),
    )
    assert [r.status for r in results] == [Status.ERASED, Status.ERASED]
    later = anna.insert("note", new_id(), body=SECRET, written_at=0, **of)
    assert later.status is Status.ERASED
    anna.cursor = None
    assert {"interaction", "note"}.isdisjoint(anna.pull())
    # The phone system says that there was a call: it is nobody's.
    legs = {leg: {"agent_extension": "1001", "rang_at": 0, **of}}
    engine.run(lambda conn: write_calls(conn, {call: interaction()}, legs))
    assert anna.insert("note", new_id(), body="Rang again.", written_at=0, **of).status is Status.OK
    after = anna.pull()
    assert (set(after["interaction"]), set(after["call_leg"])) == ({call}, {leg})


def test_nobody_makes_anothers_record_lapse(engine: Engine, journal: Journal) -> None:
    north, south = desk_of(engine, "nora", team="North"), desk_of(engine, "sam", team="South")
    made = whole_life(north)
    theirs = new_id()
    south.insert("callback", theirs, **callback())
    erase(engine, journal, made["customer"])
    forged = callback(customer_id=made["customer"].hex)
    assert north.insert("callback", theirs, **forged).status is Status.ERASED
    assert south.update("callback", theirs, 1, reason="Still here.").status is Status.OK


def test_a_call_that_is_there_stays_though_its_caller_was_erased(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    made = whole_life(anna)
    erase(engine, journal, made["customer"])
    call, note = new_id(), new_id()
    engine.run(lambda conn: write_calls(conn, {call: interaction()}, {}))
    named = interaction(customer_id=made["customer"].hex)
    assert anna.insert("interaction", call, **named).status is Status.ERASED
    written = anna.insert("note", note, body="Rang again.", written_at=0, interaction_id=call.hex)
    assert written.status is Status.OK


def test_anothers_complaint_that_comes_later_is_kept_without_the_erased_call(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    made = whole_life(anna)
    other, theirs = new_id(), new_id()
    anna.insert("customer", other, **customer("Neighbour"))
    erase(engine, journal, made["customer"])
    about = {"customer_id": other.hex, "interaction_id": made["interaction"].hex}
    assert anna.insert("complaint", theirs, **complaint("C-1", **about)).status is Status.OK
    anna.cursor = None
    kept = anna.pull()["complaint"][theirs]
    assert (kept["customer_id"], kept["interaction_id"]) == (other.hex, None)


def test_a_conflict_that_is_asked_for_again_after_the_erasure_tells_nothing(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    made = whole_life(anna, city="Leeds")
    bela = desk_of(engine, "bela")
    anna.update("customer", made["customer"], 1, city=f"{SECRET}ton")
    late = bela.mutation("customer", made["customer"], Op.UPDATE, 1, city="York")
    assert bela.push(late)[0].status is Status.CONFLICT
    erase(engine, journal, made["customer"])
    again = bela.push(late)[0]
    assert (again.status, again.conflicts) == (Status.ERASED, {})


def test_the_gateway_does_not_bring_an_erased_call_back(engine: Engine, anna: Device, journal: Journal) -> None:
    made = whole_life(anna)
    leg = new_id()
    call = {made["interaction"]: interaction(e164=NUMBER, channel="phone")}
    legs = {leg: {"interaction_id": made["interaction"].hex, "agent_extension": "1001", "rang_at": 0}}
    engine.run(lambda conn: write_calls(conn, call, legs))
    counts = erase(engine, journal, made["customer"])
    assert counts["call_leg"] == 1
    engine.run(lambda conn: write_calls(conn, call, {**legs, new_id(): legs[leg]}))
    anna.cursor = None
    left = anna.pull()
    assert "interaction" not in left
    assert "call_leg" not in left


# The phone system's own words --------------------------------------------------------------------------------------


def test_the_stored_phone_events_forget_the_caller_and_keep_everybody_else(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    at = datetime.now(UTC) - timedelta(minutes=5)
    key = f"asterisk:{int(at.timestamp())}.12"
    row = contact_id(key, at)
    owner = new_id()
    anna.insert("customer", owner, **customer(SECRET))
    values = interaction(customer_id=owner.hex, e164=NUMBER, began_at=to_microseconds(at))
    anna.insert("interaction", row, **values)
    outside = Line(LineKind.TRUNK)
    stranger = Offered(at, f"asterisk:{int(at.timestamp())}.99", outside, Caller("+442079460000", "Somebody"))
    told: list[CallEvent] = [
        Offered(at, key, outside, Caller("02079460777", SECRET), did="+44800100"),
        stranger,
        Ringing(at, "asterisk:1.13", "1001", call=key, line=outside, caller=Caller(None, SECRET)),
        Dialled(at, "asterisk:7.1", "asterisk:7.2", NUMBER),
    ]
    engine.run(lambda conn: event_store.append(conn, told))
    erase(engine, journal, owner)
    kept = [event for _, event in engine.run(lambda conn: event_store.after(conn, 0))]
    assert [type(event) for event in kept] == [type(event) for event in told]
    assert kept[1] == stranger
    first, ring, dialled = kept[0], kept[2], kept[3]
    assert isinstance(first, Offered)
    assert (first.caller, first.did) == (Caller(withheld=True), "+44800100")
    assert isinstance(ring, Ringing)
    assert (ring.caller, ring.agent) == (Caller(withheld=True), "1001")
    assert isinstance(dialled, Dialled)
    assert dialled.number is None


# The journal -------------------------------------------------------------------------------------------------------


def test_the_journal_names_every_row_and_no_person(engine: Engine, anna: Device, journal: Journal) -> None:
    made = whole_life(anna)
    erase(engine, journal, made["customer"])
    assert {(e.entity, e.row) for e in journal.read()} == set(made.items())
    assert {e.at for e in journal.read()} == {NOW}
    assert SECRET not in journal.path.read_text()
    assert journal.path.stat().st_mode & 0o777 == 0o600


@pytest.fixture
def deaf(tmp_path: Path) -> Iterator[Journal]:
    """A journal that cannot be written: its name is a folder's."""
    (tmp_path / "folder").mkdir()
    yield Journal(tmp_path / "folder")


def test_nobody_is_erased_whose_erasure_could_not_be_written_down(engine: Engine, anna: Device, deaf: Journal) -> None:
    made = whole_life(anna)
    with pytest.raises(Unavailable, match="cannot be written"):
        erase(engine, deaf, made["customer"])
    anna.cursor = None
    assert set(anna.pull()["customer"]) == {made["customer"]}


def test_a_line_that_was_cut_off_is_left_out_and_the_next_begins_anew(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    first, second = whole_life(anna), whole_life(anna)
    erase(engine, journal, first["customer"])
    whole = journal.path.read_bytes()
    os.truncate(journal.path, len(whole) - 9)
    assert len(journal.read()) == len(first) - 1
    erase(engine, journal, second["customer"])
    assert len(journal.read()) == len(first) - 1 + len(second)


def test_a_journal_that_is_damaged_is_not_taken_for_a_short_one(journal: Journal) -> None:
    journal.path.write_text(f"2026-11-21T12:00:00.000000Z customer {'z' * 32}\n")
    with pytest.raises(CrmdeskError, match="Line 1"):
        journal.read()


def backup_of(engine: Engine) -> dict[str, list[str]]:
    """Copy every synced row."""

    def read(conn: Any) -> dict[str, list[str]]:
        with throughout(conn):
            return {n: list(conn.scalars(text(f"select row_to_json(t)::text from crm.{n} t"))) for n in SYNCED}

    return engine.run(read)


def put_back(engine: Engine, backup: dict[str, list[str]]) -> None:
    """Bring the database to where it was when it was copied: rows are there again, the journal of them is not."""

    def write(conn: Any) -> None:
        with throughout(conn):
            for name in SYNCED:
                conn.execute(text(f"delete from crm.{name}"))
            for name in ("erasure", "merge_moved", "merge", "field_change", "change"):
                conn.execute(text(f"delete from sync.{name}"))
            for name, rows in backup.items():
                fill = text(
                    f"insert into crm.{name} select * from json_populate_record(null::crm.{name}, cast(:row as json))"
                )
                for row in rows:
                    conn.execute(fill, {"row": row})

    engine.run(write)


def test_a_backup_that_is_put_back_brings_nobody_back(engine: Engine, anna: Device, journal: Journal) -> None:
    made, others = whole_life(anna), whole_life(anna)
    backup = backup_of(engine)
    erase(engine, journal, made["customer"])
    put_back(engine, backup)
    assert engine.run(lambda conn: replay(conn, journal)) == len(made)
    anna.cursor = None
    left = anna.pull()
    assert {name: set(left[name]) for name in others} == {name: {row} for name, row in others.items()}
    assert anna.update("customer", made["customer"], 1, city="Leeds").status is Status.ERASED
    assert engine.run(lambda conn: replay(conn, journal)) == 0


def test_after_a_restore_desks_are_told_of_rows_that_the_backup_never_had(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    backup = backup_of(engine)
    made = whole_life(anna)
    erase(engine, journal, made["customer"])
    put_back(engine, backup)
    engine.run(lambda conn: replay(conn, journal))
    anna.cursor = None
    assert gone(anna) == dict.fromkeys(made.values(), "E")


def test_after_a_restore_what_was_given_to_somebody_else_is_parted_not_erased(
    engine: Engine, anna: Device, journal: Journal
) -> None:
    made, others = whole_life(anna), whole_life(anna)
    mistaken = new_id()
    anna.insert("interaction", mistaken, **interaction(customer_id=made["customer"].hex))
    backup = backup_of(engine)
    anna.update("interaction", mistaken, 1, customer_id=others["customer"].hex)
    erase(engine, journal, made["customer"])
    put_back(engine, backup)
    engine.run(lambda conn: replay(conn, journal))
    anna.cursor = None
    assert anna.pull()["interaction"][mistaken]["customer_id"] is None
    put_right = anna.mutation("interaction", mistaken, Op.UPDATE, 0, customer_id=others["customer"].hex)
    put_right = msgspec.structs.replace(put_right, base={"customer_id": made["customer"].hex})
    assert anna.push(put_right)[0].status in {Status.OK, Status.CONFLICT}


def test_without_a_journal_nothing_is_replayed(engine: Engine, journal: Journal) -> None:
    assert engine.run(lambda conn: replay(conn, journal)) == 0
