"""Deadlines of complaints: by the regime of their day, with what happened since, as worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crmdesk.domain.cases.deadlines import Deadline, History, RuleBook, next_of
from crmdesk.domain.cases.house import house_from
from crmdesk.domain.cases.steps import Step, StepKind
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.sla.clocks import ClockState
from tests.support.house_rules import HOUSE_TOML, rule_book

RECEIVED = datetime(2026, 12, 23, 14, 26, tzinfo=UTC)
NOW = RECEIVED + timedelta(hours=1)
WHO = new_id()


def history(*steps: Step, product: str = "HomeCover Plus", regime: str = "") -> History:
    return History(regime, product, RECEIVED, "Europe/London", steps)


def step(kind: StepKind, at: datetime) -> Step:
    return Step(kind, WHO, at, {})


def of(found: tuple[Deadline, ...], key: str) -> Deadline:
    return next(one for one in found if one.key == key)


def test_the_days_between_christmas_and_new_year_do_not_count() -> None:
    """Wednesday 23 December: 24, 29 and 30 are the three business days; 25 and 28 are holidays in England."""
    found = rule_book().deadlines(history(), NOW)
    assert of(found, "summary_resolution").due_at == datetime(2026, 12, 30, 17, 30, tzinfo=UTC)
    # Eight weeks after 23 December is 17 February: to the end of that day in London.
    assert of(found, "final_response").due_at == datetime(2027, 2, 18, 0, 0, tzinfo=UTC)


def test_the_next_deadline_is_the_answer_and_not_the_offer_to_settle_early() -> None:
    found = next_of(rule_book().deadlines(history(), NOW))
    assert found is not None
    assert found.key == "final_response"


def test_a_product_may_have_rules_of_its_own() -> None:
    found = next_of(rule_book().deadlines(history(product="pay by WALLET "), NOW))
    assert found is not None
    assert found.target == "15 business days"


def test_who_chose_other_rules_gets_their_deadlines() -> None:
    found = rule_book().deadlines(history(regime="iso-10002"), NOW)
    assert [one.key for one in found] == ["acknowledgement", "answer"]


def test_an_answer_meets_the_deadline_and_nothing_is_next() -> None:
    sent = step(StepKind.RESPONSE_SENT, RECEIVED + timedelta(days=9))
    found = rule_book().deadlines(history(sent), RECEIVED + timedelta(days=100))
    assert of(found, "final_response").state is ClockState.MET
    assert next_of(found) is None


def test_a_step_of_a_computer_whose_clock_stood_years_behind_counts_from_the_receipt() -> None:
    """The ten business days for the answer began in 2000, and were over at once."""
    sent = step(StepKind.ACKNOWLEDGED, datetime(2000, 1, 1, tzinfo=UTC))
    late = of(rule_book().deadlines(history(sent, regime="uk-housing-ombudsman"), NOW), "stage1_response")
    right = step(StepKind.ACKNOWLEDGED, RECEIVED)
    assert late == of(rule_book().deadlines(history(right, regime="uk-housing-ombudsman"), NOW), "stage1_response")
    assert (late.state, late.due_at > NOW if late.due_at else None) == (ClockState.RUNNING, True)


def test_what_ended_in_time_stays_so_when_another_body_looks_at_it_later() -> None:
    """It counted as ended on the day on which the ombudsman's decision was noted."""
    steps = (
        step(StepKind.WITHDRAWN, RECEIVED + timedelta(days=5)),
        step(StepKind.REFERRED, RECEIVED + timedelta(days=60)),
        step(StepKind.CLOSED, RECEIVED + timedelta(days=100)),
    )
    for known in (1, 2, 3):
        found = of(rule_book().deadlines(history(*steps[:known]), RECEIVED + timedelta(days=101)), "final_response")
        assert (found.state, found.met_at) == (ClockState.MET, RECEIVED + timedelta(days=5))


def test_an_answer_that_came_too_late_stays_late() -> None:
    sent = step(StepKind.RESPONSE_SENT, RECEIVED + timedelta(days=60))
    found = rule_book().deadlines(history(sent), RECEIVED + timedelta(days=100))
    assert of(found, "final_response").state is ClockState.BREACHED
    assert next_of(found) is None


def test_the_clock_of_the_law_runs_while_the_customer_is_asked_and_the_houses_own_stands_still() -> None:
    asked = step(StepKind.ASKED_COMPLAINANT, RECEIVED + timedelta(days=1))
    later = RECEIVED + timedelta(days=3)
    legal = rule_book().deadlines(history(asked), later)
    assert of(legal, "final_response").state is ClockState.RUNNING
    own = rule_book().deadlines(history(asked, regime="iso-10002"), later)
    assert of(own, "answer").state is ClockState.PAUSED
    assert of(own, "answer").due_at is None


def test_why_says_the_sentence_and_shows_the_days() -> None:
    why = rule_book().explained(history(), "summary_resolution")
    assert why is not None
    assert "Christmas" in why.sentence
    assert [day.number for day in why.days if day.counts] == [1, 2, 3]


def test_without_rules_there_are_no_deadlines() -> None:
    empty = RuleBook(None, {})
    assert empty.deadlines(history(), NOW) == ()
    assert empty.explained(history(), "final_response") is None


def test_a_complaint_older_than_the_rules_has_none_made_up() -> None:
    old = History("", "HomeCover", datetime(2001, 1, 1, tzinfo=UTC), "Europe/London")
    assert rule_book().deadlines(old, NOW) == ()


def test_a_zone_that_nobody_knows_is_the_houses() -> None:
    strange = History("", "HomeCover", RECEIVED, "Mars/Olympus")
    assert len(rule_book().deadlines(strange, NOW)) == 2


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ('title = "Harbour Home Cover"', "", "title"),
        ('zone = "Europe/London"', 'zone = "Mars"', "zone"),
        ('second_person_above = "500.00"', 'second_person_above = "lots"', "sum"),
        ("silent_days = 28", 'silent_days = "soon"', "silent_days"),
        ("[calendar]", "[calendar", "TOML"),
    ],
)
def test_a_house_that_cannot_be_read_says_where(was: str, becomes: str, place: str) -> None:
    with pytest.raises(UserMistake, match=place):
        house_from(HOUSE_TOML.replace(was, becomes), 1)


# What must be in the answer -----------------------------------------------------------------------------------------


def test_the_answer_must_contain_what_the_regime_of_the_complaint_asks_for() -> None:
    book = rule_book()
    assert book.limits(history(), RECEIVED).elements == {
        *("decision", "reasons", "redress", "ombudsman", "six_months", "waiver", "web", "leaflet")
    }
    assert "stage" in book.limits(history(regime="uk-housing-ombudsman"), RECEIVED).elements
    assert book.limits(history(regime="us-cfpb"), RECEIVED).elements == frozenset()
    assert book.ombudsman(history()) is not None
    assert book.ombudsman(history(regime="iso-10002")) is None
