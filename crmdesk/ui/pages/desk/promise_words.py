"""How the desk reads a promise back, and asks for what the sentence does not tell."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from crmdesk.domain import words
from crmdesk.domain.promises import Asked, Keeper, Owner, Problem
from crmdesk.domain.quick import dataclass
from crmdesk.ui.pop import say

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
    return f"{_date(there, today)}, {words.clock(due, clock.zone)}"


def _date(day: date, today: date) -> str:
    """Return a day by its date; the year only where it is not the coming day of that name."""
    return words.dated(day, today if day - today >= _FAR else day)


def whose(due: datetime, clock: Clock) -> str:
    """Return whose time that is, and what it is on the agent's clock where that is another."""
    if not clock.theirs:
        return f"your time ({city(clock.zone)})"
    there, here = due.astimezone(clock.zone), due.astimezone(clock.own)
    said = f"{city(clock.zone)} time"
    if there.utcoffset() == here.utcoffset():
        return said
    day = "" if there.date() == here.date() else f"{words.dated(here.date(), there.date())} "
    return f"{said}, {day}{words.clock(due, clock.own)} yours"


def owner(owner: Owner) -> str:
    """Return who keeps it."""
    return {
        Keeper.ME: "owner you",
        Keeper.TEAM: "free for the team to claim",
        Keeper.COLLEAGUE: f"{owner.name} is asked to take it on",
        Keeper.NOBODY_KNOWN: f"nobody here is {owner.name}",
    }[owner.keeper]


def _there(at: datetime, clock: Clock) -> str:
    """Return the place of a time, where it is another one here."""
    here = at.astimezone(clock.own).utcoffset() == at.astimezone(clock.zone).utcoffset()
    return "" if here or not clock.theirs else f" in {city(clock.zone)}"


def question(asked: Asked, now: datetime, clock: Clock) -> str:
    """Return what to write so that it is understood."""
    said = f"“{asked.said}”"
    days = [_date(at.date(), now.astimezone(clock.zone).date()) for at in asked.offers]
    times = [words.clock(at, at.tzinfo or clock.zone) for at in asked.offers]
    match asked.problem:
        case Problem.NO_DAY if asked.said:
            return f"{say.sentence(said)} names no day. Write one, like tomorrow 10 or Tue 14:30."
        case Problem.NO_DAY:
            return "Say when, like tomorrow 10, Tue 14:30 or in 2 hours."
        case Problem.NO_TIME:
            return f"At what time {said}? Write it, like 10:30 or 2pm."
        case Problem.SEVERAL:
            return f"More than one time is named: {said}. Leave one."
        case Problem.WHICH_HOUR:
            return f"{say.sentence(said)}: {times[0]} or {times[1]}? Write it like that."
        case Problem.WHICH_DAY:
            return f"{say.sentence(said)}: {days[0]} or {days[1]}? Write the date."
        case Problem.WHICH_OF_TWO:
            return f"{asked.said} comes twice that night. Write {asked.said} first or {asked.said} second."
        case Problem.NO_SUCH_HOUR:
            return f"There is no {asked.said} there that day: the clocks go forward. Write another time."
        case Problem.NO_SUCH_DAY:
            return f"There is no day {said}. Write another."
        case Problem.NOT_THAT_WEEKDAY:
            return f"{say.sentence(said)} is a {days[0]}. Write one or the other."
        case Problem.NOT_IN_THAT_PART:
            return f"{say.sentence(said)} is not in that part of the day. Write one or the other."
        case Problem.OVER:
            return f"{days[0]}, {times[0]}{_there(asked.offers[0], clock)} is over. Write a later time, or tomorrow."
        case Problem.TOO_FAR:
            return f"{days[0]} is more than two years away. Write an earlier day."
