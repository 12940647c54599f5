"""Feedback about products on the desk: told by anybody, answered by those who lead, read by who told it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import mark, tr
from crmdesk.domain.learning.feedback import Answer, NewFeedback, Topic, Unread, Voice, by_product
from crmdesk.domain.people import Role
from crmdesk.domain.radar.names import alike, product_name
from crmdesk.domain.values import plain
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import Customer
from crmdesk.models.learning import Feedback, FeedbackAnswer
from crmdesk.models.limits import check_length
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork

MOST_LISTED = 1_000
"""Lines that are looked through, the latest ones."""

_TITLE = mark("Feedback, {product}")
_LEADING = (Role.SUPERVISOR.value, Role.ADMINISTRATOR.value)


def tell(uow: UnitOfWork, new: NewFeedback) -> UUID:
    """Tell a line about a product and return its id; raises UserMistake at ``product`` or ``words``."""
    product, words = plain(new.product).strip(), new.words.strip()
    if not product:
        raise UserMistake("product", tr("No product is named."), tr("Choose or type which one it is about."))
    if not words:
        raise UserMistake("words", tr("Nothing is told yet."), tr("Write in a line what they should know."))
    check_length("words", words, Feedback.words)
    check_length("product", product, Feedback.product)
    id_ = new_id()
    row = Feedback(
        id=id_,
        topic_id=new.topic_id or id_,
        product=product,
        words=words,
        customer_id=new.customer_id,
        interaction_id=new.interaction_id,
        complaint_id=new.complaint_id,
        made_by=uow.actor,
        made_at=uow.clock.now(),
    )
    uow.insert(row, tr(_TITLE, product=product))
    return id_


def answer(uow: UnitOfWork, topic_id: UUID, words: str) -> UUID:
    """Answer a topic and return the answer's id; everybody who told a line of it gets it. Raises UserMistake at
    ``words``, Refused for somebody who does not lead and for a topic that is not here any more."""
    if uow.session.scalar(select(Agent.role).where(Agent.id == uow.actor)) not in _LEADING:
        raise Refused(tr("Only a supervisor or an administrator can answer this."), tr("Ask one of them."))
    product = uow.session.scalar(select(Feedback.product).where(Feedback.topic_id == topic_id).limit(1))
    if product is None:
        raise Refused(tr("This feedback is no longer on this computer."))
    if not words.strip():
        raise UserMistake("words", tr("The answer is empty."), tr("Write what they are to know."))
    check_length("words", words.strip(), FeedbackAnswer.words)
    row = FeedbackAnswer(id=new_id(), topic_id=topic_id, words=words.strip(), by_id=uow.actor, at=uow.clock.now())
    uow.insert(row, tr(_TITLE, product=product))
    return row.id


def topics(uow: UnitOfWork) -> tuple[Topic, ...]:
    """Return what was told, alike products together, those first in which something waits."""
    ids = select(Feedback.topic_id).order_by(Feedback.made_at.desc()).limit(MOST_LISTED)
    return by_product(_topics(uow, list(dict.fromkeys(uow.session.scalars(ids)))))


def about(uow: UnitOfWork, product: str) -> tuple[Topic, ...]:
    """Return the topics about a product, those first in which something waits: one may be joined."""
    wanted = alike(product_name(product))
    return tuple(one for one in topics(uow) if alike(product_name(one.product)) == wanted) if wanted else ()


def told_in(uow: UnitOfWork, complaint_id: UUID) -> tuple[Topic, ...]:
    """Return the topics of which a line was told about a complaint."""
    ids = select(Feedback.topic_id).where(Feedback.complaint_id == complaint_id).order_by(Feedback.made_at)
    return _topics(uow, list(dict.fromkeys(uow.session.scalars(ids))))


def answers_to(uow: UnitOfWork, topic_ids: Collection[UUID]) -> dict[UUID, list[Answer]]:
    """Return the answers of topics in their order."""
    query = (
        select(FeedbackAnswer, Agent.display_name)
        .outerjoin(Agent, Agent.id == FeedbackAnswer.by_id)
        .where(FeedbackAnswer.topic_id.in_(topic_ids))
        .order_by(FeedbackAnswer.at, FeedbackAnswer.id)
    )
    found: dict[UUID, list[Answer]] = defaultdict(list)
    for row, name in uow.session.execute(query):
        found[row.topic_id].append(Answer(row.id, row.words, name or "", row.at))
    return found


def unread(uow: UnitOfWork, seen: Collection[str]) -> tuple[Unread, ...]:
    """Return the answers to what this person told, the latest first, but those whose id is among ``seen``, and what
    they said themselves."""
    mine = select(Feedback.topic_id).where(Feedback.made_by == uow.actor)
    query = (
        select(FeedbackAnswer, Agent.display_name)
        .outerjoin(Agent, Agent.id == FeedbackAnswer.by_id)
        .where(FeedbackAnswer.topic_id.in_(mine), FeedbackAnswer.by_id.is_distinct_from(uow.actor))
        .order_by(FeedbackAnswer.at.desc())
    )
    rows = [(row, name) for row, name in uow.session.execute(query) if str(row.id) not in seen]
    named = select(Feedback.topic_id, Feedback.product).where(Feedback.topic_id.in_([row.topic_id for row, _ in rows]))
    products = dict(uow.session.execute(named).all())
    return tuple(Unread(row.id, products.get(row.topic_id, ""), row.words, name or "") for row, name in rows)


def product_of(uow: UnitOfWork, customer_id: UUID | None, complaint_id: UUID | None) -> str:
    """Return the product that a line is most likely about: the complaint's, else the one on the customer's card."""
    if complaint_id is not None:
        found = uow.session.scalar(select(Complaint.product).where(Complaint.id == complaint_id))
        if found:
            return product_name(found)
    if customer_id is not None:
        found = uow.session.scalar(select(Customer.product).where(Customer.id == customer_id))
        return product_name(found) if found else ""
    return ""


def _topics(uow: UnitOfWork, ids: Sequence[UUID]) -> tuple[Topic, ...]:
    if not ids:
        return ()
    unsent = frozenset(
        uow.session.scalars(
            select(Outbox.row_id).where(
                Outbox.entity == Feedback.__tablename__, Outbox.state != OutboxState.ACKED.value
            )
        )
    )
    query = (
        select(Feedback, Agent.display_name, Complaint.reference)
        .outerjoin(Agent, Agent.id == Feedback.made_by)
        .outerjoin(Complaint, Complaint.id == Feedback.complaint_id)
        .where(Feedback.topic_id.in_(ids))
        .order_by(Feedback.made_at, Feedback.id)
    )
    voices: dict[UUID, list[Voice]] = defaultdict(list)
    products: dict[UUID, str] = {}
    for row, name, reference in uow.session.execute(query):
        products.setdefault(row.topic_id, row.product)
        voices[row.topic_id].append(
            Voice(
                id=row.id,
                words=row.words,
                by=name or "",
                by_id=row.made_by,
                mine=row.made_by is not None and row.made_by == uow.actor,
                at=row.made_at,
                customer_id=row.customer_id,
                complaint_id=row.complaint_id,
                reference=reference or "",
                unsent=row.id in unsent,
            )
        )
    answers = answers_to(uow, ids)
    return tuple(
        Topic(id_, products[id_], tuple(voices[id_]), tuple(answers.get(id_, ()))) for id_ in ids if id_ in voices
    )
