"""Answers what lies behind the board: from the day's records of this gateway, from stored events, from days added up.

Each gateway has the records of the day, because each has the fold. What is asked of a past moment is folded again; one
such question at a time, since each is work for seconds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.calls.history import (
    History,
    OutcomeCount,
    QueueSlice,
    Step,
    added_up,
    agent_times,
    agent_work,
    all_times,
    all_work,
    half_hour,
    queue_slices,
)
from crmdesk.domain.calls.live import Board, Party
from crmdesk.domain.calls.records import BehindCall, BehindCalls, DayRecords, behind
from crmdesk.domain.calls.service_level import ServiceLevel
from crmdesk.domain.clock import Clock
from crmdesk.domain.language import mark
from crmdesk.domain.people import Role
from crmdesk.models.base import from_microseconds, to_microseconds
from crmdesk.server import history_store
from crmdesk.server.event_store import House
from crmdesk.server.history_store import DaySums
from crmdesk.server.replay import Place, Replay, board_at
from crmdesk.sync.board_wire import AskBoard, AskCalls, AskHistory, BoardReply, CallsReply, HistoryReply
from crmdesk.sync.engine import Code, Principal, Rejection
from crmdesk.sync.engine.access import at_device, within

CALLS_AT_ONCE = 500
"""So many calls behind a figure are sent, the newest; the figure itself says how many there are."""

LONGEST_HISTORY = timedelta(days=400)
_EARLIEST = date(1970, 1, 1)
"""Days from here to ``LONGEST_HISTORY`` after today have a beginning in every zone."""

_OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_KNOWN = text(
    "select i.id, c.id as customer_id, c.name from crm.interaction i "
    "left join crm.customer c on c.id = i.customer_id where i.id = any(cast(:ids as uuid[]))"
)
_UNKNOWN = Party()


class BoardRoom:
    """``records`` are those of the day so far; the intake puts everything in that its fold puts out."""

    def __init__(self, clock: Clock, place: Place) -> None:
        self._clock = clock
        self._place = place
        self._house = House({}, {}, {}, {}, {}, {}, {})
        self._level = ServiceLevel()
        self._one_at_a_time = threading.Lock()
        self.records = DayRecords(place.midnight(clock.now()))

    def take_up(self, made: Replay) -> None:
        """Begin with what a fold of the day so far found."""
        self._house, self.records = made.house, made.records

    def turn_the_day(self, now: datetime) -> bool:
        """Begin another day if it is one; return whether it was."""
        midnight = self._place.midnight(now)
        if midnight <= self.records.midnight:
            return False
        self.records.new_day(midnight)
        return True

    # Questions -------------------------------------------------------------------------------------------------------

    def board_at(self, conn: Connection, principal: Principal, message: AskBoard) -> BoardReply:
        """Return the board of a past moment; raises Rejection for who may not, and for a moment that is not kept."""
        _check(principal, message.device_id)
        with self._one_at_a_time:
            board, made = board_at(conn, self._place, self._moment(message.at_us))
        return BoardReply(named(board, made.house))

    def board_calls(self, conn: Connection, principal: Principal, message: AskCalls) -> CallsReply:
        """Return the calls behind a figure; raises Rejection as ``board_at`` does."""
        _check(principal, message.device_id)
        records, level_of = self.records, self._level_of
        if message.at_us is not None:
            moment = self._moment(message.at_us)
            with self._one_at_a_time:
                _, made = board_at(conn, self._place, moment)
            records, level_of = made.records, made.level_of
        calls = behind(records, message.figure, message.queue or None, level_of)
        return CallsReply(BehindCalls(self._shown(conn, principal, calls[:CALLS_AT_ONCE]), len(calls)))

    def board_history(self, conn: Connection, principal: Principal, message: AskHistory) -> HistoryReply:
        """Return what is kept of some days, and of today what there is; raises Rejection for too long a span."""
        _check(principal, message.device_id)
        now = self._clock.now()
        today = self._place.day(now)
        span = message.last - message.first
        if not timedelta(0) <= span <= LONGEST_HISTORY or not _EARLIEST <= message.last <= today + LONGEST_HISTORY:
            raise Rejection(
                Code.BAD_REQUEST, mark("These days cannot be shown together."), mark("Choose at most 400 days.")
            )
        kept = history_store.sums_of(conn, message.first, message.last)
        known = set(history_store.rolled_days(conn, message.first, message.last))
        if message.first <= today <= message.last and today not in known:
            kept = _together(kept, self._today(now))
            known.add(today)
        days = ((message.first + timedelta(days=n)) for n in range((message.last - message.first).days + 1))
        found = History(
            queues=self._in_steps(kept.queues, message.step),
            times=all_times(kept.times),
            work=all_work(kept.work),
            missing=tuple(day for day in days if day not in known),
            labels=self._house.labels,
            names=self._house.names,
            outcomes=self._outcomes(conn, principal, message),
        )
        return HistoryReply(found)

    def _outcomes(self, conn: Connection, principal: Principal, message: AskHistory) -> tuple[OutcomeCount, ...]:
        """Return the outcomes of the interactions that this person may see."""
        begin, end = self._place.begin(message.first), self._place.begin(message.last + timedelta(days=1))
        with within(conn, principal.scopes):
            return history_store.outcomes(conn, begin, end)

    # Parts -----------------------------------------------------------------------------------------------------------

    def _moment(self, at_us: int) -> datetime:
        """Return the moment asked for; events are kept for two days, so those of yesterday are all there."""
        now = self._clock.now()
        moment = from_microseconds(min(max(at_us, 0), to_microseconds(now)))
        if moment < self._place.begin(self._place.day(now) - timedelta(days=1)):
            raise Rejection(
                Code.NOT_FOUND,
                mark("The events of that day are not kept any more."),
                mark("Look at the history of days instead."),
            )
        return moment

    def _level_of(self, queue: str) -> ServiceLevel:
        return self._house.levels.get(queue, self._level)

    def _today(self, now: datetime) -> DaySums:
        records = self.records
        return DaySums(queue_slices(records, self._level_of), agent_times(records, now), agent_work(records))

    def _in_steps(self, slices: tuple[QueueSlice, ...], step: Step) -> tuple[QueueSlice, ...]:
        parts: dict[Step, Callable[[datetime], datetime]] = {
            Step.QUARTER: _as_utc,
            Step.HALF_HOUR: half_hour,
            Step.DAY: self._place.midnight,
        }
        return added_up(slices, parts[step])

    def _shown(self, conn: Connection, principal: Principal, calls: tuple[BehindCall, ...]) -> tuple[BehindCall, ...]:
        """Return the calls with names; who called only where this person may see the interaction (an erased one is
        nobody's)."""
        with within(conn, principal.scopes):
            rows = conn.execute(_KNOWN, {"ids": list({call.contact_id for call in calls})}).all()
        known = {row.id: row for row in rows}
        shown = []
        for call in calls:
            row = known.get(call.contact_id)
            name = self._house.names.get(call.agent or "", call.agent or "")
            if row is None:
                shown.append(replace(call, party=_UNKNOWN, agent_name=name))
            else:
                customer = row.name or ""
                shown.append(replace(call, agent_name=name, customer_id=row.customer_id, customer_name=customer))
        return tuple(shown)


def _check(principal: Principal, device: UUID) -> None:
    at_device(principal, device)
    if principal.role not in _OVERSEERS:
        raise Rejection(
            Code.NOT_HELD, mark("Only supervisors can look behind the board."), mark("Ask your supervisor.")
        )


def named(board: Board, house: House) -> Board:
    """Return the board with the people's names and teams, and each queue's limits."""
    agents = tuple(
        replace(a, name=house.names.get(a.extension, a.name), team=house.teams.get(a.extension, ""))
        for a in board.agents
    )
    queues = tuple(replace(q, limits=house.limits.get(q.queue, q.limits)) for q in board.queues)
    return replace(board, queues=queues, agents=agents)


def _together(kept: DaySums, today: DaySums) -> DaySums:
    return DaySums(kept.queues + today.queues, kept.times + today.times, kept.work + today.work)


def _as_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)
