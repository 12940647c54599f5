"""Keeps agents' states as they happen, and each day added up once it is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from crmdesk.domain.calls.history import AgentTime, AgentWork, OutcomeCount, QueueSlice
from crmdesk.domain.calls.intervals import StateInterval
from crmdesk.domain.calls.live import AgentState
from crmdesk.domain.quick import dataclass

_CUT = text("delete from sync.agent_interval where agent = :agent and began >= :cut")
_END = text("update sync.agent_interval set ended = :cut where agent = :agent and (ended is null or ended > :cut)")
_PUT = text(
    "insert into sync.agent_interval (agent, began, ended, state, reason, queue) "
    "values (:agent, :began, :ended, :state, :reason, :queue)"
)
_INTERVALS = text(
    "select agent, state, reason, queue, began, ended from sync.agent_interval "
    "where began < :end and (ended is null or ended > :begin) order by agent, began"
)
_FORGET = text("delete from sync.agent_interval where ended < :before")
_ROLLED = text("select day from sync.rolled_day where day between :first and :last")
_IS_ROLLED = text("select exists (select 1 from sync.rolled_day where day = :day)")
_UNROLL = text("delete from sync.rolled_day where day = :day")
_ROLL = text("insert into sync.rolled_day (day, ends_at) values (:day, :ends_at)")
_PUT_SLICE = text(
    "insert into sync.queue_history values (:day, :queue, :at, :level, :offered, :answered, :answered_in_time, "
    ":abandoned, :abandoned_in_time, :short_abandoned, :timed_out, :waiting, :waits_known, :wait_us, :handled, "
    ":handle_us)"
)
_PUT_TIME = text("insert into sync.agent_time values (:day, :agent, :state, :reason, :times, :spent_us)")
_PUT_WORK = text("insert into sync.agent_work values (:day, :agent, :handled, :handle_us)")
_SLICES = text(
    "select queue, at, level, offered, answered, answered_in_time, abandoned, abandoned_in_time, short_abandoned, "
    "timed_out, waiting, waits_known, wait_us, handled, handle_us "
    "from sync.queue_history where day between :first and :last order by queue, at"
)
_TIMES = text(
    "select agent, state, reason, times, spent_us from sync.agent_time where day between :first and :last "
    "order by agent, state, reason"
)
_WORK = text("select agent, handled, handle_us from sync.agent_work where day between :first and :last order by agent")
# By agent, since there is an index for it: one over all interactions by time would cost every save.
_OUTCOMES = text(
    "select i.queue, a.display_name, coalesce(d.label, '') as outcome, count(*) as number, "
    "coalesce(sum(i.talk_s), 0) as talk_s from crm.agent a "
    "join crm.interaction i on i.agent_id = a.id and i.began_at >= :begin and i.began_at < :end "
    "left join crm.disposition d on d.id = i.disposition_id "
    "where i.answered_at is not null and i.direction <> 'internal' "
    "group by 1, 2, 3 order by 1, 2, 4 desc, 3"
)


@dataclass(frozen=True, slots=True)
class DaySums:
    """Everything that is kept of a day, or of several together."""

    queues: tuple[QueueSlice, ...]
    times: tuple[AgentTime, ...]
    work: tuple[AgentWork, ...]


def keep_intervals(conn: Connection, intervals: Iterable[StateInterval]) -> None:
    """Put agents' states in: from an agent's first of them on only they stand, what was before ends there."""
    of_agent: dict[str, dict[datetime, StateInterval]] = {}
    for one in intervals:
        if one.ended is None or one.ended > one.began:
            of_agent.setdefault(one.agent, {})[one.began] = one
    rows: list[dict[str, Any]] = []
    for agent, by_begin in sorted(of_agent.items()):
        cut = {"agent": agent, "cut": min(by_begin)}
        conn.execute(_CUT, cut)
        conn.execute(_END, cut)
        rows += [_row(by_begin[began]) for began in sorted(by_begin)]
    if rows:
        conn.execute(_PUT, rows)


def _row(one: StateInterval) -> dict[str, Any]:
    words = {"reason": _clean(one.reason or ""), "queue": _clean(one.queue or "")}
    return {"agent": one.agent, "began": one.began, "ended": one.ended, "state": one.state.value, **words}


def _clean(words: str) -> str:
    return words.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def intervals(conn: Connection, begin: datetime, end: datetime) -> tuple[StateInterval, ...]:
    """Return the agents' states that touch a span, by agent and time."""
    rows = conn.execute(_INTERVALS, {"begin": begin, "end": end})
    return tuple(
        StateInterval(r.agent, AgentState(r.state), r.reason or None, r.queue or None, r.began, r.ended) for r in rows
    )


def forget_intervals(conn: Connection, before: datetime) -> None:
    """Remove states that ended before an instant; the days' sums stay."""
    conn.execute(_FORGET, {"before": before})


def outcomes(conn: Connection, begin: datetime, end: datetime) -> tuple[OutcomeCount, ...]:
    """Count the outcomes of calls that somebody talked on and that began in a span; within scopes that are set."""
    rows = conn.execute(_OUTCOMES, {"begin": begin, "end": end})
    return tuple(OutcomeCount(r.queue, r.display_name, r.outcome, r.number, float(r.talk_s)) for r in rows)


def is_rolled(conn: Connection, day: date) -> bool:
    """Return True if a day was added up already."""
    return bool(conn.execute(_IS_ROLLED, {"day": day}).scalar_one())


def rolled_days(conn: Connection, first: date, last: date) -> frozenset[date]:
    """Return the days of a span that were added up."""
    return frozenset(conn.scalars(_ROLLED, {"first": first, "last": last}))


def keep_day(conn: Connection, day: date, ends_at: datetime, sums: DaySums) -> None:
    """Keep a day's sums, in place of what was kept of it before."""
    conn.execute(_UNROLL, {"day": day})
    conn.execute(_ROLL, {"day": day, "ends_at": ends_at})
    for statement, rows in ((_PUT_SLICE, sums.queues), (_PUT_TIME, sums.times), (_PUT_WORK, sums.work)):
        if rows:
            conn.execute(statement, [{"day": day, **_plain(row)} for row in rows])


def _plain(row: QueueSlice | AgentTime | AgentWork) -> dict[str, Any]:
    return {key: _clean(value) if isinstance(value, str) else value for key, value in asdict(row).items()}


def sums_of(conn: Connection, first: date, last: date) -> DaySums:
    """Return what is kept of a span of days."""
    span = {"first": first, "last": last}
    return DaySums(
        queues=tuple(QueueSlice(**row) for row in conn.execute(_SLICES, span).mappings()),
        times=tuple(
            AgentTime(r.agent, AgentState(r.state), r.reason, r.times, r.spent_us) for r in conn.execute(_TIMES, span)
        ),
        work=tuple(AgentWork(*row) for row in conn.execute(_WORK, span)),
    )
