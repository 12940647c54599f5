"""What rules ask about a case, made ready to be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from crmdesk.domain.quick import dataclass

COMPLAINT = "complaint"
"""The kind of case that a complaint is."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Facts:
    """A case as rules see it, made by ``facts``: every text is ``alike``, an empty one is not known.

    ``asked_minor`` is the sum that the complainant asks for, in the smallest unit of the house's currency, None where
    none is named. ``in_hours`` says whether it was received while the house was open, None where no hours are set up.
    ``words`` are the complainant's own words as ``spaced``.
    """

    kind: str
    product: str
    category: str
    severity: int
    safety: bool
    vulnerability: frozenset[str]
    channel: str
    language: str
    tier: str
    segment: str
    asked_minor: int | None
    in_hours: bool | None
    words: str


def facts(
    *,
    kind: str = COMPLAINT,
    product: str = "",
    category: str = "",
    severity: int = 1,
    safety: bool = False,
    vulnerability: Iterable[str] = (),
    channel: str = "",
    language: str = "",
    tier: str = "",
    segment: str = "",
    asked_minor: int | None = None,
    in_hours: bool | None = None,
    verbatim: str = "",
) -> Facts:
    """Return the facts of a case from what is kept of it."""
    return Facts(
        kind=alike(kind),
        product=alike(product),
        category=alike(category),
        severity=severity,
        safety=safety,
        vulnerability=frozenset(mark for one in vulnerability if (mark := alike(one))),
        channel=alike(channel),
        language=alike(language),
        tier=alike(tier),
        segment=alike(segment),
        asked_minor=asked_minor,
        in_hours=in_hours,
        words=spaced(verbatim),
    )


@lru_cache(maxsize=8192)
def alike(text: str) -> str:
    """Return a name so that how it is spaced and capitalised makes no difference."""
    return " ".join(text.casefold().split())


def spaced(text: str) -> str:
    """Return the words of a text in small letters with one space before, between and behind them."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


@lru_cache(maxsize=8192)
def looked_for(phrase: str) -> str:
    """Return a phrase as it stands in ``spaced`` words: whole words, or where it ends in ``*`` also what goes on.

    Empty for a phrase without a word, which is found nowhere.
    """
    found = spaced(phrase)
    if not found.strip():
        return ""
    return found.rstrip() if phrase.rstrip().endswith("*") else found
