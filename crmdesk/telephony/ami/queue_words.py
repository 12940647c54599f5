"""What Asterisk says of queues, their callers and members (class agent), as call events."""

from __future__ import annotations

from datetime import datetime

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.live import EndedBy
from crmdesk.telephony.ami.fields import DEST, GIVEN_UP, call_key, channel_variable, leg_key, seconds_of
from crmdesk.telephony.ami.looking import Looking
from crmdesk.telephony.ami.reader import Message
from crmdesk.telephony.ami.words import Handler, Words

_REASONS = {"caller": EndedBy.CALLER, "agent": EndedBy.AGENT}
_INSIDE = ev.Line(ev.LineKind.OTHER)


class QueueWords:
    """Translates messages about queues."""

    def __init__(self, words: Words, looking: Looking) -> None:
        self._words = words
        self._looking = looking
        self.handlers: dict[str, Handler] = {
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
            "UserEvent": self._user_event,
        }

    def _agent_called(self, message: Message, at: datetime) -> None:
        agent = self._words.lines.learn_member(message.get("Interface"))
        leg = leg_key(self._words.prefix, message, DEST)
        call, line, caller = self._words.calling(message)
        if agent is None or leg is None or call is None:
            return
        did = channel_variable(message, "CRM_DID")
        queue, name = message.get("Queue"), message.get("MemberName")
        self._words.tell(ev.Ringing(at, leg, agent, call, queue, line=line, caller=caller, did=did, agent_name=name))

    def _ring_no_answer(self, message: Message, at: datetime) -> None:
        leg = leg_key(self._words.prefix, message, DEST)
        if leg is not None:
            call = call_key(self._words.prefix, message)
            self._words.tell(ev.RingEnded(at, leg, ev.RingEnd.NO_ANSWER, call))

    def _agent_connect(self, message: Message, at: datetime) -> None:
        agent = self._words.lines.learn_member(message.get("Interface"))
        leg = leg_key(self._words.prefix, message, DEST)
        if leg is None:
            return
        call, line, caller = self._words.calling(message)
        told = seconds_of(message, "HoldTime")
        self._words.tell(ev.Answered(at, leg, call, agent, message.get("Queue"), line, caller, told))

    def _agent_complete(self, message: Message, at: datetime) -> None:
        agent = self._words.lines.learn_member(message.get("Interface"))
        call, line, caller = self._words.calling(message)
        queue = message.get("Queue")
        if agent is None or call is None or queue is None:
            return
        by = _REASONS.get(message.get("Reason") or "")
        leg = leg_key(self._words.prefix, message, DEST)
        waited, talked = seconds_of(message, "HoldTime"), seconds_of(message, "TalkTime")
        self._words.tell(ev.AgentDone(at, call, leg, agent, queue, by, line, caller, waited, talked))
        if not self._words.sees_hangups:
            self._words.tell(ev.CallClosed(at, call, by or EndedBy.AGENT))

    def _queue_join(self, message: Message, at: datetime) -> None:
        call, line, caller = self._words.calling(message)
        queue = message.get("Queue")
        if call is not None and queue is not None:
            did = channel_variable(message, "CRM_DID")
            self._words.tell(ev.QueueJoined(at, call, queue, line or _INSIDE, caller, did))

    def _queue_leave(self, message: Message, at: datetime) -> None:
        call, line, caller = self._words.calling(message)
        queue = message.get("Queue")
        if call is not None and queue is not None:
            self._words.tell(ev.QueueLeft(at, call, queue, ev.QueueExit.LEFT, line, caller))

    def _queue_abandon(self, message: Message, at: datetime) -> None:
        call, line, caller = self._words.calling(message)
        queue = message.get("Queue")
        if call is None or queue is None:
            return
        told = seconds_of(message, "HoldTime")
        self._words.tell(ev.QueueLeft(at, call, queue, ev.QueueExit.ABANDONED, line, caller, told))
        if not self._words.sees_hangups:
            self._words.tell(ev.CallClosed(at, call, None))

    def _user_event(self, message: Message, at: datetime) -> None:
        """The dialplan's own word: UserEvent(CrmQueueExit,Queue:…,Status:${QUEUESTATUS},Uniqueid:${UNIQUEID})."""
        if message.get("UserEvent") != "CrmQueueExit" or message.get("Status") not in GIVEN_UP:
            return
        unique = message.every("Uniqueid")[-1:]
        if unique:
            self._words.tell(ev.QueueLeft(at, self._words.prefix + unique[0], None, ev.QueueExit.TIMED_OUT))

    def _member_status(self, message: Message, at: datetime) -> None:
        change = self._looking.member(message, at)
        if change is not None:
            self._words.tell(change)

    def _member_pause(self, message: Message, at: datetime) -> None:
        change = self._looking.member(message, at)
        if change is not None:
            reason = change.reason or message.get("Reason") or None
            self._words.tell(ev.MemberPaused(at, change.queue, change.agent, change.name, change.paused, reason))

    def _member_removed(self, message: Message, at: datetime) -> None:
        change = self._looking.member(message, at)
        if change is not None:
            self._words.tell(ev.MemberRemoved(at, change.queue, change.agent))
