"""Corrective actions on the desk: begun, changed, done with what shows it, dropped; listed with what the server
found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import mark, tr
from crmdesk.domain.learning.actions import (
    MOST_CHECK_DAYS,
    ActionState,
    ActionView,
    Concern,
    NewAction,
)
from crmdesk.domain.learning.causes import Tree
from crmdesk.domain.learning.effect import Effect, Verdict
from crmdesk.domain.merge3 import merge3
from crmdesk.domain.people import Role
from crmdesk.domain.values import known, known_or_none, plain
from crmdesk.models.learning import CorrectiveAction
from crmdesk.models.limits import check_length
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.causes import check_chosen

MOST_LISTED = 500
_TITLE = mark("Corrective action, {product}")
_LEADING = (Role.SUPERVISOR.value, Role.ADMINISTRATOR.value)


def begin(uow: UnitOfWork, tree: Tree, new: NewAction) -> UUID:
    """Begin an action and return its id; raises UserMistake at the field that is wrong, Refused for somebody who does
    not lead."""
    _check_leads(uow)
    _check(new)
    check_chosen(tree, new.concern.cause, "")
    if new.due_on < uow.clock.now().date() - timedelta(days=1):
        raise UserMistake("due_on", tr("This day is over."), tr("Choose a later one."))
    row = CorrectiveAction(id=new_id(), made_by=uow.actor, made_at=uow.clock.now(), **_told(new))
    uow.insert(row, tr(_TITLE, product=row.product))
    return row.id


def change(uow: UnitOfWork, tree: Tree, action_id: UUID, new: NewAction) -> UUID:
    """Change what an action says and return its id; raises as ``begin`` does, and Refused when it is not here."""
    _check_leads(uow)
    row = _here(uow, action_id)
    _check(new)
    check_chosen(tree, new.concern.cause, row.cause)
    uow.update(row, tr(_TITLE, product=row.product), **_told(new))
    return row.id


def done(uow: UnitOfWork, action_id: UUID, evidence: str, seen: str | None = None) -> UUID:
    """Say that an action was done now, and what shows it, and return its id; what others wrote since ``seen`` stays.

    Raises Refused for somebody who neither owns it nor leads, and for one that is not open.
    """
    row = _mine(uow, action_id)
    if row.state != ActionState.OPEN:
        raise Refused(tr("This action is no longer open."), tr("Open it again first."))
    words = _joined(row, evidence, seen)
    told = {"state": ActionState.DONE.value, "done_at": uow.clock.now(), "done_by": uow.actor, "evidence": words}
    uow.update(row, tr(_TITLE, product=row.product), **told)
    return row.id


def write_evidence(uow: UnitOfWork, action_id: UUID, evidence: str, seen: str | None = None) -> UUID:
    """Write what shows that an action was done; what others wrote since ``seen`` stays. Raises as ``done`` does."""
    row = _mine(uow, action_id)
    uow.update(row, tr(_TITLE, product=row.product), evidence=_joined(row, evidence, seen))
    return row.id


def drop(uow: UnitOfWork, action_id: UUID) -> None:
    """Give an open action up; raises as ``done`` does."""
    row = _mine(uow, action_id)
    if row.state != ActionState.OPEN:
        raise Refused(tr("This action is no longer open."), tr("Open it again first."))
    uow.update(row, tr(_TITLE, product=row.product), state=ActionState.DROPPED.value)


def reopen(uow: UnitOfWork, action_id: UUID) -> None:
    """Let an action be open again; nothing for one that is. Its effect is looked at anew once it is done again."""
    row = _mine(uow, action_id)
    told = {"state": ActionState.OPEN.value, "done_at": None, "done_by": None}
    uow.update(row, tr(_TITLE, product=row.product), **told)


def listed(uow: UnitOfWork, tree: Tree) -> tuple[ActionView, ...]:
    """Return the actions: open ones by the day they are due, then the others, the latest first."""
    open_ = select(CorrectiveAction).where(CorrectiveAction.state == ActionState.OPEN.value)
    rest = select(CorrectiveAction).where(CorrectiveAction.state != ActionState.OPEN.value)
    first = uow.session.scalars(open_.order_by(CorrectiveAction.due_on, CorrectiveAction.id).limit(MOST_LISTED)).all()
    done_at = CorrectiveAction.done_at.desc()
    others = uow.session.scalars(rest.order_by(done_at, CorrectiveAction.id.desc()).limit(MOST_LISTED)).all()
    return _views(uow, tree, [*first, *others])


def one(uow: UnitOfWork, tree: Tree, action_id: UUID) -> ActionView:
    """Return one action; raises Refused when it is not here any more."""
    return _views(uow, tree, [_here(uow, action_id)])[0]


def concern_of(row: CorrectiveAction) -> Concern:
    """Return which complaints an action is about."""
    return Concern(row.product, row.category, row.cause, row.lot, row.area)


def _views(uow: UnitOfWork, tree: Tree, rows: Sequence[CorrectiveAction]) -> tuple[ActionView, ...]:
    people = {one for row in rows for one in (row.owner_id, row.made_by)} - {None}
    names = dict(uow.session.execute(select(Agent.id, Agent.display_name).where(Agent.id.in_(people))).all())
    queued = select(Outbox.row_id).where(
        Outbox.entity == CorrectiveAction.__tablename__, Outbox.state != OutboxState.ACKED.value
    )
    unsent = frozenset(uow.session.scalars(queued))
    return tuple(
        ActionView(
            id=row.id,
            words=row.words,
            concern=concern_of(row),
            cause_path=tree.path(row.cause) if row.cause else "",
            owner_id=row.owner_id,
            owner=names.get(row.owner_id, "") if row.owner_id else "",
            mine=row.owner_id is not None and row.owner_id == uow.actor,
            due_on=row.due_on,
            check_days=row.check_days,
            state=known(ActionState, row.state, ActionState.OPEN),
            done_at=row.done_at,
            evidence=row.evidence,
            made_by=names.get(row.made_by, "") if row.made_by else "",
            made_at=row.made_at,
            check_at=None if row.done_at is None else row.done_at + timedelta(days=row.check_days),
            effect=_effect(row),
            unsent=row.id in unsent,
        )
        for row in rows
    )


def _effect(row: CorrectiveAction) -> Effect | None:
    verdict = known_or_none(Verdict, row.effect)
    if verdict is None or row.done_at is None or row.checked_at is None or row.checked_at < row.done_at:
        return None  # none yet, or what was found when it had been done before
    return Effect(row.before_count or 0, row.after_count or 0, verdict, row.chance or 0.0, row.unknown_after or 0)


def _joined(row: CorrectiveAction, evidence: str, seen: str | None) -> str:
    if seen is not None and row.evidence != seen:
        evidence = merge3(seen, evidence, row.evidence).text()
    check_length("evidence", evidence, CorrectiveAction.evidence)
    return evidence.strip()


def _told(new: NewAction) -> dict[str, object]:
    about = new.concern
    return {
        "words": new.words.strip(),
        "product": plain(about.product).strip(),
        "category": about.category,
        "cause": about.cause,
        "lot": plain(about.lot).strip(),
        "area": plain(about.area).strip(),
        "owner_id": new.owner_id,
        "due_on": new.due_on,
        "check_days": new.check_days,
    }


def _check(new: NewAction) -> None:
    if not new.words.strip():
        raise UserMistake("words", tr("Nothing is to be done."), tr("Write in one line what is to be done."))
    check_length("words", new.words.strip(), CorrectiveAction.words)
    if not new.concern.product.strip():
        raise UserMistake("product", tr("No product is named."), tr("Name what the complaints are about."))
    if new.owner_id is None:
        raise UserMistake("owner", tr("Nobody is to do it."), tr("Choose who does it."))
    if not 1 <= new.check_days <= MOST_CHECK_DAYS:
        what = tr("Its effect cannot be looked at after {n} days.", n=new.check_days)
        raise UserMistake("check_days", what, tr("Give 1 to {most} days.", most=MOST_CHECK_DAYS))


def _here(uow: UnitOfWork, action_id: UUID) -> CorrectiveAction:
    row = uow.session.get(CorrectiveAction, action_id)
    if row is None:
        raise Refused(tr("This action is no longer on this computer."))
    return row


def _mine(uow: UnitOfWork, action_id: UUID) -> CorrectiveAction:
    row = _here(uow, action_id)
    if row.owner_id != uow.actor and not _leads(uow):
        raise Refused(tr("Only who does it or a supervisor can say so."), tr("Ask one of them."))
    return row


def _leads(uow: UnitOfWork) -> bool:
    return uow.session.scalar(select(Agent.role).where(Agent.id == uow.actor)) in _LEADING


def _check_leads(uow: UnitOfWork) -> None:
    if not _leads(uow):
        raise Refused(tr("Only a supervisor or an administrator can begin an action."), tr("Ask one of them."))
