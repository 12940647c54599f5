"""A window with the desk page, on a real encrypted file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from crmdesk.domain.calls.live import AgentState, AgentStatus
from crmdesk.domain.people import Role
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.qt.errors import error_sink
from tests.gui.desk.hand import Hand, LiveLoop
from tests.support.boards import a_board, a_queue
from tests.support.clock import AFTERNOON
from tests.support.desk import House, open_house
from tests.support.window import open_window

OpenDesk = Callable[..., Hand]
"""Opens a window with these pages, the desk alone where none are named."""


def tell_board(house: House) -> None:
    """Let the gateway tell of queues and colleagues."""
    agents = (
        AgentStatus("4021", "Sam Okafor", AgentState.READY, AFTERNOON),
        AgentStatus("4002", "Jabu Mbeki", AgentState.READY, AFTERNOON),
    )
    queues = (a_queue("heating-emergency", "Heating emergency"), a_queue("billing", "Billing"))
    house.desk.phone.heard_board(replace(a_board(queues=queues), agents=agents))


def _open(house: House, live: LiveLoop, pages: tuple[str, ...]) -> Hand:
    window = open_window(house, *pages, role=Role.AGENT)
    page = window.page("desk")
    assert isinstance(page, DeskPage)
    tell_board(house)
    window.show()
    window.activateWindow()
    return Hand(live, house, window, page)


def _shut(hand: Hand) -> None:
    hand.run(hand.page.closing())
    hand.window.hide()
    hand.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    hand.house.close()


@pytest.fixture
def live(qapp: QApplication, qtbot: QtBot) -> Iterator[LiveLoop]:
    """The running loop of the test."""
    qapp.setQuitOnLastWindowClosed(False)
    error_sink()
    running = LiveLoop(qapp, qtbot)
    yield running
    running.end()


@pytest.fixture
def open_a_desk(tmp_path: Path, live: LiveLoop) -> Iterator[OpenDesk]:
    """Return a function that opens the desk; called again, it closes the first and opens it anew on the same file."""
    opened: list[Hand] = []

    def shut() -> None:
        while opened:
            _shut(opened.pop())

    def open_one(*pages: str) -> Hand:
        shut()
        hand = _open(open_house(tmp_path), live, pages or ("desk",))
        opened.append(hand)
        hand.until(hand.window.isActiveWindow)
        hand.until(lambda: hand.page.view.idle.row is not None)
        return hand

    yield open_one
    shut()


@pytest.fixture
def hand(open_a_desk: OpenDesk) -> Hand:
    """Return an agent at an idle desk."""
    return open_a_desk()
