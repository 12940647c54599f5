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
    unturned,
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


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\u202eevil", "evil"),
        ("a \u2067b\u202ec\u2069", "a bc"),
        ("Ruth\u2069 Nielsen\u202c", "Ruth Nielsen"),
        ("one\u2067\ntwo\u2069", "one\ntwo"),
        ("\u2066+44 20 7946 0172\u2069", "\u2066+44 20 7946 0172\u2069"),
        ("\u2067\u202eab\u202c\u2069", "\u2067\u202eab\u202c\u2069"),
        ("عمر الحداد", "عمر الحداد"),
    ],
)
def test_a_value_turns_no_word_behind_it_round(written: str, shown: str) -> None:
    assert tr("{name} was first.", name=written) == f"{shown} was first."
    assert tr_n("{n} call of {name}", "{n} calls of {name}", 2, name=written) == f"2 calls of {shown}"
    assert unturned(written) == shown


@pytest.mark.usefixtures("spoken")
def test_what_is_said_from_right_to_left_stays_so_within_a_sentence() -> None:
    speak(MIRRORED, Mirrored())
    said = tr("Nobody waits")
    assert said in tr("{what}, {name}", what=said, name="Ruth")


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
