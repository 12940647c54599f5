"""Where the steps of a case lead, held against what the server keeps of where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from sqlalchemy import Row, text

from crmdesk.domain.cases import lifecycle
from crmdesk.domain.cases.lifecycle import Standing
from crmdesk.domain.cases.steps import Step, StepKind, details_of
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.requests.cycle import RequestStanding
from crmdesk.domain.requests.cycles import CYCLES
from crmdesk.domain.requests.kinds import RequestKind, RequestState, RequestStep, RequestStepKind
from crmdesk.domain.values import known_or_none

STEPS_OF_COMPLAINTS = text(
    "select s.id, s.complaint_id as case_id, s.kind, s.by_id, s.at, s.device_id, s.details, s.parents, s.digest, e.n, "
    "c.reference, c.state, c.received_at, '' as cycle, c.outcome, c.stage, c.redress_minor, c.currency, c.decided_by, "
    "c.letter, c.acknowledged_at, c.answered_at, c.closed_at "
    "from crm.complaint_step s left join sync.seal e on e.step_id = s.id "
    "left join crm.complaint c on c.id = s.complaint_id order by s.complaint_id, s.accepted"
)
STEPS_OF_REQUESTS = text(
    "select s.id, s.request_id as case_id, s.kind, s.by_id, s.at, s.device_id, s.details, s.parents, s.digest, e.n, "
    "q.reference, q.state, q.received_at, q.kind as cycle, q.outcome, q.refund_minor, q.currency, q.decided_by, "
    "q.label, q.answered_at, q.closed_at "
    "from crm.request_step s left join sync.seal e on e.step_id = s.id "
    "left join crm.request q on q.id = s.request_id order by s.request_id, s.accepted"
)
STEPLESS = text(
    "select c.reference, c.state from crm.complaint c where c.state <> 'registered' "
    "and not exists (select 1 from crm.complaint_step s where s.complaint_id = c.id) union all "
    "select q.reference, q.state from crm.request q where q.state <> 'registered' "
    "and not exists (select 1 from crm.request_step s where s.request_id = q.id)"
)
"""Cases that stand where only steps could have brought them, and have none."""

_OF_COMPLAINTS = ("outcome", "stage", "redress_minor", "currency", "decided_by", "letter")
_OF_REQUESTS = ("outcome", "refund_minor", "currency", "decided_by", "label")
_INSTANTS = ("answered_at", "closed_at")


def leads_to(steps: Sequence[Row[Any]]) -> Standing | RequestStanding | None:
    """Return where the steps of a case lead, in the order in which they were taken; None where one may not follow."""
    return _request(steps) if steps[0].cycle else _complaint(steps)


def told_otherwise(told: Standing | RequestStanding, case: Row[Any]) -> Iterator[str]:
    """Yield the names of what is kept of a case and its steps do not say.

    The server keeps an instant as its step tells it, but none after the time when it took the step.
    """
    for name in _OF_COMPLAINTS if isinstance(told, Standing) else _OF_REQUESTS:
        if getattr(told, name) != getattr(case, name):
            yield name
    for name in (*_INSTANTS, "acknowledged_at") if isinstance(told, Standing) else _INSTANTS:
        said, kept = getattr(told, name), getattr(case, name)
        if (said is None) != (kept is None) or (kept is not None and not case.received_at <= kept <= said):
            yield name


def _complaint(steps: Sequence[Row[Any]]) -> Standing | None:
    received = steps[0].received_at
    standing: Standing | None = Standing(ComplaintState.REGISTERED, received)
    counted = lifecycle.timeline(received)
    for row in steps:
        kind = known_or_none(StepKind, row.kind)
        if standing is None or kind is None:
            return None
        step = Step(kind, row.by_id, counted.take(kind, row.at.astimezone(UTC)), details_of(row.details))
        standing = lifecycle.after_taken(standing, step)
    return standing


def _request(steps: Sequence[Row[Any]]) -> RequestStanding | None:
    kind_of_case, received = known_or_none(RequestKind, steps[0].cycle), steps[0].received_at
    if kind_of_case is None:
        return None
    standing: RequestStanding | None = RequestStanding(kind_of_case, RequestState.REGISTERED, received)
    counted = CYCLES[kind_of_case].timeline(received)
    for row in steps:
        kind = known_or_none(RequestStepKind, row.kind)
        if standing is None or kind is None:
            return None
        step = RequestStep(kind, row.by_id, counted.take(kind, row.at.astimezone(UTC)), details_of(row.details))
        standing = CYCLES[kind_of_case].after_taken(standing, step)
    return standing
