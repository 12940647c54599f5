"""Two records of one person: merged from the command palette in a pane beside the customer, and undone again."""

from __future__ import annotations

import pytest

from crmdesk.domain.customers import NewCustomer
from crmdesk.models.customer import Customer
from crmdesk.ui.pages.desk.merge_pane import MergePane
from crmdesk.ui.pages.desk.work_rows import Work, WorkRow
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.desk import DANIEL, MARGARET, PRIYA, TOMASZ, TOMASZS_LINE


def pane_of(hand: Hand) -> MergePane:
    pane = hand.page.merging.pane
    assert pane is not None
    return pane


def merged_into(hand: Hand, customer: object) -> object:
    row = hand.row(Customer, customer)
    assert row is not None
    return row.merged_into


@pytest.fixture
def merging(hand: Hand) -> Hand:
    """Return an agent who opened the pane for Margaret by the palette."""
    hand.open_customer(MARGARET)
    hand.press("Ctrl+K")
    hand.write("merge")
    hand.press("Enter")
    hand.until(lambda: hand.page.merging.pane is not None)
    hand.until(pane_of(hand).search.edit.hasFocus)
    return hand


def find(hand: Hand, typed: str) -> None:
    hand.write(typed)
    hand.until(pane_of(hand).merge.isEnabled)


def test_the_preview_says_what_merging_means(merging: Hand) -> None:
    assert not pane_of(merging).merge.isEnabled()
    find(merging, "priya")
    said = pane_of(merging).preview
    assert said.title.text() == "Priya Shah becomes part of Margaret Ellison"
    assert said.text.text() == (
        "Nothing written about Margaret Ellison changes. 1 number and its history come along. The same in both: town."
    )
    assert [row.field.label for row in pane_of(merging).fields.rows] == ["Name", "What they are"]
    assert merging.note.isVisible()


def test_fields_are_chosen_by_keys_and_taken_over(merging: Hand) -> None:
    find(merging, "priya")
    fields = pane_of(merging).fields
    merging.press("Enter")
    merging.until(fields.rows[0].hasFocus)
    merging.press("Down", "Right")
    assert fields.rows[1].accessibleName().startswith("What they are: Carer, may speak for Margaret is taken over.")
    assert pane_of(merging).preview.text.text().startswith("Taken over: what they are.")
    merging.press("Ctrl+2")
    assert fields.taken == ()
    merging.press("Ctrl+2", "Ctrl+Enter")
    merging.until(lambda: merged_into(merging, PRIYA) == MARGARET)
    kept = merging.row(Customer, MARGARET)
    assert kept is not None
    assert (kept.name, kept.summary) == ("Margaret Ellison", "Carer, may speak for Margaret")


def test_ctrl_enter_merges_and_the_timeline_is_there_again(merging: Hand) -> None:
    find(merging, "priya")
    merging.press("Ctrl+Enter")
    merging.until(lambda: merged_into(merging, PRIYA) == MARGARET)
    merging.until(lambda: merging.page.merging.pane is None)
    assert merging.window.notice.words.text() == "Priya Shah is part of Margaret Ellison now"


def test_a_merge_is_undone_where_it_was_made(merging: Hand) -> None:
    find(merging, "priya")
    merging.press("Ctrl+Enter")
    merging.until(lambda: merging.page.merging.pane is None)
    merging.page.merging.open()
    merging.until(lambda: pane_of(merging).undo)
    pane_of(merging).undo[0].click()
    merging.until(lambda: merged_into(merging, PRIYA) is None)
    merging.until(lambda: not pane_of(merging).undo)


def test_nobody_is_merged_with_themselves(merging: Hand) -> None:
    merging.write("ellison")
    merging.until(lambda: pane_of(merging).chosen is not None)
    assert [getattr(row, "id", None) for row in pane_of(merging).rows.rows] == [DANIEL]


def test_esc_and_another_customer_put_the_pane_away(merging: Hand) -> None:
    merging.press("Escape")
    assert merging.page.merging.pane is None
    assert merging.page.reader.customer == MARGARET
    merging.page.merging.open()
    merging.open_customer_beside(TOMASZ)
    merging.until(lambda: merging.page.merging.pane is None)


def test_it_is_offered_only_where_a_customer_is_shown(hand: Hand) -> None:
    offered = {binding.command.id for binding in hand.window.keys.available()}
    assert "customer.merge" not in offered
    hand.open_customer(MARGARET)
    assert "customer.merge" in {binding.command.id for binding in hand.window.keys.available()}


def test_who_is_probably_the_same_is_proposed_before_anything_is_typed(hand: Hand) -> None:
    double = hand.run(hand.house.desk.customers.create(NewCustomer("Tomasz Wisniewsk", number=TOMASZS_LINE)))
    hand.open_customer(TOMASZ)
    hand.page.merging.open()
    hand.until(pane_of(hand).merge.isEnabled)
    told = pane_of(hand).told
    assert told is not None
    assert told.duplicate == double


def test_the_other_record_can_stay_instead_and_is_shown_then(merging: Hand) -> None:
    find(merging, "priya")
    merging.press("Enter", "S")
    merging.until(lambda: pane_of(merging).merge.words == "Merge into Priya Shah")
    merging.until(pane_of(merging).fields.rows[0].hasFocus)
    merging.press("Ctrl+Enter")
    merging.until(lambda: merged_into(merging, MARGARET) == PRIYA)
    merging.until(lambda: merging.page.view.call.customer.name.text() == "Priya Shah")


def test_x_says_that_they_are_two_people(merging: Hand) -> None:
    find(merging, "priya")
    merging.press("Enter", "X")
    merging.until(lambda: merging.page.merging.pane is None)
    merging.until(lambda: merging.window.notice.words.text() == "Margaret Ellison and Priya Shah are two people")
    assert merged_into(merging, PRIYA) is None


def parked_notes(hand: Hand) -> list[str]:
    return sorted(one.title for one in hand.window.lane.lane.parked)


def to_finish(hand: Hand) -> list[str]:
    listed = hand.page.view.idle.sections[Work.FINISH].model.rows
    return sorted(row.name for row in listed if isinstance(row, WorkRow))


def test_two_half_written_notes_of_one_person_say_for_which_record_each_was(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk()
    for customer, words in ((MARGARET, "Wants a call"), (PRIYA, "Speaks for her mother")):
        hand.open_customer(customer)
        hand.write(words)
        hand.saved()
    hand.run(hand.house.desk.customers.merge(PRIYA, MARGARET))
    hand.page.walk.show_work()
    both = ["Margaret Ellison", "Margaret Ellison, begun for Priya Shah"]
    hand.until(lambda: parked_notes(hand) == both)
    hand.until(lambda: to_finish(hand) == both)
    hand.page.walk.open_subject(str(PRIYA))
    hand.until(lambda: hand.note.title.text() == "Note, Margaret Ellison, begun for Priya Shah")
    hand.until(hand.writes_in_note)
    hand.write(", today")
    hand.saved()
    hand = open_a_desk()
    hand.until(lambda: to_finish(hand) == both)
    hand.run(hand.house.desk.customers.undo_merge(PRIYA))
    hand.until(lambda: to_finish(hand) == ["Margaret Ellison", "Priya Shah"])


def test_notes_of_two_records_of_one_name_are_told_apart(hand: Hand) -> None:
    twin = hand.run(hand.house.desk.customers.create(NewCustomer("Tomasz Wiśniewski")))
    for customer in (TOMASZ, twin):
        hand.open_customer(customer)
        hand.write("Refund approved")
        hand.saved()
    hand.run(hand.house.desk.customers.merge(TOMASZ, twin))
    hand.page.walk.show_work()
    told = "Tomasz Wiśniewski, begun for the other record (Policyholder, Hull)"
    hand.until(lambda: to_finish(hand) == ["Tomasz Wiśniewski", told])
