"""The numbers of this desk's changes: they rise by one, are never used twice, and the server takes no gaps."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

Numbered = Literal["outbox", "to_keep"]

_LAST = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
_FORGET = text("DELETE FROM sqlite_sequence WHERE name = :name")
_SET = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)")


def last_number(session: Session, of: Numbered = "outbox") -> int:
    """Return the highest number that was ever given, whether or not its row is still there; 0 for none."""
    return session.scalar(_LAST, {"name": of}) or 0


def go_on_after(session: Session, number: int, of: Numbered = "outbox") -> None:
    """Let the next row get the number after this one. Rows with higher numbers must not be there."""
    session.execute(_FORGET, {"name": of})
    session.execute(_SET, {"name": of, "seq": number})
