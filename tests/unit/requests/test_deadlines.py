"""When requests are due: the house's promises that wait for parts, and the month in which the law wants an answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from crmdesk.domain.cases.deadlines import next_of
from crmdesk.domain.requests.cycle import RequestLimits
from crmdesk.domain.requests.deadlines import RequestHistory
from crmdesk.domain.requests.kinds import RequestKind, RequestStep, RequestStepKind, Topic
from crmdesk.domain.requests.limits import Asked, limits_of
from crmdesk.domain.sla.clocks import ClockState
from crmdesk.domain.sla.due import ClockKind
from tests.support.house_rules import HOUSE_TOML, rule_book

_K = RequestStepKind
AT = datetime(2026, 9, 1, 10, tzinfo=UTC)
BOOK = rule_book()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def history(
    kind: RequestKind, category: str, *steps: tuple[RequestStepKind, str], received: datetime = AT
) -> RequestHistory:
    taken = tuple(RequestStep(kind_, UUID(int=1), at(when), {}) for kind_, when in steps)
    return RequestHistory(kind, category, received, "Europe/London", taken)


def due(one: RequestHistory, key: str, now: datetime = AT) -> datetime | None:
    return next(found.due_at for found in BOOK.deadlines(one, now) if found.key == key)


def test_a_step_of_a_computer_whose_clock_stood_years_behind_counts_from_the_receipt() -> None:
    one = history(RequestKind.RETURN, "Kettles", (_K.GOODS_CAME, "2000-01-01 00:00"))
    right = history(RequestKind.RETURN, "Kettles", (_K.GOODS_CAME, f"{AT:%Y-%m-%d %H:%M}"))
    assert BOOK.deadlines(one, AT) == BOOK.deadlines(right, AT)


@pytest.mark.parametrize(
    ("received", "ends"),
    [
        ("2026-08-31 10:00", "2026-09-30 23:00"),
        ("2026-01-31 10:00", "2026-03-03 00:00"),
        ("2026-02-13 10:00", "2026-03-13 24:00"),
        ("2026-03-07 10:00", "2026-04-07 23:00"),
        ("2026-11-25 10:00", "2026-12-30 00:00"),
    ],
)
def test_what_we_hold_about_somebody_is_told_within_a_month_or_on_the_working_day_after(
    received: str, ends: str
) -> None:
    """31 January ends on 28 February, a Saturday; 7 March on Easter Monday's morrow; 25 December is Christmas."""
    day, hour = ends.split()
    wanted = at(f"{day} 00:00") + timedelta(hours=int(hour[:2]))
    one = history(RequestKind.INFORMATION, Topic.OWN_DATA, received=at(received))
    found = next_of(BOOK.deadlines(one, at(received)))
    assert found is not None
    assert (found.kind, found.target, found.due_at) == (ClockKind.LEGAL, "1 month", wanted)


def test_it_says_which_days_put_the_end_of_the_month_off() -> None:
    one = history(RequestKind.INFORMATION, Topic.OWN_DATA, received=at("2026-12-23 14:00"))
    told = BOOK.explained(one, "answer")
    assert told is not None
    assert told.sentence.startswith("Due by the end of Mon 25 Jan 2027 (Europe/London): 1 month after Wed 23 Dec 2026")
    assert "not counted: 2 days without business hours" in told.sentence


def test_the_month_never_pauses_and_is_three_once_it_was_extended() -> None:
    asked = history(RequestKind.INFORMATION, Topic.OWN_DATA, (_K.ASKED_CUSTOMER, "2026-09-01 10:00"))
    assert due(asked, "answer") == at("2026-10-01 23:00")
    extended = history(RequestKind.INFORMATION, Topic.OWN_DATA, (_K.EXTENDED, "2026-09-10 10:00"))
    assert [(one.key, one.due_at) for one in BOOK.deadlines(extended, AT)] == [
        ("answer_extended", at("2026-12-02 00:00"))
    ]
    told = BOOK.explained(extended, "answer_extended")
    assert told is not None
    assert told.sentence.startswith("Due by the end of Tue 1 Dec 2026 (Europe/London): 3 months after Tue 1 Sep 2026")


def test_any_other_question_is_the_houses_own_promise() -> None:
    price = history(RequestKind.INFORMATION, Topic.PRICE, (_K.ANSWERED, "2026-09-02 10:00"))
    found = BOOK.deadlines(price, AT)[0]
    assert (found.kind, found.state, found.due_at) == (ClockKind.SERVICE, ClockState.MET, at("2026-09-03 23:00"))


def test_a_repair_waits_for_its_parts_and_its_clock_with_it() -> None:
    plain = history(RequestKind.SERVICE, "repair")
    assert due(plain, "done") == at("2026-09-15 23:00")
    waited = history(
        *(RequestKind.SERVICE, "repair", (_K.PARTS_ORDERED, "2026-09-02 08:00"), (_K.PARTS_CAME, "2026-09-04 08:00"))
    )
    assert due(waited, "done") == at("2026-09-17 23:00")
    waits = history(RequestKind.SERVICE, "repair", (_K.PARTS_ORDERED, "2026-09-02 08:00"))
    assert due(waits, "done", at("2026-09-03 08:00")) is None


def test_a_visit_that_was_missed_keeps_the_promise_of_an_appointment_met() -> None:
    missed = history(RequestKind.SERVICE, "repair", (_K.SCHEDULED, "2026-09-01 11:00"), (_K.MISSED, "2026-09-03 11:00"))
    found = {one.key: one.state for one in BOOK.deadlines(missed, at("2026-09-03 12:00"))}
    assert found == {"appointment": ClockState.MET, "done": ClockState.RUNNING}


def test_what_is_opened_again_is_to_be_done_again_without_the_days_it_was_done() -> None:
    again = history(
        *(RequestKind.SERVICE, "repair", (_K.DONE, "2026-09-02 10:00"), (_K.REOPENED, "2026-09-08 10:00")),
    )
    found = next(one for one in BOOK.deadlines(again, at("2026-09-08 11:00")) if one.key == "done")
    assert (found.state, found.met_at, found.due_at) == (ClockState.RUNNING, None, at("2026-09-21 23:00"))


def test_goods_are_settled_once_they_are_here() -> None:
    here = history(
        *(RequestKind.RETURN, "Kettles", (_K.AUTHORISED, "2026-09-02 10:00"), (_K.GOODS_CAME, "2026-09-07 10:00")),
    )
    assert {one.key: one.due_at for one in BOOK.deadlines(here, at("2026-09-07 11:00"))} == {
        "authorisation": at("2026-09-03 23:00"),
        "settlement": at("2026-09-21 23:00"),
    }


def test_limits_come_from_the_houses_rules() -> None:
    own = Asked(RequestKind.INFORMATION, Topic.OWN_DATA, AT, "Europe/London")
    assert limits_of(BOOK, own, AT) == RequestLimits(50_000, 28, None, at("2026-10-01 23:00"), "GBP")
    house = HOUSE_TOML + '\n[[returns]]\nbegins = 2024-01-01\n[[returns.goods]]\nname = "Kettles"\nwindow_days = 30\n'
    late = Asked(RequestKind.RETURN, "Kettles", AT, "Nowhere/Land", datetime(2026, 3, 12, tzinfo=UTC).date())
    assert limits_of(rule_book(house), late, AT).in_time is False


def test_a_regime_for_requests_is_offered_for_no_complaint() -> None:
    assert "gdpr-access" in BOOK.regimes
    assert not {"gdpr-access", "service-requests"} & {one.key for one in BOOK.for_complaints}
