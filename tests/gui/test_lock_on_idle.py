"""A desk that nobody uses locks itself; the sign-in password opens it where it was left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from crmdesk import app
from crmdesk.app import Desktop, DesktopOptions
from crmdesk.domain.clock import SystemClock
from crmdesk.runtime import keychain, settings
from crmdesk.runtime.bus import Bus
from crmdesk.runtime.desk.lock import LockDesk
from crmdesk.runtime.profile import Profile
from crmdesk.runtime.session import DeskSession, open_file
from crmdesk.ui.desk_lock import DeskLock
from crmdesk.ui.frame.lane_model import CellKind
from crmdesk.ui.frame.lock_cover import LockSheet
from crmdesk.ui.frame.page import Place
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.qt.tasks import running
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow, house, open_pages
from tests.gui.waiting import focused, nothing_under_way, press, type_words, until
from tests.support.desk import ME, TOMASZ, House, answered, hung_up, ringing

__all__ = ["house", "open_pages"]

PASSWORD = "open sesame, please"
TEN_MINUTES = 600

Locked = Callable[[], tuple[MainWindow, DeskLock]]


@pytest.fixture
def desk(open_pages: OpenWindow, house: House, qt_loop: LoopRunner) -> Callable[[], tuple[MainWindow, DeskLock]]:
    """Return a function that shows the desk of somebody who signed in with a password."""

    def show() -> tuple[MainWindow, DeskLock]:
        qt_loop.run(house.desk.lock.learn(PASSWORD))
        window = open_pages("desk", "settings")
        return window, lock_of(window, house)

    return show


def lock_of(window: MainWindow, house: House) -> DeskLock:
    """Return the lock of a window, made as the program makes it."""
    page = window.page("desk")
    assert isinstance(page, DeskPage)
    place = window._place
    assert isinstance(place, Place)
    return DeskLock(place)


def covered(lock: DeskLock) -> bool:
    """Say whether the desk is locked on the screen."""
    return lock.cover is not None


def sheet_of(lock: DeskLock) -> LockSheet:
    """Return what asks for the password."""
    assert lock.cover is not None
    sheet = lock.cover.content
    assert isinstance(sheet, LockSheet)
    return sheet


def leave(lock: DeskLock, house: House, seconds: float = TEN_MINUTES) -> None:
    """Let time pass without input."""
    house.clock.advance(seconds)
    lock.look()


def write_note(window: MainWindow, loop: LoopRunner) -> QWidget:
    """Begin a note on Tomasz; return its editor, which has the keyboard."""
    page = window.page("desk")
    assert isinstance(page, DeskPage)

    async def story() -> QWidget:
        page.open_customer(TOMASZ)
        await until(lambda: page.view.call.isVisible() and not running(page))
        editor = page.view.call.note.text.editor
        editor.setFocus()
        type_words("He asked for ")
        return editor

    return loop.run(story())


def unlock(lock: DeskLock, loop: LoopRunner, password: str = PASSWORD) -> None:
    """Type a password and Enter, and wait for the answer."""

    async def story() -> None:
        type_words(password)
        press(Qt.Key.Key_Return)
        await until(lambda: lock.cover is None or sheet_of(lock).button.isEnabled())

    loop.run(story())


def test_after_ten_minutes_nothing_can_be_read_and_the_password_brings_it_all_back(
    desk: Locked, house: House, qt_loop: LoopRunner
) -> None:
    window, lock = desk()
    editor = write_note(window, qt_loop)
    leave(lock, house, TEN_MINUTES - 1)
    assert not covered(lock)
    leave(lock, house, 1)
    assert lock.cover is not None
    assert lock.cover.geometry() == window.rect()
    assert window.childAt(QPoint(300, 300)) in (lock.cover, *lock.cover.findChildren(QWidget))
    assert focused() is sheet_of(lock).field.edit
    unlock(lock, qt_loop)
    assert not covered(lock)
    assert focused() is editor
    type_words("Bilal.")
    page = window.page("desk")
    assert isinstance(page, DeskPage)
    assert page.view.call.note.text.text == "He asked for Bilal."


def read_aloud(node: QAccessibleInterface) -> list[str]:
    """Return every word of what is in sight, as a screen reader goes through it."""
    if node.state().invisible:
        return []
    said = [node.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description)]
    return [*said, *(words for at in range(node.childCount()) for words in read_aloud(node.child(at)))]


def test_nothing_of_a_locked_desk_is_read_aloud(desk: Locked, qt_loop: LoopRunner) -> None:
    window, lock = desk()
    write_note(window, qt_loop)
    QAccessible.setActive(True)
    tree = QAccessible.queryAccessibleInterface(window)
    told = " ".join(read_aloud(tree))
    assert "Tomasz" in told
    assert "He asked for" in told
    lock.lock()
    told = " ".join(read_aloud(tree))
    assert "Tomasz" not in told
    assert "He asked for" not in told
    assert "Your password" in told
    unlock(lock, qt_loop)
    assert "He asked for" in " ".join(read_aloud(tree))


def test_a_key_or_the_pointer_begins_the_time_anew(desk: Locked, house: House) -> None:
    window, lock = desk()
    handle = window.windowHandle()
    assert handle is not None
    house.clock.advance(TEN_MINUTES)
    QTest.keyClick(handle, Qt.Key.Key_Shift)
    lock.look()
    house.clock.advance(TEN_MINUTES)
    QTest.mouseMove(handle, QPoint(40, 40))
    lock.look()
    assert not covered(lock)


def test_it_never_locks_during_a_call_or_its_wrap_up_and_counts_from_their_end(
    desk: Locked, house: House, qt_loop: LoopRunner
) -> None:
    window, lock = desk()
    call = ringing()
    qt_loop.run(house.desk.phone.heard_call(call))
    leave(lock, house)
    qt_loop.run(house.desk.phone.heard_call(answered(call)))
    leave(lock, house)
    qt_loop.run(house.desk.phone.heard_call(hung_up(answered(call))))
    qt_loop.run(until(lambda: [cell.kind for cell in window.lane.lane.cells] == [CellKind.WRAP_UP]))
    leave(lock, house, 30)
    assert not covered(lock)
    lock.lock()
    assert not covered(lock)
    assert window.notice.isVisible()


def test_the_minutes_are_chosen_and_zero_is_never_by_itself(desk: Locked, house: House) -> None:
    _, lock = desk()
    house.desk.preferences.change(replace(house.desk.preferences.now, lock_after_min=0))
    leave(lock, house, 100_000)
    assert not covered(lock)
    house.desk.preferences.change(replace(house.desk.preferences.now, lock_after_min=5))
    leave(lock, house, 0)
    assert lock.cover is not None


def test_without_a_password_to_unlock_with_nothing_is_locked(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner
) -> None:
    window = open_pages("desk")
    lock = lock_of(window, house)
    leave(lock, house)
    lock.lock()
    assert not covered(lock)
    assert "Sign in once more" in window.notice.details.text()


def test_no_key_reaches_what_is_under_the_cover(desk: Locked, qt_loop: LoopRunner) -> None:
    window, lock = desk()
    write_note(window, qt_loop)
    press(Qt.Key.Key_F12)
    assert lock.cover is not None
    press(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert "palette" not in window.overlays.__dict__
    assert window.keys.available() == ()
    for _ in range(5):
        press(Qt.Key.Key_Tab)
        assert lock.cover.isAncestorOf(focused())
    window.page("desk").setFocus()
    assert focused() is sheet_of(lock).field.edit
    window.tell("Somebody was first", "Margaret Ellison")
    assert window.childAt(window.notice.geometry().center()) is not window.notice
    seen = window.childAt(window.rect().center())
    assert seen is not None
    assert lock.cover.isAncestorOf(seen)


def test_a_ring_shows_through_without_a_name_and_the_call_is_there_afterwards(
    desk: Locked, house: House, qt_loop: LoopRunner
) -> None:
    window, lock = desk()
    lock.lock()
    assert lock.cover is not None
    call = ringing()
    qt_loop.run(house.desk.phone.heard_call(call))
    (cell,) = lock.cover.cells
    assert (cell.title, cell.second) == ("The phone rings", "Unlock to see who it is")
    qt_loop.run(house.desk.phone.heard_call(answered(call)))
    assert lock.cover.cells[0].title == "A call goes on"
    unlock(lock, qt_loop)
    qt_loop.run(until(lambda: bool(window.lane.lane.cells)))
    assert window.lane.lane.cells


def test_wrong_passwords_are_told_and_looked_at_later_and_later(
    desk: Locked, house: House, qt_loop: LoopRunner
) -> None:
    _, lock = desk()
    lock.lock()
    said = []
    for _ in range(4):
        unlock(lock, qt_loop, "not mine")
        said.append(sheet_of(lock).field.problem)
    unlock(lock, qt_loop)
    assert lock.cover is not None
    house.clock.advance(6)
    unlock(lock, qt_loop)
    assert not covered(lock)
    assert said == [
        "This is not your password. Type it again.",
        "This is not your password. Type it again.",
        "This is not your password. Try again in 5 seconds.",
        "There were several wrong passwords. Try again in 5 seconds.",
    ]


def test_a_disk_that_takes_nothing_keeps_nobody_out_who_has_the_password(
    desk: Locked, house: House, qt_loop: LoopRunner
) -> None:
    _, lock = desk()
    lock.lock()
    qt_loop.run(nothing_under_way())
    at_the_writer(house, "PRAGMA query_only = ON")
    unlock(lock, qt_loop, "something else")
    assert covered(lock)
    unlock(lock, qt_loop)
    assert not covered(lock)
    at_the_writer(house, "PRAGMA query_only = OFF")


def at_the_writer(house: House, statement: str) -> None:
    """Run a statement on the one connection that writes, outside of a transaction."""
    raw = house.engines.write.raw_connection()
    raw.cursor().execute(statement)
    raw.close()


def test_a_program_ended_while_locked_begins_locked(open_pages: OpenWindow, house: House, qt_loop: LoopRunner) -> None:
    async def ended() -> None:
        await house.desk.lock.learn(PASSWORD)
        house.desk.lock.lock()
        await house.desk.lock.keep()
        house.desk.lock = LockDesk(house.database, house.clock)
        await house.desk.lock.read()

    qt_loop.run(ended())
    lock = lock_of(open_pages("desk"), house)
    assert lock.cover is not None
    assert lock.cover.isAncestorOf(focused())
    unlock(lock, qt_loop)
    assert not covered(lock)
    qt_loop.run(house.desk.lock.read())
    assert not house.desk.lock.locked


def test_the_program_shows_a_locked_profile_only_after_the_password(
    qt_loop: LoopRunner, folder: Path, expected_logs: list[str]
) -> None:
    expected_logs.append("crmdesk.ui.qt.frames")
    profile = Profile(folder / "sam")
    seen: list[bool] = []

    async def left_locked() -> None:
        key = keychain.key_from_passphrase(PASSWORD, profile.folder)
        session = DeskSession(open_file(profile.store_path, key), SystemClock(), Bus(), "GB")
        await session.database.write(settings.keep_identity, ME)
        await session.desk.lock.learn(PASSWORD)
        session.desk.lock.lock()
        await session.desk.lock.keep()
        await session.close()

    async def hands(desktop: Desktop) -> None:
        lock = None
        while lock is None:
            await asyncio.sleep(0)
            lock = desktop.window.findChild(DeskLock)
        seen.append(covered(lock))
        await until(lambda: bool(desktop.window.current))
        sheet_of(lock).field.edit.setText(PASSWORD)
        sheet_of(lock).button.click()
        await until(lambda: not covered(lock))
        seen.append(covered(lock))

    async def story() -> None:
        await left_locked()
        await app._run(DesktopOptions(profile.folder, passphrase=PASSWORD), profile, hands)

    qt_loop.run(story())
    profile.release()
    assert seen == [True, False]
