"""Bounds how many queues and agents a phone system may name: each is kept, shown on boards, and queues become rows."""

from __future__ import annotations

import logging

from crmdesk.domain.calls.events import CallEvent

log = logging.getLogger(__name__)

MOST_AGENTS = 2_000
MOST_QUEUES = 300
LONGEST_NAME = 120


class NameBound:
    """Lets events pass that name no more than so many agents and queues; what is left out is logged once."""

    def __init__(self) -> None:
        self._agents: set[str] = set()
        self._queues: set[str] = set()
        self._told = False

    def admit(self, event: CallEvent) -> bool:
        """Return True if the event may be taken."""
        agent, queue = getattr(event, "agent", None), getattr(event, "queue", None)
        fits = _fits(self._agents, agent, MOST_AGENTS) and _fits(self._queues, queue, MOST_QUEUES)
        if not fits and not self._told:
            self._told = True
            log.warning("the phone system names more agents or queues than any house has; the rest is left out")
        return fits


def _fits(known: set[str], name: str | None, most: int) -> bool:
    if name is None or name in known:
        return True
    if len(known) >= most or len(name) > LONGEST_NAME:
        return False
    known.add(name)
    return True
