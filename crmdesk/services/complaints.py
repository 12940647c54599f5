"""Registering a complaint, also from a call and without a network, and the list of open ones."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from crmdesk.domain.calls.live import Direction
from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.cases.steps import Step, StepKind
from crmdesk.domain.complaints import (
    CATEGORIES,
    MOST_ON_THE_DESK,
    Channel,
    ComplaintPrefill,
    ComplaintRow,
    ComplaintState,
    NewComplaint,
    NewIssue,
    category_words,
)
from crmdesk.domain.dissatisfaction.lexicon import Lexicon, shipped_lexicon
from crmdesk.domain.dissatisfaction.scoring import judged, words_of
from crmdesk.domain.errors import Unavailable, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import tr
from crmdesk.domain.values import grade, known, plain
from crmdesk.models.complaint import Complaint, ComplaintIssue
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Interaction
from crmdesk.models.limits import check_length
from crmdesk.models.local import Outbox, OutboxState, ReferenceBlockRow
from crmdesk.models.message import Message
from crmdesk.models.people import Agent
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import cases

PREFIX = "CP"
"""How the reference of a complaint begins."""

MOST_PRODUCTS = 50
MOST_WORDS = 3
"""How many of the words that raise the hint are named in it."""
_LISTED = (
    *(Complaint.id, Complaint.reference, Complaint.customer_id, Complaint.product, Complaint.category),
    *(Complaint.severity, Complaint.safety, Complaint.state, Complaint.received_at),
)
_LAST_CONTACT = timedelta(days=1)
_QUOTED = re.compile(r"[“\"„«]([^”\"“»]{3,})[”\"“»]")


def quoted_words(note: str) -> str:
    """Return the customer's own words: what stands in quotation marks in a note, a line each."""
    return "\n".join(match.strip() for match in _QUOTED.findall(note))


def prefill(
    uow: UnitOfWork,
    interaction_id: UUID | None,
    customer_id: UUID | None,
    note: str,
    reference: str | None = None,
    book: RuleBook | None = None,
) -> ComplaintPrefill:
    """Return what the complaint form knows before a key is pressed.

    None takes a reference from this desk's block; one that a draft holds already is handed back.
    """
    customer = uow.session.get(Customer, customer_id) if customer_id else None
    known = uow.session.scalars(select(Complaint.product).distinct().order_by(Complaint.product).limit(MOST_PRODUCTS))
    products = dict.fromkeys([customer.product] if customer and customer.product else [])
    products.update(dict.fromkeys(known))
    return ComplaintPrefill(
        reference=next_reference(uow) if reference is None else reference,
        customer_id=customer_id,
        customer_name=customer.name if customer else "",
        interaction_id=interaction_id,
        product=customer.product if customer else "",
        verbatim=quoted_words(note),
        products=tuple(products),
        categories=CATEGORIES,
        regime=book.house.regime_of(customer.product if customer else "") if book and book.house else "",
        regimes=tuple((one.key, one.title) for one in book.for_complaints) if book else (),
        channel=channel_of(uow, interaction_id, customer_id),
    )


def channel_of(uow: UnitOfWork, interaction_id: UUID | None, customer_id: UUID | None) -> Channel:
    """Return how what is registered now reached the house: by its interaction; without one as what came from the
    customer within the last day, by phone where nothing did."""
    if interaction_id is not None:
        interaction = uow.session.get(Interaction, interaction_id)
        return Channel.PHONE if interaction is None else known(Channel, interaction.channel, Channel.PHONE)
    came = (
        select(Message.channel)
        .where(
            Message.customer_id == customer_id,
            Message.direction == Direction.INBOUND.value,
            Message.happened_at > uow.clock.now() - _LAST_CONTACT,
        )
        .order_by(Message.happened_at.desc(), Message.id.desc())
        .limit(1)
    )
    return known(Channel, uow.session.scalar(came) or "", Channel.PHONE)


def missed(
    uow: UnitOfWork, before: Lexicon | None, interaction_id: UUID | None, note: str
) -> tuple[Lexicon, tuple[str, ...]]:
    """Return the words of a note that speak of dissatisfaction where no complaint was registered from its interaction.

    Nothing where they are not enough, or where there is one. ``before`` is what was read of the lexicon already.
    """
    lexicon = shipped_lexicon() if before is None else before
    if interaction_id is not None:
        filed = select(Complaint.id).where(Complaint.interaction_id == interaction_id).limit(1)
        if uow.session.scalar(filed) is not None:
            return lexicon, ()
    judgement = judged(note, lexicon)
    return lexicon, words_of(note, judgement, MOST_WORDS) if judgement.raised else ()


def next_reference(uow: UnitOfWork, prefix: str = PREFIX) -> str:
    """Return a reference of a case that no other desk hands out; ``prefix`` says what kind of case it is of.

    Raises Unavailable when this desk has used up its block and could not get another.
    """
    block = uow.session.scalar(
        select(ReferenceBlockRow)
        .where(ReferenceBlockRow.next <= ReferenceBlockRow.last)
        .order_by(ReferenceBlockRow.year.desc(), ReferenceBlockRow.first)
        .limit(1)
    )
    if block is None:
        raise Unavailable(
            tr("This computer has no references left."),
            tr("The words are kept as a draft; register it when the server can be reached again."),
        )
    number = block.next
    block.next = number + 1
    return f"{prefix}-{block.year % 100:02d}-{number:05d}"


def register(uow: UnitOfWork, new: NewComplaint, book: RuleBook | None = None) -> UUID:
    """Register a complaint with its issues and its first step, and return its id.

    Raises UserMistake at the field that is missing or wrong (ISO 10002:2018, clause 7.2: what must be on record).
    """
    _check(new)
    customer = uow.session.get(Customer, new.customer_id) if new.customer_id else None
    complaint = Complaint(
        id=new_id(),
        reference=new.reference,
        customer_id=new.customer_id,
        interaction_id=new.interaction_id,
        product=plain(new.product).strip(),
        category=plain(new.category).strip(),
        severity=new.severity,
        safety=new.safety,
        verbatim=new.verbatim.strip(),
        desired_remedy=new.desired_remedy.strip(),
        state=ComplaintState.REGISTERED.value,
        received_at=uow.clock.now(),
        received_zone=new.received_zone,
        registered_by=uow.actor,
        channel=new.channel.value,
        regime=new.regime or (book.house.regime_of(new.product) if book and book.house else ""),
        on_behalf_of=plain(new.on_behalf_of).strip(),
        about=plain(new.about).strip(),
        area=customer.city if customer else "",
        vulnerability=",".join(new.vulnerability),
        vulnerability_basis=new.vulnerability_basis.strip(),
    )
    title = tr("Complaint {reference}", reference=new.reference)
    uow.insert(complaint, tr("{what}, {name}", what=title, name=customer.name) if customer else title)
    for position, issue in enumerate(new.issues or (NewIssue(complaint.category, complaint.category),), start=1):
        made = ComplaintIssue(
            id=new_id(),
            complaint_id=complaint.id,
            position=position,
            words=issue.words.strip() or issue.category,
            category=issue.category,
        )
        uow.insert(made, tr("Issue, {reference}", reference=new.reference))
    if uow.actor is not None:
        told = {"verbatim": sha256(complaint.verbatim.encode("utf-8", "surrogatepass")).hexdigest()}
        cases.add_step(uow, complaint, (), Step(StepKind.REGISTERED, uow.actor, complaint.received_at, told))
    return complaint.id


def _check(new: NewComplaint) -> None:
    if not new.verbatim.strip():
        raise UserMistake(
            "verbatim", tr("The complaint has no words."), tr("Write what the customer said, in their own words.")
        )
    if not new.product.strip():
        raise UserMistake("product", tr("No product is named."), tr("Choose or type what the complaint is about."))
    if not new.category.strip():
        raise UserMistake("category", tr("No category is chosen."), tr("Choose the category that fits best."))
    check_length("verbatim", new.verbatim.strip(), Complaint.verbatim)
    check_length("product", new.product.strip(), Complaint.product)
    check_length("category", new.category.strip(), Complaint.category)
    check_length("desired_remedy", new.desired_remedy.strip(), Complaint.desired_remedy)
    check_length("about", new.about.strip(), Complaint.about)
    check_length("on_behalf_of", new.on_behalf_of.strip(), Complaint.on_behalf_of)
    check_length("vulnerability_basis", new.vulnerability_basis.strip(), Complaint.vulnerability_basis)
    for issue in new.issues:
        check_length("issues", issue.words.strip(), ComplaintIssue.words)
    if not 1 <= new.severity <= 5:
        raise UserMistake("severity", tr("The severity is not set."), tr("Choose 1 (slight) to 5 (grave)."))


def open_complaints(uow: UnitOfWork, limit: int = MOST_ON_THE_DESK) -> tuple[ComplaintRow, ...]:
    """Return the complaints that are not closed, newest first."""
    return listed_complaints(uow, _IS_OPEN, limit)


def number_open(uow: UnitOfWork) -> int:
    """Return how many complaints are not closed."""
    return uow.session.scalar(select(func.count()).select_from(Complaint).where(_IS_OPEN)) or 0


_IS_OPEN = Complaint.state != ComplaintState.CLOSED.value


def listed_complaints(uow: UnitOfWork, which: ColumnElement[bool], limit: int) -> tuple[ComplaintRow, ...]:
    """Return the complaints for which ``which`` holds as a list shows them, newest first."""
    unsent = (
        select(Outbox.seq)
        .where(
            Outbox.entity == Complaint.__tablename__,
            Outbox.row_id == Complaint.id,
            Outbox.state != OutboxState.ACKED.value,
        )
        .exists()
    )
    # Columns, not records: the words of two hundred complaints are long, and nobody reads them in a list.
    query = (
        select(*_LISTED, Customer.name, Agent.display_name, unsent.label("unsent"))
        .outerjoin(Customer, Customer.id == Complaint.customer_id)
        .outerjoin(Agent, Agent.id == Complaint.registered_by)
        .where(which)
        .order_by(Complaint.received_at.desc())
        .limit(limit)
    )
    return tuple(
        ComplaintRow(
            id=row.id,
            reference=row.reference,
            customer_id=row.customer_id,
            customer_name=row.name or "",
            product=row.product,
            category=category_words(row.category),
            severity=grade(row.severity),
            safety=row.safety,
            state=known(ComplaintState, row.state, ComplaintState.REGISTERED),
            received_at=row.received_at,
            registered_by=row.display_name or "",
            unsent=bool(row.unsent),
        )
        for row in uow.session.execute(query)
    )
