"""``crmdesk serve``: run the gateway."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from crmdesk.domain.errors import UserMistake


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = commands.add_parser("serve", help="run the gateway between desks, database and phone system")
    parser.add_argument("--database", metavar="URL", help="PostgreSQL database; else from CRMDESK_DATABASE")
    parser.add_argument("--listen", metavar="HOST:PORT", default="127.0.0.1:8710", help="default: %(default)s")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain, PEM")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key, PEM")
    parser.add_argument(
        "--announce", action="store_true", help="print one line of JSON when ready; port 0 may be asked"
    )
    parser.set_defaults(func=_run)


def _run(arguments: argparse.Namespace) -> int:
    from crmdesk.server.logs import log_to_stderr
    from crmdesk.server.running import Serving, print_announcement, serve

    database = arguments.database or os.environ.get("CRMDESK_DATABASE")
    if not database:
        raise UserMistake("database", "Which database?", "Give --database URL or set CRMDESK_DATABASE.")
    host, port = address(arguments.listen)
    log_to_stderr()
    serving = Serving(database, host, port, arguments.tls_cert, arguments.tls_key)
    return serve(serving, print_announcement if arguments.announce else _say_nothing)


def address(words: str) -> tuple[str, int]:
    """Return host and port of ``HOST:PORT`` (IPv6 in brackets); raises UserMistake."""
    host, colon, port = words.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise UserMistake("listen", f"{words} is not an address.", "Write it as HOST:PORT, for example 127.0.0.1:8710.")
    return host.strip("[]"), int(port)


def _say_nothing(_: str) -> None:
    return
