"""A desk killed at its numbered points loses nothing that it said is saved, and sends nothing twice.

The suite tries the points that matter most in two scenes; ``./run.sh soak`` tries all scenes at random, and with
``--crashes all`` every point of each.
"""

from __future__ import annotations

import pytest

from tests.faults.crashes import DeskKilledBesideHelper, HelperKilled, Push, Scene
from tests.faults.points import Grain
from tests.faults.site import Site

TRIED = 3


def tried(scene: Scene, near: str) -> list[str]:
    """Kill at some of the points with these words in their names; return where that was."""
    names = scene.points(Grain.EVERY)
    some = [number for number, name in enumerate(names) if near in name]
    assert len(some) >= TRIED, f"{scene.name} has no such points: {near}"
    return [scene.kill_at(number, Grain.EVERY) for number in some[:: len(some) // TRIED][:TRIED]]


def test_a_desk_that_is_killed_before_it_commits_loses_nothing_and_repeats_nothing(site: Site) -> None:
    assert len([where for where in tried(Push(site), "commit") if where]) == TRIED


@pytest.mark.parametrize("scene", [HelperKilled, DeskKilledBesideHelper], ids=lambda scene: scene.name)
def test_a_first_copy_is_whole_whoever_is_killed_while_indexes_are_built(scene: type[Scene], site: Site) -> None:
    played = scene(site)
    names = played.points(Grain.LASTING)
    last_commits = [number for number, name in enumerate(names) if "commit" in name][-3:]
    assert played.kill_at(last_commits[0], Grain.LASTING) == "before commit"
