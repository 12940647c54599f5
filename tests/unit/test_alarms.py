"""Breached thresholds are told once, not each second, and again only after they were calm."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from crmdesk.domain.alarms import CALM_FOR_S, Alarms, Breach
from crmdesk.domain.calls.live import QueueLimits
from tests.support.boards import a_board, a_queue
from tests.support.clock import AFTERNOON

LATE = a_queue("billing", "Billing", (312,), offered=1, agents_ready=0, agents=5)
CALM = a_queue("billing", "Billing")


def test_a_breach_is_told_once_however_often_the_board_comes() -> None:
    alarms = Alarms()
    told = [alarms.look(a_board(n, (LATE,)), AFTERNOON + timedelta(seconds=n)) for n in range(30)]
    assert [len(new) for new in told] == [1] + [0] * 29
    (alarm,) = alarms.waiting
    assert alarm.title == "Billing: a caller waits longer than 5:00"
    assert alarm.details.startswith("nobody ready, 5 signed on in Billing, 1 at coaching, 3 at lunch")


def test_a_figure_that_goes_to_and_fro_at_its_limit_is_one_breach() -> None:
    alarms = Alarms()
    for n in range(40):
        alarms.look(a_board(n, (LATE if n % 2 else CALM,)), AFTERNOON + timedelta(seconds=n))
    assert len(alarms.waiting) == 1


def test_after_a_calm_minute_it_is_told_again() -> None:
    alarms = Alarms()
    alarms.look(a_board(1, (LATE,)), AFTERNOON)
    later = AFTERNOON + timedelta(seconds=CALM_FOR_S + 1)
    alarms.look(a_board(2, (CALM,)), AFTERNOON + timedelta(seconds=5))
    assert len(alarms.look(a_board(3, (LATE,)), later)) == 1


def test_got_it_takes_the_notice_away_and_does_not_bring_it_back() -> None:
    alarms = Alarms()
    alarms.look(a_board(1, (LATE,)), AFTERNOON)
    alarms.got_it()
    alarms.look(a_board(2, (LATE,)), AFTERNOON + timedelta(seconds=1))
    assert alarms.waiting == ()


def test_each_queue_and_each_threshold_is_told_for_itself() -> None:
    alarms = Alarms()
    low = a_queue("claims", "Claims", offered=10, answered=10, service_level=0.5)
    alarms.look(a_board(1, (LATE, low)), AFTERNOON)
    assert [(alarm.queue, alarm.breach) for alarm in alarms.waiting] == [
        ("billing", Breach.WAIT),
        ("claims", Breach.LEVEL),
    ]


def test_a_queue_has_limits_of_its_own() -> None:
    patient = replace(LATE, limits=QueueLimits(600, 900, 0.5), service_level=0.6)
    alarms = Alarms()
    assert alarms.look(a_board(1, (patient,)), AFTERNOON) == ()
    strict = replace(patient, limits=QueueLimits(30, 60, 0.9))
    told = alarms.look(a_board(2, (strict,)), AFTERNOON)
    assert [alarm.title for alarm in told] == [
        "Billing: a caller waits longer than 1:00",
        "Billing: service level below 90\u202f%",
    ]


def test_a_queue_of_which_nothing_is_heard_alarms_nobody() -> None:
    assert Alarms().look(a_board(1, (replace(LATE, stale_since=AFTERNOON),)), AFTERNOON) == ()
