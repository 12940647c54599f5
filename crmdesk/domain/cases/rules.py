"""The rules in force, from what was published: the newest edition of each regime and of the house's own rules."""

from __future__ import annotations

from collections.abc import Iterable

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.cases.house import House, house_from
from crmdesk.domain.knowledge.edition import EditionState
from crmdesk.domain.sla.regimes import regime_from

HOUSE = "house"
"""The code under which the house's own rules are published."""

Published = tuple[str, int, str, str]
"""An edition of rules: its code, its version, its state and its text."""


def newest_rules(regimes: Iterable[Published], houses: Iterable[Published]) -> RuleBook:
    """Return the rules in force; raises UserMistake for a text that cannot be read, which publishing refuses."""
    house: House | None = None
    for code, version, state, body in _newest(houses):
        if code == HOUSE and state == EditionState.PUBLISHED:
            house = house_from(body, version)
    known = {code: regime_from(body) for code, _, state, body in _newest(regimes) if state == EditionState.PUBLISHED}
    return RuleBook(house, known)


def _newest(editions: Iterable[Published]) -> list[Published]:
    last: dict[str, Published] = {}
    for one in editions:
        if one[0] not in last or last[one[0]][1] < one[1]:
            last[one[0]] = one
    return list(last.values())
