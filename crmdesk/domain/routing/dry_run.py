"""What rules would have done with past cases: what each takes, what goes elsewhere, and what never fires."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from crmdesk.domain.quick import dataclass
from crmdesk.domain.routing.conditions import group_fits
from crmdesk.domain.routing.covering import covered_by
from crmdesk.domain.routing.deciding import Answer, takers
from crmdesk.domain.routing.facts import Facts
from crmdesk.domain.routing.rules import NOWHERE, Place, Rules
from crmdesk.domain.routing.skills import having, meant

DAYS = 30
"""Over how many days rules are tried."""

MOST_LISTED = 200
"""How many cases of a list are named; all are counted."""


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case of the last days: what rules see of it, where routing sent it then (``NOWHERE``: nowhere), and what names
    it in a list, product and category as they are kept."""

    id: UUID
    kind: str
    reference: str
    product: str
    category: str
    received_at: datetime
    facts: Facts
    went: Place


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list: where it went and where it would have gone, by which rule (empty: none)."""

    id: UUID
    kind: str
    reference: str
    product: str
    category: str
    received_at: datetime
    went: Place
    would_go: Place
    rule: str


@dataclass(frozen=True, slots=True)
class OfRule:
    """What a rule would have done: of how many cases it decided something, how many it fits, and which earlier rules
    were first in the others (their id, name and number of cases, most first). ``covered_by`` names the earlier rule
    that leaves it nothing whatever comes, empty where none is known to; ``lacks`` is the skill that it asks for and
    nobody who works here has, ``meant`` the one that is probably meant by that."""

    rule: UUID
    name: str
    takes: int
    fits: int
    shadows: tuple[tuple[UUID, str, int], ...]
    covered_by: str
    paused: bool
    lacks: str = ""
    meant: str = ""

    @property
    def never(self) -> bool:
        """Return whether it decided nothing at all, though it is not paused."""
        return self.takes == 0 and not self.paused


@dataclass(frozen=True, slots=True)
class DryRun:
    """What rules would have done with ``cases`` cases; ``elsewhere`` and ``nothing`` list the newest of them, their
    numbers count all. ``left_out`` are the cases that were too many to be tried."""

    cases: int
    rules: tuple[OfRule, ...]
    elsewhere_count: int
    elsewhere: tuple[Listed, ...]
    nothing_count: int
    nothing: tuple[Listed, ...]
    left_out: int = 0


def try_rules(
    rules: Rules, cases: Iterable[PastCase], left_out: int = 0, skilled: Mapping[str, int] | None = None
) -> DryRun:
    """Return what rules would have done with past cases, which come newest first; ``skilled`` says how many people have
    each skill (None: it is not asked)."""
    takes: Counter[UUID] = Counter()
    fitted: Counter[UUID] = Counter()
    before: dict[UUID, Counter[UUID]] = {rule.id: Counter() for rule in rules}
    elsewhere: list[Listed] = []
    nothing: list[Listed] = []
    count = elsewhere_count = nothing_count = 0
    for case in cases:
        count += 1
        fitting = [not rule.paused and group_fits(rule.when, case.facts) for rule in rules]
        taken = takers(rules, fitting)
        took = {rule.id for rule, _ in taken}
        takes.update(took)
        for rule, fits in zip(rules, fitting, strict=True):
            if fits:
                fitted[rule.id] += 1
                if rule.id not in took:
                    before[rule.id][taken[0][0].id] += 1
        by = next((rule for rule, gave in taken if Answer.PLACE in gave), None)
        would_go = NOWHERE if by is None else by.then.place
        if not taken:
            nothing_count += 1
            if len(nothing) < MOST_LISTED:
                nothing.append(_listed(case, would_go, ""))
        if not would_go.same_as(case.went):
            elsewhere_count += 1
            if len(elsewhere) < MOST_LISTED:
                elsewhere.append(_listed(case, would_go, "" if by is None else by.name))
    names = {rule.id: rule.name for rule in rules}
    asked = {} if skilled is None else {rule.id: rule.then.place.skill for rule in rules if rule.then.place.skill}
    lacks = {id_: skill for id_, skill in asked.items() if not having(skill, skilled or {})}
    of_rules = tuple(
        OfRule(
            rule=rule.id,
            name=rule.name,
            takes=takes[rule.id],
            fits=fitted[rule.id],
            shadows=tuple((id_, names[id_], n) for id_, n in before[rule.id].most_common()),
            covered_by="" if rule.paused or (first := covered_by(rules, place)) is None else first.name,
            paused=rule.paused,
            lacks=lacks.get(rule.id, ""),
            meant=meant(lacks[rule.id], skilled or {}) if rule.id in lacks else "",
        )
        for place, rule in enumerate(rules)
    )
    return DryRun(count, of_rules, elsewhere_count, tuple(elsewhere), nothing_count, tuple(nothing), left_out)


def _listed(case: PastCase, would_go: Place, rule: str) -> Listed:
    return Listed(
        case.id, case.kind, case.reference, case.product, case.category, case.received_at, case.went, would_go, rule
    )
