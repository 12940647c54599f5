"""The history of the queues on the screen and as files: the same figures, what lacks said, nothing overwritten."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crmdesk.domain.people import Role
from crmdesk.runtime.desk.board import BoardSource
from crmdesk.ui.pages.history.page import HistoryPage, name_of
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import until
from tests.support.desk import ME, House
from tests.support.postgres import Databases
from tests.support.stored_day import HOSTILE, StoredDay, afternoon, nobody_listens, room_of, stored_day


@pytest.fixture(scope="module")
def day(databases: Databases) -> Iterator[StoredDay]:
    """Return a day that a gateway wrote down."""
    url = databases.lend()
    with stored_day(url, afternoon()) as day:
        yield day
    databases.give_back(url)


@pytest.fixture
def server(day: StoredDay, house: House) -> Iterator[BoardSource]:
    """Return the room of the gateway that keeps the history."""
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    with room_of(day) as room:
        house.desk.board.reach(room)
        yield room
        house.desk.board.reach(None)


@pytest.fixture
def page(server: BoardSource, open_pages: OpenWindow, qt_loop: LoopRunner, tmp_path: Path) -> HistoryPage:
    """Return the page with a history on it; files go into a folder of the test."""
    page = open_pages("history").page("history")
    assert isinstance(page, HistoryPage)
    page.folder = tmp_path / "downloads"
    page.folder.mkdir()
    qt_loop.run(until(lambda: bool(page.sheets)))
    return page


def test_today_is_shown_by_half_hours(page: HistoryPage) -> None:
    assert [row[:2] for row in page.table.shown()] == [
        ("Billing", "2026-12-23 14:00"),
        ("Claims", "2026-12-23 13:30"),
        ("Claims", "2026-12-23 14:00"),
    ]


def test_figures_are_written_as_on_the_board(page: HistoryPage) -> None:
    billing, _, claims = page.table.shown()
    assert billing[2:8] == ("6", "2", "2", "1", "1", "25.0\u202f%")
    assert billing[9:] == ("0:26", "5:00", "2")
    assert claims[2:8] == ("0", "0", "0", "0", "0", "–")
    assert claims[9:] == ("–", "5:00", "1")


def test_agents_have_occupancy_and_breaks_their_reasons(page: HistoryPage) -> None:
    page.kinds.choose("1")
    page._show_table("1")
    assert page.table.shown()[1][:4] == ("Sam Okafor", "3", "5:00", "50.0\u202f%")
    page.kinds.choose("2")
    page._show_table("2")
    assert page.table.shown() == ((HOSTILE, "lunch", "1", "45:00"),)


def test_outcomes_stand_by_queue_and_agent(page: HistoryPage, day: StoredDay) -> None:
    page.kinds.choose("3")
    page._show_table("3")
    assert page.table.shown() == (
        ("Billing", day.outcome, "Sam Okafor", "2", "4:00"),
        ("Claims", "none chosen", "Sam Okafor", "1", "4:00"),
    )


def test_another_span_is_shown_by_days_and_says_which_it_lacks(page: HistoryPage, qt_loop: LoopRunner) -> None:
    page.spans.choose("week")
    page._span_chosen("week")
    qt_loop.run(until(lambda: "Without" in page.note.text()))
    assert [row[:3] for row in page.table.shown()] == [
        ("Billing", "2026-12-23", "6"),
        ("Claims", "2026-12-22", "1"),
        ("Claims", "2026-12-23", "1"),
    ]
    lacking = ", ".join(f"2026-12-{number}" for number in range(17, 22))
    assert page.note.text() == f"Without {lacking}: nothing is kept of these days."


def test_files_are_written_beside_each_other_and_hold_no_formula(page: HistoryPage, qt_loop: LoopRunner) -> None:
    page.save_csv()
    first = page.folder / "crmdesk queues 2026-12-23.csv"
    qt_loop.run(until(first.exists))
    page.save_csv()
    qt_loop.run(until((page.folder / "crmdesk queues 2026-12-23 (2).csv").exists))
    with first.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for line in csv.reader(file) for cell in line]
    assert f"'{HOSTILE}" in cells
    assert HOSTILE not in cells
    page.save_xlsx()
    qt_loop.run(until((page.folder / "crmdesk queues 2026-12-23.xlsx").exists))


def test_a_span_of_days_is_in_the_name_of_the_file() -> None:
    assert name_of((date(2026, 12, 1), date(2026, 12, 23))) == "crmdesk queues 2026-12-01 to 2026-12-23"


def test_without_the_server_the_page_says_so(house: House, open_pages: OpenWindow, qt_loop: LoopRunner) -> None:
    house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
    with nobody_listens() as away:
        house.desk.board.reach(away)
        page = open_pages("history").page("history")
        assert isinstance(page, HistoryPage)
        qt_loop.run(until(lambda: "cannot be reached" in page.note.text()))
    assert page.table.shown() == ()
