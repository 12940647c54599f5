"""The counters of one queue for one day; a stay that turns out to have ended otherwise is counted over, never twice."""

from __future__ import annotations

from datetime import datetime

from crmdesk.domain.calls.contact import VisitOutcome
from crmdesk.domain.calls.service_level import Counts, ServiceLevel, share
from crmdesk.domain.calls.stay import Stay

QUARTERS_A_DAY = 100
"""Quarters of an hour in the longest day (a 25-hour one)."""


class Tally:
    """Offered = answered + abandoned + timed out + waiting, at every moment."""

    def __init__(self, queue: str, level: ServiceLevel) -> None:
        self.queue = queue
        self.level = level
        self.offered = 0
        self.counts = Counts()
        self._wait_total_us = 0
        self.waits_known = 0
        self._handle_total_us = 0
        self.handled = 0
        self.waiting: dict[int, Stay] = {}
        self.per_quarter = [0] * QUARTERS_A_DAY

    def count(self, stay: Stay, outcome: VisitOutcome | None, wait_s: float | None, quarter: int) -> bool:
        """Count ``stay`` as it stands now in place of how it was counted before; return True if anything changed."""
        now = (outcome, wait_s)
        if stay.counted == now:
            return False
        if stay.counted is None:
            self.offered += 1
            stay.counted_by = self
            self.per_quarter[min(max(quarter, 0), QUARTERS_A_DAY - 1)] += 1
        elif stay.counted_by is not self:
            return False
        else:
            self._add(*stay.counted, -1)
        self._add(outcome, wait_s, 1)
        if outcome is None:
            self.waiting[id(stay)] = stay
        else:
            self.waiting.pop(id(stay), None)
        stay.counted = now
        return True

    def _add(self, outcome: VisitOutcome | None, wait_s: float | None, by: int) -> None:
        counts, level = self.counts, self.level
        in_time = wait_s is not None and wait_s <= level.threshold_s
        if outcome is VisitOutcome.ANSWERED:
            counts.answered += by
            counts.answered_in_time += by * in_time
            if wait_s is not None:
                self.waits_known += by
                self._wait_total_us += by * _microseconds(wait_s)
        elif outcome is VisitOutcome.ABANDONED:
            counts.abandoned += by
            counts.abandoned_in_time += by * in_time
            counts.short_abandoned += by * (wait_s is not None and wait_s < level.short_abandon_s)
        elif outcome is VisitOutcome.TIMED_OUT:
            counts.timed_out += by
        elif outcome is VisitOutcome.UNSEEN:
            self.offered -= by

    def handle(self, seconds: float) -> None:
        """Add one agent's finished part: talk and hold in seconds."""
        self.handled += 1
        self._handle_total_us += _microseconds(seconds)

    def wrap_up(self, seconds: float) -> None:
        """Add the after-call work of a finished part, in seconds."""
        self._handle_total_us += _microseconds(seconds)

    @property
    def mean_wait_s(self) -> float | None:
        """Return the average speed of answer: Σ wait of the answered / answered."""
        return self._wait_total_us / self.waits_known / 1e6 if self.waits_known else None

    @property
    def mean_handle_s(self) -> float | None:
        """Return the average handling time: talk, hold and wrap-up of the finished parts."""
        return self._handle_total_us / self.handled / 1e6 if self.handled else None

    @property
    def service_level(self) -> float | None:
        """Return the share by the queue's formula."""
        return share(self.level.formula, self.counts)

    def waiting_since(self) -> tuple[datetime, ...]:
        """Return the start of each present wait, oldest first."""
        return tuple(sorted(stay.begun_at() for stay in self.waiting.values()))


def _microseconds(seconds: float) -> int:
    """Return whole microseconds: sums of them are the same in any order."""
    return round(seconds * 1_000_000)
