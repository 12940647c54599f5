"""Boards for tests and pictures: the queues of the design, as a gateway would tell them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from crmdesk.domain.calls.live import AgentState, AgentStatus, Board, QueueFigures
from tests.support.clock import AFTERNOON

RULE = "short_abandons_out/20s"


def a_queue(queue: str, label: str, waits_s: tuple[float, ...] = (), **figures: Any) -> QueueFigures:
    """Return a queue with nothing in it but what is said; ``waits_s`` are the present waits, longest first."""
    calm = QueueFigures(
        queue=queue,
        label=label,
        waiting=len(waits_s),
        waiting_since=tuple(AFTERNOON - timedelta(seconds=wait) for wait in waits_s),
        offered=0,
        answered=0,
        abandoned=0,
        short_abandoned=0,
        timed_out=0,
        service_level=None,
        service_level_name=RULE,
        mean_wait_s=None,
        mean_handle_s=None,
        agents_ready=1,
        agents=1,
    )
    return replace(calm, **figures)


def _day(height: int) -> tuple[int, ...]:
    shape = (4, 5, 4, 6, 7, 6, 9, 8, 10, 9, 11, 9, 8, 10, 9, 11, 12, 9, 11, 8, 10, 9, 7, 8, 6)
    return tuple(round(value * height / 12) for value in shape)


def _figures(
    queue: str,
    label: str,
    counts: tuple[int, int, int, int, int],
    level: float | None,
    asa: float | None,
    aht: float | None,
    ready: tuple[int, int],
    height: int,
    waits_s: tuple[float, ...] = (),
) -> QueueFigures:
    offered, answered, abandoned, short, timed_out = counts
    return a_queue(
        queue,
        label,
        waits_s,
        offered=offered,
        answered=answered,
        abandoned=abandoned,
        short_abandoned=short,
        timed_out=timed_out,
        service_level=level,
        mean_wait_s=asa,
        mean_handle_s=aht,
        agents_ready=ready[0],
        agents=ready[1],
        offered_per_quarter=_day(height),
    )


def busy_queues() -> tuple[QueueFigures, ...]:
    """Return eight queues, two of them burning."""
    return (
        _figures("heating", "Heating emergency", (168, 148, 12, 4, 1), 0.713, 38, 432, (0, 9), 11, (161, 90, 20)),
        _figures("claims", "Claims", (104, 96, 4, 2, 0), 0.882, 16, 520, (0, 6), 9, (48, 10)),
        _figures("billing", "Billing", (144, 121, 14, 3, 2), 0.624, 52, 333, (0, 5), 10, (312, 200, 90, 3)),
        _figures("policies", "New policies", (66, 64, 1, 1, 0), 0.969, 8, 365, (1, 4), 6),
        _figures("cancel", "Cancellations", (40, 38, 2, 0, 0), 0.9, 14, 561, (1, 3), 4),
        _figures("complaints", "Complaints", (22, 22, 0, 0, 0), 1.0, 6, 708, (1, 2), 2),
        _figures("cymraeg", "Cymraeg", (0, 0, 0, 0, 0), None, None, None, (1, 1), 0),
        _figures("espanol", "Español", (19, 17, 1, 0, 0), 0.789, 19, 404, (0, 2), 2, (31,)),
    )


_AGENTS = {
    AgentState.READY: "Kofi Mensah 380, Elin Sjöberg 124, Dafydd Rhys 41",
    AgentState.RINGING: "Amara Okafor 6 heating",
    AgentState.TALKING: (
        "Marek Dvořák 1450, Ines Carvalho 962, Hannah Weiss 690, Petra Novák 588, Lucía Ferrer 495, Samir Aziz 479,"
        " Oona Virtanen 391, Jabu Mbeki 344, Aoife Byrne 252, Ravi Menon 230, Leila Haddad 182, Chen Wei 140,"
        " Noah Fischer 67, Yara Costa 18"
    ),
    AgentState.HELD: "Tom Ashby 104, Mina Park 52",
    AgentState.WRAP_UP: "Ewa Lis 211, Pavel Orlov 48, Zoë Maas 33, Ali Demir 12",
    AgentState.BREAK: "Bruno Reis 2830 lunch, Sara Lindh 1325 lunch, Iris Blom 580 coaching, Owen Price 372 lunch,"
    " May Tan 200 short",
}


def agents() -> tuple[AgentStatus, ...]:
    """Return 29 agents in six states, and one who is not signed on."""
    found = []
    for state, listed in _AGENTS.items():
        for number, entry in enumerate(listed.split(",")):
            first, last, seconds, *rest = entry.split()
            word = rest[0] if rest else None
            found.append(
                AgentStatus(
                    extension=f"{list(_AGENTS).index(state)}{number:02d}",
                    name=f"{first} {last}",
                    state=state,
                    since=AFTERNOON - timedelta(seconds=float(seconds)),
                    reason=word if state is AgentState.BREAK else None,
                    queue=word if state is AgentState.RINGING else None,
                )
            )
    away = AgentStatus("999", "Gone Home", AgentState.OFFLINE, AFTERNOON - timedelta(hours=3))
    return (*found, away)


def a_board(
    revision: int = 1,
    queues: tuple[QueueFigures, ...] | None = None,
    as_of: datetime = AFTERNOON,
    stale_since: datetime | None = None,
) -> Board:
    """Return a board of a busy afternoon."""
    return Board(revision, as_of, busy_queues() if queues is None else queues, agents(), stale_since)
