"""What agents tell those who answer for a product: lines that join a topic, and what is answered to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from crmdesk.domain.quick import dataclass
from crmdesk.domain.radar.names import alike, product_name


@dataclass(frozen=True, slots=True)
class NewFeedback:
    """A line that is told. ``topic_id`` is the topic that it joins, None for a new one; the others say where it was
    heard."""

    product: str
    words: str
    topic_id: UUID | None = None
    customer_id: UUID | None = None
    interaction_id: UUID | None = None
    complaint_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """A line as somebody told it: ``by`` is a name, ``reference`` that of the complaint that it is about, if any."""

    id: UUID
    words: str
    by: str
    by_id: UUID | None
    mine: bool
    at: datetime
    customer_id: UUID | None
    complaint_id: UUID | None
    reference: str
    unsent: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a topic, by whom."""

    id: UUID
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Topic:
    """What was told about a product: its lines, the first one first, and its answers in their order."""

    id: UUID
    product: str
    voices: tuple[Voice, ...]
    answers: tuple[Answer, ...]

    @property
    def words(self) -> str:
        """Return what was told first, in one line."""
        return " ".join(self.voices[0].words.split())

    @property
    def heard(self) -> int:
        """Return by how many people it was heard."""
        return len({one.by_id or one.id for one in self.voices})

    @property
    def mine(self) -> bool:
        """Return whether the reader told a line of it."""
        return any(one.mine for one in self.voices)

    @property
    def last_at(self) -> datetime:
        """Return when something was told or answered last."""
        return max(*(one.at for one in self.voices), *(one.at for one in self.answers), self.voices[0].at)

    @property
    def waits(self) -> bool:
        """Return whether something was told since the last answer."""
        return not self.answers or self.answers[-1].at < self.voices[-1].at


def by_product(topics: Iterable[Topic]) -> tuple[Topic, ...]:
    """Return topics of alike products together, those first in which something waits; what most have heard is first
    among them."""
    return tuple(sorted(topics, key=_place))


def _place(topic: Topic) -> tuple[str, bool, int, float]:
    return alike(product_name(topic.product)), not topic.waits, -topic.heard, -topic.last_at.timestamp()


@dataclass(frozen=True, slots=True)
class Unread:
    """An answer to something that the reader told, which they have not seen."""

    id: UUID
    product: str
    words: str
    by: str
