"""The board: figures as told, ticking by itself, grey within two seconds of silence, never a figure without a basis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF
from PySide6.QtGui import QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from crmdesk.domain import words
from crmdesk.domain.people import Role
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import Cell, column_rects
from crmdesk.ui.pages.board.page import BoardPage
from crmdesk.ui.reports.agents_panel import columns_needed
from crmdesk.ui.reports.queue_table import COLUMNS, QueueRow, QueueTable
from crmdesk.ui.theme import SchemeChoice, Space, Theme, Voice
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.support.boards import a_board, a_queue
from tests.support.desk import ME, House
from tests.support.spoken import speaking


def the_board(window: MainWindow) -> BoardPage:
    """Return the board's page."""
    page = window.page("board")
    assert isinstance(page, BoardPage)
    return page


def cells(page: BoardPage, place: int) -> dict[str, Cell]:
    """Return the cells of a row by the title of their column."""
    row = page.queues.rows.rows[place]
    assert isinstance(row, QueueRow)
    delegate = page.queues.delegate
    return dict(zip((column.title for column in delegate.columns), delegate._cells_of(row), strict=True))


def figure(page: BoardPage, title: str) -> tuple[str, str]:
    """Return what a tile shows: the figure and what stands behind it."""
    face = next(tile.face for tile in page.tiles.tiles if tile.face.title == title)
    return face.figure, face.after


def be(house: House, role: Role) -> None:
    """Let the person at the desk have this role."""
    house.desk.signed_in(replace(ME, role=role), house.database)


@pytest.fixture
def page(house: House, open_pages: OpenWindow) -> BoardPage:
    """Return the board with a busy afternoon on it."""
    be(house, Role.SUPERVISOR)
    house.desk.phone.heard_board(a_board())
    return the_board(open_pages("board"))


def test_before_the_first_word_it_says_that_there_are_no_figures(open_pages: OpenWindow) -> None:
    assert not the_board(open_pages("board")).queues.isVisible()


def test_figures_come_into_sight_as_they_are_told(house: House, open_pages: OpenWindow) -> None:
    page = the_board(open_pages("board"))
    house.desk.phone.heard_board(a_board())
    assert page.queues.isVisible()
    assert figure(page, "Waiting now") == ("10", "calls")
    assert figure(page, "Longest wait") == ("5:12", "Billing")
    assert figure(page, "Agents ready") == ("3", "of 29")


def test_the_longest_wait_ticks_without_a_new_message(house: House, page: BoardPage) -> None:
    house.clock.advance(1)
    page.tick()
    assert figure(page, "Longest wait") == ("5:13", "Billing")
    assert cells(page, 2)["Longest"].chips[0].text == "5:13"


def test_a_second_repaints_only_times_and_ages(house: House, page: BoardPage, qt_loop: LoopRunner) -> None:
    painted = _Painted()
    viewport = page.queues.view.viewport()
    viewport.installEventFilter(painted)
    page.agents.installEventFilter(painted)
    house.clock.advance(1)
    page.tick()
    table = painted.of(viewport)
    assert not table.isEmpty()
    between = (viewport.width() // 2, viewport.height() // 2)
    assert not table.contains(QPoint(*between))
    assert not table.contains(QPoint(Space.L, between[1]))
    agents = painted.of(page.agents)
    assert not agents.isEmpty()
    assert not agents.contains(QPoint(Space.L + 4, 90))
    viewport.removeEventFilter(painted)
    page.agents.removeEventFilter(painted)


class _Painted(QObject):
    def __init__(self) -> None:
        super().__init__()
        self._regions: list[tuple[QObject, QRegion]] = []

    def of(self, widget: QWidget) -> QRegion:
        """Return what was painted of a widget."""
        whole = QRegion()
        for painted, region in self._regions:
            if painted is widget:
                whole += region
        return whole

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take note."""
        if isinstance(event, QPaintEvent):
            self._regions.append((watched, event.region()))
        return False


def test_breached_figures_are_lit_and_calm_ones_are_not(page: BoardPage) -> None:
    heating, claims, billing = (cells(page, place) for place in range(3))
    assert heating["Longest"].chips[0].voice is Voice.SOON
    assert billing["Longest"].chips[0].voice is Voice.LATE
    assert billing["Service level"].chips[0].voice is Voice.LATE
    assert claims["Longest"].text == "0:48"


def test_a_known_none_is_zero_and_a_figure_without_basis_a_dash(page: BoardPage) -> None:
    cymraeg = cells(page, 6)
    assert (cymraeg["Waiting"].text, cymraeg["Offered"].text) == ("0", "0")
    assert [cymraeg[title].text for title in ("Longest", "Service level", "ASA", "AHT")] == [words.NO_BASIS] * 4


def test_two_seconds_of_silence_make_it_stale_and_stand_still(house: House, page: BoardPage) -> None:
    house.clock.advance(3)
    page.tick()
    assert page.head.state.text() == "stale, 14:18:40"
    assert figure(page, "Longest wait") == ("5:12", "Billing")
    assert cells(page, 2)["Age"].chips[0].text == "stale, 14:18:40"
    assert not cells(page, 2)["Service level"].chips
    told = [tile.face for tile in page.tiles.tiles if tile is not page.tiles.callbacks]
    assert all(face.stale and "as of 14:18:40" in face.age.words for face in told)


def test_it_is_live_again_with_the_next_message(house: House, page: BoardPage) -> None:
    house.clock.advance(3)
    page.tick()
    house.desk.phone.heard_board(a_board(2, as_of=house.clock.now()))
    assert page.head.state.text() == "Live"
    assert figure(page, "Longest wait") == ("5:15", "Billing")


def test_a_silent_phone_system_is_stale_even_while_the_gateway_talks(house: House, page: BoardPage) -> None:
    silent_since = house.clock.now() - timedelta(seconds=5)
    house.desk.phone.heard_board(a_board(2, stale_since=silent_since))
    assert page.head.state.text().startswith("stale")


def test_the_selected_queue_stays_selected_when_figures_change(house: House, page: BoardPage) -> None:
    page.queues.view.select(2)
    house.clock.advance(1)
    house.desk.phone.heard_board(a_board(2, as_of=house.clock.now()))
    row = page.queues.view.row
    assert isinstance(row, QueueRow)
    assert row.figures.label == "Billing"


def test_a_hidden_board_paints_nothing_but_knows_how_old_it_is(house: House, open_pages: OpenWindow) -> None:
    house.desk.phone.heard_board(a_board())
    window = open_pages("board")
    page = the_board(window)
    page.hide()
    before = page.tiles.tiles[0].face
    house.clock.advance(10)
    house.desk.phone.heard_board(a_board(2, queues=(a_queue("a", "A"),), as_of=house.clock.now()))
    assert page.tiles.tiles[0].face == before
    page.show()
    assert figure(page, "Waiting now") == ("0", "calls")
    assert page.head.state.text() == "Live"


def test_an_agent_sees_the_queues_and_no_colleagues(house: House, open_pages: OpenWindow) -> None:
    be(house, Role.AGENT)
    house.desk.phone.heard_board(replace(a_board(), agents=()))
    page = the_board(open_pages("board"))
    assert page.queues.isVisible()
    assert not page.agents.isVisible()
    assert not page.tiles.ready.isVisible()


def test_a_board_told_long_before_one_looks_is_stale_at_the_first_look(house: House, open_pages: OpenWindow) -> None:
    window = open_pages("search", "board")
    house.desk.phone.heard_board(a_board())
    house.clock.advance(30)
    window.go_to("board")
    assert the_board(window).head.state.text() == "stale, 14:18:40"


def test_names_that_do_not_fit_get_columns_where_there_is_room() -> None:
    assert columns_needed((3, 1, 14, 2, 4, 5), rows=7, room=7) == (1, 1, 2, 1, 1, 1)
    assert columns_needed((3, 1, 2, 2, 4, 5), rows=7, room=9) == (1, 1, 1, 1, 1, 1)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1366, 768), (1024, 640)])
def test_it_fits_in_both_schemes(page: BoardPage, look: Theme, width: int, height: int) -> None:
    window = page.window()
    window.resize(width, height)
    for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
        look.choose(scheme)
        assert not window.grab().isNull()
    assert page.minimumSizeHint().width() <= page.width()
    assert page.agents.height() >= page.agents.minimumSizeHint().height()


def test_every_tile_is_read_aloud(page: BoardPage) -> None:
    spoken = [tile.accessibleName() for tile in page.tiles.tiles]
    assert spoken[0] == "Waiting now: 10 calls, in all queues"
    assert "Talking 14: Marek Dvořák" in page.agents.accessibleName()


@pytest.mark.parametrize(("width", "many"), [(960, 3), (1130, 2), (1170, 1), (1300, 0)])
def test_columns_go_before_the_names_of_queues_have_no_room_in_german_too(
    width: int, many: int, shown: Callable[[QWidget], QWidget]
) -> None:
    with speaking("de"):
        table = QueueTable(UTC)
        table.resize(width, 300)
        shown(table)
        columns = table.delegate.columns
        names = column_rects(columns, QRectF(0, 0, table.width() - 2 * Space.L, 36))[0]
    assert names.width() >= 68
    gone = [column.title for column in COLUMNS if column not in columns]
    assert gone == ["Short", "Timed out", "Offered per 15 min"][:many]
