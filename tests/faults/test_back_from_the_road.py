"""Many desks that were offline for a shift come back at the same moment, through one gateway."""

from __future__ import annotations

from tests.faults.shift import back_at_once
from tests.faults.site import Site


def test_desks_that_come_back_at_once_drain_and_show_the_same(site: Site) -> None:
    """The suite has few desks; ``python -m tests.faults.act shift`` has two dozen with a whole shift of work."""
    report = back_at_once(site, desks=4, fewest=10, most=20, seed=5)
    assert report.changes > 30
