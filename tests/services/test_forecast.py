"""The forecast is counted from the complaints of this desk's own file."""

from __future__ import annotations

from datetime import timedelta

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.cases.forecast import LEAST, forecast
from crmdesk.domain.complaints import ComplaintState
from crmdesk.services import forecast as counting
from tests.services.conftest import Steps
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, House, a_complaint, known_id
from tests.support.house_rules import rule_book, rules_on_the_desk

DAY = timedelta(days=1)
CLOSED = ComplaintState.CLOSED.value


def quick_and_slow(house: House, product: str = "Meter") -> None:
    """Let thirty complaints have been answered in five days and twenty in seventy."""
    about = {"product": product, "category": "Delay", "state": CLOSED}
    for number in range(30):
        house.add(
            a_complaint(f"Q{number}", MARGARET, AFTERNOON - 40 * DAY, closed_at=AFTERNOON - 35 * DAY, **about),
        )
    for number in range(20):
        house.add(
            a_complaint(f"S{number}", MARGARET, AFTERNOON - 80 * DAY, answered_at=AFTERNOON - 10 * DAY, **about),
        )


def test_open_complaints_are_held_against_those_that_took_as_long(do: Steps, house: House) -> None:
    house.add(*rules_on_the_desk())
    quick_and_slow(house)
    house.add(a_complaint("Mine", MARGARET, AFTERNOON - 20 * DAY, product="meter, the blue one", category="Delay"))
    past = do(counting.past)
    running = do(lambda uow: counting.running(uow, rule_book()))
    (mine,) = (one for one in running if one.id == known_id("Mine"))
    assert mine.age == 20 * DAY and 35 * DAY < mine.left < 37 * DAY  # eight weeks by the FCA's rules
    found = forecast(past, running).of(known_id("Mine"))
    assert found is not None
    assert (found.longer, found.known, found.chance, found.probable) == (20, 20, 1.0, True)
    assert LEAST == 20


def test_what_ended_before_the_days_looked_at_does_not_count(do: Steps, house: House) -> None:
    house.add(a_complaint("Old", MARGARET, AFTERNOON - 200 * DAY, state=CLOSED, closed_at=AFTERNOON - 100 * DAY))
    before = len(do(counting.past))
    house.add(a_complaint("New", MARGARET, AFTERNOON - 200 * DAY, state=CLOSED, closed_at=AFTERNOON - 80 * DAY))
    assert len(do(counting.past)) == before + 1


def test_without_rules_nothing_has_a_deadline(do: Steps, house: House) -> None:
    house.add(a_complaint("Mine", MARGARET, AFTERNOON - 20 * DAY))
    assert do(lambda uow: counting.running(uow, RuleBook(None, {}))) == ()
