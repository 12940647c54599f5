"""Working on complaints: taking steps, issues, and where each stands with what this desk has not sent yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.cases.deadlines import Deadline, History, RuleBook, next_of
from crmdesk.domain.cases.events import OF_CLOCKS
from crmdesk.domain.cases.lifecycle import NotAllowed, Other, Standing, after
from crmdesk.domain.cases.redress import Sums, granted, sums_of
from crmdesk.domain.cases.steps import STEP_WORDS, Step, StepKind, details_of
from crmdesk.domain.complaints import ComplaintState, Finding, Outcome, is_causeless, is_left_out
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import mark, tr
from crmdesk.domain.merge3 import merge3
from crmdesk.domain.quick import dataclass
from crmdesk.domain.values import known
from crmdesk.models.complaint import Complaint, ComplaintIssue, ComplaintStep
from crmdesk.models.limits import check_length
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import case_steps
from crmdesk.services.case_steps import ID_SETS, KeptStep, counted, steps_of, waiting
from crmdesk.services.given import line_of, redress_of

_KINDS = {kind.value: kind for kind in StepKind}
_NO_LONGER_HERE = mark("This complaint is no longer on this computer.")


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint with its issues in no order, its steps in order, as they are kept and what each says (``told``), and
    where it stands with them; ``unsent`` are the ids of the steps that the server has not taken yet."""

    row: Complaint
    issues: tuple[ComplaintIssue, ...]
    steps: tuple[KeptStep, ...]
    told: tuple[Step, ...]
    standing: Standing
    unsent: frozenset[UUID]

    @property
    def history(self) -> History:
        """Return what its deadlines depend on."""
        return History(
            regime=self.row.regime,
            product=self.row.product,
            received_at=self.row.received_at,
            received_zone=self.row.received_zone,
            steps=self.told,
            state=self.standing.state,
        )


def step_of(row: KeptStep) -> Step:
    """Return what a kept step says."""
    return Step(_KINDS.get(row.kind, StepKind.NOTED), row.by_id, row.counts_at, details_of(row.details))


def row_of(uow: UnitOfWork, complaint_id: UUID) -> Complaint:
    """Return a complaint as it is kept; raises Refused when this desk does not hold it any more."""
    row = uow.session.get(Complaint, complaint_id)
    if row is None:
        raise Refused(tr(_NO_LONGER_HERE))
    return row


def case(uow: UnitOfWork, book: RuleBook, complaint_id: UUID) -> Case:
    """Return one complaint; raises Refused when this desk does not hold it any more."""
    return cases(uow, book, [row_of(uow, complaint_id)])[0]


def cases(uow: UnitOfWork, book: RuleBook, rows: Sequence[Complaint], *, whole: bool = True) -> tuple[Case, ...]:
    """Return complaints with their steps and where they stand, in the same order.

    Where many are listed (``whole`` is False), only those are read whole of which a step is unsent and has to be
    judged; of the others, the steps on which deadlines depend.
    """
    ids = [row.id for row in rows]
    steps = steps_of(uow, ComplaintStep, ids, None if whole else OF_CLOCKS)
    unsent = {step.id: step.case_id for found in steps.values() for step in found if step.ver == 0}
    waits = waiting(uow, ComplaintStep, list(unsent))
    judged = frozenset(ids if whole else unsent.values())
    if not whole:
        steps.update(steps_of(uow, ComplaintStep, list(judged)))
    issues = _of_each(uow, ComplaintIssue, list(judged))
    redress = redress_of(uow, [row.id for row in rows if row.id in judged and row.state in _ASK_WHAT_IS_GIVEN])
    put_down = {id_: sums_of(map(line_of, lines)) for id_, lines in redress.items()}
    return tuple(_case(book, row, steps[row.id], issues[row.id], waits, put_down.get(row.id, {})) for row in rows)


_ASK_WHAT_IS_GIVEN = frozenset(
    state.value
    for state in (
        *(ComplaintState.REGISTERED, ComplaintState.TRIAGED),
        *(ComplaintState.INVESTIGATING, ComplaintState.DECISION_DRAFTED, ComplaintState.APPROVED),
    )
)
"""Where a complaint stands, as the server has it, when a step may come that asks what was put down."""


def _of_each(uow: UnitOfWork, model: type[Any], ids: Sequence[UUID]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for first in range(0, len(ids), ID_SETS):
        some = ids[first : first + ID_SETS]
        for row in uow.session.scalars(select(model).where(model.complaint_id.in_(some))):
            found[row.complaint_id].append(row)
    return found


def there(issues: Iterable[ComplaintIssue]) -> list[ComplaintIssue]:
    """Return the issues that were not taken away, or that somebody answered meanwhile."""
    return [one for one in issues if not is_left_out(one.removed, one.finding, one.answer)]


def _case(
    book: RuleBook,
    row: Complaint,
    steps: Collection[KeptStep],
    issues: Collection[ComplaintIssue],
    waits: frozenset[UUID],
    put_down: Sums,
) -> Case:
    kept = counted(steps, waits)
    told = tuple(map(step_of, kept))
    standing = Standing(
        state=known(ComplaintState, row.state, ComplaintState.REGISTERED),
        received_at=row.received_at,
        stage=row.stage,
        outcome=row.outcome,
        owner=row.assigned_to,
        regime=row.regime,
        vulnerable=bool(row.vulnerability),
        open_issues=sum(not (one.finding and one.answer.strip()) for one in there(issues)),
        causeless=sum(is_causeless(one.finding, one.cause) for one in there(issues)),
        decided_by=row.decided_by,
        first_handler=row.first_handler,
        redress_minor=row.redress_minor,
        currency=row.currency,
        put_down=put_down,
        granted=granted(step for step, one in zip(told, kept, strict=True) if one.ver > 0),
        second_person=row.second_person,
        letter=row.letter,
        acknowledged_at=row.acknowledged_at,
        answered_at=row.answered_at,
        closed_at=row.closed_at,
        moved_at=row.moved_at,
        reference=row.reference,
    )
    unsent = [one for one in kept if one.ver == 0]
    for one in unsent:
        try:
            standing = after(standing, step_of(one), book.limits(_received(row), one.at))
        except NotAllowed:
            continue  # a colleague was first: the server says so when it hears of this step
    return Case(row, tuple(issues), tuple(kept), told, standing, frozenset(one.id for one in unsent))


def _received(row: Complaint) -> History:
    return History(row.regime, row.product, row.received_at, row.received_zone)


# Deadlines -----------------------------------------------------------------------------------------------------------


def next_deadlines(uow: UnitOfWork, book: RuleBook, ids: Sequence[UUID]) -> dict[UUID, Deadline]:
    """Return the next deadline of each complaint that has one."""
    rows = uow.session.scalars(select(Complaint).where(Complaint.id.in_(list(ids)[:ID_SETS]))).all()
    now = uow.clock.now()
    found = ((one.row.id, next_of(book.deadlines(one.history, now))) for one in cases(uow, book, rows, whole=False))
    return {id_: deadline for id_, deadline in found if deadline is not None}


# Steps ---------------------------------------------------------------------------------------------------------------


def take(uow: UnitOfWork, book: RuleBook, complaint_id: UUID, kind: StepKind, details: Mapping[str, Any]) -> UUID:
    """Take a step and return its id; the server decides when it hears of it.

    Raises NotAllowed where the life cycle does not let it follow, Refused when the complaint is not here any more.
    """
    here = case(uow, book, complaint_id)
    if uow.actor is None:
        raise Refused(tr("Nobody is signed in."), tr("Sign in first."))
    step = Step(kind, uow.actor, uow.clock.now(), details)
    limits = book.limits(here.history, step.at)
    if kind is StepKind.DUPLICATE:
        limits = replace(limits, other=_other(uow, details))
    after(here.standing, step, limits)
    return add_step(uow, here.row, here.steps, step)


def _other(uow: UnitOfWork, details: Mapping[str, Any]) -> Other:
    """Return how the complaint stands that a step names, as far as this desk knows."""
    named = str(details.get("of", "")).strip()
    outcome = uow.session.scalar(select(Complaint.outcome).where(Complaint.reference.in_([named, named.upper()])))
    if outcome is None:
        return Other.NOT_KNOWN
    return Other.DUPLICATE if outcome == Outcome.DUPLICATE else Other.STANDS


def add_step(uow: UnitOfWork, row: Complaint, before: Sequence[KeptStep], step: Step) -> UUID:
    """Write a step after those that are there and return its id."""
    title = (tr(STEP_WORDS[step.kind]), row.reference)
    return case_steps.add_step(uow, ComplaintStep, row.id, before, step, title)


# Whose it is, and by which rules ------------------------------------------------------------------------------------


def claim(uow: UnitOfWork, complaint_id: UUID) -> None:
    """Take a complaint on, unconfirmed until the server answers; raises Refused when somebody has it already."""
    row = row_of(uow, complaint_id)
    if row.assigned_to is not None and row.assigned_to != uow.actor:
        raise Refused(_taken(uow, row), tr("Choose another one."))
    uow.update(row, tr("Complaint claimed, {reference}", reference=row.reference), assigned_to=uow.actor)


def give_back(uow: UnitOfWork, complaint_id: UUID) -> None:
    """Let others take it on; raises Refused when it is somebody else's."""
    row = row_of(uow, complaint_id)
    if row.assigned_to != uow.actor:
        raise Refused(_taken(uow, row), tr("Only they can give it back."))
    uow.update(row, tr("Complaint given back, {reference}", reference=row.reference), assigned_to=None)


def _taken(uow: UnitOfWork, row: Complaint) -> str:
    name = uow.session.scalar(select(Agent.display_name).where(Agent.id == row.assigned_to))
    return tr("{name} has taken this complaint on.", name=name or tr("Somebody"))


def set_regime(uow: UnitOfWork, complaint_id: UUID, regime: str) -> None:
    """Choose which rules apply; raises Refused when it is not here any more."""
    row = row_of(uow, complaint_id)
    uow.update(row, tr("Rules, {reference}", reference=row.reference), regime=regime)


# Issues --------------------------------------------------------------------------------------------------------------


def add_issue(uow: UnitOfWork, complaint_id: UUID, words: str, category: str = "") -> UUID:
    """Add an issue and return its id; raises UserMistake at ``words`` where there are none."""
    row = row_of(uow, complaint_id)
    if not words.strip():
        raise UserMistake("words", tr("The issue has no words."), tr("Write in one line what went wrong."))
    check_length("words", words, ComplaintIssue.words)
    there = _of_each(uow, ComplaintIssue, [row.id])[row.id]
    made = ComplaintIssue(
        id=new_id(),
        complaint_id=row.id,
        position=min(100, max((one.position for one in there), default=0) + 1),
        words=words.strip(),
        category=category,
    )
    uow.insert(made, tr("Issue, {reference}", reference=row.reference))
    return made.id


def issue_of(uow: UnitOfWork, issue_id: UUID) -> ComplaintIssue:
    """Return an issue as it is kept; raises Refused when this desk does not hold it any more."""
    row = uow.session.get(ComplaintIssue, issue_id)
    if row is None:
        raise Refused(tr("This issue is no longer on this computer."))
    return row


def answer_issue(
    uow: UnitOfWork,
    issue_id: UUID,
    finding: Finding | None,
    answer: str,
    seen: str | None = None,
    cause: str | None = None,
) -> None:
    """Say what was found of an issue, what is answered and, where it is given, the code of its root cause; where
    ``seen`` stood there when it was begun and others wrote since, both are kept. Raises Refused when it is not here any
    more."""
    row = issue_of(uow, issue_id)
    if seen is not None and row.answer != seen:
        answer = merge3(seen, answer, row.answer).text()
    check_length("answer", answer, ComplaintIssue.answer)
    complaint = row_of(uow, row.complaint_id)
    title = tr("Issue, {reference}", reference=complaint.reference)
    named = {} if cause is None else {"cause": cause}
    uow.update(row, title, finding="" if finding is None else finding.value, answer=answer, **named)


def remove_issue(uow: UnitOfWork, issue_id: UUID) -> None:
    """Take an issue away; raises Refused when it is not here any more, or was answered."""
    row = issue_of(uow, issue_id)
    if row.finding or row.answer.strip():
        raise Refused(tr("This issue was answered already."), tr("Take its finding and its answer back first."))
    complaint = row_of(uow, row.complaint_id)
    uow.update(row, tr("Issue, {reference}", reference=complaint.reference), removed=True)
