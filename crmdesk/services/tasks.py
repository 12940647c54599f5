"""Promises and follow-ups: made, claimed, handed on, put off, finished with what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import mark, tr
from crmdesk.domain.tasks import NewTask, TaskKind, TaskState, TaskView
from crmdesk.domain.values import known
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Interaction
from crmdesk.models.limits import check_length
from crmdesk.models.people import Agent
from crmdesk.models.request import Request
from crmdesk.models.task import Task
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import drafts
from crmdesk.services.merging import whole
from crmdesk.services.owning import Deed, Owning, Refusals, Standing, check_zone, customer_names

_OPEN = TaskState.OPEN.value
_NOUNS = {TaskKind.PROMISE: mark("Promise"), TaskKind.FOLLOW_UP: mark("Follow-up")}


def make(uow: UnitOfWork, new: NewTask, draft: UUID | None = None) -> UUID:
    """Make a task and return its id; what was typed of it, a draft about the subject ``draft``, goes with that.

    Raises UserMistake at the field that is wrong: no words, nobody and nothing that it is about, no such time zone, a
    time that is over, or more words than the server takes.
    """
    words = new.words.strip()
    if not words:
        raise UserMistake("words", tr("Nothing is promised yet."), tr("Write what will be done, and when."))
    check_length("words", words, Task.words)
    if new.customer_id is None and new.interaction_id is None:
        raise UserMistake(
            "customer_id", tr("There is nobody whom it is for."), tr("Open the customer or the call first.")
        )
    check_zone(new.due_zone)
    if new.due_at <= uow.clock.now():
        raise UserMistake("due_at", tr("This time is over."), tr("Choose a later one."))
    task = Task(
        id=new_id(),
        kind=new.kind.value,
        words=words,
        customer_id=new.customer_id,
        interaction_id=new.interaction_id,
        complaint_id=new.complaint_id or _filed_in(uow, new.interaction_id),
        request_id=new.request_id or _requested_in(uow, new.interaction_id),
        made_by=uow.actor,
        made_at=uow.clock.now(),
        queue=new.queue,
        due_at=new.due_at,
        due_zone=new.due_zone,
        state=_OPEN,
        assigned_to=uow.actor if new.mine else None,
        result="",
    )
    uow.insert(task, _titled(uow, tr(_NOUNS[new.kind]), task))
    if draft is not None:
        drafts.discard(uow, drafts.PROMISE, draft)
    return task.id


def _filed_in(uow: UnitOfWork, interaction_id: UUID | None) -> UUID | None:
    """Return the complaint that was registered in the same contact, the latest of several."""
    if interaction_id is None:
        return None
    filed = select(Complaint.id).where(Complaint.interaction_id == interaction_id)
    return uow.session.scalar(filed.order_by(Complaint.received_at.desc()).limit(1))


def _requested_in(uow: UnitOfWork, interaction_id: UUID | None) -> UUID | None:
    """Return the request that was registered in the same contact, the latest of several."""
    if interaction_id is None:
        return None
    made = select(Request.id).where(Request.interaction_id == interaction_id)
    return uow.session.scalar(made.order_by(Request.received_at.desc()).limit(1))


def claim(uow: UnitOfWork, task_id: UUID) -> None:
    """Take a task on, unconfirmed until the server answers; raises Refused when somebody has it already."""
    OWNING.claim(uow, task_id)


def give_back(uow: UnitOfWork, task_id: UUID) -> None:
    """Let others take it on; raises Refused when it is somebody else's."""
    OWNING.give_back(uow, task_id)


def hand_over(uow: UnitOfWork, task_id: UUID, colleague: UUID) -> None:
    """Ask a colleague to take it on; raises Refused when it is somebody else's."""
    OWNING.hand_over(uow, task_id, colleague)


def snooze(uow: UnitOfWork, task_id: UUID, until: datetime) -> None:
    """Let it ask for attention again at an instant; raises as ``Owning.snooze``."""
    OWNING.snooze(uow, task_id, until)


def wake(uow: UnitOfWork, task_id: UUID) -> None:
    """Let it ask for attention now; raises Refused when there is nothing left to do."""
    OWNING.wake(uow, task_id)


def seen(uow: UnitOfWork, task_id: UUID) -> None:
    """Forget that a claim of ours was not taken: the person has seen who was first."""
    OWNING.seen(uow, task_id)


def done(uow: UnitOfWork, task_id: UUID, result: str = "") -> None:
    """Say that it was done, and what came of it; raises Refused when it was finished already."""
    _close(uow, task_id, TaskState.DONE, result)


def cancel(uow: UnitOfWork, task_id: UUID, result: str = "") -> None:
    """Say that it need not be done any more, and why; raises Refused when it was finished already."""
    _close(uow, task_id, TaskState.CANCELLED, result)


def move(uow: UnitOfWork, task_id: UUID, due_at: datetime, due_zone: str) -> None:
    """Agree another time; raises Refused when it was finished already, UserMistake for a time that is over."""
    row = OWNING.open_one(uow, task_id)
    check_zone(due_zone)
    if due_at <= uow.clock.now():
        raise UserMistake("due_at", tr("This time is over."), tr("Choose a later one."))
    uow.update(row, _title(uow, Deed.MOVED, row), due_at=due_at, due_zone=due_zone, snoozed_until=None)


def reopen(uow: UnitOfWork, task_id: UUID) -> None:
    """Take back that a task was finished; does nothing for one that is open."""
    row = uow.session.get(Task, task_id)
    if row is not None and row.state != _OPEN:
        title = _title(uow, Deed.REOPENED, row)
        uow.update(row, title, state=_OPEN, closed_at=None, closed_by=None, result="")


def due(uow: UnitOfWork, until: datetime | None = None, limit: int = 200) -> tuple[TaskView, ...]:
    """Return the open tasks, the most urgent first; those due by ``until`` where it is given."""
    return _views(uow, OWNING.due(uow, until, limit))


def of_customer(uow: UnitOfWork, customer_id: UUID) -> tuple[TaskView, ...]:
    """Return the open tasks for one customer, the most urgent first, also those of a duplicate that was merged."""
    return _listed(uow, [Task.customer_id.in_(whole(uow, customer_id)), Task.state == _OPEN])


def of_contact(uow: UnitOfWork, contact_id: UUID) -> tuple[TaskView, ...]:
    """Return the open tasks that were made in one contact, the most urgent first."""
    return _listed(uow, [Task.interaction_id == contact_id, Task.state == _OPEN])


def kept_since(uow: UnitOfWork, customer_id: UUID, since: datetime) -> tuple[TaskView, ...]:
    """Return what was promised to a customer and done since an instant, the latest first."""
    mine = Task.customer_id.in_(whole(uow, customer_id))
    done_since = [mine, Task.state == TaskState.DONE.value, Task.closed_at >= since]
    return tuple(sorted(_listed(uow, done_since), key=_closed, reverse=True))


def _closed(view: TaskView) -> datetime:
    assert view.closed_at is not None
    return view.closed_at


def one(uow: UnitOfWork, task_id: UUID) -> TaskView | None:
    """Return one task, None if this desk does not hold it."""
    row = uow.session.get(Task, task_id)
    return None if row is None else _views(uow, [row])[0]


def finished(uow: UnitOfWork, since: datetime, limit: int = 200) -> tuple[TaskView, ...]:
    """Return what this person finished since an instant, the latest first."""
    mine = or_(Task.closed_by == uow.actor, Task.assigned_to == uow.actor)
    rows = _listed(uow, [Task.state != _OPEN, Task.closed_at >= since, mine], limit)
    return tuple(sorted(rows, key=_closed, reverse=True))


def _listed(uow: UnitOfWork, wanted: Sequence[ColumnElement[bool]], limit: int = 200) -> tuple[TaskView, ...]:
    query = select(Task).where(*wanted).order_by(Task.due_at, Task.id).limit(limit)
    return _views(uow, uow.session.scalars(query).all())


def _close(uow: UnitOfWork, task_id: UUID, state: TaskState, result: str) -> None:
    row = OWNING.open_one(uow, task_id)
    check_length("result", result.strip(), Task.result)
    deed = Deed.DONE if state is TaskState.DONE else Deed.CANCELLED
    told = {"closed_at": uow.clock.now(), "closed_by": uow.actor, "result": result.strip()}
    uow.update(row, _title(uow, deed, row), state=state.value, **told)


def _views(uow: UnitOfWork, rows: Sequence[Task]) -> tuple[TaskView, ...]:
    standings = OWNING.standings(uow, rows)
    customers = customer_names(uow, (row.customer_id for row in rows))
    people = {one for row in rows for one in (row.made_by, row.closed_by)} - {None}
    agents = dict(uow.session.execute(select(Agent.id, Agent.display_name).where(Agent.id.in_(people))).all())
    calls = {row.interaction_id for row in rows} - {None}
    numbers = dict(uow.session.execute(select(Interaction.id, Interaction.e164).where(Interaction.id.in_(calls))).all())
    cases = {row.complaint_id for row in rows} - {None}
    named = dict(uow.session.execute(select(Complaint.id, Complaint.reference).where(Complaint.id.in_(cases))).all())
    wanted = {row.request_id for row in rows} - {None}
    asked = dict(uow.session.execute(select(Request.id, Request.reference).where(Request.id.in_(wanted))).all())
    references = named | asked
    return tuple(_view(row, standings[row.id], customers, agents, numbers, references) for row in rows)


def _view(
    row: Task,
    standing: Standing,
    customers: dict[UUID, str],
    agents: dict[UUID, str],
    numbers: dict[UUID, str | None],
    references: Mapping[UUID, str],
) -> TaskView:
    return TaskView(
        id=row.id,
        kind=known(TaskKind, row.kind, TaskKind.FOLLOW_UP),
        words=row.words,
        customer_id=row.customer_id,
        customer_name=customers.get(row.customer_id, "") if row.customer_id else "",
        interaction_id=row.interaction_id,
        complaint_id=row.complaint_id,
        request_id=row.request_id,
        reference=_reference(row, references),
        number=numbers.get(row.interaction_id) if row.interaction_id else None,
        queue=row.queue,
        due_at=row.due_at,
        due_zone=row.due_zone,
        state=known(TaskState, row.state, TaskState.OPEN),
        made_by=agents.get(row.made_by, "") if row.made_by else "",
        made_at=row.made_at,
        owner_id=row.assigned_to,
        owner=standing.owner,
        mine=standing.mine,
        unconfirmed=standing.unconfirmed,
        lost=standing.lost,
        offered_to=standing.offered_to,
        for_me=standing.for_me,
        snoozed_until=row.snoozed_until,
        closed_by=agents.get(row.closed_by, "") if row.closed_by else "",
        closed_at=row.closed_at,
        result=row.result,
        unsent=standing.unsent,
    )


def _reference(row: Task, references: Mapping[UUID, str]) -> str:
    """Return the reference of the case that a task is about, empty where it is about none."""
    cases = (id_ for id_ in (row.complaint_id, row.request_id) if id_ is not None)
    return next((references[id_] for id_ in cases if id_ in references), "")


def _titled(uow: UnitOfWork, what: str, row: Task) -> str:
    customer = uow.session.get(Customer, row.customer_id) if row.customer_id else None
    return tr("{what}, {name}", what=what, name=customer.name) if customer else what


def _title(uow: UnitOfWork, deed: Deed, row: Task, name: str = "") -> str:
    return _titled(uow, tr(_DEEDS[known(TaskKind, row.kind, TaskKind.FOLLOW_UP), deed], name=name), row)


_DEEDS = {
    (TaskKind.PROMISE, Deed.CLAIMED): mark("Promise claimed"),
    (TaskKind.PROMISE, Deed.GIVEN_BACK): mark("Promise given back"),
    (TaskKind.PROMISE, Deed.HANDED): mark("Promise handed to {name}"),
    (TaskKind.PROMISE, Deed.SNOOZED): mark("Promise snoozed"),
    (TaskKind.PROMISE, Deed.WOKEN): mark("Promise no longer snoozed"),
    (TaskKind.PROMISE, Deed.MOVED): mark("Promise moved"),
    (TaskKind.PROMISE, Deed.DONE): mark("Promise done"),
    (TaskKind.PROMISE, Deed.CANCELLED): mark("Promise cancelled"),
    (TaskKind.PROMISE, Deed.REOPENED): mark("Promise open again"),
    (TaskKind.FOLLOW_UP, Deed.CLAIMED): mark("Follow-up claimed"),
    (TaskKind.FOLLOW_UP, Deed.GIVEN_BACK): mark("Follow-up given back"),
    (TaskKind.FOLLOW_UP, Deed.HANDED): mark("Follow-up handed to {name}"),
    (TaskKind.FOLLOW_UP, Deed.SNOOZED): mark("Follow-up snoozed"),
    (TaskKind.FOLLOW_UP, Deed.WOKEN): mark("Follow-up no longer snoozed"),
    (TaskKind.FOLLOW_UP, Deed.MOVED): mark("Follow-up moved"),
    (TaskKind.FOLLOW_UP, Deed.DONE): mark("Follow-up done"),
    (TaskKind.FOLLOW_UP, Deed.CANCELLED): mark("Follow-up cancelled"),
    (TaskKind.FOLLOW_UP, Deed.REOPENED): mark("Follow-up open again"),
}
OWNING = Owning(
    Task,
    Refusals(
        mark("This task is no longer on this computer."),
        mark("This task was finished already."),
        mark("{name} has taken this task on."),
    ),
    _title,
)
