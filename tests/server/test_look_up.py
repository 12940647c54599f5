"""Looking a caller up at the server: found across teams by number, noted, held for a while, and given back."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from crmdesk.domain.ids import new_id
from crmdesk.sync.engine import Code, Engine, Rejection
from crmdesk.sync.engine.holding import let_go
from crmdesk.sync.engine.look_up import LOOK_UPS_PER_HOUR
from crmdesk.sync.transports.in_process import InProcess
from crmdesk.sync.wire import LookUp, LookUpReply, Op, Pull, PullReply, Snapshot
from tests.support.server import (
    Device,
    complaint,
    complaint_step,
    customer,
    desk_of,
    interaction,
    script_answer,
    second_desk_of,
    task,
)

NUMBER = "+442079460172"

_NOTED = text("select user_id, device_id, found from sync.looked_up order by id")
_HELD = text("select count(*) from sync.held")
_RUN_OUT = text("update sync.held set until = now() - interval '1 second'")


class AtDesk:
    """A device that keeps its place in the feed, with the rights that its person has at each moment."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.id = device.principal.device_id
        self.transport = InProcess(device.engine, device.principal)
        self.cursor: bytes | None = None

    def look_up(self, e164: str = "", extension: str = "", words: str = "", limit: int = 20) -> dict[str, set[UUID]]:
        """Ask and return the ids by entity."""
        return ids_of(self.transport.look_up(LookUp(self.id, e164, extension, words, limit)))

    def pull(self) -> tuple[dict[str, set[UUID]], dict[str, set[UUID]]]:
        """Fetch what is new: ids of rows by entity, and ids that went by op."""
        come: dict[str, set[UUID]] = {}
        gone: dict[str, set[UUID]] = {}
        more = True
        while more:
            page = self.transport.pull(Pull(self.id, self.cursor))
            self.cursor, more = page.cursor, page.more
            for entity, ids in ids_of(page).items():
                come.setdefault(entity, set()).update(ids)
            for one in page.gone:
                gone.setdefault(one.op, set()).update(one.ids)
        return come, gone


def ids_of(reply: LookUpReply | PullReply) -> dict[str, set[UUID]]:
    """Return the ids of the rows by entity."""
    return {t.entity: {UUID(row[t.columns.index("id")]) for row in t.rows} for t in reply.tables}


def known(desk: Device, number: str = NUMBER, name: str = "Ruth Nielsen", **point: Any) -> UUID:
    """Make a customer with a number and return their id."""
    who = new_id()
    desk.push(
        desk.mutation("customer", who, Op.INSERT, **customer(name)),
        desk.mutation("contact_point", new_id(), Op.INSERT, **phone(who, number, **point)),
    )
    return who


def phone(who: UUID, number: str = NUMBER, **values: Any) -> dict[str, Any]:
    """Return the values of a contact point."""
    return {"customer_id": who.hex, "kind": "phone", "value": number, "e164": number, **values}


def make(desk: Device, entity: str, **values: Any) -> UUID:
    """Make a row that the server takes, and return its id."""
    row = new_id()
    assert desk.insert(entity, row, **values).status == "ok"
    return row


def callback(who: UUID, **values: Any) -> dict[str, Any]:
    """Return the values of a callback."""
    return {"customer_id": who.hex, "due_at": 1_795_000_000_000_000, "due_zone": "Europe/London", **values}


def count(engine: Engine) -> int:
    """Return how many rows are held."""
    return int(engine.run(lambda conn: conn.execute(_HELD).scalar_one()))


@pytest.fixture
def south(engine: Engine) -> Device:
    """A desk of another team."""
    return desk_of(engine, "south", team="South")


@pytest.fixture
def anna(engine: Engine, south: Device) -> AtDesk:
    """The desk that asks; the other was there before it."""
    desk = AtDesk(desk_of(engine, "anna", team="North"))
    desk.pull()
    return desk


def test_a_caller_of_another_team_is_found_with_what_the_card_shows(anna: AtDesk, south: Device) -> None:
    who = known(south)
    other = make(south, "contact_point", **phone(who, "+442079460999"))
    opened = make(south, "complaint", **complaint("CP-2026-0001", customer_id=who.hex))
    over = make(south, "complaint", **complaint("CP-2026-0002", customer_id=who.hex))
    step = new_id()
    told = {"words": "It is fine now.", "proof": "mail"}
    values = complaint_step(step, over, south.principal.user_id, "withdrawn", **told)
    assert south.insert("complaint_step", step, **values).status == "ok"
    due = make(south, "callback", **callback(who))
    make(south, "callback", **callback(who, state="done"))
    promised = make(south, "task", **task(customer_id=who.hex))
    make(south, "task", **task(customer_id=who.hex, state="done"))
    calls = [make(south, "interaction", **interaction(customer_id=who.hex, began_at=n)) for n in range(12)]
    note = make(south, "note", interaction_id=calls[-1].hex, customer_id=who.hex, body="Rang twice.", written_at=0)
    make(south, "note", interaction_id=calls[0].hex, customer_id=who.hex, body="Long ago.", written_at=0)
    said = make(south, "script_answer", **script_answer(calls[-1], customer_id=who.hex))
    make(south, "script_answer", **script_answer(calls[0], customer_id=who.hex))
    known(south, "+442079460555", "Somebody Else")
    found = anna.look_up(NUMBER)
    assert found["customer"] == {who}
    assert other in found["contact_point"]
    assert len(found["contact_point"]) == 2
    assert (found["complaint"], found["callback"], found["note"]) == ({opened}, {due}, {note})
    assert (found["task"], found["script_answer"]) == ({promised}, {said})
    assert found["interaction"] == set(calls[2:])


def test_what_was_found_is_held_by_the_device_and_follows_every_change(
    engine: Engine, anna: AtDesk, south: Device
) -> None:
    who = known(south)
    found = anna.look_up(NUMBER)
    assert anna.pull()[0] == found
    assert south.update("customer", who, 1, city="Leeds").status == "ok"
    assert anna.pull()[0] == {"customer": {who}}
    fresh = AtDesk(anna.device)
    own = next(s for s in fresh.transport.pull(Pull(fresh.id, None)).scopes if s not in anna.device.principal.scopes)
    chunk = fresh.transport.snapshot(Snapshot(fresh.id, own))
    assert chunk.table is not None
    assert {UUID(row[chunk.table.columns.index("id")]) for row in chunk.table.rows} == {who}


def test_a_held_callers_erasure_and_deletion_reach_the_copy(engine: Engine, anna: AtDesk, south: Device) -> None:
    who = known(south)
    anna.look_up(NUMBER)
    anna.pull()
    engine.run(lambda conn: conn.execute(text("delete from crm.customer where id = :row"), {"row": who}))
    assert anna.pull()[1] == {"D": {who}}
    again = known(south, "+442079460777")
    anna.look_up("+442079460777")
    anna.pull()
    journal = text("insert into sync.erasure (row_id, entity) values (:row, 4)")
    engine.run(lambda conn: conn.execute(journal, {"row": again}))
    engine.run(lambda conn: conn.execute(text("delete from crm.customer where id = :row"), {"row": again}))
    assert anna.pull()[1] == {"E": {again}}


def test_what_is_added_to_a_held_caller_is_held_too(anna: AtDesk, south: Device) -> None:
    who = known(south)
    anna.look_up(NUMBER)
    anna.pull()
    registered = make(south, "complaint", **complaint("CP-2026-0001", customer_id=who.hex))
    assert anna.pull()[0] == {"complaint": {registered}}


def test_a_row_that_comes_to_a_held_caller_is_held_from_then_on(anna: AtDesk, south: Device) -> None:
    who = known(south)
    anna.look_up(NUMBER)
    anna.pull()
    point = make(south, "contact_point", kind="phone", value="+442079460888", e164="+442079460888")
    assert anna.pull()[0] == {}
    south.update("contact_point", point, 1, customer_id=who.hex)
    assert anna.pull()[0] == {"contact_point": {point}}


def test_a_held_caller_goes_when_the_time_is_over_and_stays_when_looked_up_again(
    engine: Engine, anna: AtDesk, south: Device
) -> None:
    who = known(south)
    anna.look_up(NUMBER)
    anna.pull()
    engine.run(let_go)
    assert count(engine) == 2
    engine.run(lambda conn: conn.execute(_RUN_OUT))
    anna.look_up(NUMBER)
    engine.run(let_go)
    assert count(engine) == 2
    assert anna.pull()[1] == {}
    engine.run(lambda conn: conn.execute(_RUN_OUT))
    assert engine.run(let_go) == 2
    assert who in anna.pull()[1]["R"]
    south.update("customer", who, 1, city="Leeds")
    assert anna.pull() == ({}, {})


def test_a_change_that_meets_the_end_of_the_holding_leaves_no_stale_copy(
    engine: Engine, anna: AtDesk, south: Device
) -> None:
    who = known(south)
    anna.look_up(NUMBER)
    anna.pull()
    forget = text("delete from sync.held")
    stamp = text("update sync.change set op = 'U', xid = pg_current_xact_id() where row_id = :row")
    engine.run(lambda conn: (conn.execute(forget), conn.execute(stamp, {"row": who})))
    assert anna.pull() == ({}, {"R": {who}})


def test_an_own_customer_is_found_and_needs_no_holding(engine: Engine, anna: AtDesk) -> None:
    who = known(anna.device)
    assert anna.look_up(NUMBER)["customer"] == {who}
    assert count(engine) == 0


def test_it_is_noted_who_asked_and_whose_customers_they_saw_but_not_the_number(
    engine: Engine, anna: AtDesk, south: Device
) -> None:
    who = known(south)
    anna.look_up(NUMBER)
    anna.look_up("+442079460111")
    principal = anna.device.principal
    noted = [tuple(row) for row in engine.run(lambda conn: conn.execute(_NOTED).all())]
    assert noted == [(principal.user_id, anna.id, [who]), (principal.user_id, anna.id, [])]


def test_another_desk_of_the_same_person_and_everybody_else_get_nothing_of_it(
    engine: Engine, anna: AtDesk, south: Device
) -> None:
    known(south)
    other = AtDesk(second_desk_of(engine, anna.device.principal.user_id))
    bela = AtDesk(desk_of(engine, "bela", team="North"))
    for desk in (other, bela):
        desk.pull()
    anna.look_up(NUMBER)
    assert anna.pull()[0] != {}
    assert other.pull() == bela.pull() == ({}, {})


def test_an_extension_narrows_a_switchboard(anna: AtDesk, south: Device) -> None:
    sales, service, board = known(south, extension="201"), known(south, extension="202"), known(south)
    assert anna.look_up(NUMBER)["customer"] == {sales, service, board}
    assert anna.look_up(NUMBER, "201")["customer"] == {sales, board}


def test_a_customer_who_was_merged_into_another_is_not_found(engine: Engine, anna: AtDesk, south: Device) -> None:
    loser, winner = known(south), known(south, name="Ruth B. Nielsen")
    merge = text("update crm.customer set merged_into = :winner where id = :loser")
    engine.run(lambda conn: conn.execute(merge, {"loser": loser, "winner": winner}))
    assert anna.look_up(NUMBER)["customer"] == {winner}


def test_words_find_only_in_the_desks_own_scopes_and_in_any_order(anna: AtDesk, south: Device) -> None:
    mine = known(anna.device, name="Zoë van der Berg")
    script = known(anna.device, name="Ирина Соколова")
    known(south, name="Zoë van der Berg")
    assert anna.look_up(words="zoë berg")["customer"] == {mine}
    assert anna.look_up(words="BER zo")["customer"] == {mine}
    assert anna.look_up(words="соко")["customer"] == {script}
    assert anna.look_up(words="zoë smith") == {}


def test_questions_that_are_none_are_turned_away(anna: AtDesk) -> None:
    for question in (
        LookUp(anna.id),
        LookUp(anna.id, e164="0172"),
        LookUp(anna.id, e164="+44%"),
        LookUp(anna.id, e164="+4420794601720000000000000"),
        LookUp(anna.id, e164=NUMBER, extension="\x00"),
        LookUp(anna.id, e164=NUMBER, extension="1" * 5000),
        LookUp(anna.id, words=" '&|!():* "),
        LookUp(uuid4(), e164=NUMBER),
    ):
        with pytest.raises(Rejection) as refused:
            anna.transport.look_up(question)
        assert refused.value.code is Code.BAD_REQUEST


def test_words_that_look_like_a_query_are_words(anna: AtDesk) -> None:
    known(anna.device, name="Ruth Nielsen")
    for words in (
        "ruth' & 'x",
        "ruth:* | a",
        "'; drop table crm.customer; --",
        "\\",
        "!ruth zzz",
        "x" * 100_000,
        "a\x00b",
    ):
        try:
            assert anna.look_up(words=words) == {}
        except Rejection as refused:
            assert refused.code is Code.BAD_REQUEST


def test_numbers_are_not_tried_through(engine: Engine, anna: AtDesk) -> None:
    many = text(
        "insert into sync.looked_up (user_id, device_id, found) select :p, :d, '{}' from generate_series(1, :n)"
    )
    values = {"p": anna.device.principal.user_id, "d": anna.id, "n": LOOK_UPS_PER_HOUR}
    engine.run(lambda conn: conn.execute(many, values))
    with pytest.raises(Rejection) as refused:
        anna.look_up(NUMBER)
    assert refused.value.code is Code.THROTTLED
