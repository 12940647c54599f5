"""One day: what is expected, what stands out, and what chance is held to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from crmdesk.domain.radar.cells import Cell, DailyCounts
from crmdesk.domain.radar.detector import Alarm, look
from crmdesk.domain.radar.expected import Expecting, days_between
from crmdesk.domain.radar.rules import USUAL, Rules

FIRST = date(2026, 1, 5)
DAYS = 63
TODAY = FIRST + timedelta(days=DAYS - 1)
CELL = Cell("p", "c", "a")


def counts_of(**series: list[int]) -> DailyCounts:
    """Return counts of cells of one product each, and of all."""
    by_cell = {Cell(name): values for name, values in series.items()}
    everything = [sum(day) for day in zip(*series.values(), strict=True)]
    return DailyCounts(FIRST, len(everything), {Cell(): everything, **by_cell})


def alarm_of(
    counts: DailyCounts, cell: Cell, rules: Rules = USUAL, exposure: Mapping[date, float] | None = None
) -> Alarm | None:
    """Return today's alarm of a cell, None where there is none."""
    found = look(counts, TODAY, exposure or {}, rules)
    assert found is not None
    return next((alarm for alarm in found if alarm.cell == cell), None)


def expected_of(counts: DailyCounts, cell: Cell, exposure: Mapping[date, float] | None = None) -> float:
    """Return what was expected today."""
    last = TODAY - timedelta(days=USUAL.guard_days)
    first = last - timedelta(days=USUAL.baseline_days - 1)
    expecting = Expecting(counts, days_between(counts, first, last, exposure or {}), USUAL)
    return expecting.habit(cell).expected(days_between(counts, TODAY, TODAY, exposure or {}), 1)


def test_a_steady_cell_is_expected_to_go_on_and_is_quiet() -> None:
    counts = counts_of(p=[4] * DAYS)
    assert expected_of(counts, Cell("p")) == pytest.approx(4, rel=0.02)
    assert look(counts, TODAY, {}, USUAL) == ()


def test_nothing_is_said_after_weeks_in_which_nobody_could_complain() -> None:
    counts = counts_of(p=[0] * (DAYS - 3) + [9, 9, 9])
    assert look(counts, TODAY, {FIRST + timedelta(days=day): 0.0 for day in range(DAYS)}, USUAL) is None


def test_weeks_that_stood_out_are_left_out_only_while_others_are_left() -> None:
    counts = counts_of(p=[0] * (DAYS - 17) + [9] * 17)
    closed = {FIRST + timedelta(days=day): 0.0 for day in range(DAYS - 17)}
    assert look(counts, TODAY, closed, USUAL) is not None


def test_a_rise_is_told_with_its_window_and_figures() -> None:
    counts = counts_of(p=[2] * (DAYS - 3) + [9, 9, 9])
    alarm = alarm_of(counts, Cell("p"))
    assert alarm is not None
    assert (alarm.window, alarm.observed) == (3, 27)
    assert alarm.expected == pytest.approx(6, rel=0.05)
    assert alarm.ratio == pytest.approx(4.5, rel=0.05)
    assert 0 < alarm.p <= alarm.chance <= USUAL.false_share


def test_the_same_number_on_a_busy_weekday_is_no_rise() -> None:
    busy = TODAY.weekday()
    week = [[12 if (FIRST + timedelta(days=place)).weekday() == busy else 1][0] for place in range(DAYS)]
    assert expected_of(counts_of(p=week), Cell("p")) > 9
    assert alarm_of(counts_of(p=week), Cell("p")) is None
    yesterday = [*week[:-2], 12, week[-1]]
    assert alarm_of(counts_of(p=yesterday), Cell("p")) is not None


def test_closed_days_are_no_reason_to_expect_less() -> None:
    closed = {FIRST + timedelta(days=place): 0.0 for place in range(DAYS) if place % 2 and place < DAYS - 7}
    series = [0 if FIRST + timedelta(days=place) in closed else 6 for place in range(DAYS)]
    assert expected_of(counts_of(p=series), Cell("p"), closed) == pytest.approx(6, rel=0.1)
    assert expected_of(counts_of(p=series), Cell("p")) == pytest.approx(3, rel=0.2)


def test_an_old_rise_does_not_hide_a_new_one() -> None:
    old = [2] * 20 + [40] * 2 + [2] * (DAYS - 22)
    assert expected_of(counts_of(p=old), Cell("p")) < 3
    assert alarm_of(counts_of(p=[*old[:-2], 9, 9]), Cell("p")) is not None


def test_few_are_never_told_however_unlikely() -> None:
    counts = counts_of(p=[0] * (DAYS - 1) + [USUAL.least_count - 1], q=[3] * DAYS)
    assert alarm_of(counts, Cell("p")) is None
    assert alarm_of(counts_of(p=[0] * (DAYS - 1) + [USUAL.least_count + 1], q=[3] * DAYS), Cell("p")) is not None


def test_a_slight_rise_of_very_many_is_not_told() -> None:
    counts = counts_of(p=[1_000] * (DAYS - 7) + [1_300] * 7)
    assert alarm_of(counts, Cell("p")) is None
    assert alarm_of(counts, Cell("p"), Rules(least_ratio=1.2)) is not None


def test_a_cell_that_scatters_widely_needs_more_to_be_told() -> None:
    rng = Random(7)
    calm, wild = [3] * DAYS, [rng.choice((0, 1, 8)) for _ in range(DAYS)]
    for series in (calm, wild):
        series[-7:] = [3, 3, 3, 3, 3, 3, 13]
    alarms = look(counts_of(calm=calm, wild=wild), TODAY, {}, USUAL)
    assert alarms is not None
    assert Cell("calm") in {alarm.cell for alarm in alarms}
    assert Cell("wild") not in {alarm.cell for alarm in alarms}


def test_nothing_is_said_before_enough_days_are_known() -> None:
    young = USUAL.least_baseline_days + USUAL.guard_days
    for days, says in ((young - 1, False), (young, True)):
        series = [1] * (days - 1) + [30]
        found = look(counts_of(p=series), FIRST + timedelta(days=days - 1), {}, USUAL)
        assert (found is not None) is says


def test_among_more_cells_the_same_rise_has_to_be_less_likely_to_be_told() -> None:
    rise = [1] * (DAYS - 1) + [6]
    few = counts_of(p=rise)
    crowd = {f"q{number}": [1] * DAYS for number in range(900)}
    alone, among = (
        alarm_of(few, Cell("p"), Rules(false_share=1.0)),
        alarm_of(counts_of(p=rise, **crowd), Cell("p"), Rules(false_share=1.0)),
    )
    assert alone is not None
    assert among is None or among.chance > 50 * alone.chance


steady = some.lists(some.integers(0, 6), min_size=DAYS, max_size=DAYS)


@settings(deadline=None)
@given(steady, some.integers(1, 20), some.integers(0, 6))
def test_more_cases_never_make_a_rise_less_sure(series: list[int], more: int, ago: int) -> None:
    everything = Rules(false_share=float("inf"))
    raised = list(series)
    raised[-1 - ago] += more
    before, after = (alarm_of(counts_of(p=days), Cell("p"), everything) for days in (series, raised))
    if before is not None and ago < before.window:
        assert after is not None
        assert after.p <= before.p * (1 + 1e-9)
        assert after.chance <= before.chance * (1 + 1e-9)
