"""The tokens by which phone systems may call us: random, kept as digests, told once."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.naming import there_are

TIMESTAMP_HEADER = "X-Crmdesk-Timestamp"
SIGNATURE_HEADER = "X-Crmdesk-Signature"

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}\Z")
_THERE = text("select 1 from sync.cti_token where name = :name")
_ADD = text(
    "insert into sync.cti_token (token_id, name, digest, timestamp_header, signature_header) "
    "values (:id, :name, :digest, :timestamp, :signature)"
)
_ALL = text(
    "select token_id, name, digest, timestamp_header, signature_header, made_at from sync.cti_token order by name"
)
_REVOKE = text("delete from sync.cti_token where name = :name returning token_id")
_KEY = text("select token_key from sync.server")


@dataclass(frozen=True, slots=True)
class SignedBy:
    """The names of the headers that carry the time and the signature of a request."""

    timestamp: str = TIMESTAMP_HEADER
    signature: str = SIGNATURE_HEADER


@dataclass(frozen=True, slots=True)
class CtiToken:
    """Who may call: ``name`` tells phone systems apart; ``signed`` is None where the token alone is enough."""

    id: UUID
    name: str
    digest: bytes
    signed: SignedBy | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token as it is told, once; ``secret`` signs requests, None where they are not signed."""

    token: str
    secret: str | None


def add(conn: Connection, name: str, signed: SignedBy | None) -> NewToken:
    """Make a token and return it; raises UserMistake for a name or header that cannot be, or a name that is taken."""
    if not _NAME.match(name):
        raise UserMistake(
            "name", "A phone system's name has small letters, digits and hyphens, 40 at most.", "For example sipgate."
        )
    for header in (signed.timestamp, signed.signature) if signed else ():
        if not _HEADER.match(header):
            raise UserMistake("header", f"{header} is no name of a header.", f"For example {TIMESTAMP_HEADER}.")
    if conn.execute(_THERE, {"name": name}).first() is not None:
        raise UserMistake("name", f"There is a token for {name} already.", f"Revoke it first: cti-token revoke {name}")
    token, id_ = secrets.token_urlsafe(24), new_id()
    headers = {"timestamp": signed.timestamp, "signature": signed.signature} if signed else {}
    values = {"timestamp": None, "signature": None, **headers}
    conn.execute(_ADD, {"id": id_, "name": name, "digest": digest_of(token), **values})
    return NewToken(token, secret_of(key(conn), id_).decode("ascii") if signed else None)


def every(conn: Connection) -> list[CtiToken]:
    """Return all tokens that are good, by name."""
    return [
        CtiToken(
            row.token_id,
            row.name,
            bytes(row.digest),
            SignedBy(row.timestamp_header, row.signature_header) if row.timestamp_header else None,
            row.made_at,
        )
        for row in conn.execute(_ALL)
    ]


def revoke(conn: Connection, name: str) -> None:
    """Take a token out of use, at once; raises UserMistake when there is none of that name."""
    if conn.execute(_REVOKE, {"name": name}).first() is None:
        raise UserMistake(
            "name", f"There is no token for {name}.", there_are([token.name for token in every(conn)], name)
        )


def matching(tokens: list[CtiToken], given: str) -> CtiToken | None:
    """Return the token that was given; takes as long for a wrong one as for a right one."""
    digest = digest_of(given)
    found = None
    for token in tokens:
        if hmac.compare_digest(token.digest, digest):
            found = token
    return found


def key(conn: Connection) -> bytes:
    """Return the server's own key."""
    return bytes(conn.execute(_KEY).scalar_one())


def digest_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def secret_of(server_key: bytes, token: UUID) -> bytes:
    """Return the secret that signs the requests of a token; nothing of it is stored beside the server's key."""
    return urlsafe_b64encode(hmac.digest(server_key, b"crmdesk cti" + token.bytes, hashlib.sha256)).rstrip(b"=")
