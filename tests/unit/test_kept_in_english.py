"""What is kept in English on every desk is said in the language that is spoken, and what people wrote is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations

import pytest

from crmdesk.domain.calls.live import BREAK_REASONS, reason_words
from crmdesk.domain.card import relation_of, relation_words
from crmdesk.domain.complaints import CATEGORIES, category_words
from crmdesk.domain.knowledge.script import SAID, answer_words
from crmdesk.domain.language import ENGLISH, speak
from crmdesk.ui.pop.say import ordinal


class Loud(NullTranslations):
    """A language that says everything in capitals, and counts places with a full stop."""

    def gettext(self, message: str) -> str:
        return message.upper()

    def pgettext(self, context: str, message: str) -> str:
        return "{n}." if context == "place in a row" else message


@pytest.fixture(autouse=True)
def loud() -> Iterator[None]:
    speak("xx", Loud())
    yield
    speak(ENGLISH, NullTranslations())


@pytest.mark.parametrize("reason", BREAK_REASONS)
def test_a_reason_for_a_break_is_kept_in_english_and_shown_in_the_language(reason: str) -> None:
    assert reason_words(reason) == reason.upper()


def test_a_reason_that_the_house_wrote_is_shown_as_it_was_written() -> None:
    assert reason_words("Choir practice") == "Choir practice"


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_is_kept_in_english_and_shown_in_the_language(category: str) -> None:
    assert category_words(category) == category.upper()


def test_a_category_of_another_house_is_shown_as_it_was_written() -> None:
    assert category_words("Noise at night") == "Noise at night"


def test_an_answer_is_shown_as_it_was_given_and_what_was_only_read_out_in_the_language() -> None:
    assert answer_words("It smells of gas") == "It smells of gas"
    assert answer_words(SAID) == SAID.upper()


def test_who_may_speak_for_somebody_is_read_as_it_is_shown() -> None:
    shown = relation_words("Priya Shah", "carer", may_speak=True)
    assert shown == "Priya Shah, carer, MAY SPEAK"
    assert relation_of(shown) == ("Priya Shah", "carer", True)
    assert relation_of("Priya Shah, carer, may speak") == ("Priya Shah", "carer", True)


def test_places_in_a_row_are_counted_as_the_language_counts_them() -> None:
    assert [ordinal(n) for n in (1, 2, 3, 4, 11)] == ["1.", "2.", "3.", "4.", "11."]
