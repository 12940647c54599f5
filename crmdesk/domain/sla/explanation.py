"""Why something is due when it is: one sentence, and the days one after another for a small picture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from crmdesk.domain.language import tr, tr_in, tr_n
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.calendars import Day, DayKind
from crmdesk.domain.sla.due import ClockKind, counts, day_due, last_day, puts_off, receipt_day, used_up
from crmdesk.domain.sla.instants import SECOND, instant, micros, span
from crmdesk.domain.sla.months import months_after
from crmdesk.domain.sla.pauses import Pause, Stretch, union
from crmdesk.domain.sla.targets import Ending, Target, Unit, hours_and_minutes, said
from crmdesk.domain.sla.timetable import HORIZON_YEARS, Timetable
from crmdesk.domain.words import clock, lasting_day, one_of

_NAMED_DAYS = 3


class Reason(StrEnum):
    """Why a day counts, or why it does not."""

    COUNTED = "counted"
    RECEIVED = "received"
    NO_HOURS = "no_hours"
    PUBLIC_HOLIDAY = "public_holiday"
    CLOSED = "closed"
    PAUSED = "paused"
    OUT_OF_HOURS = "out_of_hours"


@dataclass(frozen=True, slots=True)
class CountedDay:
    """A local day between start and due time.

    ``ran`` is the business time counted on it and ``paused`` what stood still; a target in days has neither, but
    ``number``: which of the counted days it is. ``name`` is that of its holiday or special day.
    """

    day: date
    reason: Reason
    ran: timedelta
    paused: timedelta
    number: int | None
    name: str

    @property
    def counts(self) -> bool:
        """Return whether the day brings the due time nearer."""
        return self.reason is Reason.COUNTED

    @property
    def minutes(self) -> int:
        """Return the whole minutes counted on it."""
        return int(self.ran.total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A due time (UTC; None: stands still or never), why in a sentence, and the days from the start to it."""

    due_at: datetime | None
    sentence: str
    days: tuple[CountedDay, ...]


def explain(
    start: datetime,
    target: Target,
    timetable: Timetable,
    pauses: Sequence[Pause] = (),
    kind: ClockKind = ClockKind.SERVICE,
) -> Explanation:
    """Return the due time that ``due`` gives, and why it is that one."""
    began = micros(start)
    standing = union(pauses, began) if kind is ClockKind.SERVICE else []
    if target.seconds is not None:
        at, days = _by_time(began, target.seconds, timetable, standing)
    else:
        at, days = _by_days(began, target, timetable, standing)
    parts = [_headline(start, target, timetable, at, days, standing)]
    if days:
        parts += _counted(days) if target.seconds is not None else _received(days)
    parts += _skipped(days, target)
    due_at = None if at is None else instant(at)
    if standing:
        parts += _reasons(start, due_at, pauses)
    if kind is ClockKind.LEGAL and pauses:
        parts.append(tr("a legal clock does not stand still in a pause"))
    calendar = timetable.calendar
    parts.append(tr("calendar {name}, version {n}", name=calendar.name, n=calendar.version))
    return Explanation(due_at, tr("{sentence}.", sentence="; ".join(parts)), tuple(days))


# The days ------------------------------------------------------------------------------------------------------------


def _by_time(
    began: int, seconds: int, timetable: Timetable, standing: Sequence[Stretch]
) -> tuple[int | None, list[CountedDay]]:
    at = used_up(began, seconds * SECOND, timetable, standing)
    end = at if at is not None else _standing_since(standing)
    if end is None:
        return None, []
    ran_on: dict[int, int] = {}
    paused_on: dict[int, int] = {}
    for day, opens, closes in timetable.windows(began, end):
        paused = sum(max(0, min(closes, end if e is None else e) - max(opens, b)) for b, e in standing)
        paused_on[day] = paused_on.get(day, 0) + paused
        ran_on[day] = ran_on.get(day, 0) + closes - opens - paused
    days = []
    for day in range(timetable.local_day(began), timetable.local_day(max(began, end - 1)) + 1):
        ran, paused = ran_on.get(day, 0), paused_on.get(day, 0)
        reason, name = (Reason.COUNTED, timetable.day(day).name) if ran else _closed(timetable.day(day))
        if paused and not ran:
            reason, name = Reason.PAUSED, ""
        days.append(CountedDay(date.fromordinal(day), reason, span(ran), span(paused), None, name))
    return at, days


def _by_days(
    began: int, target: Target, timetable: Timetable, standing: Sequence[Stretch]
) -> tuple[int | None, list[CountedDay]]:
    last = last_day(began, target, timetable, standing)
    received, from_day = timetable.local_day(began), receipt_day(began, target, timetable)
    since = _standing_since(standing)
    if from_day is None or (last is None and since is None):
        return None, []
    until = last if last is not None else timetable.local_day(since or began)
    days, number = [], 0
    for day in range(received, until + 1):
        hours = timetable.day(day)
        reason, name = (Reason.COUNTED, hours.name)
        if day <= from_day:
            reason, name = (Reason.RECEIVED, "") if day in (received, from_day) else _closed(hours)
        elif _passed_over(day, from_day, target, timetable):
            reason, name = _closed(hours)
        elif not counts(day, target, timetable, standing):
            reason, name = Reason.PAUSED, ""
        else:
            number += 1
        which = number if reason is Reason.COUNTED else None
        days.append(CountedDay(date.fromordinal(day), reason, timedelta(), timedelta(), which, name))
    return None if last is None else day_due(last, target, timetable), days


def _passed_over(day: int, from_day: int, target: Target, timetable: Timetable) -> bool:
    """Return whether a day is none that is counted: without business hours, or such that months do not end on it."""
    if target.unit is Unit.BUSINESS_DAYS:
        return timetable.closing(day) is None
    if target.unit is not Unit.MONTHS or day < months_after(date.fromordinal(from_day), target.amount).toordinal():
        return False
    return puts_off(day, timetable)


def _standing_since(standing: Sequence[Stretch]) -> int | None:
    return standing[-1][0] if standing and standing[-1][1] is None else None


def _closed(day: Day) -> tuple[Reason, str]:
    """Return why no business time runs on a day."""
    if day.hours:
        return Reason.OUT_OF_HOURS, day.name
    match day.kind:
        case DayKind.PUBLIC_HOLIDAY:
            return Reason.PUBLIC_HOLIDAY, day.name
        case DayKind.SPECIAL | DayKind.YEARLY:
            return Reason.CLOSED, day.name
        case DayKind.WEEKDAY:
            return Reason.NO_HOURS, ""


# The sentence --------------------------------------------------------------------------------------------------------


def _headline(
    start: datetime,
    target: Target,
    timetable: Timetable,
    at: int | None,
    days: Sequence[CountedDay],
    standing: Sequence[Stretch],
) -> str:
    since = _standing_since(standing)
    if at is None and since is None:
        return tr("Never due: no {target} within {n} years", target=said(target), n=HORIZON_YEARS)
    if at is None:
        when = _moment(instant(since or 0), timetable)
        return tr("No due time while it stands still, since {when}: {left}", when=when, left=_left(target, days))
    values = {"target": said(target), "zone": timetable.calendar.zone, "start": _moment(start, timetable)}
    if target.seconds is None and target.ends is Ending.END_OF_DAY:
        day = lasting_day(days[-1].day)
        return tr("Due by the end of {day} ({zone}): {target} after {start}", day=day, **values)
    due = _moment(instant(at), timetable)
    if target.seconds is None:
        return tr("Due at close of business, {due} ({zone}): {target} after {start}", due=due, **values)
    return tr("Due {due} ({zone}): {target} from {start}", due=due, **values)


def _left(target: Target, days: Sequence[CountedDay]) -> str:
    if target.seconds is not None:
        ran = sum((day.ran for day in days), timedelta())
        return tr("{left} left of {target}", left=_time(timedelta(seconds=target.seconds) - ran), target=said(target))
    done = sum(day.counts for day in days)
    return tr_n("{n} day left of {target}", "{n} days left of {target}", target.days - done, target=said(target))


def _counted(days: Sequence[CountedDay]) -> list[str]:
    counted = [day for day in days if day.counts]
    if not counted:
        return []
    if len(counted) <= _NAMED_DAYS:
        named = [tr("{time} on {day}", time=_time(day.ran), day=_named(day)) for day in counted]
        return [tr("counted: {days}", days=one_of(tuple(named)))]
    total = _time(sum((day.ran for day in counted), timedelta()))
    first, last = lasting_day(counted[0].day), lasting_day(counted[-1].day)
    between = tr_n("{time} on {n} day", "{time} on {n} days", len(counted), time=total)
    return [tr("counted: {days} from {first} to {last}", days=between, first=first, last=last)]


def _received(days: Sequence[CountedDay]) -> list[str]:
    taken = [day for day in days if day.reason is Reason.RECEIVED]
    if len(taken) < 2:
        return [tr("the day it came does not count")]
    return [
        tr("it came out of hours and counts as of {day}, which does not count itself", day=lasting_day(taken[-1].day))
    ]


def _skipped(days: Sequence[CountedDay], target: Target) -> list[str]:
    named = [_named(day) for day in days if day.reason in (Reason.PUBLIC_HOLIDAY, Reason.CLOSED)]
    plain = sum(day.reason is Reason.NO_HOURS for day in days)
    paused = sum(day.reason is Reason.PAUSED for day in days)
    stood = sum((day.paused for day in days), timedelta())
    if plain:
        named.append(tr_n("{n} day without business hours", "{n} days without business hours", plain))
    if paused and target.seconds is None:
        named.append(tr_n("{n} day of standing still", "{n} days of standing still", paused))
    parts = [tr("not counted: {days}", days=one_of(tuple(named)))] if named else []
    return [*parts, tr("stood still for {time} of business time", time=_time(stood))] if stood else parts


def _reasons(start: datetime, due_at: datetime | None, pauses: Sequence[Pause]) -> list[str]:
    """Return why it stood still between start and due time, each reason once."""
    within = (
        pause.reason
        for pause in pauses
        if (pause.end is None or pause.end > start) and (due_at is None or pause.begin < due_at)
    )
    reasons = tuple(reason for reason in dict.fromkeys(within) if reason)
    return [tr("it stood still for: {reasons}", reasons=one_of(reasons))] if reasons else []


def _named(day: CountedDay) -> str:
    on = lasting_day(day.day)
    return tr("{name} ({day})", name=day.name, day=on) if day.name else on


def _moment(at: datetime, timetable: Timetable) -> str:
    day = lasting_day(at.astimezone(timetable.zone).date())
    return tr_in("day and time", "{day} {time}", day=day, time=clock(at, timetable.zone))


def _time(length: timedelta) -> str:
    return hours_and_minutes(round(length.total_seconds()))
