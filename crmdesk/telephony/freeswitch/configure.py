"""Sets up the FreeSWITCH connector from the words of a configuration."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.domain.errors import UserMistake
from crmdesk.telephony.freeswitch.client import FreeSwitchConnector, FreeSwitchSettings

_KNOWN = frozenset({"host", "port", "password", "name"})


def build(options: Mapping[str, str]) -> FreeSwitchConnector:
    """Return the connector for these options; raises UserMistake for one that is missing, wrong or unknown.

    ``host`` and ``password`` are needed; ``port`` (8021) and ``name`` (freeswitch), by which this phone system is told
    from others, are not.
    """
    for key, value in options.items():
        if key not in _KNOWN:
            known = ", ".join(sorted(_KNOWN))
            raise UserMistake(key, f"{key} is no option of the FreeSWITCH connector.", f"Known: {known}.")
        if any(mark in value for mark in "\r\n\0"):
            raise UserMistake(key, f"{key} has a line end in it.", "Write it on one line.")
    for key in ("host", "password"):
        if not options.get(key):
            raise UserMistake(key, f"{key} is missing.", "Take it from event_socket.conf.xml of the phone system.")
    port = options.get("port", "8021")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise UserMistake("port", f"{port} is no port.", "It is a number from 1 to 65535, usually 8021.")
    name = options.get("name", "freeswitch")
    return FreeSwitchConnector(FreeSwitchSettings(options["host"], options["password"], int(port), name))
