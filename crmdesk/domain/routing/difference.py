"""What two editions of rules differ in, and one made of two that began from the same: no rule of either is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.ids import new_id
from crmdesk.domain.quick import dataclass
from crmdesk.domain.routing.rules import LONGEST, Rule, Rules


class Kind(StrEnum):
    """What became of a rule from one edition to another."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule that differs: as it was (None where it was not there) and as it is (None where it is gone); ``place`` is
    where it stands now, or stood, counted from 1."""

    kind: Kind
    was: Rule | None
    is_now: Rule | None
    place: int


def differences(before: Rules, after: Rules) -> tuple[Difference, ...]:
    """Return what became of each rule from one edition to another: those of ``after`` in order, then those that are
    gone. A rule counts as moved where it stands differently among the rules that both have and did not change."""
    old = {rule.id: rule for rule in before}
    new = {rule.id: rule for rule in after}
    moved = _moved([rule.id for rule in before if rule.id in new], [rule.id for rule in after if rule.id in old])
    found: list[Difference] = []
    for place, rule in enumerate(after, start=1):
        was = old.get(rule.id)
        if was is None:
            found.append(Difference(Kind.ADDED, None, rule, place))
        elif was != rule:
            found.append(Difference(Kind.CHANGED, was, rule, place))
        elif rule.id in moved:
            found.append(Difference(Kind.MOVED, was, rule, place))
    gone = (Difference(Kind.REMOVED, rule, None, place) for place, rule in enumerate(before, 1) if rule.id not in new)
    return (*found, *gone)


def _moved(before: list[UUID], after: list[UUID]) -> frozenset[UUID]:
    """Return what is to be moved, as little as possible, to come from one order of the same ids to another."""
    place = {id_: n for n, id_ in enumerate(before)}
    lengths: list[
        tuple[int, int]
    ] = []  # of the longest run in the old order that ends here, and where it goes on before
    for n, id_ in enumerate(after):
        earlier = [(lengths[m][0], m) for m in range(n) if place[after[m]] < place[id_]]
        longest, at = max(earlier, default=(0, -1))
        lengths.append((longest + 1, at))
    kept: set[UUID] = set()
    at = max(range(len(after)), key=lambda n: lengths[n][0], default=-1)
    while at >= 0:
        kept.add(after[at])
        at = lengths[at][1]
    return frozenset(after) - kept


@dataclass(frozen=True, slots=True)
class Merged:
    """Rules made of two editions, and the names of the rules that both changed in different ways: mine stands, theirs
    stands behind it, paused."""

    rules: Rules
    both: tuple[str, ...]


def merged(base: Rules, mine: Rules, theirs: Rules, fresh: Callable[[], UUID] = new_id) -> Merged:
    """Return my rules with what they changed since ``base``; no rule of either is lost.

    A rule that one side changed is as that side has it, and one that one side took away goes unless the other changed
    it. The order is mine; what they added stands behind the rule that it stands behind with them. ``fresh`` makes ids.
    """
    old, others = ({rule.id: rule for rule in rules} for rules in (base, theirs))
    kept: list[Rule] = []
    both: list[str] = []
    behind: dict[UUID, UUID] = {}
    for rule in mine:
        was, other = old.get(rule.id), others.get(rule.id)
        if other is None:
            if was is None or was != rule:
                kept.append(rule)
        elif other in (rule, was):
            kept.append(rule)
        elif rule == was:
            kept.append(other)
        else:
            twin = replace(other, id=fresh(), name=f"{other.name} (2)"[-LONGEST:], paused=True)
            kept += [rule, twin]
            behind[rule.id] = twin.id
            both.append(rule.name)
    present = {rule.id for rule in kept}
    last: UUID | None = None
    for rule in theirs:
        was = old.get(rule.id)
        if rule.id not in present and (was is None or was != rule):
            kept.insert(_after(kept, behind.get(last, last) if last is not None else None), rule)
            present.add(rule.id)
        if rule.id in present:
            last = rule.id
    return Merged(tuple(kept), tuple(both))


def _after(kept: list[Rule], id_: UUID | None) -> int:
    if id_ is None:
        return 0
    return next((n + 1 for n, rule in enumerate(kept) if rule.id == id_), len(kept))
