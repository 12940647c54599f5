"""The history of complaints is sealed: whatever somebody does to it in the database shows."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text

from crmdesk.domain.cases.steps import Step, StepKind, digest_of, values_of, written
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.ids import new_id
from crmdesk.models.wireform import to_wire
from crmdesk.server.housekeeping import seals_beside
from crmdesk.sync.engine import Engine, audit, identities
from crmdesk.sync.engine.apply import apply
from crmdesk.sync.engine.audit import Fault, Noted, Verdict
from crmdesk.sync.engine.compare import Hand
from crmdesk.sync.engine.erasing import erase_customer
from crmdesk.sync.engine.hands import Writer
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.wire import Mutation, Op, Result, Status
from tests.support.server import Device, complaint, customer, desk_of
from tests.support.terminal import Terminal
from tests.support.waiting import until

AT = datetime(2026, 11, 21, 10, 5, tzinfo=UTC)
OPEN_AGAIN = (
    "update crm.complaint set state = 'triaged', outcome = '', answered_at = null, closed_at = null where id = :id"
)
WAITING = text(
    "select exists (select 1 from pg_locks l join pg_stat_activity a using (pid) "
    "where not l.granted and a.datname = current_database())"
)
SLIPPED = (
    "insert into crm.complaint_step (id, scope_id, complaint_id, kind, by_id, at, details, parents, digest, accepted) "
    "values (:id, 1, :complaint, :kind, :by, :at, :details, '', :digest, :accepted)"
)


class Life:
    """A complaint at the server, with steps one after the other."""

    def __init__(self, desk: Device, name: str) -> None:
        self.desk, self.id, self.customer = desk, new_id(), new_id()
        self.digests: list[str] = []
        self.steps: list[UUID] = []
        assert desk.insert("customer", self.customer, **customer(name)).status is Status.OK
        values = complaint(name, customer_id=self.customer.hex, regime="iso-10002")
        assert desk.insert("complaint", self.id, **values).status is Status.OK

    def take(self, kind: str, **details: str) -> None:
        """Take a step after the last one."""
        row, at, by = new_id(), AT + timedelta(minutes=len(self.steps)), self.desk.principal.user_id
        values = values_of(row, self.id, Step(StepKind(kind), by, at, details), None, self.digests[-1:])
        result = self.desk.push(self.desk.mutation("complaint_step", row, Op.INSERT, **to_wire(values)))[0]
        assert (result.status, result.reason) == (Status.OK, "")
        self.digests.append(values["digest"])
        self.steps.append(row)


@pytest.fixture
def life(engine: Engine) -> Life:
    """A complaint with four steps, all sealed."""
    made = Life(desk_of(engine, "anna"), "Grace Adeyemi")
    made.take("registered")
    made.take("triaged")
    made.take("noted", words="The roof was seen.")
    made.take("withdrawn", words="It is fine now.", proof="mail")
    engine.run(audit.seal)
    return made


def verdict(engine: Engine, *noted: Noted) -> Verdict:
    return engine.run(lambda conn: audit.verify(conn, noted))


def faults(engine: Engine, *noted: Noted) -> set[Fault]:
    return {finding.fault for finding in verdict(engine, *noted).findings}


def tamper(engine: Engine, statement: str, **values: object) -> None:
    """Change the database as somebody who may do anything in it."""

    def run(conn: Connection) -> None:
        conn.execute(text("set local session_replication_role = replica"))
        conn.execute(text(statement), values)

    engine.run(run)


def head(engine: Engine) -> Noted:
    n, link = engine.run(audit.head)
    return Noted(engine.run(lambda conn: conn.execute(text("select epoch from sync.server")).scalar_one()), n, link)


def test_an_untouched_history_is_unbroken(engine: Engine, life: Life) -> None:
    found = verdict(engine, head(engine))
    assert found.findings == ()
    assert (found.cases, found.steps, found.unsealed, found.head[0]) == (1, 4, 0, 4)


def test_a_step_is_sealed_once_and_later_ones_after_it(engine: Engine, life: Life) -> None:
    assert engine.run(audit.seal) is None
    other = Life(life.desk, "Omar")
    other.take("registered")
    assert verdict(engine).unsealed == 1
    newest = engine.run(audit.seal)
    assert newest is not None
    assert newest.n == 5
    assert verdict(engine, newest).findings == ()


def test_words_that_were_edited_show(engine: Engine, life: Life) -> None:
    tamper(engine, "update crm.complaint_step set details = :new where id = :id", new='{"words":"x"}', id=life.steps[2])
    assert faults(engine) == {Fault.EDITED}


def test_an_edit_that_makes_its_digest_anew_shows_in_the_seal_and_in_what_follows(engine: Engine, life: Life) -> None:
    told, by = written({"words": "x"}), life.desk.principal.user_id
    parents = life.digests[1:2]
    digest = digest_of(life.steps[2], life.id, "noted", by, AT + timedelta(minutes=2), None, told, parents)
    tamper(
        engine,
        "update crm.complaint_step set details = :new, digest = :digest where id = :id",
        **{"new": told, "digest": digest, "id": life.steps[2]},
    )
    assert faults(engine) == {Fault.EDITED, Fault.MOVED}


def test_a_step_that_was_taken_away_shows_also_the_last_one(engine: Engine, life: Life) -> None:
    tamper(engine, "delete from crm.complaint_step where id = :id", id=life.steps[3])
    assert faults(engine) == {Fault.DELETED, Fault.STATE}


def test_steps_in_another_order_show(engine: Engine, life: Life) -> None:
    tamper(engine, "update crm.complaint_step set accepted = 1000 where id = :id", id=life.steps[1])
    assert Fault.MOVED in faults(engine)


def test_the_end_of_the_seals_taken_away_with_its_steps_shows_by_what_was_noted_outside(
    engine: Engine, life: Life
) -> None:
    noted = head(engine)
    tamper(engine, "delete from crm.complaint_step where id = :id", id=life.steps[3])
    tamper(engine, "delete from sync.seal where step_id = :id", id=life.steps[3])
    tamper(engine, OPEN_AGAIN, id=life.id)
    assert faults(engine) == set()
    assert faults(engine, noted) == {Fault.SEALS_MISSING}


def test_seals_made_anew_after_an_edit_show_by_what_was_noted_outside(engine: Engine, life: Life) -> None:
    noted = head(engine)
    tamper(engine, "delete from crm.complaint_step where id = :id", id=life.steps[3])
    tamper(engine, "delete from sync.seal")
    tamper(engine, OPEN_AGAIN, id=life.id)
    engine.run(audit.seal)
    other = Life(life.desk, "Omar")
    other.take("registered")
    engine.run(audit.seal)
    assert faults(engine, noted) == {Fault.SEAL_BROKEN}


def test_a_complaint_that_was_put_elsewhere_than_its_steps_lead_shows(engine: Engine, life: Life) -> None:
    tamper(engine, "update crm.complaint set state = 'registered' where id = :id", id=life.id)
    assert [(one.fault, one.case) for one in verdict(engine).findings] == [(Fault.STATE, "Grace Adeyemi")]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("outcome = 'upheld'", "outcome"),
        ("redress_minor = 64000, currency = 'GBP'", "redress_minor"),
        ("stage = 2", "stage"),
        ("answered_at = null", "answered_at"),
        ("closed_at = closed_at + interval '1 day'", "closed_at"),
        ("closed_at = received_at - interval '1 day'", "closed_at"),
        ("acknowledged_at = received_at", "acknowledged_at"),
    ],
)
def test_what_a_return_counts_is_what_the_steps_say(engine: Engine, life: Life, change: str, what: str) -> None:
    tamper(engine, f"update crm.complaint set {change} where id = :id", id=life.id)
    found = verdict(engine).findings
    assert (Fault.TOLD, "Grace Adeyemi", what) in [(one.fault, one.case, one.what) for one in found]


@pytest.mark.parametrize("accepted", [0, -50_000])
def test_a_step_that_was_slipped_in_before_sealed_ones_shows_also_once_it_is_sealed(
    engine: Engine, life: Life, accepted: int
) -> None:
    told, by, row = written({"words": "They were told on the first day."}), life.desk.principal.user_id, new_id()
    digest = digest_of(row, life.id, "noted", by, AT, None, told, ())
    what = {"id": row, "complaint": life.id, "kind": "noted", "by": by, "at": AT, "details": told, "digest": digest}
    tamper(engine, SLIPPED, **what, accepted=accepted)
    assert faults(engine) == {Fault.SLIPPED_IN}
    engine.run(audit.seal)
    assert faults(engine) in ({Fault.SLIPPED_IN}, {Fault.MOVED})


def test_a_complaint_that_is_gone_while_its_steps_are_there_shows(engine: Engine, life: Life) -> None:
    tamper(engine, "delete from crm.complaint where id = :id", id=life.id)
    found = verdict(engine).findings
    assert [(one.fault, one.what) for one in found] == [(Fault.DELETED, f"case {life.id}")]


def test_a_case_that_stands_somewhere_without_a_single_step_shows(engine: Engine, life: Life) -> None:
    assert life.desk.insert("complaint", new_id(), **complaint("CP-2")).status is Status.OK
    assert faults(engine) == set()
    tamper(engine, "update crm.complaint set state = 'closed' where reference = 'CP-2'")
    assert [(one.fault, one.case) for one in verdict(engine).findings] == [(Fault.STATE, "CP-2")]


def test_who_calls_steps_erased_that_nobody_erased_is_found_out_by_the_journal(engine: Engine, life: Life) -> None:
    tamper(engine, "insert into sync.erasure (row_id, entity) select id, 1 from crm.complaint_step")
    tamper(engine, "delete from crm.complaint_step")
    tamper(engine, "delete from crm.complaint")
    assert faults(engine) == set()
    found = engine.run(lambda conn: audit.verify(conn, (), frozenset()))
    assert [one.fault for one in found.findings] == [Fault.NOT_ERASED] * 4


def test_of_two_who_send_at_once_the_one_who_waited_stands_behind_the_other(engine: Engine, life: Life) -> None:
    """Its number was drawn before it waited once: the history then seemed broken, and was shown in another order."""
    colleague = desk_of(engine, "bela")
    row, by = new_id(), life.desk.principal.user_id
    values = values_of(row, life.id, Step(StepKind.NOTED, by, AT, {"words": "They called."}), None, life.digests[-1:])
    waits = life.desk.mutation("complaint_step", row, Op.INSERT, **to_wire(values))
    theirs = noted_by(colleague, life)
    first, result = at_once(life, colleague, theirs, waits)
    assert (first.status, result.status) == (Status.OK, Status.OK)
    order = engine.run(lambda conn: conn.scalars(text("select id from crm.complaint_step order by accepted")).all())
    assert order == [*life.steps, theirs.row, row]
    engine.run(audit.seal)
    assert faults(engine) == set()


def at_once(life: Life, colleague: Device, first: Mutation, waits: Mutation) -> tuple[Result, Result]:
    """Let the life's desk send a change while a colleague's, which is heard first, holds its complaint."""
    engine = life.desk.engine
    with ThreadPoolExecutor(1) as other:

        def hold(conn: Connection) -> tuple[Result, Future[tuple[Result, ...]]]:
            conn.execute(text("select 1 from crm.complaint where id = :id for update"), {"id": life.id})
            sent = other.submit(life.desk.push, waits)
            asyncio.run(until(lambda: engine.run(lambda c: c.execute(WAITING).scalar_one()), "one waits for it"))
            identities.share(conn)
            person = colleague.principal
            writer = Writer(person.user_id, person.scopes, person.home_scope, Hand.PERSON)
            (result,) = apply(conn, writer, [first])
            return result, sent

        result, sent = engine.run(hold)
        return result, sent.result()[0]


def noted_by(desk: Device, life: Life) -> Mutation:
    row, by = new_id(), desk.principal.user_id
    values = values_of(row, life.id, Step(StepKind.NOTED, by, AT, {"words": "I called."}), None, life.digests[-1:])
    return desk.mutation("complaint_step", row, Op.INSERT, **to_wire(values))


def test_an_erased_customer_leaves_an_unbroken_history_without_their_words(
    engine: Engine, life: Life, database_url: str, terminal: Terminal, tmp_path: Path
) -> None:
    noted = head(engine)
    journal = tmp_path / "erasures"
    engine.run(lambda conn: erase_customer(conn, life.customer, Journal(journal), lambda: AT))
    found = verdict(engine, noted)
    assert found.findings == ()
    assert (found.steps, found.erased) == (0, 4)
    code, out, _ = terminal.type("audit", "verify", "--erasures", str(journal), url=database_url)
    assert (code, "4 erased since" in out, "no journal" in out) == (0, True, False)
    journal.unlink()
    code, out, _ = terminal.type("audit", "verify", "--erasures", str(journal), url=database_url)
    assert (code, "There is no journal of erasures" in out) == (0, True)
    journal.touch()
    code, out, _ = terminal.type("audit", "verify", "--erasures", str(journal), url=database_url)
    assert (code, "the journal of erasures does not name it" in out) == (1, True)


def test_a_merge_of_the_customer_breaks_nothing(engine: Engine, life: Life) -> None:
    survivor = new_id()
    life.desk.insert("customer", survivor, **customer("Grace A."))
    merged = life.desk.update("customer", life.customer, 1, merged_into=survivor.hex)
    assert merged.status is Status.OK
    assert verdict(engine, head(engine)).findings == ()


def test_a_database_that_was_put_back_is_told_apart_from_one_that_was_shortened(engine: Engine, life: Life) -> None:
    before = Noted(uuid4(), 9, "f" * 64)
    found = verdict(engine, before, head(engine))
    assert (found.findings, found.put_back) == ((), 1)


def test_seals_are_noted_a_line_each_and_one_that_was_cut_off_counts_for_nothing(tmp_path: Path) -> None:
    path = seals_beside(tmp_path / "erasures")
    one, two = (Noted(uuid4(), n, f"{n}" * 64) for n in (1, 2))
    assert audit.noted_in(path) == []
    audit.note(path, one)
    audit.note(path, two)
    assert audit.noted_in(path) == [one, two]
    with path.open("a", encoding="ascii") as file:
        file.write("abc")
    assert audit.noted_in(path) == [one, two]
    with path.open("a", encoding="ascii") as file:
        file.write("\n")
    with pytest.raises(CrmdeskError, match="Line 3"):
        audit.noted_in(path)


def test_the_command_says_whether_the_history_holds(
    engine: Engine, life: Life, database_url: str, terminal: Terminal, tmp_path: Path
) -> None:
    seals = tmp_path / "seals"
    audit.note(seals, head(engine))
    code, out, _ = terminal.type("audit", "verify", "--seals", str(seals), url=database_url)
    assert (code, "The history is unbroken." in out) == (0, True)
    tamper(engine, "update crm.complaint_step set kind = 'closed' where id = :id", id=life.steps[2])
    code, out, _ = terminal.type("audit", "verify", "--seals", str(seals), url=database_url)
    assert code == 1
    assert "Grace Adeyemi: step" in out
    assert "The history is broken." in out


def test_seals_that_are_named_and_not_there_prove_nothing_and_are_refused(
    database_url: str, terminal: Terminal, tmp_path: Path
) -> None:
    code, out, err = terminal.type("audit", "verify", "--seals", str(tmp_path / "seal"), url=database_url)
    assert (code, out, "There is no file" in err, "beside its journal" in err) == (1, "", True, True)
    journal = tmp_path / "erasures"
    code, out, _ = terminal.type("audit", "verify", "--erasures", str(journal), url=database_url)
    assert (code, "There is no file of noted seals" in out) == (0, True)


def test_seals_that_count_for_nothing_since_the_database_was_put_back_are_told(
    life: Life, database_url: str, terminal: Terminal, tmp_path: Path
) -> None:
    seals = tmp_path / "erasures.seals"
    audit.note(seals, Noted(uuid4(), 4, "1" * 64))
    code, out, _ = terminal.type("audit", "verify", "--seals", str(seals), url=database_url)
    assert (code, "1 noted seals are not here" in out, "changed its epoch" in out) == (0, True, True)
