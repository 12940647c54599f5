"""The life cycle of a complaint: what may follow what, and what no way leads around."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crmdesk.domain.cases.lifecycle import Limits, NotAllowed, Standing, after, possible
from crmdesk.domain.cases.steps import Step, StepKind
from crmdesk.domain.complaints import ComplaintState, Outcome

ANNA, BELA, CORA = UUID(int=1), UUID(int=2), UUID(int=3)
RECEIVED = datetime(2026, 11, 9, 15, 44, tzinfo=UTC)
LIMITS = Limits(50_000, 28, RECEIVED + timedelta(days=3), frozenset({"decision", "rights"}))
FRESH = Standing(ComplaintState.REGISTERED, RECEIVED, regime="uk-fca-disp", owner=ANNA)
UPHELD = {"outcome": "upheld", "reason": "Nobody came.", "redress_minor": 4_000, "currency": "GBP"}
WHOLE = {"elements": ["decision", "rights"], "proof": "RM-771205", "letter": "d1" * 32}


def took(standing: Standing, *kinds: StepKind | tuple[StepKind, UUID, Mapping[str, Any]]) -> Standing:
    """Return where a complaint stands after steps by Anna, an hour apart; a tuple says who and with what."""
    at = standing.moved_at or RECEIVED
    for each in kinds:
        kind, by, details = each if isinstance(each, tuple) else (each, ANNA, {})
        at += timedelta(hours=1)
        standing = after(standing, Step(kind, by, at, details), LIMITS)
    return standing


def drafted(**changes: Any) -> Standing:
    here = Standing(**{name: getattr(FRESH, name) for name in ("state", "received_at", "regime", "owner")} | changes)
    return took(here, StepKind.TRIAGED, StepKind.TAKEN_UP, (StepKind.DECISION_DRAFTED, ANNA, UPHELD))


def test_the_straight_way_from_registered_to_closed() -> None:
    end = took(
        drafted(),
        (StepKind.APPROVED, BELA, {"letter": "d1" * 32}),
        (StepKind.RESPONSE_SENT, ANNA, WHOLE),
        (StepKind.CLOSED, ANNA, {"accepted": "yes"}),
    )
    assert (end.state, end.outcome, end.redress_minor) == (ComplaintState.CLOSED, "upheld", 4_000)
    assert end.answered_at is not None
    assert end.closed_at is not None


WITHDRAWN = (StepKind.WITHDRAWN, ANNA, {"words": "Never mind.", "proof": "mail"})
REFERRED = (StepKind.REFERRED, ANNA, {"to": "The ombudsman"})
CLOSED = (StepKind.CLOSED, ANNA, {"decision": "For the house."})


@pytest.mark.parametrize(("last", "outcome"), [((WITHDRAWN,), "withdrawn"), ((REFERRED, CLOSED), "")])
def test_a_draft_that_never_went_out_decided_and_gave_nothing(last: tuple[Any, ...], outcome: str) -> None:
    end = took(drafted(), *last)
    assert (end.state, end.outcome, end.redress_minor) == (ComplaintState.CLOSED, outcome, 0)
    assert end.answered_at == end.closed_at == end.moved_at


@pytest.mark.parametrize("last", [(WITHDRAWN,), (REFERRED, WITHDRAWN), (REFERRED, CLOSED)])
def test_what_was_answered_stays_as_it_was_decided(last: tuple[Any, ...]) -> None:
    sent = took(drafted(), (StepKind.APPROVED, BELA, {"letter": "d1" * 32}), (StepKind.RESPONSE_SENT, ANNA, WHOLE))
    end = took(sent, *last)
    assert (end.state, end.outcome, end.redress_minor) == (ComplaintState.CLOSED, "upheld", 4_000)
    assert end.answered_at == sent.moved_at


def test_who_decided_the_first_stage_does_not_get_the_second_by_giving_the_complaint_away_in_between() -> None:
    sent = took(drafted(), (StepKind.APPROVED, BELA, {"letter": "d1" * 32}), (StepKind.RESPONSE_SENT, ANNA, WHOLE))
    second = took(replace(sent, owner=CORA), StepKind.SECOND_STAGE)
    with pytest.raises(NotAllowed, match="first stage"):
        took(replace(second, owner=ANNA), StepKind.TAKEN_UP)


def test_what_is_settled_early_costs_no_more_than_one_may_give_alone() -> None:
    settled = (StepKind.RESOLVED_EARLY, ANNA, {"words": "They took it.", "proof": "mail"})
    assert took(replace(FRESH, put_down={"GBP": 50_000}), settled).outcome == "resolved_early"
    with pytest.raises(NotAllowed, match="second person"):
        took(replace(FRESH, put_down={"GBP": 50_001}), settled)


def test_a_house_may_ask_for_the_cause_of_each_upheld_issue_before_it_is_closed() -> None:
    referred = took(replace(FRESH, causeless=1), (StepKind.REFERRED, ANNA, {"to": "The ombudsman"}))
    closing = Step(StepKind.CLOSED, ANNA, RECEIVED + timedelta(days=9), {"decision": "Upheld."})
    with pytest.raises(NotAllowed, match="root cause"):
        after(referred, closing, replace(LIMITS, cause_at_close=True))
    assert after(referred, closing, LIMITS).state is ComplaintState.CLOSED
    known = replace(referred, causeless=0)
    assert after(known, closing, replace(LIMITS, cause_at_close=True)).state is ComplaintState.CLOSED


@pytest.mark.parametrize("kind", [StepKind.TAKEN_UP, StepKind.APPROVED, StepKind.RESPONSE_SENT, StepKind.CLOSED])
def test_a_fresh_complaint_skips_nothing(kind: StepKind) -> None:
    with pytest.raises(NotAllowed):
        took(FRESH, (kind, ANNA, {**WHOLE, **UPHELD, "accepted": "yes"}))


def test_a_complaint_is_registered_once() -> None:
    with pytest.raises(NotAllowed, match="already"):
        took(FRESH, StepKind.REGISTERED, StepKind.REGISTERED)


@pytest.mark.parametrize("of", ["CP-26-07431", " cp-26-07431 "])
def test_no_complaint_is_a_duplicate_of_itself(of: str) -> None:
    here = replace(FRESH, reference="CP-26-07431")
    with pytest.raises(NotAllowed, match="itself"):
        took(here, (StepKind.DUPLICATE, ANNA, {"of": of}))
    assert took(here, (StepKind.DUPLICATE, ANNA, {"of": "CP-26-07430"})).state is ComplaintState.CLOSED


def test_no_rules_no_triage() -> None:
    with pytest.raises(NotAllowed, match="rules"):
        took(Standing(ComplaintState.REGISTERED, RECEIVED, owner=ANNA), StepKind.TRIAGED)


def test_nobody_investigates_what_nobody_took_on() -> None:
    free = Standing(ComplaintState.TRIAGED, RECEIVED, regime="iso-10002")
    with pytest.raises(NotAllowed, match="Nobody"):
        took(free, StepKind.TAKEN_UP)


def test_a_decision_needs_a_finding_and_an_answer_of_each_issue() -> None:
    with pytest.raises(NotAllowed, match="issue"):
        drafted(open_issues=1)


def test_whoever_drafted_a_small_decision_may_approve_it() -> None:
    assert took(drafted(), StepKind.APPROVED).state is ComplaintState.APPROVED


def test_above_the_limit_a_second_person_approves() -> None:
    dear = {**UPHELD, "redress_minor": 50_001}
    here = took(FRESH, StepKind.TRIAGED, StepKind.TAKEN_UP, (StepKind.DECISION_DRAFTED, ANNA, dear))
    with pytest.raises(NotAllowed, match="second person"):
        took(here, StepKind.APPROVED)
    assert took(here, (StepKind.APPROVED, BELA, {})).state is ComplaintState.APPROVED


def test_for_a_vulnerable_customer_a_second_person_approves_also_when_the_mark_is_taken_away_meanwhile() -> None:
    here = drafted(vulnerable=True)
    with pytest.raises(NotAllowed, match="second person"):
        took(replace(here, vulnerable=False), StepKind.APPROVED)


def test_a_letter_that_lacks_what_must_be_in_it_is_not_sent() -> None:
    approved = took(drafted(), StepKind.APPROVED)
    with pytest.raises(NotAllowed, match="lacks"):
        took(approved, (StepKind.RESPONSE_SENT, ANNA, {**WHOLE, "elements": ["decision"]}))
    with pytest.raises(NotAllowed, match="sent"):
        took(approved, (StepKind.RESPONSE_SENT, ANNA, {**WHOLE, "proof": " "}))


def test_a_letter_that_was_changed_after_its_approval_is_not_sent() -> None:
    approved = took(drafted(), (StepKind.APPROVED, BELA, {"letter": "d1" * 32}))
    with pytest.raises(NotAllowed, match="changed"):
        took(approved, (StepKind.RESPONSE_SENT, ANNA, {**WHOLE, "letter": "d2" * 32}))


def test_an_answered_complaint_is_closed_when_it_is_accepted_or_after_four_weeks_of_silence() -> None:
    sent = took(drafted(), StepKind.APPROVED, (StepKind.RESPONSE_SENT, ANNA, WHOLE))
    assert sent.answered_at is not None
    with pytest.raises(NotAllowed, match="silent"):
        after(sent, Step(StepKind.CLOSED, ANNA, sent.answered_at + timedelta(days=27), {}), LIMITS)
    assert after(sent, Step(StepKind.CLOSED, ANNA, sent.answered_at + timedelta(days=28), {}), LIMITS).closed_at


def test_settling_early_is_over_after_its_time() -> None:
    told = {"words": "She is happy with that.", "proof": "mail"}
    early = Step(StepKind.RESOLVED_EARLY, ANNA, RECEIVED + timedelta(days=3), told)
    assert after(FRESH, early, LIMITS).outcome == Outcome.RESOLVED_EARLY
    late = Step(StepKind.RESOLVED_EARLY, ANNA, RECEIVED + timedelta(days=3, microseconds=1), told)
    with pytest.raises(NotAllowed, match="early"):
        after(FRESH, late, LIMITS)


def test_the_second_stage_is_handled_by_somebody_else() -> None:
    sent = took(drafted(), StepKind.APPROVED, (StepKind.RESPONSE_SENT, ANNA, WHOLE))
    second = took(sent, StepKind.SECOND_STAGE)
    assert (second.stage, second.first_handler, second.outcome) == (2, ANNA, "")
    with pytest.raises(NotAllowed, match="first stage"):
        took(second, StepKind.TAKEN_UP)
    with pytest.raises(NotAllowed, match="first stage"):
        took(replace(second, owner=BELA), StepKind.TAKEN_UP)
    assert took(replace(second, owner=BELA), (StepKind.TAKEN_UP, BELA, {})).state is ComplaintState.INVESTIGATING


def test_a_referral_ends_with_what_the_other_body_decided() -> None:
    referred = took(FRESH, (StepKind.REFERRED, ANNA, {"to": "Financial Ombudsman Service"}))
    with pytest.raises(NotAllowed, match="other body"):
        took(referred, StepKind.CLOSED)


def test_a_reason_that_is_blank_is_none() -> None:
    with pytest.raises(NotAllowed, match="reason"):
        took(FRESH, (StepKind.FORWARDED, ANNA, {"reason": "  ", "proof": "post"}))


def test_what_is_possible_is_what_the_state_allows() -> None:
    assert StepKind.TRIAGED in possible(FRESH)
    assert StepKind.APPROVED not in possible(FRESH)


class AnyPath(RuleBasedStateMachine):
    """Anybody tries any step at any time: however it was reached, what a state stands for holds."""

    def __init__(self) -> None:
        super().__init__()
        self.standing = FRESH
        self.taken: list[Step] = []
        self.at = RECEIVED

    @rule(
        kind=st.sampled_from(StepKind),
        by=st.sampled_from([ANNA, BELA, CORA]),
        redress=st.sampled_from([0, 50_000, 50_001]),
        letter=st.sampled_from(["d1", "d2"]),
        whole=st.booleans(),
        hours=st.integers(0, 24 * 40),
    )
    def try_a_step(self, kind: StepKind, by: UUID, redress: int, letter: str, whole: bool, hours: int) -> None:
        self.at += timedelta(hours=hours)
        details = {
            **{"reason": "r", "proof": "p", "words": "w", "question": "q", "to": "t", "of": "o", "decision": "d"},
            **{"outcome": "rejected", "redress_minor": redress, "currency": "GBP", "letter": letter},
            "elements": ["decision", "rights"] if whole else ["rights"],
        }
        step = Step(kind, by, self.at, details)
        try:
            self.standing = after(self.standing, step, LIMITS)
        except NotAllowed:
            return
        self.taken.append(step)

    @rule(owner=st.sampled_from([None, ANNA, BELA, CORA]), vulnerable=st.booleans())
    def edit(self, owner: UUID | None, vulnerable: bool) -> None:
        self.standing = replace(self.standing, owner=owner, vulnerable=vulnerable)

    def _last(self, kind: StepKind) -> Step | None:
        return next((step for step in reversed(self.taken) if step.kind is kind), None)

    @invariant()
    def nobody_approves_their_own_dear_decision(self) -> None:
        if self.standing.state in (ComplaintState.APPROVED, ComplaintState.RESPONSE_SENT):
            draft, approval = self._last(StepKind.DECISION_DRAFTED), self._last(StepKind.APPROVED)
            assert draft is not None
            assert approval is not None
            if self.standing.redress_minor > 50_000:
                assert draft.by != approval.by

    @invariant()
    def nothing_is_answered_without_the_approved_letter(self) -> None:
        if self.standing.state is ComplaintState.RESPONSE_SENT:
            sent, approval = self._last(StepKind.RESPONSE_SENT), self._last(StepKind.APPROVED)
            assert sent is not None
            assert approval is not None
            assert sent.details["letter"] == approval.details["letter"]
            assert set(sent.details["elements"]) >= LIMITS.elements

    @invariant()
    def the_second_stage_is_another_handlers(self) -> None:
        if self.standing.stage == 2 and self.standing.decided_by is not None:
            assert self.standing.decided_by != self.standing.first_handler

    @invariant()
    def what_is_closed_has_an_end(self) -> None:
        if self.standing.state is ComplaintState.CLOSED:
            assert self.standing.closed_at is not None


TestAnyPath = AnyPath.TestCase
TestAnyPath.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
