"""Keeps from where each queue's figures light up on boards."""

from __future__ import annotations

from dataclasses import asdict, replace
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.calls.live import QueueLimits
from crmdesk.domain.errors import UserMistake

LONGEST_S = 86_400.0

_ALL = text("select queue, wait_soon_s, wait_late_s, level_target from sync.queue_limits")
_PUT = text(
    "insert into sync.queue_limits (queue, wait_soon_s, wait_late_s, level_target, set_by) "
    "values (:queue, :wait_soon_s, :wait_late_s, :level_target, :by) on conflict (queue) do update set "
    "wait_soon_s = excluded.wait_soon_s, wait_late_s = excluded.wait_late_s, level_target = excluded.level_target, "
    "set_by = excluded.set_by, set_at = now()"
)


def limits_of_queues(conn: Connection) -> dict[str, QueueLimits]:
    """Return the limits that were set, by the queue's name on the phone system."""
    return {r.queue: QueueLimits(r.wait_soon_s, r.wait_late_s, r.level_target) for r in conn.execute(_ALL)}


def set_limits(conn: Connection, queue: str, by: UUID | None, **given: float) -> QueueLimits:
    """Change a queue's limits, those that are ``given`` by name; return them as they are now.

    Raises UserMistake for what is no time of a day, no share, or a warning that would come after the alarm.
    """
    limits = replace(limits_of_queues(conn).get(queue, QueueLimits()), **given)
    check_limits(limits)
    conn.execute(_PUT, {"queue": queue, "by": by, **asdict(limits)})
    return limits


def check_limits(limits: QueueLimits) -> None:
    """Raise UserMistake at what cannot be a limit."""
    for name in ("wait_soon_s", "wait_late_s"):
        if not 0 <= getattr(limits, name) <= LONGEST_S:
            raise UserMistake(name, "That is not a time of a day.", "Give seconds, from 0 to 86400.")
    if limits.wait_soon_s > limits.wait_late_s:
        raise UserMistake("wait_soon_s", "The warning would come after the alarm.", "Give the shorter time first.")
    if not 0 <= limits.level_target <= 1:
        raise UserMistake("level_target", "That is no share of the calls.", "Give per cent, from 0 to 100.")
