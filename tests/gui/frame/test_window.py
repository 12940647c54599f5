"""The frame around the pages: keys to everywhere, folding, errors told without stopping anybody."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.domain.calls.live import PhoneLink, PhoneState
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.people import Role
from crmdesk.domain.sync_state import SyncLink, SyncState
from crmdesk.runtime.bus import PhoneChanged, SyncChanged
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.page import Page, PageSpec, Place
from crmdesk.ui.frame.palette import Action, Heading, matching
from crmdesk.ui.frame.window import USUAL_SIZE, MainWindow
from crmdesk.ui.kit import TextPane
from crmdesk.ui.qt.errors import error_sink
from crmdesk.ui.qt.keys import Command, Group, Scope
from crmdesk.ui.theme import Icon
from tests.gui.conftest import LoopRunner
from tests.gui.waiting import focused, until
from tests.support.desk import ME, House, open_house
from tests.support.frame_gallery import NOW, ZONE, lanes, number

Show = Callable[[QWidget], QWidget]
CTRL = Qt.KeyboardModifier.ControlModifier


class Sample(Page):
    """A page with two panes."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.left, self.note = QLineEdit(), TextPane("Note")
        row = QHBoxLayout(self)
        row.addWidget(self.left)
        row.addWidget(self.note)
        self.folds: list[Fold] = []
        self.arrivals = 0
        self.closed = False

    def arrived(self) -> None:
        """Count."""
        self.arrivals += 1

    def folded(self, fold: Fold) -> None:
        """Keep."""
        self.folds.append(fold)

    def panes(self) -> tuple[QWidget, ...]:
        """Return both."""
        return self.left, self.note

    async def closing(self) -> None:
        """Take a moment, as writing does."""
        await asyncio.sleep(0)
        self.closed = True


SPECS = (
    PageSpec("desk", "Desk", "Go to desk", Icon.HEADPHONES, "D", 10, Sample),
    PageSpec("board", "Board", "Go to board", Icon.LAYOUT_DASHBOARD, "B", 50, Sample, frozenset({Role.SUPERVISOR})),
    PageSpec("cases", "Cases", "Go to cases", Icon.SCALE, "C", 20, Sample),
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Return a real desk on a file of its own."""
    present = open_house(tmp_path)
    yield present
    present.close()


@pytest.fixture
def window(house: House, qt_loop: LoopRunner, shown: Show) -> MainWindow:
    """Return the window of an agent on a real desk."""
    made = MainWindow(house.clock)
    place = Place(house.desk, made, made.keys, made.digits, house.clock, ZONE, number)
    house.desk.identity = ME
    made.open_pages(place, SPECS, Role.AGENT)
    shown(made)
    return made


def sample(window: MainWindow) -> Sample:
    """Return the page in sight."""
    page = window.page(window.current)
    assert isinstance(page, Sample)
    return page


def test_a_person_sees_only_the_pages_of_the_role(window: MainWindow) -> None:
    assert list(window.rail.items) == ["desk", "cases"]
    assert (window.has_page("board"), window.current) == (False, "desk")


def test_two_strokes_go_to_a_page_and_it_is_built_once(window: MainWindow) -> None:
    first = window.page("desk")
    QTest.keyClick(window, Qt.Key.Key_J, CTRL)
    QTest.keyClick(window, Qt.Key.Key_C)
    assert window.current == "cases"
    assert window.rail.items["cases"].isChecked()
    QTest.keyClick(window, Qt.Key.Key_J, CTRL)
    QTest.keyClick(window, Qt.Key.Key_D)
    assert window.page("desk") is first
    assert sample(window).arrivals == 2


def test_a_page_that_is_gone_to_while_pages_close_keeps_none_from_closing(
    window: MainWindow, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        first = sample(window)
        closing = asyncio.ensure_future(window.close_pages())
        await asyncio.sleep(0)
        window.go_to("cases")
        await closing
        assert first.closed

    qt_loop.run(story())


def test_f6_goes_from_pane_to_pane_and_round(window: MainWindow) -> None:
    page = sample(window)
    page.left.setFocus()
    QTest.keyClick(page.left, Qt.Key.Key_F6)
    assert page.note.editor.hasFocus()
    QTest.keyClick(page.note.editor, Qt.Key.Key_F6)
    assert page.left.hasFocus()
    QTest.keyClick(page.left, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert page.note.editor.hasFocus()


def test_a_narrow_window_folds_and_tells_its_pages(window: MainWindow) -> None:
    page = sample(window)
    window.resize(1366, 768)
    assert (window.rail.width(), page.folds[-1].customer, page.folds[-1].note) == (52, 288, 352)
    told = len(page.folds)
    window.resize(1360, 768)
    assert len(page.folds) == told, "the same fold is not told again"
    assert (window.minimumWidth(), window.minimumHeight()) == (1024, 640)


def test_the_palette_finds_by_words_does_it_and_gives_the_keyboard_back_first(window: MainWindow) -> None:
    note = sample(window).note.editor
    note.setFocus()
    QTest.keyClick(note, Qt.Key.Key_K, CTRL)
    assert window.overlays.palette.field.hasFocus()
    QTest.keyClicks(window.overlays.palette.field, "cas")
    row = window.overlays.palette.list.row
    assert isinstance(row, Action)
    assert (row.words, row.cap) == ("Go to cases", "Ctrl+J, C")
    QTest.keyClick(window.overlays.palette.field, Qt.Key.Key_Return)
    assert window.current == "cases"
    assert not window.overlays.palette.isVisible()


def test_the_palette_goes_with_esc_and_the_caret_is_where_it_was(window: MainWindow) -> None:
    note = sample(window).note.editor
    note.setFocus()
    QTest.keyClicks(note, "Third")
    QTest.keyClick(note, Qt.Key.Key_K, CTRL)
    QTest.keyClick(window.overlays.palette.field, Qt.Key.Key_Down)
    QTest.keyClick(window.overlays.palette.field, Qt.Key.Key_Escape)
    assert note.hasFocus()
    QTest.keyClicks(note, " call")
    assert note.toPlainText() == "Third call"


def test_a_palette_never_lies_over_the_note(window: MainWindow) -> None:
    window.resize(1440, 900)
    window.overlays.turn_palette()
    card = window.overlays.palette.card_rect().translated(window.overlays.palette.pos())
    assert card.right() <= window.width() - window.fold.note
    window.overlays.turn_palette()
    assert not window.overlays.palette.isVisible()


def test_headings_stand_over_what_was_found_and_only_there() -> None:
    actions = (
        Action("a", "Register a complaint", "Margaret", "Ctrl+R", None, Group.CALL),
        Action("b", "Go to board", "", "Ctrl+J, B", None, Group.GO_TO),
    )
    rows = matching(actions, "COMP reg")
    assert [type(row) for row in rows] == [Heading, Action]
    assert matching(actions, "nothing like it") == ()
    assert len(matching(actions, "")) == 4


@pytest.mark.parametrize("typed", ["add address", "add an address"])
def test_what_begins_as_it_was_typed_comes_first_and_the_shortest_of_these(typed: str) -> None:
    names = ("Shared number or address, or take it back", "Add an e-mail address", "Add an address")
    actions = tuple(Action(name, name, "", "", None, Group.ELSE) for name in names)
    found = [row.words for row in matching(actions, typed) if isinstance(row, Action)]
    assert found[0] == "Add an address"


def test_f1_lists_every_key_and_esc_closes_it(window: MainWindow) -> None:
    note = sample(window).note.editor
    note.setFocus()
    QTest.keyClick(note, Qt.Key.Key_F1)
    assert window.overlays.keys.isVisible()
    QTest.keyClick(window.overlays.keys, Qt.Key.Key_Escape)
    assert not window.overlays.keys.isVisible()
    assert note.hasFocus()


def test_what_is_unavailable_stands_in_the_status_line_until_the_next_word(window: MainWindow, house: House) -> None:
    error_sink().take(Unavailable("The server does not answer.", "Your work is kept here."))
    assert window.status.trouble.isVisible()
    assert "does not answer" in window.status.trouble.accessibleName()
    house.desk.bus.publish(SyncChanged(SyncState(SyncLink.LIVE, NOW, 0, 0, None, None)))
    assert not window.status.trouble.isVisible()
    assert window.status.sync.said.text == "Live, all sent"


def test_a_refusal_is_told_on_a_notice_that_takes_no_focus(window: MainWindow) -> None:
    note = sample(window).note.editor
    note.setFocus()
    error_sink().take(Refused("The gateway refused it.", "Ask a supervisor."))
    assert window.overlays.notice.isVisible()
    assert note.hasFocus()
    QAccessible.setActive(True)
    told = QAccessible.queryAccessibleInterface(window.overlays.notice)
    assert "The gateway refused it." in told.text(QAccessible.Text.Name)
    assert told.text(QAccessible.Text.Description) == "Refused"


def test_a_notice_goes_by_itself_and_never_covers_the_work_for_long(window: MainWindow) -> None:
    window.tell("Everything is settled", "The other desks get it with the next turn.")
    window.overlays.told.timeout.emit()
    assert not window.notice.isVisible()
    window.tell("Let go")
    assert window.overlays.told.isActive()


@pytest.mark.parametrize("screen", [QSize(1366, 736), QSize(1280, 1024), QSize(1920, 860)])
def test_on_a_screen_with_less_room_nothing_is_beyond_its_edge(window: MainWindow, screen: QSize) -> None:
    window.take_room(screen)
    assert window.isMaximized()
    restored = window.normalGeometry().size()
    assert restored.boundedTo(screen) == restored


def test_on_a_large_screen_the_window_has_its_usual_size(window: MainWindow) -> None:
    window.take_room(QSize(1920, 1040))
    assert not window.isMaximized()
    assert window.size() == USUAL_SIZE


def test_a_bug_is_told_on_the_crash_sheet_while_one_goes_on_typing(
    window: MainWindow, expected_logs: list[str]
) -> None:
    expected_logs.append("bug E-")
    note = sample(window).note.editor
    note.setFocus()
    error_sink().take(ValueError("Margaret Ellison"))
    QTest.keyClicks(note, "goes on")
    assert (window.overlays.crash.isVisible(), note.toPlainText()) == (True, "goes on")
    window.overlays.crash.copy_report()
    copied = QGuiApplication.clipboard().text()
    assert "Reference E-" in copied
    assert "Margaret" not in copied


def test_the_phone_state_follows_the_bus(window: MainWindow, house: House) -> None:
    house.desk.bus.publish(PhoneChanged(PhoneState(PhoneLink.UNREACHABLE, NOW)))
    assert window.status.phone.said.text == "No call events since 14:19"


def test_what_is_behind_the_sync_state_opens_and_gives_the_keyboard_back(
    window: MainWindow, qt_loop: LoopRunner, qtbot: QtBot
) -> None:
    note = sample(window).note.editor
    note.setFocus()
    feed = window._feed
    assert feed is not None

    async def story() -> None:
        feed.open_sync()
        await until(feed.popover.isVisible)

    qt_loop.run(story())
    assert feed.popover.title.text() == "Everything is sent"
    QTest.keyClick(focused(), Qt.Key.Key_Escape)
    assert not feed.popover.isVisible()
    assert note.hasFocus()


def test_a_ring_makes_no_window_and_no_modal(window: MainWindow) -> None:
    note = sample(window).note.editor
    note.setFocus()
    windows = len(QApplication.topLevelWidgets())
    window.lane.show_lane(lanes()["ringing"])
    assert len(QApplication.topLevelWidgets()) == windows
    assert QApplication.activeModalWidget() is None
    assert note.hasFocus()


def test_light_and_dark_are_switched_while_one_works(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.scheme_chosen):
        window.other_scheme()
    assert window.grab().toImage().pixelColor(700, 700).lightness() < 60


def test_every_command_of_the_frame_has_its_own_key_and_leaves_those_of_text_alone() -> None:
    own = [c for c in vars(commands).values() if isinstance(c, Command) and c.chord]
    # A plain letter belongs to the list that has the keyboard: another list may give it another meaning.
    places = [(c.id.partition(".")[0] if c.scope is Scope.FOCUS else "", c.chord) for c in own]
    assert len(places) == len(set(places))
    chords = [command.chord for command in own]
    left_alone = {f"Ctrl+{letter}" for letter in "EUDHMQWGXCVAY"} | {"Ctrl+Shift+U", "Ctrl+Shift+A", "F10"}
    assert not left_alone & set(chords)


def test_a_screen_reader_can_walk_the_whole_window(window: MainWindow) -> None:
    QAccessible.setActive(True)
    window.lane.show_lane(replace(lanes()["talking"], parked=()))
    nameless: list[str] = []

    def walk(widget: QWidget) -> None:
        focusable = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if focusable and widget.isVisible():
            interface = QAccessible.queryAccessibleInterface(widget)
            if not interface.text(QAccessible.Text.Name) and not widget.objectName().startswith("qt_"):
                nameless.append(repr(widget))
        for child in widget.children():
            if isinstance(child, QWidget):
                walk(child)

    for part in (window.lane, window.rail, window.status):
        walk(part)
    assert not nameless


def test_the_window_needs_no_thread_of_its_own(window: MainWindow) -> None:
    assert not [thread for thread in threading.enumerate() if "frame" in thread.name]


def test_every_word_is_said_to_be_safe_only_while_it_is(window: MainWindow, qtbot: QtBot) -> None:
    status = window.status
    status.tell_safe()
    assert status.safe.isVisible()
    status.tell_unsafe()
    assert status.safe.isVisible(), "no flicker while a word is being kept"
    status.tell_safe()
    status.tell_unsafe()
    qtbot.waitUntil(status.safe.isHidden)
    status.tell_safe()
    status.tell_nothing_typed()
    assert status.safe.isHidden()
