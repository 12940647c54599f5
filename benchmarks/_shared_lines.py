"""A made-up world of telephone lines that several people share, and what a desk would know at each of their calls.

The world does not know how the desk ranks. Each person has a habit of calling; a call may leave a reason for another
(an open complaint, a promised callback, something that did not work), which brings the same person back within days.
Agents choose who it was nearly always rightly, sometimes not at all. The figures here are assumptions of households,
shared flats and small offices, written down here so that they can be argued with.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from crmdesk.domain.ranking import REPEAT_WITHIN_DAYS, CallerHistory

QUEUES = ("support", "billing", "sales", "visits")
SIZES = ((2, 0.48), (3, 0.2), (4, 0.14), (5, 0.08), (7, 0.06), (12, 0.04))
"""How many people share a line, and how many of the lines are so."""

HABIT_SHAPE = 0.3
"""Shape of the gamma distribution of how often people of one line call: mostly one of them does."""

LINE_EVERY_DAYS = 30.0
STRANGER = 0.03
"""Share of calls by somebody who is on nobody's list: a guest, a new flatmate, a number that changed hands."""

OWN_QUEUE = 0.7
COMPLAINS, COMPLAINT_LASTS_DAYS, ASKS_AGAIN_DAYS = 0.12, 14.0, 5.0
PROMISED, PROMISE_BROKEN, RINGS_ABOUT_IT_H = 0.15, 0.4, 10.0
DID_NOT_WORK, AGAIN_DAYS = 0.25, 1.5
NOT_CHOSEN, CHOSEN_WRONGLY = 0.05, 0.02
KEPT_CALLS, KEPT_CONTACTS = 50, 20
"""What the desk reads of the past of a line, and of a person (``services.look_up``)."""

_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Call:
    """A call as the desk has it when it rings, and who it really is: a place in ``histories``, None for a stranger."""

    at: datetime
    histories: tuple[CallerHistory, ...]
    who: int | None
    first_of_line: bool


@dataclass(slots=True)
class _Person:
    id: UUID
    rate: float
    queue: str
    contacts: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=KEPT_CONTACTS))
    complaint_until: float = -1.0
    callback_due: float | None = None


def calls(lines: int, days: float, seed: int) -> Iterator[Call]:
    """Yield the calls of so many lines over so many days, each line by itself."""
    rng = Random(seed)
    for _ in range(lines):
        size = rng.choices([size for size, _ in SIZES], [share for _, share in SIZES])[0]
        yield from _Line(rng, size).calls(days)


class _Line:
    def __init__(self, rng: Random, size: int) -> None:
        self._rng = rng
        habits = [rng.gammavariate(HABIT_SHAPE, 1.0) + 1e-4 for _ in range(size)]
        rate = size**0.5 / LINE_EVERY_DAYS
        self._people = [
            _Person(UUID(int=rng.getrandbits(128)), rate * habit / sum(habits), rng.choice(QUEUES)) for habit in habits
        ]
        self._chosen: deque[int] = deque(maxlen=KEPT_CALLS)
        self._due: list[tuple[float, int, str]] = []

    def calls(self, days: float) -> Iterator[Call]:
        for place, person in enumerate(self._people):
            self._next_by_habit(place, person, 0.0)
        first = True
        while self._due and self._due[0][0] < days:
            at, place, queue = heapq.heappop(self._due)
            by_habit = not queue
            person = self._people[place]
            queue = queue or self._queue_of(person)
            stranger = self._rng.random() < STRANGER
            yield Call(_instant(at), self._known(at, queue), None if stranger else place, first)
            first = False
            if by_habit:
                self._next_by_habit(place, person, at)
            if not stranger:
                self._talked(at, place, person, queue)

    def _next_by_habit(self, place: int, person: _Person, now: float) -> None:
        heapq.heappush(self._due, (now + self._rng.expovariate(person.rate), place, ""))

    def _queue_of(self, person: _Person) -> str:
        return person.queue if self._rng.random() < OWN_QUEUE else self._rng.choice(QUEUES)

    def _talked(self, at: float, place: int, person: _Person, queue: str) -> None:
        """Let a call have its consequences, and the agent note who it was."""
        rng = self._rng
        noted = place
        dice = rng.random()
        if dice < CHOSEN_WRONGLY:
            noted = rng.randrange(len(self._people))
        if dice < 1 - NOT_CHOSEN:
            self._chosen.append(noted)
            self._people[noted].contacts.append((at, queue))
        if person.callback_due is not None and abs(person.callback_due - at) < 3:
            person.callback_due = None
        if rng.random() < COMPLAINS:
            person.complaint_until = max(person.complaint_until, at + rng.expovariate(1 / COMPLAINT_LASTS_DAYS))
        if person.complaint_until > at:
            self._comes_back(at + rng.expovariate(1 / ASKS_AGAIN_DAYS), place, queue, person.complaint_until)
        elif rng.random() < PROMISED:
            person.callback_due = at + rng.uniform(0.2, 3.0)
            if rng.random() < PROMISE_BROKEN:
                about = rng.gauss(0.0, RINGS_ABOUT_IT_H / 24)
                self._comes_back(max(at + 0.02, person.callback_due + about), place, queue, float("inf"))
        elif rng.random() < DID_NOT_WORK:
            self._comes_back(at + rng.expovariate(1 / AGAIN_DAYS), place, queue, float("inf"))

    def _comes_back(self, at: float, place: int, queue: str, unless_after: float) -> None:
        if at < unless_after:
            heapq.heappush(self._due, (at, place, queue))

    def _known(self, now: float, queue: str) -> tuple[CallerHistory, ...]:
        known = []
        for place, person in enumerate(self._people):
            if person.callback_due is not None and now - person.callback_due > 1:
                person.callback_due = None  # somebody rang them back by then
            last = person.contacts[-1][0] if person.contacts else None
            known.append(
                CallerHistory(
                    customer_id=person.id,
                    name=str(place),
                    latin_name="",
                    summary="",
                    open_complaints=int(person.complaint_until > now),
                    callback_due_at=None if person.callback_due is None else _instant(person.callback_due),
                    last_contact_at=None if last is None else _instant(last),
                    contacts_lately=sum(now - at < REPEAT_WITHIN_DAYS for at, _ in person.contacts),
                    contacts=len(person.contacts),
                    in_queue=sum(by == queue for _, by in person.contacts),
                    chosen=self._chosen.count(place),
                    chosen_total=len(self._chosen),
                )
            )
        return tuple(known)


def _instant(days: float) -> datetime:
    return _BEGAN + timedelta(days=days)
