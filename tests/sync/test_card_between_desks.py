"""What is edited on cards at two desks: tags put on and taken off offline, numbers taken off, people who belong."""

from __future__ import annotations

from uuid import UUID

from crmdesk.domain.card import FieldRef, RelationKind
from crmdesk.domain.changes import Kind
from crmdesk.domain.customers import CustomerCard, NewCustomer
from crmdesk.models.customer import Tag
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import card_editing, customers
from tests.sync.conftest import SyncedDesk

NUMBER = "+442079460123"


def card(desk: SyncedDesk, customer: UUID) -> CustomerCard:
    found = desk.do(customers.card, customer)
    assert found is not None
    return found


def ruth(anna: SyncedDesk, bela: SyncedDesk) -> UUID:
    made: UUID = anna.do(customers.create, NewCustomer("Ruth Nielsen", number=NUMBER), "GB")
    settle(anna, bela)
    return made


def settle(*desks: SyncedDesk) -> None:
    for desk in (*desks, *desks):
        desk.sync()


def rows_of(uow: UnitOfWork) -> int:
    return uow.session.query(Tag).count()


def test_the_same_tag_put_on_at_two_desks_is_there_once(anna: SyncedDesk, bela: SyncedDesk) -> None:
    made = ruth(anna, bela)
    anna.do(card_editing.add_tag, made, "Landlord")
    bela.do(card_editing.add_tag, made, "landlord")
    settle(anna, bela)
    assert len(card(anna, made).tags) == len(card(bela, made).tags) == 1
    assert anna.do(rows_of) == bela.do(rows_of) == 2
    anna.do(card_editing.remove_tag, made, "landlord")
    settle(anna, bela)
    assert card(bela, made).tags == ()


def test_a_tag_put_on_while_a_colleague_takes_it_off_stays(anna: SyncedDesk, bela: SyncedDesk) -> None:
    made = ruth(anna, bela)
    anna.do(card_editing.add_tag, made, "landlord")
    settle(anna, bela)
    anna.do(card_editing.remove_tag, made, "landlord")
    bela.do(card_editing.remove_tag, made, "landlord")
    bela.do(card_editing.add_tag, made, "landlord")
    settle(anna, bela)
    assert card(anna, made).tags == card(bela, made).tags == ("landlord",)


def test_a_number_taken_off_at_one_desk_is_nobodys_at_the_other(anna: SyncedDesk, bela: SyncedDesk) -> None:
    made = ruth(anna, bela)
    point = card(anna, made).contact_points[0]
    gone = anna.do(card_editing.remove, Kind.CONTACT_POINT, point.id)
    settle(anna, bela)
    assert card(bela, made).contact_points == ()
    anna.do(card_editing.take_back, gone)
    settle(anna, bela)
    assert [one.e164 for one in card(bela, made).contact_points] == [NUMBER]


def test_who_belongs_to_a_customer_and_what_good_service_means_arrive(anna: SyncedDesk, bela: SyncedDesk) -> None:
    made = ruth(anna, bela)
    anna.do(card_editing.add_relation, made, RelationKind.HOUSEHOLD, "Ann Lee, daughter, may speak")
    anna.do(card_editing.keep, anna_ref(made), "", "One named person", "GB")
    settle(anna, bela)
    assert [one.words for one in card(bela, made).relations] == ["Ann Lee, daughter, may speak"]
    assert card(bela, made).good_service == ("One named person",)


def anna_ref(customer: UUID) -> FieldRef:
    return FieldRef(Kind.CUSTOMER, customer, "good_service")
