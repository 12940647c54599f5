"""Corrective actions: what is done against a cause of complaints, by whom, until when, and whether it helped."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.language import mark
from crmdesk.domain.learning.effect import Effect
from crmdesk.domain.quick import dataclass

MOST_CHECK_DAYS = 400
USUAL_CHECK_DAYS = 30


class ActionState(StrEnum):
    """Where an action stands; whether it helped the server says."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


ACTION_WORDS = {
    ActionState.OPEN: mark("Open"),
    ActionState.DONE: mark("Done"),
    ActionState.DROPPED: mark("Dropped"),
}


@dataclass(frozen=True, slots=True)
class Concern:
    """Which complaints an action is about: those of a product and, where they are named, of one category, cause (a
    code), lot and area. Spelling and case do not matter."""

    product: str
    category: str = ""
    cause: str = ""
    lot: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action that is begun, or its particulars as they are changed: ``check_days`` after it is done its effect is
    looked at."""

    words: str
    concern: Concern
    owner_id: UUID | None
    due_on: date
    check_days: int = USUAL_CHECK_DAYS


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action in a list. ``cause_path`` is the path of its cause as it is shown, ``owner`` a name, ``check_on`` the
    day on which its effect is looked at, None while it is not done; ``effect`` None until then."""

    id: UUID
    words: str
    concern: Concern
    cause_path: str
    owner_id: UUID | None
    owner: str
    mine: bool
    due_on: date
    check_days: int
    state: ActionState
    done_at: datetime | None
    evidence: str
    made_by: str
    made_at: datetime
    check_at: datetime | None
    effect: Effect | None
    unsent: bool

    def overdue(self, today: date) -> bool:
        """Return whether it should have been done before ``today``, the reader's day."""
        return self.state is ActionState.OPEN and self.due_on < today
