"""The life cycles of requests: no path leads around a guard, whatever is tried and in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from crmdesk.domain.cases.lifecycle import NotAllowed
from crmdesk.domain.requests.cycle import RequestLimits, RequestStanding
from crmdesk.domain.requests.cycles import CYCLES
from crmdesk.domain.requests.kinds import (
    RequestKind,
    RequestOutcome,
    RequestState,
    RequestStep,
    RequestStepKind,
    Topic,
)
from crmdesk.domain.requests.service import appointment_of

_K, _S = RequestStepKind, RequestState
AT = datetime(2026, 12, 1, 10, tzinfo=UTC)
ANNA, BELA = UUID(int=1), UUID(int=2)
LIMITS = RequestLimits(second_person_above=10_000, silent_days=14)
VISIT: dict[str, Any] = {
    "day": "2026-12-03",
    "from": "08:00",
    "to": "12:00",
    "zone": "Europe/Berlin",
    "who": "Karl Otto",
}
PAID: dict[str, Any] = {"outcome": "refund", "reason": "It is broken.", "refund_minor": 20_000, "currency": "EUR"}


def registered(kind: RequestKind, category: str = "repair", owner: UUID | None = ANNA) -> RequestStanding:
    return RequestStanding(kind, _S.REGISTERED, AT, category, owner)


def after(
    standing: RequestStanding,
    kind: RequestStepKind,
    by: UUID = ANNA,
    at: datetime = AT,
    limits: RequestLimits = LIMITS,
    **details: Any,
) -> RequestStanding:
    return CYCLES[standing.kind].after(standing, RequestStep(kind, by, at, details), limits)


def come_to(standing: RequestStanding, *steps: tuple[RequestStepKind, dict[str, Any]]) -> RequestStanding:
    for kind, details in steps:
        standing = after(standing, kind, **details)
    return standing


# Service -------------------------------------------------------------------------------------------------------------


def test_a_repair_goes_from_its_appointment_over_parts_to_what_was_done() -> None:
    scheduled = after(registered(RequestKind.SERVICE), _K.SCHEDULED, **VISIT)
    assert (scheduled.state, scheduled.visitor) == (_S.SCHEDULED, "Karl Otto")
    assert scheduled.appointment_at == datetime(2026, 12, 3, 7, tzinfo=UTC)
    waits = come_to(scheduled, (_K.ARRIVED, {}), (_K.PARTS_ORDERED, {"words": "A pump."}))
    assert (waits.state, waits.appointment_at) == (_S.AWAITING_PARTS, None)
    again = come_to(waits, (_K.PARTS_CAME, {}), (_K.SCHEDULED, VISIT), (_K.ARRIVED, {}))
    done = after(again, _K.DONE, outcome="repaired", words="The pump is new.")
    assert (done.state, done.outcome, done.answered_at) == (_S.DONE, "repaired", AT)
    assert after(done, _K.CLOSED, accepted="yes").state is _S.CLOSED


def test_a_visit_that_was_missed_is_made_anew_and_says_why() -> None:
    scheduled = after(registered(RequestKind.SERVICE), _K.SCHEDULED, **VISIT)
    with pytest.raises(NotAllowed, match="reason"):
        after(scheduled, _K.MISSED)
    missed = after(scheduled, _K.MISSED, reason="Nobody was at home.")
    assert (missed.state, missed.appointment_at, missed.visitor) == (_S.TO_SCHEDULE, None, "")
    assert after(missed, _K.SCHEDULED, **VISIT).state is _S.SCHEDULED


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "3 December"},
        {"from": "12:00", "to": "08:00"},
        {"zone": "Europe/Nowhere"},
        {"from": "8 o'clock"},
        {"who": " "},
        {"day": "2026-11-30"},
        {"day": "2036-12-03"},
        {"from": "08:00+09:00"},
        {"day": 7},
    ],
)
def test_what_is_no_appointment_is_told_with_the_way_it_is_written(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        after(registered(RequestKind.SERVICE), _K.SCHEDULED, **(VISIT | wrong))


def test_an_appointment_is_in_the_customers_zone() -> None:
    found = appointment_of(VISIT | {"zone": "America/New_York"})
    assert found.begins.astimezone(UTC) == datetime(2026, 12, 3, 13, tzinfo=UTC)


def test_nobody_says_that_work_was_done_on_site_where_nobody_was() -> None:
    with pytest.raises(NotAllowed, match="on site"):
        after(registered(RequestKind.SERVICE), _K.DONE, outcome="repaired", words="Done.")
    remotely = after(registered(RequestKind.SERVICE), _K.DONE, outcome="remotely", words="The valve was shut.")
    assert remotely.state is _S.DONE


def test_silence_closes_only_after_as_many_days_as_the_house_says() -> None:
    done = after(registered(RequestKind.SERVICE), _K.DONE, outcome="remotely", words="The valve was shut.")
    with pytest.raises(NotAllowed, match="silent"):
        after(done, _K.CLOSED, at=AT + timedelta(days=13))
    closed = after(done, _K.CLOSED, at=AT + timedelta(days=14))
    opened = after(closed, _K.REOPENED, reason="It drips again.")
    assert (opened.state, opened.outcome, opened.closed_at) == (_S.TO_SCHEDULE, "", None)


# Returns -------------------------------------------------------------------------------------------------------------


def inspected(owner: UUID | None = ANNA) -> RequestStanding:
    return come_to(
        registered(RequestKind.RETURN, "Kettles", owner),
        (_K.AUTHORISED, {"label": "RMA-1"}),
        (_K.GOODS_CAME, {}),
        (_K.INSPECTED, {"words": "The lid is loose."}),
    )


def test_nobody_pays_back_more_than_the_limit_alone() -> None:
    decided = after(inspected(), _K.DECIDED, **PAID)
    assert (decided.refund_minor, decided.second_person) == (20_000, True)
    with pytest.raises(NotAllowed, match="not approved"):
        after(decided, _K.SETTLED, proof="Transfer")
    with pytest.raises(NotAllowed, match="second person"):
        after(decided, _K.APPROVED)
    settled = after(after(decided, _K.APPROVED, by=BELA), _K.SETTLED, proof="Transfer")
    assert (settled.state, settled.outcome) == (_S.SETTLED, "refund")


def test_a_limit_that_is_raised_later_gets_nobody_around_the_second_person() -> None:
    decided = after(inspected(), _K.DECIDED, **PAID)
    with pytest.raises(NotAllowed, match="not approved"):
        after(decided, _K.SETTLED, limits=replace(LIMITS, second_person_above=None), proof="Transfer")


def test_a_refund_in_another_currency_needs_a_second_person_whatever_it_is() -> None:
    """The limit is in the house's currency: nobody says here what another is worth."""
    dinars = {**PAID, "refund_minor": 100, "currency": "KWD"}
    assert after(inspected(), _K.DECIDED, limits=replace(LIMITS, currency="GBP"), **dinars).second_person
    assert not after(inspected(), _K.DECIDED, limits=replace(LIMITS, currency="KWD"), **dinars).second_person


def test_a_small_refund_and_a_repair_need_nobody_else() -> None:
    small = after(inspected(), _K.DECIDED, **(PAID | {"refund_minor": 10_000}))
    assert after(small, _K.SETTLED, proof="Transfer").state is _S.SETTLED
    repaired = after(inspected(), _K.DECIDED, outcome="repair", reason="A new lid.")
    assert after(repaired, _K.SETTLED, proof="Parcel 7").state is _S.SETTLED


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "gold"},
        {"refund_minor": 0},
        {"refund_minor": -5},
        {"refund_minor": True},
        {"refund_minor": "20"},
        {"currency": "euro"},
        {"outcome": "repair"},
    ],
)
def test_what_is_no_settlement_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        after(inspected(), _K.DECIDED, **(PAID | wrong))


def test_out_of_time_is_authorised_only_with_a_reason_and_in_time_refused_only_with_one() -> None:
    asked = registered(RequestKind.RETURN, "Kettles")
    late, early = replace(LIMITS, in_time=False), replace(LIMITS, in_time=True)
    with pytest.raises(NotAllowed, match="Neither"):
        after(asked, _K.AUTHORISED, limits=late, label="RMA-1")
    assert after(asked, _K.AUTHORISED, limits=late, label="RMA-1", reason="Goodwill").state is _S.AUTHORISED
    with pytest.raises(NotAllowed, match="in time"):
        after(asked, _K.REFUSED, limits=early, reason="Used.")
    refused = after(asked, _K.REFUSED, limits=early, reason="Used.", although="The seal is broken.")
    assert (refused.state, refused.outcome) == (_S.REFUSED, RequestOutcome.REFUSED)


def test_what_was_sent_in_is_not_cancelled_away() -> None:
    with pytest.raises(NotAllowed):
        after(inspected(), _K.CANCELLED, reason="Nobody answers.")


# Information ---------------------------------------------------------------------------------------------------------


def test_a_question_is_answered_also_after_others_were_asked() -> None:
    asked = after(registered(RequestKind.INFORMATION, Topic.PRICE), _K.ASKED_OTHERS, question="What does it cost?")
    assert asked.state is _S.AWAITING_OTHERS
    back = after(asked, _K.ANSWER_CAME)
    answered = after(back, _K.ANSWERED, words="12 EUR a month.", proof="By phone")
    assert (answered.state, answered.outcome) == (_S.ANSWERED, "answered")


def test_only_access_to_ones_own_data_is_extended_and_only_within_the_first_month() -> None:
    until = AT + timedelta(days=31)
    limits = replace(LIMITS, extend_until=until)
    price = registered(RequestKind.INFORMATION, Topic.PRICE)
    with pytest.raises(NotAllowed, match="Only the time"):
        after(price, _K.EXTENDED, limits=limits, reason="Much to copy.")
    own = registered(RequestKind.INFORMATION, Topic.OWN_DATA)
    assert after(own, _K.EXTENDED, limits=limits, reason="Much to copy.").state is _S.REGISTERED
    with pytest.raises(NotAllowed, match="over"):
        after(own, _K.EXTENDED, at=until + timedelta(seconds=1), limits=limits, reason="Much to copy.")


# Any order -----------------------------------------------------------------------------------------------------------

_WORDS = some.sampled_from(("", " ", "Something.", "yes"))
_DETAILS = some.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("reason", "words", "proof", "question", "label", "accepted", "although", "who"), _WORDS),
        "outcome": some.sampled_from(("refund", "repaired", "remotely", "repair", "nothing", "", 7)),
        "refund_minor": some.sampled_from((0, 5_000, 20_000, -1, "7", None)),
        "currency": some.sampled_from(("EUR", "", "euro")),
        "day": some.sampled_from(("2026-12-24", "yesterday", "2020-01-01")),
        "from": some.sampled_from(("08:00", "12:00")),
        "to": some.sampled_from(("12:00", "08:00")),
        "zone": some.sampled_from(("Europe/Berlin", "Nowhere")),
    },
)


class AnyLife(RuleBasedStateMachine):
    """Two people try steps in any order with any details on a request of each kind; what is taken, counts."""

    def __init__(self) -> None:
        super().__init__()
        self.at = AT
        self.now = {
            RequestKind.SERVICE: registered(RequestKind.SERVICE, owner=None),
            RequestKind.RETURN: registered(RequestKind.RETURN, "Kettles"),
            RequestKind.INFORMATION: registered(RequestKind.INFORMATION, Topic.OWN_DATA),
        }
        self.path: dict[RequestKind, list[RequestStep]] = {kind: [] for kind in self.now}

    @rule(
        kind=some.sampled_from(RequestKind),
        step=some.sampled_from(RequestStepKind),
        by=some.sampled_from((ANNA, BELA)),
        hours=some.integers(0, 400),
        details=_DETAILS,
    )
    def tries(self, kind: RequestKind, step: RequestStepKind, by: UUID, hours: int, details: dict[str, Any]) -> None:
        self.at += timedelta(hours=hours)
        tried = RequestStep(step, by, self.at, details)
        try:
            after_ = CYCLES[kind].after(self.now[kind], tried, replace(LIMITS, extend_until=AT + timedelta(days=31)))
        except NotAllowed:
            return
        assert after_.state is CYCLES[kind].state_after(self.now[kind].state, step)
        self.now[kind] = after_
        self.path[kind].append(tried)

    def _since_opened(self, kind: RequestKind) -> list[RequestStep]:
        steps = self.path[kind]
        last = max((at for at, one in enumerate(steps) if one.kind is _K.REOPENED), default=-1)
        return steps[last + 1 :]

    @invariant()
    def what_was_paid_was_decided_and_seen_by_two(self) -> None:
        standing = self.now[RequestKind.RETURN]
        if standing.state in (_S.SETTLED, _S.CLOSED) and standing.refund_minor > 10_000:
            steps = self._since_opened(RequestKind.RETURN)
            decided = [one for one in steps if one.kind is _K.DECIDED][-1]
            approved = [one for one in steps if one.kind is _K.APPROVED][-1]
            assert decided.by != approved.by
            assert steps.index(decided) < steps.index(approved)

    @invariant()
    def work_on_site_was_done_by_somebody_who_came(self) -> None:
        standing = self.now[RequestKind.SERVICE]
        if standing.state is _S.DONE and standing.outcome != RequestOutcome.REMOTELY:
            assert _K.ARRIVED in [one.kind for one in self._since_opened(RequestKind.SERVICE)]

    @invariant()
    def an_appointment_stands_only_while_somebody_is_to_come_or_there(self) -> None:
        standing = self.now[RequestKind.SERVICE]
        if standing.appointment_at is not None:
            assert standing.state in (_S.SCHEDULED, _S.ON_SITE)
            assert standing.visitor

    @invariant()
    def what_is_closed_ended_somehow(self) -> None:
        for standing in self.now.values():
            if standing.state is _S.CLOSED:
                assert standing.outcome
                assert standing.closed_at is not None

    @invariant()
    def from_everywhere_it_can_go_on(self) -> None:
        for kind, standing in self.now.items():
            cycle = CYCLES[kind]
            assert cycle.onward[standing.state] in cycle.possible(standing.state)
            assert standing.state in cycle.line or cycle.stands_at[standing.state] in cycle.line


AnyLife.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnyLife = AnyLife.TestCase
