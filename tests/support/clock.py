"""A clock that stands until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

AFTERNOON = datetime(2026, 12, 23, 14, 18, 40, tzinfo=UTC)
"""Wednesday 23 December 2026, the afternoon of the design pictures."""


class StandingClock:
    """Tells the instant it was given; ``advance`` moves both counts."""

    def __init__(self, instant: datetime = AFTERNOON) -> None:
        self._instant = instant
        self._seconds = 1000.0

    def now(self) -> datetime:
        """Return the present instant."""
        return self._instant

    def monotonic(self) -> float:
        """Return the steady count of seconds."""
        return self._seconds

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._instant += timedelta(seconds=seconds)
        self._seconds += seconds
