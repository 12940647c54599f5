"""Call scripts on the desk: which there are, where a run stands, and each answer stored as it is given."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.errors import Refused
from crmdesk.domain.ids import new_id
from crmdesk.domain.knowledge.edition import EditionState, ScriptLine
from crmdesk.domain.knowledge.script import Answered, Given, Run, answer_words, answered, read_script, standing
from crmdesk.domain.knowledge.script import Script as Guide
from crmdesk.domain.language import tr
from crmdesk.models.interaction import Interaction
from crmdesk.models.knowledge import Script, ScriptAnswer
from crmdesk.models.limits import check_length
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.knowledge import newest_version


def scripts(uow: UnitOfWork) -> tuple[ScriptLine, ...]:
    """Return the newest versions that were not withdrawn, by title."""
    newest = newest_version(Script).subquery()
    query = select(Script).join(newest, (newest.c.code == Script.code) & (newest.c.version == Script.version))
    rows = uow.session.scalars(query.where(Script.state == EditionState.PUBLISHED.value).order_by(Script.title))
    return tuple(ScriptLine(row.edition, row.title, row.queue) for row in rows)


def for_queue(uow: UnitOfWork, queue: str) -> ScriptLine | None:
    """Return the script that belongs to a queue, by its name on the phone system."""
    return next((line for line in scripts(uow) if line.queue and line.queue == queue), None) if queue else None


def begin(uow: UnitOfWork, edition: str) -> Run:
    """Return a script at its first step; raises Refused when this edition is not here."""
    script = _guide(uow, edition)
    return Run(None, script, standing(script.start, ()))


def under_way(uow: UnitOfWork, interaction_id: UUID) -> Run | None:
    """Return the run of a call that was left half way, the latest if there are several; None where all ended.

    A run goes on by the edition with which it began, whatever was published since.
    """
    runs: dict[UUID, list[Answered]] = {}
    for answer in _answers(uow, interaction_id):
        runs.setdefault(answer.run_id, []).append(answer)
    for run_id, answers in reversed(runs.items()):
        run = _standing(uow, run_id, answers)
        if run is not None:
            return run
    return None


def followed(uow: UnitOfWork, interaction_id: UUID) -> frozenset[str]:
    """Return the editions that were followed in a call, to their end or not."""
    query = select(ScriptAnswer.script).where(ScriptAnswer.interaction_id == interaction_id).distinct()
    return frozenset(uow.session.scalars(query))


def answer(uow: UnitOfWork, given: Given) -> Run:
    """Store an answer and return where the run stands now.

    Raises UserMistake for an answer that the step does not take, Refused when the call is not on this computer.
    """
    call = uow.session.get(Interaction, given.interaction_id)
    step = given.script.step(given.step)
    if call is None:
        raise Refused(tr("This call is not on this computer."), tr("Wait until it has been received, then try again."))
    if step is None:
        raise Refused(tr("The script has ended."), tr("Start it again."))
    way = answered(step, given.number, given.typed)
    check_length("answer", way.words, ScriptAnswer.answer)
    row_id = new_id()
    row = ScriptAnswer(
        id=row_id,
        interaction_id=call.id,
        customer_id=call.customer_id,
        run_id=given.run_id or row_id,
        script=given.script.edition,
        title=given.script.title,
        step=step.id,
        question=step.ask,
        answer=way.words,
        leads_to=way.then,
        author_id=uow.actor,
        answered_at=uow.clock.now(),
    )
    uow.insert(row, tr("Script, {title}", title=given.script.title))
    answers = [one for one in _answers(uow, call.id) if one.run_id == row.run_id]
    return Run(row.run_id, given.script, standing(given.script.start, answers))


def _guide(uow: UnitOfWork, edition: str) -> Guide:
    row = uow.session.scalar(select(Script).where(Script.edition == edition))
    if row is None:
        raise Refused(tr("This script is not on this computer."), tr("It arrives with the next sync."))
    return read_script(row.edition, row.title, row.body)


def _standing(uow: UnitOfWork, run_id: UUID, answers: Sequence[Answered]) -> Run | None:
    row = uow.session.scalar(select(Script).where(Script.edition == answers[0].script))
    if row is None:
        return None
    script = read_script(row.edition, row.title, row.body)
    where = standing(script.start, answers)
    step = script.step(where.step)
    return Run(run_id, script, where) if step is not None and step.ways else None


def _answers(uow: UnitOfWork, interaction_id: UUID) -> list[Answered]:
    query = (
        select(ScriptAnswer, Agent.display_name)
        .outerjoin(Agent, Agent.id == ScriptAnswer.author_id)
        .where(ScriptAnswer.interaction_id == interaction_id)
        .order_by(ScriptAnswer.answered_at, ScriptAnswer.id)
    )
    return [view_of(row, who or "") for row, who in uow.session.execute(query)]


def view_of(row: ScriptAnswer, who: str) -> Answered:
    """Return an answer as the desk shows it."""
    return Answered(
        row.id,
        row.run_id,
        row.script,
        row.title,
        row.step,
        row.question,
        answer_words(row.answer),
        row.leads_to,
        row.answered_at,
        who,
    )
