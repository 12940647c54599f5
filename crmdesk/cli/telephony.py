"""``crmdesk telephony``: tells what happened in a recorded stream of a phone system."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from crmdesk.domain.calls.stay import Timing
from crmdesk.telephony.ami.replay import RecordedTimes, Replay


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("telephony", help="look into recorded traffic of a phone system")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    replay = actions.add_parser(
        "replay",
        help="fold a recorded AMI stream and print its contacts, rings, pops, breaks and boards",
        description="Seconds are of the times of the recording. Without them waits and talks are what the phone "
        "system says, in whole seconds, and null where it says nothing certain. talk_s leaves hold out.",
    )
    replay.add_argument("file", type=Path, metavar="FILE.ami", help="every byte one manager connection received")
    replay.add_argument(
        "--times",
        type=Path,
        metavar="FILE",
        help='lines of "byte offset, epoch" of each read; FILE.ami.times if it lies beside the recording',
    )
    replay.add_argument("--region", metavar="CC", help="country in which the numbers were received, such as US")
    replay.add_argument("--json", action="store_true", help="one line of JSON instead of an indented text")
    replay.set_defaults(func=run_replay)


def run_replay(arguments: argparse.Namespace) -> int:
    """Fold the file and print what happened; 2 when a file cannot be read."""
    try:
        data = arguments.file.read_bytes()
        times = _times(arguments.file, arguments.times)
    except (OSError, ValueError) as fault:
        print(f"{fault}", file=sys.stderr)
        return 2
    result = fold_recording(data, times, arguments.region)
    print(json.dumps(result, ensure_ascii=False, indent=None if arguments.json else 2))
    return 0


def fold_recording(data: bytes, times: RecordedTimes | None, region: str | None) -> dict[str, Any]:
    """Return what happened in a recording, read in the pieces in which it was received."""
    stamped = b"\r\nTimestamp: " in data
    replay = Replay(times, region, Timing.OWN_CLOCK if times is not None or stamped else Timing.TOLD)
    if times is None:
        replay.feed(data)
    else:
        for start, end in times.chunks(len(data)):
            replay.feed(data[start:end])
    replay.finish()
    return replay.result()


def _times(recording: Path, given: Path | None) -> RecordedTimes | None:
    beside = recording.with_name(recording.name + ".times")
    path = given or (beside if beside.is_file() else None)
    if path is None:
        return None
    try:
        return RecordedTimes.parse(path.read_text(encoding="ascii"))
    except ValueError as fault:
        raise ValueError(f"{path}: {fault}") from fault
