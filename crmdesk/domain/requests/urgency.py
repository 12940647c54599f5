"""In which order open cases are worked on, whatever kind they are of."""

from __future__ import annotations

from datetime import UTC, datetime

from crmdesk.domain.cases.views import CaseLine
from crmdesk.domain.requests.views import RequestLine
from crmdesk.domain.routing.rules import Priority
from crmdesk.domain.sla.due import ClockKind

_LATEST = datetime.max.replace(tzinfo=UTC)
_ORDER = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2, None: 2, Priority.LOW: 3}
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_URGENCIES = {3: 0, 2: 1}


def urgency_of(line: CaseLine | RequestLine) -> tuple[datetime, bool, int, datetime]:
    """Return what open cases are sorted by: their next deadline (of a complaint the law's while it runs), at one time
    the law's before the house's own, then what is urgent, then the oldest."""
    due = line.next.due_at if line.next is not None else None
    legal = line.next is not None and line.next.kind is ClockKind.LEGAL
    urgent = _URGENCIES.get(line.urgency, 2) if isinstance(line, RequestLine) else _ORDER[line.priority]
    return due or _LATEST, not legal, urgent, line.received_at


def closing_of(line: CaseLine | RequestLine) -> datetime:
    """Return what closed cases are sorted by: when they were closed; where nobody knows, long ago."""
    return line.closed_at or _EARLIEST
