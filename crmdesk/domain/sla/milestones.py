"""When a share of a target is used up: what warnings at 50, 75 and 90 % go by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crmdesk.domain.sla.due import ClockKind, due, used_up
from crmdesk.domain.sla.instants import instant, micros
from crmdesk.domain.sla.pauses import Pause, Stretch, union
from crmdesk.domain.sla.targets import Target, Unit
from crmdesk.domain.sla.timetable import Timetable


def milestone(
    start: datetime,
    target: Target,
    timetable: Timetable,
    percent: int,
    pauses: Sequence[Pause] = (),
    kind: ClockKind = ClockKind.SERVICE,
) -> datetime | None:
    """Return the instant, in UTC, by which ``percent`` (1 to 100) of a target is used up; None while nothing is due.

    Of business time it is the share itself. Of business days it is that share of the business time between start and
    due time, so that no warning comes at night; of calendar days, weeks and months, of the real time. What is
    paused is left out of both.
    """
    due_at = due(start, target, timetable, pauses, kind)
    if due_at is None or percent >= 100:
        return due_at
    began, end = micros(start), micros(due_at)
    standing = union(pauses, began) if kind is ClockKind.SERVICE else []
    if target.unit in (Unit.CALENDAR_DAYS, Unit.WEEKS, Unit.MONTHS):
        return instant(_real_time(began, end, percent, standing))
    ran = timetable.open_between(began, end)
    ran -= sum(timetable.open_between(a, end if b is None else min(b, end)) for a, b in standing)
    at = used_up(began, ran * percent // 100, timetable, standing)
    return due_at if at is None else instant(at)


def _real_time(began: int, end: int, percent: int, standing: Sequence[Stretch]) -> int:
    paused = [(a, end if b is None else min(b, end)) for a, b in standing if a < end]
    left = (end - began - sum(b - a for a, b in paused)) * percent // 100
    at = began
    for a, b in paused:
        if a - at >= left:
            break
        at, left = b, left - (a - at)
    return at + left
