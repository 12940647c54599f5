"""Learning at several desks that meet later: one task for each customer, the tree of who was first, answers that
arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.learning.actions import Concern, NewAction
from crmdesk.domain.learning.affected import Way
from crmdesk.domain.learning.causes import NO_TREE, Cause
from crmdesk.domain.learning.feedback import NewFeedback
from crmdesk.domain.people import Role
from crmdesk.models.customer import Customer
from crmdesk.models.learning import CorrectiveAction
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.task import Task
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import actions, affected, causes, customers, feedback
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.ownership import NOT_YOUR_ACTION
from tests.support.server import Device, desk_of
from tests.sync.conftest import SyncedDesk


@pytest.fixture
def lena(engine: Engine, at_desk: Callable[[Device], SyncedDesk]) -> SyncedDesk:
    """A supervisor's desk."""
    return at_desk(desk_of(engine, "lena", role=Role.SUPERVISOR))


@pytest.fixture
def nora(engine: Engine, at_desk: Callable[[Device], SyncedDesk]) -> SyncedDesk:
    """Another supervisor's desk."""
    return at_desk(desk_of(engine, "nora", role=Role.SUPERVISOR))


def an_owner(desk: SyncedDesk, name: str, product: str) -> None:
    """Make a customer who has a product."""
    row = desk.do(customers.create, NewCustomer(name), "GB")

    def give(uow: UnitOfWork) -> None:
        uow.update(uow.session.get_one(Customer, row), name, product=product)

    desk.do(give)


def give_tasks(desk: SyncedDesk) -> int:
    (action,) = desk.do(lambda uow: uow.session.scalars(select(CorrectiveAction.id)).all())
    due = desk.do(lambda uow: uow.clock.now() + timedelta(days=7))
    return desk.do(affected.give_tasks, action, None, Way.WRITE, "Write about the recall.", due, "Europe/London")


def test_two_desks_that_give_tasks_without_a_network_give_each_customer_one(lena: SyncedDesk, nora: SyncedDesk) -> None:
    lena.sync()
    for name in ("Ruth Nielsen", "Tom Kay"):
        an_owner(lena, name, "BoilerCare")
    new = NewAction("Recall the pumps", Concern("BoilerCare"), lena.principal.user_id, date(2027, 6, 1))
    lena.do(actions.begin, NO_TREE, new)
    lena.sync()
    nora.sync()
    assert (give_tasks(lena), give_tasks(nora)) == (2, 2)
    for desk in (lena, nora, lena, nora):
        desk.sync()
    for desk in (lena, nora):
        tasks = desk.do(lambda uow: uow.session.scalars(select(Task)).all())
        assert sorted(one.words for one in tasks) == ["Write about the recall."] * 2
        assert give_tasks(desk) == 0


def test_the_server_lets_only_its_owner_or_who_leads_say_what_came_of_an_action(
    engine: Engine, lena: SyncedDesk, at_desk: Callable[[Device], SyncedDesk]
) -> None:
    owner, other = (at_desk(desk_of(engine, name)) for name in ("anna", "bela"))
    for desk in (lena, owner, other):
        desk.sync()
    new = NewAction("Recall the pumps", Concern("BoilerCare"), owner.principal.user_id, date(2027, 6, 1))
    action = lena.do(actions.begin, NO_TREE, new)
    for desk in (lena, owner, other):
        desk.sync()

    def past_the_program(uow: UnitOfWork, **values: object) -> None:
        uow.update(uow.session.get_one(CorrectiveAction, action), "Action", **values)

    def refused(desk: SyncedDesk) -> list[str]:
        query = select(Outbox.reason).where(Outbox.state == OutboxState.REFUSED.value)
        return desk.do(lambda uow: list(uow.session.scalars(query)))

    other.do(lambda uow: past_the_program(uow, state="done"))
    owner.do(lambda uow: past_the_program(uow, due_on=date(2028, 1, 1)))
    for desk in (other, owner):
        desk.sync()
        assert refused(desk) == [NOT_YOUR_ACTION]
    owner.do(actions.done, action, "All pumps are back.")
    for desk in (owner, lena):
        desk.sync()
    assert lena.do(lambda uow: uow.session.get_one(CorrectiveAction, action).state) == "done"


def test_of_two_trees_that_were_changed_at_once_the_first_stands_and_the_other_is_kept(
    lena: SyncedDesk, nora: SyncedDesk
) -> None:
    lena.sync()
    nora.sync()
    lena.do(causes.put, NO_TREE, Cause("work", "How we work"))
    nora.do(causes.put, NO_TREE, Cause("supplier", "Supplier"))
    lena.sync()
    nora.sync()
    lena.sync()
    tree = lena.do(causes.CausesInForce().tree)
    assert [one.code for one in tree.causes] == ["work"]
    kept = nora.do(lambda uow: uow.session.scalars(select(Outbox).where(Outbox.entity == "house_rules")).all())
    assert [(one.state, "supplier" in one.set_["body"]) for one in kept] == [(OutboxState.REFUSED.value, True)]


def test_what_an_agent_told_without_a_network_is_answered_and_the_answer_arrives(
    anna: SyncedDesk, lena: SyncedDesk
) -> None:
    anna.sync()
    topic = anna.do(feedback.tell, NewFeedback("BoilerCare", "It is too loud."))
    anna.sync()
    lena.sync()
    lena.do(feedback.answer, topic, "The next one is quieter.")
    lena.sync()
    anna.sync()
    (answer,) = anna.do(feedback.unread, ())
    assert (answer.words, answer.by) == ("The next one is quieter.", "Lena")
    assert lena.do(feedback.unread, ()) == ()
