"""Whether an address is this computer's own."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Return True for a loopback address, or the name that everybody gives to it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
