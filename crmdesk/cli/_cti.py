"""``crmdesk server cti-token``: who may tell the gateway of calls (``POST /cti/<token>``)."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from crmdesk.cli._database import ready


def add(action: Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]) -> None:
    """Add the action; ``action`` makes one by its name, what it does and what is said of it."""
    parser = action("cti-token", _list, "make, list or revoke tokens of phone systems that call the gateway")
    steps = parser.add_subparsers(title="steps", metavar="STEP", required=True)
    made = _step(steps, "add", _add, "make a token; it is shown once")
    made.add_argument("name", help="a short name for the phone system, for example sipgate")
    made.add_argument("--signed", action="store_true", help="take signed requests only (HMAC-SHA256)")
    made.add_argument("--timestamp-header", metavar="NAME", help="header with the time of a signed request")
    made.add_argument("--signature-header", metavar="NAME", help="header with its signature")
    _step(steps, "list", _list, "say which phone systems may call")
    revoked = _step(steps, "revoke", _revoke, "take a token out of use, at once")
    revoked.add_argument("name", help="as cti-token list shows it")


def _step(
    steps: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    func: Callable[[argparse.Namespace], int],
    words: str,
) -> argparse.ArgumentParser:
    parser = steps.add_parser(name, help=words)
    # Written before or behind the step's name.
    parser.add_argument(
        "--database", metavar="URL", default=argparse.SUPPRESS, help="PostgreSQL database; else from CRMDESK_DATABASE"
    )
    parser.set_defaults(func=func)
    return parser


def _add(arguments: argparse.Namespace) -> int:
    from crmdesk.server.cti_tokens import SIGNATURE_HEADER, TIMESTAMP_HEADER, SignedBy, add

    wanted = arguments.signed or arguments.timestamp_header or arguments.signature_header
    signed = SignedBy(arguments.timestamp_header or TIMESTAMP_HEADER, arguments.signature_header or SIGNATURE_HEADER)
    with ready(arguments) as engine:
        new = engine.run(lambda conn: add(conn, arguments.name, signed if wanted else None))
    print(f"The phone system {arguments.name} may send its calls to:")
    print(f"  https://GATEWAY/cti/{new.token}")
    if new.secret:
        print(f"  signed with the secret {new.secret}")
        print(f"  time in {signed.timestamp}, signature in {signed.signature}")
    print("Neither is shown again.")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from crmdesk.server.cti_tokens import every

    with ready(arguments) as engine:
        tokens = engine.run(every)
    for token in tokens:
        how = f"signed ({token.signed.timestamp}, {token.signed.signature})" if token.signed else "not signed"
        print(f"{token.name}  made {token.made_at:%Y-%m-%d}, {how}")
    if not tokens:
        print("No phone system may call. Make a token: crmdesk server cti-token add NAME")
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    from crmdesk.server.cti_tokens import revoke

    with ready(arguments) as engine:
        engine.run(lambda conn: revoke(conn, arguments.name))
    print(f"The token of {arguments.name} is not taken any more.")
    return 0
