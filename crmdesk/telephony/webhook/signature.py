"""Signed requests: who sent a body, and when, so that one that was overheard cannot be sent again.

The signature is HMAC-SHA256 in hexadecimal over the time (seconds since 1970, as in its header), a full stop, and the
body's bytes; what stands before an equals sign (``sha256=``, ``v1=``) is a label and is left out.
"""

from __future__ import annotations

import hashlib
import hmac

WINDOW_S = 300
"""How far the time of a signed request may be from ours. Within it, one that is sent again does nothing twice."""


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Return the signature of a body that is sent at ``timestamp``."""
    return hmac.new(secret, timestamp.encode("ascii") + b"." + body, hashlib.sha256).hexdigest()


def is_signed(secret: bytes, timestamp: str, given: str, body: bytes, now: float) -> bool:
    """Return True for a signature that is right and of now (seconds since 1970)."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12 and given.isascii()):
        return False
    right = hmac.compare_digest(signature(secret, timestamp, body), given.rpartition("=")[2].strip().lower())
    return right and abs(now - int(timestamp)) <= WINDOW_S
