"""Sets up the AMI connector from the words of a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from crmdesk.domain.errors import UserMistake
from crmdesk.telephony.ami.client import AmiConnector, AmiSettings, Security

_KNOWN = frozenset({"host", "port", "username", "secret", "name", "security", "ca_file"})


def build(options: Mapping[str, str]) -> AmiConnector:
    """Return the connector for these options; raises UserMistake for one that is missing, wrong or unknown.

    ``host``, ``username`` and ``secret`` are needed; ``port`` (5038), ``security`` (plain, tls), ``ca_file`` and
    ``name`` (asterisk), by which this phone system is told from others, are not.
    """
    for key in options:
        if key not in _KNOWN:
            raise UserMistake(key, f"{key} is no option of the AMI connector.", f"Known: {', '.join(sorted(_KNOWN))}.")
    for key in ("host", "username", "secret"):
        if not options.get(key):
            raise UserMistake(key, f"{key} is missing.", "Take it from manager.conf of the phone system.")
    for key, value in options.items():
        if any(mark in value for mark in "\r\n\0"):
            raise UserMistake(key, f"{key} has a line end in it.", "Write it on one line.")
    ca_file = options.get("ca_file")
    return AmiConnector(
        AmiSettings(
            options["host"],
            options["username"],
            options["secret"],
            port=_port(options.get("port", "5038")),
            name=options.get("name", "asterisk"),
            security=_security(options.get("security", "plain")),
            ca_file=Path(ca_file) if ca_file else None,
        )
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise UserMistake("port", f"{text} is no port.", "It is a number from 1 to 65535, usually 5038.")
    return int(text)


def _security(text: str) -> Security:
    try:
        return Security(text)
    except ValueError as fault:
        raise UserMistake("security", f"{text} is no way to connect.", "Write plain or tls.") from fault
