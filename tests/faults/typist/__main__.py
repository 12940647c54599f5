"""``python -m tests.faults.typist --kills N``: the last line of the output is one JSON object; 1 if a promise broke."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import msgspec

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tests.faults.typist.places import SPOTS
from tests.faults.typist.play import Typing

_HOURS_S = 100_000.0


def main() -> int:
    """Play as the arguments say."""
    every = tuple(kind.name for kind in SPOTS)
    parser = argparse.ArgumentParser(prog="python -m tests.faults.typist", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=_HOURS_S, help="begin no life after so long")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--places", default=",".join(every), help="in which is typed, with commas: all of them")
    parser.add_argument("--enough", type=int, default=10, help="end after so many broken promises")
    options = parser.parse_args()
    places = tuple(options.places.split(","))
    if not set(places) <= set(every):
        parser.error(f"the places are {', '.join(every)}")
    with tempfile.TemporaryDirectory(prefix="crmdesk-typing-") as folder:
        typing = Typing(Path(folder), options.seed, places)
        typing.play(options.kills, time.monotonic() + options.seconds, options.enough)
    sys.stdout.write(msgspec.json.encode(typing.told).decode() + "\n")
    return 1 if typing.told.failures else 0


if __name__ == "__main__":
    sys.exit(main())
