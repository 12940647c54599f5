"""English: the words in which an agent writes when something is promised. The day comes first in figures (24/12)."""

# not shown: these words are read, none is said

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from crmdesk.domain.promises.language import (
    Code,
    Examples,
    Figures,
    Language,
    Part,
    Says,
    Words,
    calendar,
    figures,
    phrases,
    same,
    valued,
)

_WEEKDAYS = (
    *("monday mon", "tuesday tue tues", "wednesday wed weds", "thursday thu thur thurs", "friday fri", "saturday sat"),
    "sunday sun",
)
_MONTHS = (
    *("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug"),
    *("september sep sept", "october oct", "november nov", "december dec"),
)
_NUMBERS = (
    *("one a an", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_UNITS: tuple[tuple[str, timedelta], ...] = (
    ("minute minutes min mins m", timedelta(minutes=1)),
    ("hour hours hr hrs h", timedelta(hours=1)),
    ("day days", timedelta(days=1)),
    ("week weeks", timedelta(days=7)),
)
_PARTS: tuple[tuple[str, Part], ...] = (
    ("morning", Part(time(9), 6, 12)),
    ("afternoon", Part(time(14), 12, 18)),
    ("evening", Part(time(18), 17, 22)),
)


def _words() -> Words:
    found: Words = {
        "today": (Code.DAY, 0),
        "tomorrow": (Code.DAY, 1),
        "tmrw": (Code.DAY, 1),
        "day after tomorrow": (Code.DAY, 2),
        "next": (Code.NEXT, None),
        "this": (Code.THIS, None),
        "coming": (Code.THIS, None),
        "noon": (Code.NOON, time(12)),
        "midday": (Code.NOON, time(12)),
        "to": (Code.BEFORE, None),
        "past": (Code.AFTER, None),
        "half past": (Code.PAST, 30),
        "quarter past": (Code.PAST, 15),
        "quarter to": (Code.PAST, -15),
        "half an hour": (Code.SPAN, timedelta(minutes=30)),
        "in": (Code.WITHIN, None),
        "within": (Code.WITHIN, None),
        "of": (Code.OF, None),
        "first": (Code.AGAIN, 0),
        "second": (Code.AGAIN, 1),
        "o'clock": (Code.OCLOCK, None),
        "this week": (Code.IN_WEEK, 0),
        "next week": (Code.IN_WEEK, 1),
        "week after next": (Code.IN_WEEK, 2),
        "since": (Code.SINCE, None),
        "last": (Code.LAST, None),
        "after next": (Code.VAGUE, None),
        "next month": (Code.VAGUE, None),
        "soon": (Code.VAGUE, None),
        "later": (Code.VAGUE, None),
        "midnight": (Code.VAGUE, None),
        "fortnight": (Code.UNIT, timedelta(days=14)),
    }
    found |= same(("am", "a.m"), Code.MERIDIEM, 0) | same(("pm", "p.m"), Code.MERIDIEM, 12)
    found |= same(("at", "by", "before", "around", "until", "from"), Code.AT)
    found |= same(("on", "the"), Code.LINK)
    found |= same(("yesterday", "last night", "day before yesterday"), Code.YESTERDAY)
    found |= same(("christmas eve", "xmas eve"), Code.DATE, Figures(24, 12))
    found |= same(("christmas day", "xmas day"), Code.DATE, Figures(25, 12))
    found |= same(("new year's eve", "new year’s eve", "new years eve"), Code.DATE, Figures(31, 12))
    found |= same(("new year's day", "new year’s day", "new years day"), Code.DATE, Figures(1, 1))
    unsure = ("working day", "working days", "business day", "business days", "month", "months", "year", "years")
    found |= same(unsure, Code.UNSURE_UNIT)
    found |= calendar(_WEEKDAYS, _MONTHS, _NUMBERS) | valued(Code.UNIT, _UNITS)
    found["week"] = (Code.WEEK, timedelta(days=7))
    for name, part in _PARTS:
        found[name] = (Code.PART, part)
        found[f"this {name}"] = (Code.PART, replace(part, days=0))
    found["tonight"] = (Code.PART, Part(time(19), 17, 23, days=0))
    return found


_MERIDIEM = r"(?P<meridiem>[ap])\.?m?\.?"
_FIGURES = figures(
    (Code.CLOCK, r"(?P<hour>\d{1,2})[:h](?P<minute>\d{2})"),
    (Code.CLOCK, rf"(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d{{2}}))?{_MERIDIEM}"),
    (Code.DATE, r"(?P<year>\d{4})-(?P<second>\d{2})-(?P<first>\d{2})"),
    (Code.DATE, r"(?P<first>\d{1,2})[/.](?P<second>\d{1,2})[/.](?P<year>\d{4}|\d{2})"),
    (Code.DATE, r"(?P<first>\d{1,2})/(?P<second>\d{1,2})"),
    (Code.DOTTED, r"(?P<hour>\d{1,2})\.(?P<minute>\d{2})"),
    (Code.SPAN, r"(?P<amount>\d{1,4})(?P<unit>min|mins|m|h|hr|hrs)"),
    (Code.ORDINAL, r"(?P<number>\d{1,2})(?:st|nd|rd|th)"),
    (Code.YEAR, r"(?P<number>20\d{2})"),
    (Code.NUMBER, r"(?P<number>\d{1,4})"),
)
_PHRASES = phrases(
    (Says.VAGUE, "(?:L*W)?V|L?e|I[nq]z|[LA]*(?:o[WUwz]|oF?I?L?(?:[NTl]z|V)|lW[FI]L?[Mz])"),
    (Says.MATTER, "vL?(?:[on]L?F?L?My?|ML?[on]y?|o|d|W|D)"),
    (Says.MATTER, "(?:l(?:[Ww]W?|[MzP])|b)P?(?:A*(?:c|na|[nqk]u|X|H[nq])|A+[nqk])?"),
    (Says.SPAN, "I(?:[nq][Uw]|s)"),
    (Says.DAY, "[LA]*(?:W[LA]*)?[on]L?F?L?My?"),
    (Says.DAY, "[LA]*(?:W[LA]*)?ML?[on](?!a)y?"),
    (Says.DAY, "[LA]*(?:WL*)?d"),
    (Says.DAY, "(?:[LA]*W[LA]*|[LA]*L)o(?![xF])|o(?=A*c|A+[nq])"),
    (Says.DAY, "[LA]*(?:[TN]W|Ww|W|D)"),
    (Says.DAY, "[LA]*WF?L?e|L?e[LA]*W"),
    (Says.PART, "(?:IL)?P"),
    (Says.TIME, "A*(?:c|na|[nqk]u|X|H[nq])f?"),
    (Says.TIME, "A+[nq][BG][nq]a?u?f?"),
    (Says.BARE_TIME, "A*[nky]f?|A+q"),
)

ENGLISH = Language(
    name="en",
    words=_words(),
    figures=_FIGURES,
    phrases=_PHRASES,
    team="team",
    examples=Examples(
        promise="call back tomorrow 10",
        callback="16:15 the heating",
        snooze="16:15, in 2 hours, tomorrow 9",
        what="call back",
        day="tomorrow 10",
        weekday="Tue 14:30",
        span="in 2 hours",
        times=("10:30", "2pm"),
        later="tomorrow",
    ),
    to_ourselves=("remind", "follow up", "follow-up", "check whether", "check that"),
)
