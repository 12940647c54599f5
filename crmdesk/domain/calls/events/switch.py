"""What a phone system reports of its agents, of everything at once that it knows, and whether it is heard."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from crmdesk.domain.calls.events.parts import Caller, Device, Line
from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """An agent's standing in one queue, as the switch tells it."""

    at: datetime
    queue: str
    agent: str
    name: str
    device: Device
    paused: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MemberPaused:
    """An agent was paused or taken back in one queue."""

    at: datetime
    queue: str
    agent: str
    name: str
    paused: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MemberRemoved:
    """An agent no longer serves a queue."""

    at: datetime
    queue: str
    agent: str


@dataclass(frozen=True, slots=True)
class WaitingCaller:
    """Somebody found waiting: ``waited_s`` in whole seconds before the look."""

    call: str
    queue: str
    waited_s: int
    line: Line
    caller: Caller


@dataclass(frozen=True, slots=True)
class QueuesSeen:
    """A complete look at some queues: who serves them and who waits; nobody else does."""

    at: datetime
    queues: tuple[str, ...]
    members: tuple[MemberChanged, ...]
    waiting: tuple[WaitingCaller, ...]


class SeenState(StrEnum):
    """Where a leg found by a look stands."""

    RINGING = "ringing"
    UP = "up"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SeenLeg:
    """A leg found by a look: ``call`` is that it belongs to (itself if it began one), ``queue`` where it was sent.

    Legs of one ``bridge`` hear each other; an ``inner`` one is a helper between two phones.
    """

    leg: str
    call: str
    line: Line
    state: SeenState
    bridged: bool
    age_s: int
    caller: Caller
    queue: str | None = None
    inner: bool = False
    bridge: str = ""


@dataclass(frozen=True, slots=True)
class LegsSeen:
    """A complete look at all legs; others are gone."""

    at: datetime
    legs: tuple[SeenLeg, ...]


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The phone system is not heard any more: what is shown is of the past from now on."""

    at: datetime


@dataclass(frozen=True, slots=True)
class StreamSilent:
    """The phone system says nothing, not even to a question, since ``at``; the connection stands and nothing is lost
    if it goes on."""

    at: datetime


@dataclass(frozen=True, slots=True)
class StreamHeard:
    """A phone system that was silent is heard again on the same connection."""

    at: datetime


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The phone system is heard again (a look at everything follows)."""

    at: datetime
