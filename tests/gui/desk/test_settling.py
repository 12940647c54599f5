"""What two people changed: both versions beside the customer, settled by keys, typed words kept, never a modal."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.stream import EntryKind
from crmdesk.domain.sync_state import ConflictView, Resolution
from crmdesk.models.customer import Customer
from crmdesk.models.local import ConflictRow, DraftRow
from crmdesk.ui.pages.desk.timeline_rows import EntryRow, spoken
from crmdesk.ui.settle.pane import SettlePane
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.conflicts import (
    ANITA,
    BASE,
    FIELD,
    KEPT_MINE,
    MINE,
    TEXT,
    THEIRS,
    a_conflict,
    change,
    two_versions,
)
from tests.support.desk import MARGARET, TOMASZ, answered, hung_up, known_id, ringing

HANDED_OVER_S = 0.7


def pane_of(hand: Hand) -> SettlePane:
    return hand.page.view.settle


def listed(hand: Hand) -> list[ConflictView]:
    return [row for row in pane_of(hand).rows.rows if isinstance(row, ConflictView)]


def merged(hand: Hand) -> str:
    return pane_of(hand).detail.merged.text.text


def shows(hand: Hand, conflict: object) -> bool:
    selected = pane_of(hand).selected
    return selected is not None and selected.id == conflict and bool(pane_of(hand).detail.before.text())


def kept(hand: Hand, conflict: object) -> ConflictRow:
    row = hand.row(ConflictRow, conflict)
    assert row is not None
    return row


@pytest.fixture
def settling(hand: Hand) -> Hand:
    """Return an agent at the side list, at the text with two versions."""
    two_versions(hand.house)
    hand.press("Ctrl+J, V")
    hand.until(lambda: shows(hand, TEXT))
    hand.until(lambda: hand.page.reader.card is not None and hand.page.reader.card.id == ANITA)
    hand.until(pane_of(hand).detail.merged.text.hasFocus)
    return hand


def test_the_status_line_says_how_many_are_to_settle_and_leads_there(hand: Hand) -> None:
    two_versions(hand.house)
    hand.run(hand.house.desk.sync.refresh())
    assert hand.window.status.settle.said.text == "2 to settle"
    hand.window.status.settle.click()
    hand.until(pane_of(hand).isVisible)
    hand.until(lambda: len(listed(hand)) == 3)
    assert pane_of(hand).count.text() == "2 open, 1 merged by itself today"


def test_open_ones_come_first_and_the_customer_stands_beside(settling: Hand) -> None:
    assert [view.settled_at is None for view in listed(settling)] == [True, True, False]
    assert settling.page.view.call.customer.name.text() == "Anita Sharma"
    assert settling.page.view.call.note.isHidden()
    assert not settling.page.view.preview.isVisible()


def test_before_both_versions_and_who_and_when_are_shown(settling: Hand) -> None:
    detail = pane_of(settling).detail
    assert detail.before.text() == BASE
    assert [box.text.toPlainText() for box in detail.versions] == [MINE, THEIRS]
    assert detail.whose[1].text() == "Jabu Mbeki"
    assert all(at.text() for at in detail.at)


def test_the_merged_text_is_complete_but_for_the_marked_place(settling: Hand) -> None:
    detail = pane_of(settling).detail
    assert detail.merged.text.places == (1,)
    assert detail.needs.text() == "one place needs you"
    assert not pane_of(settling).keep.isEnabled()
    settling.press("Ctrl+Enter")
    assert kept(settling, TEXT).settled_at is None


@pytest.mark.parametrize(
    ("digit", "ending"),
    [
        ("1", "Key with Mrs Bose at 14."),
        ("2", "Key with the caretaker."),
        ("0", "Key with the caretaker Mrs Bose at 14."),
    ],
)
def test_a_digit_settles_the_marked_place(settling: Hand, digit: str, ending: str) -> None:
    settling.press(f"Ctrl+{digit}")
    assert merged(settling).endswith(ending)
    assert pane_of(settling).detail.needs.text() == "complete"
    settling.press("Ctrl+Z")
    assert pane_of(settling).detail.merged.text.places == (1,)


def test_ctrl_enter_keeps_the_merged_text_and_goes_on_to_the_next(settling: Hand) -> None:
    settling.press("Ctrl+1", "Ctrl+Enter")
    settling.until(lambda: shows(settling, FIELD))
    row = kept(settling, TEXT)
    assert row.resolution == Resolution.BOTH.value
    customer = settling.row(Customer, ANITA)
    assert customer is not None
    assert customer.preferences == KEPT_MINE


def test_words_typed_beside_the_marked_place_do_not_settle_it(settling: Hand) -> None:
    editor = pane_of(settling).detail.merged.text
    editor.moveCursor(editor.textCursor().MoveOperation.End)
    settling.write(" Thank you.")
    assert editor.places == (1,)
    cursor = editor.textCursor()
    cursor.setPosition(editor.text.index("the caretaker") + len("the caretaker"))
    editor.setTextCursor(cursor)
    settling.write(" of No 3")
    assert editor.places == (1,)
    settling.press("Ctrl+2")
    assert editor.text.endswith("Key with the caretaker of No 3. Thank you.")


def test_words_typed_into_the_marked_place_settle_it(settling: Hand) -> None:
    editor = pane_of(settling).detail.merged.text
    start = editor.text.index("Mrs Bose")
    cursor = editor.textCursor()
    cursor.setPosition(start)
    cursor.setPosition(editor.text.index("the caretaker") + len("the caretaker"), cursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
    settling.write("both of them")
    assert editor.places == ()
    assert pane_of(settling).keep.isEnabled()
    settling.press("Ctrl+Enter")
    settling.until(lambda: shows(settling, FIELD))
    customer = settling.row(Customer, ANITA)
    assert customer is not None
    assert customer.preferences.endswith("Key with both of them.")


def test_what_was_typed_is_there_again_after_esc_and_after_a_restart(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk()
    two_versions(hand.house)
    for turn in range(2):
        hand.press("Ctrl+J, V")
        hand.until(lambda: shows(hand, TEXT))  # noqa: B023
        editor = pane_of(hand).detail.merged.text
        hand.until(editor.hasFocus)
        if turn:
            hand.until(lambda: merged(hand).startswith("Note well: "))  # noqa: B023
            assert editor.places == (1,)
            continue
        editor.moveCursor(editor.textCursor().MoveOperation.Start)
        hand.write("Note well: ")
        hand.press("Escape")
        assert pane_of(hand).isHidden()
        hand.until(lambda: hand.row(DraftRow, ("conflict preferences", ANITA)) is not None)  # noqa: B023
        hand = open_a_desk()


def test_a_settled_text_leaves_no_draft(settling: Hand) -> None:
    settling.write("A")
    settling.until(lambda: settling.row(DraftRow, ("conflict preferences", ANITA)) is not None)
    settling.press("Ctrl+1", "Ctrl+Enter")
    settling.until(lambda: shows(settling, FIELD))
    settling.until(lambda: settling.row(DraftRow, ("conflict preferences", ANITA)) is None)


def test_what_is_kept_for_the_lock_while_it_is_settled_is_no_draft_afterwards(settling: Hand) -> None:
    settling.press("Ctrl+1", "Ctrl+Enter")
    settling.run(settling.page.side.settle.settle())
    settling.until(lambda: shows(settling, FIELD))
    settling.rest()
    assert settling.row(DraftRow, ("conflict preferences", ANITA)) is None


def test_who_goes_to_another_while_one_is_settled_stays_there(settling: Hand) -> None:
    settling.press("Ctrl+1", "Ctrl+Enter")
    pane_of(settling).list.select(2)
    chosen = pane_of(settling).selected
    settling.rest()
    assert kept(settling, TEXT).settled_at is not None
    assert pane_of(settling).selected == chosen


def test_of_two_that_are_wanted_the_later_is_shown(hand: Hand) -> None:
    two_versions(hand.house)
    for conflict in (TEXT, FIELD):
        hand.page.side.settle.open(conflict)
    hand.rest()
    assert shows(hand, FIELD)


def test_a_customer_who_is_read_late_does_not_come_once_the_list_is_put_away(settling: Hand) -> None:
    pane_of(settling).list.setFocus()
    settling.press("J", "Escape")
    settling.rest()
    assert settling.page.reader.customer == ANITA


def test_of_a_plain_field_one_is_chosen(settling: Hand) -> None:
    pane_of(settling).list.setFocus()
    settling.press("J")
    settling.until(lambda: shows(settling, FIELD) and not pane_of(settling).detail.merged.isVisible())
    settling.until(lambda: settling.page.reader.customer == TOMASZ)
    settling.press("Ctrl+1", "Ctrl+Enter")
    settling.until(lambda: kept(settling, FIELD).settled_at is not None)
    customer = settling.row(Customer, TOMASZ)
    assert customer is not None
    assert customer.product == "HomeCover Plus"


def test_into_a_plain_field_of_words_another_value_may_be_typed(settling: Hand) -> None:
    pane_of(settling).list.setFocus()
    settling.press("J")
    settling.until(lambda: shows(settling, FIELD) and pane_of(settling).detail.other.isVisible())
    pane_of(settling).detail.other.edit.setFocus()
    settling.write("HomeCover Family")
    settling.press("Ctrl+Enter")
    settling.until(lambda: kept(settling, FIELD).settled_at is not None)
    customer = settling.row(Customer, TOMASZ)
    assert customer is not None
    assert customer.product == "HomeCover Family"


def test_what_merged_by_itself_can_be_read_but_not_changed(settling: Hand) -> None:
    pane_of(settling).list.setFocus()
    settling.press("J", "J")
    settling.until(lambda: not pane_of(settling).keep.isVisible())
    assert merged(settling) == "In Arabic. By phone, mornings."
    assert pane_of(settling).detail.merged.text.isReadOnly()


def test_a_colleagues_next_change_is_told_and_nothing_typed_is_lost(settling: Hand) -> None:
    settling.press("Ctrl+1")
    change(settling.house, ANITA, preferences=THEIRS + " Ask for Ravi.")
    settling.press("Ctrl+Enter")
    settling.until(lambda: pane_of(settling).detail.versions[1].text.toPlainText().endswith("Ask for Ravi."))
    settling.until(lambda: "changed it again" in pane_of(settling).problem.text())
    assert kept(settling, TEXT).settled_at is None
    assert "Mrs Bose at 14" in merged(settling)


def test_the_customer_pane_marks_the_field_and_leads_to_it(hand: Hand) -> None:
    two_versions(hand.house)
    hand.open_customer(TOMASZ)
    marks = hand.page.view.call.customer.versions
    hand.until(lambda: bool(marks) and marks[0].isVisible())
    assert marks[0].accessibleName() == "Product: two versions, both are kept until you settle it"
    marks[0].click()
    hand.until(lambda: shows(hand, FIELD))
    hand.open_customer_beside(MARGARET)
    hand.until(lambda: pane_of(hand).isHidden())
    assert not marks[0].isVisible()


def test_a_narrow_window_says_it_in_the_strip(hand: Hand) -> None:
    hand.window.resize(1100, 700)
    two_versions(hand.house)
    hand.open_customer(TOMASZ)
    strip = hand.page.view.call.strip
    hand.until(lambda: "Two versions" in strip.marks.text())


def test_a_call_that_is_answered_takes_the_place_of_the_list(settling: Hand) -> None:
    call = settling.hear(ringing())
    settling.until(settling.page.view.chooser.isVisible)
    assert pane_of(settling).isVisible()
    settling.house.clock.advance(HANDED_OVER_S)
    settling.press("Ctrl+1")
    settling.hear(answered(call))
    settling.until(lambda: pane_of(settling).isHidden())
    assert settling.page.view.call.note.isVisible()


def test_during_wrap_up_the_digits_belong_to_the_list_that_is_seen(hand: Hand) -> None:
    two_versions(hand.house)
    call = hand.hear(ringing())
    hand.until(lambda: hand.popped)
    hand.press("Ctrl+1")
    call = hand.hear(answered(call))
    hand.hear(hung_up(call))
    hand.until(hand.page.notes.wraps_up)
    hand.press("Ctrl+J, V")
    hand.until(lambda: shows(hand, TEXT))
    hand.house.clock.advance(HANDED_OVER_S)
    hand.until(lambda: pane_of(hand).detail.merged.text.places == (1,))
    hand.press("Ctrl+2")
    assert pane_of(hand).detail.merged.text.places == ()
    assert hand.page.view.call.customer.name.text() != "Anita Sharma"
    hand.page.view.call.timeline.list.setFocus()
    hand.press("Escape")
    assert hand.page.view.call.note.isVisible()
    assert hand.writes_in_note()


def test_customer_text_is_never_read_as_markup(hand: Hand) -> None:
    two_versions(hand.house)
    hostile = '<img src="file:///etc/passwd"> <b>bold</b>'
    change(hand.house, ANITA, preferences=hostile)
    hand.house.bus.publish(Changes.of(Kind.CONFLICT, TEXT))
    hand.press("Ctrl+J, V")
    hand.until(lambda: shows(hand, TEXT))
    hand.until(lambda: pane_of(hand).detail.versions[1].text.toPlainText() == hostile)


def test_a_very_long_text_can_be_settled_too(hand: Hand) -> None:
    two_versions(hand.house)
    long = "All that was agreed in the last ten years. " * 400
    hand.house.add(a_conflict("long", MARGARET, "preferences", long, f"Mine. {long}", f"{long}Theirs."))
    change(hand.house, MARGARET, preferences=f"{long}Theirs.")
    hand.press("Ctrl+J, V")
    hand.until(lambda: len(listed(hand)) == 4)
    hand.page.side.settle.open(known_id("long"))
    hand.until(lambda: shows(hand, known_id("long")) and pane_of(hand).keep.isEnabled())
    assert merged(hand).startswith("Mine. ")
    assert merged(hand).endswith("Theirs.")
    assert pane_of(hand).detail.before.text().endswith("…")
    assert pane_of(hand).detail.merged.height() < 300


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (1920, 1080), (1024, 640)])
def test_nothing_is_cut_and_everything_is_named(settling: Hand, size: tuple[int, int]) -> None:
    settling.window.resize(*size)
    pane = pane_of(settling)
    settling.until(lambda: settling.window.width() == size[0])
    assert settling.page.view.call.timeline.width() >= 300
    for button in (*pane.detail.keep.values(), pane.later, pane.keep):
        assert button.width() >= button.minimumSizeHint().width()
    for widget in (pane.list, pane.detail.merged.text, *(box.text for box in pane.detail.versions)):
        assert widget.accessibleName()
        assert widget.focusPolicy() is not Qt.FocusPolicy.NoFocus


def test_the_timeline_says_who_changed_what_and_when(settling: Hand) -> None:
    def told() -> list[str]:
        rows = settling.page.view.call.timeline.list.rows.rows
        return [spoken(row) for row in rows if isinstance(row, EntryRow) and row.entry.kind is EntryKind.CHANGE]

    settling.until(lambda: bool(told()))
    assert told() == [
        "14:13, Jabu Mbeki changed “Preferences”",
        "14:06, You changed “Preferences”",
    ]
