"""Editions of routing rules, and what a house has that rules can name, as screens show them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crmdesk.domain.quick import dataclass
from crmdesk.domain.routing.rules import Rules

LONGEST_WHY = 500


@dataclass(frozen=True, slots=True)
class Edition:
    """Who published which edition when and why. ``rules`` is how many it has, ``brings_back`` the number of the older
    one whose rules it has again, None for one of its own."""

    number: int
    by: str
    at: datetime
    why: str
    rules: int
    brings_back: int | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """What rules can name: teams, skills with how many people at work have each, people by id and name, and values that
    cases of the last months had; ``regimes`` by key and title."""

    currency: str = ""
    teams: tuple[str, ...] = ()
    skills: tuple[tuple[str, int], ...] = ()
    people: tuple[tuple[UUID, str], ...] = ()
    regimes: tuple[tuple[str, str], ...] = ()
    products: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()


NOBODY = Household()


@dataclass(frozen=True, slots=True)
class WhyHere:
    """Why a case is where it is: the ``place`` that rules gave it in words (empty: none), the ``reasons`` in sentences,
    what a person decided above them, and ``short``, which says it all in one sentence."""

    place: str
    short: str
    reasons: tuple[str, ...]
    person: str

    @property
    def lines(self) -> tuple[str, ...]:
        """Return what is said below the one sentence: what a person did, then the reasons."""
        return (*((self.person,) if self.person and self.person != self.short else ()), *self.reasons)


@dataclass(frozen=True, slots=True)
class Published:
    """An edition with its rules."""

    edition: Edition
    rules: Rules


@dataclass(frozen=True, slots=True)
class Book:
    """The rules in force and the editions before, the newest first; ``edition`` is 0 where nothing was published."""

    edition: int
    rules: Rules
    editions: tuple[Edition, ...]
    household: Household
