"""The desk as a whole: what it shows, how it folds, and that hands never leave the keyboard."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QListView, QTextEdit, QWidget

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.interactions import InteractionState
from crmdesk.models.interaction import Interaction
from crmdesk.ui.pages.desk.timeline_rows import EntryRow, Show
from tests.gui.desk.conftest import OpenDesk
from tests.gui.desk.hand import Hand
from tests.support.clock import AFTERNOON
from tests.support.desk import (
    MARGARET,
    OMAR,
    TOMASZ,
    a_complaint,
    a_customer,
    a_note,
    a_number,
    answered,
    hung_up,
    known_id,
    ringing,
)

HOSTILE = '<b>Bobby</b> <img src="file:///etc/passwd">'


def spoken(hand: Hand) -> list[str]:
    """Return the entries of the timeline as they are read aloud."""
    rows = hand.page.view.call.timeline.list.rows
    return [str(rows.data(rows.index(place))) for place in range(len(rows.rows))]


def entries(hand: Hand) -> list[EntryRow]:
    return [row for row in hand.page.view.call.timeline.list.rows.rows if isinstance(row, EntryRow)]


# What is shown -----------------------------------------------------------------------------------------------------


def test_unknown_facts_take_no_room_and_the_care_marker_comes_first(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    pane = hand.page.view.call.customer
    assert pane.marks.text().startswith("Oxygen at home")
    hand.open_customer(TOMASZ)
    titles = [label.text() for label in pane.findChildren(QLabel) if label.isVisible()]
    assert "How they like it" not in titles
    assert "Cover" not in titles
    assert "Reach them" in titles


def test_the_timeline_tells_calls_notes_and_complaints_under_their_days(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    hand.until(lambda: len(entries(hand)) == 4)
    said = spoken(hand)
    assert said[0] == "Yesterday, Tue 22 December"
    assert said[1].startswith("16:17, Note, Jabu Mbeki, Internal, Very upset")
    assert said[2] == "16:10, Call, 6 min 12 s, Jabu Mbeki, Heating emergency, Visit rebooked"
    assert "CP-26-07377 registered" in said[-1]


def test_the_timeline_is_filtered_by_key_and_searched_with_a_slash(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    hand.until(lambda: len(entries(hand)) == 4)
    timeline = hand.page.view.call.timeline
    timeline.list.setFocus()
    hand.press("C")
    assert len(entries(hand)) == 2
    hand.press("A", "/")
    assert timeline.search.hasFocus()
    hand.write("heater")
    hand.until(lambda: len(entries(hand)) == 1)
    hand.press("Escape")
    hand.until(lambda: len(entries(hand)) == 4)
    assert timeline.list.hasFocus()


def test_a_long_timeline_comes_in_pages_as_one_scrolls(hand: Hand) -> None:
    notes = [a_note(f"old {n}", TOMASZ, AFTERNOON - timedelta(days=100, minutes=n), f"Entry {n}") for n in range(180)]
    hand.house.add(*notes)
    hand.open_customer(TOMASZ)
    hand.until(lambda: len(entries(hand)) == 50)
    bar = hand.page.view.call.timeline.list.verticalScrollBar()

    def at_the_end() -> bool:
        bar.setValue(bar.maximum())
        return len(entries(hand)) == 182

    hand.until(at_the_end)
    assert [row.entry.id for row in entries(hand)] == list(dict.fromkeys(row.entry.id for row in entries(hand)))


def test_a_filter_without_a_fit_in_the_first_page_goes_on_reading(hand: Hand) -> None:
    notes = [a_note(f"new {n}", OMAR, AFTERNOON - timedelta(minutes=n), f"Entry {n}") for n in range(80)]
    hand.house.add(*notes)
    hand.open_customer(OMAR)
    hand.until(lambda: len(entries(hand)) == 50)
    hand.page.view.call.timeline.filter(Show.COMPLAINTS)
    hand.until(lambda: len(entries(hand)) == 1)


def test_the_talk_stands_on_top_of_the_timeline(hand: Hand) -> None:
    call = hand.hear(ringing())
    hand.until(lambda: hand.popped)
    hand.press("Ctrl+1")
    hand.hear(answered(call))
    hand.until(lambda: entries(hand) and entries(hand)[0].title == "Call, talking now")
    assert entries(hand)[0].detail.endswith("waited 1:48, you")


def test_the_desk_reads_again_only_what_concerns_it(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.until(lambda: len(entries(hand)) == 2)
    hand.house.add(a_note("a colleague's", TOMASZ, AFTERNOON, "He called the other office"))
    hand.house.bus.publish(Changes.of(Kind.AGENT, known_id("jabu")))
    hand.house.bus.publish(Changes.of(Kind.NOTE, known_id("a colleague's")))
    hand.until(lambda: len(entries(hand)) == 3)


def test_hostile_text_is_shown_as_it_is_everywhere(open_a_desk: OpenDesk) -> None:
    hand = open_a_desk()
    evil = a_customer(HOSTILE, summary=HOSTILE, city=HOSTILE, care=HOSTILE, product=HOSTILE, preferences=HOSTILE)
    hand.house.add(
        evil,
        a_number(evil.id, "+442079461111", label=HOSTILE),
        a_note("evil", evil.id, AFTERNOON, HOSTILE),
        a_complaint("CP-26-06666", evil.id, AFTERNOON, category=HOSTILE, verbatim=HOSTILE, product=HOSTILE),
    )
    hand.hear(ringing("evil", "+442079461111"))
    hand.until(lambda: hand.page.view.call.customer.name.text() == HOSTILE)
    hand.until(lambda: len(entries(hand)) == 2)
    for label in hand.window.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText, label
        assert HOSTILE not in label.toolTip()
    hand.note.text.insert(HOSTILE)
    assert hand.note.text.text == HOSTILE
    assert HOSTILE in spoken(hand)[1]


# The idle desk -----------------------------------------------------------------------------------------------------


def test_grave_complaints_come_first_and_enter_opens_the_customer(hand: Hand) -> None:
    section = hand.page.view.idle.sections
    complaints = next(s for s in section.values() if s.work == "complaint")
    hand.until(lambda: len(complaints.model.rows) == 3)
    assert str(complaints.model.data(complaints.model.index(0))).startswith("عمر الحداد, Severity 4")
    complaints.table.view.setFocus()
    hand.press("J")
    hand.until(lambda: hand.page.view.preview.name.text() == "Tomasz Wiśniewski")
    hand.press("K", "J", "Enter")
    hand.until(lambda: hand.page.view.call.customer.name.text() == "Tomasz Wiśniewski")
    hand.press("Escape")
    hand.until(lambda: hand.page.view.at_work)


def test_of_very_many_complaints_it_says_how_many_are_shown(hand: Hand) -> None:
    complaints = next(s for s in hand.page.view.idle.sections.values() if s.work == "complaint")
    hand.until(lambda: len(complaints.model.rows) == 3)
    hand.house.add(*(a_complaint(f"CP-27-{n:05d}", OMAR, AFTERNOON) for n in range(210)))
    hand.house.bus.publish(Changes.of(Kind.COMPLAINT, known_id("CP-27-00000")))
    hand.until(lambda: complaints.count.text() == "200 of 213 shown")


def test_a_new_complaint_of_a_colleague_appears_by_itself(hand: Hand) -> None:
    complaints = next(s for s in hand.page.view.idle.sections.values() if s.work == "complaint")
    hand.until(lambda: len(complaints.model.rows) == 3)
    row = a_complaint("CP-26-09999", OMAR, AFTERNOON, severity=5)
    hand.house.add(row)
    hand.house.bus.publish(Changes.of(Kind.COMPLAINT, known_id("CP-26-09999")))
    hand.until(lambda: len(complaints.model.rows) == 4)
    assert "CP-26-09999" in str(complaints.model.data(complaints.model.index(0)))


def test_only_one_row_of_all_lists_is_selected(hand: Hand) -> None:
    views = [s.table.view for s in hand.page.view.idle.sections.values()]
    for view in views:
        view.setFocus()
        view.select(0)
    assert sum(view.row is not None for view in views) == 1


# Hands on the keyboard ---------------------------------------------------------------------------------------------


def test_a_whole_call_without_the_mouse(hand: Hand) -> None:
    call = hand.hear(ringing())
    hand.until(lambda: hand.popped)
    hand.press("Ctrl+1")
    hand.hear(answered(call))
    hand.write("Third call. ")
    hand.press("Ctrl+R")
    hand.until(lambda: hand.page.forms.form is not None and hand.page.forms.form.reference != "")
    assert hand.page.view.call.note.text.text == "Third call. "
    hand.press("Escape")
    hand.until(lambda: hand.page.forms.form is None)
    assert hand.writes_in_note()
    hand.write("Wants a named person.")
    hand.hear(hung_up(answered(call)))
    hand.until(lambda: hand.note.outcomes.chosen is not None)
    hand.press("Ctrl+Enter")
    hand.until(lambda: hand.page.view.at_work)
    row = hand.row(Interaction, call.contact_id)
    assert row is not None
    assert (row.customer_id, row.state) == (MARGARET, InteractionState.CLOSED)


def test_f6_goes_through_the_panes_in_reading_order(hand: Hand) -> None:
    hand.open_customer(MARGARET)
    hand.until(lambda: len(entries(hand)) == 4)
    hand.press("F6")
    first = hand.focus
    hand.press("F6")
    assert hand.focus is not first
    hand.press("Ctrl+N")
    assert hand.writes_in_note()


@pytest.mark.parametrize("place", ["work", "customer", "call", "unknown"])
def test_everything_that_takes_the_keyboard_has_a_name(hand: Hand, place: str) -> None:
    if place == "customer":
        hand.open_customer(MARGARET)
    elif place == "call":
        hand.hear(hung_up(answered(hand.hear(ringing()))))
        hand.until(lambda: hand.note.outcomes.chosen is not None)
    elif place == "unknown":
        hand.hear(ringing("new", "+12125550143"))
        hand.until(hand.page.view.call.number.isVisible)
        hand.page.view.call.number.start_attach()
    kinds = (QAbstractButton, QLineEdit, QTextEdit, QListView)
    for widget in hand.page.findChildren(QWidget):
        if isinstance(widget, kinds) and widget.isVisible() and widget.focusPolicy() is not Qt.FocusPolicy.NoFocus:
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface.text(QAccessible.Text.Name), widget


# Folding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "height", "strip", "note"), [(1440, 900, False, 392), (1366, 768, False, 352), (1100, 700, True, 352)]
)
def test_the_desk_folds_as_the_window_narrows(hand: Hand, width: int, height: int, strip: bool, note: int) -> None:
    hand.window.resize(width, height)
    hand.open_customer(MARGARET)
    call = hand.page.view.call
    hand.until(lambda: call.strip.isVisible() == strip)
    assert call.customer.isVisible() != strip
    assert call.note.width() == note
    assert call.timeline.width() >= 420
    assert call.note.saved.isVisible()
    assert call.note.primary.isVisible()
    care = call.strip.marks if strip else call.customer.marks
    assert care.isVisible()
    assert care.text().startswith("Oxygen at home")


def test_the_folded_customer_opens_over_the_timeline_on_demand(hand: Hand) -> None:
    hand.window.resize(1100, 700)
    hand.open_customer(MARGARET)
    call = hand.page.view.call
    hand.until(call.strip.isVisible)
    hand.press("F6")
    hand.until(call.customer.isVisible)
    hand.press("Escape")
    assert not call.customer.isVisible()
    hand.window.resize(1440, 900)
    hand.until(call.customer.isVisible)


# What cannot be read -----------------------------------------------------------------------------------------------


def rename(hand: Hand, table: str, to: str) -> None:
    """Take a table away, as a damaged file does, or give it back."""
    with hand.house.engines.write.begin() as connection:
        connection.exec_driver_sql("PRAGMA legacy_alter_table = ON")
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")


def test_a_card_that_cannot_be_read_says_so_and_can_be_tried_again(hand: Hand) -> None:
    hand.open_customer(TOMASZ)
    hand.write("Still here")
    rename(hand, "contact_point", "away")
    hand.house.bus.publish(Changes(everything=True))
    pane = hand.page.view.call.customer
    hand.until(pane.failure.isVisible)
    assert hand.note.text.text == "Still here"
    rename(hand, "away", "contact_point")
    pane.again.emit()
    hand.until(lambda: not pane.failure.isVisible())
    assert pane.name.text() == "Tomasz Wiśniewski"


def test_a_list_that_cannot_be_read_leaves_the_others_alive(hand: Hand) -> None:
    sections = {section.work.value: section for section in hand.page.view.idle.sections.values()}
    rename(hand, "complaint", "away")
    hand.page.work.read()
    hand.until(sections["complaint"].failure.isVisible)
    assert sections["call"].table.isVisible()
    rename(hand, "away", "complaint")
    sections["complaint"].again.emit()
    hand.until(sections["complaint"].table.isVisible)


def test_enter_shows_a_long_note_whole(hand: Hand) -> None:
    long = "Every word of this long note is to be read. " * 40
    hand.house.add(a_note("long", TOMASZ, AFTERNOON, long))
    hand.open_customer(TOMASZ)
    hand.until(lambda: len(entries(hand)) == 3)
    view = hand.page.view.call.timeline.list
    view.setFocus()
    hand.press("J")
    index = view.currentIndex()
    short = view.visualRect(index).height()
    hand.press("Enter")
    hand.until(lambda: view.visualRect(view.currentIndex()).height() > 2 * short)
    hand.press("Enter")
    hand.until(lambda: view.visualRect(view.currentIndex()).height() == short)


def test_a_low_window_puts_the_last_facts_behind_a_button(hand: Hand) -> None:
    hand.window.resize(1366, 640)
    hand.open_customer(MARGARET)
    pane = hand.page.view.call.customer
    hand.until(pane.more.isVisible)
    titles = [label.text() for label in pane.findChildren(QLabel) if label.isVisible()]
    assert "Open complaints" in titles
    assert "Reach them" not in titles
    pane.more.click()
    titles = [label.text() for label in pane.findChildren(QLabel) if label.isVisible()]
    assert "Reach them" in titles
