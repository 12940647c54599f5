"""A decision with its reasons as it is kept beside the case: what the answer to "why is it here?" needs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.quick import dataclass
from crmdesk.domain.routing.codec import condition_in, condition_out
from crmdesk.domain.routing.conditions import Condition
from crmdesk.domain.routing.deciding import Answer, Decision, Passed, Taken
from crmdesk.domain.routing.rules import Place, Priority
from crmdesk.domain.values import known_or_none

MOST_PASSED = 30
MOST_MISSING = 6
"""How many rules that were passed over are kept, and how many conditions of each: those next to the one that fitted."""


class Kept(StrEnum):
    """What somebody had decided before routing did, and which stands above it."""

    OWNER = "owner"
    REGIME = "regime"


@dataclass(frozen=True, slots=True)
class Routed:
    """What routing did with a case: by which edition, what it decided and why, and what it left as somebody had it."""

    edition: int
    decision: Decision
    kept: tuple[Kept, ...] = ()


def written(routed: Routed) -> str:
    """Return what routing did as JSON."""
    decision = routed.decision
    place: dict[str, Any] = {
        "team": decision.place.team,
        "skill": decision.place.skill,
        "owner": None if decision.place.owner is None else str(decision.place.owner),
        "owner_name": decision.place.owner_name,
    }
    whole: dict[str, Any] = {
        "edition": routed.edition,
        "place": {name: value for name, value in place.items() if value},
        "priority": None if decision.priority is None else decision.priority.value,
        "regime": decision.regime,
        "taken": [
            [
                str(one.rule),
                one.name,
                [condition_out(each) for each in one.fitted],
                [answer.value for answer in one.gave],
            ]
            for one in decision.taken
        ],
        "passed": [
            [str(one.rule), one.name, [condition_out(each) for each in one.missing[:MOST_MISSING]], one.paused]
            for one in decision.passed[-MOST_PASSED:]
        ],
        "kept": [one.value for one in routed.kept],
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Routed | None:
    """Return what is kept of a case's routing, None where it was not routed or another version wrote it."""
    if not text:
        return None
    try:
        return _routed(json.loads(text))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, UserMistake):
        return None


def _routed(whole: Mapping[str, Any]) -> Routed:
    place = whole["place"]
    owner = place.get("owner")
    taken = (Taken(UUID(id_), str(name), _conditions(f), _answers(gave)) for id_, name, f, gave in whole["taken"])
    passed = (Passed(UUID(id_), str(name), _conditions(m), bool(paused)) for id_, name, m, paused in whole["passed"])
    decision = Decision(
        place=Place(
            str(place.get("team", "")),
            str(place.get("skill", "")),
            None if owner is None else UUID(owner),
            str(place.get("owner_name", "")),
        ),
        priority=known_or_none(Priority, whole["priority"]),
        regime=str(whole["regime"]),
        taken=tuple(taken),
        passed=tuple(passed),
    )
    return Routed(int(whole["edition"]), decision, tuple(Kept(one) for one in whole["kept"]))


def _conditions(written_: Sequence[object]) -> tuple[Condition, ...]:
    return tuple(condition_in(one) for one in written_)


def _answers(written_: Sequence[str]) -> tuple[Answer, ...]:
    return tuple(Answer(one) for one in written_)
