"""What may be given, by whom and until when."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from crmdesk.domain.cases.lifecycle import Limits, Standing, needs_second_person
from crmdesk.domain.cases.redress import MOST_LINES, Line, granted, may_give_alone, refusal, sums_of
from crmdesk.domain.cases.steps import Step, StepKind
from crmdesk.domain.complaints import ComplaintState

AT = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
LIMITS = Limits(50_000, currency="GBP")
FRESH = Standing(ComplaintState.REGISTERED, AT)
WORKED = Standing(ComplaintState.INVESTIGATING, AT)
APPROVED = Standing(ComplaintState.APPROVED, AT, outcome="upheld", redress_minor=64_000, currency="GBP")
ANSWERED = Standing(
    ComplaintState.CLOSED,
    AT,
    outcome="upheld",
    redress_minor=64_000,
    currency="GBP",
    answered_at=AT,
    granted={"GBP": 64_000},
)
WITHDRAWN = Standing(ComplaintState.CLOSED, AT, outcome="withdrawn", answered_at=AT)
AWARDED = Standing(ComplaintState.CLOSED, AT, answered_at=AT, granted=None)


def pounds(minor: int, *, paid: bool = False, removed: bool = False) -> Line:
    return Line(minor, "GBP", paid=paid, removed=removed)


def why_not(standing: Standing, *others: Line, after: Line, before: Line | None = None) -> str:
    told = refusal(standing, LIMITS, others, before, after)
    return "" if told is None else told[0]


def test_while_a_complaint_is_worked_on_anything_may_be_put_down() -> None:
    assert why_not(FRESH, after=pounds(900_000)) == ""
    assert why_not(WORKED, pounds(900_000), after=Line(5, "JPY")) == ""


@pytest.mark.parametrize("standing", [APPROVED, ANSWERED])
def test_from_the_approval_on_no_more_is_put_down_than_was_decided(standing: Standing) -> None:
    assert why_not(standing, after=pounds(64_000)) == ""
    assert why_not(standing, pounds(60_000), after=pounds(4_000)) == ""
    assert "more than was decided" in why_not(standing, pounds(60_000), after=pounds(4_001))
    assert "more than was decided" in why_not(standing, after=Line(1, "EUR"))
    assert why_not(standing, pounds(64_000), after=Line(0, "")) == "", "an apology has no bound"


def test_without_a_decision_one_person_gives_no_more_than_the_house_lets_one_give() -> None:
    assert why_not(WITHDRAWN, pounds(10_000), after=pounds(40_000)) == ""
    assert "second person" in why_not(WITHDRAWN, pounds(10_000), after=pounds(40_001))
    assert "second person" in why_not(WITHDRAWN, after=Line(100, "KWD")), "nobody says what it is worth"
    assert "second person" in why_not(WITHDRAWN, pounds(100), after=Line(100, "EUR"))


def test_what_another_body_decides_has_no_bound_of_the_house() -> None:
    assert why_not(AWARDED, after=pounds(900_000)) == ""
    assert granted([Step(StepKind.REFERRED, UUID(int=1), AT, {"to": "The ombudsman"})]) is None


def test_a_line_is_not_made_larger_than_it_could_have_been_put_down() -> None:
    small = pounds(100)
    assert "more than was decided" in why_not(ANSWERED, before=small, after=pounds(64_001))
    assert "more than was decided" in why_not(ANSWERED, pounds(64_000), before=pounds(9, removed=True), after=pounds(9))
    assert "more than was decided" in why_not(ANSWERED, before=small, after=Line(100, "EUR"))
    too_much = (pounds(64_000), pounds(900))
    assert why_not(ANSWERED, *too_much, before=small, after=pounds(50)) == "", "less is always right"


def test_money_has_a_currency() -> None:
    assert "no sum" in why_not(WORKED, after=Line(100, ""))


def test_what_was_paid_stays_as_it_was() -> None:
    paid = pounds(100, paid=True)
    for after in (
        pounds(100),
        pounds(99, paid=True),
        Line(100, "EUR", paid=True),
        pounds(100, paid=True, removed=True),
    ):
        assert "was paid" in why_not(WORKED, before=paid, after=after)
    assert why_not(WORKED, before=paid, after=paid) == ""


def test_what_was_taken_away_is_not_paid() -> None:
    away = pounds(100, removed=True)
    assert "taken away" in why_not(WORKED, before=away, after=pounds(100, paid=True, removed=True))


def test_more_than_one_person_gives_is_paid_only_once_somebody_approved_it() -> None:
    line, paid = pounds(60_000), pounds(60_000, paid=True)
    assert "second person" in why_not(WORKED, before=line, after=paid)
    assert "second person" in why_not(WORKED, after=paid), "nor is it put down as paid"
    assert why_not(APPROVED, before=line, after=paid) == ""
    assert why_not(ANSWERED, before=line, after=paid) == ""
    assert why_not(WORKED, pounds(900_000), before=pounds(100), after=pounds(100, paid=True)) == ""


def test_what_an_answer_promised_is_paid_also_after_the_complaint_was_opened_again() -> None:
    again = Standing(ComplaintState.INVESTIGATING, AT, granted={"GBP": 64_000})
    assert why_not(again, before=pounds(64_000), after=pounds(64_000, paid=True)) == ""
    assert "second person" in why_not(again, pounds(64_000, paid=True), after=pounds(50_001, paid=True))


def test_a_complaint_holds_so_many_lines_and_no_more() -> None:
    full = [pounds(1)] * MOST_LINES
    assert "no room" in why_not(WORKED, *full, after=pounds(1))
    assert why_not(WORKED, *full[1:], before=full[0], after=pounds(2)) == ""


def test_a_decision_in_another_currency_needs_a_second_person() -> None:
    foreign = Standing(ComplaintState.DECISION_DRAFTED, AT, redress_minor=1, currency="KWD")
    assert needs_second_person(foreign, LIMITS)
    assert not needs_second_person(Standing(ComplaintState.DECISION_DRAFTED, AT), LIMITS)


def test_what_answers_gave_is_told_by_the_steps() -> None:
    def drafted(minor: int) -> Step:
        return Step(StepKind.DECISION_DRAFTED, UUID(int=1), AT, {"redress_minor": minor, "currency": "GBP"})

    sent = Step(StepKind.RESPONSE_SENT, UUID(int=1), AT, {})
    assert granted([drafted(500), drafted(100), sent, drafted(30), sent, drafted(7)]) == {"GBP": 130}


@whatever(
    st.lists(st.tuples(st.integers(1, 10**14), st.sampled_from(["GBP", "EUR", "JPY"])), max_size=6),
    st.sampled_from([ANSWERED, APPROVED, WITHDRAWN]),
)
def test_however_it_is_parted_no_more_is_put_down_than_may_be_given(
    wanted: list[tuple[int, str]], standing: Standing
) -> None:
    taken: list[Line] = []
    for minor, currency in wanted:
        if not why_not(standing, *taken, after=Line(minor, currency)):
            taken.append(Line(minor, currency))
    sums = dict(sums_of(taken))
    assert may_give_alone(sums, LIMITS) or sums == {"GBP": sums["GBP"]}
    assert sums.get("GBP", 0) <= (50_000 if standing is WITHDRAWN else 64_000)
