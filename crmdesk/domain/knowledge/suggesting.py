"""Which article fits the words of a note: a ranking over a few hundred articles, made on this computer. Pure.

Scored as BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009): rare words count more than
frequent ones, and words of the keywords and the title more than words of the text. What an article is about, its
keywords say: without one of them in the note nothing is suggested, however many words of the text are, and nothing
below a threshold either. An agent reads a suggestion that is wrong once, and none after it.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from crmdesk.domain.quick import dataclass

ENOUGH = 0.75
"""The least score of a suggestion: about one keyword that no other article has, or two that a few have."""

_SATURATION = 1.2
_OF_KEYWORD, _OF_TITLE, _OF_TEXT = 4.0, 2.0, 0.35
_LONGEST_STEM = 7
_ENDINGS = ("ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y")


@dataclass(frozen=True, slots=True)
class Paper:
    """An article as it is ranked."""

    id: UUID
    title: str
    keywords: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An article that fits, how well, and the keywords that say so."""

    id: UUID
    score: float
    because: tuple[str, ...]


def stems_of(text: str) -> list[str]:
    """Return the words of a text without marks, endings and case, as far as they can mean something."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in bare).split()
    return [_stem(word) for word in words if len(word) > 1 or not word.isascii()]


def _stem(word: str) -> str:
    """Cut an English ending off, then all that is long: languages with other endings are served by the cut."""
    if word.isalpha():
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: -len(ending)]
                break
    return word[:_LONGEST_STEM]


class Ranking:
    """The index over some articles; made once, never changed."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._weights: dict[str, dict[UUID, float]] = defaultdict(dict)
        self._phrases: dict[UUID, list[tuple[str, list[str]]]] = {}
        for paper in papers:
            self._phrases[paper.id] = [(word, stems_of(word)) for word in paper.keywords]
            for stem, weight in _weights_of(paper).items():
                self._weights[stem][paper.id] = weight
        self._rarity = {stem: self._rarity_of(len(having)) for stem, having in self._weights.items()}

    def _rarity_of(self, having: int) -> float:
        """Return the inverse document frequency, 1 for a word that one article has."""
        many = len(self._phrases)
        most = math.log(1 + (many - 0.5) / 1.5)
        return min(1.0, math.log(1 + (many - having + 0.5) / (having + 0.5)) / most) if many > 1 else 1.0

    def suggest(self, note: str, most: int = 3) -> tuple[Suggestion, ...]:
        """Return the articles that fit a note, the best first; nothing where none is sure enough."""
        said = stems_of(note)
        stems = set(said)
        scores: dict[UUID, float] = defaultdict(float)
        for stem in stems:
            rarity = self._rarity.get(stem, 0.0)
            for id_, weight in self._weights.get(stem, {}).items():
                scores[id_] += rarity * weight / (weight + _SATURATION)
        found = []
        for id_, score in scores.items():
            because = tuple(word for word, wanted in self._phrases[id_] if _holds(said, stems, wanted))
            if because and score >= ENOUGH:
                found.append(Suggestion(id_, score, because))
        found.sort(key=_best_first)
        return tuple(found[:most])


def _holds(said: Sequence[str], stems: AbstractSet[str], wanted: Sequence[str]) -> bool:
    """Return whether a note says a keyword: its words in order and together; in three and more one may be between."""
    if not wanted or not stems >= set(wanted):
        return False
    spare = 1 if len(wanted) > 2 else 0
    return any(_begins(said[place:], wanted, spare) for place, stem in enumerate(said) if stem == wanted[0])


def _begins(said: Sequence[str], wanted: Sequence[str], spare: int) -> bool:
    left = iter(said[: len(wanted) + spare])
    return all(word in left for word in wanted)


def _best_first(found: Suggestion) -> tuple[float, int]:
    return -found.score, found.id.int


def _weights_of(paper: Paper) -> Mapping[str, float]:
    weights: dict[str, float] = defaultdict(float)
    body: Sequence[str] = stems_of(paper.body)
    for stem in body:
        weights[stem] += _OF_TEXT / math.sqrt(max(len(body), 60) / 60)
    for stem in stems_of(paper.title):
        weights[stem] += _OF_TITLE
    for stem in {stem for word in paper.keywords for stem in stems_of(word)}:
        weights[stem] += _OF_KEYWORD
    return weights
