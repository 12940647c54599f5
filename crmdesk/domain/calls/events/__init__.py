"""What a phone system reports, in words that no particular phone system owns: one frozen value per thing that happened.

A *leg* is one end of a call as the phone system knows it (a channel); its key is unique for ever and made by the
connector (``asterisk:1795285690.319``). The leg that began a call is the key of the contact. Connectors repeat
themselves, swap neighbours and leave things out; the fold copes with that, so an event states only what was seen.
Instants are our own clock at receipt, aware and UTC. Numbers are as the phone system wrote them.
"""

from __future__ import annotations

from crmdesk.domain.calls.events.calls import (
    AgentDone,
    Answered,
    CallClosed,
    CallDescribed,
    CallFailed,
    Dialled,
    HangupAsked,
    Held,
    LegEnded,
    Offered,
    QueueJoined,
    QueueLeft,
    Resumed,
    RingEnded,
    Ringing,
    Transferred,
    WrapUpEnded,
)
from crmdesk.domain.calls.events.parts import (
    Caller,
    Device,
    HangupCause,
    Line,
    LineKind,
    QueueExit,
    RingEnd,
)
from crmdesk.domain.calls.events.switch import (
    LegsSeen,
    LinkLost,
    LinkUp,
    MemberChanged,
    MemberPaused,
    MemberRemoved,
    QueuesSeen,
    SeenLeg,
    SeenState,
    StreamHeard,
    StreamSilent,
    WaitingCaller,
)

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

__all__ = [
    "AgentDone",
    "Answered",
    "CallClosed",
    "CallDescribed",
    "CallEvent",
    "CallFailed",
    "Caller",
    "Device",
    "Dialled",
    "HangupAsked",
    "HangupCause",
    "Held",
    "LegEnded",
    "LegsSeen",
    "Line",
    "LineKind",
    "LinkLost",
    "LinkUp",
    "MemberChanged",
    "MemberPaused",
    "MemberRemoved",
    "Offered",
    "QueueExit",
    "QueueJoined",
    "QueueLeft",
    "QueuesSeen",
    "Resumed",
    "RingEnd",
    "RingEnded",
    "Ringing",
    "SeenLeg",
    "SeenState",
    "StreamHeard",
    "StreamSilent",
    "Transferred",
    "WaitingCaller",
    "WrapUpEnded",
]
