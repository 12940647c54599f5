"""What a supervisor reads off the queues: sums that say what they are made of, what is lit up, and how fresh it all is.

Pure rules over ``Board``; instants are aware and UTC, times in seconds, shares 0..1.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from crmdesk.domain import words
from crmdesk.domain.calls.figures import FORMULAS
from crmdesk.domain.calls.live import AgentState, AgentStatus, Board, QueueFigures, QueueLimits
from crmdesk.domain.calls.service_level import ServiceLevelFormula
from crmdesk.domain.language import mark_n, tr, tr_n
from crmdesk.domain.quick import dataclass

STALE_AFTER_S = 1.9
"""A board that was not told anew for so long is no longer live: seen within two seconds, and one that comes each second
may be late by as much again."""


class Heat(StrEnum):
    """How much a figure asks for attention."""

    CALM = "calm"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Limits:
    """From where agents' times light up, in seconds; those of queues are each queue's own."""

    talk_soon_s: float = 900.0
    talk_late_s: float = 1200.0
    held_soon_s: float = 180.0
    wrap_up_soon_s: float = 180.0
    break_late_s: float = 2700.0

    def of_agent(self, state: AgentState, in_state_s: float) -> Heat:
        """Return how an agent's time in a state stands."""
        never = float("inf")
        soon, late = {
            AgentState.TALKING: (self.talk_soon_s, self.talk_late_s),
            AgentState.HELD: (self.held_soon_s, never),
            AgentState.WRAP_UP: (self.wrap_up_soon_s, never),
            AgentState.BREAK: (never, self.break_late_s),
        }.get(state, (never, never))
        return _heat(in_state_s, soon, late)


def wait_heat(waited_s: float | None, limits: QueueLimits) -> Heat:
    """Return how a caller's wait stands."""
    return Heat.CALM if waited_s is None else _heat(waited_s, limits.wait_soon_s, limits.wait_late_s)


def level_heat(level: float | None, target: float | None) -> Heat:
    """Return how a service level stands; one without a basis, or without a common target, is calm."""
    return Heat.LATE if level is not None and target is not None and level < target else Heat.CALM


def _heat(value: float, soon: float, late: float) -> Heat:
    if value >= late:
        return Heat.LATE
    return Heat.SOON if value >= soon else Heat.CALM


@dataclass(frozen=True, slots=True)
class Totals:
    """All queues together, without stale ones. ``level_name`` is empty when they count by different formulas: no sum
    is true. ``target`` is the service level's, None where the queues have different ones; ``longest_limits`` are those
    of the queue of the longest wait; ``without`` are the labels of the queues left out."""

    waiting: int
    longest_since: datetime | None
    longest_queue: str
    offered: int
    abandoned: int
    short_abandoned: int
    level: float | None
    level_name: str
    ready: int
    signed_on: int
    left_alone: tuple[str, ...]
    """Labels of the queues in which callers wait and nobody is ready."""
    target: float | None = None
    longest_limits: QueueLimits = QueueLimits()
    without: tuple[str, ...] = ()


def totals(board: Board) -> Totals:
    """Return the sums over all queues of a board."""
    queues = tuple(figures for figures in board.queues if figures.stale_since is None)
    waits = [(figures.waiting_since[0], figures.label, figures.limits) for figures in queues if figures.waiting_since]
    since, label, limits = min(waits, key=lambda wait: wait[:2], default=(None, "", QueueLimits()))
    targets = {figures.limits.level_target for figures in queues}
    names = {figures.service_level_name for figures in queues}
    name = names.pop() if len(names) == 1 else ""
    return Totals(
        waiting=sum(figures.waiting for figures in queues),
        longest_since=since,
        longest_queue=label,
        offered=sum(figures.offered for figures in queues),
        abandoned=sum(figures.abandoned for figures in queues),
        short_abandoned=sum(figures.short_abandoned for figures in queues),
        level=_level(queues, name) if name else None,
        level_name=name,
        ready=sum(agent.state is AgentState.READY for agent in board.agents),
        signed_on=sum(agent.state is not AgentState.OFFLINE for agent in board.agents),
        left_alone=tuple(figures.label for figures in queues if figures.waiting and not figures.agents_ready),
        target=targets.pop() if len(targets) == 1 else None,
        longest_limits=limits,
        without=tuple(figures.label for figures in board.queues if figures.stale_since is not None),
    )


def scope_words(sums: Totals) -> str:
    """Return what sums are made of: all queues, or which are left out because they are stale."""
    return tr("without {queues}", queues=words.one_of(sums.without)) if sums.without else tr("in all queues")


def states_words(figures: QueueFigures) -> str:
    """Return what those do who serve a queue: "2 ready, 3 talking, 1 on break", without those who are not signed on."""
    known = dict(figures.states)
    said = [tr_n(*_STATE_WORDS[state], known[state]) for state in STATES_SHOWN if known.get(state)]
    return ", ".join(said) or tr("nobody signed on")


def _level(queues: tuple[QueueFigures, ...], name: str) -> float | None:
    """Return the level of all queues: each share weighs as much as the contacts it is a share of."""
    weighed = [(figures.service_level, _basis(figures, name)) for figures in queues]
    known = [(level, basis) for level, basis in weighed if level is not None and basis]
    whole = sum(basis for _, basis in known)
    return sum(level * basis for level, basis in known) / whole if whole else None


def _basis(figures: QueueFigures, name: str) -> int:
    decided = figures.answered + figures.abandoned + figures.timed_out
    match name.partition("/")[0]:
        case ServiceLevelFormula.SHORT_ABANDONS_OUT:
            return decided - figures.short_abandoned
        case ServiceLevelFormula.ANSWERED_ONLY:
            return figures.answered
        case _:
            return decided


def level_words(name: str) -> tuple[str, str]:
    """Return a formula's short name and what it counts: ("20 s rule", "answered in time, of all calls")."""
    formula, _, threshold = name.partition("/")
    if not threshold:
        several = tr("The queues count by different formulas, so there is no common figure.")
        return tr("several formulas"), several
    known = FORMULAS.get(ServiceLevelFormula(formula)) if formula in set(ServiceLevelFormula) else None
    meaning = tr(known.words) if known is not None else formula
    return tr("{n} s rule", n=threshold.removesuffix("s")), meaning


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the figures are; ``stale`` says that they can no longer be trusted to be of now.

    ``past`` says that they are of a past moment, which somebody called up.
    """

    as_of: datetime
    age_s: float
    stale: bool
    past: bool = False

    @property
    def stands(self) -> bool:
        """Say whether time stands still on the board."""
        return self.stale or self.past


def freshness(board: Board, now: datetime, silent_s: float) -> Freshness:
    """Return how fresh a board is. ``silent_s`` is how long ago it was told, by this computer's steady clock."""
    stale = board.stale_since is not None or silent_s > STALE_AFTER_S
    as_of = board.as_of
    return Freshness(as_of, max(0.0, silent_s, (now - as_of).total_seconds()) if stale else max(0.0, silent_s), stale)


STATES_SHOWN = (
    AgentState.READY,
    AgentState.RINGING,
    AgentState.TALKING,
    AgentState.HELD,
    AgentState.WRAP_UP,
    AgentState.BREAK,
)


_STATE_WORDS = {
    AgentState.READY: mark_n("{n} ready", "{n} ready"),
    AgentState.RINGING: mark_n("{n} ringing", "{n} ringing"),
    AgentState.TALKING: mark_n("{n} talking", "{n} talking"),
    AgentState.HELD: mark_n("{n} on hold", "{n} on hold"),
    AgentState.WRAP_UP: mark_n("{n} in wrap-up", "{n} in wrap-up"),
    AgentState.BREAK: mark_n("{n} on break", "{n} on break"),
}


def by_state(agents: tuple[AgentStatus, ...]) -> dict[AgentState, tuple[AgentStatus, ...]]:
    """Return the agents who are signed on, by state, those longest in it first."""
    ordered = sorted(agents, key=lambda agent: (agent.since, agent.name))
    return {state: tuple(agent for agent in ordered if agent.state is state) for state in STATES_SHOWN}


@dataclass(frozen=True, slots=True)
class CallbacksDue:
    """Callbacks promised for today or before: how many, how many of them are late, and since when the oldest is.

    ``more`` says that not all were counted.
    """

    count: int
    late: int
    oldest_at: datetime | None
    more: bool = False


def callbacks_due(due_at: Sequence[datetime], now: datetime, most: int) -> CallbacksDue:
    """Return the sum of callbacks by when they are due; ``most`` is how many are read at once."""
    late = [at for at in due_at if at < now]
    return CallbacksDue(len(due_at), len(late), min(late, default=None), len(due_at) >= most)


def teams(agents: tuple[AgentStatus, ...]) -> tuple[str, ...]:
    """Return the teams of those on the board, by name."""
    return tuple(sorted({agent.team for agent in agents if agent.team}))


def per_half_hour(quarters: tuple[int, ...]) -> tuple[int, ...]:
    """Return a trend by half hours from one by quarters, the running half hour last."""
    return tuple(sum(quarters[place : place + 2]) for place in range(0, len(quarters), 2))
