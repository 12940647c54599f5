"""Turns AMI messages into call events; it remembers which interfaces are phones and what the account can see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.live import EndedBy, TransferKind
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
    seconds_of,
)
from crmdesk.telephony.ami.looking import Looking
from crmdesk.telephony.ami.names import LineReader, extension_of, is_local, local_base
from crmdesk.telephony.ami.reader import Message

_REASONS = {"caller": EndedBy.CALLER, "agent": EndedBy.AGENT}
_RANG = frozenset({"3", "5"})
_RING, _DOWN = "4", "0"


class Translator:
    """One connection's translation. ``take`` returns the events that a message means, in order.

    ``name`` is put before every Uniqueid, so that keys of several phone systems never meet. While a list (QueueStatus,
    CoreShowChannels) is being received, events are kept and follow it: what happened during the look comes after it.
    """

    def __init__(self, name: str = "asterisk") -> None:
        self._prefix = f"{name}:"
        self._lines = LineReader()
        self._looking = Looking(self._prefix, self._lines)
        self._sees_hangups = False
        self._out: list[ev.CallEvent] = []
        self._handlers: dict[str, Callable[[Message, datetime], None]] = {
            "Newchannel": self._new_channel,
            "AgentCalled": self._agent_called,
            "AgentConnect": self._agent_connect,
            "AgentComplete": self._agent_complete,
            "AgentRingNoAnswer": self._ring_no_answer,
            "QueueCallerJoin": self._queue_join,
            "QueueCallerLeave": self._queue_leave,
            "QueueCallerAbandon": self._queue_abandon,
            "QueueMemberStatus": self._member_status,
            "QueueMemberAdded": self._member_status,
            "QueueMemberPause": self._member_pause,
            "QueueMemberRemoved": self._member_removed,
            "DialBegin": self._dial_begin,
            "DialEnd": self._dial_end,
            "Hangup": self._hangup,
            "HangupRequest": self._hangup_request,
            "Hold": self._hold,
            "Unhold": self._unhold,
            "BlindTransfer": self._blind_transfer,
            "AttendedTransfer": self._attended_transfer,
            "OriginateResponse": self._originate_response,
            "VarSet": self._variable,
            "Newexten": self._hidden_number,
            "UserEvent": self._user_event,
        }

    def take(self, message: Message, at: datetime) -> list[ev.CallEvent]:
        """Return the call events that the message means, received at ``at``."""
        handler = self._handlers.get(message.name)
        if handler is not None:
            handler(message, at)
        else:
            self._looking.take(message, at)
        if not self._looking.is_idle():
            self._out[:0] = self._looking.complete(at)
            if not self._looking.is_idle() and len(self._out) < _MOST_KEPT:
                return []
        out, self._out = self._out, []
        return out

    def finish(self) -> list[ev.CallEvent]:
        """Return what was kept for a list that will not be completed any more."""
        out, self._out = self._out, []
        return out

    def _line(self, message: Message) -> ev.Line | None:
        channel = message.get("Channel")
        return None if channel is None else self._lines.line(channel)

    def _caller(self, message: Message) -> tuple[ev.Line | None, ev.Caller | None]:
        """Return the calling side; a Local half calls for somebody else."""
        line = self._line(message)
        if line is None or line.kind is ev.LineKind.OTHER:
            return None, None
        return line, caller_of(message)

    # Calls ---------------------------------------------------------------------------------------------------------

    def _new_channel(self, message: Message, at: datetime) -> None:
        self._sees_hangups = True
        unique = message.get("Uniqueid")
        if unique is None or unique != message.get("Linkedid"):
            return
        line, caller = self._caller(message)
        if line is None or (line.kind is ev.LineKind.PHONE and message.get("ChannelState") != _RING):
            return
        exten = message.get("Exten")
        did = None if exten in (None, "", "s") else exten
        self._out.append(ev.Offered(at, self._prefix + unique, line, caller, did))

    def _variable(self, message: Message, at: datetime) -> None:
        call = call_key(self._prefix, message)
        name, value = (message.get("Variable") or "").lstrip("_"), message.get("Value") or ""
        if call is None or not value:
            return
        if name == "QUEUESTATUS":
            if value in GIVEN_UP:
                self._out.append(ev.QueueLeft(at, call, None, ev.QueueExit.TIMED_OUT))
        elif name == "CRM_DID":
            self._out.append(ev.CallDescribed(at, call, did=value))
        elif value.startswith("prohib"):
            self._out.append(ev.CallDescribed(at, call, withheld=True))

    def _hidden_number(self, message: Message, at: datetime) -> None:
        """A dialplan step that names the caller's presentation as prohibited: rather hide too much than show it."""
        call = call_key(self._prefix, message)
        if call is not None:
            self._out.append(ev.CallDescribed(at, call, withheld=True))

    def _dial_begin(self, message: Message, at: datetime) -> None:
        self._sees_hangups = True
        leg = leg_key(self._prefix, message, DEST)
        channel, destination = message.get("Channel"), message.get("DestChannel")
        if leg is None or destination is None:
            return
        to = self._lines.line(destination)
        if channel is None:
            self._placed(message, at, leg, to)
        elif to.kind is ev.LineKind.TRUNK:
            self._dials_outside(message, at, leg)
        elif to.extension is not None:
            self._rings(message, at, leg, to, channel)

    def _placed(self, message: Message, at: datetime, leg: str, to: ev.Line) -> None:
        """The phone system calls an agent's own phone: click-to-dial. The number shown is the customer's."""
        if to.kind is ev.LineKind.PHONE and to.extension is not None:
            number = message.get("DestCallerIDNum")
            self._out.append(ev.Offered(at, leg, to, placed=number or ""))
            self._out.append(ev.Ringing(at, leg, to.extension, own=True))

    def _dials_outside(self, message: Message, at: datetime, leg: str) -> None:
        call = call_key(self._prefix, message)
        dialled = (message.get("DialString") or "").partition("@")[0].rpartition("/")[2]
        number = dialled if dialled.lstrip("+").isdigit() else message.get("DestCallerIDNum")
        if call is not None:
            line = self._line(message)
            inner = line is None or line.kind is ev.LineKind.OTHER
            self._out.append(ev.Dialled(at, call, leg, number, None if inner else line))

    def _rings(self, message: Message, at: datetime, leg: str, to: ev.Line, channel: str) -> None:
        agent = to.extension or ""
        call = call_key(self._prefix, message)
        line, caller = self._caller(message)
        via = phone = None
        if is_local(channel):
            via = leg_key(self._prefix, message)
            if extension_of(local_base(channel)) == agent and via is not None:
                leg, phone, via = via, leg, None
        did = channel_variable(message, "CRM_DID")
        self._out.append(ev.Ringing(at, leg, agent, call, line=line, caller=caller, did=did, phone=phone, via=via))

    def _dial_end(self, message: Message, at: datetime) -> None:
        self._sees_hangups = True
        leg = leg_key(self._prefix, message, DEST)
        if leg is None:
            return
        how = dial_end_of(message)
        call = call_key(self._prefix, message)
        self._out.append(ev.Answered(at, leg) if how is None else ev.RingEnded(at, leg, how, call))

    def _hangup(self, message: Message, at: datetime) -> None:
        self._sees_hangups = True
        leg = leg_key(self._prefix, message)
        channel = message.get("Channel")
        if leg is None or channel is None:
            return
        inner = is_local(channel)
        first = not inner and message.get("Uniqueid") == message.get("Linkedid")
        line, caller = self._caller(message) if first else (None, None)
        self._out.append(ev.LegEnded(at, leg, cause_of(message), line=line, caller=caller, inner=inner))

    def _hangup_request(self, message: Message, at: datetime) -> None:
        self._sees_hangups = True
        leg = leg_key(self._prefix, message)
        if leg is not None and not is_local(message.get("Channel") or ""):
            self._out.append(ev.HangupAsked(at, leg, cause_of(message)))

    def _hold(self, message: Message, at: datetime) -> None:
        leg = leg_key(self._prefix, message)
        if leg is not None:
            self._out.append(ev.Held(at, leg))

    def _unhold(self, message: Message, at: datetime) -> None:
        leg = leg_key(self._prefix, message)
        if leg is not None:
            self._out.append(ev.Resumed(at, leg))

    def _blind_transfer(self, message: Message, at: datetime) -> None:
        call = call_key(self._prefix, message, TRANSFEREE)
        by = leg_key(self._prefix, message, TRANSFERER)
        if call is None or by is None or message.get("Result") not in (None, "Success"):
            return
        agent = self._lines.line(message.get("TransfererChannel") or "").extension
        to = message.get("Extension")
        self._out.append(ev.Transferred(at, TransferKind.BLIND, call, by, agent, to))

    def _attended_transfer(self, message: Message, at: datetime) -> None:
        call = call_key(self._prefix, message, TRANSFEREE)
        by = leg_key(self._prefix, message, ORIG_TRANSFERER)
        if call is None or by is None or message.get("Result") not in (None, "Success"):
            return
        target = self._lines.line(message.get("TransferTargetChannel") or "").extension
        self._out.append(
            ev.Transferred(
                at,
                TransferKind.ATTENDED,
                call,
                by,
                self._lines.line(message.get("OrigTransfererChannel") or "").extension,
                target or message.get("SecondTransfererExten"),
                consult=leg_key(self._prefix, message, SECOND_TRANSFERER),
                target=leg_key(self._prefix, message, TRANSFER_TARGET),
                target_agent=target,
            )
        )

    def _originate_response(self, message: Message, at: datetime) -> None:
        unique = message.get("Uniqueid")
        if not unique or unique == "<null>" or message.get("Response") != "Failure":
            return
        agent = extension_of((message.get("Channel") or "").rpartition("-")[0] or message.get("Channel") or "")
        rang = message.get("Reason") in _RANG
        self._out.append(ev.CallFailed(at, self._prefix + unique, agent, message.get("Exten"), rang))

    # Queues --------------------------------------------------------------------------------------------------------

    def _agent_called(self, message: Message, at: datetime) -> None:
        agent = self._lines.learn_member(message.get("Interface"))
        leg, call = leg_key(self._prefix, message, DEST), call_key(self._prefix, message)
        if agent is None or leg is None or call is None:
            return
        line, caller = self._caller(message)
        did = channel_variable(message, "CRM_DID")
        queue, name = message.get("Queue"), message.get("MemberName")
        self._out.append(ev.Ringing(at, leg, agent, call, queue, line=line, caller=caller, did=did, agent_name=name))

    def _ring_no_answer(self, message: Message, at: datetime) -> None:
        leg = leg_key(self._prefix, message, DEST)
        if leg is not None:
            call = call_key(self._prefix, message)
            self._out.append(ev.RingEnded(at, leg, ev.RingEnd.NO_ANSWER, call))

    def _agent_connect(self, message: Message, at: datetime) -> None:
        agent = self._lines.learn_member(message.get("Interface"))
        leg, call = leg_key(self._prefix, message, DEST), call_key(self._prefix, message)
        if leg is None:
            return
        line, caller = self._caller(message)
        told = seconds_of(message, "HoldTime")
        self._out.append(ev.Answered(at, leg, call, agent, message.get("Queue"), line, caller, told))

    def _agent_complete(self, message: Message, at: datetime) -> None:
        agent = self._lines.learn_member(message.get("Interface"))
        call, queue = call_key(self._prefix, message), message.get("Queue")
        if agent is None or call is None or queue is None:
            return
        line, caller = self._caller(message)
        by = _REASONS.get(message.get("Reason") or "")
        leg = leg_key(self._prefix, message, DEST)
        waited, talked = seconds_of(message, "HoldTime"), seconds_of(message, "TalkTime")
        self._out.append(ev.AgentDone(at, call, leg, agent, queue, by, line, caller, waited, talked))
        if not self._sees_hangups:
            self._out.append(ev.CallClosed(at, call, by or EndedBy.AGENT))

    def _queue_join(self, message: Message, at: datetime) -> None:
        call, queue = call_key(self._prefix, message), message.get("Queue")
        line, caller = self._caller(message)
        if call is not None and queue is not None:
            did = channel_variable(message, "CRM_DID")
            self._out.append(ev.QueueJoined(at, call, queue, line or _INSIDE, caller, did))

    def _queue_leave(self, message: Message, at: datetime) -> None:
        call, queue = call_key(self._prefix, message), message.get("Queue")
        line, caller = self._caller(message)
        if call is not None and queue is not None:
            self._out.append(ev.QueueLeft(at, call, queue, ev.QueueExit.LEFT, line, caller))

    def _queue_abandon(self, message: Message, at: datetime) -> None:
        call, queue = call_key(self._prefix, message), message.get("Queue")
        if call is None or queue is None:
            return
        line, caller = self._caller(message)
        told = seconds_of(message, "HoldTime")
        self._out.append(ev.QueueLeft(at, call, queue, ev.QueueExit.ABANDONED, line, caller, told))
        if not self._sees_hangups:
            self._out.append(ev.CallClosed(at, call, None))

    def _user_event(self, message: Message, at: datetime) -> None:
        """The dialplan's own word: UserEvent(CrmQueueExit,Queue:…,Status:${QUEUESTATUS},Uniqueid:${UNIQUEID})."""
        if message.get("UserEvent") != "CrmQueueExit" or message.get("Status") not in GIVEN_UP:
            return
        unique = message.every("Uniqueid")[-1:]
        if unique:
            self._out.append(ev.QueueLeft(at, self._prefix + unique[0], None, ev.QueueExit.TIMED_OUT))

    # Agents --------------------------------------------------------------------------------------------------------

    def _member_status(self, message: Message, at: datetime) -> None:
        change = self._looking.member(message, at)
        if change is not None:
            self._out.append(change)

    def _member_pause(self, message: Message, at: datetime) -> None:
        change = self._looking.member(message, at)
        if change is not None:
            reason = change.reason or message.get("Reason") or None
            self._out.append(ev.MemberPaused(at, change.queue, change.agent, change.name, change.paused, reason))

    def _member_removed(self, message: Message, at: datetime) -> None:
        change = self._looking.member(message, at)
        if change is not None:
            self._out.append(ev.MemberRemoved(at, change.queue, change.agent))


_INSIDE = ev.Line(ev.LineKind.OTHER)
_MOST_KEPT = 10_000
