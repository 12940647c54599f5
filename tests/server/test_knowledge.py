"""Knowledge at the server: who may publish, that versions stay, and that answers of a script are the customer's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.knowledge.edition import NewEdition, Shelf
from crmdesk.domain.people import Role
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.erasing import erase_customer
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.engine.judging import NOT_YOURS_TO_PUBLISH
from crmdesk.sync.engine.knowledge import publish, values_of
from crmdesk.sync.engine.people import leader_named
from crmdesk.sync.wire import Op, Status
from tests.support.postgres import Databases
from tests.support.server import Device, customer, desk_of, interaction, script_answer
from tests.support.terminal import Terminal

NO_HEAT = NewEdition(Shelf.ARTICLE, "no-heat", "No heat", "Ask first.", "no heat, boiler off")
SCRIPT = NewEdition(
    Shelf.SCRIPT, "gas", "Gas", '{"start": "a", "steps": {"a": {"kind": "end", "ask": "Leave."}}}', queue="support"
)
VUL = NewEdition(Shelf.TEXT_MODULE, "vul", "Health need", "{customer} has no heating.")
EVERY_SHELF = pytest.mark.parametrize("one", [NO_HEAT, SCRIPT, VUL], ids=lambda one: str(one.shelf))
DEMO = Path(__file__).parents[2] / "resources" / "demo" / "knowledge"


@pytest.fixture
def anna(engine: Engine) -> Device:
    """An agent's desk."""
    return desk_of(engine, "anna", team="north")


@pytest.fixture
def lena(engine: Engine) -> Device:
    """A supervisor's desk, of another team."""
    return desk_of(engine, "lena", team="south", role=Role.SUPERVISOR)


@EVERY_SHELF
def test_an_agent_publishes_nothing(anna: Device, one: NewEdition) -> None:
    result = anna.insert(one.shelf.value, new_id(), **values_of(one, 1))
    assert (result.status, result.reason) == (Status.DENIED, NOT_YOURS_TO_PUBLISH)


@EVERY_SHELF
def test_what_a_supervisor_publishes_is_read_by_every_team(anna: Device, lena: Device, one: NewEdition) -> None:
    row = new_id()
    assert lena.insert(one.shelf.value, row, **values_of(one, 1)).status is Status.OK
    seen = anna.pull()[one.shelf.value][row]
    assert (seen["title"], seen["version"]) == (one.title, 1)
    assert UUID(seen["updated_by"]) == lena.principal.user_id


@EVERY_SHELF
def test_a_version_is_never_edited_not_even_by_who_made_it(lena: Device, one: NewEdition) -> None:
    row = new_id()
    lena.insert(one.shelf.value, row, **values_of(one, 1))
    assert lena.update(one.shelf.value, row, 1, body="Other words").status is Status.DENIED
    assert lena.pull()[one.shelf.value][row]["body"] == one.body


def test_of_two_who_publish_the_same_version_the_second_is_told(engine: Engine, lena: Device) -> None:
    nadia = desk_of(engine, "nadia", role=Role.ADMINISTRATOR)
    assert lena.insert("article", new_id(), **values_of(NO_HEAT, 1)).status is Status.OK
    assert nadia.insert("article", new_id(), **values_of(NO_HEAT, 1)).status is Status.DUPLICATE_OF
    assert nadia.insert("article", new_id(), **values_of(NO_HEAT, 2)).status is Status.OK


def test_publishing_again_makes_versions_of_what_changed_alone(engine: Engine, lena: Device) -> None:
    author = lena.principal.user_id

    def take(*editions: NewEdition) -> tuple[int, int, int]:
        done = engine.run(lambda conn: publish(conn, author, editions))
        return done.new, done.changed, done.same

    assert take(NO_HEAT, SCRIPT, VUL) == (3, 0, 0)
    assert take(NO_HEAT, SCRIPT, VUL) == (0, 0, 3)
    changed = NewEdition(Shelf.ARTICLE, "no-heat", "No heat", "Ask, then book.", "no heat, boiler off")
    assert take(changed, SCRIPT) == (0, 1, 1)
    articles = sorted((row["version"], row["body"]) for row in lena.pull()["article"].values())
    assert articles == [(1, "Ask first."), (2, "Ask, then book.")]


def test_only_those_who_lead_are_named_as_publishers(engine: Engine, anna: Device, lena: Device) -> None:
    assert engine.run(lambda conn: leader_named(conn, " Lena ")) == lena.principal.user_id
    for login in ("anna", "nobody"):
        with pytest.raises(UserMistake):
            engine.run(partial(leader_named, login=login))


# Answers of scripts --------------------------------------------------------------------------------------------------


@pytest.fixture
def answered(anna: Device) -> Iterator[tuple[UUID, UUID, UUID]]:
    """A customer, their call, and an answer given in it."""
    whose, call, given = new_id(), new_id(), new_id()
    results = anna.push(
        anna.mutation("customer", whose, Op.INSERT, **customer()),
        anna.mutation("interaction", call, Op.INSERT, **interaction(customer_id=whose.hex)),
        anna.mutation("script_answer", given, Op.INSERT, **script_answer(call, "Zebulon", customer_id=whose.hex)),
    )
    assert {result.status for result in results} == {Status.OK}
    yield whose, call, given


def test_an_answer_is_written_once(anna: Device, answered: tuple[UUID, UUID, UUID]) -> None:
    assert anna.update("script_answer", answered[2], 1, answer="No").status is Status.DENIED


def test_answers_are_erased_with_their_customer(
    engine: Engine, anna: Device, answered: tuple[UUID, UUID, UUID], tmp_path: Path
) -> None:
    journal = Journal(tmp_path / "erased.txt")
    at = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    counts = engine.run(lambda conn: erase_customer(conn, answered[0], journal, lambda: at))
    assert counts["script_answer"] == 1
    assert engine.run(lambda conn: conn.scalar(text("select count(*) from crm.script_answer"))) == 0
    late = anna.insert("script_answer", new_id(), **script_answer(answered[1], customer_id=answered[0].hex))
    assert late.status is Status.ERASED


def test_answers_follow_a_merge_and_come_back_when_it_is_undone(
    anna: Device, answered: tuple[UUID, UUID, UUID]
) -> None:
    loser, _, given = answered
    winner = new_id()
    anna.insert("customer", winner, **customer("Ruth Nilsen"))
    assert anna.update("customer", loser, 1, merged_into=winner.hex).status is Status.OK
    assert UUID(anna.pull()["script_answer"][given]["customer_id"]) == winner
    assert anna.update("customer", loser, 2, merged_into=None).status is Status.OK
    assert UUID(anna.pull()["script_answer"][given]["customer_id"]) == loser


# The command ---------------------------------------------------------------------------------------------------------


def test_a_folder_is_published_by_a_command(databases: Databases, terminal: Terminal) -> None:
    url = databases.ready()
    engine = Engine(url)
    desk_of(engine, "lena", role=Role.SUPERVISOR)
    desk_of(engine, "anna")
    command = ("knowledge", "import", str(DEMO))
    code, out, err = terminal.type(*command, "--check")
    assert (code, err, "could be published" in out) == (0, "", True)
    assert terminal.type(*command, url=url)[0] == 1, "in whose name?"
    assert terminal.type(*command, "--as", "anna", url=url)[0] == 1, "an agent publishes nothing"
    code, out, _ = terminal.type(*command, "--as", "lena", url=url)
    assert (code, out.split()[1]) == (0, "new,")
    assert terminal.type(*command, "--as", "lena", url=url)[1].startswith("0 new, 0 with a new version")
    engine.close()
    databases.drop(url)
