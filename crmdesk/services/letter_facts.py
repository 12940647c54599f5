"""What is known of a complaint when a letter about it begins, read on the desk, and the templates in force."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from uuid import UUID

from sqlalchemy import func, select

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.cases.letter_templates import LetterTemplate, template_from
from crmdesk.domain.cases.letter_values import LetterFacts, LetterIssue, LetterRedress
from crmdesk.domain.cases.steps import StepKind, details_of
from crmdesk.domain.cases.words import day_of
from crmdesk.domain.complaints import Finding, RedressKind
from crmdesk.domain.knowledge.edition import EditionState
from crmdesk.domain.shipped import shipped
from crmdesk.domain.sla.calendars import zone_named
from crmdesk.domain.sla.due import ClockKind
from crmdesk.domain.values import known_or_none
from crmdesk.domain.zones import zone_or_none
from crmdesk.models.complaint import Complaint, ComplaintIssue
from crmdesk.models.customer import Customer
from crmdesk.models.people import Agent
from crmdesk.models.rules import LetterTemplate as TemplateRow
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services.cases import Case, there
from crmdesk.services.given import given

_STATE = select(func.count(), func.max(TemplateRow.updated_at), func.max(TemplateRow.version))
_EDITIONS = select(TemplateRow.code, TemplateRow.version, TemplateRow.body).order_by(TemplateRow.version)


class TemplatesInForce:
    """Keeps the templates that were read last: what they were read from tells whether they still are the newest."""

    def __init__(self) -> None:
        self._read: tuple[object, tuple[LetterTemplate, ...]] | None = None

    def all(self, uow: UnitOfWork) -> tuple[LetterTemplate, ...]:
        """Return the newest edition of each template that was not withdrawn; those that come with the program where
        none were published. Raises UserMistake for one that cannot be read, which publishing refuses."""
        now = tuple(uow.session.execute(_STATE).one())
        if self._read is None or self._read[0] != now:
            newest = {code: (version, body) for code, version, body in uow.session.execute(_EDITIONS)}
            if not newest:
                files = sorted(shipped("letters").glob("*.txt"))
                newest = {path.stem: (0, path.read_text(encoding="utf-8")) for path in files}
            found = (template_from(code, version, body) for code, (version, body) in newest.items())
            self._read = (now, tuple(one for one in found if one.state is EditionState.PUBLISHED))
        return self._read[1]


def facts_of(uow: UnitOfWork, book: RuleBook, one: Case) -> LetterFacts:
    """Return what a template can tell of a complaint."""
    row, standing = one.row, one.standing
    regime = book.regime_for(one.history)
    return LetterFacts(
        house="" if book.house is None else book.house.title,
        handler=name_of(uow, row.assigned_to or uow.actor),
        today=day_of_house(book, row, uow.clock.now()),
        customer=name_of(uow, row.customer_id),
        reference=row.reference,
        received=row.received_at.astimezone(_zone_of_receipt(book, row)).date(),
        product=row.product,
        stage=standing.stage,
        regime="" if regime is None else regime.key,
        answer_by=_answer_by(uow, book, one),
        issues=_issues(uow, row.id),
        outcome=standing.outcome,
        reasons=_reasons(one),
        redress=_redress(uow, one),
        ombudsman=book.ombudsman(one.history),
    )


def name_of(uow: UnitOfWork, id_: UUID | None) -> str:
    """Return what a customer or an agent is called, nothing where nobody is known."""
    if id_ is None:
        return ""
    customer = uow.session.scalar(select(Customer.name).where(Customer.id == id_))
    return customer or uow.session.scalar(select(Agent.display_name).where(Agent.id == id_)) or ""


def day_of_house(book: RuleBook, row: Complaint, at: datetime) -> date:
    """Return the day of an instant in the house's zone, in the complaint's own where no house is set up."""
    zone = _zone_of_receipt(book, row) if book.house is None else zone_named(book.house.calendar.zone)
    return at.astimezone(zone).date()


def _zone_of_receipt(book: RuleBook, row: Complaint) -> tzinfo:
    """Return the zone in which a complaint was received; where nobody knows that one, the house's."""
    found = zone_or_none(row.received_zone)
    if found is not None:
        return found
    return UTC if book.house is None else zone_named(book.house.calendar.zone)


def _answer_by(uow: UnitOfWork, book: RuleBook, one: Case) -> date | None:
    """Return the last day for the answer by the law, None where no such limit runs."""
    zone = _zone_of_receipt(book, one.row)
    for deadline in book.deadlines(one.history, uow.clock.now()):
        if deadline.answers and deadline.kind is ClockKind.LEGAL and deadline.due_at and deadline.met_at is None:
            return day_of(deadline, zone)
    return None


def _issues(uow: UnitOfWork, complaint_id: UUID) -> list[LetterIssue]:
    query = select(ComplaintIssue).where(ComplaintIssue.complaint_id == complaint_id)
    rows = there(uow.session.scalars(query.order_by(ComplaintIssue.position, ComplaintIssue.id)))
    return [LetterIssue(row.words, known_or_none(Finding, row.finding), row.answer) for row in rows]


def _reasons(one: Case) -> str:
    """Return the reasons of the decision that stands."""
    drafted = [step for step in one.steps if step.kind == StepKind.DECISION_DRAFTED.value]
    return str(details_of(drafted[-1].details).get("reason", "")) if drafted and one.standing.outcome else ""


def _redress(uow: UnitOfWork, one: Case) -> list[LetterRedress]:
    """Return what is given, with the sum that was decided where nobody parted it."""
    lines = [
        LetterRedress(kind, line.words, line.amount_minor, line.currency)
        for line in given(uow, one.row.id)
        if (kind := known_or_none(RedressKind, line.kind)) is not None
    ]
    sum_ = one.standing.redress_minor
    if sum_ and not any(line.amount_minor for line in lines):
        lines.append(LetterRedress(None, "", sum_, one.standing.currency))
    return lines
