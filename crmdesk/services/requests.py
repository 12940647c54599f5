"""Requests for service, returns and information: registering them, taking steps, and where each stands with what this
desk has not sent yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.cases.lifecycle import NotAllowed
from crmdesk.domain.cases.steps import details_of
from crmdesk.domain.customers import ContactPointKind
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.cycle import RequestStanding
from crmdesk.domain.requests.cycles import CYCLES
from crmdesk.domain.requests.deadlines import OF_CLOCKS, RequestHistory
from crmdesk.domain.requests.kinds import (
    KIND_WORDS,
    PREFIXES,
    REQUEST_STEP_WORDS,
    RequestKind,
    RequestState,
    RequestStep,
    RequestStepKind,
)
from crmdesk.domain.requests.limits import Asked, limits_of
from crmdesk.domain.requests.views import NewRequest, RequestPrefill
from crmdesk.domain.values import known, plain
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.limits import check_length
from crmdesk.models.people import Agent
from crmdesk.models.request import Request
from crmdesk.models.request import RequestStep as StepRow
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import case_steps
from crmdesk.services.case_steps import KeptStep, counted, steps_of, waiting
from crmdesk.services.complaints import MOST_PRODUCTS, channel_of, next_reference, quoted_words

_NO_LONGER_HERE = mark("This request is no longer on this computer.")
_NO_WORDS = {
    RequestKind.SERVICE: mark("Nothing says what is wrong."),
    RequestKind.RETURN: mark("Nothing says why it comes back."),
    RequestKind.INFORMATION: mark("Nothing says what is asked."),
}
_NO_CATEGORY = {
    RequestKind.SERVICE: mark("No kind of work is chosen."),
    RequestKind.RETURN: mark("No kind of goods is named."),
    RequestKind.INFORMATION: mark("It is not said what is asked for."),
}


@dataclass(frozen=True, slots=True)
class RequestCase:
    """A request with its steps in order, as they are kept and what each says (``told``), and where it stands with them;
    ``unsent`` are the ids of the steps that the server has not taken yet."""

    row: Request
    steps: tuple[KeptStep, ...]
    told: tuple[RequestStep, ...]
    standing: RequestStanding
    unsent: frozenset[UUID]

    @property
    def history(self) -> RequestHistory:
        """Return what its deadlines depend on."""
        row = self.row
        return RequestHistory(self.standing.kind, row.category, row.received_at, row.received_zone, self.told)


# Registering ---------------------------------------------------------------------------------------------------------


def prefill(
    uow: UnitOfWork,
    kind: RequestKind,
    interaction_id: UUID | None,
    customer_id: UUID | None,
    note: str,
    reference: str | None,
    book: RuleBook,
) -> RequestPrefill:
    """Return what the form of a request knows before a key is pressed.

    None takes a reference from this desk's block; one that a draft holds already is handed back.
    """
    customer = uow.session.get(Customer, customer_id) if customer_id else None
    known_ = uow.session.scalars(select(Request.product).distinct().order_by(Request.product).limit(MOST_PRODUCTS))
    products = dict.fromkeys([customer.product] if customer and customer.product else [])
    products.update(dict.fromkeys(name for name in known_ if name))
    terms = book.house.returns[-1].goods if book.house is not None and book.house.returns else ()
    return RequestPrefill(
        reference=next_reference(uow, PREFIXES[kind]) if reference is None else reference,
        product=customer.product if customer else "",
        verbatim=quoted_words(note),
        place=_place(uow, customer),
        products=tuple(products),
        goods=tuple(one.name for one in terms),
        goods_of={product: one.name for one in terms for product in one.products},
        channel=channel_of(uow, interaction_id, customer_id),
    )


def _place(uow: UnitOfWork, customer: Customer | None) -> str:
    """Return where a customer is: their first address, else their town."""
    if customer is None:
        return ""
    address = (
        select(ContactPoint.value)
        .where(
            ContactPoint.customer_id == customer.id,
            ContactPoint.kind == ContactPointKind.ADDRESS.value,
            ~ContactPoint.removed,
        )
        .order_by(ContactPoint.id)
        .limit(1)
    )
    return " ".join((uow.session.scalar(address) or customer.city).split())


def register(uow: UnitOfWork, new: NewRequest) -> UUID:
    """Register a request with its first step and return its id; raises UserMistake at the field that is missing or
    wrong."""
    _check(new)
    customer = uow.session.get(Customer, new.customer_id) if new.customer_id else None
    request = Request(
        id=new_id(),
        kind=new.kind.value,
        reference=new.reference,
        customer_id=new.customer_id,
        interaction_id=new.interaction_id,
        category=plain(new.category).strip(),
        product=plain(new.product).strip(),
        serial=plain(new.serial).strip(),
        lot=plain(new.lot).strip(),
        place=plain(new.place).strip(),
        bought_on=new.bought_on,
        warranty_until=new.warranty_until,
        condition=new.condition.strip(),
        wanted=new.wanted.strip(),
        urgency=new.urgency,
        safety=new.safety,
        verbatim=new.verbatim.strip(),
        state=RequestState.REGISTERED.value,
        received_at=uow.clock.now(),
        received_zone=new.received_zone,
        registered_by=uow.actor,
        channel=new.channel.value,
        **_UNSET,
    )
    title = tr("{what} {reference}", what=tr(KIND_WORDS[new.kind]), reference=new.reference)
    uow.insert(request, tr("{what}, {name}", what=title, name=customer.name) if customer else title)
    if uow.actor is not None:
        told = {"verbatim": sha256(request.verbatim.encode("utf-8", "surrogatepass")).hexdigest()}
        step = RequestStep(RequestStepKind.REGISTERED, uow.actor, request.received_at, told)
        _add_step(uow, request, (), step)
    return request.id


_UNSET: Mapping[str, Any] = {
    **dict.fromkeys(("outcome", "appointment_zone", "visitor", "label", "currency"), ""),
    "refund_minor": 0,
    "second_person": False,
}
"""What the server says of a request that it has not heard of."""


def _check(new: NewRequest) -> None:
    if not new.verbatim.strip():
        raise UserMistake("verbatim", tr(_NO_WORDS[new.kind]), tr("Write what the customer said, in their own words."))
    if not new.category.strip():
        raise UserMistake("category", tr(_NO_CATEGORY[new.kind]), tr("Choose what fits best."))
    if new.kind is not RequestKind.INFORMATION and not new.product.strip():
        raise UserMistake("product", tr("No product is named."), tr("Choose or type what it is about."))
    if new.kind is RequestKind.SERVICE and not 1 <= new.urgency <= 3:
        raise UserMistake("urgency", tr("It is not said how urgent it is."), tr("Choose 1 (can wait) to 3 (urgent)."))
    for name in ("verbatim", "category", "product", "serial", "lot", "place", "condition", "wanted"):
        check_length(name, getattr(new, name).strip(), getattr(Request, name))


# Where they stand ----------------------------------------------------------------------------------------------------


def row_of(uow: UnitOfWork, request_id: UUID) -> Request:
    """Return a request as it is kept; raises Refused when this desk does not hold it any more."""
    row = uow.session.get(Request, request_id)
    if row is None:
        raise Refused(tr(_NO_LONGER_HERE))
    return row


def case(uow: UnitOfWork, book: RuleBook, request_id: UUID) -> RequestCase:
    """Return one request; raises Refused when this desk does not hold it any more."""
    return cases(uow, book, [row_of(uow, request_id)])[0]


def cases(uow: UnitOfWork, book: RuleBook, rows: Sequence[Request], *, whole: bool = True) -> tuple[RequestCase, ...]:
    """Return requests with their steps and where they stand, in the same order. Where many are listed (``whole`` is
    False), of their steps only those are read on which deadlines depend, or that are unsent."""
    steps = steps_of(uow, StepRow, [row.id for row in rows], None if whole else OF_CLOCKS)
    waits = waiting(uow, StepRow, [step.id for found in steps.values() for step in found if step.ver == 0])
    return tuple(_case(book, row, steps[row.id], waits) for row in rows)


def _case(book: RuleBook, row: Request, steps: Sequence[KeptStep], waits: frozenset[UUID]) -> RequestCase:
    kept = counted(steps, waits)
    standing = RequestStanding(
        kind=known(RequestKind, row.kind, RequestKind.SERVICE),
        state=known(RequestState, row.state, RequestState.REGISTERED),
        received_at=row.received_at,
        category=row.category,
        owner=row.assigned_to,
        outcome=row.outcome,
        appointment_at=row.appointment_at,
        appointment_until=row.appointment_until,
        appointment_zone=row.appointment_zone,
        visitor=row.visitor,
        label=row.label,
        refund_minor=row.refund_minor,
        currency=row.currency,
        second_person=row.second_person,
        decided_by=row.decided_by,
        answered_at=row.answered_at,
        closed_at=row.closed_at,
        moved_at=row.moved_at,
    )
    unsent = [one for one in kept if one.ver == 0]
    for one in unsent:
        try:
            limits = limits_of(book, asked_of(row), one.at)
            standing = CYCLES[standing.kind].after(standing, step_of(one), limits)
        except NotAllowed:
            continue  # a colleague was first: the server says so when it hears of this step
    return RequestCase(row, tuple(kept), tuple(map(step_of, kept)), standing, frozenset(one.id for one in unsent))


def asked_of(row: Request) -> Asked:
    """Return what of a request the rules go by."""
    kind = known(RequestKind, row.kind, RequestKind.SERVICE)
    return Asked(kind, row.category, row.received_at, row.received_zone, row.bought_on)


def step_of(row: KeptStep) -> RequestStep:
    """Return what a kept step says."""
    kind = known(RequestStepKind, row.kind, RequestStepKind.NOTED)
    return RequestStep(kind, row.by_id, row.counts_at, details_of(row.details))


# Steps ---------------------------------------------------------------------------------------------------------------


def take(uow: UnitOfWork, book: RuleBook, request_id: UUID, kind: RequestStepKind, details: Mapping[str, Any]) -> UUID:
    """Take a step and return its id; the server decides when it hears of it.

    Raises NotAllowed where the life cycle does not let it follow, Refused when the request is not here any more.
    """
    here = case(uow, book, request_id)
    if uow.actor is None:
        raise Refused(tr("Nobody is signed in."), tr("Sign in first."))
    step = RequestStep(kind, uow.actor, uow.clock.now(), details)
    CYCLES[here.standing.kind].after(here.standing, step, limits_of(book, asked_of(here.row), step.at))
    return _add_step(uow, here.row, here.steps, step)


def _add_step(uow: UnitOfWork, row: Request, before: Sequence[KeptStep], step: RequestStep) -> UUID:
    title = (tr(REQUEST_STEP_WORDS[step.kind]), row.reference)
    return case_steps.add_step(uow, StepRow, row.id, before, step, title)


def claim(uow: UnitOfWork, request_id: UUID) -> None:
    """Take a request on, unconfirmed until the server answers; raises Refused when somebody has it already."""
    row = row_of(uow, request_id)
    if row.assigned_to is not None and row.assigned_to != uow.actor:
        raise Refused(_taken(uow, row), tr("Choose another one."))
    uow.update(row, tr("Request claimed, {reference}", reference=row.reference), assigned_to=uow.actor)


def give_back(uow: UnitOfWork, request_id: UUID) -> None:
    """Let others take it on; raises Refused when it is somebody else's."""
    row = row_of(uow, request_id)
    if row.assigned_to != uow.actor:
        raise Refused(_taken(uow, row), tr("Only they can give it back."))
    uow.update(row, tr("Request given back, {reference}", reference=row.reference), assigned_to=None)


def _taken(uow: UnitOfWork, row: Request) -> str:
    name = uow.session.scalar(select(Agent.display_name).where(Agent.id == row.assigned_to))
    return tr("{name} has taken this request on.", name=name or tr("Somebody"))
