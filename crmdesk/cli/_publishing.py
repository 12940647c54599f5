"""What the commands share that publish a folder to every desk."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crmdesk.domain.errors import UserMistake


def add_import(
    commands: argparse._SubParsersAction[Any],
    name: str,
    purpose: str,
    what: str,
    run: Callable[[argparse.Namespace], int],
) -> None:
    """Add the command ``NAME import FOLDER``, which ``run`` carries out; ``what`` says which folder it takes."""
    parser = commands.add_parser(name, help=purpose)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    import_ = actions.add_parser(
        "import", help="publish a folder", description=what, epilog=f"Example: crmdesk {name} import FOLDER --as nadia"
    )
    import_.add_argument("folder", type=Path, metavar="FOLDER", help="the folder to publish")
    import_.add_argument("--as", dest="login", metavar="LOGIN", help="the supervisor or administrator who publishes it")
    import_.add_argument("--database", metavar="URL", help="PostgreSQL database; else from CRMDESK_DATABASE")
    import_.add_argument("--check", action="store_true", help="only read it; needs no database and changes nothing")
    import_.set_defaults(func=run)


def login_of(arguments: argparse.Namespace) -> str:
    """Return in whose name it is published; raises UserMistake where nobody is named."""
    login: str | None = arguments.login
    if not login:
        raise UserMistake("as", "In whose name?", "Give --as LOGIN of a supervisor or an administrator.")
    return login
