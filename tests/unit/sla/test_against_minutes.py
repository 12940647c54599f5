"""Due times of random calendars against the clock on the wall, minute by minute (more: ``bench sla_proof``)."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from crmdesk.domain.sla.documents import calendar_from
from crmdesk.domain.sla.due import ClockKind, due
from crmdesk.domain.sla.explanation import explain
from crmdesk.domain.sla.pauses import Pause
from crmdesk.domain.sla.targets import Ending, Receipt, Target, Unit
from crmdesk.domain.sla.timetable import Timetable
from tests.support.sla_calendars import office
from tests.support.sla_cases import Case, calendar_document, cases, difference, differences, world
from tests.support.sla_minutes import World, utc


def test_random_clocks_are_due_when_the_minutes_say() -> None:
    compared = list(differences(seed=20261129, worlds=3, each=400))
    assert len(compared) == 1_200
    assert [found for found in compared if found is not None] == []


def test_the_days_of_an_explanation_add_up_to_its_target() -> None:
    rng = Random(5)
    document = calendar_document(rng)
    of, timetable = world(rng, document), Timetable(calendar_from(document))
    due_ones = 0
    for case in cases(rng, of, 300):
        pauses = [Pause(of.at(begin), None if end is None else of.at(end)) for begin, end in case.pauses]
        said = explain(of.at(case.start), case.target, timetable, pauses, case.kind)
        assert said.due_at == due(of.at(case.start), case.target, timetable, pauses, case.kind)
        if said.due_at is None:
            continue
        due_ones += 1
        if case.target.seconds is None:
            assert [day.number for day in said.days if day.counts] == list(range(1, case.target.days + 1))
        else:
            assert sum((day.ran for day in said.days), timedelta()) == timedelta(seconds=case.target.seconds)
    assert due_ones > 200


def test_seconds_are_counted_as_exactly_as_minutes() -> None:
    document = office(
        "Europe/Berlin", hours={"sat": [["22:00", "24:00"]], "sun": [["01:30", "02:30"], ["03:05", "04:00"]]}
    )
    rng, timetable = Random(6), Timetable(calendar_from(document))
    of = World(document, utc(2026, 10, 24), 40 * 3600, timedelta(seconds=1))
    for _ in range(150):
        start = rng.randrange(30 * 3600)
        begin = rng.randrange(40 * 3600)
        pauses = [(begin, begin + rng.randrange(4000)), (begin + 10, begin + 10 + rng.randrange(4000))]
        target = Target(rng.randint(1, 9_000), Unit.BUSINESS_SECONDS)
        expected = of.business_time(start, target.amount, pauses)
        found = due(of.at(start), target, timetable, [Pause(of.at(b), of.at(e)) for b, e in pauses])
        assert found is not None
        assert found == of.at(expected) if expected is not None else found > of.at(of.length)


@pytest.mark.parametrize(
    ("real", "claimed"),
    [
        (Target(90, Unit.BUSINESS_MINUTES), Target(91, Unit.BUSINESS_MINUTES)),
        (Target(5, Unit.BUSINESS_DAYS), Target(5, Unit.CALENDAR_DAYS)),
        (Target(5, Unit.BUSINESS_DAYS), Target(5, Unit.BUSINESS_DAYS, Ending.CLOSE_OF_BUSINESS)),
        (Target(5, Unit.BUSINESS_DAYS), Target(5, Unit.BUSINESS_DAYS, receipt=Receipt.NEXT_BUSINESS_DAY)),
    ],
)
def test_the_minutes_tell_one_rule_from_another(real: Target, claimed: Target) -> None:
    """A comparison that could not fail would prove nothing."""
    document = office()
    of, timetable = (
        World(document, utc(2026, 6, 5), 20 * 1440, timedelta(minutes=1)),
        Timetable(calendar_from(document)),
    )
    saturday = 1440 + 12 * 60
    case = Case(saturday, real, (), ClockKind.SERVICE)
    assert difference(case, of, timetable) is None
    expected = due(of.at(saturday), real, timetable)
    assert due(of.at(saturday), claimed, timetable) != expected
