"""Settings: the colours change at once and the choice is told."""

from __future__ import annotations

from PySide6.QtCore import Qt

from crmdesk.ui.pages.settings import SettingsPage
from crmdesk.ui.theme import SchemeChoice, Theme
from tests.gui.conftest import LoopRunner
from tests.gui.pages.conftest import OpenWindow
from tests.gui.waiting import press


def test_dark_is_one_arrow_away_and_is_told_to_be_remembered(
    open_pages: OpenWindow, qt_loop: LoopRunner, look: Theme
) -> None:
    window = open_pages("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    told: list[object] = []
    window.scheme_chosen.connect(told.append)
    page.scheme.findChildren(type(page.scheme._group.buttons()[0]))[0].setFocus()
    press(Qt.Key.Key_Right)
    assert look.choice is SchemeChoice.DARK
    assert told == [SchemeChoice.DARK]


def test_it_says_who_is_signed_in(open_pages: OpenWindow) -> None:
    page = open_pages("settings").page("settings")
    assert isinstance(page, SettingsPage)
    assert page.who.text() == "Sam Okafor (sam), extension 4021"
