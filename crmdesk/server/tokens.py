"""Access tokens: signed, short-lived, checked without the database; what they allow is looked up at each request."""

from __future__ import annotations

import hashlib
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.refusal import Code, Rejection

ACCESS_S = 600
"""The life of an access token, in seconds."""

_FORM = struct.Struct(">16s16sQ")
_MAC_BYTES = 32


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a token speaks for, and until when (seconds since 1970 UTC)."""

    person: UUID
    device: UUID
    expires: int


def issue(key: bytes, claim: Claim) -> str:
    """Return the token of a claim."""
    body = _FORM.pack(claim.person.bytes, claim.device.bytes, claim.expires)
    return urlsafe_b64encode(body + _mac(key, body)).decode("ascii")


def read(key: bytes, token: str, now: float) -> Claim:
    """Return the claim of a token that was issued with ``key`` and has not run out; raises Rejection otherwise."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
    except ValueError as error:
        raise _no_good() from error
    if len(raw) != _FORM.size + _MAC_BYTES:
        raise _no_good()
    body, mac = raw[: _FORM.size], raw[_FORM.size :]
    if not hmac.compare_digest(mac, _mac(key, body)):
        raise _no_good()
    person, device, expires = _FORM.unpack(body)
    if expires <= now:
        raise Rejection(
            Code.SIGNED_OUT, mark("This session ran out."), mark("It is renewed by itself; otherwise sign in again.")
        )
    return Claim(UUID(bytes=person), UUID(bytes=device), expires)


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, b"crmdesk access" + body, hashlib.sha256)


def _no_good() -> Rejection:
    return Rejection(Code.SIGNED_OUT, mark("This desk is not signed in."), mark("Sign in."))
