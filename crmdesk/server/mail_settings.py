"""How the server sends e-mail: a TOML file that an administrator writes, the password beside it or in the
environment."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import field
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from typing import Any

from crmdesk.domain.cases.mail import checked_address
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.quick import dataclass
from crmdesk.server.loopback import is_loopback

PASSWORD_VARIABLE = "CRMDESK_SMTP_PASSWORD"  # noqa: S105 - the variable's name
_KEYS = frozenset({"host", "port", "security", "user", "password_file", "ca_file", "from", "from_name", "reply_to"})


class Security(StrEnum):
    """How the way to the mail server is encrypted. NONE only on the same computer."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mail is handed over, as whom, and what stands in it; ``sender`` and ``reply_to`` ("": none) are
    addresses."""

    host: str
    port: int
    security: Security
    sender: str
    sender_name: str = ""
    reply_to: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""

    @property
    def from_(self) -> Address:
        """Return the sender as it stands in the mail."""
        return Address(self.sender_name, addr_spec=self.sender)


def read_mail_settings(path: Path, environment: Mapping[str, str] = os.environ) -> MailSettings:
    """Return the settings in a file; raises UserMistake that names the key, the file and the line."""
    try:
        words = path.read_text(encoding="utf-8")
        told = tomllib.loads(words)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UserMistake("mail", f"{path} cannot be read: {reason}.", "docs/server.md shows one.") from error
    try:
        return _settings(path, told, environment)
    except UserMistake as mistake:
        where = f"{path}, line {line}" if (line := _line_of(mistake.field, words)) else f"{path}"
        raise UserMistake(mistake.field, f"{where}: {mistake.what}", mistake.next_step) from mistake


def _line_of(key: str, words: str) -> int:
    """Return in which line of a file a key stands, 0 where it does not."""
    heads = (line.partition("=")[0].strip().strip("\"'") for line in words.splitlines())
    return next((number for number, head in enumerate(heads, start=1) if head == key), 0)


def _settings(path: Path, told: Mapping[str, Any], environment: Mapping[str, str]) -> MailSettings:
    if strange := sorted(set(told) - _KEYS):
        what = f"{', '.join(strange)} {'is' if len(strange) == 1 else 'are'} not known."
        raise UserMistake(strange[0], what, f"It may have {', '.join(sorted(_KEYS))}.")
    security = _security(_text(told, "security", Security.STARTTLS.value))
    host = _text(told, "host", "")
    if not host or any(c.isspace() or not c.isprintable() for c in host):
        raise UserMistake("host", "The mail server is missing.", 'Write host = "smtp.example.org".')
    if security is Security.NONE and not (host == "localhost" or is_loopback(host)):
        what = "Mail would go to another computer without encryption."
        raise UserMistake("security", what, "Use starttls or tls.")
    user = _text(told, "user", "")
    return MailSettings(
        host=host,
        port=_port(told.get("port", _PORTS[security])),
        security=security,
        sender=_address(told, "from"),
        sender_name=_one_line(_text(told, "from_name", "")),
        reply_to=_address(told, "reply_to") if told.get("reply_to") else "",
        user=user,
        password=_password(path, _text(told, "password_file", ""), environment) if user else "",
        ca_file=_text(told, "ca_file", ""),
    )


def _text(told: Mapping[str, Any], key: str, otherwise: str) -> str:
    value = told.get(key, otherwise)
    if not isinstance(value, str):
        raise UserMistake(key, f"{key} is not a text.", f'Write {key} = "...".')
    return value


def _port(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 65_536:
        raise UserMistake("port", f"port is {value!r}, which is none.", "587 for starttls, 465 for tls.")
    return value


def _security(value: str) -> Security:
    try:
        return Security(value)
    except ValueError as error:
        raise UserMistake(
            "security", f"security is {value!r}, which is none.", f"Use one of {', '.join(Security)}."
        ) from error


def _address(told: Mapping[str, Any], key: str) -> str:
    value = _text(told, key, "")
    try:
        address = checked_address(value)
    except UserMistake as error:
        raise UserMistake(key, error.what, f'Write {key} = "complaints@example.org".') from error
    if not address.isascii():
        raise UserMistake(key, f"{value!r} is not plain ASCII before the @.", "Use an address that every server takes.")
    return address


def _one_line(words: str) -> str:
    if not words.isprintable():
        raise UserMistake("from_name", "The name of the sender has characters that nobody sees.", "Write one line.")
    return words


def _password(path: Path, file: str, environment: Mapping[str, str]) -> str:
    """Return the password from the file that is named (seen from the settings' own folder), else the environment."""
    if file:
        try:
            return (path.parent / file).read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            next_step = "password_file names a file that this account may read, seen from the folder of the settings."
            raise UserMistake("password_file", f"{file} cannot be read: {reason}.", next_step) from error
    if PASSWORD_VARIABLE in environment:
        return environment[PASSWORD_VARIABLE]
    what = "The account of the mail server has no password."
    raise UserMistake("password_file", what, f"Name a file with it, or set {PASSWORD_VARIABLE}.")
