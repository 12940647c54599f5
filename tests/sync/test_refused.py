"""What the server refused stays visible with its reason, and there are two ways on."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import func, select

from crmdesk.domain.complaints import NewComplaint
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.sync_state import UnsentChange, UnsentState, Way
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import Customer
from crmdesk.models.interaction import Note
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import callbacks, complaints, customers, interactions, second_try, unsent
from tests.sync.conftest import SyncedDesk, left_over, same_row

COMPLAINT = NewComplaint(
    reference="CP-26-90001",
    customer_id=None,
    interaction_id=None,
    product="Boiler cover",
    category="No visit",
    severity=3,
    verbatim="Nobody came.",
    desired_remedy="",
    safety=False,
    received_zone="Europe/London",
)


def edit(uow: UnitOfWork, row: UUID, **fields: object) -> None:
    uow.update(uow.session.get_one(Customer, row), "Name, Ruth Nielsen", **fields)


def refused(desk: SyncedDesk) -> list[UnsentChange]:
    return [change for change in desk.do(unsent.changes) if change.state is UnsentState.REFUSED]


@pytest.fixture
def ruth(anna: SyncedDesk) -> UUID:
    """A customer whose name was changed to nothing, which the server does not take."""
    anna.sync()
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen"), "GB")
    anna.sync()
    anna.do(edit, made, name=" ", city="Leeds")
    anna.sync()
    return made


def test_a_refused_change_says_why_since_when_and_what_can_be_done(anna: SyncedDesk, ruth: UUID) -> None:
    (change,) = refused(anna)
    assert (change.what, change.who, change.row_id) == ("Name, Ruth Nielsen", "Anna", ruth)
    assert "name" in change.reason
    assert change.answered_at == anna.clock.now()
    assert change.ways == (Way.CHANGE, Way.ASK, Way.TRY_AGAIN, Way.LET_GO)
    assert "City: Leeds" in change.text


def test_what_was_refused_is_not_shown_as_if_it_were_so(anna: SyncedDesk, ruth: UUID) -> None:
    row = anna.do(same_row, Customer, ruth)
    assert (row.name, row.city) == ("Ruth Nielsen", "")
    anna.do(unsent.try_again, refused(anna)[0].seq)
    assert anna.do(same_row, Customer, ruth).city == "Leeds"
    anna.sync()
    assert anna.do(same_row, Customer, ruth).city == ""


def test_other_words_go_to_the_server_with_all_that_was_saved_with_them(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID
) -> None:
    (change,) = refused(anna)
    assert {(wording.label, wording.text) for wording in change.wordings} == {("Name", " "), ("City", "Leeds")}
    with pytest.raises(UserMistake) as told:
        anna.do(second_try.change, change.seq, {"name": "\u3000"})
    assert told.value.field == "name"
    with pytest.raises(Refused):
        anna.do(second_try.change, change.seq, {"kind": "organisation"})
    anna.do(second_try.change, change.seq, {"name": "Ruth Nilsen"})
    anna.sync()
    bela.sync()
    assert refused(anna) == []
    for desk in (anna, bela):
        row = desk.do(same_row, Customer, ruth)
        assert (row.name, row.city) == ("Ruth Nilsen", "Leeds")


def test_a_supervisor_is_asked_once_and_everybody_of_the_team_can_take_it_on(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID
) -> None:
    (change,) = refused(anna)
    asked = anna.do(second_try.ask_supervisor, change.seq)
    with pytest.raises(Refused, match="asked already"):
        anna.do(second_try.ask_supervisor, change.seq)
    anna.sync()
    bela.sync()
    (due,) = bela.do(callbacks.due)
    assert (due.id, due.customer_id, due.owner) == (asked, ruth, "")
    assert due.reason.startswith("For a supervisor: Name, Ruth Nielsen was refused.")
    assert "City: Leeds" in due.reason
    assert len(refused(anna)) == 1


def test_letting_go_shows_what_the_server_has_and_hands_over_the_words(anna: SyncedDesk, ruth: UUID) -> None:
    (change,) = refused(anna)
    said = anna.do(unsent.let_go, change.seq)
    assert "City: Leeds" in said
    row = anna.do(same_row, Customer, ruth)
    assert (row.name, row.city) == ("Ruth Nielsen", "")
    assert left_over(anna) == 0
    with pytest.raises(Refused, match="dealt with already"):
        anna.do(unsent.let_go, change.seq)


def test_what_it_said_can_be_kept_as_a_note(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> None:
    (change,) = refused(anna)
    note = anna.do(unsent.keep_as_note, change.seq)
    anna.sync()
    bela.sync()
    kept = bela.do(same_row, Note, note)
    assert kept.customer_id == ruth
    assert "City: Leeds" in kept.body
    assert left_over(anna) == 0


def test_a_change_that_is_tried_again_goes_as_a_new_one(anna: SyncedDesk, ruth: UUID) -> None:
    (change,) = refused(anna)
    anna.do(unsent.try_again, change.seq)
    assert refused(anna) == []
    anna.sync()
    (again,) = refused(anna)
    assert again.seq > change.seq
    assert again.text == change.text


def test_a_record_that_the_server_never_took_goes_when_it_is_let_go(anna: SyncedDesk) -> None:
    anna.sync()
    nobody = new_id()
    anna.do(lambda uow: uow.insert(Customer(id=nobody, kind="person", name=" ", city="York"), "New customer"))
    anna.sync()
    (change,) = refused(anna)
    assert "City: York" in anna.do(unsent.let_go, change.seq)
    assert anna.do(customers.card, nobody) is None
    assert left_over(anna) == 0


def test_what_was_saved_together_is_one_line_and_is_tried_again_and_let_go_together(anna: SyncedDesk) -> None:
    anna.sync()

    def two_at_once(uow: UnitOfWork) -> None:
        uow.insert(Customer(id=new_id(), kind="person", name=" "), "New customer")
        interactions.add_note(uow, None, None, "She rang twice.")

    anna.do(two_at_once)
    anna.sync()
    (change,) = refused(anna)
    assert "She rang twice." in change.text
    anna.do(unsent.try_again, change.seq)
    anna.sync()
    assert "She rang twice." in anna.do(unsent.let_go, refused(anna)[0].seq)
    assert refused(anna) == []
    assert anna.do(lambda uow: uow.session.scalar(select(func.count()).select_from(Note))) == 0


def test_a_complaint_whose_reference_somebody_has_is_registered_under_a_new_one(
    anna: SyncedDesk, bela: SyncedDesk
) -> None:
    for desk in (anna, bela):
        desk.sync()
    anna.do(complaints.register, COMPLAINT)
    anna.sync()
    made = bela.do(complaints.register, replace(COMPLAINT, verbatim="The bill is wrong."))
    bela.sync()
    (change,) = refused(bela)
    assert "The bill is wrong." in change.text
    bela.do(unsent.try_again, change.seq)
    bela.sync()
    anna.sync()
    assert refused(bela) == []
    row = anna.do(same_row, Complaint, made)
    assert row.verbatim == "The bill is wrong."
    assert row.reference != COMPLAINT.reference


def test_what_is_told_to_the_server_of_this_desk(anna: SyncedDesk, ruth: UUID) -> None:
    anna.do(edit, ruth, tier="Priority")
    counts = anna.do(unsent.counts)
    assert (counts.unsent, counts.unsent_since, counts.refused, counts.conflicts) == (1, anna.clock.now(), 1, 0)
