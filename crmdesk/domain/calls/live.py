"""What a desk is told about its phone, and a supervisor about the queues: whole states, never steps.

Each value says everything about one call or one board at one revision, so a message that is lost, repeated or late
changes nothing: the receiver keeps the highest revision.
"""

from __future__ import annotations

from datetime import datetime, time
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass


class Direction(StrEnum):
    """Who called whom, seen from the house."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class Phase(StrEnum):
    """Where a call stands on one agent's phone."""

    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    ENDED = "ended"


class RingResult(StrEnum):
    """How a ring on one agent's phone ended."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    CALLER_HUNG_UP = "caller_hung_up"


class PopReason(StrEnum):
    """Why a customer is put before an agent."""

    RING = "ring"
    TRANSFER = "transfer"


class EndedBy(StrEnum):
    """Who ended a contact."""

    CALLER = "caller"
    AGENT = "agent"
    SYSTEM = "system"


class Outcome(StrEnum):
    """How a contact ended for the caller."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    TIMED_OUT = "timed_out"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


class TransferKind(StrEnum):
    """How a call was handed on."""

    BLIND = "blind"
    ATTENDED = "attended"


@dataclass(frozen=True, slots=True)
class Party:
    """The outside end of a call.

    ``e164`` is the number when it is one and may be shown; ``extension`` a number inside the house. ``withheld`` is
    True when the caller did not want it known (then both are None). ``name`` is the display name as sent, plain text.
    """

    e164: str | None = None
    extension: str | None = None
    withheld: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class AgentCall:
    """One call as one agent's phone has it: the unit of the call lane and of the pop.

    ``key`` names the ring (or the leg, for a transfer or an outbound call) and never changes; ``revision`` rises with
    each change of the same key. ``contact_id`` is also the id of the interaction. Instants are UTC; ``None`` means
    "not yet". ``pop`` says whether the customer is to be put before the agent (never for the agent's own outbound
    call or an internal one). ``taken_by`` is the extension that answered when it was another, ``handed_by`` the one
    that handed the customer on to this phone, ``asks`` the one that is asked over this line while the customer waits.
    ``end_seen`` is False where a look found the call gone: ``ended_at`` is the latest it can be, and how long the talk
    was is not known.
    """

    key: str
    revision: int
    agent: str
    contact_id: UUID
    phase: Phase
    direction: Direction
    party: Party
    pop: PopReason | None
    queue: str | None
    did: str | None
    contact_began: datetime
    rang_at: datetime
    waited_s: float | None = None
    answered_at: datetime | None = None
    held_since: datetime | None = None
    hold_s: float = 0.0
    ended_at: datetime | None = None
    talk_s: float = 0.0
    ring_result: RingResult | None = None
    ended_by: EndedBy | None = None
    taken_by: str | None = None
    transferred_to: str | None = None
    handed_by: str | None = None
    asks: str | None = None
    end_seen: bool = True


class AgentState(StrEnum):
    """What an agent is doing, as the board groups them."""

    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    WRAP_UP = "wrap_up"
    BREAK = "break"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class AgentStatus:
    """One agent on the board: state, the instant it began, the break's reason, the queue of the call, the team."""

    extension: str
    name: str
    state: AgentState
    since: datetime
    reason: str | None = None
    queue: str | None = None
    team: str = ""


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """From where a queue's figures light up: a caller's wait in seconds (soon, late), the service level's target as a
    share. The house sets them for each queue."""

    wait_soon_s: float = 120.0
    wait_late_s: float = 300.0
    level_target: float = 0.8


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """The figures of one queue since midnight of the house; ``None`` where a figure has no basis.

    ``waiting_since`` holds the start of each present wait, oldest first, so that a screen ticks by itself.
    ``service_level`` is a share 0..1 by the formula named in ``service_level_name``. ``offered_per_quarter`` counts
    the contacts offered in each quarter of an hour, oldest first, the running one last. ``states`` counts those who
    serve the queue by what they do; nobody is counted as 0. ``stale_since`` is set while the phone system does not name
    this queue any more, though it names others: then the figures are those of that instant.
    """

    queue: str
    label: str
    waiting: int
    waiting_since: tuple[datetime, ...]
    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    timed_out: int
    service_level: float | None
    service_level_name: str
    mean_wait_s: float | None
    mean_handle_s: float | None
    agents_ready: int
    agents: int
    offered_per_quarter: tuple[int, ...] = ()
    states: tuple[tuple[AgentState, int], ...] = ()
    limits: QueueLimits = QueueLimits()
    stale_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """All queues and agents at one instant.

    ``as_of`` is when the figures were true; ``stale_since`` is set when the phone system has been silent and the
    figures can no longer be trusted to be of now.
    """

    revision: int
    as_of: datetime
    queues: tuple[QueueFigures, ...]
    agents: tuple[AgentStatus, ...]
    stale_since: datetime | None = None


class Ability(StrEnum):
    """What a phone system can do for the desk. What it cannot is not offered."""

    DIAL = "dial"
    HANG_UP = "hang_up"
    HOLD = "hold"
    TRANSFER = "transfer"
    CONSULT = "consult"
    """Ask a colleague first: the caller waits, then is handed over or taken back."""
    PAUSE = "pause"


BREAK_REASONS = (mark("Break"), mark("Lunch"), mark("Meeting"), mark("Training"), mark("Paperwork"))
"""Why one takes a break, unless the house says otherwise. In English, as the phone system is told and counts them."""


def reason_words(reason: str) -> str:
    """Return why somebody is on a break, for the screen: one of ours in the language that is spoken, the house's own as
    it was written."""
    return tr(reason) if reason in BREAK_REASONS else reason


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when customers are rung only knowingly, by the clock where they are; equal times: never.

    From 21:00 to 8:00 unless the house says otherwise: 47 CFR 64.1200(c)(1), the hours of calls nobody asked for.
    """

    begin: time = time(21)
    end: time = time(8)

    def covers(self, clock: time) -> bool:
        """Say whether a time of day is within them."""
        if self.begin <= self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


class PhoneLink(StrEnum):
    """How the gateway stands with the phone system."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    NOT_SET_UP = "not_set_up"


@dataclass(frozen=True, slots=True)
class PhoneState:
    """The phone system's connection as a person may read it: state, since when, and why in words.

    ``abilities`` are what it can be asked to do; none where it only tells. ``quiet`` and ``reasons`` (for a break) are
    the house's.
    """

    link: PhoneLink
    since: datetime
    detail: str = ""
    abilities: frozenset[Ability] = frozenset()
    quiet: QuietHours = QuietHours()
    reasons: tuple[str, ...] = BREAK_REASONS
