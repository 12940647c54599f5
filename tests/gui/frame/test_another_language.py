"""The frame in another language: what pages and keys are called is translated where it is shown, and found by that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from gettext import NullTranslations
from pathlib import Path
from typing import ClassVar

import pytest
from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.domain.language import ENGLISH, speak, spoken, tr
from crmdesk.domain.people import Role
from crmdesk.domain.sync_state import SyncLink, SyncState
from crmdesk.sync.client.forking import Forked
from crmdesk.sync.client.lease import OutOfUse
from crmdesk.ui import pages
from crmdesk.ui.frame import commands, lane_cells
from crmdesk.ui.frame.fold import fold_of
from crmdesk.ui.frame.keys_help import key_lines
from crmdesk.ui.frame.page import Page, PageSpec, Place, pages_of
from crmdesk.ui.frame.palette import Action, Heading
from crmdesk.ui.frame.rail import NavigationRail
from crmdesk.ui.frame.status_words import sync_words
from crmdesk.ui.frame.sync_banner import words_of
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import text_width
from crmdesk.ui.language import speak_as_chosen
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Size, TextRole
from tests.gui.conftest import LoopRunner
from tests.support.desk import ME, House, open_house
from tests.support.frame_gallery import NOW, ZONE, lanes, number
from tests.support.spoken import speaking

Show = Callable[[QWidget], QWidget]


class German(NullTranslations):
    """A few words of the frame in German."""

    WORDS: ClassVar = {
        "Cases": "Vorgänge",
        "Go to cases": "Zu den Vorgängen",
        "Go to": "Gehe zu",
        "Take the tour again": "Rundgang noch einmal",
        "Everything else": "Alles andere",
        "Keys and help": "Tasten und Hilfe",
        "This computer was taken out of use.": "Dieser Rechner wurde stillgelegt.",
        "This computer was taken out of use": "Dieser Rechner wurde stillgelegt",
        "This profile was copied, or put back from a copy.": "Dieses Profil wurde kopiert.",
        "This profile was copied": "Dieses Profil wurde kopiert",
    }

    def pgettext(self, context: str, message: str) -> str:
        return {"{first} to {last} open": "öffnen mit {first} bis {last}"}.get(message, message)

    def gettext(self, message: str) -> str:
        return self.WORDS.get(message, message)


@pytest.fixture
def window(tmp_path: Path, qt_loop: LoopRunner, shown: Show) -> Iterator[MainWindow]:
    """Return a window that speaks German."""
    speak("de", German())
    house: House = open_house(tmp_path)
    made = MainWindow(house.clock)
    house.desk.identity = ME
    place = Place(house.desk, made, made.keys, made.digits, house.clock, ZONE, number)
    specs = (PageSpec("cases", "Cases", "Go to cases", Icon.SCALE, "C", 20, _page),)
    made.open_pages(place, specs, Role.AGENT)
    made.keys.bind(commands.TOUR, made.next_pane)
    shown(made)
    yield made
    house.close()
    speak(ENGLISH, NullTranslations())


def _page(_place: Place) -> Page:
    return Page()


def test_the_rail_says_what_pages_are_called(window: MainWindow) -> None:
    assert window.rail.items["cases"].accessibleName() == "Vorgänge"


@pytest.mark.parametrize("language", [ENGLISH, "de"])
def test_the_rail_is_as_wide_as_its_longest_word(qapp: QApplication, shown: Show, language: str) -> None:
    with speaking(language) if language != ENGLISH else nullcontext():
        rail = NavigationRail()
        specs = [spec for spec in pages_of(pages) if spec.on_rail]
        items = [rail.add(spec, "") for spec in specs]
        words = [text_width(tr(spec.words), role) for spec in specs for role in (TextRole.CAPTION, TextRole.KEY)]
    shown(rail)
    assert rail.width() == max(Size.RAIL, max(words) + 16)
    assert all(item.width() > max(words) for item in items)
    assert (rail.width() > Size.RAIL) is (language == "de")
    rail.fold(fold_of(1366, 768))
    assert rail.width() == Size.RAIL_FOLDED
    rail.fold(fold_of(1920, 1080))
    assert rail.width() > max(words)


def test_the_palette_finds_a_command_by_the_words_that_it_shows(window: MainWindow) -> None:
    window.overlays.turn_palette()
    palette = window.overlays.palette
    palette.field.setText("rundgang")
    assert [row.words for row in palette.model.rows if isinstance(row, Heading | Action)] == [
        "Alles andere",
        "Rundgang noch einmal",
    ]
    palette.field.setText("zu vorg")
    assert [row.words for row in palette.model.rows if isinstance(row, Heading | Action)] == [
        "Gehe zu",
        "Zu den Vorgängen",
    ]


def test_the_list_of_keys_is_in_that_language(window: MainWindow) -> None:
    said = {line.words for line in key_lines(window.keys)}
    assert {"Gehe zu", "Zu den Vorgängen", "Tasten und Hilfe"} <= said
    assert not said & German.WORDS.keys()


def test_why_a_desk_is_locked_or_new_is_known_in_that_language_too(window: MainWindow) -> None:
    locked = SyncState(SyncLink.LOCKED, NOW, 0, 0, None, None, detail=OutOfUse().what)
    copied = SyncState(SyncLink.SIGNED_OUT, NOW, 0, 0, None, None, detail=Forked().what)
    assert sync_words(locked, ZONE).text == "Dieser Rechner wurde stillgelegt"
    said = words_of(copied)
    assert said is not None
    assert said[0] == "Dieses Profil wurde kopiert"


def test_key_caps_name_keys_as_they_are_called_there(qapp: QApplication) -> None:
    french = QTranslator()
    assert french.load(QLocale("fr"), "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    qapp.installTranslator(french)
    try:
        caps = [cap_text(chord) for chord in ("Ctrl+Shift+H", "Ctrl+Enter", "Escape")]
    finally:
        qapp.removeTranslator(french)
    assert caps == ["Ctrl+Maj+H", "Ctrl+Entrée", "Échap"]


@pytest.mark.usefixtures("window")
def test_keys_of_a_ringing_call_stand_where_the_sentence_has_them() -> None:
    ringing = replace(lanes()["ringing"].cells[0], digits=3)
    pieces = lane_cells._pieces(ringing, look=False, hint=False)
    assert [piece.text for piece in pieces] == ["öffnen mit", "Ctrl+1", "bis", "Ctrl+3"]
    assert [piece.key for piece in pieces] == [False, True, False, True]


@pytest.mark.parametrize("tag", ["de", "DE", "de-AT", "de_DE", "de_DE.UTF-8"])
def test_german_is_spoken_however_its_tag_is_written(qapp: QApplication, tag: str) -> None:
    try:
        speak_as_chosen(qapp, tag)
        assert (spoken(), tr("Settings")) == ("de", "Einstellungen")
    finally:
        speak_as_chosen(qapp, ENGLISH)


def test_nothing_of_qt_stays_in_a_language_that_was_spoken_before(qapp: QApplication) -> None:
    for tag in ("de", ENGLISH, "de", "de", ENGLISH):
        speak_as_chosen(qapp, tag)
    assert cap_text("Ctrl+Z") == "Ctrl+Z"
