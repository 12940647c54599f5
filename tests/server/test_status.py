"""``crmdesk server status`` and what an administrator does about it: revoke, readmit, restored."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text

from crmdesk.domain.ids import new_id
from crmdesk.sync.engine import Engine, Rejection, principal_at
from crmdesk.sync.engine.erasing import erase_customer
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.engine.restoring import settle
from crmdesk.sync.engine.status import first_words, server_status
from crmdesk.sync.transports.in_process import InProcess
from crmdesk.sync.wire import PROTOCOL, Ack, Hello, LookUp, Op, Push, Status
from tests.support.server import Device, customer, desk_of, second_desk_of
from tests.support.terminal import Terminal

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def anna(engine: Engine) -> Device:
    return desk_of(engine, "anna", team="North")


def number_of(desk: Device) -> int:
    query = text("select number from sync.device where device_id = :device")
    values = {"device": desk.principal.device_id}
    return int(desk.engine.run(lambda conn: conn.execute(query, values).scalar_one()))


def status(terminal: Terminal, url: str) -> dict[str, Any]:
    code, out, err = terminal.type("server", "status", "--json", url=url)
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def told(terminal: Terminal, url: str) -> str:
    code, out, _ = terminal.type("server", "status", url=url)
    assert code == 0
    return out


def confirm(desk: Device, unsent: int = 0, refused: int = 0, conflicts: int = 0) -> None:
    """Fetch everything and tell the server so."""
    desk.pull()
    assert desk.cursor is not None
    now = desk.engine.run(lambda conn: principal_at(conn, desk.principal.device_id, desk.principal.user_id))
    desk.engine.ack(now, Ack(desk.principal.device_id, desk.cursor, unsent, 0, refused, conflicts))


def test_a_desk_that_lacks_changes_is_behind_until_it_confirms_them(
    anna: Device, terminal: Terminal, database_url: str
) -> None:
    confirm(anna)
    before = status(terminal, database_url)["devices"][0]
    assert (before["lacks"], before["lag_s"]) == (0, 0)
    colleague = second_desk_of(anna.engine, anna.principal.user_id)
    for _ in range(3):
        colleague.insert("customer", new_id(), **customer())
    behind = status(terminal, database_url)["devices"][0]
    assert behind["lacks"] == 3
    assert behind["lag_s"] > 0
    confirm(anna)
    assert status(terminal, database_url)["devices"][0]["lacks"] == 0


def test_what_a_desk_told_of_itself_is_shown(anna: Device, terminal: Terminal, database_url: str) -> None:
    confirm(anna, unsent=4, refused=2, conflicts=1)
    device = status(terminal, database_url)["devices"][0]
    assert (device["unsent"], device["refused"], device["conflicts"]) == (4, 2, 1)
    assert device["login"] == "anna"
    assert "4 unsent and 2 refused changes, and 1 open conflicts" in told(terminal, database_url)


def test_the_transaction_that_holds_up_the_feed_is_named_without_its_values(
    engine: Engine, terminal: Terminal, database_url: str
) -> None:
    culprit = create_engine(database_url, connect_args={"application_name": "nightly report"})
    with culprit.connect() as conn:
        conn.execute(text("create temporary table t as select 'Ruth Nielsen' as name, 4711 as number"))
        conn.execute(text("select name from t where name = 'Ruth Nielsen' or number = 4711"))
        found = status(terminal, database_url)
        while found["guilty"] is None:  # until the transaction is open for long enough to count
            found = status(terminal, database_url)
        words = told(terminal, database_url)
        conn.rollback()
    culprit.dispose()
    guilty = found["guilty"]
    assert guilty["application"] == "nightly report"
    assert guilty["state"] == "idle in transaction"
    assert guilty["doing"] == "select name from t where name = ?"
    assert "stands still" in words
    assert "nightly report" in words
    assert "Ruth" not in words
    assert engine.run(server_status).guilty is None
    assert "The feed moves" in told(terminal, database_url)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update t set name = 'O''Hara' where id = 5", "update t set name = ? where id"),
        ("insert into t values ($1, $2)", "insert into t values ("),
        ("select $$secret$$", "select ?"),
        ("select 'never closed", "select ?"),
    ],
)
def test_no_value_of_a_statement_is_told(statement: str, said: str) -> None:
    words = first_words(statement)
    assert words.startswith(said)
    assert not {"O''Hara", "5", "secret", "never"} & set(words.split())


def test_an_erasure_is_pending_until_every_device_confirmed_it_also_of_teams_that_do_not_have_the_row_now(
    engine: Engine, anna: Device, terminal: Terminal, database_url: str, tmp_path: Path
) -> None:
    bela, other = desk_of(engine, "bela", team="North"), desk_of(engine, "olga", team="South")
    row = new_id()
    anna.insert("customer", row, **customer())
    for desk in (anna, bela, other):
        confirm(desk)
    engine.run(lambda conn: erase_customer(conn, row, Journal(tmp_path / "erased"), lambda: NOW))
    everybody = {str(number_of(desk)): 1 for desk in (anna, bela, other)}
    assert status(terminal, database_url)["erasures_pending"] == everybody
    confirm(anna)
    confirm(other)
    assert f"not confirmed yet by device {number_of(bela)} (1)" in told(terminal, database_url)
    confirm(bela)
    assert status(terminal, database_url)["erasures_pending"] == {}
    assert "confirmed by every device" in told(terminal, database_url)


def test_restored_begins_a_new_epoch_and_says_when(
    engine: Engine, anna: Device, terminal: Terminal, database_url: str, tmp_path: Path
) -> None:
    engine.run(lambda conn: settle(conn, Journal(tmp_path / "erased")))
    before = status(terminal, database_url)
    assert before["restored_at"] is None
    code, out, _ = terminal.type("server", "restored", "--erasures", str(tmp_path / "erased"), url=database_url)
    assert code == 0
    assert "new epoch" in out
    after = status(terminal, database_url)
    assert after["epoch"] != before["epoch"]
    assert after["restored_at"] is not None


# A device that is taken out of use ---------------------------------------------------------------------------------


def rights(desk: Device) -> InProcess:
    """Return the way to the engine with the rights that the device has now."""
    now = desk.engine.run(lambda conn: principal_at(conn, desk.principal.device_id, desk.principal.user_id))
    return InProcess(desk.engine, now)


def greeting(desk: Device) -> Hello:
    return Hello(desk.principal.device_id, desk.nonce, "0.2", PROTOCOL, 2, None, None, 0, 0)


def test_a_revoked_device_may_hold_nothing_and_its_lease_is_over(
    anna: Device, terminal: Terminal, database_url: str
) -> None:
    number = number_of(anna)
    row = new_id()
    anna.insert("customer", row, **customer())
    code, out, _ = terminal.type("server", "revoke", str(number), url=database_url)
    assert (code, "out of use" in out) == (0, True)
    reply = rights(anna).hello(greeting(anna))
    assert reply.scopes == ()
    assert 0 < reply.lease_until_us < reply.server_time_us
    assert reply.references is None
    with pytest.raises(Rejection, match="out of use"):
        rights(anna).look_up(LookUp(anna.principal.device_id, e164="+442079460000"))
    change = anna.mutation("customer", row, Op.UPDATE, 1, city="Leeds")
    assert rights(anna).push(Push(anna.principal.device_id, (change,))).results[0].status is Status.DENIED
    device = status(terminal, database_url)["devices"][0]
    assert device["revoked_at"] is not None


def test_a_readmitted_device_works_after_its_person_signed_in(
    anna: Device, terminal: Terminal, database_url: str
) -> None:
    number = number_of(anna)
    assert terminal.type("server", "readmit", str(number), url=database_url)[0] == 1
    terminal.type("server", "revoke", str(number), url=database_url)
    assert terminal.type("server", "readmit", str(number), url=database_url)[0] == 0
    with pytest.raises(Rejection, match="signed out"):
        rights(anna)
    lift = text("update sync.device set revoked_at = null where device_id = :device")
    anna.engine.run(lambda conn: conn.execute(lift, {"device": anna.principal.device_id}))
    assert anna.principal.home_scope in rights(anna).hello(greeting(anna)).scopes


def test_a_number_that_no_device_has_is_said(terminal: Terminal, database_url: str, engine: Engine) -> None:
    code, _, err = terminal.type("server", "revoke", "4711", url=database_url)
    assert code == 1
    assert "4711" in err
    assert UUID(int=0) not in {d.device_id for d in engine.run(server_status).devices}
