"""Closing explains itself, blocks nothing and loses nothing; the tray says how things stand and names nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication

from crmdesk.domain.calls.live import Phase
from crmdesk.domain.sync_state import SyncLink, SyncState
from crmdesk.ui.desk_lock import DeskLock
from crmdesk.ui.frame.page import Place
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.leaving import Leaving, unsent_words
from crmdesk.ui.theme import Icon
from crmdesk.ui.tray import Tray, picture, tray_state
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow, house, open_pages
from tests.gui.waiting import focused, press, until
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, House, answered, ringing

__all__ = ["house", "open_pages"]

LIVE = SyncState(SyncLink.LIVE, AFTERNOON, 0, 0, None, AFTERNOON)

no_tray_offscreen = pytest.mark.qt_log_ignore("systemTrayWindowChanged", "does not support raise", extend=True)

Close = Callable[[MainWindow], tuple[bool, int]]


@pytest.fixture
def close() -> Close:
    """Return a function that closes a window as a person does: whether it may, and how often that was told."""

    def press_close(window: MainWindow) -> tuple[bool, int]:
        told: list[None] = []

        def take() -> None:
            told.append(None)

        window.closing.connect(take)
        event = QCloseEvent()
        QApplication.sendEvent(window, event)
        window.closing.disconnect(take)
        return event.isAccepted(), len(told)

    return press_close


def place_of(window: MainWindow) -> Place:
    """Return what the pages of a window were given."""
    assert window._place is not None
    return window._place


def write_unsent(house: House, loop: LoopRunner) -> None:
    """Let one change wait for the server."""

    async def story() -> None:
        await house.desk.interactions.add_note(None, MARGARET, "Called back.")
        await until(lambda: house.desk.sync.state.unsent == 1)

    loop.run(story())


def test_with_nothing_unsent_it_closes_at_once(open_pages: OpenWindow, close: Close) -> None:
    window = open_pages("desk")
    leaving = Leaving(place_of(window), None)
    assert close(window) == (True, 1)
    assert leaving.card is None


def test_with_unsent_work_it_says_so_and_enter_closes(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner, close: Close
) -> None:
    window = open_pages("desk", "unsent")
    leaving = Leaving(place_of(window), None)
    write_unsent(house, qt_loop)
    before = focused()
    assert close(window) == (False, 0)
    card = leaving.card
    assert card is not None
    assert card.title.text() == "1 change is not sent yet"
    assert "safe" in card.words.text()
    assert QApplication.activeModalWidget() is None
    press(Qt.Key.Key_Escape)
    assert focused() is before
    assert close(window) == (False, 0)
    told: list[None] = []

    def take() -> None:
        told.append(None)

    window.closing.connect(take)
    press(Qt.Key.Key_Return)
    assert told == [None]
    window.closing.disconnect(take)
    assert close(window) == (True, 1)


def test_a_call_that_rings_puts_the_card_away_so_that_no_key_ends_the_program(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner, close: Close
) -> None:
    window = open_pages("desk", "unsent")
    leaving = Leaving(place_of(window), None)
    write_unsent(house, qt_loop)
    close(window)
    card = leaving.card
    assert card is not None

    async def ring() -> None:
        await house.desk.phone.heard_call(ringing())
        await until(lambda: not card.isVisible())

    qt_loop.run(ring())
    assert not card.isAncestorOf(focused())


def test_closing_during_a_call_says_what_becomes_of_it() -> None:
    title, words = unsent_words(LIVE, in_a_call=True)
    assert title == "A call goes on"
    assert "stays on your phone" in words
    title, words = unsent_words(replace(LIVE, unsent=2, refused=1), in_a_call=False)
    assert title == "3 changes are not sent yet"
    assert "refused stays in the list" in words


@no_tray_offscreen
def test_who_chose_the_tray_closes_the_window_and_the_desk_goes_on(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner, close: Close
) -> None:
    window = open_pages("desk")
    tray = Tray(place_of(window))
    leaving = Leaving(place_of(window), tray)
    house.desk.preferences.change(replace(house.desk.preferences.now, close_to_tray=True))
    assert close(window) == (False, 0)
    hidden = [window.isHidden()]
    qt_loop.run(house.desk.phone.heard_call(ringing()))
    hidden.append(window.isHidden())
    assert hidden == [True, False]
    assert leaving.card is None
    told: list[None] = []

    def take() -> None:
        told.append(None)

    qt_loop.run(house.desk.phone.heard_call(replace(ringing(), revision=9, phase=Phase.ENDED)))
    window.closing.connect(take)
    tray.menu.actions()[-1].trigger()
    window.closing.disconnect(take)
    assert len(told) + (leaving.card is not None) == 1


def test_the_tray_shows_a_call_first_then_what_asks_for_somebody() -> None:
    call = ringing()
    shown = [
        tray_state((call,), LIVE, UTC),
        tray_state((answered(call),), LIVE, UTC),
        tray_state((), replace(LIVE, refused=1), UTC),
        tray_state((), replace(LIVE, link=SyncLink.OFFLINE), UTC),
        tray_state((), LIVE, UTC),
    ]
    assert [state.icon for state in shown] == [
        Icon.PHONE_INCOMING,
        Icon.PHONE_CALL,
        Icon.CIRCLE_ALERT,
        Icon.CLOUD_OFF,
        Icon.HEADPHONES,
    ]
    assert shown[-1].words == "Live, all sent"
    assert all(not picture(state).isNull() for state in shown)


@no_tray_offscreen
def test_the_desk_is_locked_from_the_tray(open_pages: OpenWindow, house: House, qt_loop: LoopRunner) -> None:
    qt_loop.run(house.desk.lock.learn("open sesame, please"))
    window = open_pages("desk")
    lock = DeskLock(place_of(window))
    tray = Tray(place_of(window))
    tray.menu.actions()[1].trigger()
    assert lock.cover is not None


def test_a_locked_desk_closes_without_a_word(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner, close: Close
) -> None:
    qt_loop.run(house.desk.lock.learn("open sesame, please"))
    window = open_pages("desk")
    leaving = Leaving(place_of(window), None)
    write_unsent(house, qt_loop)
    DeskLock(place_of(window)).lock()
    assert close(window) == (True, 1)
    assert leaving.card is None
