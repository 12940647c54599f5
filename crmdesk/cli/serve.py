"""``crmdesk serve``: run the gateway."""

from __future__ import annotations

import argparse
import os
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmdesk.cli import _erasures
from crmdesk.cli._region import region_if_named
from crmdesk.domain.calls.control import Pause
from crmdesk.domain.calls.live import BREAK_REASONS, QuietHours
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.zones import zone_or_none

if TYPE_CHECKING:
    from crmdesk.server.mail_settings import MailSettings
    from crmdesk.telephony.connector import Connector

SHORTEST_TOKEN = 16


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "serve",
        help="run the gateway between desks, database and phone system",
        epilog="Example: crmdesk serve --listen 0.0.0.0:8710 --tls-cert server.crt --tls-key server.key --ami"
        " 127.0.0.1:5038 --ami-user crmdesk --ami-secret-file /etc/crmdesk/ami.secret --region US --zone"
        " America/New_York",
    )
    parser.add_argument("--database", metavar="URL", help="PostgreSQL database; else from CRMDESK_DATABASE")
    parser.add_argument(
        "--listen",
        metavar="HOST:PORT",
        default="127.0.0.1:8710",
        help="where desks reach it (default: %(default)s); 0.0.0.0 is every address of this computer, with TLS only",
    )
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain, PEM")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key, PEM")
    parser.add_argument(
        "--announce", action="store_true", help="print one line of JSON when ready; port 0 may be asked"
    )
    _erasures.add_option(parser)
    parser.add_argument(
        "--metrics-token-file",
        type=Path,
        metavar="FILE",
        help="a file with the token that opens /metrics to other computers; without it they answer this one only",
    )
    parser.add_argument("--mail", type=Path, metavar="FILE", help="how letters go out by e-mail; else CRMDESK_MAIL")
    phone = parser.add_argument_group("phone system (one of them)")
    phone.add_argument("--webhook", action="store_true", help="take calls that a phone system sends to /cti/TOKEN")
    phone.add_argument("--ami", metavar="HOST:PORT", help="where Asterisk's manager interface listens")
    phone.add_argument("--ami-user", metavar="NAME", help="the manager account")
    phone.add_argument("--ami-secret-file", type=Path, metavar="FILE", help="a file with its secret in the first line")
    phone.add_argument("--ami-tls", action="store_true", help="speak TLS with it")
    phone.add_argument("--freeswitch", metavar="HOST:PORT", help="where FreeSWITCH's event socket listens")
    phone.add_argument("--freeswitch-password-file", type=Path, metavar="FILE", help="a file with its password")
    phone.add_argument(
        "--ami-option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="how calls are placed: context, phones, plus, ring_s, consult (docs/server.md); may be given again",
    )
    phone.add_argument("--region", metavar="XX", help="country of numbers without a country code, for example US")
    phone.add_argument(
        "--zone", default="UTC", metavar="NAME", help="zone of the house's midnight (default: %(default)s)"
    )
    phone.add_argument(
        "--quiet-hours",
        default="21:00-08:00",
        metavar="FROM-TO",
        help="when customers are rung only knowingly, by their own clock; none for never (default: %(default)s)",
    )
    phone.add_argument(
        "--break-reason",
        action="append",
        metavar="WORDS",
        help="a reason for a break that desks offer; may be given again (default: five usual ones)",
    )
    parser.set_defaults(func=_run)


def _run(arguments: argparse.Namespace) -> int:
    from crmdesk.server.logs import log_to_stderr
    from crmdesk.server.running import Serving, print_announcement, serve

    database = arguments.database or os.environ.get("CRMDESK_DATABASE")
    if not database:
        raise UserMistake("database", "Which database?", "Give --database URL or set CRMDESK_DATABASE.")
    host, port = address("listen", arguments.listen, "127.0.0.1:8710")
    log_to_stderr()
    serving = Serving(
        database=database,
        host=host,
        port=port,
        tls_cert=arguments.tls_cert,
        tls_key=arguments.tls_key,
        journal=_erasures.journal(arguments),
        phone=_phone(arguments),
        region=region_if_named(arguments.region),
        zone=_zone(arguments.zone),
        metrics_token=_metrics_token(arguments.metrics_token_file),
        quiet=_quiet_hours(arguments.quiet_hours),
        reasons=_reasons(arguments.break_reason),
        mail=_mail(arguments.mail),
    )
    return serve(serving, print_announcement if arguments.announce else _say_nothing)


def _phone(arguments: argparse.Namespace) -> Connector | None:
    from crmdesk.telephony.connector import connector_kinds

    if bool(arguments.webhook) + bool(arguments.ami) + bool(arguments.freeswitch) > 1:
        what = "A house has one phone system."
        raise UserMistake("phone", what, "Give one of --ami, --freeswitch and --webhook.")
    if arguments.webhook:
        return connector_kinds()["webhook"].build({})
    if arguments.freeswitch:
        if not arguments.freeswitch_password_file:
            raise UserMistake("freeswitch", "The event socket needs a password.", "Give --freeswitch-password-file.")
        host, port = address("freeswitch", arguments.freeswitch, "127.0.0.1:8021")
        password = _first_line("freeswitch-password-file", arguments.freeswitch_password_file)
        return connector_kinds()["freeswitch"].build({"host": host, "port": str(port), "password": password})
    if not arguments.ami:
        if arguments.ami_user or arguments.ami_secret_file or arguments.ami_tls or arguments.ami_option:
            raise UserMistake("ami", "No phone system is named.", "Give --ami HOST:PORT too.")
        return None
    host, port = address("ami", arguments.ami, "127.0.0.1:5038")
    if not arguments.ami_user or not arguments.ami_secret_file:
        raise UserMistake("ami", "The phone system needs an account.", "Give --ami-user and --ami-secret-file.")
    secret = _first_line("ami-secret-file", arguments.ami_secret_file)
    options = {"host": host, "port": str(port), "username": arguments.ami_user, "secret": secret}
    security = "tls" if arguments.ami_tls else "plain"
    return connector_kinds()["ami"].build({**_ami_options(arguments.ami_option), **options, "security": security})


def _ami_options(written: list[str]) -> dict[str, str]:
    pairs = [words.partition("=") for words in written]
    for name, equals, _ in pairs:
        if not name or not equals:
            raise UserMistake("ami-option", f"{name} has no value.", "Write it as NAME=VALUE: context=from-internal.")
    return {name: value for name, _, value in pairs}


def _metrics_token(path: Path | None) -> str:
    if path is None:
        return ""
    token = _first_line("metrics-token-file", path)
    if len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable():
        what = f"The token in {path} is shorter than {SHORTEST_TOKEN} characters, or not plain ASCII."
        raise UserMistake("metrics-token-file", what, "For example: openssl rand -hex 16")
    return token


def _mail(path: Path | None) -> MailSettings | None:
    from crmdesk.server.mail_settings import read_mail_settings

    named = path or (Path(os.environ["CRMDESK_MAIL"]) if os.environ.get("CRMDESK_MAIL") else None)
    return None if named is None else read_mail_settings(named)


def _first_line(option: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        next_step = f"--{option} names a file that this account may read."
        raise UserMistake(option, f"{path} cannot be read: {reason}.", next_step) from error


def _zone(name: str) -> str:
    found = zone_or_none(name)
    if found is None:
        raise UserMistake("zone", f"{name} is no time zone.", f"The nearest: {', '.join(_nearest_zones(name))}.")
    return found.key


def _nearest_zones(name: str) -> list[str]:
    from difflib import get_close_matches
    from zoneinfo import available_timezones

    return get_close_matches(name, sorted(available_timezones()), cutoff=0.0)


def _reasons(written: list[str] | None) -> tuple[str, ...]:
    return tuple(Pause(words).reason for words in written) if written else BREAK_REASONS


def _quiet_hours(words: str) -> QuietHours:
    if words == "none":
        return QuietHours(time(), time())
    begin, _, end = words.partition("-")
    try:
        return QuietHours(time.fromisoformat(begin.strip()), time.fromisoformat(end.strip()))
    except ValueError as error:
        example = "Write them as 21:00-08:00, or none."
        raise UserMistake("quiet-hours", f"{words} are no hours of a day.", example) from error


def address(option: str, words: str, example: str) -> tuple[str, int]:
    """Return host and port of ``HOST:PORT`` (IPv6 in brackets); raises UserMistake that names the option."""
    host, colon, port = words.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        next_step = f"Write --{option} as HOST:PORT, for example {example}."
        raise UserMistake(option, f"{words} is not an address.", next_step)
    return host.strip("[]"), int(port)


def _say_nothing(_: str) -> None:
    return
