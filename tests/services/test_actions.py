"""Corrective actions on a desk: begun by those who lead, done by who owns them; affected customers get one task
each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.learning.actions import ActionState, Concern, NewAction
from crmdesk.domain.learning.affected import AffectedList, Way
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.models.customer import Customer
from crmdesk.models.learning import CorrectiveAction
from crmdesk.models.local import Outbox
from crmdesk.models.task import Task
from crmdesk.services import actions, affected
from tests.services.conftest import Steps
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, LUCIA, MARGARET, ME, OMAR, PRIYA, TOMASZ, House, a_complaint, a_customer, known_id
from tests.support.learning import TREE, an_action, lead
from tests.support.requests import a_request

LATER = AFTERNOON + timedelta(days=3)
RUTH = known_id("Ruth Kay")


def new(**about: str) -> NewAction:
    concern = Concern(**{"product": "BoilerCare", "cause": "work-test", **about})
    return NewAction("Test every repair before leaving", concern, ME.agent_id, date(2027, 1, 15))


@pytest.fixture
def leader(house: House) -> House:
    """A house in which Sam leads."""
    lead(house)
    return house


def begun(do: Steps, what: NewAction | None = None) -> UUID:
    return do(lambda uow: actions.begin(uow, TREE, what or new()))


def kept(do: Steps, id_: UUID) -> CorrectiveAction:
    return do(lambda uow: uow.session.get_one(CorrectiveAction, id_))


def test_an_action_is_begun_changed_and_listed_by_the_day_it_is_due(do: Steps, leader: House) -> None:
    later = begun(do)
    first = begun(do, NewAction("Train the planners", Concern("HomeCover"), JABU, date(2026, 12, 30), 60))
    do(lambda uow: actions.change(uow, TREE, later, new(area="Leeds")))
    rows = do(lambda uow: actions.listed(uow, TREE))
    assert [row.id for row in rows] == [first, later]
    assert (rows[1].cause_path, rows[1].concern.area, rows[1].mine) == (
        "How we work › Repair not tested",
        "Leeds",
        True,
    )
    assert rows[0].owner == "Jabu Mbeki"
    assert rows[0].overdue(date(2026, 12, 31))
    assert not rows[0].overdue(date(2026, 12, 30))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"words": " "}, "words"),
        ({"owner_id": None}, "owner"),
        ({"check_days": 0}, "check_days"),
        ({"check_days": 401}, "check_days"),
        ({"concern": Concern(" ")}, "product"),
        ({"concern": Concern("BoilerCare", cause="fax")}, "cause"),
        ({"due_on": date(2020, 1, 1)}, "due_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(do: Steps, leader: House, change: dict[str, Any], field: str) -> None:
    base = new()
    given = {name: getattr(base, name) for name in NewAction.__annotations__} | change
    with pytest.raises(UserMistake) as mistake:
        begun(do, NewAction(**given))
    assert mistake.value.field == field


def test_an_agent_begins_none_but_says_that_theirs_is_done(do: Steps, house: House) -> None:
    with pytest.raises(Refused):
        begun(do)
    house.add(an_action("mine", owner_id=ME.agent_id), an_action("hers", owner_id=LUCIA))
    do(lambda uow: actions.done(uow, known_id("mine"), "All vans have gauges.", ""))
    assert kept(do, known_id("mine")).done_by == ME.agent_id
    with pytest.raises(Refused):
        do(lambda uow: actions.done(uow, known_id("hers"), "", ""))


def test_an_action_is_done_once_and_can_be_opened_again(do: Steps, leader: House) -> None:
    id_ = begun(do)
    do(lambda uow: actions.done(uow, id_, "Gauges bought."))
    with pytest.raises(Refused):
        do(lambda uow: actions.done(uow, id_, "Again."))
    do(lambda uow: actions.reopen(uow, id_))
    row = kept(do, id_)
    assert (row.state, row.done_at, row.evidence) == (ActionState.OPEN, None, "Gauges bought.")
    do(lambda uow: actions.drop(uow, id_))
    assert kept(do, id_).state == ActionState.DROPPED


def test_what_was_found_of_an_action_is_not_shown_once_it_was_done_again(do: Steps, leader: House) -> None:
    found = {"effect": "helped", "before_count": 12, "after_count": 4, "chance": 0.038, "checked_at": AFTERNOON}
    hour = timedelta(hours=1)
    leader.add(
        an_action("looked at", state="done", done_at=AFTERNOON - hour, **found),
        an_action("again", state="done", done_at=AFTERNOON + hour, **found),
    )
    effects = {row.words: row.effect for row in do(lambda uow: actions.listed(uow, TREE))}
    assert effects["looked at"] is not None
    assert effects["again"] is None


def test_two_who_write_evidence_both_keep_their_words(do: Steps, leader: House) -> None:
    leader.add(an_action("shared", owner_id=ME.agent_id, evidence="One.\nTwo."))
    do(lambda uow: actions.write_evidence(uow, known_id("shared"), "One.\nTwo.\nThree.", "One.\nTwo."))
    do(lambda uow: actions.write_evidence(uow, known_id("shared"), "Zero.\nOne.\nTwo.", "One.\nTwo."))
    assert kept(do, known_id("shared")).evidence == "Zero.\nOne.\nTwo.\nThree."


# Affected customers --------------------------------------------------------------------------------------------------


@pytest.fixture
def faulty(leader: House) -> House:
    """A house where a lot of BoilerCare was bad: two complained, a third has it and never did."""
    days = timedelta(days=1)
    leader.add(
        a_customer("Ruth Kay", product="BoilerCare, renews 1 May", city="Leeds"),
        a_complaint("F1", MARGARET, AFTERNOON - 3 * days, product="BoilerCare", area="Leeds", lot="A7"),
        a_complaint("F2", MARGARET, AFTERNOON - 9 * days, product="boilercare", area="Leeds", lot="A7"),
        a_complaint("F3", OMAR, AFTERNOON - 5 * days, product="BoilerCare", area="York", lot="B1"),
        an_action("all", made_by=ME.agent_id),
        an_action("lot", lot="a7"),
        an_action("leeds", area="Leeds"),
    )
    return leader


def reached(do: Steps, name: str, days: int | None = None) -> AffectedList:
    since = None if days is None else AFTERNOON - timedelta(days=days)
    return do(lambda uow: affected.affected(uow, known_id(name), since))


def names(found: AffectedList) -> set[UUID]:
    return {row.customer_id for row in found.rows}


def test_those_who_complained_and_those_who_have_the_product_are_reached(do: Steps, faulty: House) -> None:
    found = reached(do, "all").rows
    assert {MARGARET, OMAR, RUTH} <= {row.customer_id for row in found}
    first = found[0]
    assert (first.customer_id, first.reference, first.lot) == (MARGARET, "F1", "A7")
    assert {row.reference for row in found if row.customer_id == RUTH} == {""}


def test_a_lot_reaches_only_whose_complaint_names_it_and_an_area_only_those_there(do: Steps, faulty: House) -> None:
    assert names(reached(do, "lot")) == {MARGARET}
    assert {MARGARET, RUTH} <= names(reached(do, "leeds"))
    assert OMAR not in names(reached(do, "leeds"))


def test_who_had_it_repaired_or_gave_it_back_is_reached_too_and_who_asked_about_it_is_not(
    do: Steps, faulty: House
) -> None:
    goods = {"product": "boilercare", "lot": "A7"}
    faulty.add(
        a_request("SR-1", RequestKind.SERVICE, TOMASZ, AFTERNOON - timedelta(days=2), "repair", **goods),
        a_request("RT-1", RequestKind.RETURN, MARGARET, AFTERNOON - timedelta(days=1), "kettle", **goods),
        a_request("IR-1", RequestKind.INFORMATION, PRIYA, AFTERNOON - timedelta(days=1), "price", **goods),
        a_request("SR-2", RequestKind.SERVICE, OMAR, AFTERNOON - timedelta(days=1), "repair", product="BoilerCare"),
    )
    found = reached(do, "lot").rows
    assert [(row.customer_id, row.reference, row.complaint_id is None) for row in found] == [
        (MARGARET, "F1", False),
        (TOMASZ, "SR-1", True),
    ]
    assert names(reached(do, "lot", 1)) == {MARGARET}
    assert TOMASZ not in names(reached(do, "leeds")), "he lives in Hull"


def test_a_period_leaves_out_older_complaints(do: Steps, faulty: House) -> None:
    assert names(reached(do, "lot", 1)) == set()
    assert OMAR not in {row.customer_id for row in reached(do, "all", 4).rows if row.reference}


def test_each_gets_one_task_whoever_asks_twice(do: Steps, faulty: House) -> None:
    many = len(reached(do, "all").rows)
    give = lambda uow: affected.give_tasks(  # noqa: E731
        uow, known_id("all"), None, Way.WRITE, "Write about the recall.", LATER, "Europe/London"
    )
    assert do(give) == many
    assert do(give) == 0
    assert all(row.has_task for row in reached(do, "all").rows)
    made = do(lambda uow: uow.session.scalars(select(Task).where(Task.words == "Write about the recall.")).all())
    assert len(made) == many
    groups = do(lambda uow: uow.session.scalars(select(Outbox.group_seq).where(Outbox.entity == "task")).all())
    assert len(set(groups)) == many


def test_who_asked_not_to_be_called_gets_no_call(do: Steps, faulty: House) -> None:
    def ask(uow: Any) -> None:
        uow.session.get_one(Customer, RUTH).do_not_call = True

    do(ask)
    before = len(reached(do, "all").rows)
    assert next(row for row in reached(do, "all").rows if row.customer_id == RUTH).do_not_call
    made = do(lambda uow: affected.give_tasks(uow, known_id("all"), None, Way.CALL, "Call.", LATER, "Europe/London"))
    barred = sum(row.do_not_call for row in reached(do, "all").rows)
    assert made == before - barred


@pytest.mark.parametrize(("words", "due"), [(" ", LATER), ("Call.", AFTERNOON - timedelta(hours=1))])
def test_tasks_without_words_or_time_are_refused(do: Steps, faulty: House, words: str, due: Any) -> None:
    with pytest.raises(UserMistake):
        do(lambda uow: affected.give_tasks(uow, known_id("all"), None, Way.CALL, words, due, "Europe/London"))
