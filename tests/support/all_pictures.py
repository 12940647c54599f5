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
from tests.support import routing_pictures
from tests.support.file_pictures import file_scenes
from tests.support.translating import texts

if TYPE_CHECKING:
    from crmdesk.ui.frame.page import Place
    from crmdesk.ui.frame.window import MainWindow
    from crmdesk.ui.pages.cases.page import CasesPage
    from tests.support.desk import House

SIZES = {"1920": (1920, 1080), "1366": (1366, 768)}
SCALES = (100, 200)
DESK_SCENES = (
    "idle",
    "ringing",
    "incall",
    "wrapup",
    "unknown",
    "complaint",
    *("service", "return", "information"),
    "offline",
    "empty",
)
SIGN_IN_PASSWORD = "open sesame, please"


async def _page(house: House, place: Place, page_id: str) -> None:
    """Go to a page and let it read."""
    from PySide6.QtTest import QTest

    from crmdesk.ui.pages.search.page import SearchPage
    from tests.support.learning import a_recall, complaints_with_causes, the_causes, what_agents_heard
    from tests.support.radar_house import a_rise, quiet_days
    from tests.support.returned import PaperReturn
    from tests.support.routed import PaperRules

    window = place.window
    house.desk.returns.reach(PaperReturn())
    house.desk.routing.reach(PaperRules(house.clock.now()))
    if page_id == "radar":
        house.add(*quiet_days(), *a_rise())
    if page_id == "learning":
        house.add(the_causes(), *complaints_with_causes(), *a_recall(), *what_agents_heard())
    window.go_to(page_id)
    page = window.page(page_id)
    if isinstance(page, SearchPage):
        page.field.setFocus()
        QTest.keyClicks(page.field, "elli")
    await window.shown()


async def _complaint(house: House, place: Place) -> None:
    """The supervisor is about to approve the decision of a complaint with a long life."""
    from crmdesk.domain.changes import Changes
    from crmdesk.ui.pages.cases.page import CasesPage
    from tests.support.cases import LONG, furnish
    from tests.support.desk import known_id
    from tests.support.learning import the_causes

    furnish(house)
    house.add(the_causes())
    house.bus.publish(Changes(everything=True))
    await _page(house, place, "cases")
    page = place.window.page("cases")
    assert isinstance(page, CasesPage)
    async with asyncio.timeout(10):
        while page.pane.view is None or page.pane.view.line.reference != LONG:
            page.list.view.select(page.rows.find(known_id(LONG)))
            await asyncio.sleep(0.02)


def _cases_page(place: Place) -> CasesPage:
    from crmdesk.ui.pages.cases.page import CasesPage

    page = place.window.page("cases")
    assert isinstance(page, CasesPage)
    return page


async def _complaint_why(house: House, place: Place) -> None:
    from crmdesk.ui.pages.cases.page import CasesPage

    await _complaint(house, place)
    page = place.window.page("cases")
    assert isinstance(page, CasesPage)
    page.pane.clocks.cards[0].click()


async def _complaint_step(house: House, place: Place) -> None:
    from crmdesk.domain.cases.steps import StepKind
    from crmdesk.ui.pages.cases.page import CasesPage

    await _complaint(house, place)
    page = place.window.page("cases")
    assert isinstance(page, CasesPage)
    page.take(StepKind.SENT_BACK)


async def _complaint_letter(house: House, place: Place) -> None:
    """The final response is being written, before the decision is approved."""
    from crmdesk.domain.cases.letters import LetterKind
    from crmdesk.ui.pages.cases.page import CasesPage

    await _complaint(house, place)
    page = place.window.page("cases")
    assert isinstance(page, CasesPage)
    page.open_letters(LetterKind.FINAL_RESPONSE)
    async with asyncio.timeout(10):
        while page.pane.letters is None or page.pane.letters.letter is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def _letter_mail(house: House, place: Place) -> None:
    """A letter that was refused at the first address may be sent to another."""
    from crmdesk.domain.cases.letters import LetterKind
    from crmdesk.domain.customers import ContactPointKind
    from crmdesk.models.customer import ContactPoint
    from crmdesk.ui.pages.cases.page import CasesPage
    from tests.support.cases import LONG
    from tests.support.desk import known_id
    from tests.support.paper_mail import PaperMail

    house.desk.letters.reach(PaperMail())
    await _complaint(house, place)
    hers = (await house.desk.cases.view(known_id(LONG))).line.customer_id
    value = {"kind": ContactPointKind.EMAIL.value, "value": "grace.adeyemi@example.org", "scope_id": 1, "ver": 1}
    house.add(ContactPoint(id=known_id("her address"), customer_id=hers, **value))
    page = place.window.page("cases")
    assert isinstance(page, CasesPage)
    page.open_letters(LetterKind.PROGRESS)
    async with asyncio.timeout(10):
        while page.pane.letters is None or page.pane.letters.letter is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def _return_behind(house: House, place: Place) -> None:
    """The complaints behind a figure are shown, and the return is about to be signed."""
    from crmdesk.domain.cases.returns import Figure
    from crmdesk.ui.pages.returns.page import ReturnPage

    await _page(house, place, "returns")
    page = place.window.page("returns")
    assert isinstance(page, ReturnPage)
    async with asyncio.timeout(10):
        while page.shown_return is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    page.reckoning.opened.emit(Figure.OPENED_AGAIN)
    page.signing.ask()


async def _learning_actions(house: House, place: Place) -> None:
    """The customers whom a recall reaches, below the actions."""
    from crmdesk.ui.pages.learning.page import ACTIONS, LearningPage
    from tests.support.desk import known_id

    await _page(house, place, "learning")
    page = place.window.page("learning")
    assert isinstance(page, LearningPage)
    page.show_part(ACTIONS)
    await page.shown()
    page.acts.table.view.select(page.acts.rows.find(known_id("Test every repair before leaving")))
    page.acts.table.view.opened.emit(page.acts.selected)
    async with asyncio.timeout(10):
        while not page.acts.affected.rows:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def _learning_feedback(house: House, place: Place) -> None:
    """What was said about the topic that most agents heard."""
    from crmdesk.ui.pages.learning.page import FEEDBACK, LearningPage

    await _page(house, place, "learning")
    page = place.window.page("learning")
    assert isinstance(page, LearningPage)
    page.show_part(FEEDBACK)
    await page.shown()
    page.feedback.table.view.select(0)
    page.feedback.table.view.opened.emit(page.feedback.selected)


async def _learning_form(house: House, place: Place) -> None:
    from crmdesk.ui.pages.learning.page import ACTIONS, LearningPage

    await _page(house, place, "learning")
    page = place.window.page("learning")
    assert isinstance(page, LearningPage)
    page.show_part(ACTIONS)
    await page.shown()
    page.acts.begin("work-test")


async def _request(house: House, place: Place, reference: str) -> None:
    """A request is chosen among complaints."""
    from crmdesk.domain.changes import Changes
    from crmdesk.ui.pages.cases.page import CasesPage
    from tests.support.cases import a_full_list
    from tests.support.desk import known_id
    from tests.support.house_rules import HOUSE_TOML, rules_on_the_desk
    from tests.support.requests import KETTLES, some_requests

    house.add(*rules_on_the_desk(HOUSE_TOML + KETTLES, 2), *a_full_list(), *some_requests())
    house.bus.publish(Changes(everything=True))
    await _page(house, place, "cases")
    page = place.window.page("cases")
    assert isinstance(page, CasesPage)
    async with asyncio.timeout(10):
        while page.pane.request is None or page.pane.request.line.reference != reference:
            page.list.view.select(page.rows.find(known_id(reference)))
            await asyncio.sleep(0.02)


async def _request_service(house: House, place: Place) -> None:
    await _request(house, place, "SR-26-07501")


async def _request_return(house: House, place: Place) -> None:
    await _request(house, place, "RT-26-07502")


async def _request_information(house: House, place: Place) -> None:
    await _request(house, place, "IR-26-07503")


async def _request_step(house: House, place: Place) -> None:
    from crmdesk.domain.requests.kinds import RequestStepKind
    from crmdesk.ui.pages.cases.page import CasesPage

    await _request_service(house, place)
    page = place.window.page("cases")
    assert isinstance(page, CasesPage)
    page.take(RequestStepKind.SCHEDULED)


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
    "complaint-of-old": _complaint,
    "complaint-why": _complaint_why,
    "complaint-step": _complaint_step,
    "complaint-letter": _complaint_letter,
    "request-service": _request_service,
    "request-return": _request_return,
    "request-information": _request_information,
    "request-step": _request_step,
    **file_scenes(_complaint, _cases_page),
    "learning-actions": _learning_actions,
    "learning-form": _learning_form,
    "letter-mail": _letter_mail,
    "learning-feedback": _learning_feedback,
    "return-behind": _return_behind,
    "routing-rule": routing_pictures.rule,
    "routing-try": routing_pictures.dry_run,
    "routing-elsewhere": routing_pictures.elsewhere,
    "routing-editions": routing_pictures.past,
    "routing-publish": routing_pictures.publishing,
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
    from tests.support.house_rules import rules_on_the_desk
    from tests.support.window import open_window

    with tempfile.TemporaryDirectory() as home:
        house = open_house(Path(home))
        house.add(*rules_on_the_desk())
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
    unknown = sorted({*only} - {*plays, *DESK_SCENES})
    if unknown:
        sys.exit(f"nothing is called {', '.join(unknown)}; there are: {', '.join(sorted({*plays, *DESK_SCENES}))}")
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
