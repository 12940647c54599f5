"""Identifiers made by the client: UUID version 7 (RFC 9562, section 5.7), so that rows sort by their time of birth."""

from __future__ import annotations

import hashlib
import os
import time
from datetime import datetime
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62


def _compose(milliseconds: int, random_80: int) -> UUID:
    rand_a = (random_80 >> 62) & 0xFFF
    rand_b = random_80 & ((1 << 62) - 1)
    return UUID(int=((milliseconds & ((1 << 48) - 1)) << 80) | _VERSION_7 | (rand_a << 64) | _VARIANT | rand_b)


def new_id() -> UUID:
    """Return a new UUIDv7 of the present millisecond."""
    return _compose(time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10), "big"))


def derived_id(instant: datetime, name: str) -> UUID:
    """Return the one UUIDv7 that belongs to ``name`` at ``instant``.

    Two programs that saw the same thing happen (a gateway and a desk that was told of the call) make the same id
    without asking each other. ``instant`` is aware; milliseconds count. ``name`` says what it is, for example
    ``"asterisk:1795285690.12"``.
    """
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    return _compose(int(instant.timestamp() * 1000), int.from_bytes(digest[:10], "big"))


def instant_ms(identifier: UUID) -> int:
    """Return the millisecond since 1970 at which a UUIDv7 was made."""
    return identifier.int >> 80
