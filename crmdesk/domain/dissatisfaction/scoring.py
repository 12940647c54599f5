"""Whether a note speaks of dissatisfaction, and which of its words say so. Pure.

Each phrase of the lexicon counts once, with its points; of phrases that overlap, the one with most. A phrase that a
negation turns round ("not unhappy"), or that belongs to neutral talk ("complaint closed last year"), does not count.
The sum is set against what a note of that length has to bring: in a long note a weak word or two comes by chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from crmdesk.domain.dissatisfaction.lexicon import Lexicon
from crmdesk.domain.dissatisfaction.phrases import Found
from crmdesk.domain.dissatisfaction.text import Text, read
from crmdesk.domain.quick import dataclass

ENOUGH = 85
"""The points a short note has to bring: one phrase that is clear by itself, or two that point the same way."""

_SHORT = 40
_MORE_PER_DOUBLING = 15
_REACH = 3


@dataclass(frozen=True, slots=True)
class Sign:
    """A phrase that counts: where it stands in the note, and its points."""

    begin: int
    end: int
    points: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a note says: its signs as they stand in it, their sum, and the sum that raises the hint."""

    signs: tuple[Sign, ...]
    points: int
    needed: int

    @property
    def raised(self) -> bool:
        """Whether to ask if this is a complaint."""
        return self.points >= self.needed


def judged(note: str, lexicon: Lexicon) -> Judgement:
    """Return what the words of a note say."""
    text = read(note)
    signs = _apart(_signs(text, lexicon))
    return Judgement(tuple(signs), sum(sign.points for sign in signs), needed_of(text.words))


def needed_of(words: Sequence[str]) -> int:
    """Return the points that a note has to bring: more for each doubling of its different words beyond 40."""
    return ENOUGH + round(_MORE_PER_DOUBLING * math.log2(max(len(set(words)), _SHORT) / _SHORT))


def words_of(note: str, judgement: Judgement, most: int) -> tuple[str, ...]:
    """Return the words that weigh most, as they stand in the note and in its order; ``most`` of them at most."""
    heavy = sorted(judgement.signs, key=lambda sign: -sign.points)[:most]
    return tuple(" ".join(note[sign.begin : sign.end].split()) for sign in sorted(heavy, key=lambda sign: sign.begin))


def _signs(text: Text, lexicon: Lexicon) -> list[Sign]:
    silent = {place for found in lexicon.quiet.find(text) for place in range(found.first, found.behind)}
    best: dict[int, Found] = {}
    for found in lexicon.raising.find(text):
        if found.number in best or not silent.isdisjoint(range(found.first, found.behind)):
            continue
        if not _turned_round(text, found.first, lexicon):
            best[found.number] = found
    return [
        Sign(text.begins[found.first], text.ends[found.behind - 1], lexicon.points[number])
        for number, found in best.items()
    ]


def _turned_round(text: Text, first: int, lexicon: Lexicon) -> bool:
    """Return whether a word shortly before, in the same clause, says that it is not so."""
    for place in range(first - 1, max(-1, first - 1 - _REACH), -1):
        word = text.words[place]
        if text.clauses[place] != text.clauses[first] or word in lexicon.breaks:
            return False
        if word in lexicon.negators:
            return True
    return False


def _apart(signs: list[Sign]) -> list[Sign]:
    """Return the signs that do not overlap, the heaviest and longest first in choosing, in the order of the note."""
    kept: list[Sign] = []
    for sign in sorted(signs, key=lambda sign: (-sign.points, sign.begin - sign.end, sign.begin)):
        if all(sign.end <= other.begin or other.end <= sign.begin for other in kept):
            kept.append(sign)
    return sorted(kept, key=lambda sign: sign.begin)
