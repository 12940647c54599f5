"""What a language brings so that its sentences can be read: words with their meaning, and how they stand together.

Each word, or few words, that means something in a phrase of time has a ``Code``, a letter. A sentence is read as its
letters, and the phrases of a language are regular expressions over them; every other word is ``Code.OTHER``. A new
language is a new value of ``Language``: the reader knows no word of any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import time, timedelta
from enum import StrEnum

from crmdesk.domain.quick import dataclass


class Code(StrEnum):
    """What a word is in a phrase of time. The value of each is what the comment says."""

    DAY = "D"  # days from today: tomorrow 1
    WEEKDAY = "W"  # 0 is Monday
    NEXT = "N"
    THIS = "T"
    WEEK = "w"  # seven days later, after a weekday
    IN_WEEK = "e"  # with a weekday: 0 is this week, 1 the next
    MONTH = "M"  # 1 to 12
    ORDINAL = "o"  # a day of a month
    DATE = "d"  # a date written in figures: Figures
    PART = "P"  # Part
    NOON = "X"  # a time of day
    CLOCK = "c"  # Hour
    DOTTED = "k"  # Hour, which could be a sum of money
    NUMBER = "n"  # a whole number in figures
    YEAR = "y"  # a number that may be a year
    COUNT = "q"  # a whole number as a word
    MERIDIEM = "a"  # 0 before noon, 12 after
    OCLOCK = "u"  # the number before it is an hour
    PAST = "H"  # minutes after the hour that follows, below 0 before it
    BEFORE = "B"  # minutes stand before it, the hour behind: ten to eleven
    AFTER = "G"  # the same: ten past eleven
    UNIT = "U"  # a timedelta
    UNSURE_UNIT = "z"  # of which it is not said how long it is: months, working days
    SPAN = "s"  # a timedelta
    WITHIN = "I"  # in
    AT = "A"  # at, by, before: a time follows
    LINK = "L"  # on, the: means nothing by itself
    OF = "F"  # between a day and its month
    AGAIN = "f"  # 0 the first, 1 the second of two equal hours
    VAGUE = "V"  # a time that names no day
    SINCE = "v"  # since, of: the day that follows is one of the matter
    LAST = "l"  # last: the weekday, week or month that follows is over
    YESTERDAY = "b"  # a day that is over
    OTHER = "x"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: the time at which somebody is expected, and the hours that it can mean, both ends included.

    ``days`` from today where it tells the day as well (tonight).
    """

    due: time
    first: int
    last: int
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour as written. ``sure`` says that it is meant on the 24-hour clock: 03:00, or with a.m. or p.m."""

    hour: int
    minute: int = 0
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """A date in figures. ``year`` None is the next such day."""

    first: int
    second: int
    year: int | None = None


Value = int | timedelta | time | Part | Hour | Figures | None
Words = dict[str, tuple[Code, Value]]
"""Words, or a few separated by a space, folded to lower case, with what each is and means."""


class Says(StrEnum):
    """What a phrase tells."""

    DAY = "day"
    TIME = "time"
    BARE_TIME = "bare_time"
    """Figures that are a time only beside a day, after "at", or where nothing else is written."""
    PART = "part"
    SPAN = "span"
    VAGUE = "vague"
    MATTER = "matter"
    """A day that the promise is about, not one on which it is due: the bill of 3 November, last Friday at 3."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """How words of these codes stand together, as a regular expression over their letters."""

    says: Says
    letters: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Examples:
    """What may be written, to be shown where it is asked for: sentences in this language, whatever the screen speaks.

    ``promise``, ``callback`` and ``snooze`` are whole entries of their lines, ``what`` says only what is promised,
    ``day``, ``weekday``, ``span`` and ``later`` say when, ``times`` are two ways of writing a time.
    """

    promise: str
    callback: str
    snooze: str
    what: str
    day: str
    weekday: str
    span: str
    times: tuple[str, str]
    later: str


@dataclass(frozen=True, slots=True)
class Language:
    """The words and phrases of a language. ``words`` has them folded to lower case, one or more separated by a space.

    ``joined`` has those that are two in one, with the two: Freitagvormittag.

    ``figures`` recognises what is written in figures: the groups ``hour``, ``minute``, ``meridiem``, ``number``,
    ``first``, ``second``, ``year``, ``amount`` and ``unit`` have the meaning of their name. ``day_first`` says how a
    date in figures is read; ``team`` is what follows @ where a promise is left to the team;
    ``to_ourselves`` are the beginnings of a sentence that nobody promised to a customer. Where ``large_nouns`` are
    usual, a capital after figures names nothing; ``own_stop`` matches figures whose full stop belongs to them.
    """

    name: str
    words: Mapping[str, tuple[Code, Value]]
    figures: tuple[tuple[Code, re.Pattern[str]], ...]
    phrases: tuple[Phrase, ...]
    team: str
    examples: Examples
    joined: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    to_ourselves: tuple[str, ...] = ()
    day_first: bool = True
    large_nouns: bool = False
    own_stop: re.Pattern[str] | None = None

    def is_to_ourselves(self, sentence: str) -> bool:
        """Say whether a sentence is a reminder for the house, not a promise to the customer."""
        return sentence.strip().casefold().startswith(self.to_ourselves)

    def either(self, time: str) -> tuple[str, str]:
        """Return how the first and the second of two equal times of one night are written."""
        first, second = (self._again(place) for place in (0, 1))
        return f"{time} {first}", f"{time} {second}"

    def _again(self, place: int) -> str:
        return next(word for word, meaning in self.words.items() if meaning == (Code.AGAIN, place))

    @property
    def longest(self) -> int:
        """Return of how many words the longest entry consists."""
        return max(entry.count(" ") for entry in (*self.words, *self.joined)) + 1


# How the words of a language are written down ----------------------------------------------------------------------


def same(words: Iterable[str], code: Code, value: Value = None) -> Words:
    """Return words that all mean the same."""
    return dict.fromkeys(words, (code, value))


def valued(code: Code, written: Iterable[tuple[str, Value]]) -> Words:
    """Return words of one code: those for each value stand in one text."""
    return {word: (code, value) for words, value in written for word in words.split()}


def counted(code: Code, written: Iterable[str], first: int) -> Words:
    """Return words of one code that are counted from ``first`` on: those for each number stand in one text."""
    return valued(code, ((words, number) for number, words in enumerate(written, start=first)))


def calendar(weekdays: Iterable[str], months: Iterable[str], numbers: Iterable[str]) -> Words:
    """Return the words for the days of the week from Monday on, the months, and the numbers from one on."""
    return counted(Code.WEEKDAY, weekdays, 0) | counted(Code.MONTH, months, 1) | counted(Code.COUNT, numbers, 1)


def figures(*written: tuple[Code, str]) -> tuple[tuple[Code, re.Pattern[str]], ...]:
    """Return the regular expressions of what is written in figures, the first that matches a word first."""
    return tuple((code, re.compile(pattern)) for code, pattern in written)


def phrases(*written: tuple[Says, str]) -> tuple[Phrase, ...]:
    """Return phrases from the regular expressions over their letters; of two that match as much the first is meant."""
    return tuple(Phrase(says, re.compile(letters)) for says, letters in written)
