"""A window with pages, on a real desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from crmdesk.ui.frame.window import MainWindow
from tests.gui.conftest import LoopRunner
from tests.support.desk import House, open_house
from tests.support.window import open_window

OpenWindow = Callable[..., MainWindow]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Return a real desk on a file of its own."""
    present = open_house(tmp_path)
    yield present
    present.close()


@pytest.fixture
def open_pages(house: House, qt_loop: LoopRunner, shown: Callable[[QWidget], QWidget]) -> OpenWindow:
    """Return a function that shows the window with the named pages of the registry."""

    def show(*page_ids: str) -> MainWindow:
        async def build() -> MainWindow:
            return open_window(house, *page_ids)

        window = qt_loop.run(build())
        window.resize(1366, 768)
        shown(window)
        return window

    return show
