"""The language of the program: values keep their text, numbers their marks, right-to-left its runs."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations

import pytest

from crmdesk.domain import words
from crmdesk.domain.language import (
    ENGLISH,
    MIRRORED,
    Mirrored,
    is_right_to_left,
    left_to_right,
    speak,
    tr,
    tr_in,
    tr_n,
)


class Comma(NullTranslations):
    """A language with a decimal comma and points between thousands."""

    def pgettext(self, context: str, message: str) -> str:
        return {"between thousands": ".", "decimal mark": ","}.get(context, message)


@pytest.fixture
def spoken() -> Iterator[None]:
    yield
    speak(ENGLISH, NullTranslations())


def test_the_text_of_a_value_is_never_looked_into() -> None:
    assert tr("{name} was first.", name="{evil} {0} %s") == "{evil} {0} %s was first."


def test_an_empty_message_stays_empty() -> None:
    assert tr("") == ""


def test_each_number_has_its_form() -> None:
    assert [tr_n("{n} call", "{n} calls", n) for n in (0, 1, 2, 1_200)] == [
        "0 calls",
        "1 call",
        "2 calls",
        "1,200 calls",
    ]


@pytest.mark.usefixtures("spoken")
def test_figures_have_the_marks_of_the_language() -> None:
    speak("xx", Comma())
    assert words.count(1_234_567) == "1.234.567"
    assert words.percent(0.7134) == "71,3\u202f%"
    assert tr_n("{n} call", "{n} calls", 1_200) == "1.200 calls"


@pytest.mark.usefixtures("spoken")
def test_right_to_left_turns_words_and_leaves_values_and_numbers_alone() -> None:
    speak(MIRRORED, Mirrored())
    assert is_right_to_left()
    assert tr("Saved {time}", time="14:23") == "\u200f\u202eSaved\u202c\u200f 14:23"
    assert tr_in("between thousands", ",") == ","
    assert left_to_right("+44 20 7946") == "\u2066+44 20 7946\u2069"


def test_from_left_to_right_nothing_is_set_apart() -> None:
    assert left_to_right("+44 20 7946") == "+44 20 7946"
    assert not is_right_to_left()
    assert is_right_to_left("he")
