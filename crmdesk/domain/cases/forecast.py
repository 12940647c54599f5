"""Which open complaints will probably miss their deadline, from how long such complaints took in the last 90 days.

The chance is that of Kaplan and Meier ("Nonparametric Estimation from Incomplete Observations", 1958) for complaints
that came under observation late: of those that had been open as long, the share that stays open longer than the time
that is left. Complaints that are still open count for as long as they are known to have been, so a pile of old ones is
not mistaken for quick work. Where fewer than ``LEAST`` such complaints are known nothing is said.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from math import exp, log
from uuid import UUID

from crmdesk.domain.quick import dataclass

DAYS = 90
"""Over how many days it is looked back."""

LEAST = 20
"""Fewer complaints than these give no number."""

MOST = 5000
"""Of more complaints of one kind the newest count: what was long ago says little, and nobody waits for it."""

PROBABLE = 0.5
"""From this chance on a complaint counts as one that will probably miss its deadline."""


class Like(StrEnum):
    """With which complaints one was compared: of the same product and category, the same category, or all."""

    BOTH = "both"
    CATEGORY = "category"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Past:
    """A complaint of the last days: how old it was when it came under observation and when it left it, and whether it
    left because it was answered or ended (else it is still open)."""

    product: str
    category: str
    entered: timedelta
    left: timedelta
    ended: bool


@dataclass(frozen=True, slots=True)
class Running:
    """An open complaint whose deadline runs: its age, and the time that is left until it is due (below zero: over)."""

    id: UUID
    product: str
    category: str
    age: timedelta
    left: timedelta


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected of one complaint.

    ``chance`` is from 0 to 1, None where too few are known; 1 for one that is late. Of ``known`` complaints that had
    been open as long, and of which it is known, ``longer`` took longer than the time ``left``; ``open_yet`` more have
    not been open for so long yet and count as far as they are known.
    """

    id: UUID
    left: timedelta
    late: bool
    chance: float | None
    like: Like
    longer: int
    known: int
    open_yet: int
    product: str
    category: str

    @property
    def probable(self) -> bool:
        """Return whether it will probably miss its deadline, or did."""
        return self.chance is not None and self.chance >= PROBABLE


@dataclass(frozen=True, slots=True)
class Forecast:
    """Outlooks by complaint, most in danger first. ``expected`` is how many will miss their deadline, those that are
    late among them, of the ``judged`` ones; of the others too little is known."""

    outlooks: tuple[Outlook, ...]
    expected: float
    judged: int

    def of(self, complaint_id: UUID) -> Outlook | None:
        """Return the outlook of a complaint, None for one without a deadline."""
        return next((one for one in self.outlooks if one.id == complaint_id), None)


def past_of(
    product: str, category: str, received_at: datetime, ended_at: datetime | None, now: datetime
) -> Past | None:
    """Return what a complaint tells of the last ``DAYS`` days; None where it ended before them, or comes from the
    future."""
    begins = now - timedelta(days=DAYS)
    end = now if ended_at is None or ended_at > now else ended_at
    if end < begins or end < received_at:
        return None
    entered = max(begins - received_at, timedelta())
    return Past(product, category, entered, end - received_at, ended_at is not None and ended_at <= now)


def forecast(past: Iterable[Past], running: Iterable[Running]) -> Forecast:
    """Return what is to be expected of open complaints; ``past`` comes newest first."""
    samples = _Samples(past)
    found = sorted((samples.outlook(one) for one in running), key=_most_in_danger)
    chances = [one.chance for one in found if one.chance is not None]
    return Forecast(tuple(found), sum(chances), len(chances))


def _most_in_danger(one: Outlook) -> tuple[bool, float, timedelta]:
    return not one.late, -(one.chance if one.chance is not None else -1.0), one.left


class _Samples:
    """The past by what it is compared with, each kind counted when it is first needed."""

    def __init__(self, past: Iterable[Past]) -> None:
        self._rows: dict[tuple[str, ...], list[Past]] = defaultdict(list)
        for one in past:
            for key in ((one.product, one.category), (one.category,), ()):
                self._rows[key].append(one)
        self._curves: dict[tuple[str, ...], Curve] = {}

    def outlook(self, one: Running) -> Outlook:
        late = one.left <= timedelta()
        keys: dict[Like, tuple[str, ...]] = {
            Like.BOTH: (one.product, one.category),
            Like.CATEGORY: (one.category,),
            Like.ALL: (),
        }
        found = Outlook(one.id, one.left, late, 1.0 if late else None, Like.ALL, 0, 0, 0, one.product, one.category)
        for like, key in keys.items() if not late else ():
            curve = self._curve(key)
            longer, shorter, between = curve.counted(one.age, one.left)
            if longer + shorter >= LEAST:
                chance = curve.longer_than(one.age, one.left)
                return Outlook(
                    *(one.id, one.left, False, chance, like, longer, longer + shorter, between),
                    *(one.product, one.category),
                )
        return found

    def _curve(self, key: tuple[str, ...]) -> Curve:
        if key not in self._curves:
            self._curves[key] = Curve(self._rows.get(key, ())[:MOST])
        return self._curves[key]


class Curve:
    """How long complaints stay open (Kaplan and Meier, with delayed entry)."""

    def __init__(self, past: Sequence[Past]) -> None:
        self._past = past
        entered = sorted(one.entered for one in past)
        left = sorted(one.left for one in past)
        ends: dict[timedelta, int] = defaultdict(int)
        for one in past:
            ends[one.left] += one.ended
        self._ages = sorted(age for age, count in ends.items() if count)
        stay = [1 - ends[age] / (bisect_right(entered, age) - bisect_left(left, age)) for age in self._ages]
        # Sums of logarithms, so that any stretch of the curve is one subtraction; zeros are counted beside them.
        self._logs = [0.0, *accumulate(log(share) if share > 0 else 0.0 for share in stay)]
        self._zeros = [0, *accumulate(int(share <= 0) for share in stay)]

    def longer_than(self, age: timedelta, left: timedelta) -> float:
        """Return the chance that a complaint of this age stays open longer than the time ``left``."""
        first, last = bisect_right(self._ages, age), bisect_right(self._ages, age + left)
        if self._zeros[last] > self._zeros[first]:
            return 0.0
        return min(1.0, exp(self._logs[last] - self._logs[first]))

    def counted(self, age: timedelta, left: timedelta) -> tuple[int, int, int]:
        """Return how many of the complaints that had been open for ``age`` took longer than ``left`` more, how many did
        not, and how many are open and have not been for so long."""
        longer = shorter = between = 0
        until = age + left
        for one in self._past:
            if one.entered > age or one.left <= age:
                continue
            if one.left > until:
                longer += 1
            elif one.ended:
                shorter += 1
            else:
                between += 1
        return longer, shorter, between
