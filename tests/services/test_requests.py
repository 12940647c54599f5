"""Registering requests, finding them again, and what is linked to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from crmdesk.domain.cases.deadlines import RuleBook
from crmdesk.domain.complaints import Channel
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.found import Hit, HitKind
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.requests.kinds import RequestKind, RequestState, RequestStepKind
from crmdesk.domain.requests.views import NewRequest
from crmdesk.domain.stream import Channel as StreamChannel
from crmdesk.domain.stream import EntryKind, NewMessage
from crmdesk.domain.tasks import NewTask, TaskKind
from crmdesk.models.request import Request
from crmdesk.models.task import Task
from crmdesk.services import (
    complaints,
    customers,
    drafts,
    merging_preview,
    messages,
    request_views,
    requests,
    tasks,
    timeline,
)
from crmdesk.services.search import find
from tests.services.conftest import Steps
from tests.support.desk import MARGARET, OMAR, House, known_id, ringing
from tests.support.house_rules import HOUSE_TOML, rule_book
from tests.support.requests import KETTLES

CALL = ringing().contact_id
BOOK = rule_book(HOUSE_TOML + KETTLES)
NO_RULES = RuleBook(None, {})
WORDS = "The valve hums like a wasp."
DRIPS = NewRequest(
    *(RequestKind.SERVICE, "SR-26-07431", MARGARET, CALL, "repair", WORDS, "Europe/London", "Boiler"),
    serial="WB-2291-07",
    urgency=2,
)


def registered(do: Steps, new: NewRequest = DRIPS) -> UUID:
    return do(lambda uow: requests.register(uow, new))


def test_the_form_knows_product_place_reference_and_the_words_in_quotation_marks(do: Steps) -> None:
    known = do(lambda uow: requests.prefill(uow, RequestKind.RETURN, None, MARGARET, f"She says “{WORDS}”", None, BOOK))
    assert known.reference == "RT-26-07431"
    assert (known.verbatim, known.goods, dict(known.goods_of)) == (WORDS, ("Kettles",), {"kettle 2000": "Kettles"})
    assert known.place == "14 Alder Court, Leeds LS7"


def channel_now(do: Steps, interaction: UUID | None) -> Channel:
    return do(
        lambda uow: requests.prefill(uow, RequestKind.SERVICE, interaction, MARGARET, "", "SR-1", NO_RULES)
    ).channel


def test_what_is_registered_without_a_call_came_as_the_customers_last_contact_did(do: Steps) -> None:
    assert channel_now(do, None) is Channel.PHONE
    letter = NewMessage(MARGARET, StreamChannel.LETTER, ours=False, subject="The valve", body="It hums.")
    do(lambda uow: messages.record(uow, letter))
    do(lambda uow: messages.record(uow, replace(letter, channel=StreamChannel.EMAIL, ours=True)))
    assert channel_now(do, None) is Channel.LETTER
    assert channel_now(do, CALL) is Channel.PHONE
    filled = do(lambda uow: complaints.prefill(uow, None, MARGARET, "", "CP-1"))
    assert filled.channel is Channel.LETTER


def test_a_letter_of_last_week_says_nothing_of_what_is_registered_today(do: Steps, house: House) -> None:
    letter = NewMessage(MARGARET, StreamChannel.LETTER, ours=False, subject="The valve", body="It hums.")
    do(lambda uow: messages.record(uow, letter, house.clock.now() - timedelta(days=7)))
    assert channel_now(do, None) is Channel.PHONE


def known_reference(do: Steps, kind: RequestKind) -> str:
    return do(lambda uow: requests.prefill(uow, kind, None, None, "", None, NO_RULES)).reference


def found(do: Steps, typed: str) -> list[Hit]:
    return [hit for hit in do(lambda uow: find(uow, typed, "GB")).hits if hit.kind is HitKind.REQUEST]


def test_all_kinds_of_cases_share_one_row_of_numbers_also_without_a_network(do: Steps) -> None:
    taken = [
        do(complaints.next_reference),
        *(known_reference(do, kind) for kind in RequestKind),
    ]
    assert taken == ["CP-26-07431", "SR-26-07432", "RT-26-07433", "IR-26-07434"]


def test_a_draft_becomes_the_request_and_is_gone_with_that(do: Steps) -> None:
    do(lambda uow: drafts.keep(uow, "request_service", CALL, {"verbatim": WORDS}, "Service request"))
    do(lambda uow: drafts.turned_into(uow, DraftKey("request_service", CALL), requests.register, DRIPS))
    assert do(lambda uow: drafts.load(uow, "request_service", CALL)) is None


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("verbatim", {"verbatim": "  "}),
        ("category", {"category": ""}),
        ("product", {"product": " "}),
        ("urgency", {"urgency": 0}),
        ("place", {"place": "x" * 100_001}),
    ],
)
def test_what_is_missing_is_said_at_its_field(do: Steps, field: str, wrong: dict[str, object]) -> None:
    with pytest.raises(UserMistake) as told:
        registered(do, replace(DRIPS, **wrong))  # type: ignore[arg-type]
    assert told.value.field == field


def test_it_is_found_by_its_reference_and_by_its_words(do: Steps) -> None:
    registered(do)
    for typed in ("sr-26-0743", "SR 26", "wasp", "valve wasp", "WB-2291"):
        hits = found(do, typed)
        assert [hit.customer_id for hit in hits] == [MARGARET], typed
        assert "Repair: Boiler" in hits[0].title


def test_it_stands_on_the_card_in_the_timeline_and_in_what_a_merge_brings(do: Steps) -> None:
    request = registered(do)
    card = do(lambda uow: customers.card(uow, MARGARET))
    assert card is not None
    assert [(one.id, one.title, one.state) for one in card.open_requests] == [
        (request, "Repair: Boiler", RequestState.REGISTERED)
    ]
    assert request in card.open_ids
    entries = do(lambda uow: timeline.page(uow, MARGARET)).entries
    (entry,) = (one for one in entries if one.kind is EntryKind.REQUEST)
    assert (entry.body, entry.reference, entry.unsent) == (WORDS, "SR-26-07431", True)
    assert "1 open request" in do(lambda uow: merging_preview.preview(uow, MARGARET, OMAR)).brings


def test_what_is_promised_in_the_same_call_is_about_it(do: Steps, house: House) -> None:
    request = registered(do)
    due = house.clock.now() + timedelta(hours=3)
    new = NewTask(TaskKind.PROMISE, "Ring about the visit", due, "Europe/London", MARGARET, CALL)
    task = do(lambda uow: tasks.make(uow, new))
    assert do(lambda uow: uow.session.get_one(Task, task)).request_id == request
    mine = do(tasks.due)
    assert [one.reference for one in mine if one.id == task] == ["SR-26-07431"]


def test_open_requests_are_listed_with_their_next_deadline_and_whose_they_are(do: Steps) -> None:
    request = registered(do)
    do(lambda uow: requests.claim(uow, request))
    (line,) = do(lambda uow: request_views.open_requests(uow, BOOK))
    assert (line.id, line.mine, line.unsent, line.urgency) == (request, True, True, 2)
    assert line.next is not None
    assert line.next.key == "appointment"
    assert do(lambda uow: request_views.next_deadlines(uow, BOOK, [request]))[request] == line.next
    do(lambda uow: requests.take(uow, BOOK, request, RequestStepKind.CANCELLED, {"reason": "She found a plumber."}))
    assert do(lambda uow: request_views.open_requests(uow, BOOK)) == ()


def test_a_return_says_whether_it_may_come_back_for_good(do: Steps) -> None:
    new = replace(DRIPS, kind=RequestKind.RETURN, category="Kettles", bought_on=date(2026, 11, 2))
    view = do(lambda uow: request_views.view(uow, BOOK, requests.register(uow, new)))
    assert view.in_time
    assert view.eligible.endswith("repair or replacement.")
    assert not do(lambda uow: request_views.view(uow, NO_RULES, view.line.id)).eligible


def test_one_that_is_not_here_any_more_is_said(do: Steps) -> None:
    with pytest.raises(Refused):
        do(lambda uow: request_views.view(uow, BOOK, known_id("nobody's")))
    with pytest.raises(Refused):
        do(lambda uow: requests.claim(uow, known_id("nobody's")))


def test_what_the_server_keeps_is_empty_until_it_spoke(do: Steps) -> None:
    row = do(lambda uow: uow.session.get_one(Request, requests.register(uow, DRIPS)))
    assert (row.state, row.outcome, row.refund_minor, row.visitor) == ("registered", "", 0, "")
