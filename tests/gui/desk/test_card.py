"""The card is edited where it stands: F2, Enter keeps, Esc takes back, Ctrl+Z undoes, and no word typed is lost."""

from __future__ import annotations

from uuid import UUID

import pytest
from PySide6.QtGui import QAccessible
from sqlalchemy.orm import Session

from crmdesk.domain.changes import Changes, Kind
from crmdesk.models.callback import Callback
from crmdesk.models.customer import ContactPoint, Customer, Tag
from crmdesk.models.local import DraftRow
from crmdesk.ui.formkit.draft import DraftKeeper
from crmdesk.ui.pages.desk.card_editor import CardEditor
from crmdesk.ui.pages.desk.fact_rows import EditPlace, FactRow
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.desk import MARGARET, SHARED_LINE, TOMASZ, a_number, known_id, ringing


@pytest.fixture
def margaret(hand: Hand) -> Hand:
    """Margaret's card is shown; the keyboard is on its head."""
    hand.open_customer(MARGARET)
    to_the_card(hand)
    return hand


def to_the_card(hand: Hand) -> None:
    hand.page.view.call.customer.head.setFocus()
    hand.until(hand.page.view.call.customer.head.hasFocus)


def editor_of(hand: Hand) -> CardEditor:
    hand.until(lambda: hand.page.card.editor is not None)
    editor = hand.page.card.editor
    assert editor is not None
    hand.until(editor.has_keyboard)
    return editor


def row_with(hand: Hand, words: str) -> FactRow:
    places = hand.page.view.call.customer.places
    return next(place for place in places if isinstance(place, FactRow) and words in place.words)


def on_file(hand: Hand, customer: UUID = MARGARET) -> Customer:
    row = hand.row(Customer, customer)
    assert row is not None
    return row


def draft_of(hand: Hand, customer: UUID = MARGARET) -> dict[str, str]:
    with Session(hand.house.engines.read) as session:
        row = session.get(DraftRow, ("card", customer))
        return {} if row is None else dict(row.fields)


def a_colleague_writes(hand: Hand, **values: object) -> None:
    with Session(hand.house.engines.write) as session, session.begin():
        row = session.get_one(Customer, MARGARET)
        for name, value in values.items():
            setattr(row, name, value)
    hand.house.bus.publish(Changes.of(Kind.CUSTOMER, MARGARET))


def to_field(hand: Hand, label: str) -> CardEditor:
    """Go with Tab from the name to a field."""
    hand.press("F2")
    editor = editor_of(hand)
    while editor.label != label:
        editor = one_further(hand, editor.label)
    return editor


def one_further(hand: Hand, before: str) -> CardEditor:
    hand.press("Tab")
    hand.until(lambda: hand.page.card.editor is not None and hand.page.card.editor.label != before)
    return editor_of(hand)


# Keeping, taking back, undoing ---------------------------------------------------------------------------------------


def test_f2_enter_keeps_and_the_row_has_the_keyboard(margaret: Hand) -> None:
    margaret.press("F2")
    editor = editor_of(margaret)
    assert (editor.label, editor.text) == ("Name", "Margaret Ellison")
    margaret.write(" MBE")
    assert editor.unsaved
    margaret.press("Enter")
    margaret.until(lambda: on_file(margaret).name == "Margaret Ellison MBE")
    margaret.until(lambda: margaret.page.view.call.customer.name.text() == "Margaret Ellison MBE")
    margaret.until(margaret.page.view.call.customer.head.hasFocus)
    assert draft_of(margaret) == {}


def test_esc_leaves_what_stood_there(margaret: Hand) -> None:
    margaret.press("F2")
    editor_of(margaret)
    margaret.write("zzz")
    margaret.press("Escape")
    margaret.until(lambda: margaret.page.card.editor is None)
    assert on_file(margaret).name == "Margaret Ellison"
    margaret.until(lambda: draft_of(margaret) == {})
    assert margaret.page.reader.customer == MARGARET, "one step back, not two"


def test_tab_keeps_and_goes_on_also_to_what_is_not_known_yet(margaret: Hand) -> None:
    to_field(margaret, "Segment")
    margaret.write("Private")
    margaret.press("Tab")
    margaret.until(lambda: on_file(margaret).segment == "Private")
    margaret.until(lambda: editor_of(margaret).label == "Language")


def test_ctrl_z_takes_back_the_last_edit_after_the_field_was_left(margaret: Hand) -> None:
    to_field(margaret, "Town")
    margaret.press("Ctrl+A")
    margaret.write("York")
    margaret.press("Enter")
    margaret.until(lambda: on_file(margaret).city == "York")
    margaret.until(lambda: margaret.page.card.editor is None)
    margaret.press("Ctrl+N")
    margaret.until(margaret.writes_in_note)
    margaret.press("Ctrl+Z")
    margaret.until(lambda: on_file(margaret).city == "Leeds")


def test_ctrl_z_in_the_note_undoes_what_was_typed_there_first(margaret: Hand) -> None:
    to_field(margaret, "Town")
    margaret.press("Ctrl+A")
    margaret.write("York")
    margaret.press("Enter")
    margaret.until(lambda: on_file(margaret).city == "York")
    margaret.press("Ctrl+N")
    margaret.until(margaret.writes_in_note)
    margaret.write("x")
    margaret.press("Ctrl+Z")
    margaret.until(lambda: margaret.note.text.text == "")
    assert on_file(margaret).city == "York"


def test_several_lines_are_kept_by_enter(margaret: Hand) -> None:
    row = row_with(margaret, "By phone")
    row.setFocus()
    margaret.press("F2")
    editor = editor_of(margaret)
    assert editor.label == "How they like it"
    margaret.press("Shift+Enter")
    margaret.write("Asks for Jabu")
    margaret.press("Enter")
    margaret.until(lambda: on_file(margaret).preferences.endswith("\nAsks for Jabu"))


def test_what_cannot_be_taken_is_said_at_the_field_and_stays(margaret: Hand) -> None:
    editor = to_field(margaret, "Customer since")
    margaret.write(" or so")
    margaret.press("Enter")
    margaret.until(lambda: editor.problem)
    assert editor.problem == "This is not a day. Write it like 4 Mar 2019."
    assert editor.has_keyboard()
    assert editor.text.endswith(" or so")


# Nothing is lost -----------------------------------------------------------------------------------------------------


def test_words_typed_wait_for_their_customer(margaret: Hand) -> None:
    to_field(margaret, "Tier")
    margaret.write(" plus")
    margaret.until(lambda: draft_of(margaret).get("typed") == "Priority plus")
    margaret.open_customer_beside(TOMASZ)
    margaret.until(lambda: margaret.page.card.editor is None)
    assert on_file(margaret).tier == "Priority"
    margaret.open_customer_beside(MARGARET)
    margaret.until(lambda: margaret.page.card.editor is not None)
    editor = margaret.page.card.editor
    assert editor is not None
    assert (editor.label, editor.text, editor.unsaved) == ("Tier", "Priority plus", True)


def test_a_ring_takes_neither_the_field_nor_a_letter(margaret: Hand) -> None:
    editor = to_field(margaret, "Tier")
    margaret.write(" p")
    margaret.hear(ringing())
    margaret.until(margaret.page.view.chooser.isVisible)
    margaret.write("lus")
    assert (editor.has_keyboard(), editor.text) == (True, "Priority plus")


def test_words_typed_are_there_after_the_program_was_ended(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk()
    hand.open_customer(MARGARET)
    to_the_card(hand)
    to_field(hand, "Tier")
    hand.write(" plus")
    hand = open_a_desk()
    hand.open_customer(MARGARET)
    hand.until(lambda: hand.page.card.editor is not None)
    editor = hand.page.card.editor
    assert editor is not None
    assert (editor.label, editor.text, editor.unsaved) == ("Tier", "Priority plus", True)
    assert hand.writes_in_note(), "nobody is taken to it"


def test_a_colleagues_change_is_shown_and_takes_no_letter(margaret: Hand) -> None:
    editor = to_field(margaret, "Tier")
    margaret.write(" plus")
    margaret.press("Left")
    a_colleague_writes(margaret, tier="Gold")
    margaret.until(lambda: editor.other)
    assert editor.other == "A colleague changed it to “Gold”. Enter keeps yours, Esc leaves theirs."
    margaret.write("x")
    assert editor.text == "Priority pluxs", "the caret stayed where it was"
    margaret.press("Enter")
    margaret.until(lambda: on_file(margaret).tier == "Priority pluxs")


def test_lines_of_both_are_kept(margaret: Hand) -> None:
    row = row_with(margaret, "By phone")
    row.setFocus()
    margaret.press("F2")
    editor = editor_of(margaret)
    margaret.press("Shift+Enter")
    margaret.write("Asks for Jabu")
    before = on_file(margaret).preferences
    a_colleague_writes(margaret, preferences=before.replace("Speak slowly", "Speak slowly and clearly"))
    margaret.until(lambda: editor.other == "A colleague changed this too. Enter keeps both.")
    margaret.press("Enter")
    margaret.until(lambda: on_file(margaret).preferences.endswith("Asks for Jabu"))
    assert on_file(margaret).preferences.startswith("Speak slowly and clearly")


# Numbers, tags, people -----------------------------------------------------------------------------------------------


def by_palette(hand: Hand, words: str) -> None:
    hand.press("Ctrl+K")
    hand.write(words)
    hand.press("Enter")


def test_a_number_is_added_taken_off_and_put_back(margaret: Hand) -> None:
    by_palette(margaret, "add a phone")
    editor = editor_of(margaret)
    margaret.write("0113 496 0175")
    margaret.press("Enter")
    margaret.until(lambda: any(isinstance(p, FactRow) and "113 496" in p.words for p in places(margaret)))
    assert margaret.page.card.editor is None or margaret.page.card.editor is not editor
    row = row_with(margaret, "113 496")
    row.setFocus()
    margaret.press("Delete")
    margaret.until(lambda: not any(isinstance(p, FactRow) and "113 496" in p.words for p in places(margaret)))
    margaret.press("Ctrl+Z")
    margaret.until(lambda: any(isinstance(p, FactRow) and "113 496" in p.words for p in places(margaret)))


def test_the_keyboard_stays_on_the_card_when_its_last_line_is_taken_off(margaret: Hand) -> None:
    by_palette(margaret, "add a tag")
    editor_of(margaret)
    margaret.write("vip")
    margaret.press("Enter")
    margaret.until(lambda: any(isinstance(p, FactRow) and "vip" in p.words for p in places(margaret)))
    places(margaret)[-1].setFocus()
    last = places(margaret)[-1]
    margaret.press("Delete")
    margaret.until(lambda: last not in places(margaret) or last.isHidden())
    margaret.until(lambda: margaret.focus in places(margaret))


def test_a_number_that_two_merged_records_have_stands_once(hand: Hand) -> None:
    again = a_number(MARGARET, SHARED_LINE, label="work")
    again.id = known_id("the same number of the other record")
    hand.house.add(again)
    hand.open_customer(MARGARET)
    numbers = [p.words for p in places(hand) if isinstance(p, FactRow) and "7946 0172" in p.words]
    assert numbers == ["+44 20 7946 0172 home, shared"]


def places(hand: Hand) -> tuple[EditPlace, ...]:
    return hand.page.view.call.customer.places


def test_a_number_that_is_none_is_said_at_the_field(margaret: Hand) -> None:
    by_palette(margaret, "add a phone")
    editor = editor_of(margaret)
    margaret.write("02")
    margaret.press("Enter")
    margaret.until(lambda: editor.problem.startswith("This is not a phone number."))


def test_a_number_is_marked_shared_by_the_palette(margaret: Hand) -> None:
    row = row_with(margaret, "7946 0172")
    row.setFocus()
    by_palette(margaret, "shared number")
    margaret.until(lambda: not hand_point(margaret).shared)


def hand_point(hand: Hand) -> ContactPoint:
    card = hand.page.reader.card
    assert card is not None
    point = next(p for p in card.contact_points if p.e164)
    row = hand.row(ContactPoint, point.id)
    assert row is not None
    return row


def test_tags_and_people_stand_on_the_card(margaret: Hand) -> None:
    by_palette(margaret, "add a tag")
    editor_of(margaret)
    margaret.write("landlord")
    margaret.press("Enter")
    margaret.until(lambda: any(isinstance(p, FactRow) and p.words == "landlord" for p in places(margaret)))
    by_palette(margaret, "of the household")
    editor_of(margaret)
    margaret.write("Priya Shah, carer, may speak")
    margaret.press("Enter")
    margaret.until(lambda: any(isinstance(p, FactRow) and "Priya Shah, carer" in p.words for p in places(margaret)))
    with Session(margaret.house.engines.read) as session:
        assert [row.word for row in session.query(Tag)] == ["landlord"]


def test_a_promise_that_is_due_stands_on_the_card(hand: Hand) -> None:
    now = hand.house.clock.now()
    hand.house.add(
        Callback(
            id=known_id("call her"),
            customer_id=MARGARET,
            reason="When the engineer comes",
            due_at=now.replace(hour=14, minute=30),
            due_zone="Europe/London",
            state="open",
            queue="",
            scope_id=1,
            ver=1,
        )
    )
    hand.open_customer(MARGARET)
    assert hand.page.reader.card is not None
    assert [one.what for one in hand.page.reader.card.due] == ["When the engineer comes"]


# Who changed it ------------------------------------------------------------------------------------------------------


def test_f3_says_who_changed_what_and_that_the_server_is_away(margaret: Hand) -> None:
    to_field(margaret, "Town")
    margaret.press("Ctrl+A")
    margaret.write("York")
    margaret.press("Enter")
    margaret.until(lambda: on_file(margaret).city == "York")
    margaret.press("F3")
    margaret.until(lambda: margaret.page.stamps.shown)
    said = margaret.page.view.call.customer.head.said
    assert said.startswith("Town: Sam Okafor, ")
    assert said.endswith(", unsent\nThe server is away. Only changes made on this computer are shown.")
    margaret.press("F3")
    assert margaret.page.view.call.customer.head.said == ""


# Everybody can use it ------------------------------------------------------------------------------------------------


def test_each_field_has_a_name_and_is_reached_by_arrows(margaret: Hand) -> None:
    found = places(margaret)
    assert all(place.accessibleName() and place.accessibleDescription() == "F2 edits it" for place in found)
    QAccessible.setActive(True)
    told = [QAccessible.queryAccessibleInterface(place) for place in found]
    assert {one.role() for one in told} == {QAccessible.Role.Button}
    assert [one.text(QAccessible.Text.Name) for one in told] == [place.accessibleName() for place in found]
    margaret.press("Down")
    assert margaret.focus is found[1]
    margaret.press("Up")
    assert margaret.focus is found[0]


def test_the_editor_is_named_for_who_cannot_see_it_and_says_what_is_wrong(margaret: Hand) -> None:
    editor = to_field(margaret, "Customer since")
    margaret.write(" or so")
    margaret.press("Enter")
    margaret.until(lambda: editor.problem)
    assert editor.line is not None
    assert editor.line.edit.accessibleName() == "Customer since"
    assert editor.line.edit.accessibleDescription() == editor.problem


def test_a_shift_of_edits_leaves_nothing_behind(margaret: Hand) -> None:
    for word in ("one", "two", "three", "four"):
        to_field(margaret, "Segment")
        margaret.press("Ctrl+A")
        margaret.write(word)
        margaret.press("Enter")
        margaret.until(lambda: on_file(margaret).segment)
        margaret.until(lambda: margaret.page.card.editor is None)
    margaret.until(lambda: not margaret.page.card.findChildren(DraftKeeper))
