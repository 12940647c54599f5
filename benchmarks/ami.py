"""How many AMI events a second the reader and the fold take, on a recorded burst of 200 calls (budget: 200,000)."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path

from crmdesk.domain.calls.fold import CallFold, FoldSettings
from crmdesk.telephony.ami.reader import AmiReader
from crmdesk.telephony.ami.recording import Recording
from crmdesk.telephony.ami.translate import Translator

BUDGET = 200_000
READ = 65_536
"""Bytes of one read of the socket when more is waiting than is read: the client's limit."""
_BURST = Path(__file__).resolve().parents[1] / "tests" / "data" / "ami" / "i_burst200.ami.gz"


class Telling(Enum):
    """When what changed is told: the budget is about folding; a gateway also tells, after each read."""

    AT_THE_END = "at_the_end"
    AFTER_EACH_READ = "after_each_read"


def pieces_of(recording: Recording) -> list[tuple[bytes, datetime]]:
    """Return the stream in the pieces in which a busy socket gives it, each with when it began to be received."""
    assert recording.times is not None
    starts = range(0, len(recording.data), READ)
    return [(recording.data[start : start + READ], recording.times.at(start)) for start in starts]


def fold_once(pieces: Sequence[tuple[bytes, datetime]], telling: Telling) -> int:
    """Read and fold the stream; return how many whole states of calls and contacts were told."""
    reader, translator, fold = AmiReader(), Translator(), CallFold(FoldSettings(region="US"))
    told = 0
    for data, at in pieces:
        for message in reader.feed(data):
            for event in translator.take(message, at):
                fold.absorb(event)
        if telling is Telling.AFTER_EACH_READ:
            told += _told(fold)
    return told + _told(fold)


def _told(fold: CallFold) -> int:
    output = fold.drain()
    return len(output.agent_calls) + len(output.contacts)


def measure(pieces: Sequence[tuple[bytes, datetime]], telling: Telling, runs: int) -> tuple[float, int]:
    """Return the median of the CPU seconds of several runs after one to warm up, and the states told in the last.

    One thread that never waits: on an idle machine this is the time on the wall, on a busy one it still tells the same.
    """
    told = fold_once(pieces, telling)
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        told = fold_once(pieces, telling)
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
    median, told = measure(pieces, Telling.AT_THE_END, arguments.runs)
    each_read, told_each_read = measure(pieces, Telling.AFTER_EACH_READ, arguments.runs)
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
