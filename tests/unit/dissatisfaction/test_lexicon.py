"""The files of words: what may stand in them, and what is refused with the phrase named."""

from __future__ import annotations

import pytest

from crmdesk.domain.dissatisfaction.lexicon import lexicon_of, shipped_lexicon
from crmdesk.domain.dissatisfaction.phrases import Index, parsed
from crmdesk.domain.dissatisfaction.text import read

FILE = """
negators = ["not"]
breaks = ["and"]
quiet = ["angry bird"]
[[raises]]
points = 100
phrases = [{phrase}]
"""


def found(phrase: str, note: str) -> list[str]:
    """Return what a phrase finds in a note."""
    text = read(note)
    places = Index([parsed(phrase)]).find(text)
    return [note[text.begins[place.first] : text.ends[place.behind - 1]] for place in places]


def test_alternatives_endings_numbers_and_gaps() -> None:
    assert found("called/rang # times", "She rang 3 times, called twice.") == ["rang 3 times"]
    assert found("frustrat*", "Frustrated, frustrating") == ["Frustrated", "frustrating"]
    assert found("promised ... never", "promised it to me but never came") == []
    assert found("promised ... never", "promised to come, never came") == ["promised to come, never"]


def test_a_phrase_stays_within_its_sentence() -> None:
    assert found("not ... happy", "Not now. Happy with it.") == []
    assert found("8 30 sharp", "at 8.30 sharp") == ["8.30 sharp"]


@pytest.mark.parametrize("written", ["", "...", "... came", "came ...", "ab*", "what?", "a//b", "*"])
def test_a_phrase_that_cannot_be_found_is_refused_by_name(written: str) -> None:
    with pytest.raises(ValueError, match=r"a phrase|not a word|three letters"):
        parsed(written)


def test_a_file_that_lacks_something_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks 'points'"):
        lexicon_of([FILE.format(phrase='"x"').replace("points = 100", "")])
    assert len(lexicon_of([FILE.format(phrase='"angry", "cross"')]).raising.phrases) == 2


def test_the_shipped_words_stand_there_once_each() -> None:
    written = [phrase.written for phrase in shipped_lexicon().raising.phrases]
    assert [phrase for phrase in set(written) if written.count(phrase) > 1] == []
