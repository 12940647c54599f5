"""Which records are worth comparing, among many at once, and which of them belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from crmdesk.domain.duplicates import Traits

_BEGINNING = 4
"""Letters of a word by which records are brought together: slips are more often behind them."""

_MANY = 20
"""What more records share than this singles nobody out."""


def pairs_of(records: Sequence[Traits]) -> Iterator[tuple[int, int]]:
    """Yield the places of any two records that share something which few share, each pair once.

    What many share (a common name, a switchboard) singles nobody out and is left to what else they share.
    """
    blocks: dict[str, list[int]] = {}
    for at, record in enumerate(records):
        for key in dict.fromkeys(_keys(record)):
            blocks.setdefault(key, []).append(at)
    seen: set[tuple[int, int]] = set()
    for block in blocks.values():
        if 1 < len(block) <= _MANY:
            for pair in combinations(block, 2):
                if pair not in seen:
                    seen.add(pair)
                    yield pair


def _keys(record: Traits) -> Iterator[str]:
    """Yield what two records of one customer have in common although each field may hold a slip."""
    yield from record.phones
    yield from record.emails
    for name in filter(None, (record.name, record.latin)):
        yield " ".join(sorted(name))
    words = [word[:_BEGINNING] for word in (*record.name, *record.latin) if len(word) > 1]
    if record.born:
        yield record.born
        for word in words:
            yield f"{word} {record.born[:4]}"
            yield f"{word} {record.born[4:]}"
    places = {w for address in record.addresses for w in address}
    for word in words:
        for place in places:
            if place.isdigit():
                yield f"{word} {place}"
    for address in record.addresses:
        numbers = sorted(w for w in address if w.isdigit())
        for street in {w[:_BEGINNING] for w in address if not w.isdigit() and len(w) > _BEGINNING}:
            for number in numbers:
                yield f"{number} at {street}"


def groups_of(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return the groups of records that pairs tie together, also by way of a third, each in ascending order."""
    group: dict[int, set[int]] = {}
    for one, other in pairs:
        first, second = group.setdefault(one, {one}), group.setdefault(other, {other})
        if first is second:
            continue
        smaller, larger = sorted((first, second), key=len)
        larger |= smaller
        for member in smaller:
            group[member] = larger
    return sorted({tuple(sorted(members)) for members in group.values()})
