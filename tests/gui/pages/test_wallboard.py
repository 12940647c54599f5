"""The wallboard: the board's own figures, read from afar, and stale as soon as the board is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from crmdesk.domain.people import Role
from crmdesk.ui.pages.board.page import BoardPage
from crmdesk.ui.pages.board.wallboard import Wallboard
from crmdesk.ui.theme import SchemeChoice, Theme
from tests.gui.pages.conftest import OpenWindow
from tests.support.boards import a_board, a_queue
from tests.support.desk import ME, House


@pytest.fixture
def page(house: House, open_pages: OpenWindow) -> BoardPage:
    """Return the board of a supervisor with a busy afternoon on it."""
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    house.desk.phone.heard_board(a_board())
    page = open_pages("board").page("board")
    assert isinstance(page, BoardPage)
    return page


@pytest.fixture
def wall(house: House, page: BoardPage, shown: Callable[[QWidget], QWidget]) -> Wallboard:
    """Return the wallboard of the page."""
    page.show_wallboard()
    assert page.wallboard is not None
    return page.wallboard


def test_the_wallboard_says_the_same_as_the_board(wall: Wallboard) -> None:
    assert [(tile.title, tile.figure) for tile in wall.tiles()] == [
        ("Waiting", "10"),
        ("Longest wait", "5:12"),
        ("Service level", "78\u202f%"),
        ("Agents ready", "3"),
    ]


def test_the_wallboard_turns_stale_and_stands_still(house: House, wall: Wallboard) -> None:
    house.clock.advance(3)
    fresh = wall.fresh()
    assert fresh is not None
    assert fresh.stale
    assert wall.tiles()[1].figure == "5:12"


def test_f11_and_escape_put_the_wallboard_away(page: BoardPage, wall: Wallboard) -> None:
    QTest.keyClick(wall, Qt.Key.Key_Escape)
    assert not wall.isVisible()
    page.show_wallboard()
    QTest.keyClick(wall, Qt.Key.Key_F11)
    assert not wall.isVisible()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (3840, 2160)])
def test_the_wallboard_paints_at_every_size(wall: Wallboard, look: Theme, width: int, height: int) -> None:
    wall.showNormal()
    wall.resize(width, height)
    for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
        look.choose(scheme)
        assert not wall.grab().isNull()


def test_more_queues_than_fit_are_counted_and_those_with_callers_stay(house: House, wall: Wallboard) -> None:
    many = tuple(a_queue(f"q{n:02d}", f"Queue {n}", (9,) if n == 39 else ()) for n in range(40))
    wall.show_board(a_board(3, many, as_of=house.clock.now()), 0.0, sees_agents=True)
    assert not wall.grab().isNull()
