"""Makes people, families and companies from names and number ranges, always the same ones for a seed.

Families share a number (about one person in eight); companies have a switchboard and departments behind extensions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from random import Random

from benchmarks._names import (
    CARE,
    CULTURES,
    DEPARTMENTS,
    PREFERENCES,
    PRODUCTS,
    SUMMARIES,
    TIERS,
    TRADES,
    Culture,
)

_FAMILY = 0.047
_COMPANY = 0.06


@dataclass(frozen=True, slots=True)
class Person:
    """One generated customer with the ways to reach them: (value, E.164, extension, label, shared)."""

    kind: str
    name: str
    latin_name: str
    summary: str
    city: str
    since: date
    care: str
    tier: str
    language: str
    product: str
    preferences: str
    phones: tuple[tuple[str, str | None, str, bool], ...]
    email: str
    address: str


def people(count: int, seed: int) -> Iterator[Person]:
    """Yield ``count`` customers."""
    return islice(_people(Random(seed)), count)


def _people(rng: Random) -> Iterator[Person]:
    cultures = [culture for culture in CULTURES for _ in range(culture.weight)]
    while True:
        culture = rng.choice(cultures)
        dice = rng.random()
        if dice < _COMPANY:
            yield _company(rng, culture)
        elif dice < _COMPANY + _FAMILY:
            family, shared = rng.choice(culture.families), _number(rng, culture.landline)
            for _ in range(rng.choice((2, 2, 3, 4))):
                yield _person(rng, culture, family, ((shared, None, "home", True),))
        else:
            yield _person(
                rng, culture, rng.choice(culture.families), ((_number(rng, culture.mobile), None, "", False),)
            )


def _number(rng: Random, ranges: Sequence[tuple[str, int]]) -> str:
    prefix, digits = ranges[int(rng.random() * len(ranges))]
    return f"{prefix}{int(rng.random() * 10**digits):0{digits}d}"


def _person(
    rng: Random,
    culture: Culture,
    family: tuple[str, str],
    phones: tuple[tuple[str, str | None, str, bool], ...],
) -> Person:
    given = culture.given[int(rng.random() * len(culture.given))]
    order = (family, given) if culture.family_first else (given, family)
    name, latin = (" ".join(part[script] for part in order) for script in (0, 1))
    dice = rng.random()
    if dice < 0.25:
        phones = (*phones, (_number(rng, culture.mobile), None, "work", False))
    city = culture.cities[int(dice * len(culture.cities))]
    plain = f"{given[1]}.{family[1]}".lower().replace("'", "").encode("ascii", "ignore").decode()
    return Person(
        kind="person",
        name=name,
        latin_name="" if latin == name else latin,
        summary=SUMMARIES[int(rng.random() * len(SUMMARIES))],
        city=city,
        since=date(2010, 1, 1) + timedelta(days=int(rng.random() * 5800)),
        care=CARE[int(dice * 500)] if dice < 0.01 else "",
        tier=TIERS[int(dice * 1e6) % len(TIERS)],
        language="" if culture.language == "English" else culture.language,
        product=PRODUCTS[int(dice * 1e5) % len(PRODUCTS)],
        preferences=PREFERENCES[int(dice * 1e4) % len(PREFERENCES)] if dice > 0.9 else "",
        phones=phones,
        email=f"{plain}{int(dice * 9999)}@example.org" if rng.random() < 0.3 else "",
        address=f"{int(dice * 300) + 1} {family[1]} Road, {city}" if rng.random() < 0.3 else "",
    )


def _company(rng: Random, culture: Culture) -> Person:
    owner, trade = rng.choice(culture.families), rng.choice(TRADES)
    form = rng.choice(culture.companies)
    switchboard = _number(rng, culture.landline)
    departments = rng.sample(DEPARTMENTS, rng.randrange(4))
    phones = [(switchboard, None, "switchboard", False)]
    inner = ((switchboard, str(rng.randrange(100, 999)), name, False) for name in departments)
    return Person(
        kind="organisation",
        name=f"{owner[0]} {trade} {form}",
        latin_name="" if owner[0] == owner[1] else f"{owner[1]} {trade}",
        summary=trade,
        city=rng.choice(culture.cities),
        since=date(2005, 1, 1) + timedelta(days=rng.randrange(7600)),
        care="",
        tier=rng.choice(TIERS),
        language="" if culture.language == "English" else culture.language,
        product=rng.choice(PRODUCTS),
        preferences="",
        phones=(*phones, *inner),
        email=f"office{rng.randrange(10**6)}@example.com",
        address="",
    )
