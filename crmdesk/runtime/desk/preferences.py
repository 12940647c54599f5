"""The desk's door to what its person chose: read once at the start, kept at each change."""

from __future__ import annotations

import asyncio

from crmdesk.domain.preferences import Preferences
from crmdesk.runtime import language_file, settings
from crmdesk.runtime.bus import Bus, PreferencesChanged
from crmdesk.runtime.database import Database


class PreferencesDesk:
    """``now`` is what holds at this moment; a change holds at once and is on the disk when ``keep`` returns."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self.now = Preferences()
        self._in_turn = asyncio.Lock()

    async def read(self) -> Preferences:
        """Return what was chosen in this profile, from the file."""
        self.now = await self._database.read(settings.preferences)
        return self.now

    def change(self, preferences: Preferences) -> None:
        """Let other preferences hold; ``keep`` follows."""
        self.now = preferences
        self._bus.publish(PreferencesChanged(preferences))

    async def keep(self) -> None:
        """Write down what holds now. Of two that are kept at once, what was chosen last stays."""
        async with self._in_turn:
            chosen = self.now
            await self._database.write(settings.keep_preferences, chosen)
            await asyncio.to_thread(language_file.keep, self._database.path.parent, chosen.language)
