"""The calls and the agents' states of one day, kept as they last stood, and which calls a figure is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from crmdesk.domain.calls.contact import CallLeg, Contact, Visit, VisitOutcome
from crmdesk.domain.calls.figures import Figure
from crmdesk.domain.calls.fold import FoldOutput
from crmdesk.domain.calls.intervals import StateInterval, spliced
from crmdesk.domain.calls.live import Party
from crmdesk.domain.calls.service_level import ServiceLevel
from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class BehindCall:
    """A call behind a figure: one stay in a queue, or one agent's part. Seconds; ``agent`` is an extension.

    ``outcome`` is None while the caller waits, and for a part. ``handle_s`` is talk and hold of a finished part.
    ``in_time`` says whether a stay counted as answered in time; None where that is not asked. The names, and who the
    customer is, are put in by whoever may know them.
    """

    contact_id: UUID
    queue: str
    party: Party
    began: datetime
    ended: datetime | None
    wait_s: float | None = None
    outcome: VisitOutcome | None = None
    agent: str | None = None
    handle_s: float | None = None
    in_time: bool | None = None
    agent_name: str = ""
    customer_id: UUID | None = None
    customer_name: str = ""


@dataclass(frozen=True, slots=True)
class BehindCalls:
    """The newest calls behind a figure, and how many there are at all."""

    calls: tuple[BehindCall, ...]
    count: int


class DayRecords:
    """Fed with everything that a fold puts out; ``midnight`` is when the day began."""

    def __init__(self, midnight: datetime) -> None:
        self.midnight = midnight
        self.contacts: dict[UUID, Contact] = {}
        self.intervals: dict[str, tuple[StateInterval, ...]] = {}

    def take(self, output: FoldOutput) -> None:
        """Take over what changed."""
        for contact in output.contacts:
            if contact.visits or contact.legs:
                self.contacts[contact.id] = contact
        newer: dict[str, list[StateInterval]] = {}
        for interval in output.intervals:
            newer.setdefault(interval.agent, []).append(interval)
        for agent, intervals in newer.items():
            self.intervals[agent] = spliced(self.intervals.get(agent, ()), intervals)

    def new_day(self, midnight: datetime) -> None:
        """Leave out what was over before ``midnight``."""
        self.midnight = midnight
        gone = [key for key, one in self.contacts.items() if one.ended_at is not None and one.ended_at < midnight]
        for key in gone:
            del self.contacts[key]
        for agent, intervals in self.intervals.items():
            self.intervals[agent] = tuple(i for i in intervals if i.ended is None or i.ended > midnight)

    def visits(self) -> Iterator[tuple[Contact, Visit]]:
        """Yield the stays that count for this day."""
        return counted_visits(list(self.contacts.values()), self.midnight)

    def parts(self) -> Iterator[tuple[Contact, CallLeg]]:
        """Yield the agents' parts in calls of queues that ended this day or go on."""
        for contact in list(self.contacts.values()):
            for leg in contact.legs:
                if leg.queue is not None and (leg.ended_at is None or leg.ended_at >= self.midnight):
                    yield contact, leg


def counted_visits(contacts: Iterable[Contact], midnight: datetime) -> Iterator[tuple[Contact, Visit]]:
    """Yield the stays that count for the day that began at ``midnight``: those begun in it, and who waited then."""
    for contact in contacts:
        for visit in contact.visits:
            if visit.counted and (visit.began >= midnight or visit.left_at is None or visit.left_at >= midnight):
                yield contact, visit


def who_answered(contact: Contact, visit: Visit) -> str | None:
    """Return the extension that answered a stay."""
    if visit.outcome is not VisitOutcome.ANSWERED or visit.left_at is None:
        return None
    left = visit.left_at
    legs = [leg for leg in contact.legs if leg.queue == visit.queue] or list(contact.legs)
    nearest = min(legs, key=lambda leg: abs(leg.answered_at - left), default=None)
    return nearest.agent if nearest is not None else None


def behind(
    records: DayRecords, figure: Figure, queue: str | None, level_of: Callable[[str], ServiceLevel]
) -> tuple[BehindCall, ...]:
    """Return the calls that a figure is made of, newest first, of all queues where ``queue`` is None.

    A count has as many as it says (the longest wait: the one); a share those in its base; a mean those that it is the
    mean of.
    """
    if figure in (Figure.AHT, Figure.READY, Figure.OCCUPANCY):
        ended = figure is Figure.AHT
        found = [_part(one, leg) for one, leg in records.parts() if (leg.ended_at is not None) is ended]
    else:
        found = [
            _stay(one, visit, level_of(visit.queue))
            for one, visit in records.visits()
            if _belongs(figure, visit, level_of(visit.queue))
        ]
    chosen = [call for call in found if queue is None or call.queue == queue]
    chosen.sort(key=lambda call: (call.began, call.contact_id), reverse=True)
    return tuple(chosen[-1:] if figure is Figure.LONGEST else chosen)


def _belongs(figure: Figure, visit: Visit, level: ServiceLevel) -> bool:
    match figure:
        case Figure.WAITING | Figure.LONGEST:
            return visit.outcome is None
        case Figure.ANSWERED | Figure.ASA:
            return visit.outcome is VisitOutcome.ANSWERED
        case Figure.ABANDONED:
            return visit.outcome is VisitOutcome.ABANDONED
        case Figure.SHORT:
            return is_short(visit, level)
        case Figure.TIMED_OUT:
            return visit.outcome is VisitOutcome.TIMED_OUT
        case Figure.LEVEL:
            return visit.outcome is not None
        case _:
            return True


def is_short(visit: Visit, level: ServiceLevel) -> bool:
    """Return True for a caller who gave up too soon for anybody to have answered."""
    gave_up = visit.outcome is VisitOutcome.ABANDONED
    return gave_up and visit.wait_s is not None and visit.wait_s < level.short_abandon_s


def in_time(visit: Visit, level: ServiceLevel) -> bool:
    """Return True if the wait was within the threshold."""
    return visit.wait_s is not None and visit.wait_s <= level.threshold_s


def _stay(contact: Contact, visit: Visit, level: ServiceLevel) -> BehindCall:
    answered = visit.outcome is VisitOutcome.ANSWERED
    return BehindCall(
        contact_id=contact.id,
        queue=visit.queue,
        party=contact.party,
        began=visit.began,
        ended=visit.left_at if visit.outcome is not None else None,
        wait_s=visit.wait_s,
        outcome=visit.outcome,
        agent=who_answered(contact, visit),
        in_time=in_time(visit, level) if answered else None,
    )


def _part(contact: Contact, leg: CallLeg) -> BehindCall:
    return BehindCall(
        contact_id=contact.id,
        queue=leg.queue or "",
        party=contact.party,
        began=leg.answered_at,
        ended=leg.ended_at,
        agent=leg.agent,
        handle_s=leg.handle_s,
    )
