"""Where the journal of erasures lies: the one file that commands and gateways share beside the database."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.domain.errors import UserMistake

if TYPE_CHECKING:
    from crmdesk.sync.engine.journal import Journal

VARIABLE = "CRMDESK_ERASURES"


def add_option(parser: argparse.ArgumentParser) -> None:
    """Let a command be told which file it is."""
    parser.add_argument(
        "--erasures",
        type=Path,
        metavar="FILE",
        help=f"the journal of erasures, where the database's backups are not; else from {VARIABLE}, "
        "else crmdesk/erasures in the folder of server state",
    )


def journal(arguments: argparse.Namespace) -> Journal:
    """Return the journal that a command's ``--erasures``, the environment or the custom of the system names.

    Raises UserMistake when its folder is not there and cannot be made.
    """
    from crmdesk.sync.engine.journal import Journal

    given = arguments.erasures or os.environ.get(VARIABLE)
    path = Path(given) if given else _state() / "erasures"
    if not given:
        _make(path.parent)
    if not path.parent.is_dir():
        what = f"There is no folder {path.parent} for the journal of erasures."
        raise UserMistake("erasures", what, f"Make it, or name another file: --erasures or {VARIABLE}.")
    return Journal(path.absolute())


def _state() -> Path:
    """Return the folder of server state: systemd's, else the XDG one."""
    of_service = os.environ.get("STATE_DIRECTORY", "").partition(":")[0]
    if of_service:
        return Path(of_service)
    base = os.environ.get("XDG_STATE_HOME")
    return (Path(base) if base else Path.home() / ".local" / "state") / "crmdesk"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        what = f"The folder {folder} cannot be made: {error.strerror}."
        raise UserMistake(
            "erasures", what, f"Name a file for the journal of erasures: --erasures or {VARIABLE}."
        ) from error
