"""``crmdesk desktop``: the agent's and the supervisor's window (also without a command)."""

from __future__ import annotations

import argparse
import faulthandler
import gc
import logging
import os
import signal
import sys
import threading
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.cli._region import region
from crmdesk.cli._telling import MISTYPED, tell
from crmdesk.domain.errors import AlreadyRunning, Unavailable, UserMistake
from crmdesk.domain.server_address import check_server_url
from crmdesk.domain.translations import translation_named, translations
from crmdesk.runtime import doorbell
from crmdesk.runtime.profile import folder_of

if TYPE_CHECKING:
    from crmdesk.app import Desktop

LOG_BYTES = 1_000_000
STARTS_WITHIN_S = 5.0
"""How long a start may take until it listens at the door."""

_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "desktop",
        help="open the desktop",
        epilog="Example: crmdesk desktop --server https://crm.example.org:8710 --ca-file authority.pem --region US",
    )
    parser.add_argument(
        "--profile",
        default="default",
        metavar="NAME",
        help="whose copy of the data: a name, or the path of a folder (default: %(default)s)",
    )
    parser.add_argument("--server", default="", metavar="URL", help="address of the server, offered at sign-in")
    parser.add_argument(
        "--region",
        default="GB",
        metavar="XX",
        help="country whose numbers are written without a country code (default: %(default)s)",
    )
    parser.add_argument(
        "--ca-file",
        metavar="FILE",
        help="PEM file of the authority that signed the server's certificate, where this system does not know it",
    )
    parser.add_argument(
        "--language", default="", metavar="CODE", help="language of the screen, en or de (default: as in Settings)"
    )
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Open the desktop, or bring the one that has this profile to the front; 2 for options that cannot be taken."""
    try:
        folder, country = _checked(arguments)
    except UserMistake as mistake:
        tell(UserMistake(mistake.field, f"--{mistake.field}: {mistake.what}", mistake.next_step))
        return MISTYPED
    if doorbell.ring(folder):
        return 0
    if not _has_screen():
        raise Unavailable("There is no screen here.", "Start it in a desktop session, or set DISPLAY.")
    gc.disable()  # looking for cycles while a thousand modules load takes 150 ms; ui.qt.garbage takes over later
    from crmdesk import app  # Qt comes only for the program that stays

    _log_to(folder)
    options = app.DesktopOptions(folder, arguments.server, country, arguments.ca_file, language=arguments.language)
    try:
        return app.run(options, _until_interrupted)
    except AlreadyRunning:
        if _heard_soon(folder):
            return 0
        raise


def _checked(arguments: argparse.Namespace) -> tuple[Path, str]:
    """Return the profile's folder and the country; raises UserMistake, before a window opens, for every option that
    could not be followed."""
    if arguments.server:
        check_server_url(arguments.server)
    if arguments.ca_file is not None:
        _check_authority(Path(arguments.ca_file))
    if arguments.language and translation_named(arguments.language) is None:
        raise UserMistake(
            "language",
            f"There is no translation into {arguments.language!r}.",
            f"Choose one of {', '.join(translations())}, or leave --language out for the system's language.",
        )
    return folder_of(arguments.profile), region(arguments.region)


def _check_authority(file: Path) -> None:
    next_step = "--ca-file names the PEM file of the authority that signed the server's certificate."
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UserMistake("ca-file", f"{file} cannot be read: {error.strerror}.", next_step) from error
    if _CERTIFICATE not in content:
        raise UserMistake("ca-file", f"There is no certificate in {file}.", next_step)


def _has_screen() -> bool:
    """Say whether Qt finds a screen to draw on; without one it does not tell, it aborts the process."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(os.environ.get(name) for name in named)


async def _until_interrupted(_: Desktop) -> None:
    """Return at Ctrl+C: the desktop then ends as its window's closing ends it, and keeps what was typed."""
    import asyncio  # a second start only rings

    interrupted, loop = asyncio.Event(), asyncio.get_running_loop()
    before = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(interrupted.set))
    try:
        await interrupted.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def _heard_soon(folder: Path) -> bool:
    """Ring until the first start, which may have begun a moment ago (a double click), is there to hear it."""
    pause, until = threading.Event(), time.monotonic() + STARTS_WITHIN_S
    while not doorbell.ring(folder):
        if time.monotonic() > until:
            return False
        pause.wait(0.05)
    return True


def _log_to(folder: Path) -> None:
    """Log to files that only their owner can read, no customer data in them; a crash leaves the lines it stood in."""
    path = folder / "desk.log"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        crash = os.open(folder / "crash.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    except OSError as error:
        raise Unavailable(
            f"The profile folder cannot be written ({error.strerror}).",
            "Check its name, its rights and the disk's space.",
        ) from error
    handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)
    faulthandler.enable(crash)
