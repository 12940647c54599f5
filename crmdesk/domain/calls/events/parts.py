"""What call events are made of: ends of lines, callers, and why something ended."""

from __future__ import annotations

from enum import StrEnum

from crmdesk.domain.quick import dataclass


class LineKind(StrEnum):
    """What is at the end of a leg."""

    PHONE = "phone"
    TRUNK = "trunk"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """The end of a leg: an agent's phone with its extension, the outside world, or something inside the switch."""

    kind: LineKind
    extension: str | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as told: ``number`` and ``name`` raw, or ``withheld`` (then both are None and never shown)."""

    number: str | None = None
    name: str | None = None
    withheld: bool = False


class RingEnd(StrEnum):
    """Why a phone stopped ringing, as far as one report tells."""

    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"
    FAILED = "failed"


class HangupCause(StrEnum):
    """The cause that ended a leg (ITU-T Q.850, as far as it tells anything)."""

    NORMAL = "normal"
    BUSY = "busy"
    REJECTED = "rejected"
    NO_ANSWER = "no_answer"
    ELSEWHERE = "elsewhere"
    CALLER_GAVE_UP = "caller_gave_up"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class Device(StrEnum):
    """What an agent's phone does, as the phone system's own supervision says."""

    FREE = "free"
    IN_USE = "in_use"
    RINGING = "ringing"
    ON_HOLD = "on_hold"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


class QueueExit(StrEnum):
    """Why a caller left a queue, as far as one report tells."""

    LEFT = "left"
    ABANDONED = "abandoned"
    TIMED_OUT = "timed_out"
