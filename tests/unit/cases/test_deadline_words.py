"""How deadlines are said: by day, by time, late, and whose rule it is."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crmdesk.domain.cases.deadlines import Deadline, History
from crmdesk.domain.cases.words import Urgency, said_of, target_of, title_of, when_of
from crmdesk.domain.shipped import shipped
from crmdesk.domain.sla.clocks import ClockState
from crmdesk.domain.sla.due import ClockKind
from tests.support.house_rules import rule_book
from tests.support.spoken import speaking

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 12, 23, 14, 26, tzinfo=UTC)


def a_deadline(due_at: datetime | None) -> Deadline:
    """Return a final response by law, running."""
    return Deadline(
        "final_response", "", due_at, ClockState.RUNNING, "8 weeks", ClockKind.LEGAL, False, True, NOW - timedelta(1)
    )


def by_the_end_of(day: date) -> Deadline:
    """Return a deadline that is due when a day in London is over."""
    after = datetime.combine(day + timedelta(days=1), datetime.min.time(), LONDON)
    return replace(a_deadline(after.astimezone(UTC)), day=day)


@pytest.mark.parametrize(
    ("day", "words", "short", "urgency"),
    [
        (date(2026, 12, 23), "Answer by today", "Today", Urgency.SOON),
        (date(2026, 12, 24), "Answer by tomorrow", "Tomorrow", Urgency.SOON),
        (date(2026, 12, 25), "Answer by Fri 25 Dec", "Fri 25 Dec", Urgency.LATER),
        (date(2027, 2, 3), "Answer by Wed 3 Feb", "Wed 3 Feb", Urgency.LATER),
        (date(2027, 8, 2), "Answer by Mon 2 Aug 2027", "Mon 2 Aug 2027", Urgency.LATER),
    ],
)
def test_a_whole_day_is_said_by_its_day(day: date, words: str, short: str, urgency: Urgency) -> None:
    said = said_of(by_the_end_of(day), NOW, LONDON)
    assert said is not None
    assert (said.text, said.short, said.urgency) == (words, short, urgency)


def test_the_last_day_is_the_house_s_also_for_a_reader_elsewhere() -> None:
    said = said_of(by_the_end_of(date(2027, 2, 3)), NOW, ZoneInfo("Asia/Tokyo"))
    assert said is not None
    assert said.text == "Answer by Wed 3 Feb"


def test_a_time_of_day_is_said_in_the_reader_s_zone() -> None:
    due = a_deadline(datetime(2026, 12, 23, 17, 30, tzinfo=UTC))
    for zone, words in ((LONDON, "Answer by today 17:30"), (ZoneInfo("Asia/Tokyo"), "Answer by tomorrow 02:30")):
        said = said_of(due, NOW, zone)
        assert said is not None
        assert (said.text, said.urgency) == (words, Urgency.SOON)


@pytest.mark.parametrize(
    ("late", "words"),
    [(timedelta(days=2, hours=3), "2 days late"), (timedelta(minutes=28), "28 min late"), (timedelta(), "Now")],
)
def test_what_has_passed_is_late(late: timedelta, words: str) -> None:
    said = said_of(a_deadline(NOW - late), NOW, LONDON)
    assert said is not None
    assert (said.text, said.short, said.urgency) == (words, words, Urgency.LATE)


def test_what_stands_still_or_is_met_is_not_said() -> None:
    assert said_of(replace(a_deadline(None), state=ClockState.PAUSED), NOW, LONDON) is None
    assert said_of(replace(a_deadline(NOW), met_at=NOW), NOW, LONDON) is None
    assert when_of(a_deadline(None), NOW, LONDON) == ""


def test_what_is_no_answer_says_what_it_is() -> None:
    day = date(2027, 2, 3)
    due = by_the_end_of(day)
    others = {
        "Acknowledge by Wed 3 Feb": replace(due, key="stage1_acknowledgement", answers=False),
        "Settle early by Wed 3 Feb": replace(due, key="summary_resolution", optional=True),
        "Call back by Wed 3 Feb": replace(due, key="call_back", title="Call back", answers=False),
    }
    assert [said.text for one in others.values() if (said := said_of(one, NOW, LONDON)) is not None] == [*others]


def test_the_rules_of_a_house_are_said_as_the_form_shows_them() -> None:
    said = [
        (title_of(one), when_of(one, NOW, LONDON), target_of(one))
        for one in rule_book().deadlines(History("", "HomeCover", NOW, "Europe/London"), NOW)
    ]
    assert said == [
        ("Settle early", "Wed 30 Dec, 17:30", "3 business days"),
        ("Final response", "Wed 17 Feb 2027", "8 weeks, never pauses"),
    ]


def test_a_clock_of_the_house_s_own_says_so() -> None:
    ours = replace(a_deadline(NOW), kind=ClockKind.SERVICE, target="1 business day")
    assert target_of(ours) == "Our target, 1 business day"


@pytest.mark.parametrize("regime", ["product-returns", "service-requests", "information-requests"])
def test_the_clocks_of_requests_that_are_shipped_are_said_in_german_too(regime: str) -> None:
    path = next(one for one in shipped("regimes").glob("*.toml") if one.stem == regime)
    titles = [
        clock["title"] for version in tomllib.loads(path.read_text("utf-8"))["version"] for clock in version["clock"]
    ]
    with speaking("de"):
        said = [title_of(replace(a_deadline(NOW), key="another", title=title)) for title in titles]
    assert titles
    assert not set(said) & set(titles)
