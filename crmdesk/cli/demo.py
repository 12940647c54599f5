"""``crmdesk demo``: a whole house on this computer, with calls that ring; ``--check`` runs it without a display."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from crmdesk.domain.errors import Unavailable

_PACKAGE = Path(__file__).resolve().parents[1]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("demo", help="see it at work: database, gateway, phone system and two desktops")
    parser.add_argument(
        "--check", action="store_true", help="without a display: play one call through, print one line of JSON, end"
    )
    parser.add_argument(
        "--pictures", type=Path, metavar="DIR", default=Path("pictures"), help="where pictures go (default: pictures)"
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Show the demo on a display, or play it through where there is none."""
    from crmdesk.demo.show import show
    from crmdesk.demo.trial import trial

    has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) or sys.platform == "darwin"
    if arguments.check or not has_display:
        return trial(shipped(), arguments.pictures.absolute())
    return show(shipped())


def shipped() -> Path:
    """Return the folder of the demo's data: beside the package in a checkout, inside it once installed."""
    for folder in (_PACKAGE / "resources" / "demo", _PACKAGE.parent / "resources" / "demo"):
        if folder.is_dir():
            return folder
    raise Unavailable("This build comes without the demo.", "Run it from a checkout: ./run.sh demo")
