"""The forecast says what a simulation says, ignores no open complaint, and is silent where too little is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from crmdesk.domain.cases.forecast import DAYS, LEAST, Curve, Like, Past, Running, forecast, past_of
from crmdesk.domain.cases.forecast_words import summary

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ID = UUID(int=1)


def took(days: float, product: str = "Boiler", category: str = "Delay", *, ended: bool = True) -> Past:
    return Past(product, category, timedelta(), days * DAY, ended)


def running(age: float, left: float, product: str = "Boiler", category: str = "Delay") -> Running:
    return Running(ID, product, category, age * DAY, left * DAY)


def test_without_open_ones_the_chance_is_the_share_that_took_longer() -> None:
    past = [took(days) for days in range(1, 41)]
    (one,) = forecast(past, [running(age=10, left=15)]).outlooks
    assert (one.longer, one.known, one.open_yet) == (15, 30, 0)
    assert one.chance == pytest.approx(15 / 30)
    assert one.probable and one.like is Like.BOTH


def test_what_ends_on_the_last_day_was_in_time() -> None:
    past = [took(20) for _ in range(LEAST)]
    (one,) = forecast(past, [running(age=5, left=15)]).outlooks
    assert one.chance == 0 and (one.longer, one.known) == (0, LEAST)


def test_open_complaints_count_for_as_long_as_they_are_known() -> None:
    """Twenty quick answers and eighty that nobody answered yet are no quick house."""
    quick = [took(5) for _ in range(20)]
    unanswered = [took(6, ended=False) for _ in range(80)]
    (one,) = forecast(quick + unanswered, [running(age=0, left=5.5)]).outlooks
    assert one.chance == pytest.approx(0.8)


def test_too_few_give_no_number_and_others_are_asked_first() -> None:
    same = [took(30) for _ in range(LEAST - 1)]
    (alone,) = forecast(same, [running(1, 5)]).outlooks
    assert alone.chance is None and not alone.probable
    of_category = [*same, took(2, product="Meter")]
    (wider,) = forecast(of_category, [running(1, 5)]).outlooks
    assert wider.like is Like.CATEGORY and wider.known == LEAST and wider.chance == pytest.approx(1 - 1 / LEAST)
    of_all = [*same, took(2, product="Meter", category="Other")]
    (all_,) = forecast(of_all, [running(1, 5)]).outlooks
    assert all_.like is Like.ALL and all_.known == LEAST


def test_one_that_was_open_longer_than_any_other_gives_no_number() -> None:
    (one,) = forecast([took(10) for _ in range(200)], [running(age=11, left=5)]).outlooks
    assert one.chance is None


def test_late_ones_are_certain_and_come_first() -> None:
    past = [took(days) for days in range(1, 61)]
    late, soon, far = (
        Running(UUID(int=n), "Boiler", "Delay", age * DAY, left * DAY)
        for n, age, left in ((1, 20, -1), (2, 1, 3), (3, 1, 50))
    )
    found = forecast(past, [far, soon, late])
    assert [one.id.int for one in found.outlooks] == [1, 2, 3]
    assert found.outlooks[0].chance == 1 and found.outlooks[0].late
    assert found.judged == 3 and found.expected == pytest.approx(sum(one.chance or 0 for one in found.outlooks))
    assert found.of(UUID(int=2)) is found.outlooks[1] and found.of(UUID(int=9)) is None


def test_no_past_and_nothing_open_is_no_trouble() -> None:
    assert forecast([], []).outlooks == ()
    assert forecast([], [running(1, 1)]).outlooks[0].chance is None


def test_what_was_before_the_days_looked_at_is_not_counted_and_what_began_before_counts_from_then_on() -> None:
    assert past_of("", "", NOW - 200 * DAY, NOW - 91 * DAY, NOW) is None
    assert past_of("", "", NOW + DAY, None, NOW) is None
    old = past_of("", "", NOW - 100 * DAY, NOW - 5 * DAY, NOW)
    assert old is not None and (old.entered, old.left, old.ended) == (10 * DAY, 95 * DAY, True)
    fresh = past_of("", "", NOW - 3 * DAY, None, NOW)
    assert fresh is not None and (fresh.entered, fresh.left, fresh.ended) == (timedelta(), 3 * DAY, False)


SEED = 20261130


@pytest.mark.parametrize(("age", "left"), [(0.0, 20.0), (10.0, 15.0), (30.0, 26.0)])
def test_the_chance_is_what_a_simulation_of_many_complaints_shows(age: float, left: float) -> None:
    """A house takes complaints for 400 days; how long each takes is drawn (most are quick, some drag on). What is seen
    are 90 days, with complaints that began before and others that are not at their end. The truth is counted over all
    durations by brute force."""
    random = Random(SEED)
    durations = [_drawn(random) for _ in range(12_000)]
    at_risk = [days for days in durations if days > age]
    truth = sum(days > age + left for days in at_risk) / len(at_risk)
    past = []
    for days in durations[:6_000]:
        received = NOW - random.uniform(0, 400) * DAY
        ended = received + days * DAY
        seen = past_of("Boiler", "Delay", received, ended if ended <= NOW else None, NOW)
        past += [] if seen is None else [seen]
    estimate = Curve(past).longer_than(age * DAY, left * DAY)
    assert estimate == pytest.approx(truth, abs=0.04)
    naive = [one for one in past if one.ended and one.left > age * DAY]
    assert len(naive) < len(past)


def test_leaving_open_ones_out_would_be_wrong_by_much() -> None:
    """Why so much ado: the share among those that ended is far from the truth while the work piles up."""
    random = Random(SEED)
    past = []
    for _ in range(3_000):
        received, days = NOW - random.uniform(0, 45) * DAY, _drawn(random)
        ended = received + days * DAY
        seen = past_of("Boiler", "Delay", received, ended if ended <= NOW else None, NOW)
        past += [] if seen is None else [seen]
    truth = sum(_drawn(random) > 25 for _ in range(6_000)) / 6_000
    among_ended = [one for one in past if one.ended]
    naive = sum(one.left > 25 * DAY for one in among_ended) / len(among_ended)
    assert Curve(past).longer_than(timedelta(), 25 * DAY) == pytest.approx(truth, abs=0.04)
    assert naive < truth - 0.1
    assert DAYS > 45


def _drawn(random: Random) -> float:
    return random.expovariate(1 / 8) if random.random() < 0.6 else random.gauss(40, 9) % 120


def test_what_is_expected_is_said_with_what_too_little_is_known_of() -> None:
    past = [took(days) for days in range(1, 61)]
    late, risky, strange = running(20, -1), running(1, 3), running(200, 3)
    assert summary(forecast(past, [])) == ""
    assert summary(forecast(past, [late, risky])) == "About 2 of 2 will miss the law's deadline"
    assert summary(forecast([], [late, strange])) == "1 missed the law's deadline; of 1 too little is known"
    assert summary(forecast([], [strange])) == "Of 1 too little is known"
