"""The little of SIP (RFC 3261) that a phone on loopback needs: messages read and written as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "r": "refer-to"}
_TAG = re.compile(r";tag=([^;>\s]+)")
_ADDRESS = re.compile(r"<([^>]+)>")
_USER = re.compile(r"sips?:([^@;>]+)@")
_DIRECTION = re.compile(r"^a=(sendonly|recvonly|inactive)\s*$", re.MULTILINE)
_ANSWERING = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}

AUDIO = 30000
"""The port that phones name for audio; nobody listens there."""


@dataclass(frozen=True)
class Message:
    """One request or response; header names in lower case, all values in order."""

    first: str
    headers: dict[str, list[str]]
    body: str

    @classmethod
    def read(cls, data: bytes) -> Message:
        """Return the message in a datagram."""
        head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        headers: dict[str, list[str]] = {}
        for line in lines:
            name, _, value = line.partition(":")
            key = name.strip().lower()
            headers.setdefault(_COMPACT.get(key, key), []).append(value.strip())
        return cls(first, headers, body)

    def get(self, name: str) -> str:
        """Return the first value of a header, empty if there is none."""
        return self.headers.get(name, [""])[0]

    @property
    def status(self) -> int | None:
        """The status code of a response, None for a request."""
        return int(self.first.split()[1]) if self.first.startswith("SIP/2.0") else None

    @property
    def method(self) -> str:
        """The method of a request, or the one that a response answers."""
        return self.get("cseq").partition(" ")[2]

    @property
    def number(self) -> int:
        """The number in CSeq."""
        return int(self.get("cseq").partition(" ")[0])

    @property
    def call(self) -> str:
        """The Call-ID."""
        return self.get("call-id")


def write(first: str, headers: Sequence[tuple[str, str]], body: str = "") -> bytes:
    """Return a message as it is sent."""
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append("Content-Type: application/sdp")
    return ("\r\n".join([*lines, f"Content-Length: {len(body)}"]) + "\r\n\r\n" + body).encode()


def tag(value: str) -> str:
    """Return the tag of a From or To."""
    found = _TAG.search(value)
    return found[1] if found else ""


def uri(value: str) -> str:
    """Return the address in a From, To or Contact."""
    found = _ADDRESS.search(value)
    return found[1] if found else value.partition(";")[0]


def user(value: str) -> str:
    """Return the user part of an address: the number that a phone shows."""
    found = _USER.search(value)
    return found[1] if found else ""


def offer(host: str, version: int, direction: str = "sendrecv") -> str:
    """Return a description of an audio session (RFC 8866)."""
    return "".join(
        f"{line}\r\n"
        for line in (
            "v=0",
            f"o=- 1 {version} IN IP4 {host}",
            "s=-",
            f"c=IN IP4 {host}",
            "t=0 0",
            f"m=audio {AUDIO} RTP/AVP 8 101",
            "a=rtpmap:8 PCMA/8000",
            "a=rtpmap:101 telephone-event/8000",
            f"a={direction}",
        )
    )


def direction_for(body: str) -> str:
    """Return the direction that answers an offer (RFC 3264, section 6.1)."""
    found = _DIRECTION.search(body)
    return _ANSWERING[found[1]] if found else "sendrecv"
