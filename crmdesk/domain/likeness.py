"""Names and addresses compared as people write them: in any script, with slips of the keys, parts left out or swapped.

Words are compared by their edit distance with neighbouring letters swapped counting as one slip (Damerau 1964, in its
optimal string alignment form) and, for longer differences, by the similarity of Jaro and Winkler (Winkler 1990).
"""

from __future__ import annotations

import unicodedata
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from crmdesk.domain.quick import dataclass

_LONG_WORD = 4
"""Below so many letters one slip makes another word."""

_TWO_SLIPS = 2
_TWO_SLIPS_FROM = 8
_ALIKE = 0.88
_POINTS_AND_SIGNS = range(10, 36)
"""Combining classes of Hebrew points and Arabic signs; those of accents begin at 202 (Unicode Standard Annex 44)."""


class Fit(IntEnum):
    """How well two words fit, from not at all to equal."""

    NOT = 0
    INITIAL = 1
    ALIKE = 2
    SLIP = 3
    SAME = 4


@lru_cache(maxsize=16_384)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a name or an address as they are compared: no case, no accents, no punctuation."""
    if text.isascii():
        bare = text.lower()
    else:
        bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not _is_accent(c))
    return tuple("".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in _joined(bare)).split())


def _is_accent(character: str) -> bool:
    kind = unicodedata.combining(character)
    return kind >= 202 or kind in _POINTS_AND_SIGNS


def _joined(text: str) -> str:
    """Let apostrophes fall away, since O'Neill is written ONeill as well."""
    return text.replace("'", "").replace("\u2019", "").replace("\u02bc", "")


@lru_cache(maxsize=32_768)
def fit(one: str, other: str) -> Fit:
    """Return how well two words fit."""
    if one == other:
        return Fit.SAME
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    short, long = len(shorter), len(longer)
    if short == 1:
        return Fit.INITIAL if longer.startswith(shorter) and shorter.isalpha() else Fit.NOT
    if one.isdigit() or other.isdigit():
        return Fit.SLIP if short >= _LONG_WORD and long - short <= 1 and _slips(one, other) <= 1 else Fit.NOT
    if long >= _LONG_WORD and long - short <= _TWO_SLIPS and _slips(one, other) <= (1 if long < _TWO_SLIPS_FROM else 2):
        return Fit.SLIP
    return Fit.ALIKE if short > 2 and JaroWinkler.similarity(one, other, score_cutoff=_ALIKE) >= _ALIKE else Fit.NOT


def _slips(one: str, other: str) -> int:
    return OSA.distance(one, other, score_cutoff=_TWO_SLIPS)


@dataclass(frozen=True, slots=True)
class Aligned:
    """Two texts word by word: the fit of each pair, best first, and how many words of each found no partner."""

    fits: tuple[Fit, ...]
    left_over: tuple[int, int]

    def count(self, at_least: Fit) -> int:
        """Return how many pairs fit at least so well."""
        return sum(1 for one in self.fits if one >= at_least)


def align(one: tuple[str, ...], other: tuple[str, ...]) -> Aligned:
    """Return the words of two texts paired, whatever their order; words written together count as the pair they are."""
    rest, others = list(one), list(other)
    fits: list[Fit] = []
    for word in one:
        if word in others:
            others.remove(word)
            rest.remove(word)
            fits.append(Fit.SAME)
    if rest and others:
        _together(rest, others, fits)
        _together(others, rest, fits)
    if rest and others:
        _best_pairs(rest, others, fits)
    return Aligned(tuple(fits), (len(rest), len(others)))


def _best_pairs(rest: list[str], others: list[str], fits: list[Fit]) -> None:
    """Pair what fits, the best first."""
    found = [(how, a, b) for a in rest for b in others if (how := fit(a, b)) is not Fit.NOT]
    found.sort(reverse=True)
    for how, a, b in found:
        if a in rest and b in others:
            rest.remove(a)
            others.remove(b)
            fits.append(how)


def _together(parts: list[str], wholes: list[str], fits: list[Fit]) -> None:
    """Pair two neighbours with the word that they are when written together."""
    at = 0
    while at + 1 < len(parts):
        found = _whole(parts[at] + parts[at + 1], wholes)
        if found is None:
            at += 1
            continue
        wholes.remove(found)
        del parts[at : at + 2]
        fits.append(Fit.SLIP)


def _whole(joined: str, words: list[str]) -> str | None:
    """Return the word that is the joined ones, but for a slip."""
    length = len(joined)
    for word in words:
        if abs(len(word) - length) <= 1 and len(word) >= _LONG_WORD and fit(joined, word) >= Fit.SLIP:
            return word
    return None
