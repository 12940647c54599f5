"""Turns FreeSWITCH's events and lists into call events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.live import TransferKind
from crmdesk.telephony.freeswitch.fields import (
    Fields,
    caller_of,
    cause_of,
    count_of,
    extension_of,
    line_of,
    rows_of,
)
from crmdesk.telephony.freeswitch.members import Members

EVENTS = (
    "CHANNEL_CREATE CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_ANSWER CHANNEL_HOLD CHANNEL_UNHOLD "
    "CHANNEL_HANGUP_COMPLETE CUSTOM callcenter::info"
)
"""What is asked for: channels as they begin, ring, answer, hold and end, and the call centre's own words."""

_TIME_OUTS = frozenset({"TIMEOUT", "NO_AGENT_TIMEOUT"})
_BY_KEY = "EXIT_WITH_KEY"
_GIVEN_UP = frozenset({"recv_bye", "recv_cancel"})
Said = Iterator[ev.CallEvent]


class Translator:
    """One connection's translation. ``name`` is put before every Unique-ID, so that phone systems never meet."""

    def __init__(self, name: str = "freeswitch") -> None:
        self._prefix = f"{name}:"
        self._members = Members()
        self._handlers: dict[str, Callable[[Fields, datetime], Said]] = {
            "CHANNEL_CREATE": self._created,
            "CHANNEL_PROGRESS": self._rings,
            "CHANNEL_PROGRESS_MEDIA": self._rings,
            "CHANNEL_ANSWER": self._answered,
            "CHANNEL_HOLD": self._held,
            "CHANNEL_UNHOLD": self._resumed,
            "CHANNEL_HANGUP_COMPLETE": self._gone,
            "member-queue-start": self._joined,
            "member-queue-resume": self._joined,
            "member-queue-end": self._left,
            "bridge-agent-start": self._bridged,
            "agent-status-change": self._status,
            "agent-state-change": self._state,
        }
        self.unreadable = 0

    def take(self, body: bytes, at: datetime) -> list[ev.CallEvent]:
        """Return the call events that the body of an event means, received at ``at``."""
        fields = _fields(body)
        if fields is None:
            self.unreadable += 1
            return []
        name = fields.get("Event-Name", "")
        if name == "CUSTOM" and fields.get("Event-Subclass") == "callcenter::info":
            name = fields.get("CC-Action", "")
        handler = self._handlers.get(name)
        return list(handler(fields, at)) if handler is not None else []

    def _key(self, fields: Fields, name: str = "Unique-ID") -> str | None:
        unique = fields.get(name)
        return self._prefix + unique if unique else None

    def _call_of(self, fields: Fields) -> str | None:
        """Return the call that a leg which was dialled belongs to: the caller in a queue, or who dialled it."""
        for name in ("variable_cc_member_session_uuid", "Other-Leg-Unique-ID", "variable_originator"):
            if fields.get(name):
                return self._prefix + fields[name]
        return None

    # Channels --------------------------------------------------------------------------------------------------------

    def _created(self, fields: Fields, at: datetime) -> Said:
        leg = self._key(fields)
        if leg is None:
            return
        if fields.get("Call-Direction") == "inbound":
            did = fields.get("Caller-Destination-Number") or None
            yield ev.Offered(at, leg, line_of(fields), caller_of(fields), did)
        elif line_of(fields).kind is ev.LineKind.TRUNK and (call := self._call_of(fields)) is not None:
            number = fields.get("Caller-Destination-Number") or fields.get("Caller-Callee-ID-Number")
            yield ev.Dialled(at, call, leg, number or None)

    def _rings(self, fields: Fields, at: datetime) -> Said:
        leg, agent = self._key(fields), extension_of(fields)
        if leg is None or agent is None or fields.get("Call-Direction") != "outbound":
            return
        call, queue = self._call_of(fields), fields.get("variable_cc_queue") or None
        if call is not None:
            yield ev.Ringing(at, leg, agent, call, queue)

    def _answered(self, fields: Fields, at: datetime) -> Said:
        leg = self._key(fields)
        if leg is None or fields.get("Call-Direction") != "outbound":
            return
        queue = fields.get("variable_cc_queue") or None
        # An agent hears an announcement, perhaps, before the caller: bridge-agent-start tells.
        if queue is None:
            yield ev.Answered(at, leg, self._call_of(fields), extension_of(fields))

    def _held(self, fields: Fields, at: datetime) -> Said:
        if (leg := self._key(fields)) is not None:
            yield ev.Held(at, leg)

    def _resumed(self, fields: Fields, at: datetime) -> Said:
        if (leg := self._key(fields)) is not None:
            yield ev.Resumed(at, leg)

    def _gone(self, fields: Fields, at: datetime) -> Said:
        leg = self._key(fields)
        if leg is None:
            return
        cause = cause_of(fields)
        if fields.get("Hangup-Cause") == "BLIND_TRANSFER" and (call := self._call_of(fields)) is not None:
            yield ev.Transferred(at, TransferKind.BLIND, call, leg, extension_of(fields), None)
        elif fields.get("variable_sip_hangup_disposition") in _GIVEN_UP:
            yield ev.HangupAsked(at, leg, cause)
        yield ev.LegEnded(at, leg, cause)

    # The call centre -------------------------------------------------------------------------------------------------

    def _joined(self, fields: Fields, at: datetime) -> Said:
        call, queue = self._key(fields, "CC-Member-Session-UUID"), fields.get("CC-Queue")
        if call is not None and queue:
            did = fields.get("Caller-Destination-Number") or None
            yield ev.QueueJoined(at, call, queue, line_of(fields), self._member(fields), did)

    @staticmethod
    def _member(fields: Fields) -> ev.Caller:
        if fields.get("Caller-Privacy-Hide-Number") == "true":
            return ev.Caller(withheld=True)
        return ev.Caller(fields.get("CC-Member-CID-Number") or "unknown", fields.get("CC-Member-CID-Name") or None)

    def _left(self, fields: Fields, at: datetime) -> Said:
        call, queue = self._key(fields, "CC-Member-Session-UUID"), fields.get("CC-Queue")
        if call is None or not queue or fields.get("CC-Cause") != "Cancel":
            return  # "Terminated": an agent had taken the call
        reason = fields.get("CC-Cancel-Reason", "")
        how = ev.QueueExit.TIMED_OUT if reason in _TIME_OUTS else ev.QueueExit.ABANDONED
        if reason == _BY_KEY:
            how = ev.QueueExit.LEFT
        yield ev.QueueLeft(at, call, queue, how)

    def _bridged(self, fields: Fields, at: datetime) -> Said:
        call, queue = self._key(fields, "CC-Member-Session-UUID"), fields.get("CC-Queue")
        leg, name = self._key(fields, "CC-Agent-UUID"), fields.get("CC-Agent")
        if call is None or leg is None or not queue or not name:
            return
        joined, answered = (count_of(fields.get(f"CC-{which}-Time")) for which in ("Member-Joined", "Agent-Answered"))
        told = answered - joined if joined is not None and answered is not None and answered >= joined else None
        yield ev.QueueLeft(at, call, queue, ev.QueueExit.LEFT)
        agent = self._members.extension(name)
        yield ev.Answered(at, leg, call, agent, queue, caller=self._member(fields), told_wait_s=told)

    def _status(self, fields: Fields, at: datetime) -> Said:
        yield from self._members.change(fields.get("CC-Agent", ""), at, status=fields.get("CC-Agent-Status", ""))

    def _state(self, fields: Fields, at: datetime) -> Said:
        yield from self._members.change(fields.get("CC-Agent", ""), at, state=fields.get("CC-Agent-State", ""))

    # Looks -----------------------------------------------------------------------------------------------------------

    def queues_seen(
        self, queues: Sequence[str], agents: str, tiers: str, waiting: Iterable[str], at: datetime, epoch: float
    ) -> ev.QueuesSeen:
        """Return a look at the call centre, asked at ``at`` (``epoch`` the same instant in seconds since 1970)."""
        self._members.seen(rows_of(agents), rows_of(tiers))
        callers = tuple(self._waiting_callers(waiting, epoch))
        return ev.QueuesSeen(at, tuple(queues), tuple(self._members.standing(at)), callers)

    def _waiting_callers(self, tables: Iterable[str], epoch: float) -> Iterator[ev.WaitingCaller]:
        for row in (row for table in tables for row in rows_of(table)):
            call, queue, joined = self._key(row, "session_uuid"), row.get("queue"), count_of(row.get("joined_epoch"))
            if call is None or not queue or joined is None or row.get("state") not in ("Waiting", "Trying"):
                continue
            caller = ev.Caller(row.get("cid_number") or "unknown", row.get("cid_name") or None)
            waited = max(0, int(epoch) - joined)
            yield ev.WaitingCaller(call, queue, waited, ev.Line(ev.LineKind.TRUNK), caller)

    def legs_seen(self, channels: str, at: datetime, epoch: float) -> ev.LegsSeen | None:
        """Return a look at all channels (``show channels as json``), None where the answer is none."""
        fields = _object(channels.encode())
        rows = fields.get("rows", []) if fields is not None and "row_count" in fields else None
        if not isinstance(rows, list):
            return None
        legs = (self._seen_leg(row, epoch) for row in rows if isinstance(row, dict))
        return ev.LegsSeen(at, tuple(leg for leg in legs if leg is not None))

    def _seen_leg(self, row: dict[str, object], epoch: float) -> ev.SeenLeg | None:
        fields = {name: value for name, value in row.items() if isinstance(value, str)}
        leg = self._key(fields, "uuid")
        if leg is None:
            return None
        state = {"ACTIVE": ev.SeenState.UP, "HELD": ev.SeenState.UP, "RINGING": ev.SeenState.RINGING}
        call = self._key(fields, "call_uuid") if fields.get("direction") == "outbound" else None
        seen = state.get(fields.get("callstate", ""), ev.SeenState.OTHER)
        created = count_of(fields.get("created_epoch"))
        age = max(0, int(epoch) - created) if created is not None else 0
        caller = ev.Caller(fields.get("cid_num") or "unknown", fields.get("cid_name") or None)
        return ev.SeenLeg(leg, call or leg, line_of(fields), seen, seen is ev.SeenState.UP, age, caller)


def _object(body: bytes) -> dict[str, object] | None:
    try:
        told = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _fields(body: bytes) -> Fields | None:
    """Return the headers of an event; one that repeats (a list) counts by its last."""
    told = _object(body)
    if told is None:
        return None
    return {name: value for name, value in told.items() if isinstance(value, str)}
