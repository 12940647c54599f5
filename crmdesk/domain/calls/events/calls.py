"""What a phone system reports of one call: from the first ring to the last leg, and the agent's work after it."""

from __future__ import annotations

from datetime import datetime

from crmdesk.domain.calls.events.parts import Caller, HangupCause, Line, QueueExit, RingEnd
from crmdesk.domain.calls.live import EndedBy, TransferKind
from crmdesk.domain.quick import dataclass


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
class WrapUpEnded:
    """An agent's after-call work is done (the desk says so; no phone system does)."""

    at: datetime
    agent: str
