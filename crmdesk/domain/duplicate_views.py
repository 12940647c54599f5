"""What screens show of duplicates: who resembles somebody being made, and pairs that may be one customer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class LikeCustomer:
    """A customer on file who resembles somebody: ``chance`` from 0 to 1 that they are one, and the ``reasons``."""

    customer_id: UUID
    name: str
    latin_name: str
    detail: str
    number: str
    chance: float
    reasons: str
    is_probable: bool


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two customers who may be one, the one on file longer first, with the likelihood and the reasons."""

    one: LikeCustomer
    other: LikeCustomer
    chance: float
    reasons: str
    found_at: datetime

    @property
    def key(self) -> tuple[UUID, UUID]:
        """Return what tells the pair apart."""
        return (self.one.customer_id, self.other.customer_id)


class Stage(StrEnum):
    """What the search for duplicates goes through: whoever shares a number, an e-mail address, an address."""

    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the search is: the stage, and the text that was looked at last in it."""

    stage: Stage = Stage.PHONE
    after: str = ""


@dataclass(frozen=True, slots=True)
class DuplicateList:
    """Pairs that are probably one customer, the likeliest first; ``more`` than these were found. ``complete`` says that
    everything on this computer was gone through at least once."""

    pairs: tuple[DuplicatePair, ...]
    more: bool
    complete: bool
