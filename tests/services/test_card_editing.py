"""A card is edited field by field: checked, never over somebody else's words, taken back, and says who changed what."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from crmdesk.domain.card import FieldRef, KeptEdit, RelationKind
from crmdesk.domain.changes import Kind
from crmdesk.domain.customers import ContactPointKind, CustomerCard
from crmdesk.domain.errors import Refused, UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.models.customer import ContactPoint, Customer, Tag
from crmdesk.services import card_editing, customers, look_up, merging, stamps
from tests.services.conftest import Steps
from tests.support.desk import DANIEL, MARGARET, PRIYA, SHARED_LINE, TOMASZ, TOMASZS_LINE, House


def card(do: Steps, customer: UUID = MARGARET) -> CustomerCard:
    found = do(lambda uow: customers.card(uow, customer))
    assert found is not None
    return found


def of_customer(field: str, customer: UUID = MARGARET) -> FieldRef:
    return FieldRef(Kind.CUSTOMER, customer, field)


def keep(do: Steps, ref: FieldRef, seen: str, typed: str) -> KeptEdit | None:
    return do(lambda uow: card_editing.keep(uow, ref, seen, typed, "GB"))


def edited(do: Steps, ref: FieldRef, seen: str, typed: str) -> KeptEdit:
    edit = keep(do, ref, seen, typed)
    assert edit is not None
    return edit


def a_colleague_writes(house: House, **values: object) -> None:
    """Let a change of Margaret's record arrive as a pull brings it."""
    with Session(house.engines.write) as session, session.begin():
        row = session.get_one(Customer, MARGARET)
        for name, value in values.items():
            setattr(row, name, value)


# One value -----------------------------------------------------------------------------------------------------------


def test_an_edit_is_kept_and_taken_back(do: Steps) -> None:
    edit = edited(do, of_customer("city"), "Leeds", " York ")
    assert card(do).city == "York"
    do(lambda uow: card_editing.take_back(uow, edit))
    assert card(do).city == "Leeds"


def test_what_was_there_before_changes_nothing(do: Steps) -> None:
    assert keep(do, of_customer("city"), "Leeds", "Leeds") is None
    assert not card(do).unsent


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [("name", "  ", "A customer needs a name."), ("since", "soon", "This is not a day."), ("tier", "x" * 300, "This")],
)
def test_what_cannot_be_taken_is_said_at_the_field(do: Steps, field: str, typed: str, said: str) -> None:
    with pytest.raises(UserMistake) as told:
        keep(do, of_customer(field), "", typed)
    assert told.value.field == field
    assert told.value.what.startswith(said)


def test_another_value_put_there_meanwhile_is_shown_before_it_is_written_over(do: Steps, house: House) -> None:
    a_colleague_writes(house, city="Hull")
    with pytest.raises(UserMistake) as told:
        keep(do, of_customer("city"), "Leeds", "York")
    assert str(told.value) == "A colleague changed it to “Hull”. Enter keeps yours, Esc leaves theirs."
    assert card(do).city == "Hull"
    edited(do, of_customer("city"), "Hull", "York")
    assert card(do).city == "York"


def test_lines_of_both_are_kept(do: Steps, house: House) -> None:
    before = do(lambda uow: card_editing.field_now(uow, of_customer("preferences"))).words
    a_colleague_writes(house, preferences=f"{before}\nAsks for Jabu")
    edited(do, of_customer("preferences"), before, before.replace("Speak slowly", "Speak slowly and clearly"))
    assert card(do).preferences[0] == "Speak slowly and clearly, hearing aid on the left"
    assert card(do).preferences[-1] == "Asks for Jabu"


def test_what_was_changed_again_is_not_taken_back(do: Steps) -> None:
    edit = edited(do, of_customer("city"), "Leeds", "York")
    edited(do, of_customer("city"), "York", "Hull")
    with pytest.raises(Refused, match="City was changed again since"):
        do(lambda uow: card_editing.take_back(uow, edit))
    assert card(do).city == "Hull"


# Ways to reach them --------------------------------------------------------------------------------------------------


def who_calls(do: Steps, e164: str) -> list[UUID]:
    found = do(lambda uow: look_up.who_calls(uow, e164, False, new_id()))
    return [candidate.customer_id for candidate in found.candidates]


def test_a_number_is_found_from_when_it_is_added_until_it_is_taken_off(do: Steps) -> None:
    add = do(lambda uow: card_editing.add_point(uow, TOMASZ, ContactPointKind.PHONE, "0113 496 0175", "GB"))
    assert who_calls(do, "+441134960175") == [TOMASZ]
    point = add.steps[0].row_id
    gone = do(lambda uow: card_editing.remove(uow, Kind.CONTACT_POINT, point))
    assert who_calls(do, "+441134960175") == []
    assert [p.value for p in card(do, TOMASZ).contact_points] == [TOMASZS_LINE]
    do(lambda uow: card_editing.take_back(uow, gone))
    assert who_calls(do, "+441134960175") == [TOMASZ]
    do(lambda uow: card_editing.take_back(uow, add))
    assert who_calls(do, "+441134960175") == []


def test_a_number_that_others_have_is_marked_shared(do: Steps) -> None:
    add = do(lambda uow: card_editing.add_point(uow, TOMASZ, ContactPointKind.PHONE, SHARED_LINE, "GB"))
    point = next(p for p in card(do, TOMASZ).contact_points if p.id == add.steps[0].row_id)
    assert point.shared
    do(lambda uow: card_editing.set_shared(uow, point.id, shared=False))
    assert not next(p for p in card(do, TOMASZ).contact_points if p.id == point.id).shared


def test_a_changed_number_is_the_one_that_is_found(do: Steps) -> None:
    point = card(do, TOMASZ).contact_points[0]
    ref = FieldRef(Kind.CONTACT_POINT, point.id, "value")
    edit = edited(do, ref, point.value, "0113 496 0176")
    assert who_calls(do, "+441134960176") == [TOMASZ]
    do(lambda uow: card_editing.take_back(uow, edit))
    assert who_calls(do, TOMASZS_LINE) == [TOMASZ]


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        (ContactPointKind.PHONE, "02", "This is not a phone number."),
        (ContactPointKind.PHONE, "12", "This is not a phone number."),
        (ContactPointKind.EMAIL, "m.ellison", "This is not an e-mail address."),
        (ContactPointKind.ADDRESS, " ", "There is nothing here."),
        (ContactPointKind.ADDRESS, "14 alder court, Leeds LS7", "This is on the card already."),
        (ContactPointKind.PHONE, "020 7946 0172", "This is on the card already."),
    ],
)
def test_what_reaches_nobody_is_said(do: Steps, kind: ContactPointKind, typed: str, said: str) -> None:
    with pytest.raises(UserMistake) as told:
        do(lambda uow: card_editing.add_point(uow, MARGARET, kind, typed, "GB"))
    assert told.value.what == said


# Who belongs to them, tags -------------------------------------------------------------------------------------------


def test_somebody_of_the_household_is_linked_to_their_own_record(do: Steps) -> None:
    do(lambda uow: card_editing.add_relation(uow, MARGARET, RelationKind.HOUSEHOLD, "priya shah, carer, may speak"))
    do(lambda uow: card_editing.add_relation(uow, MARGARET, RelationKind.COMPANY, "Ann Lee, landlady"))
    company, household = sorted(card(do).relations, key=lambda one: one.kind)
    assert (household.name, household.role, household.may_speak, household.customer_id) == (
        *("Priya Shah", "carer", True),
        PRIYA,
    )
    assert (company.words, company.customer_id) == ("Ann Lee, landlady", None)
    ref = FieldRef(Kind.RELATIONSHIP, company.id, card_editing.WHOLE)
    edited(do, ref, company.words, "Ann Lee, landlady, may speak")
    assert card(do).relations[-1].may_speak


def test_a_tag_added_twice_offline_is_there_once_and_goes_with_one_key(do: Steps, house: House) -> None:
    do(lambda uow: card_editing.add_tag(uow, MARGARET, "Landlord"))
    house.add(Tag(id=new_id(), customer_id=MARGARET, word="landlord", removed=False, scope_id=1, ver=1))
    assert card(do).tags == ("Landlord",)
    gone = do(lambda uow: card_editing.remove_tag(uow, MARGARET, "landlord"))
    assert card(do).tags == ()
    do(lambda uow: card_editing.take_back(uow, gone))
    assert card(do).tags == ("Landlord",)


def test_a_tag_that_a_colleague_adds_while_it_is_taken_off_stays(do: Steps, house: House) -> None:
    do(lambda uow: card_editing.add_tag(uow, MARGARET, "landlord"))
    do(lambda uow: card_editing.remove_tag(uow, MARGARET, "landlord"))
    house.add(Tag(id=new_id(), customer_id=MARGARET, word="landlord", removed=False, scope_id=1, ver=1))
    assert card(do).tags == ("landlord",)


def test_tags_and_relations_of_a_merged_record_are_the_survivors(do: Steps) -> None:
    do(lambda uow: card_editing.add_tag(uow, DANIEL, "landlord"))
    do(lambda uow: card_editing.add_relation(uow, DANIEL, RelationKind.HOUSEHOLD, "Ann Lee, sister"))
    do(lambda uow: merging.merge(uow, DANIEL, MARGARET))
    assert card(do).tags == ("landlord",)
    assert [one.words for one in card(do).relations] == ["Ann Lee, sister"]
    do(lambda uow: card_editing.remove_tag(uow, MARGARET, "landlord"))
    assert card(do).tags == ()


# Who changed it ------------------------------------------------------------------------------------------------------


def test_changes_that_wait_here_are_ones_own(do: Steps, house: House) -> None:
    edited(do, of_customer("city"), "Leeds", "York")
    records = do(lambda uow: stamps.records_of(uow, MARGARET))
    points = [row_id for kind, row_id in records if kind is Kind.CONTACT_POINT]
    assert set(points) == {point.id for point in card(do).contact_points}
    told = {of_customer("tier"): (house.desk.identity.agent_id, house.clock.now())} if house.desk.identity else {}
    found = {stamp.ref.field: stamp for stamp in do(lambda uow: stamps.stamps(uow, records, told))}
    assert (found["city"].by, found["city"].unsent) == ("Sam Okafor", True)
    assert (found["tier"].by, found["tier"].unsent) == ("Sam Okafor", False)


def test_a_number_taken_off_keeps_what_was_written(do: Steps) -> None:
    point = card(do, TOMASZ).contact_points[0]
    do(lambda uow: card_editing.remove(uow, Kind.CONTACT_POINT, point.id))
    row = do(lambda uow: uow.session.get_one(ContactPoint, point.id))
    assert (row.value, row.e164, row.removed) == (TOMASZS_LINE, None, True)
