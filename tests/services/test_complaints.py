"""Registering complaints."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from crmdesk.domain.complaints import ComplaintState, NewComplaint
from crmdesk.domain.errors import Unavailable, UserMistake
from crmdesk.domain.interactions import DraftKey
from crmdesk.models.local import ReferenceBlockRow
from crmdesk.services import complaints, drafts
from tests.services.conftest import Steps
from tests.support.desk import MARGARET, House, known_id, ringing

CALL = ringing().contact_id
WORDS = "I waited in from eight and nobody came."


def a_new_complaint(reference: str = "CP-26-07431") -> NewComplaint:
    return NewComplaint(
        reference=reference,
        customer_id=MARGARET,
        interaction_id=CALL,
        product="HomeCover Plus",
        category="Appointment missed",
        severity=4,
        verbatim=WORDS,
        desired_remedy="Apology in writing",
        safety=True,
        received_zone="Europe/London",
    )


def test_the_form_knows_product_reference_and_the_words_in_quotation_marks(do: Steps) -> None:
    note = f"Third call. She said “{WORDS}” and wants a letter. “Say sorry”"
    known = do(lambda uow: complaints.prefill(uow, CALL, MARGARET, note))
    assert known.reference == "CP-26-07431"
    assert known.verbatim == f"{WORDS}\nSay sorry"
    assert known.product.startswith("HomeCover Plus")
    assert known.customer_name == "Margaret Ellison"


def test_no_reference_is_handed_out_twice(do: Steps) -> None:
    references = [do(complaints.next_reference) for _ in range(100)]
    assert len(set(references)) == 100
    with pytest.raises(Unavailable):
        do(complaints.next_reference)


def test_references_go_on_when_another_block_came(do: Steps, house: House) -> None:
    house.add(ReferenceBlockRow(year=2026, first=9001, next=9001, last=9002))
    references = [do(complaints.next_reference) for _ in range(102)]
    assert references[-1] == "CP-26-09002"


def test_a_registered_complaint_is_open_unsent_and_its_draft_is_gone(do: Steps) -> None:
    do(lambda uow: drafts.keep(uow, drafts.COMPLAINT, CALL, {"verbatim": WORDS}, "Margaret"))
    draft = DraftKey(drafts.COMPLAINT, CALL)
    made = do(lambda uow: drafts.turned_into(uow, draft, complaints.register, a_new_complaint()))
    listed = do(complaints.open_complaints)[0]
    assert listed.id == made
    assert listed.state is ComplaintState.REGISTERED
    assert listed.unsent
    assert do(lambda uow: drafts.load(uow, drafts.COMPLAINT, CALL)) is None


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("verbatim", {"verbatim": "  "}),
        ("product", {"product": ""}),
        ("category", {"category": ""}),
        ("severity", {"severity": 0}),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_is_kept(
    do: Steps, field: str, change: dict[str, object]
) -> None:
    before = len(do(complaints.open_complaints))
    with pytest.raises(UserMistake) as caught:
        do(lambda uow: complaints.register(uow, replace(a_new_complaint(), **change)))  # type: ignore[arg-type]
    assert caught.value.field == field
    assert caught.value.next_step
    assert len(do(complaints.open_complaints)) == before


def test_a_complaint_without_a_known_customer_can_be_registered(do: Steps) -> None:
    nobody = replace(a_new_complaint(), customer_id=None, interaction_id=known_id("withheld call"))
    do(lambda uow: complaints.register(uow, nobody))
    assert do(complaints.open_complaints)[0].customer_name == ""


UPSET = "Third call, very upset, nobody came."


def missed(do: Steps, note: str, interaction_id: UUID | None = CALL) -> tuple[str, ...]:
    return do(lambda uow: complaints.missed(uow, None, interaction_id, note))[1]


def test_words_of_dissatisfaction_are_named_where_no_complaint_was_registered(do: Steps) -> None:
    assert missed(do, UPSET) == ("Third call", "upset", "nobody came")
    assert missed(do, UPSET, None) == ("Third call", "upset", "nobody came"), "a note without a call as well"
    assert missed(do, "Refund processed as agreed.") == ()


def test_where_one_was_registered_from_the_call_nothing_is_missed(do: Steps) -> None:
    do(lambda uow: complaints.register(uow, a_new_complaint()))
    assert missed(do, UPSET) == ()
    assert missed(do, UPSET, known_id("another call")) != ()


def test_the_words_are_read_from_the_files_once(do: Steps) -> None:
    first, _ = do(lambda uow: complaints.missed(uow, None, CALL, UPSET))
    again, _ = do(lambda uow: complaints.missed(uow, first, CALL, UPSET))
    assert again is first
