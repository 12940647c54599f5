"""How the program looks: what its person chose is shown at once, kept in the profile, and comes back with it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from crmdesk.domain.preferences import Preferences, SchemeChoice
from crmdesk.runtime.desk.preferences import PreferencesDesk
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import theme


def show(preferences: Preferences) -> None:
    """Let the whole program look so, now."""
    look = theme()
    look.choose(preferences.scheme)
    look.space_rows(preferences.density)
    look.move(preferences.motion)


def choose(owner: QObject, door: PreferencesDesk, preferences: Preferences) -> None:
    """Let other preferences hold, show them, and keep them for as long as ``owner`` lives."""
    door.change(preferences)
    show(preferences)
    spawn(owner, door.keep())


class Look(QObject):
    """The look of one window: as it was left, and kept where its keys change it."""

    def __init__(self, door: PreferencesDesk, window: MainWindow) -> None:
        super().__init__(window)
        self._door = door
        window.scheme_chosen.connect(self._scheme_chosen)

    async def come_back(self) -> None:
        """Look as this profile was left."""
        show(await self._door.read())

    def _scheme_chosen(self, scheme: SchemeChoice) -> None:
        choose(self, self._door, replace(self._door.now, scheme=scheme))
