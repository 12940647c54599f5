"""By whose hand rows are changed, and what is said when that hand may not."""

from __future__ import annotations

from uuid import UUID

from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.compare import Hand
from crmdesk.sync.wire import Mutation, Result, Status

Key = tuple[str, UUID]
"""A row: its entity and its id."""

STANDING = frozenset({Status.OK, Status.CONFLICT})
"""Results after which the rest of a group may stand."""

ELSEWHERE = mark("Another team looks after this record now.")
"""Why a change is denied whose row these scopes have had, or which was merged into one that they do not have."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Whose mutations are applied: where their new rows go, which scopes they see, whether a person writes, and whether
    they lead others and may change their calls. In ``private``, their device's own scope, nothing is made."""

    author: UUID
    scopes: tuple[int, ...]
    home_scope: int
    hand: Hand
    leads: bool = False
    private: int = 0


def denied(m: Mutation, reason: str) -> Result:
    """Return the answer to a mutation that may not be, with the reason for whoever made it."""
    return Result(m.seq, Status.DENIED, reason=reason)
