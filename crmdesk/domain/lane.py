"""What the call lane says: where each of the agent's calls stands, which is in front, and how long wrap-up lasts.

Pure rules; instants are aware and UTC. The words are the screen's, the facts are here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from crmdesk.domain.calls.live import AgentCall, Direction, Phase, RingResult
from crmdesk.domain.candidates import Candidate, LookUp, LookUpKind
from crmdesk.domain.quick import dataclass

WRAP_UP = timedelta(seconds=60)
"""How long wrap-up lasts where the queue says nothing else."""
SOON = timedelta(seconds=10)
"""What is left of wrap-up when it asks for attention, and how fresh a key stroke counts as typing."""
PROBABLY = 0.5
"""From this likelihood on the lane names the first candidate (VISUAL.md, section 6)."""


class Stage(StrEnum):
    """Where a call stands for the agent."""

    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    WRAP_UP = "wrap_up"
    UNFINISHED = "unfinished"
    """Ended and put aside: it waits for its outcome."""
    GONE = "gone"
    """Nothing is left to do here: wrapped up, or never answered on this phone."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whose call it is."""

    customer_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class WrapUp:
    """The time after a call: it ends at ``until``; ``extended`` says it was prolonged by itself, which happens once.

    ``allowed`` is what the queue gives, and what "More time" adds.
    """

    began: datetime
    until: datetime
    extended: bool = False
    allowed: timedelta = WRAP_UP

    @classmethod
    def starting(cls, now: datetime, allowed: timedelta = WRAP_UP) -> WrapUp:
        """Return a wrap-up that begins now."""
        return cls(now, now + allowed, allowed=allowed)

    def left_s(self, now: datetime) -> float:
        """Return the seconds left, 0 when it is over."""
        return max(0.0, (self.until - now).total_seconds())

    def share_left(self, now: datetime) -> float:
        """Return what is left as a share 0..1 of the whole."""
        return self.left_s(now) / max(1.0, (self.until - self.began).total_seconds())

    def ends_soon(self, now: datetime) -> bool:
        """Say whether it asks for attention."""
        return self.until - now <= SOON

    def is_over(self, now: datetime) -> bool:
        """Say whether no time is left."""
        return now >= self.until

    def prolonged(self, now: datetime) -> WrapUp:
        """Return it with one more wrap-up's time, the usual one where the queue gives none: the agent asked for it."""
        return replace(self, until=max(self.until, now) + (self.allowed or WRAP_UP))

    def prolonged_by_itself(self, now: datetime, last_key: datetime | None) -> WrapUp | None:
        """Return it prolonged if it just ran out while keys were pressed, for the first time; None otherwise."""
        if self.extended or not self.is_over(now) or last_key is None or now - last_key > SOON:
            return None
        return replace(self.prolonged(now), extended=True)


@dataclass(frozen=True, slots=True)
class DeskCall:
    """One call as the desk has it: what the phone says, who may be calling, whom the agent chose.

    ``look_up`` is None until it was answered. ``number_only`` says that the agent chose nobody on purpose.
    """

    call: AgentCall
    look_up: LookUp | None = None
    person: Person | None = None
    number_only: bool = False
    wrap_up: WrapUp | None = None
    put_aside: bool = False
    finished: bool = False

    @property
    def key(self) -> str:
        """Return the name of the call."""
        return self.call.key

    @property
    def talked(self) -> bool:
        """Say whether this phone took part in the call."""
        return self.call.answered_at is not None and self.call.ring_result in (None, RingResult.ANSWERED)

    @property
    def stage(self) -> Stage:
        """Return where the call stands."""
        phase = self.call.phase
        if phase is Phase.RINGING:
            return Stage.RINGING
        if phase is Phase.TALKING:
            return Stage.TALKING
        if phase is Phase.HELD:
            return Stage.HELD
        if self.finished or not self.talked or self.call.direction is Direction.INTERNAL:
            return Stage.GONE
        return Stage.UNFINISHED if self.put_aside else Stage.WRAP_UP

    @property
    def pops(self) -> bool:
        """Say whether the customer is to be put before the agent."""
        return self.call.pop is not None

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Return who may be calling, best first."""
        return self.look_up.candidates if self.look_up is not None else ()

    @property
    def undecided(self) -> bool:
        """Say whether several fit and nobody was chosen yet."""
        several = self.look_up is not None and self.look_up.kind is LookUpKind.SEVERAL
        return several and self.person is None and not self.number_only

    @property
    def likely(self) -> Person | None:
        """Return whose card is worth showing: the one chosen, else the best candidate."""
        if self.person is not None or self.number_only or not self.candidates:
            return self.person
        best = self.candidates[0]
        return Person(best.customer_id, best.name)


def heard(known: DeskCall | None, call: AgentCall, now: datetime, allowed: timedelta = WRAP_UP) -> DeskCall:
    """Return the call after the phone told a new state; one that ended after talk goes into wrap-up.

    ``allowed`` is how long its queue's wrap-up is.
    """
    case = DeskCall(call) if known is None else replace(known, call=call)
    ends = call.phase is Phase.ENDED and case.talked and case.wrap_up is None
    return replace(case, wrap_up=WrapUp.starting(now, allowed)) if ends else case


def looked_up(case: DeskCall, look_up: LookUp) -> DeskCall:
    """Return the call with its candidates; a single one is whose call it is, unless the agent decided already."""
    person = case.person
    if person is None and not case.number_only and look_up.kind is LookUpKind.ONE:
        only = look_up.candidates[0]
        person = Person(only.customer_id, only.name)
    return replace(case, look_up=look_up, person=person)


def chosen(case: DeskCall, person: Person | None) -> DeskCall:
    """Return the call after the agent chose: a person, or nobody but the number."""
    return replace(case, person=person, number_only=person is None)


_ORDER = (Stage.TALKING, Stage.HELD, Stage.WRAP_UP, Stage.RINGING, Stage.UNFINISHED)


def in_front(cases: Iterable[DeskCall]) -> DeskCall | None:
    """Return the call that has the lane where the agent chose none: talking before held, wrap-up, ringing.

    Of two in the same stage the newer one: the one answered or rung last.
    """
    alive = [case for case in cases if case.stage is not Stage.GONE]
    if not alive:
        return None
    return min(alive, key=lambda c: (_ORDER.index(c.stage), -(c.call.answered_at or c.call.rang_at).timestamp()))


def wrapping(cases: Iterable[DeskCall], present: UUID | None) -> DeskCall | None:
    """Return the wrap-up that "More time" acts on: that of the contact one is at, else the oldest; None without one."""
    found = [case for case in cases if case.stage is Stage.WRAP_UP]
    return next((case for case in found if case.call.contact_id == present), found[0] if found else None)


def next_after(keys: tuple[str, ...], present: str | None) -> str | None:
    """Return what Ctrl+Tab goes to: the key after the present one, round and round; None while there is no other."""
    if not keys or keys == (present,):
        return None
    at = keys.index(present) if present in keys else -1
    return keys[(at + 1) % len(keys)]
