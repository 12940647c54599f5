"""From when on a step of a case can have been taken: not before the case came to where it may follow. Pure.

A step says itself when it was taken, by the clock of its desk; clocks are wrong, and a desk may say what it likes. No
step counts from before the receipt, nor from before the steps that had to come before it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

Moves = Callable[[StrEnum], tuple[frozenset[StrEnum], StrEnum | None]]
"""From which states a step of this kind may be taken, and in which it ends (None: the same)."""


class Timeline:
    """Where a case stood since when, as its steps are told in their order. It begins with its receipt (UTC) in the
    state ``first``."""

    def __init__(self, received_at: datetime, first: StrEnum, moves: Moves) -> None:
        self._received_at = received_at
        self._moves = moves
        self._stood: list[tuple[StrEnum, datetime]] = [(first, received_at)]

    def earliest(self, kind: StrEnum) -> datetime:
        """Return since when a step of a kind could be taken: since the case last came to where it may follow. One that
        may not follow at all could be since the receipt."""
        begins, found = self._moves(kind)[0], self._received_at
        for state, since in reversed(self._stood):
            if state not in begins:
                break
            found = since
        return found

    def take(self, kind: StrEnum, at: datetime) -> datetime:
        """Return when a step that was taken counts, as it says ``at`` the earliest, and go on after it."""
        counts = max(at, self.earliest(kind))
        ends = self._moves(kind)[1]
        if ends is not None and ends != self._stood[-1][0]:
            self._stood.append((ends, counts))
        return counts
