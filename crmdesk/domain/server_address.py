"""What may be a server's address: read before anything of the network is loaded."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import left_to_right, tr


def check_server_url(url: str) -> str:
    """Return the server's address without a trailing slash.

    Raises UserMistake when it is no https address (plain http is let through to this computer only).
    """
    hint = tr("Write it like {address}.", address=left_to_right("https://crm.example.org"))
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:  # brackets that are not closed, a port that is no number
        host, parts = None, urlsplit("")
    if parts.scheme not in ("https", "http") or not host:
        raise UserMistake("server", tr("This is not a server address."), hint)
    if parts.scheme == "http" and not _is_loopback(host):
        raise UserMistake("server", tr("Without encryption only this computer itself can be the server."), hint)
    return url.strip().rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
