"""Desks that work offline, each by itself and on some customers that all of them change, and come back at once."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from tests.faults.crashes import shared_customers
from tests.faults.job import Task
from tests.faults.site import Site

SHARED = 6


@dataclass(frozen=True, slots=True)
class Return:
    """What came back: how many changes of how many desks, after how many seconds all were sent, and the most turns
    that a desk needed."""

    desks: int
    changes: int
    seconds: float
    turns: int

    def __str__(self) -> str:
        return (
            f"{self.desks} desks with {self.changes} changes: all sent after {self.seconds:.1f} s, "
            f"in at most {self.turns} turns"
        )


def back_at_once(site: Site, desks: int, fewest: int, most: int, seed: int) -> Return:
    """Let desks do a shift of ``fewest`` to ``most`` changes each, and come back at the same moment.

    Raises AssertionError unless all of it arrives once and all desks show the same.
    """
    chance = random.Random(seed)
    shared = shared_customers(site, SHARED)
    profiles = [site.profile() for _ in range(desks)]
    site.live(*(site.job(profile, Task.SYNC) for profile in profiles))
    changes = _work(site, profiles, shared, chance, fewest, most)
    began = time.monotonic()
    outcomes = site.live(*(site.job(profile, Task.SYNC) for profile in profiles))
    seconds = time.monotonic() - began
    for _ in range(2):  # the first learn what the last sent, also how a text was merged
        site.live(*(site.job(profile, Task.SYNC) for profile in profiles))
    site.all_is_well(*profiles)
    return Return(desks, changes, seconds, max(outcome.turns for outcome in outcomes))


def _work(site: Site, profiles: list[Path], shared: list[UUID], chance: random.Random, fewest: int, most: int) -> int:
    """Let every desk work by itself; return how many changes were made."""
    changes = 0
    for contested in (False, True):
        jobs = []
        for profile in profiles:
            many = chance.randint(fewest, most) // 2
            changes += many
            customers = tuple(chance.sample(shared, len(shared))) if contested else ()
            jobs.append(site.job(profile, Task.WORK, None, site.words(many), customers))
        site.live(*jobs)
    return changes
