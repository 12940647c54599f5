"""The lists of open cases: none is left out, and each line says what the whole of the case says."""

from __future__ import annotations

from datetime import timedelta

from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.requests.kinds import RequestKind, RequestStepKind
from crmdesk.services import case_views, complaints, request_views
from crmdesk.services import cases as working
from crmdesk.services import requests as asking
from tests.services.conftest import Steps
from tests.support.cases import LONG, furnish
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, House, a_complaint, known_id
from tests.support.house_rules import rule_book
from tests.support.requests import a_request

DAY = timedelta(days=1)
BOOK = rule_book()


def test_a_line_says_of_a_complaint_what_the_whole_of_it_says(do: Steps, house: House) -> None:
    furnish(house)
    sent_back = {"reason": "Say what the engineer found."}
    do(lambda uow: working.take(uow, BOOK, known_id(LONG), StepKind.SENT_BACK, sent_back))
    lines = do(lambda uow: case_views.open_cases(uow, BOOK))
    assert lines == do(lambda uow: tuple(case_views.view(uow, BOOK, line.id).line for line in lines))
    assert next(line.state for line in lines if line.reference == LONG) is ComplaintState.INVESTIGATING


def test_a_line_says_of_a_request_what_the_whole_of_it_says(do: Steps, house: House) -> None:
    house.add(*(a_request(f"SR-{n}", RequestKind.SERVICE, MARGARET, AFTERNOON - n * DAY, "repair") for n in (1, 2)))
    do(lambda uow: asking.take(uow, BOOK, known_id("SR-1"), RequestStepKind.NOTED, {"words": "Rang the engineer."}))
    do(lambda uow: asking.take(uow, BOOK, known_id("SR-2"), RequestStepKind.PARTS_ORDERED, {"words": "A pump."}))
    lines = do(lambda uow: request_views.open_requests(uow, BOOK))
    assert {line.reference for line in lines} == {"SR-1", "SR-2"}
    assert lines == do(lambda uow: tuple(request_views.view(uow, BOOK, line.id).line for line in lines))


def test_no_open_complaint_is_left_out_however_many_there_are(do: Steps, house: House) -> None:
    before = do(complaints.number_open)
    house.add(*(a_complaint(f"CP-{n}", MARGARET, AFTERNOON - n * timedelta(hours=1)) for n in range(700)))
    lines = do(lambda uow: case_views.open_cases(uow, BOOK))
    assert len(lines) == do(complaints.number_open) == before + 700
    assert len(do(complaints.open_complaints)) == 200
