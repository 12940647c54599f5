"""Two desks and a server: what one writes the other reads, whatever is lost on the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, text

from crmdesk.domain.complaints import NewComplaint
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.errors import Unavailable
from crmdesk.models.complaint import Complaint
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.interaction import Interaction, Note
from crmdesk.models.local import ConflictRow, Outbox, OutboxState, ServerRow
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import complaints, customers, interactions, unsent
from crmdesk.sync.client.versions import TooOld
from crmdesk.sync.engine import Engine
from tests.support.desk import ringing
from tests.support.server import Device, desk_of
from tests.sync.conftest import SyncedDesk, same_row

SitDown = Callable[[Device], SyncedDesk]


@pytest.fixture
def anna(engine: Engine, at_desk: SitDown) -> SyncedDesk:
    desk = at_desk(desk_of(engine, "anna"))
    desk.sync()
    return desk


@pytest.fixture
def bela(engine: Engine, at_desk: SitDown) -> SyncedDesk:
    desk = at_desk(desk_of(engine, "bela"))
    desk.sync()
    return desk


def edit(uow: UnitOfWork, row: object, **fields: object) -> None:
    uow.update(uow.session.get_one(Customer, row), "edit", **fields)


def queued(desk: SyncedDesk) -> int:
    return desk.do(lambda uow: uow.session.scalar(select(func.count()).select_from(Outbox))) or 0


def new_customer(desk: SyncedDesk, name: str = "Ruth Nielsen") -> object:
    return desk.do(customers.create, NewCustomer(name, number="+44 20 7946 0172"), "GB")


def test_a_customer_made_at_one_desk_is_at_the_other_after_a_turn(anna: SyncedDesk, bela: SyncedDesk) -> None:
    made = new_customer(anna)
    anna.sync()
    bela.sync()
    card = bela.do(customers.card, made)
    assert card is not None
    assert card.name == "Ruth Nielsen"
    assert [point.e164 for point in card.contact_points] == ["+442079460172"]
    assert not card.unsent


def test_the_outbox_is_empty_once_the_own_change_came_back(anna: SyncedDesk) -> None:
    new_customer(anna)
    assert queued(anna) == 2
    anna.sync()
    assert queued(anna) == 0
    assert anna.do(lambda uow: uow.session.scalar(select(func.count()).select_from(ServerRow))) == 0


def test_a_lost_answer_is_asked_again_and_counts_once(anna: SyncedDesk, engine: Engine) -> None:
    made = new_customer(anna)
    anna.sync()
    anna.do(interactions.add_note, None, made, "Said once.")
    anna.weather.lose_answer = 2
    for _ in range(2):
        with pytest.raises(Unavailable):
            anna.sync()
    anna.sync()
    count = text("select count(*) from crm.note where body = 'Said once.'")
    assert engine.run(lambda conn: conn.scalar(count)) == 1
    assert queued(anna) == 0


def test_a_lost_request_loses_nothing(anna: SyncedDesk, bela: SyncedDesk) -> None:
    made = new_customer(anna)
    anna.weather.lose_request = 3
    for _ in range(3):
        with pytest.raises(Unavailable):
            anna.sync()
    assert anna.do(unsent.tally).unsent == 2
    anna.sync()
    bela.sync()
    assert bela.do(customers.card, made) is not None


def test_edits_of_different_fields_meet(anna: SyncedDesk, bela: SyncedDesk) -> None:
    made = new_customer(anna)
    anna.sync()
    bela.sync()
    anna.do(edit, made, city="Leeds")
    bela.do(edit, made, tier="Priority")
    for desk in (anna, bela, anna):
        desk.sync()
    for desk in (anna, bela):
        row = desk.do(same_row, Customer, made)
        assert (row.city, row.tier) == ("Leeds", "Priority")
        assert queued(desk) == 0


def test_two_edits_of_one_field_keep_both_versions_and_say_so(anna: SyncedDesk, bela: SyncedDesk) -> None:
    made = new_customer(anna)
    anna.sync()
    bela.sync()
    anna.do(edit, made, city="Leeds")
    bela.do(edit, made, city="York")
    anna.sync()
    bela.sync()
    row = bela.do(same_row, Customer, made)
    assert row.city == "Leeds"
    kept = bela.do(lambda uow: uow.session.scalars(select(ConflictRow)).one())
    assert (kept.mine, kept.theirs) == ("York", "Leeds")
    assert bela.do(unsent.tally).refused == 1
    assert queued(bela) == 0


def test_the_own_second_edit_of_a_field_is_no_conflict(anna: SyncedDesk, bela: SyncedDesk) -> None:
    made = new_customer(anna)
    anna.sync()
    anna.do(edit, made, city="Leeds")
    anna.do(edit, made, city="York")
    anna.sync()
    bela.sync()
    assert bela.do(same_row, Customer, made).city == "York"
    assert anna.do(unsent.tally).refused == 0


def test_what_a_colleague_changed_never_covers_what_is_queued_here(anna: SyncedDesk, bela: SyncedDesk) -> None:
    made = new_customer(anna)
    anna.sync()
    bela.sync()
    bela.do(edit, made, tier="Priority")
    bela.sync()
    anna.do(edit, made, city="Leeds")
    anna.weather.lose_request = 1
    with pytest.raises(Unavailable):
        anna.sync()
    row = anna.do(same_row, Customer, made)
    assert row.city == "Leeds"
    anna.sync()
    row = anna.do(same_row, Customer, made)
    assert (row.city, row.tier) == ("Leeds", "Priority")


def test_a_change_that_is_refused_stays_visible_with_its_reason(anna: SyncedDesk, bela: SyncedDesk) -> None:
    first = complaint_at(anna)
    anna.do(complaints.register, first)
    anna.sync()
    bela.do(complaints.register, first)
    bela.sync()
    waiting = bela.do(unsent.changes)
    assert [change.state.value for change in waiting] == ["refused"]
    assert waiting[0].reason
    assert set(bela.do(lambda uow: uow.session.scalars(select(Outbox.state)).all())) == {OutboxState.REFUSED.value}
    bela.sync()
    assert bela.weather.pushes == 1


def complaint_at(desk: SyncedDesk) -> NewComplaint:
    return NewComplaint(
        reference=desk.do(complaints.next_reference),
        customer_id=None,
        interaction_id=None,
        product="HomeCover Plus",
        category="Appointment missed",
        severity=4,
        verbatim="Nobody came.",
        desired_remedy="",
        safety=False,
        received_zone="Europe/London",
    )


def test_two_desks_hand_out_different_references_without_asking(anna: SyncedDesk, bela: SyncedDesk) -> None:
    from_anna = {anna.do(complaints.next_reference) for _ in range(30)}
    from_bela = {bela.do(complaints.next_reference) for _ in range(30)}
    assert not from_anna & from_bela


def test_a_desk_that_stays_connected_never_runs_out_of_references(anna: SyncedDesk) -> None:
    given = []
    for _ in range(250):
        given.append(anna.do(complaints.next_reference))
        anna.sync()
    assert len(set(given)) == 250


def test_a_complaint_of_the_agent_is_in_the_supervisors_list(anna: SyncedDesk, bela: SyncedDesk) -> None:
    anna.do(complaints.register, complaint_at(anna))
    anna.sync()
    bela.sync()
    listed = bela.do(complaints.open_complaints)
    assert [row.registered_by for row in listed] == ["Anna"]
    assert not listed[0].unsent


def test_a_call_that_two_desks_and_nobody_else_saw_is_one_interaction(anna: SyncedDesk, bela: SyncedDesk) -> None:
    call = ringing()
    for desk in (anna, bela):
        desk.do(interactions.opened, call)
    anna.sync()
    bela.sync()
    anna.sync()
    for desk in (anna, bela):
        assert desk.do(lambda uow: uow.session.scalar(select(func.count()).select_from(Interaction))) == 1
        assert queued(desk) == 0


def test_many_rows_come_in_pages_and_are_published_as_everything(anna: SyncedDesk, bela: SyncedDesk) -> None:
    for n in range(30):
        anna.do(lambda uow, n=n: [customers.create(uow, NewCustomer(f"Person {n} {i}"), "GB") for i in range(50)])
    anna.sync()
    bela.told.clear()
    bela.sync()
    assert bela.do(lambda uow: uow.session.scalar(select(func.count()).select_from(Customer))) == 1500
    assert any(changes.everything for changes in bela.told)


def test_notes_and_numbers_arrive_with_their_customer(anna: SyncedDesk, bela: SyncedDesk) -> None:
    made = new_customer(anna)
    anna.do(interactions.add_note, None, made, "Дом и «кавычки»")
    anna.sync()
    bela.sync()
    assert bela.do(lambda uow: uow.session.scalars(select(Note.body)).one()) == "Дом и «кавычки»"
    assert bela.do(lambda uow: uow.session.scalars(select(ContactPoint.value)).one()) == "+44 20 7946 0172"
    assert bela.do(lambda uow: uow.session.scalars(select(Complaint)).all()) == []


def test_a_server_that_speaks_only_newer_protocols_stops_sync_and_keeps_what_is_queued(anna: SyncedDesk) -> None:
    new_customer(anna)
    anna.weather.min_protocol = 99
    anna.reconnect()
    with pytest.raises(TooOld):
        anna.sync()
    assert queued(anna) == 2
    assert anna.weather.pushes == 0
    anna.weather.min_protocol = 1
    anna.sync()
    assert queued(anna) == 0
