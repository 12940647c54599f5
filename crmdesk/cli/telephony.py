"""``crmdesk telephony``: tells what happened in a recorded stream of a phone system."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from crmdesk.cli._region import region_if_named
from crmdesk.domain.errors import UserMistake
from crmdesk.telephony.ami.recording import Recording
from crmdesk.telephony.ami.replay import fold_recording

_UNREADABLE = 2


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("telephony", help="look into recorded traffic of a phone system")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    replay = actions.add_parser(
        "replay",
        help="fold a recorded AMI stream and print its contacts, rings, pops, breaks and boards",
        description="Seconds are of the times of the recording. Without them waits and talks are what the phone "
        "system says, in whole seconds, and null where it says nothing certain. talk_s leaves hold out.",
        epilog="Example: crmdesk telephony replay yesterday.ami --region US",
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
    """Fold the file and print what happened; 2 when a file cannot be read or is no recording."""
    received_in = region_if_named(arguments.region)
    try:
        recording = Recording.load(arguments.file, arguments.times)
    except UserMistake as mistake:
        print(mistake.what, mistake.next_step, sep="\n", file=sys.stderr)
        return _UNREADABLE
    if recording.ends_in_a_message():
        print(
            f"{arguments.file}: the stream ends in the middle of a message.",
            "What came before is told; record again for the rest.",
            sep="\n",
            file=sys.stderr,
        )
    result = fold_recording(recording, received_in)
    # Names of callers are in any script; a terminal or file of another encoding gets them escaped.
    escaped = "utf" not in (sys.stdout.encoding or "").lower()
    print(json.dumps(result, ensure_ascii=escaped, indent=None if arguments.json else 2))
    return 0
