"""Routing rules as a supervisor orders them: when a rule fits, and what it says of a case."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.domain.routing.conditions import Group

MOST_RULES = 200
MOST_CONDITIONS = 30
MOST_VALUES = 60
LONGEST = 200
"""How many rules there may be, conditions in a rule, values in a condition, and characters in a name or a value."""


class Priority(StrEnum):
    """How urgent a case is among those with the same deadline."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


PRIORITY_WORDS = {
    Priority.URGENT: mark("Urgent"),
    Priority.HIGH: mark("High priority"),
    Priority.NORMAL: mark("Normal priority"),
    Priority.LOW: mark("Low priority"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case goes: into a team's queue, with the skill that it needs shown, or to a person.

    ``owner`` is the id of an agent, ``owner_name`` their name when the rule was written, for reading. A place without
    team, skill and owner is none.
    """

    team: str = ""
    skill: str = ""
    owner: UUID | None = None
    owner_name: str = ""

    def __bool__(self) -> bool:
        return bool(self.team or self.skill or self.owner)

    def same_as(self, other: Place) -> bool:
        """Return whether both are the same place, whatever people were called."""
        return (self.team, self.skill, self.owner) == (other.team, other.skill, other.owner)


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Then:
    """What a rule says: the place (``NOWHERE``: nothing of it), the priority (None: nothing), and the key of the regime
    whose deadlines hold (empty: nothing)."""

    place: Place = NOWHERE
    priority: Priority | None = None
    regime: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``id`` stays through every edition; a ``paused`` one is kept and passed over."""

    id: UUID
    name: str
    when: Group
    then: Then
    paused: bool = False


Rules = tuple[Rule, ...]
