"""Reads what Asterisk's channel and interface names say: whose phone, the outside, or a helper inside the switch."""

from __future__ import annotations

import re

from crmdesk.domain.calls.events import Line, LineKind

_LOCAL = "Local/"
_EXTENSION = re.compile(r"\d{2,6}")
_OUTSIDE = Line(LineKind.TRUNK)


def is_local(channel: str) -> bool:
    """Return True for one half of a Local channel: a helper that runs the dialplan for somebody."""
    return channel.startswith(_LOCAL)


def local_base(channel: str) -> str:
    """Return the name that both halves of a Local channel share."""
    return channel.rsplit(";", 1)[0]


def extension_of(interface: str) -> str | None:
    """Return the extension of a queue member's interface: PJSIP/1001, Local/1009@from-queue/n, Agent/1001."""
    _, slash, rest = interface.partition("/")
    if not slash:
        return None
    name = re.split(r"[@/;]", rest, maxsplit=1)[0]
    return name or None


class LineReader:
    """Tells phones from the outside: a resource of two to six digits is an extension, and so is any queue member."""

    def __init__(self) -> None:
        self._members: dict[str, str | None] = {}
        self._lines: dict[str, Line] = {}
        self._interfaces: dict[str, dict[str, None]] = {}

    def learn_interface(self, interface: str | None) -> None:
        """Remember the interface by which a queue knows a member: a break is asked for by it."""
        extension = extension_of(interface) if interface else None
        if interface and extension is not None:
            self._interfaces.setdefault(extension, {})[interface] = None

    def interfaces_of(self, extension: str) -> tuple[str, ...]:
        """Return the interfaces by which the queues know an extension, none for one that serves no queue."""
        return tuple(self._interfaces.get(extension, ()))

    def learn_member(self, *interfaces: str | None) -> str | None:
        """Remember a queue member's interfaces as phones; return the extension of the first that has one."""
        found: str | None = None
        for interface in interfaces:
            if not interface:
                continue
            if interface not in self._members:
                self._members[interface] = extension_of(interface)
                self._lines.clear()
            found = found or self._members[interface]
        return found

    def line(self, channel: str) -> Line:
        """Return what is at the end of a channel, by its name: ``PJSIP/1001-00000140``."""
        if is_local(channel):
            name = extension_of(channel) or ""
            return Line(LineKind.OTHER, name if _EXTENSION.fullmatch(name) else None)
        resource = channel.rpartition("-")[0] or channel
        line = self._lines.get(resource)
        if line is None:
            if len(self._lines) > 10_000:
                self._lines.clear()
            line = self._lines[resource] = self._read(resource)
        return line

    def _read(self, resource: str) -> Line:
        name = resource.partition("/")[2]
        if resource in self._members or _EXTENSION.fullmatch(name):
            return Line(LineKind.PHONE, name)
        return _OUTSIDE
