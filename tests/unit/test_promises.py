"""A promise is read from one sentence on the customer's own clock; what it does not tell is asked, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmdesk.domain.promises import ENGLISH, Asked, Language, Problem, Understood, read, zone_of_numbers
from crmdesk.domain.promises.language import Code, Phrase, Says
from crmdesk.domain.promises.zone import instants_of

LONDON, NEW_YORK, KOLKATA = ZoneInfo("Europe/London"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
LORD_HOWE, SAMOA = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Apia")
NOW = datetime(2026, 12, 23, 14, 18, 30, tzinfo=UTC)
"""A Wednesday."""


def at(text: str, now: datetime = NOW, zone: ZoneInfo = LONDON) -> tuple[str, str]:
    """Return day and time as understood, on the clock of the zone, and the words that are left."""
    found = read(text, now, zone, ENGLISH)
    assert isinstance(found, Understood), found
    return f"{found.due_at.astimezone(zone):%a %d %b %H:%M}", found.words


def asked(text: str, now: datetime = NOW, zone: ZoneInfo = LONDON) -> Asked:
    """Return what has to be asked."""
    found = read(text, now, zone, ENGLISH)
    assert isinstance(found, Asked), found
    return found


@pytest.mark.parametrize(
    ("text", "when", "words"),
    [
        ("call back tomorrow 10 about the heating", "Thu 24 Dec 10:00", "call back about the heating"),
        ("I'll call back tomorrow at 10.", "Thu 24 Dec 10:00", "I'll call back"),
        ("call her in 2 hours", "Wed 23 Dec 16:19", "call her"),
        ("in half an hour", "Wed 23 Dec 14:49", ""),
        ("in 45min the engineer calls", "Wed 23 Dec 15:04", "the engineer calls"),
        ("in 45m the engineer calls", "Wed 23 Dec 15:04", "the engineer calls"),
        ("in an hour", "Wed 23 Dec 15:19", ""),
        ("call her tomorrow at ten to eleven", "Thu 24 Dec 10:50", "call her"),
        ("tomorrow at 5 past 9", "Thu 24 Dec 09:05", ""),
        ("tomorrow at ten past three pm", "Thu 24 Dec 15:10", ""),
        ("tomorrow at 10 to him", "Thu 24 Dec 10:00", "to him"),
        ("next Tuesday afternoon ring her", "Tue 29 Dec 14:00", "ring her"),
        ("Tue 14:30", "Tue 29 Dec 14:30", ""),
        ("this evening", "Wed 23 Dec 18:00", ""),
        ("tomorrow afternoon at 3", "Thu 24 Dec 15:00", ""),
        ("at 9 tomorrow morning", "Thu 24 Dec 09:00", ""),
        ("by Friday noon refund £9.30", "Fri 25 Dec 12:00", "refund £9.30"),
        ("Friday week 9.30 visit", "Fri 01 Jan 09:30", "visit"),
        ("Friday next week at 10", "Fri 01 Jan 10:00", ""),
        ("next week Friday at 10", "Fri 01 Jan 10:00", ""),
        ("Friday of this week at 10", "Fri 25 Dec 10:00", ""),
        ("Friday the week after next at 10", "Fri 08 Jan 10:00", ""),
        ("in a fortnight at 3pm", "Wed 06 Jan 15:00", ""),
        ("4/1/27 at 3pm", "Mon 04 Jan 15:00", ""),
        ("cold since Monday, call tomorrow at 10", "Thu 24 Dec 10:00", "cold since Monday, call"),
        ("cold since last Friday, call tomorrow at 10", "Thu 24 Dec 10:00", "cold since last Friday, call"),
        ("she called yesterday 16:15, ring tomorrow 10", "Thu 24 Dec 10:00", "she called yesterday 16:15, ring"),
        ("last in the line, call back at 16:00", "Wed 23 Dec 16:00", "last in the line, call back"),
        ("Christmas eve 3pm", "Thu 24 Dec 15:00", ""),
        ("call her on Christmas Eve at 3pm", "Thu 24 Dec 15:00", "call her"),
        ("New Year\N{RIGHT SINGLE QUOTATION MARK}s Eve 10am", "Thu 31 Dec 10:00", ""),
        ("by the 1st at 3pm refund", "Fri 01 Jan 15:00", "refund"),
        ("24th at 3pm call her", "Thu 24 Dec 15:00", "call her"),
        ("2nd visit today at 3pm", "Wed 23 Dec 15:00", "2nd visit"),
        ("Friday the 1st at 3pm", "Fri 01 Jan 15:00", ""),
        ("engineer to the 2nd floor tomorrow at 10", "Thu 24 Dec 10:00", "engineer to the 2nd floor"),
        ("24 dec 10", "Thu 24 Dec 10:00", ""),
        ("Thursday the 24th of December at 5pm", "Thu 24 Dec 17:00", ""),
        ("Jan 4, 10:00", "Mon 04 Jan 10:00", ""),
        ("24/12 5 pm", "Thu 24 Dec 17:00", ""),
        ("2026-12-24 08:15", "Thu 24 Dec 08:15", ""),
        ("in 3 days at ten", "Sat 26 Dec 10:00", ""),
        ("in a week 1030", "Wed 30 Dec 10:30", ""),
        ("day after tomorrow at half past 10", "Fri 25 Dec 10:30", ""),
        ("quarter to nine tomorrow", "Thu 24 Dec 08:45", ""),
        ("10 o'clock tomorrow", "Thu 24 Dec 10:00", ""),
        ("16", "Wed 23 Dec 16:00", ""),
        ("16:15", "Wed 23 Dec 16:15", ""),
        ("this Wed 16", "Wed 23 Dec 16:00", ""),
        ("tomorrow 03:00", "Thu 24 Dec 03:00", ""),
        ("send 2 copies tomorrow at 10", "Thu 24 Dec 10:00", "send 2 copies"),
        ("engineer at 10 Alder Court tomorrow 14", "Thu 24 Dec 14:00", "engineer at 10 Alder Court"),
        ("invoice 4711 is explained tomorrow 11", "Thu 24 Dec 11:00", "invoice 4711 is explained"),
        ("29 feb 10", "Tue 29 Feb 10:00", ""),
    ],
)
def test_what_is_said_plainly_is_understood(text: str, when: str, words: str) -> None:
    assert at(text) == (when, words)


@pytest.mark.parametrize(
    ("text", "problem", "said"),
    [
        ("", Problem.NO_DAY, ""),
        ("call her about the heating", Problem.NO_DAY, ""),
        ("call her later", Problem.NO_DAY, "later"),
        ("next week at 10", Problem.NO_DAY, "next week"),
        ("the Friday after next at 3pm", Problem.NO_DAY, "the Friday after next"),
        ("in 3 working days at 3pm", Problem.NO_DAY, "in 3 working days"),
        ("in two months at 3pm", Problem.NO_DAY, "in two months"),
        ("in the afternoon", Problem.NO_DAY, "in the afternoon"),
        ("last Friday at 3pm", Problem.NO_DAY, ""),
        ("called yesterday at 16:15", Problem.NO_DAY, ""),
        ("last week Friday at 4pm", Problem.NO_DAY, ""),
        ("the last Friday of January at 3pm", Problem.NO_DAY, "the last Friday of January"),
        ("the 1st Friday at 3pm", Problem.NO_DAY, "the 1st Friday"),
        ("on the 28th of next month at 3pm", Problem.NO_DAY, "on the 28th of next month"),
        ("the 1st of last month at 3pm", Problem.NO_DAY, "the 1st of last month"),
        ("tomorrow", Problem.NO_TIME, "tomorrow"),
        ("in 3 days", Problem.NO_TIME, "in 3 days"),
        ("tomorrow at 25", Problem.NO_TIME, "tomorrow"),
        ("tomorrow 10 or Friday 11", Problem.SEVERAL, "tomorrow, Friday"),
        ("tomorrow at 10 or at 11", Problem.SEVERAL, "at 10, at 11"),
        ("in 2 hours tomorrow", Problem.SEVERAL, "in 2 hours, tomorrow"),
        ("tomorrow at 5", Problem.WHICH_HOUR, "at 5"),
        ("tomorrow half past 3", Problem.WHICH_HOUR, "half past 3"),
        ("Wed 10", Problem.WHICH_DAY, "Wed"),
        ("next Friday 10", Problem.WHICH_DAY, "next Friday"),
        ("Tue 24 Dec 10", Problem.NOT_THAT_WEEKDAY, "Tue 24 Dec"),
        ("30 feb 10", Problem.NO_SUCH_DAY, "30 feb"),
        ("29/2/2027 10:00", Problem.NO_SUCH_DAY, "29/2/2027"),
        ("tomorrow afternoon 10:00", Problem.NOT_IN_THAT_PART, "10:00"),
        ("9:00", Problem.OVER, "9:00"),
        ("today 13", Problem.OVER, "today, 13"),
        ("24/12/2020 10:00", Problem.OVER, "24/12/2020, 10:00"),
        ("in 9999 weeks at 10", Problem.TOO_FAR, "in 9999 weeks, at 10"),
        ("24/12/2999 10:00", Problem.TOO_FAR, "24/12/2999, 10:00"),
    ],
)
def test_what_is_not_said_is_asked(text: str, problem: Problem, said: str) -> None:
    found = asked(text)
    assert (found.problem, found.said) == (problem, said)


def test_both_meanings_are_offered() -> None:
    assert [f"{one:%d %H:%M}" for one in asked("tomorrow at 5").offers] == ["24 05:00", "24 17:00"]
    assert [f"{one:%a %d %b}" for one in asked("next Friday 10").offers] == ["Fri 25 Dec", "Fri 01 Jan"]
    assert [f"{one:%a %d}" for one in asked("Tue 24 Dec 10").offers] == ["Thu 24"]


def test_days_and_hours_are_the_customers() -> None:
    late = datetime(2026, 12, 23, 23, 30, tzinfo=UTC)
    assert at("tomorrow 10", late, LONDON) == ("Thu 24 Dec 10:00", "")
    assert at("tomorrow 10", late, NEW_YORK) == ("Thu 24 Dec 10:00", "")
    assert at("tomorrow 10", late, KOLKATA) == ("Fri 25 Dec 10:00", "")  # there it is Thursday already
    understood = read("tomorrow 10", late, NEW_YORK, ENGLISH)
    assert isinstance(understood, Understood)
    assert understood.due_at == datetime(2026, 12, 24, 15, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_not_promised() -> None:
    march = datetime(2027, 3, 27, 12, tzinfo=UTC)
    assert asked("tomorrow 01:30", march).problem is Problem.NO_SUCH_HOUR
    assert at("tomorrow 02:00", march)[0] == "Sun 28 Mar 02:00"
    assert asked("30 dec 2011 10:00", datetime(2011, 12, 28, 12, tzinfo=UTC), SAMOA).problem is Problem.NO_SUCH_HOUR


def test_an_hour_that_comes_twice_is_asked_for() -> None:
    october = datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = asked("tomorrow 01:30", october)
    assert found.problem is Problem.WHICH_OF_TWO
    assert [one.utcoffset() for one in found.offers] == [timedelta(hours=1), timedelta(0)]
    first, second = (read(f"tomorrow 01:30 {word}", october, LONDON, ENGLISH) for word in ("first", "second"))
    assert first == Understood(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "")
    assert second == Understood(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "")
    assert asked("tomorrow 01:45", datetime(2026, 4, 4, 0, tzinfo=UTC), LORD_HOWE).problem is Problem.WHICH_OF_TWO


def test_in_two_hours_is_two_hours_over_a_change_of_the_clocks() -> None:
    before = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    assert at("in 2 hours", before)[0] == "Sun 28 Mar 03:30"


def test_a_word_after_the_time_stays_where_the_hour_comes_once() -> None:
    assert at("tomorrow 10:00 first thing is the refund") == ("Thu 24 Dec 10:00", "first thing is the refund")


# Properties --------------------------------------------------------------------------------------------------------

ZONES = st.sampled_from([LONDON, NEW_YORK, KOLKATA, LORD_HOWE, SAMOA, ZoneInfo("Africa/Casablanca"), ZoneInfo("UTC")])
_FIRST, _LAST = (datetime(year, 1, 1, tzinfo=UTC) for year in (2024, 2032))
INSTANTS = st.integers(0, int((_LAST - _FIRST).total_seconds())).map(lambda s: _FIRST + timedelta(seconds=s))
FIGURES = ("10", "9:30", "24/12", "5pm", "2h", "1030", "99", "9.30", "3rd", "2029", "call")
KNOWN = st.sampled_from([*ENGLISH.words, *FIGURES])
SENTENCES = st.one_of(st.text(max_size=60), st.lists(KNOWN, max_size=9).map(" ".join))


@given(SENTENCES, INSTANTS, ZONES)
@example("٣:٣٠ tomorrow", NOW, LONDON)
@example("0000-00-00 10:00", NOW, LONDON)
@example("in 0 minutes", NOW, LONDON)
def test_any_sentence_is_understood_or_asked_about_and_lies_ahead(text: str, now: datetime, zone: ZoneInfo) -> None:
    found = read(text, now, zone, ENGLISH)
    if isinstance(found, Understood):
        assert now < found.due_at <= now + timedelta(days=732)
        assert found.due_at.second == found.due_at.microsecond == 0
        assert all(word in text for word in found.words.split())


@given(INSTANTS, ZONES, st.integers(1, 700), st.times())
def test_a_date_and_a_time_are_what_is_written_on_that_clock(
    now: datetime, zone: ZoneInfo, ahead: int, clock: time
) -> None:
    day = now.astimezone(zone).date() + timedelta(days=ahead)
    local = datetime.combine(day, clock.replace(second=0, microsecond=0))
    found = read(f"call {day.isoformat()} {local:%H:%M}", now, zone, ENGLISH)
    instants = instants_of(local, zone)
    if len(instants) == 1:
        assert found == Understood(instants[0], "call")
    else:
        assert isinstance(found, Asked)
        assert found.problem is (Problem.WHICH_OF_TWO if instants else Problem.NO_SUCH_HOUR)


@given(INSTANTS, ZONES, st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
def test_a_weekday_is_the_coming_one_and_next_never_an_earlier_one(now: datetime, zone: ZoneInfo, name: str) -> None:
    today = now.astimezone(zone).date()
    plain = read(f"{name} 12:00", now, zone, ENGLISH)
    following = read(f"next {name} 12:00", now, zone, ENGLISH)
    if isinstance(plain, Understood):
        day = plain.due_at.astimezone(zone).date()
        assert f"{day:%a}".lower() == name
        assert 1 <= (day - today).days <= 6
        if isinstance(following, Understood):
            assert following.due_at >= plain.due_at
    if isinstance(following, Understood):
        later = following.due_at.astimezone(zone).date()
        assert later.isocalendar()[:2] != today.isocalendar()[:2]


@given(INSTANTS, st.integers(1, 999), st.sampled_from([("minutes", 60), ("hours", 3600)]))
def test_a_span_counts_real_time(now: datetime, many: int, unit: tuple[str, int]) -> None:
    found = read(f"in {many} {unit[0]}", now, LONDON, ENGLISH)
    assert isinstance(found, Understood)
    assert timedelta(0) <= found.due_at - now - timedelta(seconds=many * unit[1]) < timedelta(minutes=1)


# Another language is data ------------------------------------------------------------------------------------------

GERMAN = Language(
    name="de",
    words={
        "heute": (Code.DAY, 0),
        "morgen": (Code.DAY, 1),
        "übermorgen": (Code.DAY, 2),
        "freitag": (Code.WEEKDAY, 4),
        "um": (Code.AT, None),
        "am": (Code.LINK, None),
        "uhr": (Code.OCLOCK, None),
        "in": (Code.WITHIN, None),
        "zwei": (Code.COUNT, 2),
        "stunden": (Code.UNIT, timedelta(hours=1)),
    },
    figures=(
        (Code.CLOCK, re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})")),
        (Code.NUMBER, re.compile(r"(?P<number>\d{1,4})")),
    ),
    phrases=tuple(
        Phrase(says, re.compile(letters))
        for says, letters in (
            (Says.SPAN, "I[nq]U"),
            (Says.DAY, "L*[DW]"),
            (Says.TIME, "A*(?:c|n)u|A*c"),
            (Says.BARE_TIME, "A*n"),
        )
    ),
    team="team",
    examples=ENGLISH.examples,
)


@pytest.mark.parametrize(
    ("text", "when", "words"),
    [
        ("morgen um 10 Uhr anrufen", "24 10:00", "anrufen"),
        ("Ich rufe am Freitag 14:30 zurück", "25 14:30", "Ich rufe zurück"),
        ("in zwei Stunden", "23 16:19", ""),
    ],
)
def test_another_language_is_words_and_phrases_only(text: str, when: str, words: str) -> None:
    found = read(text, NOW, LONDON, GERMAN)
    assert isinstance(found, Understood)
    assert (f"{found.due_at:%d %H:%M}", found.words) == (when, words)


# Whose clock -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "zone"),
    [
        (["+442079460172"], "Europe/London"),
        (["+442079460172", None, "+447700900123"], "Europe/London"),
        (["+19075550143"], "America/Anchorage"),
        (["+12125550143"], None),  # several zones in the country
        (["+442079460172", "+4930901820"], None),
        (["+442079460172", "+12125550143"], None),  # one that tells none makes the other no answer
        (["4021"], None),
        ([], None),
    ],
)
def test_a_zone_is_known_where_all_numbers_tell_the_same(numbers: list[str | None], zone: str | None) -> None:
    assert zone_of_numbers(numbers) == zone


def test_a_promise_of_today_is_never_made_for_a_day_that_is_over() -> None:
    assert isinstance(read("today 00:00", NOW, LONDON, ENGLISH), Asked)
    assert date(2026, 12, 23).weekday() == 2


def test_what_is_no_promise_to_the_customer_is_known_by_how_it_begins() -> None:
    assert ENGLISH.is_to_ourselves(" Remind me to look at the refund")
    assert ENGLISH.is_to_ourselves("follow up with dispatch")
    assert not ENGLISH.is_to_ourselves("call back and remind her")
    assert not GERMAN.is_to_ourselves("remind me")
