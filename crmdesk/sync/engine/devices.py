"""Devices as an administrator deals with them: taken out of use, and back into it."""

from __future__ import annotations

from sqlalchemy import Connection, text

from crmdesk.domain.errors import UserMistake

_BAR = text(
    "update sync.device set barred_at = coalesce(barred_at, now()), lease_until = now() "
    "where number = :number returning name"
)
_READMIT = text(
    "update sync.device set barred_at = null, revoked_at = coalesce(revoked_at, now()) "
    "where number = :number and barred_at is not null returning name"
)


def revoke(conn: Connection, number: int) -> str:
    """Take a device out of use and return its name; raises UserMistake when there is none of that number.

    At its next contact it removes every record and locks its file; nobody can sign in at it. What its person had not
    sent stays in the locked file and is kept nowhere else.
    """
    return _named(conn.execute(_BAR, {"number": number}).scalar_one_or_none(), number, "There is no device")


def readmit(conn: Connection, number: int) -> str:
    """Let a device be used again by whoever signs in at it; raises UserMistake when it is not out of use."""
    found = conn.execute(_READMIT, {"number": number}).scalar_one_or_none()
    return _named(found, number, "Out of use there is no device")


def _named(found: str | None, number: int, otherwise: str) -> str:
    if found is None:
        raise UserMistake("number", f"{otherwise} with the number {number}.", "See: crmdesk server status")
    return found
