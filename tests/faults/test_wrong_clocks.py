"""A desk's clock that jumps by a day in the middle of a session changes nothing of what comes out."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crmdesk.domain.clock import SystemClock
from tests.faults.crashes import colleague_adds, shared_customers
from tests.faults.desk import Desk
from tests.faults.site import Site
from tests.faults.weather import JumpingClock

DAY = timedelta(days=1)


@pytest.mark.parametrize("first", [DAY, -DAY], ids=["forward", "back"])
def test_a_clock_that_jumps_a_day_and_back_changes_no_outcome(first: timedelta, site: Site, tmp_path: Path) -> None:
    clock, shared = JumpingClock(), shared_customers(site, 2)
    with closing(Desk(tmp_path / "desk", site.server, clock)) as desk:
        site.seat(desk)
        desk.come_to_rest()
        for jump, where in zip((first, -first, first), range(3), strict=True):
            clock.wrong_by += jump if where == 0 else timedelta()
            site.work(desk, 5)
            clock.wrong_by += jump if where == 1 else timedelta()
            site.work(desk, 2, tuple(shared))
            for row in shared:
                colleague_adds(site, row)
            desk.turn()
            clock.wrong_by += jump if where == 2 else timedelta()
            desk.come_to_rest()
            site.check(desk)


def test_a_clock_at_the_turn_of_the_year_changes_no_outcome(site: Site, tmp_path: Path) -> None:
    clock = JumpingClock()
    clock.wrong_by = datetime(2026, 12, 31, 23, 0, tzinfo=UTC) - SystemClock().now()
    with closing(Desk(tmp_path / "new year", site.server, clock)) as desk:
        site.seat(desk)
        desk.come_to_rest()
        for jump in (DAY, -DAY, DAY):
            site.work(desk, 10)
            clock.wrong_by += jump
            site.work(desk, 10)
            desk.come_to_rest()
            site.check(desk)
