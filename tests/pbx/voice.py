"""Audio of a phone, where the switch needs some: it presses no key for a phone that is silent."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.pbx.phones import Leg

_FRAME_S, _SAMPLES, _PCMA = 0.02, 160, 8
_SILENCE = b"\xd5" * _SAMPLES
_PORT = re.compile(r"^m=audio (\d+) ", re.MULTILINE)


@asynccontextmanager
async def speaking(leg: Leg) -> AsyncIterator[None]:
    """Let a phone that was rung send silence (RTP, RFC 3550) while the block runs."""
    assert leg.invite is not None
    found = _PORT.search(leg.invite.body)
    assert found is not None
    talking = asyncio.create_task(_speak((leg.phone.switch[0], int(found[1]))))
    try:
        yield
    finally:
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)


async def _speak(to: tuple[str, int]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        number = 0
        while True:
            header = struct.pack("!BBHII", 0x80, _PCMA, number & 0xFFFF, number * _SAMPLES, 1)
            out.sendto(header + _SILENCE, to)
            number += 1
            await asyncio.sleep(_FRAME_S)
