"""The history of the queues on the screen and as files: the same figures, what lacks said, nothing overwritten."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crmdesk.domain.calls.history import Step
from crmdesk.domain.desk import Role
from crmdesk.ui.pages.history.page import HistoryPage, free_name
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import until
from tests.support.board_source import BoardServer
from tests.support.desk import ME, House

TODAY = date(2026, 12, 23)


@pytest.fixture
def server(house: House) -> BoardServer:
    """Return the server that keeps the history."""
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    server = BoardServer()
    house.desk.board.reach(server)
    return server


@pytest.fixture
def page(server: BoardServer, open_pages: OpenWindow, qt_loop: LoopRunner, tmp_path: Path) -> HistoryPage:
    """Return the page with a history on it; files go into a folder of the test."""
    page = open_pages("history").page("history")
    assert isinstance(page, HistoryPage)
    page.folder = tmp_path / "downloads"
    page.folder.mkdir()
    qt_loop.run(until(lambda: bool(page.sheets)))
    return page


def test_today_is_asked_for_by_half_hours(page: HistoryPage, server: BoardServer) -> None:
    assert server.asked == [("history", TODAY, TODAY, Step.HALF_HOUR)]


def test_figures_are_written_as_on_the_board(page: HistoryPage) -> None:
    billing, claims = page.table.shown()
    assert billing[:8] == ("Billing", "2026-12-23 14:18", "10", "8", "1", "0", "1", "60.0\u202f%")
    assert billing[9:] == ("0:10", "5:00", "8")
    assert claims[2:8] == ("0", "0", "0", "0", "0", "–")
    assert "2026-12-22" in page.note.text()


def test_agents_have_occupancy_and_breaks_their_reasons(page: HistoryPage) -> None:
    page.kinds.choose("1")
    page._show_table("1")
    assert page.table.shown()[1][:4] == ("Sam Okafor", "3", "5:00", "50.0\u202f%")
    page.kinds.choose("2")
    page._show_table("2")
    assert page.table.shown() == (("=1+1", "lunch", "1", "45:00"),)


def test_outcomes_stand_by_queue_and_agent(page: HistoryPage) -> None:
    page.kinds.choose("3")
    page._show_table("3")
    assert page.table.shown() == (("Billing", "Refund agreed", "Sam Okafor", "3", "3:00"),)


def test_another_span_is_asked_for(page: HistoryPage, server: BoardServer, qt_loop: LoopRunner) -> None:
    page.spans.choose("week")
    page._span_chosen("week")
    qt_loop.run(until(lambda: len(server.asked) == 2))
    assert server.asked[-1] == ("history", date(2026, 12, 17), TODAY, Step.DAY)


def test_files_are_written_beside_each_other_and_hold_no_formula(page: HistoryPage, qt_loop: LoopRunner) -> None:
    page.save_csv()
    first = page.folder / "crmdesk queues 2026-12-23.csv"
    qt_loop.run(until(first.exists))
    page.save_csv()
    qt_loop.run(until((page.folder / "crmdesk queues 2026-12-23 (2).csv").exists))
    with first.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert "'=1+1" in cells
    assert "=1+1" not in cells
    page.save_xlsx()
    qt_loop.run(until((page.folder / "crmdesk queues 2026-12-23.xlsx").exists))


def test_a_span_of_days_is_in_the_name_of_the_file(tmp_path: Path) -> None:
    days = (date(2026, 12, 1), date(2026, 12, 23))
    assert free_name(tmp_path, days, "xlsx").name == "crmdesk queues 2026-12-01 to 2026-12-23.xlsx"


def test_without_the_server_the_page_says_so(server: BoardServer, open_pages: OpenWindow, qt_loop: LoopRunner) -> None:
    server.away = True
    page = open_pages("history").page("history")
    assert isinstance(page, HistoryPage)
    qt_loop.run(until(lambda: "cannot be reached" in page.note.text()))
    assert page.table.shown() == ()
