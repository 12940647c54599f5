"""Reads when a promise is due from one sentence, or says what has to be asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from crmdesk.domain.promises.days import Told, day_of
from crmdesk.domain.promises.language import Code, Figures, Language, Part, Says
from crmdesk.domain.promises.sentence import Sentence, Spoken
from crmdesk.domain.promises.zone import instants_of
from crmdesk.domain.quick import dataclass

FARTHEST = timedelta(days=731)
"""What is promised for later than in two years is a slip of the finger."""


class Problem(StrEnum):
    """Why a sentence does not tell when."""

    NO_DAY = "no_day"
    NO_TIME = "no_time"
    SEVERAL = "several"
    """More than one day or time is named."""
    WHICH_HOUR = "which_hour"
    """In the morning or in the evening: ``offers`` are both."""
    WHICH_DAY = "which_day"
    """Two days are called so: ``offers`` are both."""
    WHICH_OF_TWO = "which_of_two"
    """The clocks are put back: the hour comes twice. ``offers`` are both."""
    NO_SUCH_HOUR = "no_such_hour"
    """The clocks are put forward over it."""
    NO_SUCH_DAY = "no_such_day"
    NOT_THAT_WEEKDAY = "not_that_weekday"
    """The date is another day of the week: ``offers`` has it."""
    NOT_IN_THAT_PART = "not_in_that_part"
    """The time is not in the part of the day."""
    OVER = "over"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class Understood:
    """What was read: ``due_at`` is UTC, ``words`` the sentence without the phrase of time, as it was written."""

    due_at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What has to be asked. ``said`` are the words of the sentence that it is about, ``offers`` what they could mean,
    as aware instants in the zone in which they were read."""

    problem: Problem
    said: str = ""
    offers: tuple[datetime, ...] = ()


class _Unclear(Exception):
    """Something has to be asked; never seen outside."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked.problem)
        self.asked = asked


def read(text: str, now: datetime, zone: ZoneInfo, language: Language) -> Understood | Asked:
    """Return when something is due that was promised at ``now`` to somebody in ``zone``, or what has to be asked."""
    sentence = Sentence(text, language)
    try:
        due = _due(sentence, now, zone, language)
    except _Unclear as unclear:
        return unclear.asked
    if due <= now:
        return Asked(Problem.OVER, sentence.said(), (due.astimezone(zone),))
    if due - now > FARTHEST:
        return Asked(Problem.TOO_FAR, sentence.said(), (due.astimezone(zone),))
    return Understood(due, sentence.rest())


def _due(sentence: Sentence, now: datetime, zone: ZoneInfo, language: Language) -> datetime:
    vague, span, day, hour, part = (
        _only(sentence, says) for says in (Says.VAGUE, Says.SPAN, Says.DAY, Says.TIME, Says.PART)
    )
    if vague is not None and day is None:
        raise _Unclear(Asked(Problem.NO_DAY, vague.text))
    today = now.astimezone(zone).date()
    if span is not None:
        whole = span.span()
        if span.counts_hours():
            if day is not None or hour is not None or part is not None:
                raise _Unclear(Asked(Problem.SEVERAL, sentence.said()))
            return _full_minute(now + whole)
        if day is not None:
            raise _Unclear(Asked(Problem.SEVERAL, sentence.said()))
        on = today + min(whole, 2 * FARTHEST)
    else:
        on = _day(day, part, hour, today, zone, language)
    return _at(on, hour, part, sentence, zone)


def _only(sentence: Sentence, says: Says) -> Spoken | None:
    """Return the phrase that says this; asks where there are several."""
    found = sentence.all_of(says)
    if len(found) > 1:
        raise _Unclear(Asked(Problem.SEVERAL, ", ".join(phrase.text for phrase in found)))
    return found[0] if found else None


def _full_minute(at: datetime) -> datetime:
    """Return the instant, or the next full minute after it: nobody promises seconds."""
    whole = at.astimezone(UTC).replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)


def _day(
    day: Spoken | None, part: Spoken | None, hour: Spoken | None, today: date, zone: ZoneInfo, language: Language
) -> date:
    tells = part.part().days if part is not None else None
    if day is None:
        if tells is None and part is None and hour is None:
            raise _Unclear(Asked(Problem.NO_DAY))
        if tells is None and part is not None:
            raise _Unclear(Asked(Problem.NO_DAY, part.text))
        return today
    if part is not None and tells is not None:
        raise _Unclear(Asked(Problem.SEVERAL, f"{day.text}, {part.text}"))
    found = day_of(_told(day), today, day_first=language.day_first)
    if found.day is not None:
        return found.day
    noon = tuple(datetime.combine(one, time(12), zone) for one in found.offers)
    problem = {0: Problem.NO_SUCH_DAY, 1: Problem.NOT_THAT_WEEKDAY}.get(len(noon), Problem.WHICH_DAY)
    raise _Unclear(Asked(problem, day.text, noon))


def _told(day: Spoken) -> Told:
    weekday, ahead, month, number, year = (
        day.first(code) for code in (Code.WEEKDAY, Code.DAY, Code.MONTH, Code.ORDINAL, Code.YEAR)
    )
    if number is None:
        number = day.first(Code.NUMBER)
    figures, week = day.first(Code.DATE), day.first(Code.IN_WEEK)
    assert figures is None or isinstance(figures, Figures)
    return Told(
        weekday=weekday if isinstance(weekday, int) else None,
        ahead=ahead if isinstance(ahead, int) else None,
        month=month if isinstance(month, int) else None,
        number=number if isinstance(number, int) else None,
        year=year if isinstance(year, int) else None,
        figures=figures,
        following=day.has(Code.NEXT),
        present=day.has(Code.THIS),
        week_later=day.has(Code.WEEK),
        week=week if isinstance(week, int) else None,
    )


def _at(on: date, hour: Spoken | None, part: Spoken | None, sentence: Sentence, zone: ZoneInfo) -> datetime:
    if hour is None:
        if part is None:
            raise _Unclear(Asked(Problem.NO_TIME, sentence.said()))
        clock = part.part().due
    else:
        clock = _clock(on, hour, part.part() if part is not None else None, zone)
    local = datetime.combine(on, clock)
    instants = instants_of(local, zone)
    again = hour.first(Code.AGAIN) if hour is not None else None
    if len(instants) == 2 and isinstance(again, int):
        return instants[again]
    if len(instants) == 1:
        if again is not None and hour is not None:
            sentence.give_back_last(hour)
        return instants[0]
    problem = Problem.WHICH_OF_TWO if instants else Problem.NO_SUCH_HOUR
    raise _Unclear(Asked(problem, f"{clock:%H:%M}", tuple(at.astimezone(zone) for at in instants)))


def _clock(on: date, hour: Spoken, part: Part | None, zone: ZoneInfo) -> time:
    noon = hour.first(Code.NOON)
    if isinstance(noon, time):
        return noon
    written = hour.hour()
    if written is None:
        raise _Unclear(Asked(Problem.NO_TIME, hour.text))
    at, minute = written.hour, written.minute
    if part is not None:
        both = {at} if written.sure or at > 12 else {at % 12, at % 12 + 12}
        fitting = [one for one in both if part.first <= one <= part.last]
        if len(fitting) != 1:
            raise _Unclear(Asked(Problem.NOT_IN_THAT_PART, hour.text))
        return time(fitting[0], minute)
    if not written.sure and 1 <= at <= 6:
        both_at = tuple(datetime.combine(on, time(one, minute), zone) for one in (at, at + 12))
        raise _Unclear(Asked(Problem.WHICH_HOUR, hour.text, both_at))
    return time(at, minute)
