"""The timeline: every kind of entry, filtered by key and searched to its end, and quick however long it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crmdesk.domain.changes import Changes, Kind
from crmdesk.models.message import Message
from crmdesk.models.task import Task
from crmdesk.ui.pages.desk import reader
from crmdesk.ui.pages.desk.stream_view import StreamModel, StreamView
from crmdesk.ui.pages.desk.timeline_paint import TimelineDelegate
from crmdesk.ui.pages.desk.timeline_rows import DayRow, EntryRow, Frame, Reading, key_of, rows_for, spoken
from crmdesk.ui.qt.tasks import running
from crmdesk.ui.theme import Icon
from tests.gui.desk.hand import Hand
from tests.gui.desk.test_rows import READING, an_entry
from tests.support.card_scenes import full_life
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, TOMASZ, a_note, known_id

HELD = {"scope_id": 1, "ver": 1}


def entries(hand: Hand) -> list[EntryRow]:
    return [row for row in hand.page.view.call.timeline.list.rows.rows if isinstance(row, EntryRow)]


def a_mail(name: str, at_minutes: int, **fields: object) -> Message:
    values: dict[str, object] = {
        "channel": "email",
        "direction": "inbound",
        "subject": "Nobody came",
        "body": "I waited.",
        "address": "t@example.org",
    }
    return Message(
        id=known_id(name),
        customer_id=TOMASZ,
        happened_at=AFTERNOON - timedelta(minutes=at_minutes),
        **(values | fields | HELD),
    )


@pytest.fixture
def margaret(hand: Hand) -> Hand:
    """Margaret, of whom everything is known, with the keyboard in her timeline."""
    full_life(hand.house)
    hand.house.add(
        Task(
            id=known_id("promise"),
            kind="promise",
            words="Send the leaflet again",
            customer_id=MARGARET,
            made_at=AFTERNOON - timedelta(hours=30),
            due_at=AFTERNOON + timedelta(days=1),
            due_zone="Europe/London",
            state="open",
            **HELD,
        )
    )
    hand.open_customer(MARGARET)
    hand.until(lambda: len(entries(hand)) == 9)
    hand.page.view.call.timeline.list.setFocus()
    return hand


@pytest.mark.parametrize(
    ("key", "titles"),
    [
        ("M", ["Visit confirmed, 23 Dec", "Nobody came", "Visit missed"]),
        ("N", ["Note"]),
        ("S", ["CP-26-07377 registered"]),
        ("T", ["Send the leaflet again", "How the visit went"]),
        ("C", ["Call, 6 min 12 s", "Call, 3 min 40 s"]),
    ],
)
def test_each_letter_shows_one_kind_and_a_all(margaret: Hand, key: str, titles: list[str]) -> None:
    margaret.press(key)
    margaret.until(lambda: [row.title for row in entries(margaret)] == titles)
    margaret.press("A")
    margaret.until(lambda: len(entries(margaret)) == 9)


def test_what_the_customer_sees_and_what_is_internal_are_told_apart_without_colour(margaret: Hand) -> None:
    found = {row.title: row for row in entries(margaret)}
    ours, theirs, note = found["Visit confirmed, 23 Dec"], found["Nobody came"], found["Note"]
    assert [row.frame for row in (ours, theirs, note)] == [Frame.OURS, Frame.THEIRS, Frame.INTERNAL]
    assert [row.chip.text for row in (ours, theirs, note) if row.chip] == [
        *("Customer sees this", "From customer", "Internal")
    ]
    assert [row.icon for row in (ours, theirs, note)] == [Icon.SEND, Icon.MAIL, Icon.LOCK]
    assert found["Visit missed"].frame is Frame.LINE


def test_the_search_reaches_what_was_never_loaded(hand: Hand) -> None:
    hand.house.add(
        *(a_note(f"old {n}", TOMASZ, AFTERNOON - timedelta(days=9, minutes=n), f"Entry {n}") for n in range(900))
    )
    hand.house.add(a_note("needle", TOMASZ, AFTERNOON - timedelta(days=99), "Żółta łódka"))
    hand.open_customer(TOMASZ)
    hand.until(lambda: len(entries(hand)) == 50)
    hand.page.view.call.timeline.list.setFocus()
    hand.press("/")
    hand.page.view.call.timeline.search.insert("ŻÓŁTA")
    hand.until(lambda: [row.body for row in entries(hand)] == ["Żółta łódka"])
    hand.press("Escape")
    hand.until(lambda: len(entries(hand)) == 50)


def test_a_filter_reads_on_as_one_scrolls(hand: Hand) -> None:
    hand.house.add(*(a_mail(f"mail {n}", n) for n in range(320)))
    hand.house.add(*(a_note(f"old {n}", TOMASZ, AFTERNOON - timedelta(minutes=n), f"Entry {n}") for n in range(90)))
    hand.open_customer(TOMASZ)
    hand.until(lambda: len(entries(hand)) == 50)
    hand.page.view.call.timeline.list.setFocus()
    hand.press("M")
    bar = hand.page.view.call.timeline.list.verticalScrollBar()

    def at_the_end() -> bool:
        bar.setValue(bar.maximum())
        return len(entries(hand)) == 320

    hand.until(at_the_end)
    assert {row.entry.kind.value for row in entries(hand)} == {"message"}


def test_what_comes_at_the_top_moves_nothing_that_is_read(hand: Hand) -> None:
    hand.house.add(
        *(a_note(f"old {n}", TOMASZ, AFTERNOON - timedelta(days=9, minutes=n), f"Entry {n}") for n in range(60))
    )
    hand.open_customer(TOMASZ)
    hand.until(lambda: len(entries(hand)) == 50)
    view = hand.page.view.call.timeline.list
    view.setFocus()
    hand.press(*("J",) * 20)
    seen, top = view.row, view.visualRect(view.currentIndex()).top()
    hand.house.add(a_note("new", TOMASZ, AFTERNOON, "Just now"))
    hand.house.bus.publish(Changes.of(Kind.NOTE, known_id("new")))
    hand.until(lambda: entries(hand)[0].body == "Just now")
    assert view.row == seen
    assert view.visualRect(view.currentIndex()).top() == top


def test_what_was_found_among_the_loaded_ones_stays_when_the_file_has_answered(hand: Hand) -> None:
    hand.house.add(*(a_mail(f"mail {n}", n) for n in range(400)))
    hand.open_customer(TOMASZ)
    bar = hand.page.view.call.timeline.list.verticalScrollBar()

    def loaded() -> bool:
        bar.setValue(bar.maximum())
        return len(hand.page.view.call.timeline.entries) >= 250

    hand.until(loaded)
    hand.page.view.call.timeline.list.setFocus()
    hand.press("M")
    hand.rest()
    found = [row.entry.id for row in entries(hand)]
    assert len(found) >= 245
    assert len(found) == len(set(found))


# The view itself -----------------------------------------------------------------------------------------------------


def rows(*words: str) -> tuple[object, ...]:
    return tuple(rows_for([an_entry(title=word) for word in words], READING))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("abc", "xabc"),
        ("abc", "abcx"),
        ("abc", "axc"),
        ("abc", "ac"),
        ("abc", ""),
        ("", "abc"),
        ("abc", "xyz"),
        ("aab", "ab"),
        ("abab", "abxab"),
    ],
)
def test_a_splice_ends_with_the_rows_wanted(before: str, after: str, qapp: object) -> None:
    model = StreamModel(str, str)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.splice(tuple(before), False)
    model.splice(tuple(after), False)
    assert "".join(map(str, model.rows)) == after
    assert tester.model() is model


def test_heights_and_places_fit_together_however_rows_come_and_go(
    qtbot: QtBot, shown: Callable[[QWidget], QWidget]
) -> None:
    model = StreamModel(key_of, spoken)
    view = StreamView("Timeline", model, TimelineDelegate())
    view.resize(500, 300)
    shown(view)
    long = [an_entry(title=str(n), at=AFTERNOON - timedelta(hours=n)) for n in range(300)]
    model.splice(rows_for(long[20:200], READING), True)
    qtbot.waitUntil(lambda: fits(view, model))
    model.splice(rows_for(long[:200], READING), True)
    assert fits(view, model)
    view.verticalScrollBar().setValue(1000)
    model.add_rows(rows_for(long[200:], READING), False)
    assert fits(view, model)
    view.resize(420, 200)
    qtbot.waitUntil(lambda: fits(view, model))
    model.splice((), False)
    assert (view.content_height(), view.indexAt(view.rect().center()).isValid()) == (0, False)


def fits(view: StreamView, model: QAbstractItemModel) -> bool:
    """Say whether each row stands right below the one before, and is found where it stands."""
    rects = [view.visualRect(model.index(row, 0)) for row in range(model.rowCount(QModelIndex()))]
    below = all(one.bottom() + 1 == two.top() for one, two in pairwise(rects))
    found = all(view.indexAt(rect.center()).row() == row for row, rect in enumerate(rects))
    return bool(rects) and below and found and view.content_height() == sum(rect.height() for rect in rects)


def test_days_go_on_where_the_page_before_ended() -> None:
    reading: Reading = READING
    first = rows_for([an_entry(), an_entry(at=AFTERNOON - timedelta(days=1))], reading)
    last = next(row for row in reversed(first) if isinstance(row, DayRow))
    more = rows_for([an_entry(at=AFTERNOON - timedelta(days=1, minutes=5))], reading, after=last.day)
    assert not [row for row in more if isinstance(row, DayRow)]


@pytest.mark.parametrize("patience_s", [0, 5])
def test_what_changes_elsewhere_paints_nothing_anew_however_long_reading_takes(
    hand: Hand, monkeypatch: pytest.MonkeyPatch, patience_s: float
) -> None:
    hand.house.add(a_note("old", TOMASZ, AFTERNOON - timedelta(days=9), "Entry"))
    hand.open_customer(TOMASZ)
    hand.until(lambda: len(entries(hand)) == 3)
    hand.until(lambda: not running(hand.page.reader))
    monkeypatch.setattr(reader, "_TOGETHER_S", patience_s)
    model = hand.page.view.call.timeline.list.rows
    told: list[tuple[object, ...]] = []

    def tell(*what: object) -> None:
        told.append(what)

    for signal in (model.rowsInserted, model.rowsRemoved, model.dataChanged, model.modelReset):
        signal.connect(tell)
    hand.house.add(a_note("elsewhere", MARGARET, AFTERNOON, "Somebody else's"))
    hand.house.bus.publish(Changes.of(Kind.NOTE, known_id("elsewhere")))
    hand.until(lambda: running(hand.page.reader))
    hand.until(lambda: not running(hand.page.reader))
    assert told == []


def test_a_change_that_takes_long_to_read_leaves_what_is_searched_for(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.house.add(a_note("old", TOMASZ, AFTERNOON - timedelta(days=9), "Boiler serviced"))
    hand.open_customer(TOMASZ)
    hand.until(lambda: len(entries(hand)) == 3)
    hand.until(lambda: not running(hand.page.reader))
    timeline = hand.page.view.call.timeline
    timeline.search.setText("boiler")
    hand.until(lambda: len(entries(hand)) == 1)
    monkeypatch.setattr(reader, "_TOGETHER_S", 0)
    hand.house.add(a_note("new", TOMASZ, AFTERNOON, "The boiler again"))
    hand.house.bus.publish(Changes.of(Kind.NOTE, known_id("new")))
    hand.until(lambda: len(entries(hand)) == 2)
    assert timeline.search.text() == "boiler"
