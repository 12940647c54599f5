"""Text modules in the note: offered by shortcut, taken with Tab, marked where something is still to be said."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible

from crmdesk.models.local import DraftRow
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.desk import MARGARET, OMARS_LINE, TOMASZ, answered, ringing
from tests.support.knowledge import rows_of


@pytest.fixture
def hand(open_a_desk: OpenDesk) -> Hand:
    """Return an agent at a desk with the demo's text modules."""
    open_a_desk().house.add(*rows_of())
    hand = open_a_desk()
    hand.until(lambda: hand.page.knowledge.modules.count > 0)
    return hand


def offered(hand: Hand) -> list[str]:
    shown = hand.page.knowledge.modules.list
    return [module.shortcut for module in shown.modules] if shown.isVisible() else []


def selected(hand: Hand) -> str:
    return hand.note.text.editor.textCursor().selectedText()


def test_a_shortcut_offers_modules_and_the_keys_stay_in_the_note(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write("Nobody came. ;vul")
    assert offered(hand) == ["vul", "vulc"]
    assert hand.writes_in_note()
    hand.write("c")
    assert offered(hand) == ["vulc"]
    hand.write(" ")
    assert offered(hand) == []


def test_tab_puts_it_in_filled_from_customer_and_call(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write(";bye")
    hand.press("Tab")
    assert hand.note.text.text == "Everything answered, nothing left to do for us. Sam Okafor, Wed 23 Dec 2026."
    assert offered(hand) == []
    assert hand.writes_in_note()


def test_what_is_unknown_stays_marked_and_tab_goes_from_one_to_the_next(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write(";vulc")
    hand.press("Tab")
    assert "Tomasz Wiśniewski agrees that we keep “{health need}”" in hand.note.text.text
    assert selected(hand) == "{health need}"
    assert len(hand.note.text.editor.extraSelections()) == 1
    hand.write("oxygen at home")
    assert hand.note.text.editor.extraSelections() == []
    hand.press("Tab")
    assert not hand.writes_in_note(), "behind the last one Tab leaves the note as ever"


def test_taking_it_back_brings_back_what_was_typed_in_one_step(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write("Before. ;missed")
    hand.press("Tab")
    assert hand.note.text.text.startswith("Before. Nobody came on {day}")
    hand.press("Ctrl+Z")
    assert hand.note.text.text == "Before. ;missed"


def test_arrows_choose_and_escape_puts_the_list_away_and_nothing_else(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write(";vul")
    hand.press("Down")
    assert hand.page.knowledge.modules.list.place == 1
    hand.press("Escape")
    assert offered(hand) == []
    assert hand.writes_in_note()
    assert hand.note.text.text == ";vul"
    hand.press("Backspace")
    assert offered(hand) == ["vul", "vulc"]
    hand.press("Down", "Up", "Down", "Tab")
    assert hand.note.text.text.startswith("Tomasz Wiśniewski agrees")


def test_what_a_module_put_in_is_in_the_draft(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    hand.write(";bye")
    hand.press("Tab")
    hand.saved()
    row = hand.row(DraftRow, ("note", MARGARET))
    assert row is not None
    assert row.fields["note"] == hand.note.text.text


def test_characters_beyond_the_basic_plane_do_not_shift_what_is_replaced(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.note.text.insert("🔥🔥 hot ")
    hand.write(";bye")
    hand.press("Tab")
    assert hand.note.text.text.startswith("🔥🔥 hot Everything answered")


def test_a_caller_who_is_only_a_number_has_no_name_to_fill_in(hand: Hand) -> None:
    hand.hear(answered(hand.hear(ringing("nobody", "+12125550143"))))
    hand.until(hand.writes_in_note)
    hand.write(";cb")
    hand.press("Tab")
    assert hand.note.text.text.startswith("Promised {customer} a call on {day}")
    assert "212" in hand.note.text.text, "but the number"


def test_a_call_fills_in_whoever_is_calling(hand: Hand) -> None:
    hand.hear(answered(hand.hear(ringing("omar", OMARS_LINE))))
    hand.until(hand.writes_in_note)
    hand.until(lambda: hand.page.reader.card is not None)
    hand.write(";cb")
    hand.press("Tab")
    assert hand.note.text.text.startswith("Promised عمر الحداد a call")


def test_whoever_listens_is_told_which_module_tab_would_take(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    QAccessible.setActive(True)
    hand.write(";vul")
    hand.press("Down")
    said = QAccessible.queryAccessibleInterface(hand.page.knowledge.modules.list)
    QAccessible.setActive(False)
    assert said is not None
    assert said.text(QAccessible.Text.Description) == ";vulc, Consent to record a health need, 2 of 2, Tab takes it"
