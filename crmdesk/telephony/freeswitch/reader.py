"""Cuts the bytes of an event socket into packets: lines of headers, an empty line, and as many bytes as they announce.

However the bytes are cut, the packets are the same; memory is bounded whatever the other side sends.
"""

from __future__ import annotations

from crmdesk.domain.quick import dataclass

LONGEST_HEAD = 64 * 1024
"""Bytes of the longest block of headers taken; a connection that sends more is given up."""

LONGEST_BODY = 8 * 1024 * 1024
"""Bytes of the longest body taken (``show channels`` of some thousand calls); longer ones are passed over."""

_END = b"\n\n"


class NotAnEventSocket(Exception):
    """What comes is no event socket's."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: what it is (``Content-Type``), its headers by name, and its body."""

    kind: str
    headers: dict[str, str]
    body: bytes


class EslReader:
    """Takes bytes as they come and gives whole packets. ``dropped`` counts those that were too long."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._head: dict[str, str] | None = None
        self._wanted = 0
        self._skipping = 0
        self.dropped = 0

    def feed(self, data: bytes) -> list[Packet]:
        """Take some bytes; return the packets that are complete now. Raises NotAnEventSocket."""
        self._buffer += data
        packets: list[Packet] = []
        while (packet := self._next()) is not None:
            packets.append(packet)
        return packets

    def _next(self) -> Packet | None:
        while True:
            self._skip()
            if self._skipping or (self._head is None and not self._read_head()):
                return None
            if self._head is not None:
                break
        if len(self._buffer) < self._wanted:
            return None
        head, body = self._head, bytes(self._buffer[: self._wanted])
        del self._buffer[: self._wanted]
        self._head, self._wanted = None, 0
        return Packet(head.get("Content-Type", ""), head, body)

    def _read_head(self) -> bool:
        """Take the next block of headers where it is there; what announces too long a body is passed over."""
        end = self._buffer.find(_END, max(0, self._scanned - 1))
        if (end if end >= 0 else len(self._buffer)) > LONGEST_HEAD:
            raise NotAnEventSocket
        if end < 0:
            self._scanned = len(self._buffer)
            return False
        lines = bytes(self._buffer[:end]).decode("utf-8", "replace").split("\n")
        del self._buffer[: end + len(_END)]
        self._scanned = 0
        head = {name: value.strip() for name, colon, value in (line.partition(":") for line in lines) if colon}
        length = head.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit() and len(length) < 16):
            raise NotAnEventSocket
        if int(length) > LONGEST_BODY:
            self.dropped += 1
            self._skipping = int(length)
            return True
        self._head, self._wanted = head, int(length)
        return True

    def _skip(self) -> None:
        gone = min(self._skipping, len(self._buffer))
        del self._buffer[:gone]
        self._skipping -= gone
