"""Compares what a replay tells with what truly happened, and plays recordings in other pieces and orders."""

from __future__ import annotations

import random
from typing import Any

import pytest

from crmdesk.domain.calls.stay import Timing
from crmdesk.telephony.ami.recording import RecordedTimes, Recording
from crmdesk.telephony.ami.replay import Replay
from tests.support.told_calls import Call, Told

_END = b"\r\n\r\n"
_CLOSE = 0.06
"""Seconds by which the phone and the manager connection may differ."""


def in_pieces(recording: Recording, size: int) -> dict[str, Any]:
    """Return what is told when the bytes come in pieces of this size; 0 for all at once."""
    replay = Replay(recording.times, "US", Timing.OWN_CLOCK if recording.times else Timing.TOLD)
    size = size or len(recording.data)
    for start in range(0, len(recording.data), size):
        replay.feed(recording.data[start : start + size])
    replay.finish()
    return replay.result()


def shuffled(recording: Recording, seed: int, window_s: float = 0.005) -> Recording:
    """Return the recording with the messages within ``window_s`` in another order, at the same moments."""
    assert recording.times is not None
    chance = random.Random(seed)
    greeting, _, rest = recording.data.partition(b"\r\n")
    *blocks, tail = rest.split(_END)
    at = len(greeting) + 2
    times = []
    for block in blocks:
        at += len(block) + len(_END)
        times.append(recording.times.epoch(at - 1))
    order = sorted(range(len(blocks)), key=lambda index: times[index] + chance.random() * window_s)
    data = bytearray(greeting + b"\r\n")
    chunks = []
    for slot, index in enumerate(order):
        chunks.append((len(data) if slot else 0, times[slot]))
        data += blocks[index] + _END
    return Recording(recording.name, bytes(data) + tail, RecordedTimes(chunks))


def assert_told(result: dict[str, Any], truth: Told, *, dids: str = "told") -> None:
    """Assert that a replay tells what truly happened; ``dids`` is "unseen" for accounts that see no new channels."""
    assert len(result["contacts"]) == len(truth.calls)
    for contact, call in zip(result["contacts"], truth.calls, strict=True):
        _assert_contact(contact, call, dids)
    assert _rings(result, outside=True) == _words(truth.rings)
    assert _rings(result, outside=False) == _words(truth.internal)
    assert sorted(f"{pop['agent']} {pop['reason']}" for pop in result["pops"]) == _words(truth.pops)
    parties = {call.party for call in truth.calls}
    assert {pop["party"] for pop in result["pops"]} <= parties
    assert result["open"] == {"contacts": 0, "rings": 0, "pops": 0}
    _assert_boards(result, truth)


def _assert_contact(contact: dict[str, Any], call: Call, dids: str) -> None:
    told = {
        "party": contact["party"],
        "direction": contact["direction"],
        "outcome": contact["outcome"],
        "ended_by": contact["ended_by"],
        "agents": ", ".join(contact["agents"]),
        "queues": ", ".join(f"{visit['queue']} {visit['outcome']}" for visit in contact["queues"]),
        "transfers": ", ".join(f"{hand['kind']} {hand['from']}>{hand['to']}" for hand in contact["transfers"]),
        "withheld": contact["withheld"],
        "name": contact["name"],
        "did": contact["did"],
    }
    did = call.did if dids == "told" else None
    expected = {key: getattr(call, key) for key in told} | {"did": did}
    assert told == expected
    assert contact["queue"] == (call.queues.split()[0] if call.queues else None)
    waits = [visit["wait_s"] for visit in contact["queues"]]
    assert waits == pytest.approx(list(call.waits), abs=_CLOSE)
    assert contact["talk_s"] == pytest.approx(call.talk, abs=_CLOSE)
    assert contact["hold_s"] == pytest.approx(call.hold, abs=_CLOSE)


def _rings(result: dict[str, Any], *, outside: bool) -> list[str]:
    inside = {contact["withheld"] for contact in result["contacts"]} != {True}
    rings = [ring for ring in result["rings"] if ((ring["party"] is not None) == outside if inside else outside)]
    return sorted(f"{ring['agent']} {ring['result']}" for ring in rings)


def _words(text: str) -> list[str]:
    return sorted(word.strip() for word in text.split(",") if word.strip())


def _assert_boards(result: dict[str, Any], truth: Told) -> None:
    visits = _words(", ".join(call.queues for call in truth.calls))
    for queue, board in result["boards"].items():
        ends = [visit.split()[1] for visit in visits if visit.split()[0] == queue]
        counts = {end: ends.count(end) for end in ("answered", "abandoned", "timed_out")}
        assert {end: board[end] for end in counts} == counts
        assert board["offered"] == len(ends)
        assert (board["waiting"], board["longest_wait_s"]) == (0, None)


def rough(value: Any) -> Any:
    """Return the result with its seconds rounded away, for runs whose moments differ by milliseconds."""
    if isinstance(value, dict):
        return {key: rough(item) for key, item in value.items() if not key.endswith("_s")}
    if isinstance(value, list):
        return [rough(item) for item in value]
    return value
