"""Writing a letter: what is typed is a draft at once, and joins what a colleague wrote when it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject

from crmdesk.domain import words
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.interactions import DraftKey
from crmdesk.ui.formkit.basis import Basis
from crmdesk.ui.formkit.draft import DraftKeeper
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import SavedLabel, TextPane
from crmdesk.ui.qt.tasks import spawn

KIND = "letter"
_WORDS = "words"


class Writing(QObject):
    """Keeps the words of one letter: when the field is left, and when told to (``settle``)."""

    def __init__(self, place: Place, pane: TextPane, saved: SavedLabel, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._pane, self._saved = place, pane, saved
        self._letter: UUID | None = None
        self._title = self._kept = ""
        self._basis = Basis()
        self._touched = False
        self._keeper: DraftKeeper | None = None
        self._one_at_a_time = asyncio.Lock()
        pane.edited.connect(self._typed)
        pane.left.connect(self.keep)

    @property
    def touched(self) -> bool:
        """Return whether something is typed that is not the letter yet."""
        return self._touched

    def turn_to(self, letter_id: UUID, kept: str, title: str) -> None:
        """Write another letter, with what a draft holds of it; what is being typed becomes the one before."""
        if self._touched and self._letter is not None and self._keeper is not None:
            left = DraftKey(KIND, self._letter)
            spawn(self, self._write_left(left, self._pane.text, self._basis, self._keeper.last_words()))
        self._letter, self._title, self._touched, self._basis = letter_id, title, False, Basis()
        self.show_words(kept)
        self._saved.show_ready()
        if self._keeper is not None:
            self._keeper.deleteLater()
        self._keeper = DraftKeeper(self._place.desk, KIND, letter_id, self._as_draft, self)
        self._keeper.failed.connect(self._not_kept)
        spawn(self, self._restore(letter_id))

    def show_words(self, kept: str) -> None:
        """Show the words as they are kept now; what is being typed goes on."""
        self._kept = kept
        if not self._touched:
            self._basis.lay(kept)
            if self._pane.text != kept:
                self._pane.put(kept)

    async def _restore(self, letter_id: UUID) -> None:
        """Put back what was typed when the program ended, as unsaved."""
        draft = await self._place.desk.drafts.load(KIND, letter_id)
        if draft is None or self._letter != letter_id:
            return
        if self._touched:
            await self._write_what_was_kept(letter_id, draft.fields)
            return
        self._touched = True
        self._basis.lay(self._basis.of_draft(draft.fields, self._kept))
        self._pane.put(draft.fields.get(_WORDS, ""))
        self._saved.show_unsaved()

    async def _write_what_was_kept(self, letter_id: UUID, kept: Mapping[str, str]) -> None:
        """Somebody typed before the draft was read: its words become the letter, and what is typed joins them."""
        async with self._one_at_a_time:
            try:
                seen = self._basis.of_draft(kept, self._kept)
                await self._place.desk.letters.write(letter_id, kept.get(_WORDS, ""), seen)
            except CrmdeskError as error:
                self._not_kept(error)

    async def _write_left(self, letter: DraftKey, text: str, basis: Basis, kept: Coroutine[Any, Any, None]) -> None:
        """Write a letter that was left before it was kept; what cannot be written stays its draft."""
        await kept
        async with self._one_at_a_time:  # what is being written of it comes first, and is its basis then
            await self._place.desk.letters.write(letter.subject, text, basis.text, letter)

    def _as_draft(self) -> tuple[Mapping[str, str], str]:
        return {**self._basis.as_draft(), _WORDS: self._pane.text}, self._title

    def _typed(self) -> None:
        self._touched = True
        self._saved.show_unsaved()
        if self._keeper is not None:
            self._keeper.typed()

    def keep(self) -> None:
        """Write the letter, if anything was typed."""
        if self._touched:
            spawn(self, self.settle())

    async def settle(self) -> None:
        """Return when everything typed is the letter; what cannot be written stays a draft and says why."""
        async with self._one_at_a_time:
            if self._touched and self._letter is not None and self._keeper is not None:
                await self._write(self._letter, self._keeper)

    async def _write(self, letter_id: UUID, keeper: DraftKeeper) -> None:
        text, basis = self._pane.text, self._basis
        await keeper.keep_now()
        basis.offer(text)
        try:
            await self._place.desk.letters.write(letter_id, text, basis.text, DraftKey(KIND, letter_id))
        except CrmdeskError as error:
            basis.withdraw()
            self._not_kept(error)
            return
        basis.lay(text)
        if basis is not self._basis:
            return
        if text != self._pane.text:  # typed on meanwhile: its draft is told from what stands there now
            keeper.typed()
        else:
            self._touched = False
            self._saved.show_saved(words.clock_seconds(self._place.clock.now(), self._place.zone))

    def _not_kept(self, error: CrmdeskError) -> None:
        self._saved.show_failed(f"{error.what} {error.next_step}".strip())
