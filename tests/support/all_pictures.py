"""Draws every page, card and sheet, light and dark, in two sizes, at 100 and 200 %, in English, in each translation and
from right to left: ``./run.sh pictures [FOLDER]``.

Each scale and language is a process of its own, as both are taken when a program begins. Pictures are written outside
the repository: where nothing is said, into ``crmdesk-pictures`` in the folder for temporary files.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.domain.language import ENGLISH, MIRRORED
from tests.guards.sources import ROOT
from tests.support.translating import texts

if TYPE_CHECKING:
    from crmdesk.ui.frame.page import Place
    from crmdesk.ui.frame.window import MainWindow
    from tests.support.desk import House

SIZES = {"1920": (1920, 1080), "1366": (1366, 768)}
SCALES = (100, 200)
DESK_SCENES = ("idle", "ringing", "incall", "wrapup", "unknown", "complaint", "offline", "empty")
SIGN_IN_PASSWORD = "open sesame, please"


async def _page(house: House, place: Place, page_id: str) -> None:
    """Go to a page and let it read."""
    from PySide6.QtTest import QTest

    from crmdesk.ui.pages.search.page import SearchPage

    window = place.window
    window.go_to(page_id)
    page = window.page(page_id)
    if isinstance(page, SearchPage):
        page.field.setFocus()
        QTest.keyClicks(page.field, "elli")
    await window.shown()


async def _palette(house: House, place: Place) -> None:
    place.window.overlays.turn_palette()


async def _keys(house: House, place: Place) -> None:
    place.window.overlays.turn_keys()


async def _notice(house: House, place: Place) -> None:
    place.window.tell("Everything is settled", "The other desks get it with the next turn.")


async def _lock(house: House, place: Place) -> None:
    from crmdesk.ui.desk_lock import DeskLock
    from tests.support.desk import ringing

    await house.desk.lock.learn(SIGN_IN_PASSWORD)
    DeskLock(place).lock()
    await house.desk.phone.heard_call(ringing())


async def _leaving(house: House, place: Place) -> None:
    from crmdesk.ui.leaving import Leaving
    from tests.support.desk import MARGARET

    await house.desk.interactions.add_note(None, MARGARET, "Called back.")
    await house.desk.sync.refresh()
    Leaving(place, None).asked()


async def _tour(house: House, place: Place, steps: int = 0) -> None:
    from crmdesk.ui.tour import TourGuide

    guide = TourGuide(place)
    guide.show()
    for _ in range(steps):
        if guide.card is not None:
            guide.card.forward.click()


async def _tour_end(house: House, place: Place) -> None:
    await _tour(house, place, 4)


async def _sign_in(house: House, place: Place) -> None:
    from crmdesk.ui.frame.cover import Cover
    from crmdesk.ui.pages.sign_in import SignInSheet

    sheet = SignInSheet("https://desk.example.org", "sam")
    sheet.offer_offline("Sam Okafor")
    Cover(place.window, sheet)


async def _passphrase(house: House, place: Place) -> None:
    from crmdesk.ui.frame.cover import Cover
    from crmdesk.ui.frame.opening import PassphraseSheet

    Cover(place.window, PassphraseSheet(first_time=True))


CARDS: dict[str, Callable[[House, Place], Awaitable[None]]] = {
    "palette": _palette,
    "keys": _keys,
    "notice": _notice,
    "lock": _lock,
    "leaving": _leaving,
    "tour-1": _tour,
    "tour-5": _tour_end,
    "sign-in": _sign_in,
    "passphrase": _passphrase,
}
OPENED_FOR_ONE_SIZE = ("palette", "keys")
"""What closes when the window gets another size."""


async def _draw(name: str, folder: Path, mark: str, play: Callable[[House, Place], Awaitable[None]]) -> None:
    """Show the window of a supervisor, play, and take the pictures."""
    from dataclasses import replace

    import crmdesk.ui.pages as pages
    from crmdesk.domain.people import Role
    from crmdesk.ui.frame.page import pages_of
    from tests.support.boards import a_board
    from tests.support.desk import ME, open_house
    from tests.support.window import open_window

    with tempfile.TemporaryDirectory() as home:
        house = open_house(Path(home))
        house.desk.signed_in(replace(ME, role=Role.SUPERVISOR), house.database)
        house.desk.phone.heard_board(a_board())
        window = open_window(house, *(spec.id for spec in pages_of(pages)))
        window.resize(*next(iter(SIZES.values())))
        window.show()
        window.activateWindow()
        await window.shown()
        assert window._place is not None
        await play(house, window._place)
        await asyncio.sleep(0.4)
        await _take(house, window, name, folder, mark)
        await window.close_pages()
        window.closer = None
        window.close()
        window.deleteLater()
        await asyncio.sleep(0.05)
        house.close()


async def _take(house: House, window: MainWindow, name: str, folder: Path, mark: str) -> None:
    from crmdesk.ui.theme import SchemeChoice, theme

    for size, (width, height) in SIZES.items():
        if (window.width(), window.height()) != (width, height):
            window.resize(width, height)
            if name in OPENED_FOR_ONE_SIZE:
                assert window._place is not None
                await CARDS[name](house, window._place)
        for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
            theme().choose(scheme)
            await asyncio.sleep(0.15)
            picture = folder / f"{name}-{size}{mark}-{scheme}.png"
            if not window.grab().save(str(picture)):
                raise OSError(f"{picture} cannot be written")


def draw_at_this_scale(folder: Path, scale: int, language: str, only: list[str]) -> None:
    """Draw everything in this process."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_API", "pyside6")
    from functools import partial

    from PySide6.QtWidgets import QApplication
    from qasync import QEventLoop

    import crmdesk.ui.pages as pages
    from crmdesk.ui.frame.page import pages_of
    from crmdesk.ui.language import speak_as_chosen
    from crmdesk.ui.theme import STYLE, MotionChoice, install_theme
    from tests.support import pictures

    app = QApplication(["crmdesk", *STYLE])
    app.setQuitOnLastWindowClosed(False)
    speak_as_chosen(app, language)
    install_theme(app).move(MotionChoice.REDUCED)
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    mark = f"-{scale}" if language == ENGLISH else f"-{scale}-{language}"
    plays = {f"page-{spec.id}": partial(_page, page_id=spec.id) for spec in pages_of(pages)} | CARDS
    for name, play in plays.items():
        if not only or name in only:
            loop.run_until_complete(_draw(name, folder, mark, play))
    for name in DESK_SCENES:
        if not only or name in only:
            loop.run_until_complete(pictures.draw(name, folder, SIZES, mark))
    loop.close()


def languages() -> tuple[str, ...]:
    """Return every language that pictures are drawn in: those of the program, and the one from right to left."""
    return (ENGLISH, *(path.parents[1].name for path in texts()), MIRRORED)


def main() -> int:
    """Draw at each scale and say where the pictures are."""
    parser = argparse.ArgumentParser(prog="./run.sh pictures", description=__doc__)
    usual = Path(tempfile.gettempdir()) / "crmdesk-pictures"
    parser.add_argument("folder", nargs="?", type=Path, default=usual, help=f"where to write them ({usual})")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="draw just this; can be repeated")
    parser.add_argument("--language", choices=languages(), help="draw in this language alone")
    parser.add_argument("--scale", type=int, choices=SCALES, help="draw just this scale, in this process")
    arguments = parser.parse_args()
    folder: Path = arguments.folder.resolve()
    if folder.is_relative_to(ROOT):
        parser.error("pictures are written outside the repository")
    folder.mkdir(parents=True, exist_ok=True)
    if arguments.scale is not None:
        draw_at_this_scale(folder, arguments.scale, arguments.language or ENGLISH, arguments.only)
        return 0
    spoken = (arguments.language,) if arguments.language else languages()
    for language, scale in product(spoken, SCALES):
        names = [part for name in arguments.only for part in ("--only", name)]
        how = ["--scale", str(scale), "--language", language, *names]
        command = [sys.executable, "-m", "tests.support.all_pictures", str(folder), *how]
        subprocess.run(command, env={**os.environ, "QT_SCALE_FACTOR": str(scale / 100)}, cwd=ROOT, check=True)
    sys.stdout.write(f"{len(list(folder.glob('*.png')))} pictures in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
