"""What the desk shows as an example of a promise is read as it is meant, in each language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crmdesk.domain.promises import ENGLISH, GERMAN, Asked, Language, Problem, Understood, read

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 23, 13, 18, tzinfo=UTC)
"""A Wednesday, 14:18 in Berlin."""

TWICE = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
"""The day before the night in which 02:30 comes twice in Berlin."""


def at(text: str, language: Language, now: datetime = NOW) -> tuple[str, str]:
    found = read(text, now, BERLIN, language)
    assert isinstance(found, Understood), found
    return f"{found.due_at.astimezone(BERLIN):%a %d %H:%M}", found.words


@pytest.fixture(params=[ENGLISH, GERMAN], ids=lambda language: language.name)
def language(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


def test_an_example_of_a_whole_promise_says_when_and_what(language: Language) -> None:
    like = language.examples
    when, words = at(like.promise, language)
    assert (when, words) == ("Thu 24 10:00", like.what)
    when, words = at(like.callback, language)
    assert when == "Wed 23 16:15" and words


def test_examples_of_a_time_say_nothing_else(language: Language) -> None:
    like = language.examples
    assert at(like.day, language) == ("Thu 24 10:00", "")
    assert at(like.weekday, language) == ("Tue 29 14:30", "")
    assert at(like.span, language) == ("Wed 23 16:18", "")
    assert [at(f"{like.later} {time}", language)[1] for time in like.times] == ["", ""]
    assert [at(one, language) for one in like.snooze.split(", ")] == [
        ("Wed 23 16:15", ""),
        ("Wed 23 16:18", ""),
        ("Thu 24 09:00", ""),
    ]


def test_an_hour_that_comes_twice_is_told_apart_as_the_question_says(language: Language) -> None:
    asked = read(f"{language.examples.later} 02:30", TWICE, BERLIN, language)
    assert isinstance(asked, Asked) and asked.problem is Problem.WHICH_OF_TWO
    written = (f"{language.examples.later} {one}" for one in language.either(asked.said))
    first, second = (read(text, TWICE, BERLIN, language) for text in written)
    assert isinstance(first, Understood) and isinstance(second, Understood)
    assert second.due_at - first.due_at == timedelta(hours=1)
