"""Settings: what is chosen holds at once in the whole window, and is kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton

from crmdesk.domain.preferences import Preferences
from crmdesk.models.people import Agent
from crmdesk.runtime import language_file, settings
from crmdesk.ui.kit import Choice
from crmdesk.ui.pages.desk import DeskPage
from crmdesk.ui.pages.desk.work_rows import Work
from crmdesk.ui.pages.settings import SettingsPage
from crmdesk.ui.qt.tasks import running
from crmdesk.ui.theme import Density, MotionChoice, SchemeChoice, Theme
from crmdesk.ui.tray import Tray
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import press, until
from tests.support.desk import ME, House


def next_option(choice: Choice) -> None:
    """Go to the next option of a choice by keyboard."""
    _step(choice, Qt.Key.Key_Right)


def previous_option(choice: Choice) -> None:
    """Go back to the option before by keyboard."""
    _step(choice, Qt.Key.Key_Left)


def _step(choice: Choice, key: Qt.Key) -> None:
    chosen = next(button for button in choice.findChildren(QRadioButton) if button.isChecked())
    chosen.setFocus()
    press(key)


def kept(house: House, page: SettingsPage, loop: LoopRunner) -> Preferences:
    """Return what the file holds once the page has written."""

    async def read() -> Preferences:
        await until(lambda: not running(page))
        return await house.desk.preferences.read()

    return loop.run(read())


def test_dark_is_one_arrow_away_and_is_kept(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner, look: Theme
) -> None:
    page = open_pages("settings").page("settings")
    assert isinstance(page, SettingsPage)
    next_option(page.scheme)
    assert look.choice is SchemeChoice.DARK
    assert kept(house, page, qt_loop).scheme is SchemeChoice.DARK


def test_whoever_is_signed_in_reads_which_skills_they_have(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner
) -> None:
    async def skilled() -> None:
        await house.database.write(
            lambda uow: setattr(uow.session.get_one(Agent, ME.agent_id), "skills", "gas safety,retention")
        )

    window = open_pages("desk", "settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    kept(house, page, qt_loop)
    assert page.skills.isHidden()
    qt_loop.run(skilled())
    window.go_to("desk")
    window.go_to("settings")
    kept(house, page, qt_loop)
    assert page.skills.text() == "Skills: gas safety, retention"


def test_rows_of_an_open_list_follow_the_density_and_controls_do_not(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner, look: Theme
) -> None:
    window = open_pages("desk", "settings")
    desk, page = window.page("desk"), window.page("settings")
    assert isinstance(desk, DeskPage)
    assert isinstance(page, SettingsPage)
    table = desk.view.idle.sections[Work.COMPLAINT].table
    qt_loop.run(until(lambda: table.view.model().rowCount() > 0))
    rows = table.view.model().rowCount()
    normal = table.height()
    window.go_to("settings")
    next_option(page.density)
    assert look.density is Density.ROOMY
    assert table.height() == normal + rows * 8
    assert table.view.visualRect(table.view.model().index(0, 0)).height() == 44
    assert page.density.height() == page.scheme.height() == 32
    assert kept(house, page, qt_loop).density is Density.ROOMY


def test_two_lines_grow_in_proportion(look: Theme) -> None:
    heights = []
    for density in Density:
        look.space_rows(density)
        heights.append((look.row_height(36), look.row_height(54)))
    assert heights == [(28, 42), (36, 54), (44, 66)]


def test_nothing_moves_where_somebody_wants_it_so(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner, look: Theme
) -> None:
    page = open_pages("settings").page("settings")
    assert isinstance(page, SettingsPage)
    look.move(MotionChoice.FULL)
    page.arrived()
    moves = [not look.reduced_motion]
    next_option(page.motion)
    moves.append(not look.reduced_motion)
    assert moves == [True, False]
    assert kept(house, page, qt_loop).motion is MotionChoice.REDUCED


@pytest.mark.parametrize(
    ("of_before", "scheme"),
    [("dark", SchemeChoice.DARK), ("", SchemeChoice.SYSTEM), ({"density": "airy"}, SchemeChoice.SYSTEM)],
)
def test_a_profile_of_another_version_opens(
    of_before: object, scheme: SchemeChoice, house: House, qt_loop: LoopRunner, expected_logs: list[str]
) -> None:
    expected_logs.append("crmdesk.runtime.settings: the settings are those of another version")

    async def story() -> Preferences:
        await house.database.write(settings.put, settings.LOOK, of_before)
        return await house.desk.preferences.read()

    assert qt_loop.run(story()).scheme is scheme


def test_it_says_who_is_signed_in(open_pages: OpenWindow) -> None:
    page = open_pages("settings").page("settings")
    assert isinstance(page, SettingsPage)
    assert page.who.text() == "Sam Okafor (sam), extension 4021"


def test_when_the_desk_locks_is_chosen_and_kept(open_pages: OpenWindow, house: House, qt_loop: LoopRunner) -> None:
    page = open_pages("settings").page("settings")
    assert isinstance(page, SettingsPage)
    assert "signed in again" in page.locks.text()
    qt_loop.run(house.desk.lock.learn("open sesame, please"))
    page.arrived()
    assert "Never while a call" in page.locks.text()
    next_option(page.lock_after)
    assert kept(house, page, qt_loop).lock_after_min == 15


def test_the_tray_is_offered_only_where_there_is_one(open_pages: OpenWindow) -> None:
    page = open_pages("settings").page("settings")
    assert isinstance(page, SettingsPage)
    assert page.close_card.isHidden() is not Tray.is_there()
    assert page.on_close.value == "end"


def test_that_a_language_is_spoken_from_the_next_start_on_is_said_where_another_was_chosen(
    open_pages: OpenWindow, house: House, qt_loop: LoopRunner
) -> None:
    page = open_pages("settings").page("settings")
    assert isinstance(page, SettingsPage)
    assert page.language_holds.isHidden()
    next_option(page.language)
    assert page.language_holds.isVisible()
    assert page.language_holds.text() == "From the next start on."
    assert kept(house, page, qt_loop).language == "en"
    assert language_file.read(house.database.path.parent) == "en"
    page.arrived()
    assert page.language_holds.isVisible()
    previous_option(page.language)
    assert page.language_holds.isHidden()
    assert kept(house, page, qt_loop).language == ""
