"""What a phone system reports, in words that no particular phone system owns: one frozen value per thing that happened.

A *leg* is one end of a call as the phone system knows it (a channel); its key is unique for ever and made by the
connector (``asterisk:1795285690.319``). The leg that began a call is the key of the contact. Connectors repeat
themselves, swap neighbours and leave things out; the fold copes with that, so an event states only what was seen.
Instants are our own clock at receipt, aware and UTC. Numbers are as the phone system wrote them.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from crmdesk.domain.calls.live import EndedBy, TransferKind
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


@dataclass(frozen=True, slots=True)
class Offered:
    """A call began: ``line`` is where it comes from; ``did`` the number that was dialled from outside.

    ``placed`` is the number that the desk asked the phone system to dial for the agent (click-to-dial).
    """

    at: datetime
    call: str
    line: Line
    caller: Caller | None = None
    did: str | None = None
    placed: str | None = None


@dataclass(frozen=True, slots=True)
class CallDescribed:
    """Something more is known of a call: the number dialled, or that the caller's number may not be shown."""

    at: datetime
    call: str
    did: str | None = None
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class QueueJoined:
    """A caller began to wait in a queue."""

    at: datetime
    call: str
    queue: str
    line: Line
    caller: Caller | None = None
    did: str | None = None


class QueueExit(StrEnum):
    """Why a caller left a queue, as far as one report tells."""

    LEFT = "left"
    ABANDONED = "abandoned"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class QueueLeft:
    """A caller no longer waits. ``queue`` is None when the report does not name it; ``told_wait_s`` is the switch's."""

    at: datetime
    call: str
    queue: str | None
    how: QueueExit
    line: Line | None = None
    caller: Caller | None = None
    told_wait_s: int | None = None


@dataclass(frozen=True, slots=True)
class Ringing:
    """An agent's phone rings: ``leg`` is the ring, ``call`` the call behind it (None when the desk placed it).

    ``phone`` is the phone's own leg when the ring reaches it through another one. ``via`` is the leg that rings it.
    ``own`` marks the agent's own phone in a click-to-dial.
    """

    at: datetime
    leg: str
    agent: str
    call: str | None = None
    queue: str | None = None
    line: Line | None = None
    caller: Caller | None = None
    did: str | None = None
    phone: str | None = None
    via: str | None = None
    own: bool = False
    agent_name: str | None = None


@dataclass(frozen=True, slots=True)
class Dialled:
    """A call rings somebody outside: ``leg`` is the outside leg, ``number`` what was dialled."""

    at: datetime
    call: str
    leg: str
    number: str | None
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class RingEnded:
    """A leg stopped ringing without an answer."""

    at: datetime
    leg: str
    how: RingEnd
    call: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A leg was answered. ``told_wait_s`` is the wait in the queue as the switch tells it, whole seconds."""

    at: datetime
    leg: str
    call: str | None = None
    agent: str | None = None
    queue: str | None = None
    line: Line | None = None
    caller: Caller | None = None
    told_wait_s: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The phone at this leg put the other side on hold."""

    at: datetime
    leg: str


@dataclass(frozen=True, slots=True)
class Resumed:
    """The phone at this leg took the other side back; also sent when nothing was held."""

    at: datetime
    leg: str


@dataclass(frozen=True, slots=True)
class Transferred:
    """A call was handed on: by the leg ``by`` of agent ``by_agent``, to the extension or number ``to``.

    ``call`` is the leg that was handed on. For an attended transfer ``consult`` is the transferor's other leg and
    ``target`` the leg it went to, on the phone of ``target_agent`` when that is an agent's.
    """

    at: datetime
    kind: TransferKind
    call: str
    by: str
    by_agent: str | None
    to: str | None
    consult: str | None = None
    target: str | None = None
    target_agent: str | None = None


@dataclass(frozen=True, slots=True)
class AgentDone:
    """A queue says that an agent's part is over; ``by`` is None when the call was handed on."""

    at: datetime
    call: str
    leg: str | None
    agent: str
    queue: str
    by: EndedBy | None
    line: Line | None = None
    caller: Caller | None = None
    told_wait_s: int | None = None
    told_talk_s: int | None = None


@dataclass(frozen=True, slots=True)
class HangupAsked:
    """The far end of this leg hung up."""

    at: datetime
    leg: str
    cause: HangupCause = HangupCause.NORMAL


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A leg is gone. ``inner`` is True for the switch's own helper legs, whose end tells nothing of the phone."""

    at: datetime
    leg: str
    cause: HangupCause
    call: str | None = None
    line: Line | None = None
    caller: Caller | None = None
    inner: bool = False


@dataclass(frozen=True, slots=True)
class CallFailed:
    """A call that the desk placed came to nothing before a phone rang, or the phone was not answered."""

    at: datetime
    call: str
    agent: str | None
    number: str | None
    rang: bool


@dataclass(frozen=True, slots=True)
class CallClosed:
    """Nothing more will be told of this call (the account sees no hang-ups): it ended, by whom as far as known."""

    at: datetime
    call: str
    by: EndedBy | None


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


@dataclass(frozen=True, slots=True)
class WrapUpEnded:
    """An agent's after-call work is done (the desk says so; no phone system does)."""

    at: datetime
    agent: str


CallEvent = (
    Offered
    | CallDescribed
    | QueueJoined
    | QueueLeft
    | Ringing
    | Dialled
    | RingEnded
    | Answered
    | Held
    | Resumed
    | Transferred
    | AgentDone
    | HangupAsked
    | LegEnded
    | CallFailed
    | CallClosed
    | MemberChanged
    | MemberPaused
    | MemberRemoved
    | QueuesSeen
    | LegsSeen
    | LinkLost
    | StreamSilent
    | StreamHeard
    | LinkUp
    | WrapUpEnded
)
