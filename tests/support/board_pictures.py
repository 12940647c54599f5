"""Draws the board, its wallboard and its history, in both schemes and two sizes:
``python -m tests.support.board_pictures FOLDER [names]``."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_API", "pyside6")

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from crmdesk.domain.calls.figures import Figure
from crmdesk.domain.calls.live import AgentState, Board
from crmdesk.domain.people import Role
from crmdesk.server.local_postgres import FAST_AND_FORGETFUL, local_postgres
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.board.page import BoardPage
from crmdesk.ui.theme import STYLE, SchemeChoice, install_theme
from tests.support.boards import a_board, busy_queues
from tests.support.clock import AFTERNOON
from tests.support.desk import ME, House, open_house
from tests.support.postgres import Databases
from tests.support.stored_day import StoredDay, afternoon, room_of, stored_day
from tests.support.window import open_window

SIZES = {"1920": (1920, 1080), "1366": (1366, 768)}
_STATES = ((AgentState.READY, 1), (AgentState.TALKING, 3), (AgentState.WRAP_UP, 1), (AgentState.BREAK, 1))


class Stage:
    """A supervisor's window with a busy afternoon on its board."""

    def __init__(self, house: House, window: MainWindow) -> None:
        self.house, self.window = house, window

    @property
    def board(self) -> BoardPage:
        """Return the board's page."""
        page = self.window.page("board")
        assert isinstance(page, BoardPage)
        return page

    def tell(self, board: Board) -> None:
        """Let a second pass and the gateway tell a board."""
        self.house.clock.advance(1)
        self.house.desk.phone.heard_board(replace(board, as_of=self.house.clock.now()))


Scene = Callable[[Stage], Awaitable[None]]


def _afternoon() -> Board:
    """Return a busy board: one queue is not heard of any more."""
    *heard, last = busy_queues()
    queues = (*(replace(queue, states=_STATES) for queue in heard), replace(last, stale_since=AFTERNOON))
    return a_board(2, queues)


async def live(stage: Stage) -> None:
    """Two queues burn, one is not heard of; a notice stands in the lane."""
    stage.tell(_afternoon())
    stage.board.queues.view.select(2)


async def calls(stage: Stage) -> None:
    """The calls behind a figure."""
    await live(stage)
    stage.board.open_calls("billing", Figure.ABANDONED)
    await asyncio.sleep(0.2)


async def stale(stage: Stage) -> None:
    """Nothing was told for three seconds."""
    await live(stage)
    stage.house.clock.advance(3)
    stage.board.tick()


async def look_back(stage: Stage) -> None:
    """A moment of the day is called up again."""
    await live(stage)
    stage.board.begin_look_back()
    stage.board.look_back.step(-900)
    await asyncio.sleep(0.3)


async def history(stage: Stage) -> None:
    """The history of the queues."""
    stage.window.go_to("history")
    await asyncio.sleep(0.3)


async def wallboard(stage: Stage) -> None:
    """The wallboard over everything."""
    await live(stage)
    stage.board.show_wallboard()


SCENES: dict[str, Scene] = {
    "board": live,
    "board-calls": calls,
    "board-stale": stale,
    "board-back": look_back,
    "history": history,
    "wallboard": wallboard,
}


async def draw(scene: str, folder: Path, day: StoredDay) -> None:
    """Play a scene once and take its pictures."""
    with tempfile.TemporaryDirectory() as home, room_of(day) as room:
        house = open_house(Path(home))
        house.desk.signed_in(replace(ME, role=Role.SUPERVISOR, extension=None), house.database)
        house.desk.board.reach(room)
        house.desk.phone.heard_board(a_board(1, as_of=AFTERNOON - timedelta(seconds=1)))
        window = open_window(house, "desk", "board", "history")
        window.go_to("desk")
        window.go_to("board")
        window.show()
        await asyncio.sleep(0.3)
        stage = Stage(house, window)
        await SCENES[scene](stage)
        shown = stage.board.wallboard if scene == "wallboard" else window
        assert shown is not None
        shown.showNormal()
        for size, (width, height) in SIZES.items():
            shown.resize(width, height)
            for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
                app = QApplication.instance()
                assert isinstance(app, QApplication)
                install_theme(app).choose(scheme)
                await asyncio.sleep(0.15)
                shown.grab().save(str(folder / f"{scene}-{size}-{scheme}.png"))
        if shown is not window:
            shown.close()
        window.close()
        window.deleteLater()
        await asyncio.sleep(0.05)
        house.close()


def main() -> None:
    """Draw the scenes named, or all."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with local_postgres(FAST_AND_FORGETFUL) as postgres:
        databases = Databases(postgres)
        with stored_day(databases.ready(), afternoon()) as day:
            _draw_all(sys.argv[2:] or list(SCENES), folder, day)
        databases.close()


def _draw_all(scenes: list[str], folder: Path, day: StoredDay) -> None:
    app = QApplication.instance() or QApplication(["crmdesk", *STYLE])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    install_theme(app).reduced_motion = True
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    for name in scenes:
        loop.run_until_complete(draw(name, folder, day))
    loop.close()


if __name__ == "__main__":
    main()
