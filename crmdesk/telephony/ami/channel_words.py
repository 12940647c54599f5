"""What Asterisk says of channels (class call, and two words of class dialplan), as call events."""

from __future__ import annotations

from datetime import datetime

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.live import TransferKind
from crmdesk.telephony.ami.fields import (
    DEST,
    GIVEN_UP,
    ORIG_TRANSFERER,
    SECOND_TRANSFERER,
    TRANSFER_TARGET,
    TRANSFEREE,
    TRANSFERER,
    call_key,
    caller_of,
    cause_of,
    channel_variable,
    dial_end_of,
    leg_key,
    local_leg_key,
)
from crmdesk.telephony.ami.names import extension_of, is_local, local_base
from crmdesk.telephony.ami.reader import Message
from crmdesk.telephony.ami.words import Handler, Words

_RANG = frozenset({"3", "5"})
_RING = "4"


class ChannelWords:
    """Translates messages about channels."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self.handlers: dict[str, Handler] = {
            "Newchannel": self._new_channel,
            "VarSet": self._variable,
            "Newexten": self._hidden_number,
            "DialBegin": self._dial_begin,
            "DialEnd": self._dial_end,
            "Hangup": self._hangup,
            "HangupRequest": self._hangup_request,
            "Hold": self._hold,
            "Unhold": self._unhold,
            "BlindTransfer": self._blind_transfer,
            "AttendedTransfer": self._attended_transfer,
            "OriginateResponse": self._originate_response,
        }

    def _new_channel(self, message: Message, at: datetime) -> None:
        self._words.sees_hangups = True
        unique = message.get("Uniqueid")
        if unique is None or unique != message.get("Linkedid"):
            return
        _, line, caller = self._words.calling(message)
        if line is None or (line.kind is ev.LineKind.PHONE and message.get("ChannelState") != _RING):
            return
        exten = message.get("Exten")
        did = None if exten in (None, "", "s") else exten
        self._words.tell(ev.Offered(at, self._words.prefix + unique, line, caller, did))

    def _variable(self, message: Message, at: datetime) -> None:
        call = call_key(self._words.prefix, message)
        name, value = (message.get("Variable") or "").lstrip("_"), message.get("Value") or ""
        if call is None or not value:
            return
        if name == "QUEUESTATUS":
            if value in GIVEN_UP:
                self._words.tell(ev.QueueLeft(at, call, None, ev.QueueExit.TIMED_OUT))
        elif name == "CRM_DID":
            self._words.tell(ev.CallDescribed(at, call, did=value))
        elif value.startswith("prohib"):
            self._words.tell(ev.CallDescribed(at, call, withheld=True))

    def _hidden_number(self, message: Message, at: datetime) -> None:
        """A dialplan step that names the caller's presentation as prohibited: rather hide too much than show it."""
        call = call_key(self._words.prefix, message)
        if call is not None:
            self._words.tell(ev.CallDescribed(at, call, withheld=True))

    def _dial_begin(self, message: Message, at: datetime) -> None:
        self._words.sees_hangups = True
        leg = leg_key(self._words.prefix, message, DEST)
        if leg is None:
            return
        channel = message.get("Channel")
        to = self._words.lines.line(message.get("DestChannel") or "")
        if channel is None:
            self._placed(message, at, leg, to)
        elif to.kind is ev.LineKind.TRUNK:
            self._dials_outside(message, at, leg)
        elif to.extension is not None:
            self._rings(message, at, leg, to, channel)

    def _placed(self, message: Message, at: datetime, leg: str, to: ev.Line) -> None:
        """The phone system calls an agent's own phone: click-to-dial. What was placed here is known; of what another
        program placed, the number shown is usually the customer's."""
        if to.kind is ev.LineKind.PHONE and to.extension is not None:
            number = self._words.placed.get(message.get("DestUniqueid") or "") or message.get("DestCallerIDNum")
            self._words.tell(ev.Offered(at, leg, to, placed=number or ""))
            self._words.tell(ev.Ringing(at, leg, to.extension, own=True))

    def _dials_outside(self, message: Message, at: datetime, leg: str) -> None:
        call, line, _ = self._words.calling(message)
        dialled = (message.get("DialString") or "").partition("@")[0].rpartition("/")[2]
        number = dialled if dialled.lstrip("+").isdigit() else message.get("DestCallerIDNum")
        if call is not None:
            self._words.tell(ev.Dialled(at, call, leg, number, line))

    def _rings(self, message: Message, at: datetime, leg: str, to: ev.Line, channel: str) -> None:
        agent = to.extension or ""
        call, line, caller = self._words.calling(message)
        via = phone = None
        if is_local(channel):
            via = leg_key(self._words.prefix, message)
            if extension_of(local_base(channel)) == agent and via is not None:
                leg, phone, via = via, leg, None
        did = channel_variable(message, "CRM_DID")
        self._words.tell(ev.Ringing(at, leg, agent, call, line=line, caller=caller, did=did, phone=phone, via=via))

    def _dial_end(self, message: Message, at: datetime) -> None:
        self._words.sees_hangups = True
        leg = leg_key(self._words.prefix, message, DEST)
        if leg is None:
            return
        how = dial_end_of(message)
        call = call_key(self._words.prefix, message)
        self._words.tell(ev.Answered(at, leg) if how is None else ev.RingEnded(at, leg, how, call))

    def _hangup(self, message: Message, at: datetime) -> None:
        self._words.sees_hangups = True
        channel, unique, linked = message.get("Channel"), message.get("Uniqueid"), message.get("Linkedid")
        if channel is None or not unique:
            return
        cause = cause_of(message)
        if is_local(channel):
            leg = local_leg_key(self._words.prefix, channel, linked or unique)
            self._words.tell(ev.LegEnded(at, leg, cause, inner=True))
            return
        first = unique == linked
        line, caller = (self._words.lines.line(channel), caller_of(message)) if first else (None, None)
        self._words.tell(ev.LegEnded(at, self._words.prefix + unique, cause, line=line, caller=caller))

    def _hangup_request(self, message: Message, at: datetime) -> None:
        self._words.sees_hangups = True
        channel, unique = message.get("Channel"), message.get("Uniqueid")
        if channel is not None and unique and not is_local(channel):
            self._words.tell(ev.HangupAsked(at, self._words.prefix + unique, cause_of(message)))

    def _hold(self, message: Message, at: datetime) -> None:
        leg = leg_key(self._words.prefix, message)
        if leg is not None:
            self._words.tell(ev.Held(at, leg))

    def _unhold(self, message: Message, at: datetime) -> None:
        leg = leg_key(self._words.prefix, message)
        if leg is not None:
            self._words.tell(ev.Resumed(at, leg))

    def _blind_transfer(self, message: Message, at: datetime) -> None:
        call = call_key(self._words.prefix, message, TRANSFEREE)
        by = leg_key(self._words.prefix, message, TRANSFERER)
        if call is None or by is None or message.get("Result") not in (None, "Success"):
            return
        agent = self._words.lines.line(message.get("TransfererChannel") or "").extension
        to = message.get("Extension")
        self._words.tell(ev.Transferred(at, TransferKind.BLIND, call, by, agent, to))

    def _attended_transfer(self, message: Message, at: datetime) -> None:
        call = call_key(self._words.prefix, message, TRANSFEREE)
        by = leg_key(self._words.prefix, message, ORIG_TRANSFERER)
        if call is None or by is None or message.get("Result") not in (None, "Success"):
            return
        target = self._words.lines.line(message.get("TransferTargetChannel") or "").extension
        self._words.tell(
            ev.Transferred(
                at,
                TransferKind.ATTENDED,
                call,
                by,
                self._words.lines.line(message.get("OrigTransfererChannel") or "").extension,
                target or message.get("SecondTransfererExten"),
                consult=leg_key(self._words.prefix, message, SECOND_TRANSFERER),
                target=leg_key(self._words.prefix, message, TRANSFER_TARGET),
                target_agent=target,
            )
        )

    def _originate_response(self, message: Message, at: datetime) -> None:
        unique = message.get("Uniqueid")
        if not unique or unique == "<null>" or message.get("Response") != "Failure":
            return
        agent = extension_of((message.get("Channel") or "").rpartition("-")[0] or message.get("Channel") or "")
        rang = message.get("Reason") in _RANG
        self._words.tell(ev.CallFailed(at, self._words.prefix + unique, agent, message.get("Exten"), rang))
