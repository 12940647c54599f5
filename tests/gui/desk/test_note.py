"""Every word is kept as it is typed, and "Saved" is said only when it is on the disk."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtGui import QGuiApplication
from sqlalchemy import text

from crmdesk.models.interaction import Note
from crmdesk.models.local import DraftRow
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.desk import MARGARET, OMARS_LINE, TOMASZ, TOMASZS_LINE, answered, hung_up, ringing


def draft(hand: Hand, subject: UUID) -> str | None:
    row = hand.row(DraftRow, ("note", subject))
    return None if row is None else row.fields["note"]


def fill_the_disk(hand: Hand) -> None:
    """Let SQLite find no room for another page, as on a full disk."""
    with hand.house.engines.write.begin() as connection:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def make_room(hand: Hand) -> None:
    with hand.house.engines.write.begin() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 100000000")


def test_the_note_is_ready_before_anything_is_typed(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    assert hand.note.saved.text() == "Ready, just type"


def test_a_note_is_on_the_disk_when_it_says_saved(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write("Refund approved")
    assert not hand.note.saved.text().startswith("Saved")
    hand.saved()
    assert draft(hand, TOMASZ) == "Refund approved"
    assert hand.note.saved.text() == "Saved 14:18:40"


def test_a_draft_survives_the_end_of_the_program(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk()
    hand.open_customer(TOMASZ)
    hand.write("He asked why nobody told him")
    hand.saved()
    hand = open_a_desk()
    hand.until(lambda: [parked.title for parked in hand.window.lane.lane.parked] == ["Tomasz Wiśniewski"])
    hand.press("Ctrl+Tab")
    hand.until(lambda: hand.note.text.text == "He asked why nobody told him")
    assert hand.note.title.text() == "Note, Tomasz Wiśniewski"


def test_going_elsewhere_keeps_the_note_at_once(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write("One")
    hand.page.open_customer(MARGARET)
    hand.until(lambda: draft(hand, TOMASZ) == "One")
    hand.until(lambda: hand.note.title.text() == "Note, Margaret Ellison")
    assert hand.note.text.text == ""


def test_hanging_up_keeps_the_note_at_once(hand: Hand) -> None:
    call = hand.hear(answered(hand.hear(ringing("omar", OMARS_LINE))))
    hand.until(hand.writes_in_note)
    hand.write("Wants to speak Arabic")
    hand.hear(hung_up(call))
    hand.until(lambda: draft(hand, call.contact_id) == "Wants to speak Arabic")


def test_two_calls_at_once_keep_two_notes(hand: Hand) -> None:
    first = hand.hear(answered(hand.hear(ringing("omar", OMARS_LINE))))
    hand.until(hand.writes_in_note)
    hand.write("About the policy")
    second = hand.hear(answered(hand.hear(ringing("tomasz", TOMASZS_LINE))))
    hand.until(lambda: hand.page.view.call.customer.name.text() == "Tomasz Wiśniewski")
    assert hand.note.text.text == ""
    hand.write("About the refund")
    hand.press("Ctrl+Tab")
    hand.until(lambda: hand.note.text.text == "About the policy")
    hand.press("Ctrl+Tab")
    hand.until(lambda: hand.note.text.text == "About the refund")
    hand.until(lambda: draft(hand, first.contact_id) == "About the policy")
    hand.until(lambda: draft(hand, second.contact_id) == "About the refund")


def test_a_text_that_cannot_be_kept_stays_says_so_and_can_be_copied(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    fill_the_disk(hand)
    long = "Do not lose me. " * 20_000
    hand.note.text.insert(long)
    hand.until(hand.note.trouble.isVisible)
    assert hand.note.saved.text() == "Not saved"
    assert "disk" in hand.note.trouble.text.text()
    assert hand.note.text.text == long
    hand.note.copy.click()
    assert QGuiApplication.clipboard().text() == long
    make_room(hand)
    hand.write("!")
    hand.saved()
    assert not hand.note.trouble.isVisible()
    assert draft(hand, TOMASZ) == long + "!"


def test_a_note_without_a_call_becomes_a_record_with_one_key(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write("Sent the statement")
    hand.press("Ctrl+Enter")
    hand.until(lambda: any(e.body == "Sent the statement" for e in hand.page.view.call.timeline.entries))
    hand.until(lambda: hand.note.text.text == "")
    assert draft(hand, TOMASZ) is None


def test_a_note_that_is_emptied_leaves_no_draft(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write("x")
    hand.saved()
    hand.press("Backspace")
    hand.until(lambda: draft(hand, TOMASZ) is None)


def test_an_empty_note_cannot_be_saved_and_says_so(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.press("Ctrl+Enter")
    hand.until(hand.window.notice.isVisible)
    assert hand.window.notice.words.text() == "The note is empty."
    with hand.house.engines.read.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM note")) == 1
    assert hand.row(Note, TOMASZ) is None


def test_the_list_of_keys_closes_at_escape_and_the_note_goes_on(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    hand.write("Wants")
    hand.press("F1", "Esc")
    assert hand.writes_in_note()
    hand.write(" a call")
    assert hand.note.text.text == "Wants a call"
