"""One stay of one caller in one queue, kept as evidence; a caller may join the same queue more than once."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from crmdesk.domain.calls.contact import Visit, VisitOutcome
from crmdesk.domain.calls.leg import NEARBY, SAME_MOMENT, before, first_of


class Timing(Enum):
    """Whose clock durations come from: ours, or the whole seconds that the phone system tells."""

    OWN_CLOCK = "own_clock"
    TOLD = "told"


class Stay:
    """A stay in ``queue``; ``seen_at`` is when anything was first seen of it."""

    __slots__ = (
        "abandoned_at",
        "about_joined",
        "answered_at",
        "counted",
        "counted_by",
        "joined_at",
        "left_at",
        "no_answers",
        "queue",
        "seen_at",
        "started_unseen",
        "timed_out",
        "told_wait_s",
        "unseen_at",
    )

    def __init__(self, queue: str, seen_at: datetime) -> None:
        self.queue = queue
        self.seen_at = seen_at
        self.joined_at: datetime | None = None
        self.about_joined = False
        """The join is known to a second only (from a look at the queue)."""
        self.started_unseen = False
        """The answer was not seen either: the stay is told, but not counted."""
        self.answered_at: datetime | None = None
        self.left_at: datetime | None = None
        self.abandoned_at: datetime | None = None
        self.unseen_at: datetime | None = None
        self.timed_out = False
        self.told_wait_s: int | None = None
        self.no_answers: list[datetime] = []
        self.counted: tuple[VisitOutcome | None, float | None] | None = None
        self.counted_by: object = None
        """The day's tally that has it: one that turns out otherwise after midnight is none of the next day's."""

    def joins_at(self, at: datetime) -> bool:
        """Return True if a join at ``at`` is this stay's."""
        if self.joined_at is None:
            return self.ended_at() is None or at <= self.seen_at + SAME_MOMENT
        if self.about_joined:
            return abs(at - self.joined_at) <= timedelta(seconds=2)
        return abs(at - self.joined_at) <= SAME_MOMENT

    def joined(self, at: datetime) -> None:
        """Note the join as seen."""
        self.joined_at = at if self.joined_at is None or self.about_joined else min(at, self.joined_at)
        self.about_joined = False

    def begun_at(self) -> datetime:
        """Return when the wait began, as well as it is known."""
        if self.joined_at is not None:
            return self.joined_at
        if self.told_wait_s is not None:
            end = self.ended_at()
            if end is not None:
                return before(end, self.told_wait_s)
        return self.seen_at

    def ended_at(self) -> datetime | None:
        """Return when the caller no longer waited."""
        if self.left_at is None and self.abandoned_at is None and self.unseen_at is None:
            return self.answered_at
        return first_of(self.answered_at, self.left_at, self.abandoned_at, self.unseen_at)

    def is_at(self, at: datetime) -> bool:
        """Return True if the caller waits here at ``at``, give or take a moment."""
        end = self.ended_at()
        return self.begun_at() - SAME_MOMENT <= at and (end is None or at <= end + SAME_MOMENT)

    def may_be_left(self, at: datetime) -> bool:
        """Return True if a report at ``at`` that the caller left is about this stay."""
        return _is_new_or_same(self.left_at, at) and self._ends_about(at)

    def may_be_abandoned(self, at: datetime) -> bool:
        """Return True if a report at ``at`` that the caller gave up is about this stay."""
        return self.answered_at is None and _is_new_or_same(self.abandoned_at, at) and self._ends_about(at)

    def may_be_answered(self, at: datetime) -> bool:
        """Return True if a report at ``at`` that an agent answered is about this stay."""
        return self.abandoned_at is None and _is_new_or_same(self.answered_at, at) and self._ends_about(at)

    def _ends_about(self, at: datetime) -> bool:
        end = self.ended_at()
        return end is None or abs(end - at) <= _A_MOMENT_LATER

    def no_answer_at(self, at: datetime) -> None:
        """Note that a ring for this caller was given up; only the last moments matter."""
        if at not in self.no_answers:
            self.no_answers = [*self.no_answers[-7:], at]

    def given_up_by_the_queue(self) -> bool:
        """Return True if the queue gave up the rings as the caller left: it timed out, the caller did not hang up.

        Asterisk sends an abandon for both. A caller who hangs up cancels the rings silently; a queue that reaches its
        time limit reports each of them as not answered in the same moment (recorded).
        """
        end = self.abandoned_at
        return end is not None and any(abs(at - end) <= NEARBY for at in self.no_answers)

    def wait_s(self, timing: Timing) -> float | None:
        """Return join to answer or to leaving in seconds, None while waiting or when nobody can tell."""
        end = first_of(self.answered_at, self.left_at, self.abandoned_at)
        if end is None:
            return None
        if timing is Timing.TOLD or self.joined_at is None:
            return None if self.told_wait_s is None else float(self.told_wait_s)
        return max(0.0, (end - self.joined_at).total_seconds())

    def visit(self, outcome: VisitOutcome | None, timing: Timing) -> Visit:
        """Return this stay as others see it."""
        counted = not self.started_unseen and outcome is not VisitOutcome.UNSEEN
        wait = self.wait_s(timing)
        return Visit(self.queue, self.joined_at, self.ended_at(), wait, outcome, self.begun_at(), counted)


_A_MOMENT_LATER = timedelta(seconds=2)


def _is_new_or_same(known: datetime | None, at: datetime) -> bool:
    return known is None or abs(known - at) <= SAME_MOMENT
