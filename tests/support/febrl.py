"""The public Febrl data sets (tests/data/febrl): records, and which of them are one person."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from crmdesk.domain.duplicate_pairs import groups_of, pairs_of
from crmdesk.domain.duplicates import OWN_HOMES, SHARED_HOMES, Homes, Traits, compare, traits

ROOT = Path(__file__).parents[1] / "data/febrl"
_ADDRESS = ("street_number", "address_1", "address_2", "suburb", "postcode", "state")

__all__ = ["OWN_HOMES", "SHARED_HOMES", "Quality", "Records", "found_within", "load", "quality", "together"]


@dataclass(frozen=True, slots=True)
class Records:
    """Records as they are compared, whose each is (only for the truth), and the file each is from."""

    traits: tuple[Traits, ...]
    whose: tuple[str, ...]
    file: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """How many of the pairs found are true, how many of the true ones were found, and the harmonic mean of both."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the F1 measure (van Rijsbergen 1979)."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def load(*names: str) -> Records:
    """Return the records of one file, or of two that are to be linked."""
    rows = []
    for name in names:
        text = gzip.decompress((ROOT / f"dataset{name}.csv.gz").read_bytes()).decode()
        rows += [(row["rec_id"].split("-")[1], name, row) for row in csv.DictReader(text.splitlines())]
    made = [
        traits(
            f"{row['given_name']} {row['surname']}",
            addresses=[", ".join(row[part] for part in _ADDRESS if row[part])],
            born=row["date_of_birth"],
        )
        for _, _, row in rows
    ]
    return Records(tuple(made), tuple(row[0] for row in rows), tuple(row[1] for row in rows))


def found_within(records: Records, homes: Homes) -> set[tuple[int, int]]:
    """Return the pairs that are probably one person; between the files where there are two."""
    linked = len(set(records.file)) > 1
    return {
        (one, other)
        for one, other in pairs_of(records.traits)
        if not (linked and records.file[one] == records.file[other])
        and compare(records.traits[one], records.traits[other], homes).is_probable
    }


def together(found: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return every pair of a group that found pairs tie together."""
    return {pair for group in groups_of(found) for pair in combinations(group, 2)}


def quality(records: Records, found: set[tuple[int, int]]) -> Quality:
    """Return precision and recall of pairs against the truth."""
    people: dict[str, list[int]] = defaultdict(list)
    for place, who in enumerate(records.whose):
        people[who].append(place)
    linked = len(set(records.file)) > 1
    true = {
        (one, other)
        for places in people.values()
        for one, other in combinations(places, 2)
        if not (linked and records.file[one] == records.file[other])
    }
    right = len(found & true)
    return Quality(right / len(found), right / len(true))
