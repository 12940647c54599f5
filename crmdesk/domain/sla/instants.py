"""Instants as whole microseconds since 1970 UTC: exact, and quick to compare and to add."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

SECOND = 1_000_000
DAY = 86_400 * SECOND
FIRST_YEAR, LAST_YEAR = 1900, 2400
"""The years in which a clock may start: from the first until before the last."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


def micros(at: datetime) -> int:
    """Return an aware instant in microseconds since 1970."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def instant(at: int) -> datetime:
    """Return the instant, in UTC, of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=at)


def length(span: timedelta) -> int:
    """Return a span in microseconds."""
    return (span.days * 86_400 + span.seconds) * SECOND + span.microseconds


def span(length: int) -> timedelta:
    """Return a length in microseconds as a span."""
    return timedelta(microseconds=length)


def midnight(ordinal: int) -> int:
    """Return the begin of a local day (a proleptic ordinal) on its own wall clock, in microseconds since 1970 there."""
    return (ordinal - _EPOCH_ORDINAL) * DAY


def ordinal_at(wall: int) -> int:
    """Return the local day of microseconds since 1970 on the wall clock."""
    return wall // DAY + _EPOCH_ORDINAL
