"""Unsent: the first line says whether the work is safe, what was refused comes first with its reason."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select
from sqlalchemy.orm import Session

from crmdesk.domain.sync_state import SyncLink, UnsentChange, UnsentState
from crmdesk.models.interaction import Note
from crmdesk.models.local import Outbox, OutboxState
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import TextPane
from crmdesk.ui.pages.unsent import UnsentPage
from crmdesk.ui.theme import SchemeChoice, Theme
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import nothing_under_way, press, type_words, until
from tests.support.desk import MARGARET, TOMASZ, House


@pytest.fixture
def window(open_pages: OpenWindow) -> MainWindow:
    """Return the window with the board in sight."""
    window = open_pages("board", "unsent")
    window.go_to("board")
    return window


def unsent_of(window: MainWindow) -> UnsentPage:
    """Return the page, built if it was not."""
    page = window.page("unsent")
    assert isinstance(page, UnsentPage)
    return page


def refuse_newest(house: House, reason: str) -> None:
    """Let the newest change be one that the server refused."""
    with Session(house.engines.write) as session, session.begin():
        row = session.scalars(select(Outbox).order_by(Outbox.seq.desc()).limit(1)).one()
        row.state, row.reason = OutboxState.REFUSED.value, reason


async def two_changes(house: House) -> None:
    """Write two notes while the server is away; the newer one was refused."""
    await house.desk.interactions.add_note(None, MARGARET, "Called back.")
    house.clock.advance(9)
    await house.desk.interactions.add_note(None, TOMASZ, "Refund approved.")
    refuse_newest(house, "Above your limit. Ask a supervisor.")
    await house.desk.sync.refresh(SyncLink.OFFLINE)


def rows(page: UnsentPage) -> list[UnsentChange]:
    """Return the changes listed."""
    return list(page.list.changes)


def test_nothing_unsent_says_so(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        await house.desk.sync.refresh(SyncLink.LIVE)
        window.go_to("unsent")

    qt_loop.run(story())
    page = unsent_of(window)
    assert page.title.text() == "Everything is sent"
    assert page.stack.currentWidget() is page.nothing
    assert page.hasFocus()


def test_what_was_refused_comes_first_with_its_reason(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> list[UnsentChange]:
        await two_changes(house)
        window.go_to("unsent")
        page = unsent_of(window)
        await until(lambda: bool(rows(page)))
        return rows(page)

    first, second = qt_loop.run(story())
    page = unsent_of(window)
    assert (first.state, first.reason) == (UnsentState.REFUSED, "Above your limit. Ask a supervisor.")
    assert second.state is UnsentState.WAITING
    assert (page.title.text(), page.safe.text()) == ("Not sent yet", "2 changes, safe on this computer")
    assert page.facts.texts[2].text() == "Nothing from the server yet"


def test_a_change_sent_meanwhile_leaves_the_list(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        await two_changes(house)
        window.go_to("unsent")
        page = unsent_of(window)
        await until(lambda: len(rows(page)) == 2)
        with Session(house.engines.write) as session, session.begin():
            for row in session.scalars(select(Outbox)):
                row.state = OutboxState.ACKED.value
        await house.desk.sync.refresh(SyncLink.LIVE)
        await until(lambda: not rows(page))
        assert page.title.text() == "Everything is sent"

    qt_loop.run(story())


def test_t_tries_now(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    tried: list[bool] = []
    house.desk.sync.on_try_now(lambda: tried.append(True))

    async def story() -> None:
        await two_changes(house)
        window.go_to("unsent")
        page = unsent_of(window)
        await until(page.list.hasFocus)
        assert page.try_now.key == "T"
        press(Qt.Key.Key_T)

    qt_loop.run(story())
    assert tried == [True]


def test_the_rail_counts_and_turns_red_when_something_was_refused(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    qt_loop.run(two_changes(house))
    assert window.rail.items["unsent"].accessibleName() == "Unsent, 2"


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1366, 768), (1024, 640)])
def test_it_fits_in_both_schemes(
    window: MainWindow, house: House, qt_loop: LoopRunner, look: Theme, width: int, height: int
) -> None:
    async def story() -> None:
        await two_changes(house)
        window.resize(width, height)
        window.go_to("unsent")
        page = unsent_of(window)
        await until(lambda: bool(rows(page)))
        for scheme in (SchemeChoice.LIGHT, SchemeChoice.DARK):
            look.choose(scheme)
            assert not window.grab().isNull()
        assert page.minimumSizeHint().width() <= page.width()

    qt_loop.run(story())


async def _writing(page: UnsentPage) -> TextPane:
    """Press the key that opens the words, and return where they are typed."""
    await until(page.list.hasFocus)
    press(Qt.Key.Key_E)
    await until(lambda: any(text.editor.hasFocus() for text in page.change.texts.values()))
    (text,) = page.change.texts.values()
    return text


def _body(house: House, words: str) -> list[str]:
    with Session(house.engines.read) as session:
        return list(session.scalars(select(Note.body).where(Note.body.startswith(words))))


def test_e_writes_a_refused_change_otherwise_and_sends_it_again(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await two_changes(house)
        window.go_to("unsent")
        page = unsent_of(window)
        await until(lambda: bool(rows(page)))
        text = await _writing(page)
        assert page.change.why.text() == "Above your limit. Ask a supervisor."
        assert text.text == "Refund approved."
        type_words(" By Lena")
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(page.change.isHidden)
        await until(lambda: house.desk.sync.state.refused == 0)
        assert house.desk.sync.state.unsent == 2
        assert await house.desk.drafts.parked() == ()

    qt_loop.run(story())
    assert _body(house, "Refund approved.") == ["Refund approved. By Lena"]


def test_a_change_that_is_opened_while_another_is_sent_stays_open(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await two_changes(house)
        await house.desk.interactions.add_note(None, MARGARET, "Fee waived.")
        refuse_newest(house, "Above your limit.")
        await house.desk.sync.refresh(SyncLink.OFFLINE)
        window.go_to("unsent")
        page = unsent_of(window)
        await until(lambda: len(rows(page)) == 3)
        await _writing(page)
        other = next(row for row in rows(page) if row.state is UnsentState.REFUSED and row != page.list.row)
        type_words(" By Lena")
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        window.change_wanted.emit(other)
        await nothing_under_way()
        assert page.change.isVisible()
        assert page.change.why.text() == other.reason
        type_words(" By Ada")
        assert [text.text for text in page.change.texts.values()] == [f"{other.wordings[0].text} By Ada"]
        await page.closing()

    qt_loop.run(story())


def test_words_that_were_put_aside_are_there_again(window: MainWindow, house: House, qt_loop: LoopRunner) -> None:
    async def story() -> None:
        await two_changes(house)
        window.go_to("unsent")
        page = unsent_of(window)
        await until(lambda: bool(rows(page)))
        await _writing(page)
        type_words(" Half")
        press(Qt.Key.Key_Escape)
        await until(page.change.isHidden)
        assert (await _writing(page)).text == "Refund approved. Half"

    qt_loop.run(story())
    assert _body(house, "Refund approved.") == ["Refund approved."]


def test_words_that_the_server_would_not_take_either_are_told(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await two_changes(house)
        window.go_to("unsent")
        page = unsent_of(window)
        await until(lambda: bool(rows(page)))
        (await _writing(page)).put(" ")
        press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await until(page.change.problem.isVisible)
        assert page.change.problem.text() == "This may not be empty. Write something, or let the change go."
        assert house.desk.sync.state.refused == 1

    qt_loop.run(story())


def test_the_change_that_is_selected_stays_so_when_it_is_refused(
    window: MainWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def story() -> None:
        await house.desk.interactions.add_note(None, MARGARET, "Refused long ago.")
        refuse_newest(house, "Above your limit.")
        house.clock.advance(9)
        for words in ("Called back.", "Refund approved."):
            await house.desk.interactions.add_note(None, TOMASZ, words)
        await house.desk.sync.refresh(SyncLink.OFFLINE)
        window.go_to("unsent")
        page = unsent_of(window)
        await until(lambda: len(rows(page)) == 3)
        page.list.select(2)
        selected = rows(page)[2].seq
        refuse_newest(house, "Above your limit.")
        await house.desk.sync.refresh(SyncLink.OFFLINE)
        await until(lambda: rows(page)[2].state is UnsentState.WAITING and rows(page)[1].state is UnsentState.REFUSED)
        assert isinstance(page.list.row, UnsentChange)
        assert page.list.row.seq == selected

    qt_loop.run(story())
