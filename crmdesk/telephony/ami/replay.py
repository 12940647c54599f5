"""Folds a recorded AMI stream and tells what happened in it, as plain JSON values."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from crmdesk.domain.calls.contact import Contact, PauseChange
from crmdesk.domain.calls.fold import CallFold, FoldOutput, FoldSettings
from crmdesk.domain.calls.live import AgentCall, Board, Phase
from crmdesk.domain.calls.registry import TAKEN_OVER
from crmdesk.domain.calls.stay import Timing
from crmdesk.telephony.ami.reader import AmiReader, Message
from crmdesk.telephony.ami.recording import RecordedTimes, Recording
from crmdesk.telephony.ami.translate import Translator

_UNIQUE = re.compile(r"(\d{9,11})\.(\d+)$")
_STEP = timedelta(milliseconds=5)
_NEVER = 3000
"""The year from which on a stamp is garbage; counting on from the last there is would overflow."""


class GuessedTimes:
    """Order only, with the second that Asterisk puts into channel ids and, if it sends one, its own timestamp."""

    def __init__(self) -> None:
        self._at = datetime(2000, 1, 1, tzinfo=UTC)

    def of(self, message: Message) -> datetime:
        """Return an instant that never goes back."""
        stamp = message.get("Timestamp")
        found = _UNIQUE.search(message.get("Uniqueid") or "")
        try:
            if stamp is not None:
                told = datetime.fromtimestamp(float(stamp), UTC)
            else:
                told = datetime.fromtimestamp(int(found[1]) if found else 0, UTC)
        except (ValueError, OverflowError, OSError):
            told = self._at
        if told.year >= _NEVER:
            told = self._at
        self._at = told if stamp is not None and told > self._at else max(self._at + _STEP, told)
        return self._at


class Replay:
    """Folds recorded bytes, fed in any pieces; ``result`` tells what happened up to now."""

    def __init__(self, times: RecordedTimes | None, region: str | None, timing: Timing = Timing.OWN_CLOCK) -> None:
        self._times = times
        self._guessed = GuessedTimes()
        self.fold = CallFold(FoldSettings(region=region, timing=timing))
        self.reader = AmiReader()
        self._translator = Translator()
        self._last: datetime | None = None
        self._calls: dict[str, AgentCall] = {}
        self._contacts: dict[str, Contact] = {}
        self._pauses: list[PauseChange] = []

    def feed(self, data: bytes) -> None:
        """Take some bytes."""
        for message in self.reader.feed(data):
            at = self._times.at(message.end) if self._times is not None else self._guessed.of(message)
            self._last = at
            for event in self._translator.take(message, at):
                self._note(self.fold.apply(event))

    def finish(self) -> None:
        """Take what was kept for a list that the recording cut off."""
        for event in self._translator.finish():
            self._note(self.fold.apply(event))

    def _note(self, output: FoldOutput) -> None:
        for call in output.agent_calls:
            self._calls[call.key] = call
        for contact in output.contacts:
            self._contacts[contact.key] = contact
        self._pauses.extend(output.pauses)

    def result(self) -> dict[str, Any]:
        """Return contacts, rings, pops, pauses, what is still open, and the boards."""
        calls = sorted(self._calls.values(), key=lambda call: _made_order(call.key))
        keys = {(contact.key, contact.id) for contact in self._contacts.values()}
        contacts = sorted(self._contacts.values(), key=lambda contact: _made_order(contact.key))
        rings = [
            call
            for call in calls
            if call.ring_result is not None or (call.phase is Phase.RINGING and (call.key, call.contact_id) not in keys)
        ]
        open_ = self.fold.open_counts()
        return {
            "contacts": [_contact(contact) for contact in contacts if contact.merged_into is None],
            "rings": [
                {
                    "agent": call.agent,
                    "party": call.party.e164,
                    "queue": call.queue,
                    "result": call.ring_result.value if call.ring_result else None,
                }
                for call in rings
                if not call.key.endswith(TAKEN_OVER)
            ],
            "pops": [
                {"agent": call.agent, "party": call.party.e164, "queue": call.queue, "reason": call.pop.value}
                for call in calls
                if call.pop is not None
            ],
            "pauses": [
                {"agent": one.agent, "queue": one.queue, "paused": one.paused, "reason": one.reason}
                for one in self._pauses
            ],
            "open": {"contacts": open_.contacts, "rings": open_.rings, "pops": open_.pops},
            "boards": _boards(self.fold.board(self._last), self.fold.settings.timing) if self._last else {},
        }


def _made_order(key: str) -> tuple[int, int, str]:
    """Return the order in which Asterisk made the channels: two whole numbers of varying width, never text."""
    found = _UNIQUE.search(key.removesuffix(TAKEN_OVER))
    return (int(found[1]), int(found[2]), key) if found else (0, 0, key)


def fold_recording(recording: Recording, region: str | None) -> dict[str, Any]:
    """Return what happened in a recording, read in the pieces in which it was received.

    Without times the durations are what the phone system tells, unless it stamped its events itself.
    """
    data = recording.data
    times = recording.times if recording.times is not None and recording.times.tell_durations() else None
    stamped = b"\r\nTimestamp: " in data
    replay = Replay(times, region, Timing.OWN_CLOCK if times is not None or stamped else Timing.TOLD)
    pieces = times.chunks(len(data)) if times is not None else [(0, len(data))]
    for start, end in pieces:
        replay.feed(data[start:end])
    replay.finish()
    return replay.result()


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "party": contact.party.e164,
        "withheld": contact.party.withheld,
        "name": contact.party.name,
        "did": contact.did,
        "queue": contact.queue,
        "queues": [
            {
                "queue": visit.queue,
                "wait_s": _seconds(visit.wait_s),
                "outcome": visit.outcome.value if visit.outcome else None,
            }
            for visit in contact.visits
        ],
        "direction": contact.direction.value,
        "outcome": contact.outcome.value if contact.outcome else None,
        "agents": list(contact.agents),
        "talk_s": _seconds(contact.talk_s),
        "hold_s": _seconds(contact.hold_s),
        "ended_by": contact.ended_by.value if contact.ended_by else None,
        "transfers": [{"kind": hand.kind.value, "from": hand.from_agent, "to": hand.to} for hand in contact.transfers],
    }


def _boards(board: Board, timing: Timing) -> dict[str, Any]:
    boards = {}
    for queue in board.queues:
        longest = None
        if queue.waiting_since and timing is Timing.OWN_CLOCK:
            longest = (board.as_of - queue.waiting_since[0]).total_seconds()
        boards[queue.queue] = {
            "offered": queue.offered,
            "answered": queue.answered,
            "abandoned": queue.abandoned,
            "timed_out": queue.timed_out,
            "waiting": queue.waiting,
            "mean_wait_s": _seconds(queue.mean_wait_s),
            "longest_wait_s": _seconds(longest),
            "service_level": None if queue.service_level is None else round(queue.service_level, 4),
        }
    return boards


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
