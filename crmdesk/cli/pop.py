"""``crmdesk pop``: a telephone program tells the desk that is open of a call.

Here is the long way, with help and refusals in words; ``__main__`` takes the short one first (``doorbell``).
"""

from __future__ import annotations

import argparse

from crmdesk.domain.errors import Unavailable
from crmdesk.domain.knock import KnockEvent, knock_of, knock_of_link
from crmdesk.runtime import doorbell
from crmdesk.runtime.profile import folder_of


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "pop",
        help="show on the open desktop who is calling",
        epilog="Example, as a telephone program calls it: crmdesk pop --number +442079460172 --call-id 17",
    )
    parser.add_argument("link", nargs="?", help="crmdesk://pop?number=…, instead of the options")
    parser.add_argument("--number", default="", help="the caller's number; empty or anonymous: withheld")
    parser.add_argument("--name", default="", help="their name as the telephone shows it")
    parser.add_argument("--call-id", default="", help="names the call, where answer and end are told too")
    parser.add_argument("--queue", default="", help="the queue that the call came through")
    parser.add_argument("--did", default="", help="the number that was dialled")
    parser.add_argument(
        "--event",
        choices=[event.value for event in KnockEvent],
        default=KnockEvent.RING.value,
        help="what the telephone does (default: %(default)s)",
    )
    parser.add_argument("--profile", default="default", help="name of the profile, or a folder")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Tell the desktop; raises UserMistake for what cannot be told, Unavailable where no desktop is open."""
    if arguments.link:
        words = {doorbell.LINK: arguments.link}
        knock_of_link(arguments.link)
    else:
        words = {name: getattr(arguments, name.replace("-", "_")) for name in doorbell.FIELDS}
        knock_of(words)
    message = doorbell.message_of(words)
    if message is None or not doorbell.ring(folder_of(arguments.profile), message):
        raise Unavailable("crmdesk is not open here.", "Open it and sign in; then calls pop.")
    return 0
