"""Folds stored events again: the day so far when a gateway takes up, a past moment's board, a day that is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from crmdesk.domain.calls.events import CallEvent
from crmdesk.domain.calls.fold import CallFold, FoldSettings
from crmdesk.domain.calls.history import agent_times, agent_work, queue_slices
from crmdesk.domain.calls.live import AgentCall, Board
from crmdesk.domain.calls.records import DayRecords
from crmdesk.domain.calls.service_level import ServiceLevel
from crmdesk.domain.quick import dataclass
from crmdesk.server import event_store, history_store
from crmdesk.server.event_store import House
from crmdesk.server.history_store import DaySums

BEFORE_MIDNIGHT = timedelta(hours=4)
"""Calls that go on over midnight began no longer before it; a fold that begins there knows who waits at midnight."""

_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where the house is: the country of its numbers, the zone of its midnight."""

    region: str | None
    zone: str

    def midnight(self, at: datetime) -> datetime:
        """Return when the day of an instant began, in UTC."""
        return self.begin(at.astimezone(ZoneInfo(self.zone)).date())

    def begin(self, day: date) -> datetime:
        """Return when a day begins, in UTC."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def day(self, at: datetime) -> date:
        """Return the day of an instant."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def settings(self, house: House) -> FoldSettings:
        """Return what a fold for this house has to know."""
        return FoldSettings(
            region=self.region,
            zone=self.zone,
            service_levels=house.levels,
            labels=house.labels,
            wrap_up_s=house.wrap_up_s,
        )


@dataclass(slots=True)
class Replay:
    """A fold of stored events, what came out of it, each agent's call as it last stood, and the last event's number."""

    house: House
    fold: CallFold
    records: DayRecords
    told: dict[str, AgentCall]
    read: int

    def level_of(self, queue: str) -> ServiceLevel:
        """Return how a queue's service level is counted."""
        return self.house.levels.get(queue, self.fold.settings.service_level)


def replay(conn: Connection, place: Place, now: datetime) -> Replay:
    """Fold the day of ``now`` up to the last event there is, on a thread; with the present settings of the house."""
    return _folded(conn, place, now, event_store.since(conn, place.midnight(now) - BEFORE_MIDNIGHT))


def replay_until(conn: Connection, place: Place, until: datetime) -> Replay:
    """Fold the day of ``until`` up to that moment."""
    return _folded(conn, place, until, event_store.between(conn, place.midnight(until) - BEFORE_MIDNIGHT, until))


def _folded(conn: Connection, place: Place, at: datetime, events: Iterable[tuple[int, CallEvent]]) -> Replay:
    house, midnight = event_store.house(conn), place.midnight(at)
    made = Replay(house, CallFold(place.settings(house)), DayRecords(midnight), {}, 0)
    for number, event in events:
        made.read = max(made.read, number)
        output = made.fold.apply(event)
        made.records.take(output)
        for call in output.agent_calls:
            made.told[call.key] = call
    made.records.new_day(midnight)
    return made


def board_at(conn: Connection, place: Place, moment: datetime) -> tuple[Board, Replay]:
    """Return the board as it was at a moment of which events are still kept, recomputed from them."""
    made = replay_until(conn, place, moment)
    board = made.fold.board(moment)
    made.records.take(made.fold.drain())
    return board, made


def sums_until(made: Replay, end: datetime) -> DaySums:
    """Return a day's sums up to ``end``."""
    return DaySums(queue_slices(made.records, made.level_of), agent_times(made.records, end), agent_work(made.records))


def roll_up(conn: Connection, place: Place, now: datetime) -> tuple[date, ...]:
    """Add up the days that are over, of which there are events, and that were not; return them, at most two at once."""
    first = event_store.oldest(conn)
    if first is None:
        return ()
    done: list[date] = []
    for day in _days(place.day(first), place.day(now) - timedelta(days=1)):
        if len(done) < _AT_ONCE and not history_store.is_rolled(conn, day):
            roll_day(conn, place, day)
            done.append(day)
    return tuple(done)


def roll_day(conn: Connection, place: Place, day: date) -> None:
    """Add up one day from its events, in place of what was kept of it."""
    end = place.begin(day + timedelta(days=1))
    _, made = board_at(conn, place, end - timedelta(microseconds=1))
    history_store.keep_day(conn, day, end, sums_until(made, end))


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
