"""``crmdesk mail``: try how letters go out by e-mail, and prove what was sent."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from crmdesk.cli._database import ready
from crmdesk.domain.errors import Unavailable, UserMistake

if TYPE_CHECKING:
    from crmdesk.server.mail_settings import MailSettings


def add(commands: argparse._SubParsersAction[Any]) -> None:
    """Add ``mail test`` and ``mail show``."""
    parser = commands.add_parser("mail", help="try how letters go out by e-mail, show what was sent")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    test = actions.add_parser("test", help="send a mail to an address, as letters are sent")
    test.add_argument("address", metavar="ADDRESS", help="where the trial goes: your own, for example")
    test.add_argument("--mail", type=Path, metavar="FILE", help="the settings; else from CRMDESK_MAIL")
    test.set_defaults(func=_test)
    show = actions.add_parser("show", help="list the mails of a complaint, or write one to a file as it was sent")
    show.add_argument("reference", metavar="REFERENCE", help="the complaint's, for example CP-2026-7431")
    show.add_argument("--write", type=Path, metavar="FOLDER", help="write each as an .eml file there")
    show.add_argument("--database", metavar="URL", help="PostgreSQL database; else from CRMDESK_DATABASE")
    show.set_defaults(func=_show)


def _settings(path: Path | None) -> MailSettings:
    from crmdesk.server.mail_settings import read_mail_settings

    named = str(path) if path is not None else os.environ.get("CRMDESK_MAIL", "")
    if not named:
        raise UserMistake("mail", "Which settings?", "Give --mail FILE or set CRMDESK_MAIL.")
    return read_mail_settings(Path(named))


def _test(arguments: argparse.Namespace) -> int:
    from crmdesk.domain.cases.mail import checked_address
    from crmdesk.domain.clock import SystemClock
    from crmdesk.domain.ids import new_id
    from crmdesk.server.mail_message import message_id_of, trial
    from crmdesk.server.smtp_talk import Outcome, Patience, hand_over

    settings = _settings(arguments.mail)
    address = checked_address(arguments.address)
    message_id = message_id_of(new_id(), 1, settings)
    content = trial(address, message_id, SystemClock().now(), settings)
    handed = hand_over(settings, address, content, _nothing, Patience())
    if handed.outcome is not Outcome.ACCEPTED:
        raise Unavailable(f"{handed.reason} {handed.reply}".strip(), f"Tried at {settings.host}:{settings.port}.")
    print(f"{settings.host} took it: {handed.reply}. Message-ID {message_id}.")
    return 0


def _nothing() -> None:
    return


def _show(arguments: argparse.Namespace) -> int:
    from crmdesk.server.mail_message import digest_of_mail
    from crmdesk.sync.engine import mail_outbox

    with ready(arguments) as engine:
        found = engine.run(lambda conn: mail_outbox.of_complaint(conn, arguments.reference))
    broken = 0
    for mail in found:
        unlike = digest_of_mail(mail.content) != mail.digest
        broken += unlike
        proof = "NOT as it was sent" if unlike else f"SHA-256 {mail.digest}"
        print(f"{mail.id} {mail.state} {mail.asked_at:%Y-%m-%d %H:%M} UTC {mail.message_id} {proof}")
        if mail.reason or mail.reply:
            print(f"  {mail.reason} {mail.reply}".rstrip())
        if arguments.write is not None:
            _write(arguments.write, mail.id, mail.content)
    if not found:
        print("No letter of this complaint was sent by e-mail.")
    return 1 if broken else 0


def _write(folder: Path, mail: UUID, content: bytes) -> None:
    path = folder / f"{mail}.eml"
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UserMistake("write", f"{path} cannot be written: {error.strerror}.", "Choose another folder.") from error
    print(f"  {path}")
