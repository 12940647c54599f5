"""A desk killed at its numbered points loses nothing that it said is saved, and sends nothing twice.

The suite tries some points of each scene; ``./run.sh soak`` tries them all.
"""

from __future__ import annotations

import pytest

from tests.faults.crashes import SCENES, Scene, kill_at
from tests.faults.points import Grain
from tests.faults.site import Site

TRIED = 4


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_desk_that_is_killed_loses_nothing_and_repeats_nothing(scene: type[Scene], site: Site) -> None:
    played = scene(site)
    points = played.count(Grain.EVERY)
    assert points > 50
    tried = [kill_at(played, number, Grain.EVERY) for number in range(points - 5, 0, -(points // TRIED))]
    assert len(list(filter(None, tried))) >= TRIED, "a life came to its end before the points at which it was to end"
