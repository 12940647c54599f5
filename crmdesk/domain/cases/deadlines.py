"""When a case must be answered, by the rules that hold for it: each deadline with how it stands, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from crmdesk.domain.cases.events import EARLY, Events, events_of
from crmdesk.domain.cases.house import House
from crmdesk.domain.cases.letters import LetterKind
from crmdesk.domain.cases.lifecycle import Limits
from crmdesk.domain.cases.steps import Step
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.calendars import zone_named
from crmdesk.domain.sla.clocks import ClockState, Facts, read, run
from crmdesk.domain.sla.due import ClockKind
from crmdesk.domain.sla.explanation import Explanation, explain
from crmdesk.domain.sla.instants import instant, micros
from crmdesk.domain.sla.milestones import milestone
from crmdesk.domain.sla.regime_letters import Ombudsman, RegimeLetter
from crmdesk.domain.sla.regimes import COMPLAINTS, Regime, RegimeClock, RegimeVersion, calendar_of
from crmdesk.domain.sla.targets import said
from crmdesk.domain.sla.timetable import Timetable
from crmdesk.domain.zones import zone_or_none

_ANSWERS = frozenset(
    {
        *("final_response", "company_response", "stage1_response", "stage2_response"),
        *("done", "settled", "answered"),
    }
)
"""The events that are the answer which a complainant, or whoever asked for something, waits for."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock of a case: its key, its title in English (marked where it is ours), when it is due (UTC; None:
    stands still), how it stands, what it allows in words, whether the law set it, whether it need not be used, and
    whether it ends with the answer. ``day`` is the house's day at whose end it is due, None of one due at a time."""

    key: str
    title: str
    due_at: datetime | None
    state: ClockState
    target: str
    kind: ClockKind
    optional: bool
    answers: bool
    started_at: datetime
    met_at: datetime | None = None
    day: date | None = None


class Timed(Protocol):
    """What the deadlines of a case depend on, whatever kind of case it is."""

    @property
    def received_at(self) -> datetime:
        """When it was received."""

    @property
    def received_zone(self) -> str:
        """The IANA zone in which the day of receipt counts."""

    def regime_in(self, house: House) -> str:
        """Return the key of the regime that holds for it in a house."""

    def happened(self) -> Events:
        """Return what its steps mean for its clocks."""


@dataclass(frozen=True, slots=True)
class History:
    """What the deadlines of a complaint depend on: which regime holds for it (empty: the house's), when and in which
    zone it was received, what it is about, and its steps in order."""

    regime: str
    product: str
    received_at: datetime
    received_zone: str
    steps: Sequence[Step] = ()
    state: ComplaintState = ComplaintState.REGISTERED

    def regime_in(self, house: House) -> str:
        """Return the key of the regime that was chosen, else that of the house for its product."""
        return self.regime or house.regime_of(self.product)

    def happened(self) -> Events:
        """Return what its steps mean for its clocks."""
        return events_of(self.received_at, self.steps)


@dataclass(frozen=True, slots=True)
class Rung:
    """A share of a clock, in percent, and when it is used up (UTC).

    ``started_at`` tells one run of a clock from the next, after a reopening.
    """

    key: str
    title: str
    percent: int
    at: datetime
    started_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class _Ruled:
    """The rules and clocks that hold for a case, the business time by which they are counted, and what happened."""

    version: RegimeVersion
    clocks: tuple[RegimeClock, ...]
    timetable: Timetable
    facts: Events


@dataclass(slots=True)
class RuleBook:
    """The rules in force: the house's and the regimes by key. Timetables are made when they are first needed."""

    house: House | None
    regimes: Mapping[str, Regime]
    _timetables: dict[tuple[str, object], Timetable] = field(default_factory=dict)

    @property
    def for_complaints(self) -> tuple[Regime, ...]:
        """Return the regimes that may hold for a complaint."""
        return tuple(one for one in self.regimes.values() if one.cases == COMPLAINTS)

    def regime_for(self, history: Timed) -> Regime | None:
        """Return the regime of a case, None where none is set up or known."""
        return None if self.house is None else self.regimes.get(history.regime_in(self.house))

    def deadlines(self, history: Timed, now: datetime) -> tuple[Deadline, ...]:
        """Return the clocks of a case in the order of the regime, none where no rules are set up for its day."""
        ruled = self._ruled(history)
        if ruled is None:
            return ()
        found = (_deadline(clock, ruled.facts, ruled.timetable, now) for clock in ruled.clocks)
        return tuple(one for one in found if one is not None)

    def explained(self, history: Timed, key: str) -> Explanation | None:
        """Return why a deadline is when it is, None for one that the case does not have."""
        ruled = self._ruled(history)
        for clock in ruled.clocks if ruled is not None else ():
            if ruled is None or clock.key != key:
                continue
            if (started := ruled.facts.events.get(clock.starts)) is not None:
                counted = run(clock.rule, _of(clock, ruled.facts, started))
                return explain(counted.start, clock.rule.target, ruled.timetable, counted.pauses, clock.rule.kind)
        return None

    def rungs(self, history: Timed, now: datetime, percents: Sequence[int]) -> tuple[Rung, ...]:
        """Return when each share (1 to 100) of each clock that runs is used up; early settlements have none."""
        ruled = self._ruled(history)
        found: list[Rung] = []
        for clock in ruled.clocks if ruled is not None else ():
            started = ruled.facts.events.get(clock.starts) if ruled is not None else None
            if ruled is None or started is None or clock.ends == EARLY:
                continue
            told = _of(clock, ruled.facts, started)
            counted, reading = run(clock.rule, told), read(clock.rule, told, ruled.timetable, now)
            if reading.state not in (ClockState.RUNNING, ClockState.BREACHED) or counted.met_at is not None:
                continue
            for percent in percents:
                target, kind = clock.rule.target, clock.rule.kind
                at = milestone(counted.start, target, ruled.timetable, percent, counted.pauses, kind)
                if at is not None and reading.due_at is not None:
                    found.append(Rung(clock.key, clock.title, percent, at, counted.start, reading.due_at))
        return tuple(found)

    def closing(self, history: History) -> datetime | None:
        """Return when business closes on the day on which a complaint was received, None on a day without business.

        What arrives from then on may count as received on the next business day.
        """
        ruled = self._ruled(history)
        if ruled is None:
            return None
        at = ruled.timetable.closing(ruled.timetable.local_day(micros(history.received_at)))
        return None if at is None else instant(at)

    def in_hours(self, history: Timed) -> bool | None:
        """Return whether a case was received in business hours, None where no rules are set up for its day."""
        ruled = self._ruled(history)
        at = micros(history.received_at)
        return None if ruled is None else ruled.timetable.open_between(at, at + 1) > 0

    def _ruled(self, history: Timed) -> _Ruled | None:
        """Return what holds for a case, None where no rules are set up for it or for its day."""
        regime = self.regime_for(history)
        if regime is None or self.house is None:
            return None
        try:
            version = regime.at(history.received_at.astimezone(_zone(history.received_zone, self.house)).date())
        except UserMistake:
            return None
        facts = history.happened()
        return _Ruled(version, _running(version.clocks, facts), self._timetable(regime, version.begins), facts)

    def limits(self, history: History, now: datetime) -> Limits:
        """Return what is asked of the next step."""
        if self.house is None:
            return Limits()
        early = next((one for one in self.deadlines(history, now) if one.optional), None)
        asked = self.letter(history, LetterKind.FINAL_RESPONSE)
        return Limits(
            second_person_above=self.house.second_person_above,
            currency=self.house.currency,
            silent_days=self.house.silent_days,
            early_until=None if early is None else early.due_at,
            cause_at_close=self.house.cause_at_close,
            elements=frozenset() if asked is None else frozenset(one.key for one in asked.elements),
        )

    def letter(self, history: History, kind: LetterKind) -> RegimeLetter | None:
        """Return what letters of a kind about a complaint must contain, None where its rules ask nothing of them."""
        ruled = self._ruled(history)
        return None if ruled is None else next((one for one in ruled.version.letters if one.kind is kind), None)

    def ombudsman(self, history: History) -> Ombudsman | None:
        """Return to whom the complainant can turn, None where the rules name nobody."""
        ruled = self._ruled(history)
        return None if ruled is None else ruled.version.ombudsman

    def _timetable(self, regime: Regime, begins: object) -> Timetable:
        key = (regime.key, begins)
        found = self._timetables.get(key)
        if found is None:
            assert self.house is not None
            version = next(one for one in regime.versions if one.begins == begins)
            parts = version.business_days.subdivisions
            part = self.house.subdivision if self.house.subdivision in parts else ""
            found = Timetable(calendar_of(version, part or (parts[0] if parts else ""), self.house.calendar))
            self._timetables[key] = found
        return found


def _running(clocks: Sequence[RegimeClock], facts: Events) -> tuple[RegimeClock, ...]:
    """Return the clocks that run: one whose condition happened takes the place of the one with the same events."""
    met = {(one.starts, one.ends) for one in clocks if one.condition and one.condition in facts.events}
    return tuple(
        one for one in clocks if (one.condition in facts.events if one.condition else (one.starts, one.ends) not in met)
    )


def _deadline(clock: RegimeClock, facts: Events, timetable: Timetable, now: datetime) -> Deadline | None:
    started = facts.events.get(clock.starts)
    if started is None:
        return None
    told = _of(clock, facts, started)
    reading = read(clock.rule, told, timetable, now)
    return Deadline(
        key=clock.key,
        title=clock.title,
        due_at=reading.due_at,
        state=reading.state,
        target=said(clock.rule.target),
        kind=clock.rule.kind,
        optional=clock.ends == EARLY,
        answers=clock.ends in _ANSWERS,
        started_at=started,
        met_at=run(clock.rule, told).met_at,
        day=_whole_day(reading.due_at, timetable.zone),
    )


def next_of(deadlines: Iterable[Deadline]) -> Deadline | None:
    """Return the deadline that comes next: the law's before the house's own, late ones first; None where none runs.

    An early settlement is an offer and no duty, so it is never the next.
    """
    running = [
        one
        for one in deadlines
        if one.met_at is None and one.due_at is not None and not one.optional and one.state is not ClockState.WAIVED
    ]
    return min(running, key=lambda one: (one.kind is not ClockKind.LEGAL, one.due_at), default=None)


def _whole_day(due_at: datetime | None, zone: ZoneInfo) -> date | None:
    """Return the day that ends when it is due, None where it is due in the middle of one."""
    local = None if due_at is None else due_at.astimezone(zone)
    return local.date() - timedelta(days=1) if local is not None and local.time() == time.min else None


def _of(clock: RegimeClock, facts: Events, started: datetime) -> Facts:
    return Facts(started, facts.pauses, facts.closures, facts.events.get(clock.ends))


def _zone(name: str, house: House) -> ZoneInfo:
    return zone_or_none(name) or zone_named(house.calendar.zone)
