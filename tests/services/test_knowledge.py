"""Knowledge on the desk, without a network: what is found, which version is shown, and runs of scripts that go on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.found import HitKind
from crmdesk.domain.knowledge.edition import EditionState, NewEdition, Shelf
from crmdesk.domain.knowledge.script import Given, Run
from crmdesk.domain.people import Role
from crmdesk.domain.stream import EntryKind
from crmdesk.models.knowledge import Article, ScriptAnswer
from crmdesk.models.local import Outbox
from crmdesk.models.people import Agent
from crmdesk.services import interactions, knowledge, scripts, search, timeline
from tests.services.conftest import Steps
from tests.support.desk import MARGARET, ME, OMAR, House, ringing

NO_HEAT = NewEdition(Shelf.ARTICLE, "no-heat", "No heat", "Ask whether the boiler is on.", "no heat, radiators")
BILLS = NewEdition(Shelf.ARTICLE, "billed-twice", "Billed twice", "A radiator has no part in this.", "refund")
STEPS = {
    "start": "gas",
    "steps": {
        "gas": {"ask": "Do you smell gas?", "answers": [["Yes", "out"], ["No", "warm"]]},
        "warm": {"kind": "number", "ask": "How warm is it?", "then": "words"},
        "words": {"kind": "text", "ask": "What else?", "then": "out"},
        "out": {"kind": "end", "ask": "Leave."},
    },
}
SCRIPT = NewEdition(Shelf.SCRIPT, "heat", "Heating", json.dumps(STEPS), queue="heating-emergency")


@pytest.fixture
def leading(do: Steps) -> Iterator[Steps]:
    """Let Sam lead."""
    do(lambda uow: setattr(uow.session.get_one(Agent, ME.agent_id), "role", Role.SUPERVISOR.value))
    yield do


def publish(do: Steps, *editions: NewEdition) -> list[UUID]:
    return [do(partial(knowledge.publish, new=one)) for one in editions]


def test_an_agent_is_told_who_publishes_before_anything_is_queued(do: Steps) -> None:
    with pytest.raises(Refused):
        publish(do, NO_HEAT)
    assert do(lambda uow: uow.session.scalar(select(Outbox.seq))) is None


def test_the_newest_version_is_shown_and_the_older_ones_are_kept(leading: Steps) -> None:
    first, _ = publish(leading, NO_HEAT, BILLS)
    second = publish(leading, replace_body(NO_HEAT, "Ask, then book."))[0]
    shown = leading(knowledge.articles)
    assert [(a.title, a.version, a.by, a.unsent) for a in shown] == [
        ("Billed twice", 1, "Sam Okafor", True),
        ("No heat", 2, "Sam Okafor", True),
    ]
    old = leading(lambda uow: knowledge.article(uow, first))
    assert old is not None
    assert (old.body, old.version, old.newest) == (NO_HEAT.body, 1, 2)
    newest = leading(lambda uow: knowledge.version_of(uow, "no-heat", 2))
    assert newest is not None and newest.id == second


def replace_body(one: NewEdition, body: str, state: EditionState = EditionState.PUBLISHED) -> NewEdition:
    return NewEdition(one.shelf, one.code, one.title, body, one.keywords, one.queue, "", state)


def test_search_finds_the_newest_words_alone_and_titles_first(leading: Steps) -> None:
    publish(leading, NO_HEAT, BILLS)
    assert [a.title for a in leading(lambda uow: knowledge.articles(uow, "radiat"))] == ["No heat", "Billed twice"]
    publish(leading, replace_body(NO_HEAT, "Book a visit."))
    assert leading(lambda uow: knowledge.articles(uow, "whether boiler")) == ()
    found = leading(lambda uow: search.find(uow, "visit", "GB")).hits
    assert [(h.title, h.version) for h in found if h.kind is HitKind.ARTICLE] == [("No heat", 2)]


def test_what_was_withdrawn_is_found_no_more(leading: Steps) -> None:
    publish(leading, NO_HEAT, replace_body(NO_HEAT, "Gone.", EditionState.WITHDRAWN))
    assert leading(knowledge.articles) == ()
    assert leading(lambda uow: knowledge.articles(uow, "boiler")) == ()


@pytest.mark.parametrize(
    "bad",
    [
        NewEdition(Shelf.ARTICLE, "Two words", "X", "X"),
        NewEdition(Shelf.ARTICLE, "x", " ", "X"),
        NewEdition(Shelf.ARTICLE, "x", "X", "\n"),
        NewEdition(Shelf.SCRIPT, "x", "X", "{}"),
        NewEdition(Shelf.ARTICLE, "x", "X", "x" * 100_001),
    ],
)
def test_what_cannot_be_published_is_a_mistake(leading: Steps, bad: NewEdition) -> None:
    with pytest.raises(UserMistake):
        publish(leading, bad)


def test_the_fingerprint_changes_with_every_version(leading: Steps, house: House) -> None:
    before = leading(knowledge.fingerprint)
    publish(leading, NO_HEAT)
    assert leading(knowledge.fingerprint) != before


# Runs of scripts -----------------------------------------------------------------------------------------------------


@pytest.fixture
def call(leading: Steps) -> UUID:
    """A call of Margaret's, and a script for its queue."""
    publish(leading, SCRIPT)
    told = ringing()
    leading(lambda uow: interactions.opened(uow, told))
    leading(lambda uow: interactions.identify(uow, told.contact_id, MARGARET))
    return told.contact_id


def give(do: Steps, call: UUID, run: Run, number: int = 0, typed: str = "", step: str = "") -> Run:
    given = Given(call, run.id, run.script, step or run.standing.step, number, typed)
    return do(lambda uow: scripts.answer(uow, given))


def start(do: Steps, queue: str = "heating-emergency") -> Run:
    line = do(lambda uow: scripts.for_queue(uow, queue))
    assert line is not None
    return do(lambda uow: scripts.begin(uow, line.edition))


def test_a_script_belongs_to_a_queue(leading: Steps, call: UUID) -> None:
    assert start(leading).standing.step == "gas"
    assert leading(lambda uow: scripts.for_queue(uow, "billing")) is None
    assert leading(lambda uow: scripts.for_queue(uow, "")) is None


def test_a_run_that_was_left_half_way_goes_on_and_one_that_ended_does_not(leading: Steps, call: UUID) -> None:
    run = give(leading, call, start(leading), 2)
    publish(leading, replace_body(SCRIPT, json.dumps(STEPS).replace("How warm", "How cold")))
    found = leading(lambda uow: scripts.under_way(uow, call))
    assert found is not None, "by the edition with which it began"
    assert (found.id, found.standing.step, found.script.edition) == (run.id, "warm", "heat/1")
    run = give(leading, call, found, typed="12")
    run = give(leading, call, run, typed="Son is here.")
    assert run.standing.step == "out"
    assert leading(lambda uow: scripts.under_way(uow, call)) is None


def test_answers_stand_in_the_timeline_as_they_count(leading: Steps, house: House, call: UUID) -> None:
    run = give(leading, call, start(leading), 2)
    house.clock.advance(1)
    give(leading, call, run, typed="12")
    house.clock.advance(1)
    give(leading, call, run, 1, step="gas")
    entry = next(e for e in leading(lambda uow: timeline.page(uow, MARGARET)).entries if e.kind is EntryKind.SCRIPT)
    assert (entry.title, entry.body, entry.who, entry.unsent) == (
        "Heating",
        "Do you smell gas? Yes",
        "Sam Okafor",
        True,
    )
    kept = leading(lambda uow: len(uow.session.scalars(select(ScriptAnswer)).all()))
    assert kept == 3, "nothing that was answered is lost"


def test_answers_follow_the_call_to_its_customer(leading: Steps, call: UUID) -> None:
    give(leading, call, start(leading), 1)
    leading(lambda uow: interactions.identify(uow, call, OMAR))
    kinds = {e.kind for e in leading(lambda uow: timeline.page(uow, OMAR)).entries}
    assert EntryKind.SCRIPT in kinds


def test_an_answer_that_cannot_be_taken_stores_nothing(leading: Steps, call: UUID) -> None:
    run = start(leading)
    with pytest.raises(UserMistake):
        give(leading, call, run, 7)
    with pytest.raises(Refused):
        give(leading, UUID(int=7), run, 1)
    assert leading(lambda uow: uow.session.scalar(select(ScriptAnswer.id))) is None
    assert leading(lambda uow: uow.session.scalar(select(Article.id))) is None
