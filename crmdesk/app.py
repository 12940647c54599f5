"""The desktop's composition root: the only file that sees every layer.

The window is painted before anything heavy is imported; then the file is opened on a thread, and the pages come.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from enum import Enum, auto
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.domain.quick import dataclass
from crmdesk.ui.qt import binding  # before everything that is imported below

os.environ.setdefault("QT_API", binding.NAME)

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from qasync import QEventLoop

from crmdesk.app_file import LocalFile
from crmdesk.app_window import KeptWindow
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.errors import CrmdeskError, DamagedStore
from crmdesk.domain.knock import Knock
from crmdesk.runtime import doorbell, language_file
from crmdesk.runtime.bus import Bus, RaiseWindow
from crmdesk.runtime.profile import Profile
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.language import speak_as_chosen
from crmdesk.ui.qt.errors import error_sink
from crmdesk.ui.qt.frames import FrameWatch
from crmdesk.ui.qt.garbage import GuiCollector
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import STYLE, install_theme

if TYPE_CHECKING:
    from crmdesk.domain.people import Identity
    from crmdesk.runtime.session import DeskSession
    from crmdesk.ui.frame.cover import Cover
    from crmdesk.ui.frame.door import Door
    from crmdesk.ui.tour import TourGuide

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DesktopOptions:
    """How one desktop is started. ``passphrase`` takes the place of the keyring where given; ``ca_file`` is a PEM file
    of the authority that signed the server's certificate, where the system does not know it; ``tour`` lets somebody new
    be shown around. ``language`` goes before what was chosen in this profile."""

    folder: Path
    server: str = ""
    region: str = "GB"
    ca_file: str | None = None
    passphrase: str | None = None
    tour: bool = True
    language: str = ""


class Ending(Enum):
    """How a desktop ends. In the place of one whose file was damaged (it is set aside), or locked, another begins."""

    FOR_GOOD = auto()
    DAMAGED = auto()
    LOCKED = auto()


class Desktop(QObject):
    """One running desktop: profile, window, and the session once the file is open.

    ``ending`` says after its end whether another takes its place, and why.
    """

    def __init__(self, options: DesktopOptions, profile: Profile) -> None:
        super().__init__()
        self.options = options
        self.profile = profile
        self.clock = SystemClock()
        self.bus = Bus()
        self.window = MainWindow(self.clock)
        self.session: DeskSession | None = None
        self.ending = Ending.FOR_GOOD
        self._file = LocalFile(profile, self.clock, options.passphrase, self._cover)
        self._asking = False
        self._end = asyncio.Event()
        self._door: Door | None = None
        self._guide: TourGuide | None = None
        self._lock: asyncio.Task[None] | None = None
        self._watch = FrameWatch(self.clock, parent=self)
        self._collector = GuiCollector(self)
        self.window.closing.connect(self._end.set)
        error_sink().refused.connect(self._refused)

    def quit(self) -> None:
        """End the program as closing the window does."""
        self._end.set()

    async def run(self) -> None:
        """Work until the window is closed."""
        self._collector.start()
        placed = KeptWindow(self.window, self.profile.folder)
        await placed.show()
        self._listen_at_the_door()
        work = [spawn(self, self._work())]
        await self._end.wait()
        self.window.closer = None
        if self._lock is not None:
            work.append(self._lock)
        for each in work:
            each.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        await self.window.close_pages()
        self._watch.stop()
        await placed.stop()
        if self._door is not None:
            self._door.close()
        if self.session is not None:
            await self.session.close()
        self._collector.stop()
        if self.ending is Ending.DAMAGED:
            self.profile.set_aside(self.clock.now())

    async def _work(self) -> None:
        engines = await self._file.open()
        from crmdesk.runtime.session import DeskSession  # after the first paint

        session = DeskSession(engines, self.clock, self.bus, self.options.region, self.options.ca_file)
        self.session = session
        await self._look_as_before(session)
        who = await session.resume()
        if who is None:
            who = await self._ask_to_sign_in(session)
        self._open_pages(session, who)
        await self.window.shown()
        if self._guide is not None and self.options.tour and QGuiApplication.platformName() != "offscreen":
            self._guide.show_if_new()
        session.connect()  # what the network needs is loaded while somebody works already
        self._lock = spawn(self, self._lock_when_over(session))
        self._watch.start()
        self._collector.set_apart()
        at_once = not (await session.last_time()).can_resume
        while True:
            await session.signed_out()
            if not at_once:
                await self._until_sign_in_is_wanted(session)
            at_once = False
            await self._ask_to_sign_in(session)

    async def _lock_when_over(self, session: DeskSession) -> None:
        """Show nothing any more once nothing may be shown, also while a call goes on: what is typed is kept first."""
        await session.locked()
        from crmdesk.ui.frame.opening import LockedSheet

        log.warning("the file is locked")
        self._cover(LockedSheet(session.desk.sync.state.detail))
        self.ending = Ending.LOCKED
        self.quit()

    async def _look_as_before(self, session: DeskSession) -> None:
        from crmdesk.ui.look import Look

        await Look(session.desk.preferences, self.window).come_back()

    def _open_pages(self, session: DeskSession, who: Identity) -> None:
        from crmdesk.domain.phone import international
        from crmdesk.ui import pages
        from crmdesk.ui.desk_lock import DeskLock
        from crmdesk.ui.frame.page import Place, pages_of
        from crmdesk.ui.leaving import Leaving
        from crmdesk.ui.qt.zone import local_zone
        from crmdesk.ui.tour import TourGuide
        from crmdesk.ui.tray import Tray

        zone = local_zone()
        window = self.window
        place = Place(session.desk, window, window.keys, window.digits, self.clock, zone, international)
        window.open_pages(place, pages_of(pages), who.role)
        DeskLock(place)
        Leaving(place, Tray(place) if Tray.is_there() else None)
        self._guide = TourGuide(place)

    # The file --------------------------------------------------------------------------------------------------------

    def _refused(self, error: object) -> None:
        """A file may open and turn out damaged later, at a page that nobody read before."""
        if isinstance(error, DamagedStore) and not self._asking:
            self._asking = True
            spawn(self, self._ask_about_damage())

    async def _ask_about_damage(self) -> None:
        assert self.session is not None
        if await self._file.ask_about(await self.session.damage()):
            self.ending = Ending.DAMAGED
            self.quit()
        self._asking = False

    # Signing in ------------------------------------------------------------------------------------------------------

    async def _until_sign_in_is_wanted(self, session: DeskSession) -> None:
        """Wait until the person asks for it: a call may be going on, and nothing covers a call."""
        wanted = asyncio.Event()
        session.desk.sync.on_try_now(wanted.set)
        await wanted.wait()

    async def _ask_to_sign_in(self, session: DeskSession) -> Identity:
        """Return who signed in, or who goes on without the server."""
        from crmdesk.ui.pages.sign_in import SignInSheet

        last = await session.last_time()
        sheet = SignInSheet(self.options.server or last.server, last.login)
        tries: asyncio.Queue[tuple[str, str, str] | None] = asyncio.Queue()
        sheet.submitted.connect(partial(_put, tries))
        if last.why:
            sheet.show_why(last.why)
        if last.identity is not None and last.may_open:
            sheet.offer_offline(last.identity.display_name)
            sheet.offline.connect(partial(tries.put_nowait, None))
        cover = self._cover(sheet)
        who: Identity | None = None
        while who is None:
            attempt = await tries.get()
            if attempt is None:
                last = await session.last_time()
                if last.may_open:
                    who = last.identity
                else:  # its lease ran out while this was asked
                    sheet.offer_nothing_offline(last.why)
                continue
            sheet.show_busy()
            try:
                who = await session.sign_in(*attempt)
            except CrmdeskError as error:
                sheet.show_trouble(error)
        cover.lift()
        return who

    def _cover(self, content: QWidget) -> Cover:
        from crmdesk.ui.frame.cover import Cover

        return Cover(self.window, content)

    # The door --------------------------------------------------------------------------------------------------------

    def _listen_at_the_door(self) -> None:
        from crmdesk.ui.frame.door import Door  # after the first paint; a second start rings until it is heard

        self._door = Door(self)
        self._door.raised.connect(self._raise)
        self._door.knocked.connect(self._knocked)
        self._door.listen(doorbell.address(self.profile.folder))
        app = QCoreApplication.instance()
        if app is not None and sys.platform == "darwin":  # nowhere else: every event would pass through it
            app.installEventFilter(self._door)

    def _raise(self) -> None:
        self.bus.publish(RaiseWindow())
        self.window.come_forward()

    def _knocked(self, knock: object) -> None:
        """A telephone program tells of a call: for the person who is signed in, nobody else."""
        session = self.session
        if isinstance(knock, Knock) and session is not None and session.desk.identity is not None:
            spawn(self, session.desk.beside.told(knock))


def _put(tries: asyncio.Queue[tuple[str, str, str] | None], server: str, login: str, password: str) -> None:
    # A partial of this is connected: a signal holds a bound method of a plain object only weakly.
    tries.put_nowait((server, login, password))


def application(language: str = "") -> QApplication:
    """Return the Qt application with the program's look, in a language (a tag of BCP 47; "": the system's); it does
    not end with its last window."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([sys.argv[0] if sys.argv else "crmdesk", *STYLE])
    app.setApplicationName("crmdesk")
    app.setDesktopFileName("crmdesk")
    app.setQuitOnLastWindowClosed(False)
    speak_as_chosen(app, language)
    install_theme(app)
    sys.excepthook = error_sink().hook
    return app


def run(options: DesktopOptions, beside: Callable[[Desktop], Awaitable[None]] | None = None) -> int:
    """Run one desktop to its end and return the exit code.

    ``beside`` runs on the same loop while the desktop works (the demo's hands, a benchmark): the desktop ends with it,
    and it is cancelled at the desktop's end.
    Raises AlreadyRunning when the profile is taken: ring the doorbell instead.
    """
    profile = Profile(options.folder)
    app = application(options.language or language_file.read(options.folder))
    loop = QEventLoop(app)
    asyncio.set_event_loop(loop)
    try:
        while loop.run_until_complete(_run(options, profile, beside)):
            log.info("beginning anew")
    finally:
        # Windows go before the application does, and here, not when the interpreter ends and nothing has an order.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
        loop.close()
        asyncio.set_event_loop(None)
        profile.release()
    return 0


async def _run(options: DesktopOptions, profile: Profile, beside: Callable[[Desktop], Awaitable[None]] | None) -> bool:
    """Run one desktop to its end; return whether another is to begin in its place."""
    desktop = Desktop(options, profile)
    guest = asyncio.ensure_future(beside(desktop)) if beside is not None else None
    running = asyncio.ensure_future(desktop.run())
    try:
        await asyncio.wait([running, guest] if guest is not None else [running], return_when=asyncio.FIRST_COMPLETED)
        desktop.quit()
        await running
    finally:
        desktop.quit()
        await asyncio.gather(running, return_exceptions=True)
        if guest is not None:
            guest.cancel()
            await asyncio.wait([guest])
        desktop.window.close()
        desktop.window.deleteLater()
        desktop.deleteLater()
    if guest is not None and not guest.cancelled():
        guest.result()
    return desktop.ending is not Ending.FOR_GOOD
