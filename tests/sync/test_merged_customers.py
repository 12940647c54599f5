"""Two records of one person become one on every desk, and can be taken apart again; nothing written is lost."""

from __future__ import annotations

from uuid import UUID

import pytest

from crmdesk.domain.customers import CustomerCard, NewCustomer
from crmdesk.domain.errors import Refused
from crmdesk.domain.merge_preview import Choice
from crmdesk.domain.sync_state import Resolution
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.interaction import Note
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.services import (
    conflicts,
    customers,
    interactions,
    look_up,
    merging,
    not_duplicates,
    search,
    timeline,
    unsent,
)
from crmdesk.services.merging_preview import preview
from tests.sync.conftest import SyncedDesk, left_over, same_row

NUMBER = "+442079460172"
OTHER_NUMBER = "+442079460999"


@pytest.fixture
def ruth(anna: SyncedDesk, bela: SyncedDesk) -> UUID:
    """The customer that is to stay, at both desks."""
    anna.sync()
    bela.sync()
    made = anna.do(customers.create, NewCustomer("Ruth Nielsen", number=NUMBER), "GB")
    anna.sync()
    bela.sync()
    return made


@pytest.fixture
def double(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID) -> UUID:
    """Her second record, with a number and a note of its own."""
    made = anna.do(customers.create, NewCustomer("Ruth Nilsen", number=OTHER_NUMBER), "GB")
    anna.do(interactions.add_note, None, made, "Wants a call back.")
    anna.sync()
    bela.sync()
    return made


def card(desk: SyncedDesk, customer: UUID) -> CustomerCard:
    found = desk.do(customers.card, customer)
    assert found is not None
    return found


def numbers(desk: SyncedDesk, customer: UUID) -> set[str | None]:
    return {point.e164 for point in card(desk, customer).contact_points}


def told(desk: SyncedDesk, customer: UUID) -> list[str]:
    return [entry.body for entry in desk.do(timeline.page, customer).entries]


def found(desk: SyncedDesk, words: str) -> list[UUID]:
    return [hit.id for hit in desk.do(search.find, words, "GB").hits if hit.title.startswith("Ruth")]


def calling(desk: SyncedDesk, number: str) -> list[UUID]:
    seen = desk.do(look_up.who_calls, number, False, UUID(int=1))
    return [candidate.customer_id for candidate in seen.candidates]


def edit(uow: UnitOfWork, row: UUID, **fields: object) -> None:
    uow.update(uow.session.get_one(Customer, row), "edit", **fields)


@pytest.mark.parametrize("sent", [False, True], ids=["before it was sent", "at both desks"])
def test_a_merged_customer_is_seen_nowhere_and_all_it_had_is_with_the_survivor(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, double: UUID, sent: bool
) -> None:
    assert anna.do(merging.merge, double, ruth) == ruth
    if sent:
        anna.sync()
        bela.sync()
    for desk in (anna, bela) if sent else (anna,):
        assert card(desk, double).id == card(desk, ruth).id == ruth
        assert numbers(desk, ruth) == {NUMBER, OTHER_NUMBER}
        assert told(desk, ruth) == told(desk, double) == ["Wants a call back."]
        assert double not in found(desk, "Nilsen")
        assert found(desk, OTHER_NUMBER) == [ruth]
        assert calling(desk, OTHER_NUMBER) == [ruth]
        assert card(desk, ruth).household == ()


def test_the_server_moves_what_the_duplicate_had(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, double: UUID) -> None:
    anna.do(merging.merge, double, ruth)
    anna.sync()
    bela.sync()
    for desk in (anna, bela):
        points = desk.do(lambda uow: uow.session.query(ContactPoint.customer_id).all())
        assert {point.customer_id for point in points} == {ruth}
        assert left_over(desk) == 0


def test_a_merge_is_undone_and_what_was_written_since_stays(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, double: UUID
) -> None:
    anna.do(merging.merge, double, ruth)
    anna.sync()
    bela.sync()
    bela.do(interactions.add_note, None, ruth, "Spoke to her.")
    bela.sync()
    (listed,) = anna.do(merging.merged_into, ruth)
    assert (listed.id, listed.name, listed.by) == (double, "Ruth Nilsen", "Anna")
    anna.do(merging.undo, double)
    anna.sync()
    bela.sync()
    for desk in (anna, bela):
        assert card(desk, double).id == double
        assert (numbers(desk, ruth), numbers(desk, double)) == ({NUMBER}, {OTHER_NUMBER})
        assert told(desk, double) == ["Wants a call back."]
        assert told(desk, ruth) == ["Spoke to her."]
        assert calling(desk, OTHER_NUMBER) == [double]
    with pytest.raises(Refused, match="not merged any more"):
        anna.do(merging.undo, double)


def test_a_merge_undone_weeks_later_keeps_what_both_sides_wrote_meanwhile(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, double: UUID
) -> None:
    anna.do(merging.merge, double, ruth)
    anna.sync()
    bela.do(edit, double, city="York")  # did not know of the merge yet
    bela.do(interactions.add_note, None, double, "Written under the old record.")
    bela.sync()
    for week in range(3):
        for desk in (anna, bela):
            desk.clock.advance(7 * 24 * 3600)
            desk.do(interactions.add_note, None, ruth, f"Week {week} by {desk.principal.login}.")
        anna.do(edit, ruth, preferences=f"Week {week}: by mail.")
        bela.do(edit, ruth, tier=f"Tier {week}")
        anna.sync()
        bela.sync()
    bela.do(edit, ruth, city="Hull")
    anna.do(merging.undo, double)
    anna.do(edit, double, tier="Silver")
    for desk in (bela, anna, bela, anna):
        desk.sync()
    for desk in (anna, bela):
        assert desk.do(unsent.changes) == ()
        survivor, parted = (desk.do(same_row, Customer, each) for each in (ruth, double))
        assert (survivor.city, survivor.preferences, survivor.tier) == ("Hull", "Week 2: by mail.", "Tier 2")
        assert parted.tier == "Silver"
        assert card(desk, double).id == double
        assert told(desk, double) == ["Wants a call back."]
        weeks = {f"Week {week} by {who}." for week in range(3) for who in ("anna", "bela")}
        assert set(told(desk, ruth)) == weeks | {"Written under the old record."}
        assert left_over(desk) == 0


def test_what_a_desk_that_did_not_know_wrote_about_the_duplicate_goes_to_the_survivor(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, double: UUID
) -> None:
    anna.do(merging.merge, double, ruth)
    anna.sync()
    bela.do(edit, double, city="Leeds", preferences="Large print")
    note = bela.do(interactions.add_note, None, double, "Rang again.")
    bela.sync()
    anna.sync()
    for desk in (anna, bela):
        row = desk.do(same_row, Customer, ruth)
        assert (row.name, row.city, row.preferences) == ("Ruth Nielsen", "Leeds", "Large print")
        assert desk.do(same_row, Note, note).customer_id == ruth
        assert left_over(desk) == 0
    assert bela.do(same_row, Customer, double).city == ""


def test_words_about_the_duplicate_that_clash_with_the_survivors_are_kept_with_the_survivor(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, double: UUID
) -> None:
    anna.do(edit, ruth, city="York")
    anna.do(merging.merge, double, ruth)
    anna.sync()
    bela.do(edit, double, city="Leeds")
    bela.sync()
    (clash,) = bela.do(conflicts.open_conflicts)
    assert (clash.row_id, clash.mine, clash.theirs) == (ruth, "Leeds", "York")
    bela.do(conflicts.settle, clash, Resolution.MINE)
    bela.sync()
    anna.sync()
    assert anna.do(same_row, Customer, ruth).city == "Leeds"


def test_two_who_merged_it_differently_have_to_settle(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, double: UUID
) -> None:
    third = anna.do(customers.create, NewCustomer("Rut Nielsen"), "GB")
    anna.sync()
    bela.sync()
    anna.do(merging.merge, double, ruth)
    bela.do(merging.merge, double, third)
    anna.sync()
    bela.sync()
    (clash,) = bela.do(conflicts.open_conflicts)
    assert (clash.label, clash.mine, clash.theirs) == ("Merged into", "Rut Nielsen", "Ruth Nielsen")
    assert card(bela, double).id == ruth


def test_merging_by_way_of_another_leads_to_the_last(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, double: UUID
) -> None:
    third = anna.do(customers.create, NewCustomer("Rut Nielsen"), "GB")
    anna.do(merging.merge, double, ruth)
    anna.do(merging.merge, double, third)
    assert {one.id for one in anna.do(merging.merged_into, third)} == {ruth, double}
    assert card(anna, double).id == third
    assert numbers(anna, third) == {NUMBER, OTHER_NUMBER}
    anna.sync()
    bela.sync()
    assert card(bela, double).id == third
    assert numbers(bela, third) == {NUMBER, OTHER_NUMBER}
    with pytest.raises(Refused, match="one already"):
        anna.do(merging.merge, ruth, double)


def test_a_merge_that_the_server_refused_can_be_let_go(anna: SyncedDesk, ruth: UUID) -> None:
    nobody = anna.do(lambda uow: uow.insert(Customer(kind="person", name=" "), "New customer").id)
    anna.sync()
    anna.do(merging.merge, ruth, nobody)
    anna.sync()
    refused = anna.do(unsent.changes)
    assert [change.what for change in refused][-1].startswith("Merged")
    anna.do(unsent.let_go, refused[-1].seq)
    assert card(anna, ruth).id == ruth


# Fields taken over ----------------------------------------------------------------------------------------------------


def city(desk: SyncedDesk, customer: UUID) -> str:
    row: Customer = desk.do(lambda uow: uow.session.get_one(Customer, customer))
    return row.city


@pytest.fixture
def differing(anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, double: UUID) -> None:
    """The two say different things of her, and both desks know."""
    anna.do(edit, ruth, city="Leeds", preferences="By phone")
    anna.do(edit, double, city="York", care="Oxygen at home", preferences="By phone\nMornings")
    anna.sync()
    bela.sync()


@pytest.mark.usefixtures("differing")
def test_what_a_merge_means_is_told_before_it_is_done(anna: SyncedDesk, ruth: UUID, double: UUID) -> None:
    told_before = anna.do(preview, double, ruth)
    fields = {one.name: (one.kept, one.theirs, one.proposed) for one in told_before.fields}
    assert fields == {
        "name": ("Ruth Nielsen", "Ruth Nilsen", Choice.KEEP),
        "city": ("Leeds", "York", Choice.KEEP),
        "care": ("", "Oxygen at home", Choice.TAKE),
        "preferences": ("By phone", "By phone\nMornings", Choice.KEEP),
    }
    assert told_before.brings == ("1 number", "1 note")


@pytest.mark.usefixtures("differing")
def test_chosen_fields_are_taken_over_and_given_back_by_another_desk(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, double: UUID
) -> None:
    anna.do(merging.merge, double, ruth, {"city": Choice.TAKE, "care": Choice.TAKE, "preferences": Choice.BOTH})
    anna.sync()
    bela.sync()
    for desk in (anna, bela):
        seen = card(desk, ruth)
        assert (seen.city, seen.care, seen.preferences) == ("York", "Oxygen at home", ("By phone", "Mornings"))
    bela.do(edit, ruth, care="Oxygen at home, and a hearing aid")
    bela.sync()
    anna.sync()
    anna.do(merging.undo, double)
    anna.sync()
    bela.sync()
    for desk in (anna, bela):
        seen = card(desk, ruth)
        assert (seen.city, seen.preferences) == ("Leeds", ("By phone",))
        assert seen.care == "Oxygen at home, and a hearing aid", "what was written since stays"
        assert city(desk, double) == "York"
        assert left_over(desk) == 0


def test_what_another_desk_wrote_as_taken_over_and_cannot_be_read_stops_no_undo(
    anna: SyncedDesk, ruth: UUID, double: UUID
) -> None:
    anna.do(merging.merge, double, ruth)
    into = ruth.hex
    for nonsense in (
        "{",
        "[]",
        "1",
        f'["{into}", {{"since": "x"}}, {{"since": "y"}}]',
        f'["{into}", [1], [2]]',
        "[[]]",
    ):
        anna.do(edit, double, taken_over=nonsense)
        anna.do(merging.undo, double)
        anna.do(merging.merge, double, ruth)
    assert card(anna, double).id == ruth


@pytest.mark.usefixtures("differing")
def test_what_an_earlier_merge_took_over_is_not_given_back_by_a_later_one(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, double: UUID
) -> None:
    third = bela.do(customers.create, NewCustomer("Ruth Nielsen-Berg"), "GB")
    bela.sync()
    anna.sync()
    anna.do(merging.merge, double, third, {"city": Choice.TAKE})
    anna.do(merging.undo, double)
    anna.do(edit, third, city="York")
    anna.do(merging.merge, double, ruth)
    anna.do(merging.undo, double)
    anna.sync()
    bela.sync()
    assert (city(bela, third), city(bela, ruth)) == ("York", "Leeds")


# Who is not the same --------------------------------------------------------------------------------------------------


def test_that_two_are_not_the_same_is_known_at_every_desk_and_can_be_taken_back(
    anna: SyncedDesk, bela: SyncedDesk, ruth: UUID, double: UUID
) -> None:
    pair = not_duplicates.ordered(ruth, double)
    anna.do(not_duplicates.say_not_the_same, double, ruth)
    anna.do(not_duplicates.say_not_the_same, ruth, double)
    anna.sync()
    bela.sync()
    assert bela.do(not_duplicates.said_of, [ruth]) == {pair}
    bela.do(not_duplicates.take_back, ruth, double)
    bela.sync()
    anna.sync()
    assert anna.do(not_duplicates.said_of, [double]) == frozenset()
