"""Phrases that are looked for in a note: words, endings left open, alternatives, and gaps. Pure.

"promised ... not/never", "complain*": ``word*`` takes any ending, ``a/b`` is one of several words, ``#`` is a number in
figures, ``...`` up to three words between. A phrase stays within a sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from crmdesk.domain.dissatisfaction.text import Text, folded
from crmdesk.domain.quick import dataclass

GAP = "..."
NUMBER = "#"
MOST_BETWEEN = 3
_SHORTEST_BEGINNING = 3


@dataclass(frozen=True, slots=True)
class _Element:
    """One place of a phrase: words that may stand there, beginnings of such words, and how many may be skipped."""

    words: frozenset[str]
    beginnings: tuple[str, ...]
    skips: int

    def takes(self, word: str) -> bool:
        if word in self.words or (bool(self.beginnings) and word.startswith(self.beginnings)):
            return True
        return NUMBER in self.words and word.isdecimal()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it was written, and its places."""

    written: str
    elements: tuple[_Element, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a phrase stands: the number of its first word, and of the word behind its last."""

    number: int
    first: int
    behind: int


def parsed(written: str) -> Phrase:
    """Return a phrase. Raises ValueError, which says what is wrong, for one that could never be found or is a gap."""
    elements: list[_Element] = []
    skips = 0
    for part in written.split():
        if part == GAP:
            skips = MOST_BETWEEN
            continue
        elements.append(_element(written, part, skips))
        skips = 0
    if not elements or skips or elements[0].skips:
        raise ValueError(f"a phrase begins and ends with a word: {written!r}")
    return Phrase(written, tuple(elements))


def _element(written: str, part: str, skips: int) -> _Element:
    choices = part.split("/")
    beginnings = tuple(folded(choice[:-1]) for choice in choices if choice.endswith("*"))
    words = frozenset(folded(choice) for choice in choices if not choice.endswith("*"))
    if not all(choice.isalnum() or choice == NUMBER for choice in (*words, *beginnings)):
        raise ValueError(f"not a word in {written!r}: {part!r}")
    if any(len(beginning) < _SHORTEST_BEGINNING for beginning in beginnings):
        raise ValueError(f"a beginning of a word has three letters or more: {written!r}")
    return _Element(words, beginnings, skips)


class Index:
    """Phrases by how they begin; made once, never changed."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases: Sequence[Phrase] = tuple(phrases)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_beginning: dict[str, list[int]] = defaultdict(list)
        for number, phrase in enumerate(self.phrases):
            for word in phrase.elements[0].words:
                self._by_word[word].append(number)
            for beginning in phrase.elements[0].beginnings:
                self._by_beginning[beginning].append(number)
        self._lengths = sorted({len(beginning) for beginning in self._by_beginning})

    def find(self, text: Text) -> Iterator[Found]:
        """Yield where phrases stand in a text, in the order of their first words."""
        for place, word in enumerate(text.words):
            for number in self._beginning_with(word):
                behind = _end_of(self.phrases[number].elements, text, place)
                if behind is not None:
                    yield Found(number, place, behind)

    def _beginning_with(self, word: str) -> Iterator[int]:
        yield from self._by_word.get(word, ())
        if word.isdecimal():
            yield from self._by_word.get(NUMBER, ())
        for length in self._lengths:
            if length > len(word):
                return
            yield from self._by_beginning.get(word[:length], ())


def _end_of(elements: Sequence[_Element], text: Text, place: int) -> int | None:
    """Return the place behind a phrase whose first word stands at ``place``, None where it goes on otherwise."""
    if len(elements) == 1:
        return place + 1
    wanted = elements[1]
    for at in range(place + 1, min(place + 2 + wanted.skips, len(text.words))):
        if text.sentences[at] != text.sentences[place]:
            return None
        if wanted.takes(text.words[at]):
            behind = _end_of(elements[1:], text, at)
            if behind is not None:
                return behind
    return None
