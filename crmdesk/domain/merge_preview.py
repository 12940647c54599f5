"""What merging two customers means, field by field, before anything happens: what stays, what is taken over."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from crmdesk.domain.quick import dataclass


class Choice(StrEnum):
    """Which of two values the survivor goes on with; ``BOTH`` only where a field holds lines of words."""

    KEEP = "keep"
    TAKE = "take"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class MergeField:
    """A field in which the two differ: the words that stay, those of the duplicate, and what is proposed.

    What the survivor lacks is proposed to be taken over. ``lines`` says that both may be kept.
    """

    name: str
    label: str
    kept: str
    theirs: str
    proposed: Choice
    lines: bool = False

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Return what may be chosen, in the order of the arrow keys."""
        return (Choice.KEEP, Choice.BOTH, Choice.TAKE) if self.lines and self.kept else (Choice.KEEP, Choice.TAKE)

    def outcome(self, choice: Choice) -> str:
        """Return the words with which the survivor goes on."""
        if choice is Choice.BOTH:
            return both(self.kept, self.theirs)
        return self.theirs if choice is Choice.TAKE else self.kept


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What would become of two customers: the fields that differ, what comes along whole, what is the same in both.

    ``brings`` are words like "2 numbers" or "1 open complaint". ``do_not_call`` says that the duplicate asked not to be
    called, which then counts for both.
    """

    survivor: UUID
    duplicate: UUID
    survivor_name: str
    duplicate_name: str
    fields: tuple[MergeField, ...]
    brings: tuple[str, ...]
    same: tuple[str, ...]
    do_not_call: bool


def both(kept: str, theirs: str) -> str:
    """Return the lines of one text and then those of another that it does not have."""
    lines = kept.splitlines()
    return "\n".join([*lines, *(line for line in theirs.splitlines() if line not in lines)])
