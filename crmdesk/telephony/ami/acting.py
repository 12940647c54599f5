"""Asks Asterisk to act for the desk: one action for each request, sent once, its answer in words.

Every field is made of values that were checked before (``domain.calls.control``), and a field with a line end never
leaves the session. Channels are named by their Uniqueid, which the actions take as well as a name.

What AMI cannot do is not claimed: it has no action that puts a call on hold, so hold stays on the phone.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

from crmdesk.domain.calls.control import (
    Complete,
    Consult,
    Destination,
    Dial,
    Ends,
    Goal,
    HangUp,
    Pause,
    PhoneRequest,
    Ready,
    TakeBack,
    Transfer,
)
from crmdesk.domain.calls.live import Ability
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.telephony.ami.names import is_local
from crmdesk.telephony.ami.reader import Message
from crmdesk.telephony.ami.session import AmiSession
from crmdesk.telephony.ami.words import Words
from crmdesk.telephony.link import ConnectionLost

_NORMAL_CLEARING = "16"
_PRIVATE = "crmdesk-"
_PHONE_LOOK = "Look at your phone before you try again."
# OriginateResponse's Reason, AST_CONTROL_* of Asterisk's frame.h.
_NO_RING = {
    "0": "Your phone cannot be reached",
    "1": "Your phone cannot be reached",
    "3": "Your phone was not answered",
    "5": "Your phone is busy",
    "8": "The phone system has no line free",
}


@dataclass(frozen=True, slots=True)
class Ways:
    """How calls are placed on this phone system.

    ``context`` is the part of the dialplan in which an agent's own phone dials, ``phones`` how a phone is named with {}
    for its extension, ``plus`` what is dialled for the plus of an international number, ``ring_s`` how long the agent's
    own phone rings. ``consults`` says that the dialplan lets agents transfer and features.conf has a code for it.
    """

    context: str = "from-internal"
    phones: str = "PJSIP/{}"
    plus: str = "+"
    ring_s: float = 30.0
    consults: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """The connection that is up now."""

    session: AmiSession
    words: Words
    hung_up: Callable[[str], None]
    """Told the leg whose end was asked for here: Asterisk names the caller as who ended such a call."""


class AmiControl:
    """Acts over the connection that is up, if one is. ``line`` is set and taken away by the connector."""

    def __init__(self, ways: Ways, patience_s: float = 2.0) -> None:
        self._ways = ways
        self._patience_s = patience_s
        self.line: Line | None = None
        self._acts: Mapping[type[Any], Callable[[Line, _Errand], Awaitable[None]]] = {
            Dial: self._dial,
            HangUp: self._hang_up,
            Transfer: self._transfer,
            Consult: self._consult,
            Complete: self._complete,
            TakeBack: self._take_back,
            Pause: self._pause,
            Ready: self._pause,
        }

    @property
    def abilities(self) -> frozenset[Ability]:
        """See ``PhoneControl``."""
        always = frozenset({Ability.DIAL, Ability.HANG_UP, Ability.TRANSFER, Ability.PAUSE})
        return always | {Ability.CONSULT} if self._ways.consults else always

    async def carry_out(self, request: PhoneRequest, extension: str, ends: Ends | None, request_id: UUID) -> None:
        """See ``PhoneControl``."""
        act = self._acts.get(type(request))
        if act is None:
            raise Refused("This phone system cannot do that for the desk.", "Do it on your phone.")
        line = self.line
        if line is None:
            raise Unavailable("The phone system is not connected.", "Use your phone; nothing was asked of it.")
        try:
            await act(line, _Errand(request, extension, ends, request_id))
        except ConnectionLost as fault:
            raise Unavailable("The phone system did not say whether it did it.", _PHONE_LOOK) from fault

    async def _dial(self, line: Line, errand: _Errand) -> None:
        request = errand.request
        assert isinstance(request, Dial)
        channel_id = f"{_PRIVATE}{errand.request_id.hex}"
        line.words.placed[channel_id] = request.number
        try:
            told = await line.session.originate(
                self._patience_s,
                Channel=self._ways.phones.format(errand.extension),
                Context=self._ways.context,
                Exten=self._dialled(request.number),
                Priority="1",
                CallerID=errand.extension,
                Timeout=str(round(self._ways.ring_s * 1000)),
                Async="true",
                ChannelId=channel_id,
                OtherChannelId=f"{channel_id}-2",
            )
        finally:
            _forget_old(line.words.placed)
        if told is None or told.get("Response") == "Success":
            return
        reason = _NO_RING.get(told.get("Reason") or "")
        if reason is not None:
            raise Refused(f"{reason}.", "Nobody was rung.")
        _check(told)

    async def _hang_up(self, line: Line, errand: _Errand) -> None:
        await self._complete(line, errand)
        if errand.ends is not None:
            line.hung_up(errand.ends.own)

    async def _complete(self, line: Line, errand: _Errand) -> None:
        """Let the agent's leg go: Asterisk brings together those whom a consultation left behind."""
        _check(await line.session.action("Hangup", Channel=errand.own(line), Cause=_NORMAL_CLEARING))

    async def _transfer(self, line: Line, errand: _Errand) -> None:
        request = errand.request
        assert isinstance(request, Transfer)
        exten = self._exten(request.to)
        _check(
            await line.session.action(
                "BlindTransfer", Channel=errand.own(line), Context=self._ways.context, Exten=exten
            )
        )

    async def _consult(self, line: Line, errand: _Errand) -> None:
        request = errand.request
        assert isinstance(request, Consult)
        exten = self._exten(request.to)
        if not exten.isdigit():
            raise Refused("Only a number of digits can be asked first here.", "Transfer at once, or use your phone.")
        _check(await line.session.action("Atxfer", Channel=errand.own(line), Context=self._ways.context, Exten=exten))

    async def _take_back(self, line: Line, errand: _Errand) -> None:
        _check(await line.session.action("CancelAtxfer", Channel=errand.own(line)))

    async def _pause(self, line: Line, errand: _Errand) -> None:
        interfaces = line.words.lines.interfaces_of(errand.extension)
        if not interfaces:
            raise Refused("This phone serves no queue just now.", "Sign on to the queues at your phone.")
        why = {"Reason": errand.request.reason} if isinstance(errand.request, Pause) and errand.request.reason else {}
        paused = "true" if isinstance(errand.request, Pause) else "false"
        for interface in interfaces:
            _check(await line.session.action("QueuePause", Interface=interface, Paused=paused, **why))

    def _exten(self, to: Destination) -> str:
        return self._dialled(to.value) if to.goal is Goal.NUMBER else to.value

    def _dialled(self, number: str) -> str:
        return self._ways.plus + number[1:] if number.startswith("+") else number


@dataclass(frozen=True, slots=True)
class _Errand:
    """One request with everything that it is about."""

    request: PhoneRequest
    extension: str
    ends: Ends | None
    request_id: UUID

    def own(self, line: Line) -> str:
        """Return the channel of the agent's leg: its Uniqueid, or the half of a Local channel that faces the caller."""
        if self.ends is None:
            raise Refused(mark("That call is over."), mark("Choose a call that goes on at your own phone."))
        key = self.ends.own.removeprefix(line.words.prefix)
        return f"{key.rpartition('@')[0]};1" if is_local(key) else key


def _check(answer: Message) -> None:
    """Raise Refused with what the phone system says, unless it took the action."""
    if answer.get("Response") == "Success":
        return
    said = (answer.get("Message") or "").strip().rstrip(".")
    if said.casefold() == "permission denied":
        raise Refused(
            "The gateway's account may not do this at the phone system.", "Tell your administrator; use your phone."
        )
    raise Refused(f"The phone system refused: {said or 'it gave no reason'}.", "Use your phone.")


def _forget_old(placed: dict[str, str]) -> None:
    """Keep the last hundred numbers that were dialled."""
    for channel_id in list(placed)[:-100]:
        del placed[channel_id]
