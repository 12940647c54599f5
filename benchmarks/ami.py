"""How many AMI events a second the reader and the fold take, on a recorded burst of 200 calls (budget: 200,000)."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from crmdesk.domain.calls.fold import CallFold, FoldSettings
from crmdesk.telephony.ami.reader import AmiReader
from crmdesk.telephony.ami.recording import Recording
from crmdesk.telephony.ami.translate import Translator

BUDGET = 200_000
TELL_EVERY_S = 0.02
"""How often what changed is told while more comes than can be told one by one: states are whole, steps are left out."""
READ = 65_536
"""Bytes of one read of the socket when more is waiting than is read: the client's limit."""
_BURST = Path(__file__).resolve().parents[1] / "tests" / "data" / "ami" / "i_burst200.ami.gz"


def pieces_of(recording: Recording) -> list[tuple[bytes, datetime]]:
    """Return the stream in the pieces in which a busy socket gives it, each with when it began to be received."""
    assert recording.times is not None
    starts = range(0, len(recording.data), READ)
    return [(recording.data[start : start + READ], recording.times.at(start)) for start in starts]


def fold_once(pieces: Sequence[tuple[bytes, datetime]], tell_every_s: float) -> int:
    """Read and fold the stream, telling what changed so often and at the end; return how many states were told."""
    reader, translator, fold = AmiReader(), Translator(), CallFold(FoldSettings(region="US"))
    told = 0
    last = time.perf_counter()
    for data, at in pieces:
        for message in reader.feed(data):
            for event in translator.take(message, at):
                fold.absorb(event)
        now = time.perf_counter()
        if now - last >= tell_every_s:
            told += _told(fold)
            last = now
    return told + _told(fold)


def _told(fold: CallFold) -> int:
    output = fold.drain()
    return len(output.agent_calls) + len(output.contacts)


def measure(pieces: Sequence[tuple[bytes, datetime]], tell_every_s: float, runs: int) -> tuple[float, int]:
    """Return the median of the CPU seconds of several runs after one to warm up, and the states told in the last.

    One thread that never waits: on an idle machine this is the time on the wall, on a busy one it still tells the same.
    """
    told = fold_once(pieces, tell_every_s)
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        told = fold_once(pieces, tell_every_s)
        seconds.append(time.process_time() - began)
    return statistics.median(seconds), told


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print one line; 1 when it is below the budget."""
    parser = argparse.ArgumentParser(prog="bench ami", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args(argv)
    recording = Recording.load(_BURST)
    events = recording.data.count(b"\r\nEvent: ")
    pieces = pieces_of(recording)
    median, told = measure(pieces, TELL_EVERY_S, arguments.runs)
    each_read, told_each_read = measure(pieces, 0.0, arguments.runs)
    figures = {
        "bench": "ami",
        "events": events,
        "megabytes": round(len(recording.data) / 1e6, 2),
        "runs": arguments.runs,
        "median_s": round(median, 4),
        "events_per_s": round(events / median),
        "told": told,
        "events_per_s_telling_after_each_read": round(events / each_read),
        "told_after_each_read": told_each_read,
        "budget": BUDGET,
        "ok": events / median >= BUDGET,
    }
    print(json.dumps(figures) if arguments.json else "\n".join(f"{k:13} {v}" for k, v in figures.items()))
    return 0 if figures["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
