"""The window comes back where it stood."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from pytestqt.qtbot import QtBot

from crmdesk import app
from crmdesk.app import Desktop, DesktopOptions
from crmdesk.app_window import KeptWindow
from crmdesk.domain.window_place import Area, WindowPlace
from crmdesk.runtime import window_file
from crmdesk.runtime.profile import Profile
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.frame.window_place import PlaceWatch, place_of, put_back
from tests.gui.conftest import LoopRunner
from tests.gui.waiting import until
from tests.support.clock import AFTERNOON, StandingClock
from tests.support.newest_first import NewestFirst
from tests.support.waiting import LIMIT_MS

SCREEN = Area(0, 0, 1920, 1040)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    present = MainWindow(StandingClock(AFTERNOON))
    qtbot.addWidget(present)
    yield present
    present.close()


def test_it_stands_where_it_stood_before_it_is_painted(window: MainWindow) -> None:
    put_back(window, WindowPlace(Area(120, 60, 1300, 780)), (SCREEN,))
    assert window.geometry() == QRect(120, 60, 1300, 780)
    assert not window.isMaximized()


def test_a_maximised_window_knows_its_size_of_before(window: MainWindow) -> None:
    put_back(window, WindowPlace(Area(120, 60, 1300, 780), maximised=True), (SCREEN,))
    assert window.isMaximized()


def test_where_it_rests_is_told_once(window: MainWindow, qtbot: QtBot) -> None:
    watch = PlaceWatch(window)
    with qtbot.waitSignal(watch.rested, timeout=LIMIT_MS) as told:
        window.show()
        window.setGeometry(40, 30, 1280, 760)
        window.setGeometry(44, 32, 1280, 760)
    assert told.args == [place_of(window)]
    watch.stop()


def test_a_desktop_leaves_its_place_in_the_profile(qt_loop: LoopRunner, folder: Path, expected_logs: list[str]) -> None:
    expected_logs.append("crmdesk.ui.qt.frames")
    profile = Profile(folder / "sam")
    seen: list[WindowPlace] = []

    async def hands(desktop: Desktop) -> None:
        await until(lambda: desktop.session is not None)
        desktop.window.resize(1200, 720)
        seen.append(place_of(desktop.window))

    qt_loop.run(app._run(DesktopOptions(profile.folder, passphrase="long enough"), profile, hands))
    profile.release()
    assert window_file.read(profile.folder) == seen[0]


def test_the_place_at_the_end_is_kept_though_another_is_still_being_written(
    qt_loop: LoopRunner, window: MainWindow, folder: Path
) -> None:
    async def story() -> None:
        with NewestFirst() as threads:
            asyncio.get_running_loop().set_default_executor(threads)
            placed = KeptWindow(window, folder)
            await placed.show()
            window.resize(1200, 720)
            await until(lambda: threads.waiting == 1)
            window.resize(1240, 760)
            stopping = asyncio.create_task(placed.stop())
            asyncio.get_running_loop().call_soon(threads.begin)
            await stopping

    qt_loop.run(story())
    assert window_file.read(folder) == place_of(window)
