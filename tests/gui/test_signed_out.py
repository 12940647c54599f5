"""A desk the server does not let in any more: the work goes on, and signing in is one button away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from crmdesk import app
from crmdesk.app import Desktop, DesktopOptions
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.people import Role
from crmdesk.domain.sync_state import SyncLink
from crmdesk.runtime import keychain, settings
from crmdesk.runtime.bus import Bus
from crmdesk.runtime.profile import Profile
from crmdesk.runtime.session import DeskSession, open_file
from crmdesk.ui.frame.cover import Cover
from crmdesk.ui.pages.sign_in import SignInSheet
from crmdesk.ui.pages.unsent import UnsentPage
from crmdesk.ui.theme import SchemeChoice, Theme
from tests.gui.conftest import LoopRunner
from tests.gui.waiting import until
from tests.support.desk import ME
from tests.support.waiting import until_async

PASSPHRASE = "a passphrase for this test"


async def somebody_was_here(profile: Profile) -> None:
    """Let the profile be one in which Sam was signed in before, without a session that could be resumed."""
    key = keychain.key_from_passphrase(PASSPHRASE, profile.folder)
    session = DeskSession(open_file(profile.store_path, key), SystemClock(), Bus(), "GB")
    await session.database.write(settings.keep_identity, replace(ME, role=Role.SUPERVISOR))
    await session.close()


def sheet_of(desktop: Desktop) -> SignInSheet | None:
    """Return the sign-in sheet over the window, None while there is none."""
    for cover in desktop.window.findChildren(Cover):
        if not cover.isHidden() and isinstance(cover.content, SignInSheet):
            return cover.content
    return None


def test_one_may_go_on_without_the_server_and_sign_in_when_one_wants(
    qt_loop: LoopRunner, folder: Path, expected_logs: list[str]
) -> None:
    expected_logs.append("crmdesk.ui.qt.frames")  # a loaded machine; nothing is timed here
    profile = Profile(folder / "sam")
    seen: list[str] = []

    async def hands(desktop: Desktop) -> None:
        await until(lambda: sheet_of(desktop) is not None)
        sheet = sheet_of(desktop)
        assert sheet is not None
        seen.append(sheet.work_offline.words)
        sheet.work_offline.click()
        await until(lambda: sheet_of(desktop) is None)
        assert desktop.session is not None
        assert desktop.session.desk.sync.state.link is SyncLink.SIGNED_OUT
        desktop.window.go_to("unsent")
        page = desktop.window.page("unsent")
        assert isinstance(page, UnsentPage)
        seen.append(page.try_now.words)
        page.try_now.click()
        await until(lambda: sheet_of(desktop) is not None)

    async def story() -> None:
        await somebody_was_here(profile)
        await app._run(DesktopOptions(profile.folder, passphrase=PASSPHRASE), profile, hands)

    qt_loop.run(story())
    profile.release()
    assert seen == ["Work offline as Sam Okafor", "Sign in"]


def test_the_chosen_colours_come_back_with_the_profile(
    qt_loop: LoopRunner, look: Theme, folder: Path, expected_logs: list[str]
) -> None:
    expected_logs.append("crmdesk.ui.qt.frames")
    seen: list[SchemeChoice] = []

    async def choose_dark(desktop: Desktop) -> None:
        await until(lambda: sheet_of(desktop) is not None)
        desktop.window.other_scheme()
        assert desktop.session is not None
        session = desktop.session

        async def kept() -> bool:
            return (await session.desk.preferences.read()).scheme is SchemeChoice.DARK

        await until_async(kept, "the colours were kept")

    async def see(desktop: Desktop) -> None:
        await until(lambda: sheet_of(desktop) is not None)
        seen.append(look.choice)

    async def story(hands: Callable[[Desktop], Awaitable[None]]) -> None:
        profile = Profile(folder / "sam")
        await app._run(DesktopOptions(profile.folder, passphrase=PASSPHRASE), profile, hands)
        profile.release()

    qt_loop.run(story(choose_dark))
    look.choose(SchemeChoice.LIGHT)
    qt_loop.run(story(see))
    assert seen == [SchemeChoice.DARK]
