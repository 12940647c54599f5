"""How the desk reads a promise back, and asks for what the sentence does not tell."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from crmdesk.domain import words
from crmdesk.domain.language import spoken, tr, tr_in
from crmdesk.domain.promises import Asked, Keeper, Owner, Problem, language_of
from crmdesk.domain.quick import dataclass

_FAR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Clock:
    """By whose clock a promise is read. ``theirs`` says that it is the customer's, else nobody knows theirs and it is
    the agent's own; ``own`` is the agent's."""

    zone: ZoneInfo
    theirs: bool
    own: tzinfo


def city(zone: ZoneInfo) -> str:
    """Return the place that names a zone: "New York"."""
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")


def when(due: datetime, now: datetime, clock: Clock) -> str:
    """Return day and time on the clock by which it was read: "Thu 24 Dec, 10:00"."""
    there, today = due.astimezone(clock.zone).date(), now.astimezone(clock.zone).date()
    return tr_in("day and time", "{day}, {time}", day=_date(there, today), time=words.clock(due, clock.zone))


def _date(day: date, today: date) -> str:
    """Return a day by its date; the year only where it is not the coming day of that name."""
    return words.dated(day, today if day - today >= _FAR else day)


def whose(due: datetime, clock: Clock) -> str:
    """Return whose time that is, and what it is on the agent's clock where that is another."""
    if not clock.theirs:
        return tr("your time ({city})", city=city(clock.zone))
    there, here = due.astimezone(clock.zone), due.astimezone(clock.own)
    place, time = city(clock.zone), words.clock(due, clock.own)
    if there.utcoffset() == here.utcoffset():
        return tr("{city} time", city=place)
    if there.date() == here.date():
        return tr("{city} time, {time} yours", city=place, time=time)
    day = words.dated(here.date(), there.date())
    return tr("{city} time, {day} {time} yours", city=place, day=day, time=time)


def owner(owner: Owner) -> str:
    """Return who keeps it."""
    match owner.keeper:
        case Keeper.ME:
            return tr("owner you")
        case Keeper.TEAM:
            return tr("free for the team to claim")
        case Keeper.COLLEAGUE:
            return tr("{name} is asked to take it on", name=owner.name)
        case Keeper.NOBODY_KNOWN:
            return tr("nobody here is {name}", name=owner.name)


def _is_elsewhere(at: datetime, clock: Clock) -> bool:
    """Say whether it is another time here than where the customer is."""
    return clock.theirs and at.astimezone(clock.own).utcoffset() != at.astimezone(clock.zone).utcoffset()


def question(asked: Asked, now: datetime, clock: Clock) -> str:
    """Return what to write so that it is understood."""
    days = [_date(at.date(), now.astimezone(clock.zone).date()) for at in asked.offers]
    times = [words.clock(at, at.tzinfo or clock.zone) for at in asked.offers]
    said = asked.said
    reads = language_of(spoken())
    like, (one, other) = reads.examples, reads.examples.times
    days_like = {"day": like.day, "weekday": like.weekday}
    match asked.problem:
        case Problem.NO_DAY if said:
            return tr("“{said}” names no day. Write one, like {day} or {weekday}.", said=said, **days_like)
        case Problem.NO_DAY:
            return tr("Say when, like {day}, {weekday} or {span}.", span=like.span, **days_like)
        case Problem.NO_TIME:
            return tr("At what time “{said}”? Write it, like {one} or {other}.", said=said, one=one, other=other)
        case Problem.SEVERAL:
            return tr("More than one time is named: “{said}”. Leave one.", said=said)
        case Problem.WHICH_HOUR:
            return tr("“{said}”: {one} or {other}? Write it like that.", said=said, one=times[0], other=times[1])
        case Problem.WHICH_DAY:
            return tr("“{said}”: {one} or {other}? Write the date.", said=said, one=days[0], other=days[1])
        case Problem.WHICH_OF_TWO:
            one, other = reads.either(said)
            return tr("{time} comes twice that night. Write {one} or {other}.", time=said, one=one, other=other)
        case Problem.NO_SUCH_HOUR:
            return tr("There is no {time} there that day: the clocks go forward. Write another time.", time=said)
        case Problem.NO_SUCH_DAY:
            return tr("There is no day “{said}”. Write another.", said=said)
        case Problem.NOT_THAT_WEEKDAY:
            return tr("“{said}” is a {day}. Write one or the other.", said=said, day=days[0])
        case Problem.NOT_IN_THAT_PART:
            return tr("“{said}” is not in that part of the day. Write one or the other.", said=said)
        case Problem.OVER:
            over = {"day": days[0], "time": times[0], "later": like.later}
            if _is_elsewhere(asked.offers[0], clock):
                place = city(clock.zone)
                return tr("{day}, {time} in {city} is over. Write a later time, or {later}.", city=place, **over)
            return tr("{day}, {time} is over. Write a later time, or {later}.", **over)
        case Problem.TOO_FAR:
            return tr("{day} is more than two years away. Write an earlier day.", day=days[0])
