"""The messages by which a desk asks the phone system for something, and their way to and from the domain's values."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

import msgspec

from crmdesk.domain.calls.control import (
    Caution,
    Colleague,
    Complete,
    Consult,
    Destination,
    Dial,
    Goal,
    HangUp,
    Hold,
    Pause,
    PhoneRequest,
    Ready,
    Resume,
    TakeBack,
    Transfer,
)


class PhoneAct(StrEnum):
    """What is asked of the phone system."""

    DIAL = "dial"
    HANG_UP = "hang_up"
    HOLD = "hold"
    RESUME = "resume"
    TRANSFER = "transfer"
    CONSULT = "consult"
    COMPLETE = "complete"
    TAKE_BACK = "take_back"
    PAUSE = "pause"
    READY = "ready"


class PhoneAsk(msgspec.Struct, frozen=True):
    """POST /phone: one thing asked of the phone system. ``id`` is made at the click: sent again, it is the same click.

    ``call`` is the key of the agent's call; ``goal`` and ``to`` say where a transfer goes, ``to`` alone what is
    dialled; ``agent`` is another's extension, where a supervisor sends them on break or takes them back.
    """

    id: UUID
    act: PhoneAct
    call: str = ""
    to: str = ""
    goal: Goal = Goal.NUMBER
    reason: str = ""
    agent: str = ""
    despite: tuple[Caution, ...] = ()
    customer_id: UUID | None = None


class PhoneDone(msgspec.Struct, frozen=True):
    """The phone system took it on; what follows comes over the live channel. Anything else is a ``Failure``."""


class AskColleagues(msgspec.Struct, frozen=True):
    """POST /phone/colleagues: who could take a call now."""


class Colleagues(msgspec.Struct, frozen=True):
    """The answer; empty while the phone system is not heard."""

    colleagues: tuple[Colleague, ...]


_ON_CALL: dict[PhoneAct, type[HangUp | Hold | Resume | Complete | TakeBack]] = {
    PhoneAct.HANG_UP: HangUp,
    PhoneAct.HOLD: Hold,
    PhoneAct.RESUME: Resume,
    PhoneAct.COMPLETE: Complete,
    PhoneAct.TAKE_BACK: TakeBack,
}
_MOVES: dict[PhoneAct, type[Transfer | Consult]] = {PhoneAct.TRANSFER: Transfer, PhoneAct.CONSULT: Consult}


def request_of(ask: PhoneAsk) -> PhoneRequest:
    """Return what is asked; raises UserMistake for what no phone system may be given."""
    if ask.act in _ON_CALL:
        return _ON_CALL[ask.act](ask.call)
    if ask.act in _MOVES:
        return _MOVES[ask.act](ask.call, Destination(ask.goal, ask.to))
    if ask.act is PhoneAct.DIAL:
        return Dial(ask.to, frozenset(ask.despite), ask.customer_id)
    return Pause(ask.reason, ask.agent) if ask.act is PhoneAct.PAUSE else Ready(ask.agent)


def ask_of(id_: UUID, request: PhoneRequest) -> PhoneAsk:
    """Return the message of a request."""
    match request:
        case Dial(number, despite, customer_id):
            return PhoneAsk(id_, PhoneAct.DIAL, to=number, despite=tuple(sorted(despite)), customer_id=customer_id)
        case Pause(reason, agent):
            return PhoneAsk(id_, PhoneAct.PAUSE, reason=reason, agent=agent)
        case Ready(agent):
            return PhoneAsk(id_, PhoneAct.READY, agent=agent)
        case Transfer(call, to) | Consult(call, to):
            act = PhoneAct.TRANSFER if isinstance(request, Transfer) else PhoneAct.CONSULT
            return PhoneAsk(id_, act, call, to.value, to.goal)
        case HangUp() | Hold() | Resume() | Complete() | TakeBack():
            act = next(act for act, kind in _ON_CALL.items() if isinstance(request, kind))
            return PhoneAsk(id_, act, request.call)
