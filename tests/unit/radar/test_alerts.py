"""Alerts of many days: cases, episodes, and cells that rose together."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as some

from crmdesk.domain.radar.alerts import Alert, Episodes, Radar, radar
from crmdesk.domain.radar.cells import Case, Cell, cells_of, count
from crmdesk.domain.radar.detector import Alarm
from crmdesk.domain.radar.rules import USUAL
from crmdesk.domain.radar.views import is_noted, noted_key

FIRST = date(2026, 1, 5)
DAYS = 80
TODAY = FIRST + timedelta(days=DAYS - 1)
RISING = Cell("Boiler", "Delay", "Leeds")


def case(number: int, day: date, product: str = "Boiler", category: str = "Delay", area: str = "Leeds") -> Case:
    """Return a case with an id of its own."""
    return Case(UUID(int=number), day, product, category, area)


def usual(days: int = DAYS) -> list[Case]:
    """Return three cells that have a case every other day."""
    cells = (("Boiler", "Delay", "Leeds"), ("Boiler", "Other", "York"), ("Cover", "Delay", ""))
    return [
        case(place * 3 + number, FIRST + timedelta(days=place), *cell)
        for place in range(0, days, 2)
        for number, cell in enumerate(cells)
    ]


def with_rise(ago: int = 2, each: int = 6) -> list[Case]:
    """Return the same with a rise that began some days ago and goes on."""
    rise = [
        case(10_000 + day * 100 + number, TODAY - timedelta(days=day))
        for day in range(ago + 1)
        for number in range(each)
    ]
    return usual() + rise


def looked(cases: list[Case], today: date = TODAY) -> Radar:
    """Return what is open today."""
    return radar(cases, today, FIRST)


def test_a_case_counts_in_its_cell_and_in_every_roll_up() -> None:
    cells = set(cells_of(case(1, FIRST)))
    assert len(cells) == 8
    assert {Cell(), Cell("Boiler"), Cell("", "Delay", "Leeds"), RISING} < cells
    assert set(cells_of(case(1, FIRST, area=""))) == {
        Cell(),
        Cell("Boiler"),
        Cell("", "Delay"),
        Cell("Boiler", "Delay"),
    }


def test_counts_add_up_in_every_roll_up() -> None:
    counts = count(with_rise(), FIRST, TODAY)
    assert sum(counts.by_cell[Cell()]) == len(with_rise())
    for part in range(3):
        single = [
            series
            for cell, series in counts.by_cell.items()
            if cell.parts[part] and not any(cell.parts[:part] + cell.parts[part + 1 :])
        ]
        known = [one for one in with_rise() if (one.product, one.category, one.area)[part]]
        assert sum(map(sum, single)) == len(known)


def test_a_rise_is_one_alert_that_knows_its_cases() -> None:
    found = looked(with_rise())
    assert [alert.cell for alert in found.alerts] == [found.alerts[0].cell]
    alert = found.alerts[0]
    assert RISING in alert.cells
    rise = {one.id for one in with_rise() if one.id.int >= 10_000}
    assert rise <= set(alert.cases)
    listed = {one.id: one.day for one in with_rise()}
    assert [listed[one] for one in alert.cases] == sorted((listed[one] for one in alert.cases), reverse=True)
    assert alert.days[-1] >= 6
    assert 1 <= alert.chance_in_hundred <= 8


def test_without_a_rise_nothing_is_open() -> None:
    found = looked(usual())
    assert found.alerts == ()
    assert found.ready_on is None
    assert found.cells == 16


def test_two_rises_without_a_common_case_are_two_alerts() -> None:
    other = [case(50_000 + n, TODAY - timedelta(days=n % 2), "Cover", "Other", "Hull") for n in range(16)]
    heads = [alert.cells for alert in looked(with_rise() + other).alerts]
    assert any(RISING in cells for cells in heads)
    assert any(Cell("Cover", "Other", "Hull") in cells for cells in heads)
    assert not any({RISING, Cell("Cover", "Other", "Hull")} <= set(cells) for cells in heads)


def test_an_alert_stays_until_a_week_is_quiet() -> None:
    cases = with_rise()
    since = looked(cases).alerts[0].since
    last = max(day for day in range(30) if looked(cases, TODAY + timedelta(days=day)).alerts)
    assert 7 <= last <= 7 + max(USUAL.windows)
    assert looked(cases, TODAY + timedelta(days=6)).alerts[0].since == since


def test_too_few_days_say_nothing_but_when_they_will() -> None:
    started = TODAY - timedelta(days=10)
    found = radar([one for one in with_rise() if one.day >= started], TODAY, started)
    assert found.alerts == ()
    assert found.ready_on == started + timedelta(days=34)
    assert radar([], TODAY, None).ready_on == TODAY + timedelta(days=34)


def alarm(day: int) -> Alarm:
    """Return an alarm of the rising cell."""
    return Alarm(RISING, FIRST + timedelta(days=day), 3, 9, 2.0, 1e-6, 0.001)


def test_an_episode_begins_anew_only_after_quiet_days() -> None:
    episodes = Episodes(USUAL)
    begun = []
    for day in range(40):
        alarms = [alarm(day)] if day in (3, 5, 12, 20) else []
        begun += [episode.first.day for episode in episodes.follow(FIRST + timedelta(days=day), alarms)]
    assert begun == [FIRST + timedelta(days=3), FIRST + timedelta(days=20)]
    assert not episodes.open


def noted(alert: Alert, day: date) -> bool:
    """Say whether a note of a day counts for an alert."""
    return is_noted(alert, {noted_key(RISING): day})


def test_a_note_counts_for_the_rise_it_was_taken_of_and_for_no_later_one() -> None:
    alert = looked(with_rise()).alerts[0]
    assert noted(alert, TODAY)
    assert noted(alert, alert.since)
    assert not noted(alert, alert.since - timedelta(days=1))
    assert not is_noted(alert, {})
    assert noted_key(Cell("BOILER ", "delay", "Leeds")) == noted_key(RISING)


@settings(deadline=None, max_examples=15)
@given(some.integers(0, 2**32))
def test_the_order_of_cases_does_not_matter(seed: int) -> None:
    shuffled = with_rise()
    Random(seed).shuffle(shuffled)
    assert looked(shuffled) == looked(with_rise())
