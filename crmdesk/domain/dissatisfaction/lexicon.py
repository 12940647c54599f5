"""The words of dissatisfaction, read from the files in ``resources/dissatisfaction``, one for each language."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence

from crmdesk.domain.dissatisfaction.phrases import Index, parsed
from crmdesk.domain.dissatisfaction.text import folded
from crmdesk.domain.quick import dataclass
from crmdesk.domain.shipped import shipped


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """What raises the hint and with how many points, what never does, and the words that turn it round.

    ``points`` belong to the phrases of ``raising`` by their number. ``negators`` turn round what follows
    them, ``breaks`` are where that ends.
    """

    raising: Index
    points: Sequence[int]
    quiet: Index
    negators: frozenset[str]
    breaks: frozenset[str]


def lexicon_of(files: Iterable[str]) -> Lexicon:
    """Return one lexicon of the texts of several files: people mix languages in a note.

    Raises ValueError, which names the phrase or the key, where a file cannot be used.
    """
    phrases, points, quiet = [], [], []
    negators: set[str] = set()
    breaks: set[str] = set()
    for file in files:
        try:
            document = tomllib.loads(file)
            for group in document["raises"]:
                phrases += [parsed(written) for written in group["phrases"]]
                points += [int(group["points"])] * len(group["phrases"])
            quiet += [parsed(written) for written in document["quiet"]]
            negators.update(folded(word) for word in document["negators"])
            breaks.update(folded(word) for word in document["breaks"])
        except KeyError as missing:
            raise ValueError(f"a file of words lacks {missing}") from missing
    return Lexicon(Index(phrases), tuple(points), Index(quiet), frozenset(negators), frozenset(breaks))


def shipped_lexicon() -> Lexicon:
    """Return the words that come with the program, of all languages."""
    files = sorted(shipped("dissatisfaction").glob("*.toml"))
    return lexicon_of(file.read_text(encoding="utf-8") for file in files)
