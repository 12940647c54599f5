"""Are these two records one customer? Evidence from each field, added up to a chance, with the reasons in it.

Each finding has a weight in log-odds, as in Fellegi and Sunter (1969): how much more often it is met with two records
of one customer than with two customers. Who lives together shares telephone, address and surname, so the ways to reach
somebody count as one piece of evidence, its strongest part in full and each further one a little, and a differing first
name outweighs it. The weights are what such things mean in any house, the threshold is an even chance, and both are the
same everywhere: nothing is fitted to the data at hand. See docs/adr/0036 for how they were chosen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from enum import StrEnum

from rapidfuzz.distance import OSA

from crmdesk.domain.language import mark, tr
from crmdesk.domain.likeness import Aligned, Fit, align, fit, words_of
from crmdesk.domain.quick import dataclass
from crmdesk.domain.words import sentence

THRESHOLD = 0.5
"""From this chance on two records are probably one customer."""

WORTH_A_LOOK = 0.04
"""From this chance on whoever makes a customer is told that somebody like that is there: two names a letter apart."""

_BEFOREHAND = -12.0
"""Log-odds that any two records that share something are one customer: about one in 160,000."""

_NAME_WORD = {Fit.SAME: 5.0, Fit.SLIP: 4.0, Fit.ALIKE: 2.5, Fit.INITIAL: 1.5}
_NAME_MOST = 11.0
_OTHER_NAME = -7.0
_WORD_NOT_IN_THE_OTHER = -0.5
_BORN, _BORN_NEARLY, _BORN_OTHERWISE = 10.0, 7.0, -3.0
_PHONE, _EMAIL = 8.0, 9.0
_ADDRESS_WORD = {Fit.SAME: 1.0, Fit.SLIP: 0.8, Fit.ALIKE: 0.5}
_ADDRESS_WORD_ALONE = -0.5
_ADDRESS_LEAST = -2.0
_CITY, _CITY_OTHERWISE = 1.5, -0.5
_FURTHER_WAY = 0.25


@dataclass(frozen=True, slots=True)
class Homes:
    """What an address tells among these people: how many log-odds a word of it in common, and all of it at most; and
    what it weighs that a word of the name is the same but another is not, the first one kept or another one."""

    word: float
    most: float
    first_kept: float
    other_kept: float


SHARED_HOMES = Homes(word=2.0, most=11.0, first_kept=-1.5, other_kept=-4.0)
"""People live in families: one address, one surname, often one telephone."""

OWN_HOMES = Homes(word=3.0, most=16.0, first_kept=1.0, other_kept=1.0)
"""Nobody lives with anybody on file, as in a register of heads of households: a surname in common is no family's."""


class Matter(StrEnum):
    """What a piece of evidence is about."""

    NAME = "name"
    BORN = "born"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    CITY = "city"


class Agreement(StrEnum):
    """How two records stand to each other in one matter."""

    SAME = "same"
    ONE_LETTER = "one letter"  # not shown
    NEARLY = "nearly"
    PARTLY = "partly"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of evidence with its weight in log-odds."""

    matter: Matter
    agreement: Agreement
    weight: float


_WORDS = {
    (Matter.NAME, Agreement.SAME): mark("same name"),
    (Matter.NAME, Agreement.ONE_LETTER): mark("name differs by one letter"),
    (Matter.NAME, Agreement.NEARLY): mark("name nearly the same"),
    (Matter.NAME, Agreement.PARTLY): mark("part of the name is missing"),
    (Matter.NAME, Agreement.DIFFERENT): mark("another name"),
    (Matter.BORN, Agreement.SAME): mark("same day of birth"),
    (Matter.BORN, Agreement.NEARLY): mark("day of birth nearly the same"),
    (Matter.BORN, Agreement.DIFFERENT): mark("another day of birth"),
    (Matter.PHONE, Agreement.SAME): mark("same phone"),
    (Matter.EMAIL, Agreement.SAME): mark("same e-mail"),
    (Matter.ADDRESS, Agreement.SAME): mark("same address"),
    (Matter.ADDRESS, Agreement.NEARLY): mark("address nearly the same"),
    (Matter.ADDRESS, Agreement.DIFFERENT): mark("another address"),
    (Matter.CITY, Agreement.SAME): mark("same city"),
    (Matter.CITY, Agreement.DIFFERENT): mark("another city"),
}


@dataclass(frozen=True, slots=True)
class Likeness:
    """The chance from 0 to 1 that two records are one customer, and why, the strongest evidence first."""

    chance: float
    findings: tuple[Finding, ...]

    @property
    def is_probable(self) -> bool:
        """Say whether the two are probably one customer."""
        return self.chance >= THRESHOLD

    @property
    def is_worth_a_look(self) -> bool:
        """Say whether whoever makes one of them should see the other first."""
        return self.chance >= WORTH_A_LOOK or any(
            found.matter is Matter.NAME and found.agreement is Agreement.SAME for found in self.findings
        )

    @property
    def reasons(self) -> str:
        """Return the evidence in words, what is the same first: "Same phone, name differs by one letter"."""
        first = sorted(self.findings, key=_plainness)
        said = [_WORDS[found.matter, found.agreement] for found in first if (found.matter, found.agreement) in _WORDS]
        return sentence(", ".join(tr(words) for words in said))


@dataclass(frozen=True, slots=True)
class Traits:
    """What is compared of a record; made by ``traits``.

    ``phones`` are E.164, with ";" and the extension where there is one. ``latin`` is the name in Latin letters where it
    is written in another script. ``born`` is the day of birth as eight digits (19560409), also one that never was.
    """

    name: tuple[str, ...]
    latin: tuple[str, ...] = ()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    addresses: tuple[tuple[str, ...], ...] = ()
    city: tuple[str, ...] = ()
    born: str = ""


def traits(
    name: str,
    latin: str = "",
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    addresses: Iterable[str] = (),
    city: str = "",
    born: str = "",
) -> Traits:
    """Return a record made ready to be compared."""
    return Traits(
        name=words_of(name),
        latin=words_of(latin),
        phones=frozenset(phones),
        emails=frozenset(one.strip().casefold() for one in emails),
        addresses=tuple(words for one in addresses if (words := words_of(one))),
        city=words_of(city),
        born=born,
    )


def compare(one: Traits, other: Traits, homes: Homes = SHARED_HOMES) -> Likeness:
    """Return how likely two records are one customer; the order of the two does not matter."""
    findings = [found for found in (_name(one, other, homes), _born(one.born, other.born)) if found is not None]
    ways = [*_same_ways(one, other)]
    total = _BEFOREHAND + sum(found.weight for found in findings)
    if total + _in_all(ways) + homes.most > 0:  # else where they live cannot make them one
        ways += _places(one, other, homes)
    total += _in_all(ways)
    return Likeness(1 / (1 + math.exp(-total)), tuple(sorted((*findings, *ways), key=_weight, reverse=True)))


def _in_all(ways: Iterable[Finding]) -> float:
    """Return what several ways to reach somebody are worth: the strongest counts in full, each further one a little."""
    weights = sorted((found.weight for found in ways), reverse=True)
    return sum(weight if at == 0 or weight < 0 else weight * _FURTHER_WAY for at, weight in enumerate(weights))


def _weight(found: Finding) -> float:
    return found.weight


def _plainness(found: Finding) -> tuple[bool, float]:
    """What is the same comes before what is nearly so, each by its weight."""
    return (found.agreement is not Agreement.SAME, -found.weight)


# Names ----------------------------------------------------------------------------------------------------------------


def _name(one: Traits, other: Traits, homes: Homes) -> Finding | None:
    """Return the best of the names as written and in Latin letters; None where one has no name."""
    found = [_names(a, b, homes) for a in (one.name, one.latin) if a for b in (other.name, other.latin) if b]
    return max(found, key=_weight, default=None)


def _names(one: tuple[str, ...], other: tuple[str, ...], homes: Homes) -> Finding:
    aligned = align(one, other)
    if min(aligned.left_over):
        kept = homes.first_kept if fit(one[0], other[0]) >= Fit.SLIP else homes.other_kept
        weight = kept if aligned.fits else _OTHER_NAME
    else:
        worth = min(_NAME_MOST, sum(_NAME_WORD[how] for how in aligned.fits))
        weight = worth + _WORD_NOT_IN_THE_OTHER * max(aligned.left_over)
    return Finding(Matter.NAME, _name_agreement(aligned), weight)


def _name_agreement(aligned: Aligned) -> Agreement:
    if min(aligned.left_over):
        return Agreement.DIFFERENT
    if max(aligned.left_over):
        return Agreement.PARTLY
    if all(how is Fit.SAME for how in aligned.fits):
        return Agreement.SAME
    slips = aligned.fits.count(Fit.SLIP)
    return Agreement.ONE_LETTER if slips == 1 and aligned.count(Fit.SLIP) == len(aligned.fits) else Agreement.NEARLY


# Dates ----------------------------------------------------------------------------------------------------------------


def _born(one: str, other: str) -> Finding | None:
    if not one or not other:
        return None
    if one == other:
        return Finding(Matter.BORN, Agreement.SAME, _BORN)
    day_and_month_swapped = one[:4] + one[6:] + one[4:6] == other
    if day_and_month_swapped or OSA.distance(one, other, score_cutoff=1) <= 1:
        return Finding(Matter.BORN, Agreement.NEARLY, _BORN_NEARLY)
    return Finding(Matter.BORN, Agreement.DIFFERENT, _BORN_OTHERWISE)


# Ways to reach somebody -----------------------------------------------------------------------------------------------


def _same_ways(one: Traits, other: Traits) -> Iterator[Finding]:
    if one.phones & other.phones:
        yield Finding(Matter.PHONE, Agreement.SAME, _PHONE)
    if one.emails & other.emails:
        yield Finding(Matter.EMAIL, Agreement.SAME, _EMAIL)


def _places(one: Traits, other: Traits, homes: Homes) -> Iterator[Finding]:
    address = max((_addresses(a, b, homes) for a in one.addresses for b in other.addresses), key=_weight, default=None)
    if address is not None:
        yield address
    elif one.city and other.city:
        same = one.city == other.city
        yield Finding(Matter.CITY, Agreement.SAME if same else Agreement.DIFFERENT, _CITY if same else _CITY_OTHERWISE)


def _addresses(one: tuple[str, ...], other: tuple[str, ...], homes: Homes) -> Finding:
    aligned = align(one, other)
    worth = sum(_ADDRESS_WORD.get(how, 0.0) for how in aligned.fits)
    worth += _ADDRESS_WORD_ALONE * min(aligned.left_over)
    weight = max(_ADDRESS_LEAST, min(homes.most, worth * homes.word))
    if not any(aligned.left_over) and all(how is Fit.SAME for how in aligned.fits):
        return Finding(Matter.ADDRESS, Agreement.SAME, weight)
    if weight >= homes.most / 2:
        return Finding(Matter.ADDRESS, Agreement.NEARLY, weight)
    return Finding(Matter.ADDRESS, Agreement.DIFFERENT if weight <= 0 else Agreement.PARTLY, weight)
