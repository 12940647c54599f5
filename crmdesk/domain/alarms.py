"""Breached thresholds of the board as notices: told once when they begin, again only after a calm in between."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from enum import StrEnum

from crmdesk.domain import words
from crmdesk.domain.board_figures import Heat, level_heat, wait_heat
from crmdesk.domain.calls.figures import Figure
from crmdesk.domain.calls.live import AgentState, Board, QueueFigures, reason_words
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.domain.quick import dataclass

CALM_FOR_S = 60.0
"""A breach that comes back within so long after it ended is the same one: a figure at its limit must not ring a bell
each second."""

_SHOWN = 3
_A_BREAK = mark("a break")


class Breach(StrEnum):
    """What was breached."""

    WAIT = "wait"
    LEVEL = "level"


_FIGURES = {Breach.WAIT: Figure.LONGEST, Breach.LEVEL: Figure.LEVEL}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One notice: which queue, what, since when, in words. ``figure`` is what can be called up behind it."""

    queue: str
    breach: Breach
    began: datetime
    title: str
    details: str

    @property
    def figure(self) -> Figure:
        """The figure that was breached."""
        return _FIGURES[self.breach]


class Alarms:
    """Fed with each board. ``waiting`` are notices that nobody said "got it" to, the oldest first."""

    def __init__(self) -> None:
        self._last_seen: dict[tuple[str, Breach], datetime] = {}
        self.waiting: tuple[Alarm, ...] = ()

    def look(self, board: Board, now: datetime) -> tuple[Alarm, ...]:
        """Take a board that is live and return the notices that are new with it."""
        new = []
        for figures in board.queues:
            for breach in self._breaches(figures, now):
                key = (figures.queue, breach)
                before = self._last_seen.get(key)
                self._last_seen[key] = now
                if before is None or (now - before).total_seconds() > CALM_FOR_S:
                    new.append(self._alarm(figures, breach, board, now))
        self.waiting = (*self.waiting, *new)
        return tuple(new)

    def got_it(self) -> None:
        """Somebody saw the notices."""
        self.waiting = ()

    @staticmethod
    def _breaches(figures: QueueFigures, now: datetime) -> list[Breach]:
        found = []
        waited = (now - figures.waiting_since[0]).total_seconds() if figures.waiting_since else None
        if figures.stale_since is not None:
            return []
        if wait_heat(waited, figures.limits) is Heat.LATE:
            found.append(Breach.WAIT)
        if level_heat(figures.service_level, figures.limits.level_target) is Heat.LATE:
            found.append(Breach.LEVEL)
        return found

    @staticmethod
    def _alarm(figures: QueueFigures, breach: Breach, board: Board, now: datetime) -> Alarm:
        if breach is Breach.WAIT:
            limit = words.running(figures.limits.wait_late_s)
            title = tr("{queue}: a caller waits longer than {limit}", queue=figures.label, limit=limit)
        else:
            target = words.whole_percent(figures.limits.level_target)
            title = tr("{queue}: service level below {share}", queue=figures.label, share=target)
        return Alarm(figures.queue, breach, now, title, _who_could_help(figures, board))


def _who_could_help(figures: QueueFigures, board: Board) -> str:
    ready = figures.agents_ready
    parts = [
        tr_n("{n} ready", "{n} ready", ready) if ready else tr("nobody ready"),
        tr_n("{n} signed on in {queue}", "{n} signed on in {queue}", figures.agents, queue=figures.label),
    ]
    away = Counter(agent.reason or _A_BREAK for agent in board.agents if agent.state is AgentState.BREAK)
    for reason, count in sorted(away.items())[:_SHOWN]:
        why = tr(_A_BREAK) if reason == _A_BREAK else reason_words(reason)
        parts.append(tr_n("{n} at {reason}", "{n} at {reason}", count, reason=why))
    return ", ".join(parts)


def most_urgent(alarms: tuple[Alarm, ...]) -> Alarm:
    """Return the notice to tell of several: a caller who waits before a figure of the day, then the newest."""
    return max(alarms, key=lambda alarm: (alarm.breach is Breach.WAIT, alarm.began))
