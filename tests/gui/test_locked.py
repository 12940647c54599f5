"""A desktop whose computer is taken out of use, or whose lease runs out, while somebody works at it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget
from sqlalchemy import text

from crmdesk import app
from crmdesk.app import Desktop, DesktopOptions
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.sync_state import OUT_OF_USE, SyncLink
from crmdesk.models.base import to_microseconds
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.profile import Profile
from crmdesk.runtime.session import LEASE_RAN_OUT
from crmdesk.sync.client import lease
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.devices import revoke
from crmdesk.ui.kit import Label
from tests.gui.conftest import LoopRunner
from tests.gui.test_signed_out import PASSPHRASE, sheet_of
from tests.gui.waiting import until
from tests.runtime.conftest import PASSWORD, listen, people, server
from tests.support.gateway import GatewayProcess, gateway

__all__ = ["listen", "people", "server"]

LONG_S = 30


def words_on(window: QWidget) -> str:
    """Return every word that can be read on a window now."""
    return " ".join(label.text() for label in window.findChildren(Label) if label.isVisible())


async def sign_in(desktop: Desktop, address: str) -> None:
    """Sign Anna in on the sheet and wait until everything is received."""
    await until(lambda: sheet_of(desktop) is not None, LONG_S)
    sheet = sheet_of(desktop)
    assert sheet is not None
    sheet.server.set_text(address)
    sheet.login.set_text("anna")
    sheet.password.set_text(PASSWORD)
    sheet.submit()
    session = desktop.session
    assert session is not None
    await until(lambda: session.desk.sync.state.link is SyncLink.LIVE, LONG_S)


def the_desktop(
    profile: Profile, loop: LoopRunner, hands: Callable[[Desktop], Awaitable[None]], locked: bool = False
) -> None:
    """Start the program on a profile and let hands work at it; ``locked`` says that it locks itself under them."""
    options = DesktopOptions(profile.folder, passphrase=PASSPHRASE)
    assert loop.run(app._run(options, profile, hands), LONG_S * 2) is locked


async def _ended(desktop: Desktop) -> None:
    """Work on until the desktop ends by itself."""
    await desktop._end.wait()


def test_a_computer_taken_out_of_use_shows_nothing_any_more_and_says_whom_to_ask(
    qt_loop: LoopRunner, server: GatewayProcess, people: Engine, folder: Path, expected_logs: list[str]
) -> None:
    expected_logs.extend(("crmdesk.ui.qt.frames", "the file is locked"))
    profile = Profile(folder / "anna")
    said: list[str] = []

    async def works(desktop: Desktop) -> None:
        await sign_in(desktop, server.url)
        assert desktop.session is not None
        await desktop.session.desk.customers.create(NewCustomer("Ruth Nielsen"))
        await until(lambda: desktop.session.desk.sync.state.unsent == 0, LONG_S)  # type: ignore[union-attr]
        number = text("select number from sync.device")
        people.run(lambda conn: revoke(conn, conn.execute(number).scalar_one()))
        desktop.session.desk.sync.try_now()
        await _ended(desktop)
        said.append(words_on(desktop.window))

    async def comes_back(desktop: Desktop) -> None:
        await until(lambda: sheet_of(desktop) is not None, LONG_S)
        sheet = sheet_of(desktop)
        assert sheet is not None
        said.append(words_on(desktop.window))
        assert sheet.work_offline.isHidden()
        sheet.password.set_text(PASSWORD)
        sheet.submit()
        await until(lambda: bool(sheet.trouble) and sheet.button.isEnabled(), LONG_S)
        said.append(sheet.trouble)

    the_desktop(profile, qt_loop, works, locked=True)
    the_desktop(profile, qt_loop, comes_back)
    profile.release()
    covered, locked, refused = said
    assert OUT_OF_USE in covered
    assert OUT_OF_USE in locked
    assert "Ask your administrator" in locked
    assert "Ruth Nielsen" not in locked
    assert refused == f"{OUT_OF_USE} Ask your administrator."


def test_a_lease_that_ran_out_is_open_again_after_signing_in_with_what_was_typed(
    qt_loop: LoopRunner,
    server: GatewayProcess,
    database_url: str,
    listen: str,
    folder: Path,
    expected_logs: list[str],
) -> None:
    expected_logs.extend(("crmdesk.ui.qt.frames", "the file is locked"))
    profile = Profile(folder / "anna")
    made = []

    def over(uow: UnitOfWork) -> None:
        lease.keep(uow, to_microseconds(uow.clock.now()) - 1, 0)

    async def works(desktop: Desktop) -> None:
        await sign_in(desktop, server.url)
        session = desktop.session
        assert session is not None
        server.kill()
        await until(lambda: session.desk.sync.state.link is SyncLink.OFFLINE, LONG_S)
        made.append(await session.desk.customers.create(NewCustomer("Ruth Nielsen")))
        await session.database.write(over)
        await session.desk.customers.create(NewCustomer("Somebody else"))
        await _ended(desktop)

    async def comes_back(desktop: Desktop) -> None:
        await until(lambda: sheet_of(desktop) is not None, LONG_S)
        assert LEASE_RAN_OUT in words_on(desktop.window)
        await sign_in(desktop, server.url)
        await until(lambda: sheet_of(desktop) is None, LONG_S)
        assert desktop.session is not None
        assert await desktop.session.desk.customers.card(made[0]) is not None

    the_desktop(profile, qt_loop, works, locked=True)
    with gateway(database_url, listen=listen):
        the_desktop(profile, qt_loop, comes_back)
    profile.release()
