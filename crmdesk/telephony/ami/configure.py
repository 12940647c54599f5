"""Sets up the AMI connector from the words of a configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from crmdesk.domain.errors import UserMistake
from crmdesk.telephony.ami.acting import Ways
from crmdesk.telephony.ami.client import AmiConnector, AmiSettings, Security

_WAYS = frozenset({"context", "phones", "plus", "ring_s", "consult"})
_KNOWN = frozenset({"host", "port", "username", "secret", "name", "security", "ca_file"}) | _WAYS
_CONTEXT = re.compile(r"[A-Za-z0-9_-]{1,79}")
_PHONES = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9_-]*\{\}[A-Za-z0-9_@/-]*")
_PLUS = re.compile(r"\+|[0-9]{0,6}")


def build(options: Mapping[str, str]) -> AmiConnector:
    """Return the connector for these options; raises UserMistake for one that is missing, wrong or unknown.

    ``host``, ``username`` and ``secret`` are needed; ``port`` (5038), ``security`` (plain, tls), ``ca_file`` and
    ``name`` (asterisk), by which this phone system is told from others, are not. How calls are placed: ``context``
    (from-internal), ``phones`` (PJSIP/{}), ``plus`` (+), ``ring_s`` (30), ``consult`` (no); see ``acting.Ways``.
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
            ways=_ways(options),
        )
    )


def _ways(options: Mapping[str, str]) -> Ways:
    usual = Ways()
    context, phones = options.get("context", usual.context), options.get("phones", usual.phones)
    plus, ring = options.get("plus", usual.plus), options.get("ring_s", "30")
    consult = options.get("consult", "no")
    if not _CONTEXT.fullmatch(context):
        raise UserMistake("context", f"{context} is no context of a dialplan.", "It is a name like from-internal.")
    if not _PHONES.fullmatch(phones):
        raise UserMistake("phones", f"{phones} names no phone.", "Write {} for the extension: PJSIP/{}.")
    if not _PLUS.fullmatch(plus):
        raise UserMistake("plus", f"{plus} cannot be dialled for a plus.", "Digits such as 00 or 011, + or nothing.")
    if not (ring.isascii() and ring.isdigit() and 5 <= int(ring) <= 300):
        raise UserMistake("ring_s", f"{ring} is not how long a phone can ring.", "Seconds, 5 to 300.")
    if consult not in ("yes", "no"):
        raise UserMistake("consult", f"{consult} is no answer.", "Write yes or no.")
    return Ways(context, phones, plus, float(ring), consult == "yes")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise UserMistake("port", f"{text} is no port.", "It is a number from 1 to 65535, usually 5038.")
    return int(text)


def _security(text: str) -> Security:
    try:
        return Security(text)
    except ValueError as fault:
        raise UserMistake("security", f"{text} is no way to connect.", "Write plain or tls.") from fault
