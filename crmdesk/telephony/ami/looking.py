"""Gathers the lists that Asterisk answers a look with (QueueStatus, CoreShowChannels) into one event each."""

from __future__ import annotations

from datetime import datetime, timedelta

from crmdesk.domain.calls import events as ev
from crmdesk.telephony.ami.fields import age_of, caller_of, device_of, leg_key, seconds_of
from crmdesk.telephony.ami.names import LineReader, is_local
from crmdesk.telephony.ami.reader import Message

_STATES = {"5": ev.SeenState.RINGING, "6": ev.SeenState.UP}
_PARTS = frozenset({"QueueParams", "QueueMember", "QueueEntry", "CoreShowChannel"})
_ENDS = frozenset({"QueueStatusComplete", "CoreShowChannelsComplete"})
_LATE = timedelta(milliseconds=100)


class _List:
    """One list that is being received: its parts, and how many there are to be once that was said."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.parts = 0
        self.expected: int | None = None
        self.ended_at: datetime | None = None
        self.queues: list[str] = []
        self.members: list[ev.MemberChanged] = []
        self.waiting: list[ev.WaitingCaller] = []
        self.legs: list[ev.SeenLeg] | None = None

    def is_complete(self, now: datetime) -> bool:
        """Return True if all parts are here, or those that are missing will not come any more."""
        if self.ended_at is None:
            return False
        return self.expected is None or self.parts >= self.expected or now > self.ended_at + _LATE

    def event(self) -> ev.QueuesSeen | ev.LegsSeen:
        """Return the look."""
        if self.legs is not None:
            return ev.LegsSeen(self.at, tuple(self.legs))
        return ev.QueuesSeen(self.at, tuple(self.queues), tuple(self.members), tuple(self.waiting))


class Looking:
    """The lists that are being received, by the action that asked for them."""

    def __init__(self, prefix: str, lines: LineReader) -> None:
        self._prefix = prefix
        self._lines = lines
        self._lists: dict[str, _List] = {}
        self._any_ended = False

    def is_idle(self) -> bool:
        """Return True if no list is being received."""
        return not self._lists

    def take(self, message: Message, at: datetime) -> None:
        """Take one part or the end of a list; parts may come behind the end, which says how many there are."""
        name = message.name
        if name not in _PARTS and name not in _ENDS:
            return
        number = message.get("ActionID") or name
        found = self._lists.get(number)
        if found is None:
            found = self._lists[number] = _List(at)
        if name in _ENDS:
            self._any_ended = True
            found.expected, found.ended_at = seconds_of(message, "ListItems"), at
            if name == "CoreShowChannelsComplete" and found.legs is None:
                found.legs = []
            return
        found.parts += 1
        if name == "CoreShowChannel":
            leg = self._seen_leg(message)
            found.legs = found.legs if found.legs is not None else []
            if leg is not None:
                found.legs.append(leg)
        else:
            self._queue_part(message, at, found)

    def complete(self, now: datetime) -> list[ev.QueuesSeen | ev.LegsSeen]:
        """Return the looks that are complete now."""
        if not self._any_ended:
            return []
        done = [number for number, found in self._lists.items() if found.is_complete(now)]
        looks = [self._lists.pop(number).event() for number in done]
        self._any_ended = any(found.ended_at is not None for found in self._lists.values())
        return looks

    def member(self, message: Message, at: datetime) -> ev.MemberChanged | None:
        """Return what a message says of one queue member; Location is the list's word for Interface."""
        interface = message.get("Interface") or message.get("Location")
        agent = self._lines.learn_member(interface, message.get("StateInterface"))
        self._lines.learn_interface(interface)
        queue = message.get("Queue")
        if agent is None or queue is None:
            return None
        name = message.get("MemberName") or message.get("Name") or ""
        paused = message.get("Paused") == "1"
        reason = message.get("PausedReason") or None
        return ev.MemberChanged(at, queue, agent, name, device_of(message), paused, reason)

    def _queue_part(self, message: Message, at: datetime, found: _List) -> None:
        queue = message.get("Queue") or ""
        if message.name == "QueueParams":
            found.queues.append(queue)
        elif message.name == "QueueMember":
            member = self.member(message, at)
            if member is not None:
                found.members.append(member)
        else:
            channel, unique, caller = message.get("Channel"), message.get("Uniqueid"), caller_of(message)
            if channel is not None and unique and caller is not None and not is_local(channel):
                waited = seconds_of(message, "Wait") or 0
                line = self._lines.line(channel)
                found.waiting.append(ev.WaitingCaller(self._prefix + unique, queue, waited, line, caller))

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
            message.get("BridgeId") or "",
        )
