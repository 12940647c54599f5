"""Names of fields, and their values as words, for lists that show changes of any record."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column

from crmdesk.domain.complaints import REDRESS_WORDS, STATE_WORDS, category_words
from crmdesk.domain.language import mark, tr, tr_in
from crmdesk.domain.requests.kinds import KIND_WORDS, REQUEST_STATE_WORDS, REQUEST_STEP_WORDS
from crmdesk.domain.requests.views import what_is_asked
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Interaction
from crmdesk.models.people import Agent, Disposition
from crmdesk.models.registry import table_of
from crmdesk.models.request import Request
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.models.wireform import from_wire

_LABELS = {
    "body": mark("Note"),
    "latin_name": mark("Name in Latin letters"),
    "since": mark("Customer since"),
    "care": mark("Care marker"),
    "e164": mark("Number"),
    "value": mark("Contact"),
    "shared": mark("Shared number"),
    "customer_id": mark("Customer"),
    "agent_id": mark("Agent"),
    "disposition_id": mark("Outcome of the call"),
    "closed_reason": mark("How it ended"),
    "desired_remedy": mark("Remedy wished for"),
    "safety": mark("Safety at risk"),
    "due_at": mark("Due"),
    "due_zone": mark("Time zone"),
    "assigned_to": mark("Taken by"),
    "offered_to": mark("Handed to"),
    "words": mark("What was promised"),
    "closed_at": mark("Finished"),
    "closed_by": mark("Finished by"),
    "complaint_id": mark("Complaint"),
    "request_id": mark("Request"),
    "serial": mark("Serial or asset number"),
    "place": mark("Place"),
    "bought_on": mark("Bought on"),
    "warranty_until": mark("Warranty until"),
    "condition": mark("Condition"),
    "wanted": mark("What they would have"),
    "urgency": mark("Urgency"),
    "appointment_at": mark("Appointment from"),
    "appointment_until": mark("Appointment to"),
    "appointment_zone": mark("Zone of the appointment"),
    "visitor": mark("Who comes"),
    "refund_minor": mark("Refund"),
    "merged_into": mark("Merged into"),
    "do_not_call": mark("Do not call"),
    "accessibility": mark("Accessibility"),
    "active": mark("Active"),
    "address": mark("Address"),
    "answer": mark("Answer"),
    "answered_at": mark("Answered at"),
    "author_id": mark("Author id"),
    "began_at": mark("Began at"),
    "caller_name": mark("Caller name"),
    "category": mark("Category"),
    "channel": mark("Channel"),
    "city": mark("City"),
    "code": mark("Code"),
    "direction": mark("Direction"),
    "display_name": mark("Display name"),
    "edition": mark("Edition"),
    "ended_at": mark("Ended at"),
    "ended_by": mark("Ended by"),
    "extension": mark("Extension"),
    "good_service": mark("Good service"),
    "happened_at": mark("Happened at"),
    "interaction_id": mark("Interaction id"),
    "keywords": mark("Keywords"),
    "kind": mark("Kind"),
    "label": mark("Label"),
    "language": mark("Language"),
    "leads_to": mark("Leads to"),
    "made_at": mark("Made at"),
    "made_by": mark("Made by"),
    "may_speak": mark("May speak"),
    "name": mark("Name"),
    "other_customer_id": mark("Other customer id"),
    "outcome": mark("Outcome"),
    "preferences": mark("Preferences"),
    "product": mark("Product"),
    "question": mark("Question"),
    "queue": mark("Queue"),
    "reason": mark("Reason"),
    "received_at": mark("Received at"),
    "received_zone": mark("Received zone"),
    "reference": mark("Reference"),
    "registered_by": mark("Registered by"),
    "removed": mark("Removed"),
    "result": mark("Result"),
    "role": mark("Role"),
    "run_id": mark("Run id"),
    "script": mark("Script"),
    "segment": mark("Segment"),
    "severity": mark("Severity"),
    "snoozed_until": mark("Snoozed until"),
    "state": mark("State"),
    "step": mark("Step"),
    "subject": mark("Subject"),
    "summary": mark("Summary"),
    "taken_over": mark("Taken over"),
    "tier": mark("Tier"),
    "title": mark("Title"),
    "verbatim": mark("Verbatim"),
    "version": mark("Version"),
    "withheld": mark("Withheld"),
    "word": mark("Word"),
    "written_at": mark("Written at"),
    "about": mark("What it is about"),
    "accepted": mark("Accepted"),
    "acknowledged_at": mark("Acknowledged at"),
    "amount_minor": mark("Amount"),
    "area": mark("Area"),
    "at": mark("At"),
    "by_id": mark("By"),
    "currency": mark("Currency"),
    "decided_by": mark("Decided by"),
    "details": mark("Details"),
    "device_id": mark("Device"),
    "digest": mark("Digest"),
    "cause": mark("Root cause"),
    "finding": mark("Finding"),
    "first_handler": mark("Handler of the first stage"),
    "letter": mark("Letter approved"),
    "lot": mark("Lot"),
    "moved_at": mark("Moved at"),
    "on_behalf_of": mark("On behalf of"),
    "paid_at": mark("Paid at"),
    "parents": mark("Steps before"),
    "position": mark("Position"),
    "redress_minor": mark("Redress"),
    "regime": mark("Rules that apply"),
    "second_person": mark("Second person"),
    "stage": mark("Stage"),
    "template": mark("Template"),
    "ticked": mark("Contains"),
    "team": mark("Team"),
    "skill": mark("Skill"),
    "skills": mark("Skills"),
    "priority": mark("Priority"),
    "routed": mark("Why it was routed there"),
    "routed_owner": mark("Routed to"),
    "assigned_by": mark("Given by"),
    "before_count": mark("Complaints before"),
    "after_count": mark("Complaints after"),
    "unknown_after": mark("Without a cause after"),
    "chance": mark("Chance"),
    "check_days": mark("Days until its effect is looked at"),
    "checked_at": mark("Effect looked at"),
    "done_at": mark("Done at"),
    "done_by": mark("Done by"),
    "due_on": mark("Due on"),
    "effect": mark("Effect"),
    "evidence": mark("Evidence"),
    "owner_id": mark("Owner"),
    "topic_id": mark("Topic"),
    "vulnerability": mark("Vulnerability"),
    "vulnerability_basis": mark("What was told about it"),
}

_CLOSED = frozenset(
    {
        *(mark("wrapped up"), mark("not wrapped up"), mark("part of another call"), mark("internal call")),
        *(mark("not answered"), mark("answered"), mark("abandoned"), mark("timed out"), mark("no answer")),
        mark("failed"),
    }
)
"""How a call ended, as it is kept; the phone system and the server may write more."""


def _chosen() -> dict[str, str]:
    """Return the words for what is chosen from a list, by how it is kept."""
    return {
        **{kind.value: tr(words) for kind, words in REDRESS_WORDS.items()},
        "person": tr("Person"),
        "organisation": tr("Organisation"),
        "phone": tr("Phone"),
        "email": tr("Email"),
        "address": tr("Address"),
        "household": tr("Household"),
        "company": tr("Company"),
        "letter": tr("Letter"),
        "web": tr("Web"),
        "visit": tr("Visit"),
        "promise": tr("Promise"),
        "follow_up": tr("Follow up"),
        "inbound": tr_in("direction of a call or letter", "Inbound"),
        "outbound": tr_in("direction of a call or letter", "Outbound"),
        "internal": tr_in("direction of a call or letter", "Internal"),
        "caller": tr_in("who ended a call", "Caller"),
        "agent": tr_in("who ended a call", "Agent"),
        "system": tr_in("who ended a call", "System"),
        "open": tr_in("state of work", "Open"),
        "done": tr_in("state of work", "Done"),
        "cancelled": tr_in("state of work", "Cancelled"),
        "wrap_up": tr_in("state of work", "Wrap up"),
        **{kind.value: tr(words) for kind, words in REQUEST_STEP_WORDS.items()},
        **{kind.value: tr(words) for kind, words in KIND_WORDS.items()},
        **{state.value: tr(words) for state, words in REQUEST_STATE_WORDS.items()},
        **{state.value: tr(words) for state, words in STATE_WORDS.items()},
        "published": tr_in("state of an article", "Published"),
        "withdrawn": tr_in("state of an article", "Withdrawn"),
        "answered": tr_in("how a call ended", "Answered"),
        "abandoned": tr_in("how a call ended", "Abandoned"),
        "timed_out": tr_in("how a call ended", "Timed out"),
        "no_answer": tr_in("how a call ended", "No answer"),
        "failed": tr_in("how a call ended", "Failed"),
        "busy": tr_in("how a call ended", "Busy"),
        "rejected": tr_in("how a call ended", "Rejected"),
        "caller_hung_up": tr_in("how a call ended", "Caller hung up"),
    }


def label_of(field: str) -> str:
    """Return the name of a field as screens write it."""
    return tr(_LABELS.get(field) or field.replace("_", " ").capitalize())


def words_of(uow: UnitOfWork, entity: str, field: str, value: Any) -> str:
    """Return a value in wire form as words: names instead of ids, empty for nothing."""
    column = table_of(entity).columns.get(field)
    if value is None or column is None:
        return ""
    return _words(uow, column, from_wire(entity, {field: value})[field])


def _words(uow: UnitOfWork, column: Column[Any], value: Any) -> str:
    match value:
        case bool():
            return tr("Yes") if value else tr("No")
        case UUID():
            return _name(uow, column.info.get("refers", ""), value)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case str() if "one_of" in column.info:
            return _chosen().get(value) or value.replace("_", " ").capitalize()
        case str() if column.name == Request.category.key and column.table.name == Request.__tablename__:
            return what_is_asked(value)
        case str() if column.name == Complaint.category.key:
            return category_words(value)
        case str() if column.name == Interaction.closed_reason.key:
            return tr(value) if value in _CLOSED else value
    return str(value)


def _name(uow: UnitOfWork, entity: str, row_id: UUID) -> str:
    match entity:
        case "agent":
            agent = uow.session.get(Agent, row_id)
            return agent.display_name if agent else tr("Somebody else")
        case "customer":
            customer = uow.session.get(Customer, row_id)
            return customer.name if customer else tr("Another customer")
        case "disposition":
            disposition = uow.session.get(Disposition, row_id)
            return disposition.label if disposition else tr("Another outcome")
    return tr("Another record")
