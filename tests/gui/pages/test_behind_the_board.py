"""The board cannot lie: calls behind each figure, past moments, notices told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from crmdesk.domain.calls.control import Pause, Ready
from crmdesk.domain.calls.figures import DEFINITIONS, Figure
from crmdesk.domain.calls.live import Ability, AgentState, QueueFigures
from crmdesk.domain.people import Role
from crmdesk.runtime.desk.board import BoardSource
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.board.look_back import time_typed
from crmdesk.ui.pages.board.notice import BoardNotices
from crmdesk.ui.pages.board.page import BoardPage
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.reports.queue_table import QueueRow
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import until
from tests.support.boards import a_board, a_queue, agents, busy_queues
from tests.support.clock import AFTERNOON
from tests.support.desk import MARGARET, ME, House, ringing, taken_elsewhere
from tests.support.handset import Exchange
from tests.support.postgres import Databases
from tests.support.stored_day import StoredDay, afternoon, morning_rush, nobody_listens, room_of, stored_day

RUSH = 503
"""So many calls about claims in the morning: more than are listed at once."""


@pytest.fixture(scope="module")
def day(databases: Databases) -> Iterator[StoredDay]:
    """Return a day that a gateway wrote down."""
    url = databases.lend()
    with stored_day(url, [*morning_rush(RUSH), *afternoon()]) as day:
        yield day
    databases.give_back(url)


@pytest.fixture
def server(day: StoredDay, house: House) -> Iterator[BoardSource]:
    """Return the gateway's room behind the board of a supervisor."""
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    with room_of(day) as room:
        house.desk.board.reach(room)
        yield room
        house.desk.board.reach(None)


@pytest.fixture
def window(house: House, server: BoardSource, open_pages: OpenWindow) -> MainWindow:
    """Return a window whose board shows a busy afternoon."""
    house.desk.phone.heard_board(a_board())
    window = open_pages("desk", "board")
    window.go_to("board")
    return window


@pytest.fixture
def page(window: MainWindow) -> BoardPage:
    """Return its board."""
    page = window.page("board")
    assert isinstance(page, BoardPage)
    return page


def rows(page: BoardPage) -> list[list[str]]:
    """Return the calls behind the figure as they read."""
    return [[cell.text for cell in page.behind._cells(row)] for row in page.behind.rows.rows]


def press(widget: QWidget, key: Qt.Key) -> None:
    """Press a key."""
    QTest.keyClick(widget, key)


def listed(page: BoardPage) -> list[tuple[str, str, str, str]]:
    """Return who called, how long they waited, how it ended and with whom."""
    return [(row[1], row[3], row[4], row[5]) for row in rows(page)]


def figure(page: BoardPage, title: str) -> tuple[str, str]:
    """Return what a tile shows: the figure and what stands behind it."""
    face = next(tile.face for tile in page.tiles.tiles if tile.face.title == title)
    return face.figure, face.after


def test_enter_on_a_figure_opens_the_calls_behind_it(page: BoardPage, qt_loop: LoopRunner) -> None:
    page.queues.view.select(2)
    for _ in range(5):
        press(page.queues.view, Qt.Key.Key_Right)
    press(page.queues.view, Qt.Key.Key_Return)
    qt_loop.run(until(lambda: bool(page.behind.rows.rows)))
    assert page.behind.title.text() == "Abandoned, Billing"
    assert page.behind.note.text() == "2 calls"
    assert listed(page) == [
        ("+44 20 7946 0123", "0:03", "abandoned", "–"),
        ("+44 20 7946 0123", "0:42", "abandoned", "–"),
    ]


def test_behind_offered_is_how_each_call_ended_newest_first(page: BoardPage, qt_loop: LoopRunner) -> None:
    page.open_calls("billing", Figure.OFFERED)
    qt_loop.run(until(lambda: bool(page.behind.rows.rows)))
    assert listed(page) == [
        ("+44 20 7946 0123", "–", "waiting", "–"),
        ("+44 20 7946 0123", "2:00", "timed out", "–"),
        ("+44 20 7946 0123", "0:03", "abandoned", "–"),
        ("+44 20 7946 0123", "0:42", "abandoned", "–"),
        ("+44 20 7946 0123", "0:10", "answered", "Sam Okafor"),
        ("Margaret Ellison", "0:42", "answered, not in time", "Sam Okafor"),
    ]


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        (Figure.WAITING, lambda queue: queue.waiting),
        (Figure.OFFERED, lambda queue: queue.offered),
        (Figure.ANSWERED, lambda queue: queue.answered),
        (Figure.ABANDONED, lambda queue: queue.abandoned),
        (Figure.SHORT, lambda queue: queue.short_abandoned),
        (Figure.TIMED_OUT, lambda queue: queue.timed_out),
    ],
)
def test_behind_a_count_are_as_many_calls_as_it_says(
    counted: Figure,
    said: Callable[[QueueFigures], int],
    house: House,
    page: BoardPage,
    server: BoardSource,
    qt_loop: LoopRunner,
) -> None:
    board = qt_loop.run(server.at(house.clock.now()))
    house.desk.phone.heard_board(board)
    (billing,) = (queue for queue in board.queues if queue.queue == "billing")
    page.open_calls("billing", counted)
    qt_loop.run(until(lambda: bool(page.behind.rows.rows)))
    assert len(page.behind.rows.rows) == said(billing)


def test_a_tile_opens_the_calls_of_all_queues_and_says_when_not_all_are_listed(
    page: BoardPage, qt_loop: LoopRunner
) -> None:
    QTest.mouseClick(page.tiles.tiles[3], Qt.MouseButton.LeftButton)
    qt_loop.run(until(lambda: bool(page.behind.rows.rows)))
    assert page.behind.title.text() == "Abandoned, all queues"
    assert page.behind.note.text() == f"{RUSH + 2} calls, the newest 500 shown"
    assert {row[2] for row in rows(page)} == {"Billing", "Claims"}


def test_from_a_call_one_goes_on_to_the_customer(page: BoardPage, window: MainWindow, qt_loop: LoopRunner) -> None:
    page.open_calls("billing", Figure.ANSWERED)
    qt_loop.run(until(lambda: bool(page.behind.rows.rows)))
    page.behind.table.view.select(1)
    press(page.behind.table.view, Qt.Key.Key_Return)
    assert window.current == "desk"
    desk = window.page("desk")
    assert isinstance(desk, DeskPage)
    qt_loop.run(until(lambda: desk.reader.card is not None and desk.reader.card.id == MARGARET))


def test_a_call_of_nobody_says_so(page: BoardPage, window: MainWindow, qt_loop: LoopRunner) -> None:
    page.open_calls("billing", Figure.ANSWERED)
    qt_loop.run(until(lambda: bool(page.behind.rows.rows)))
    press(page.behind.table.view, Qt.Key.Key_Return)
    assert window.notice.words.text() == "Nobody said yet whose call this was"


def test_escape_brings_the_agents_back(page: BoardPage, qt_loop: LoopRunner) -> None:
    page.open_calls("billing", Figure.ANSWERED)
    qt_loop.run(until(lambda: bool(page.behind.rows.rows)))
    page.step_back()
    assert page.below.currentWidget() is page.agents


def test_while_calls_are_shown_a_new_board_does_not_bring_the_agents_back(
    page: BoardPage, house: House, qt_loop: LoopRunner
) -> None:
    page.open_calls("billing", Figure.ANSWERED)
    qt_loop.run(until(lambda: bool(page.behind.rows.rows)))
    house.clock.advance(1)
    house.desk.phone.heard_board(a_board(2, as_of=house.clock.now()))
    assert page.behind.isVisible()
    assert not page.agents.isVisible()


def test_without_the_server_the_list_says_why_it_is_empty(page: BoardPage, house: House, qt_loop: LoopRunner) -> None:
    with nobody_listens() as away:
        house.desk.board.reach(away)
        page.open_calls("billing", Figure.ANSWERED)
        qt_loop.run(until(lambda: "cannot be reached" in page.behind.note.text()))
    assert page.behind.rows.rows == ()


def test_a_past_moment_is_shown_with_its_time_and_stands_still(
    page: BoardPage, house: House, qt_loop: LoopRunner
) -> None:
    page.begin_look_back()
    page.look_back.field.setText("14:11:30")
    press(page.look_back.field, Qt.Key.Key_Return)
    qt_loop.run(until(lambda: page.head.state.text() == "as of 14:11:30"))
    assert figure(page, "Waiting now") == ("1", "call")
    assert figure(page, "Longest wait") == ("0:30", "Billing")
    assert "Talking 1: Sam Okafor" in page.agents.accessibleName()
    before = [tile.face for tile in page.tiles.tiles]
    house.clock.advance(1)
    page.tick()
    house.desk.phone.heard_board(a_board(2, (a_queue("a", "A"),), as_of=house.clock.now()))
    assert [tile.face for tile in page.tiles.tiles] == before
    assert all("14:11:30" in face.age.words for face in before[:-1])
    page.go_live()
    assert page.head.state.text() == "Live"


def test_the_calls_behind_a_past_figure_are_those_of_then(page: BoardPage, qt_loop: LoopRunner) -> None:
    page.begin_look_back()
    page.look_back.step(-900)
    qt_loop.run(until(lambda: page.head.state.text() == "as of 14:03:40"))
    page.open_calls("billing", Figure.OFFERED)
    qt_loop.run(until(lambda: bool(page.behind.rows.rows)))
    assert listed(page) == [("Margaret Ellison", "–", "waiting", "–")]
    assert page.behind.note.text() == "1 call, as of 14:03:40"


def test_a_moment_whose_events_are_not_kept_is_not_made_up(page: BoardPage, qt_loop: LoopRunner) -> None:
    page.begin_look_back()
    page.look_back.step(-2 * 86_400)
    qt_loop.run(until(lambda: "history of days" in page.look_back.words.text()))
    assert not page.head.state.text().startswith("as of")


def test_nobody_looks_into_the_future(page: BoardPage, qt_loop: LoopRunner) -> None:
    page.begin_look_back()
    page.look_back.step(900)
    qt_loop.run(until(lambda: page.head.state.text() == "as of 14:18:40"))


@pytest.mark.parametrize(
    ("typed", "hour", "minute", "second"),
    [("14:05", 14, 5, 0), ("9", 9, 0, 0), ("9.30", 9, 30, 0), ("7:00:59", 7, 0, 59)],
)
def test_times_are_read_as_people_write_them(typed: str, hour: int, minute: int, second: int) -> None:
    day = AFTERNOON.date()
    assert time_typed(typed, day, UTC) == datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["", "noon", "25:00", "12:75", "1234567"])
def test_what_is_no_time_is_told_at_the_field(typed: str, page: BoardPage) -> None:
    page.begin_look_back()
    page.look_back.field.setText(typed)
    press(page.look_back.field, Qt.Key.Key_Return)
    assert "no time of day" in page.look_back.words.text()
    assert page.head.state.text() == "Live"


def notices_of(window: MainWindow) -> BoardNotices:
    """Return the notices of a window."""
    found = window.findChild(BoardNotices)
    assert isinstance(found, BoardNotices)
    return found


def test_a_breach_is_told_once_and_x_takes_it_away(house: House, page: BoardPage, window: MainWindow) -> None:
    late = a_queue("billing", "Billing", (400,), agents_ready=0, agents=5)
    for number in range(2, 6):
        house.clock.advance(1)
        house.desk.phone.heard_board(a_board(number, (late,), as_of=house.clock.now()))
    notices = notices_of(window)
    assert [alarm.title for alarm in notices.waiting] == ["Billing: a caller waits longer than 5:00"]
    notice = window.lane.notice
    assert notice.isVisible()
    assert notice.words[0] == "Billing: a caller waits longer than 5:00"
    assert not notices.banner.isVisible()
    page.queues.view.setFocus()
    press(page.queues.view, Qt.Key.Key_X)
    assert not notice.isVisible()
    house.clock.advance(1)
    house.desk.phone.heard_board(a_board(9, (late,), as_of=house.clock.now()))
    assert not notice.isVisible()


def test_while_a_call_has_the_lane_the_notice_stands_over_the_pages(
    house: House, page: BoardPage, window: MainWindow, qt_loop: LoopRunner
) -> None:
    late = a_queue("billing", "Billing", (400,), agents_ready=0, agents=5)
    house.desk.phone.heard_board(a_board(2, (late,), as_of=house.clock.now()))
    notices, call = notices_of(window), ringing()
    assert window.lane.notice.isVisible()
    qt_loop.run(house.desk.phone.heard_call(call))
    qt_loop.run(until(lambda: not window.lane.notice.isVisible()))
    assert notices.banner.isVisible()
    qt_loop.run(house.desk.phone.heard_call(taken_elsewhere(call)))
    qt_loop.run(until(window.lane.notice.isVisible))
    assert not notices.banner.isVisible()


def test_a_queue_of_which_nothing_is_heard_is_grey_with_its_time_and_named_in_the_status_line(
    house: House, page: BoardPage, window: MainWindow
) -> None:
    queues = busy_queues()
    house.clock.advance(1)
    silent = replace(queues[-1], stale_since=AFTERNOON - timedelta(seconds=16))
    house.desk.phone.heard_board(a_board(2, (*queues[:-1], silent), as_of=house.clock.now()))
    row = page.queues.rows.rows[-1]
    assert isinstance(row, QueueRow)
    assert row.stale
    assert page.tiles.tiles[0].face.note == "without Español"
    assert page.head.state.text() == "Live"
    assert "no word for 17 s" in window.status.stale.accessibleName()


def test_the_head_of_the_agents_says_what_those_of_the_chosen_queue_do(house: House, page: BoardPage) -> None:
    states = ((AgentState.READY, 1), (AgentState.TALKING, 3))
    house.clock.advance(1)
    house.desk.phone.heard_board(a_board(2, (a_queue("billing", "Billing", states=states),), as_of=house.clock.now()))
    page.queues.view.select(0)
    assert page.agents.of_queue == "Billing: 1 ready, 3 talking"


def test_a_supervisor_sends_somebody_on_a_break_and_another_back_to_work(
    house: House, page: BoardPage, qt_loop: LoopRunner
) -> None:
    exchange = Exchange(house, frozenset({Ability.PAUSE}))
    page.queues.view.setFocus()
    press(page.queues.view, Qt.Key.Key_P)
    chooser = page.breaks.chooser
    assert chooser.isVisible()
    chooser.field.setText("kofi")
    press(chooser.field, Qt.Key.Key_Return)
    page.breaks.reasons.field.setText("lunch")
    press(page.breaks.reasons.field, Qt.Key.Key_Return)
    qt_loop.run(until(lambda: len(exchange.requests) == 1))
    qt_loop.run(until(lambda: house.desk.handset.asking is None))
    press(page.queues.view, Qt.Key.Key_P)
    chooser.field.setText("bruno")
    press(chooser.field, Qt.Key.Key_Return)
    qt_loop.run(until(lambda: len(exchange.requests) == 2))
    kofi, bruno = (next(a.extension for a in agents() if a.name == name) for name in ("Kofi Mensah", "Bruno Reis"))
    assert exchange.requests == [Pause("Lunch", kofi), Ready(bruno)]


def test_where_the_phone_system_knows_no_breaks_there_is_no_button(page: BoardPage) -> None:
    assert not page.head.break_button.isVisible()


def test_the_notice_opens_the_calls_of_its_figure_from_any_page(
    house: House, page: BoardPage, window: MainWindow, qt_loop: LoopRunner
) -> None:
    window.go_to("desk")
    late = a_queue("billing", "Billing", (400,), agents_ready=0, agents=5)
    house.desk.phone.heard_board(a_board(2, (late,), as_of=house.clock.now()))
    notices_of(window).open_calls()
    assert window.current == "board"
    qt_loop.run(until(lambda: bool(page.behind.rows.rows)))
    assert page.behind.title.text() == "Longest wait, Billing"
    assert listed(page) == [("+44 20 7946 0123", "–", "waiting", "–")]


def test_agents_get_no_notices(house: House, open_pages: OpenWindow) -> None:
    house.desk.signed_in(replace(ME, role=Role.AGENT), house.database)
    window = open_pages("desk", "board")
    house.desk.phone.heard_board(replace(a_board(), agents=()))
    assert notices_of(window).waiting == ()


def test_teams_are_gone_through_with_one_key(house: House, page: BoardPage) -> None:
    house.clock.advance(1)
    board = a_board(2, as_of=house.clock.now())
    split = tuple(replace(agent, team="North" if place % 2 else "South") for place, agent in enumerate(board.agents))
    house.desk.phone.heard_board(replace(board, agents=split))
    everybody = len(page.agents._agents)
    page.queues.view.setFocus()
    press(page.queues.view, Qt.Key.Key_T)
    assert page.head.team_button.words == "North"
    assert 0 < len(page.agents._agents) < everybody
    press(page.queues.view, Qt.Key.Key_T)
    press(page.queues.view, Qt.Key.Key_T)
    assert len(page.agents._agents) == everybody


def test_the_trend_is_shown_by_half_hours_too(page: BoardPage) -> None:
    page.queues.view.setFocus()
    press(page.queues.view, Qt.Key.Key_H)
    titles = [column.title for column in page.queues.delegate.columns]
    assert "Offered per 30 min" in titles
    figures = a_board().queues[0]
    assert sum(page.queues.delegate.trend_of(figures)) == sum(figures.offered_per_quarter)


def test_every_tile_tells_its_definition(page: BoardPage) -> None:
    for tile, figure in zip(page.tiles.tiles, (Figure.WAITING, Figure.LONGEST, Figure.LEVEL), strict=False):
        assert DEFINITIONS[figure].words in tile.face.tip
