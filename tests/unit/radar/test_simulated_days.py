"""The radar on simulated days with other seeds than those it was set with (docs/radar.md has the figures)."""

from __future__ import annotations

import pytest

from tests.support.radar_days import AREAS, CATEGORIES, PRODUCTS, simulate
from tests.support.radar_measured import Measured, all_of, measure

MOST_FALSE_A_WEEK = 2.0
SEEDS = (5001, 5002, 5003)
QUIET_SEEDS = (5007, 5008)
DAYS = 140
LARGE = 7
SURELY_FROM = 2
"""Cases a day from which four of five threefold rises are found in three days; with one a day no test could."""


def test_simulated_days_are_the_same_for_a_seed_and_have_every_roll_up() -> None:
    one, again, other = simulate(5, 3), simulate(5, 3), simulate(6, 3)
    assert one == again
    assert one.counts.by_cell != other.counts.by_cell
    assert len(one.counts.by_cell) == (PRODUCTS + 1) * (CATEGORIES + 1) * (AREAS + 1)


def test_a_few_weeks_bring_few_false_alerts_and_find_the_large_rises() -> None:
    measured = measure(5002, 42)
    assert measured.false_alerts <= 2 * MOST_FALSE_A_WEEK
    found, whole = measured.share_found(LARGE)
    assert whole
    assert found == whole


@pytest.mark.long
def test_threefold_rises_are_found_within_three_days_and_false_episodes_stay_below_two_a_week() -> None:
    """Two thousand cells; both of one play of the days, which takes a minute."""
    rising = all_of([measure(seed, DAYS) for seed in SEEDS])
    quiet = all_of([measure(seed, DAYS, with_rises=False) for seed in QUIET_SEEDS])
    assert quiet.false_episodes <= MOST_FALSE_A_WEEK
    assert (rising.false_episodes + quiet.false_episodes) / 2 <= MOST_FALSE_A_WEEK
    assert share(rising, SURELY_FROM) >= 0.8
    assert share(rising, 1) >= 0.55


def share(measured: Measured, least: float) -> float:
    """Return the share of the rises found in cells with so many cases a day or more."""
    found, whole = measured.share_found(least)
    return found / whole
