"""Gathers the lists that Asterisk answers a look with (QueueStatus, CoreShowChannels) into one event each."""

from __future__ import annotations

from datetime import datetime

from crmdesk.domain.calls import events as ev
from crmdesk.telephony.ami.fields import age_of, call_key, caller_of, device_of, leg_key, seconds_of
from crmdesk.telephony.ami.names import LineReader, is_local
from crmdesk.telephony.ami.reader import Message

_STATES = {"5": ev.SeenState.RINGING, "6": ev.SeenState.UP}
_QUEUE_PARTS = frozenset({"QueueParams", "QueueMember", "QueueEntry"})


class Looking:
    """The lists that are being received; ``under_way`` while one is."""

    def __init__(self, prefix: str, lines: LineReader) -> None:
        self._prefix = prefix
        self._lines = lines
        self._queues_since: datetime | None = None
        self._legs_since: datetime | None = None
        self._queues: list[str] = []
        self._members: list[ev.MemberChanged] = []
        self._waiting: list[ev.WaitingCaller] = []
        self._legs: list[ev.SeenLeg] = []

    @property
    def under_way(self) -> bool:
        """Return True while a list is being received."""
        return self._queues_since is not None or self._legs_since is not None

    def take(self, message: Message, at: datetime) -> ev.QueuesSeen | ev.LegsSeen | None:
        """Take one part of a list; return the whole look when it is complete."""
        if message.name in _QUEUE_PARTS:
            self._queues_since = self._queues_since or at
            self._queue_part(message, at)
        elif message.name == "CoreShowChannel":
            self._legs_since = self._legs_since or at
            leg = self._seen_leg(message)
            if leg is not None:
                self._legs.append(leg)
        elif message.name == "QueueStatusComplete":
            seen = ev.QueuesSeen(
                self._queues_since or at, tuple(self._queues), tuple(self._members), tuple(self._waiting)
            )
            self._queues_since, self._queues, self._members, self._waiting = None, [], [], []
            return seen
        elif message.name == "CoreShowChannelsComplete":
            legs = ev.LegsSeen(self._legs_since or at, tuple(self._legs))
            self._legs_since, self._legs = None, []
            return legs
        return None

    def member(self, message: Message, at: datetime) -> ev.MemberChanged | None:
        """Return what a message says of one queue member; Location is the list's word for Interface."""
        interface = message.get("Interface") or message.get("Location")
        agent = self._lines.learn_member(interface, message.get("StateInterface"))
        queue = message.get("Queue")
        if agent is None or queue is None:
            return None
        name = message.get("MemberName") or message.get("Name") or ""
        paused = message.get("Paused") == "1"
        reason = message.get("PausedReason") or None
        return ev.MemberChanged(at, queue, agent, name, device_of(message), paused, reason)

    def _queue_part(self, message: Message, at: datetime) -> None:
        queue = message.get("Queue") or ""
        if message.name == "QueueParams":
            self._queues.append(queue)
        elif message.name == "QueueMember":
            member = self.member(message, at)
            if member is not None:
                self._members.append(member)
        else:
            call = call_key(self._prefix, message)
            channel = message.get("Channel") or ""
            caller = caller_of(message)
            if call is not None and caller is not None and not is_local(channel):
                waited = seconds_of(message, "Wait") or 0
                line = self._lines.line(channel)
                self._waiting.append(ev.WaitingCaller(call, queue, waited, line, caller))

    def _seen_leg(self, message: Message) -> ev.SeenLeg | None:
        leg = leg_key(self._prefix, message)
        linked = message.get("Linkedid")
        channel = message.get("Channel") or ""
        if leg is None or not linked:
            return None
        in_queue = message.get("Application") == "Queue"
        queue = (message.get("ApplicationData") or "").partition(",")[0] if in_queue else None
        return ev.SeenLeg(
            leg,
            self._prefix + linked,
            self._lines.line(channel),
            _STATES.get(message.get("ChannelState") or "", ev.SeenState.OTHER),
            bool(message.get("BridgeId")),
            age_of(message),
            caller_of(message) or ev.Caller(),
            queue or None,
            is_local(channel),
        )
