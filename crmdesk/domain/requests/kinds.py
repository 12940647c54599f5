"""The kinds of requests, where one can stand, the steps in its life, and what each is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass


class RequestKind(StrEnum):
    """What is asked for: work on something, to give something back, or to be told something."""

    SERVICE = "service"
    RETURN = "return"
    INFORMATION = "information"


KIND_WORDS = {
    RequestKind.SERVICE: mark("Service request"),
    RequestKind.RETURN: mark("Product return"),
    RequestKind.INFORMATION: mark("Information request"),
}
PREFIXES = {RequestKind.SERVICE: "SR", RequestKind.RETURN: "RT", RequestKind.INFORMATION: "IR"}
"""How the reference of each kind begins; a complaint's begins with CP. They share one row of numbers."""


class RequestState(StrEnum):
    """Where a request stands; each kind comes through some of these."""

    REGISTERED = "registered"
    TO_SCHEDULE = "to_schedule"
    SCHEDULED = "scheduled"
    ON_SITE = "on_site"
    AWAITING_PARTS = "awaiting_parts"
    DONE = "done"
    AUTHORISED = "authorised"
    REFUSED = "refused"
    GOODS_RECEIVED = "goods_received"
    INSPECTED = "inspected"
    DECIDED = "decided"
    APPROVED = "approved"
    SETTLED = "settled"
    AWAITING_CUSTOMER = "awaiting_customer"
    AWAITING_OTHERS = "awaiting_others"
    ANSWERED = "answered"
    CLOSED = "closed"


REQUEST_STATE_WORDS = {
    RequestState.REGISTERED: mark("Registered"),
    RequestState.TO_SCHEDULE: mark("To be scheduled"),
    RequestState.SCHEDULED: mark("Scheduled"),
    RequestState.ON_SITE: mark("On site"),
    RequestState.AWAITING_PARTS: mark("Waits for parts"),
    RequestState.DONE: mark("Work done"),
    RequestState.AUTHORISED: mark("Authorised"),
    RequestState.REFUSED: mark("Return refused"),
    RequestState.GOODS_RECEIVED: mark("Goods came"),
    RequestState.INSPECTED: mark("Inspected"),
    RequestState.DECIDED: mark("Decided"),
    RequestState.APPROVED: mark("Approved"),
    RequestState.SETTLED: mark("Settled"),
    RequestState.AWAITING_CUSTOMER: mark("Waits for the customer"),
    RequestState.AWAITING_OTHERS: mark("Waits for others"),
    RequestState.ANSWERED: mark("Question answered"),
    RequestState.CLOSED: mark("Closed"),
}
"""What each state is called, to be translated where it is shown."""


class RequestStepKind(StrEnum):
    """What a step did."""

    REGISTERED = "registered"
    NOTED = "noted"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    REOPENED = "reopened"
    SCHEDULED = "scheduled"
    ARRIVED = "arrived"
    MISSED = "missed"
    PARTS_ORDERED = "parts_ordered"
    PARTS_CAME = "parts_came"
    DONE = "done"
    AUTHORISED = "authorised"
    REFUSED = "refused"
    GOODS_CAME = "goods_came"
    INSPECTED = "inspected"
    DECIDED = "decided"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    SETTLED = "settled"
    ASKED_CUSTOMER = "asked_customer"
    ASKED_OTHERS = "asked_others"
    ANSWER_CAME = "answer_came"
    EXTENDED = "extended"
    ANSWERED = "answered"


REQUEST_STEP_WORDS = {
    RequestStepKind.REGISTERED: mark("Registered"),
    RequestStepKind.NOTED: mark("Noted"),
    RequestStepKind.CANCELLED: mark("Cancelled"),
    RequestStepKind.CLOSED: mark("Closed"),
    RequestStepKind.REOPENED: mark("Opened again"),
    RequestStepKind.SCHEDULED: mark("Appointment made"),
    RequestStepKind.ARRIVED: mark("Arrived on site"),
    RequestStepKind.MISSED: mark("Visit missed"),
    RequestStepKind.PARTS_ORDERED: mark("Parts ordered"),
    RequestStepKind.PARTS_CAME: mark("Parts came"),
    RequestStepKind.DONE: mark("Work done"),
    RequestStepKind.AUTHORISED: mark("Return authorised"),
    RequestStepKind.REFUSED: mark("Return refused"),
    RequestStepKind.GOODS_CAME: mark("Goods came"),
    RequestStepKind.INSPECTED: mark("Inspected"),
    RequestStepKind.DECIDED: mark("Decided"),
    RequestStepKind.SENT_BACK: mark("Decision sent back"),
    RequestStepKind.APPROVED: mark("Approved"),
    RequestStepKind.SETTLED: mark("Settled"),
    RequestStepKind.ASKED_CUSTOMER: mark("Customer asked"),
    RequestStepKind.ASKED_OTHERS: mark("Others asked"),
    RequestStepKind.ANSWER_CAME: mark("Answer came"),
    RequestStepKind.EXTENDED: mark("Time extended"),
    RequestStepKind.ANSWERED: mark("Question answered"),
}
"""What each step is called, to be translated where it is shown."""


@dataclass(frozen=True, slots=True)
class RequestStep:
    """A step: who did what and when (UTC). ``details`` are plain values by name, as the life cycles ask for them."""

    kind: RequestStepKind
    by: UUID
    at: datetime
    details: Mapping[str, Any]


class ServiceWork(StrEnum):
    """What kind of work a service request asks for."""

    REPAIR = "repair"
    MAINTENANCE = "maintenance"
    INSTALLATION = "installation"
    INSPECTION = "inspection"


WORK_WORDS = {
    ServiceWork.REPAIR: mark("Repair"),
    ServiceWork.MAINTENANCE: mark("Maintenance"),
    ServiceWork.INSTALLATION: mark("Installation"),
    ServiceWork.INSPECTION: mark("Inspection"),
}


class Topic(StrEnum):
    """What an information request asks for. OWN_DATA is the access to their own data that the law grants everybody
    (GDPR Art. 15), with a time limit of its own."""

    PRODUCT = "product"
    PRICE = "price"
    CONTRACT = "contract"
    ORDER = "order"
    OWN_DATA = "own_data"
    OTHER = "other"


TOPIC_WORDS = {
    Topic.PRODUCT: mark("A product"),
    Topic.PRICE: mark("A price"),
    Topic.CONTRACT: mark("Their contract"),
    Topic.ORDER: mark("An order or a visit"),
    Topic.OWN_DATA: mark("What we hold about them"),
    Topic.OTHER: mark("Something else"),
}


class RequestOutcome(StrEnum):
    """How a request ended: what was done, given or said; or why nothing was."""

    REPAIRED = "repaired"
    MAINTAINED = "maintained"
    INSTALLED = "installed"
    NO_FAULT = "no_fault"
    NOT_POSSIBLE = "not_possible"
    REMOTELY = "remotely"
    REFUND = "refund"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    GIVEN_BACK = "given_back"
    REFUSED = "refused"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


REQUEST_OUTCOME_WORDS = {
    RequestOutcome.REPAIRED: mark("Repaired"),
    RequestOutcome.MAINTAINED: mark("Maintained"),
    RequestOutcome.INSTALLED: mark("Installed"),
    RequestOutcome.NO_FAULT: mark("No fault found"),
    RequestOutcome.NOT_POSSIBLE: mark("Not possible"),
    RequestOutcome.REMOTELY: mark("Solved without a visit"),
    RequestOutcome.REFUND: mark("Money back"),
    RequestOutcome.REPLACEMENT: mark("Replacement"),
    RequestOutcome.REPAIR: mark("Repair"),
    RequestOutcome.GIVEN_BACK: mark("Sent back to the customer"),
    RequestOutcome.REFUSED: mark("Refused"),
    RequestOutcome.ANSWERED: mark("Question answered"),
    RequestOutcome.CANCELLED: mark("Cancelled"),
}

SERVICE_OUTCOMES = (
    *(RequestOutcome.REPAIRED, RequestOutcome.MAINTAINED, RequestOutcome.INSTALLED, RequestOutcome.NO_FAULT),
    *(RequestOutcome.NOT_POSSIBLE, RequestOutcome.REMOTELY),
)
"""How work can end."""

SETTLEMENTS = (*(RequestOutcome.REFUND, RequestOutcome.REPLACEMENT, RequestOutcome.REPAIR, RequestOutcome.GIVEN_BACK),)
"""What a return can lead to."""
