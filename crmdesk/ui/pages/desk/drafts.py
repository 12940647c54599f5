"""Keeps every note as it is typed: 300 ms after the last key, at least every 600 ms, and whenever told to.

Each note has a subject (the interaction, or the customer for a note without a call) and keeps its own text, so
several calls at once never mix. "Saved" is said only after the text is on the disk.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.customers import PartOf
from crmdesk.domain.drafts import joined
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import tr
from crmdesk.domain.quick import dataclass
from crmdesk.ui.formkit.draft import AFTER_LAST_KEY_MS, AT_LEAST_EVERY_MS
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import spawn

if TYPE_CHECKING:
    from crmdesk.runtime.desk import Desk

KIND = "note"
FIELD = "note"
TRY_AGAIN_MS = 3000


@dataclass(slots=True)
class Writing:
    """One note being written. ``kept`` is the text that is on the disk, ``trouble`` why the last attempt failed."""

    title: str
    text: str = ""
    kept: str = ""
    saved_at: datetime | None = None
    trouble: CrmdeskError | None = None
    edited_at: datetime | None = None
    sealed: bool = False
    task: asyncio.Task[None] | None = None

    @property
    def unsaved(self) -> bool:
        """Say whether something typed is not on the disk yet."""
        return self.text != self.kept


class DraftBook(QObject):
    """All notes being written at this desk. ``changed`` carries the subject of a note whose state is another, ``found``
    that of one whose text was read from the disk."""

    changed = Signal(object)
    found = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._writings: dict[UUID, Writing] = {}
        self._parts: dict[UUID, PartOf] = {}
        self._after_key = self._timer(AFTER_LAST_KEY_MS)
        self._at_least = self._timer(AT_LEAST_EVERY_MS)
        self._again = self._timer(TRY_AGAIN_MS)
        listen(self, desk.bus, Changes, self._rows_changed)

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(milliseconds)
        timer.timeout.connect(self.keep_now)
        return timer

    def writing(self, subject: UUID) -> Writing | None:
        """Return the note of a subject, None if nothing was written."""
        return self._writings.get(subject)

    @property
    def written(self) -> tuple[tuple[UUID, Writing], ...]:
        """Return the notes with text in them, the oldest first."""
        return tuple((subject, writing) for subject, writing in self._writings.items() if writing.text)

    async def read(self) -> None:
        """Bring back what was being written when the desk was last closed."""
        for draft in reversed(await self._desk.drafts.parked()):
            if draft.kind != KIND:
                continue
            text, since = draft.fields.get(FIELD, ""), self._writings.get(draft.subject)
            if since is None:
                self._writings[draft.subject] = Writing(draft.title, text, text, draft.saved_at)
                self.changed.emit(draft.subject)
            elif not since.kept:  # typed before the draft was read: it goes on behind it
                self.edit(draft.subject, joined(text, since.text), since.title)
            self.found.emit(draft.subject)
        await self._name_parts()

    def edit(self, subject: UUID, text: str, title: str) -> None:
        """Take a note as it is now; it is kept in a moment. ``title`` names it in lists (the person, the number)."""
        writing = self._writings.setdefault(subject, Writing(title))
        writing.text, writing.title = text, self.whose(subject) or title
        writing.edited_at = self._desk.clock.now()
        self.changed.emit(subject)
        self._after_key.start()
        if not self._at_least.isActive():
            self._at_least.start()

    def keep_now(self) -> None:
        """Keep everything that is not on the disk, now: hang-up, another pane, lock, close."""
        self._after_key.stop()
        self._at_least.stop()
        for subject, writing in self._writings.items():
            if writing.unsaved and not writing.sealed and (writing.task is None or writing.task.done()):
                writing.task = spawn(self, self._keep(subject, writing))

    async def settle(self) -> None:
        """Keep everything and return when it is on the disk, or cannot be."""
        self.keep_now()
        tasks = [writing.task for writing in self._writings.values() if writing.task is not None]
        await asyncio.gather(*tasks)

    async def seal(self, subject: UUID) -> str:
        """Write nothing of this note any more and return its text: it becomes a record now."""
        writing = self._writings.setdefault(subject, Writing(""))
        writing.sealed = True
        if writing.task is not None:
            await asyncio.wait((writing.task,))
        return writing.text

    def unseal(self, subject: UUID) -> None:
        """The record could not be made: the note is a draft again."""
        self._writings[subject].sealed = False
        self.keep_now()

    def forget(self, subject: UUID) -> None:
        """The note became a record, or was thrown away: nothing of it remains here."""
        self._writings.pop(subject, None)
        self.changed.emit(subject)

    def whose(self, subject: UUID) -> str:
        """Return whose a note is that was begun for a record merged into another since, empty for any other."""
        part = self._parts.get(subject)
        if part is None:
            return ""
        if part.was != part.name:
            return tr("{name}, begun for {was}", name=part.name, was=part.was)
        if part.details:
            return tr("{name}, begun for the other record ({details})", name=part.name, details=part.details)
        return tr("{name}, begun for the other record", name=part.name)

    async def _name_parts(self) -> None:
        """Let each note say for whom it was begun, where two records are one now; and no longer where they are two."""
        before, self._parts = self._parts, await self._desk.customers.parts_among(tuple(self._writings))
        for subject in before.keys() | self._parts.keys():
            writing = self._writings.get(subject)
            if writing is not None and before.get(subject) != self._parts.get(subject):
                writing.title = self.whose(subject) or before[subject].was
                self.changed.emit(subject)

    def _rows_changed(self, changes: Changes) -> None:
        """Let go of words about somebody who was erased: nothing of them may be written once more."""
        if self._writings and changes.touches(Kind.CUSTOMER):
            spawn(self, self._name_parts())
        for subject in changes.erased & self._writings.keys():
            writing = self._writings.pop(subject)
            writing.sealed = True
            self.changed.emit(subject)

    def move(self, subject: UUID, to: UUID, title: str) -> None:
        """Give the words of one note to another: it was found out whose they are."""
        words = self._writings.get(subject)
        if words is not None and words.text:
            there = self._writings.get(to)
            text = f"{there.text}\n{words.text}" if there is not None and there.text else words.text
            self.edit(to, text, title)
            self.edit(subject, "", words.title)
            self.keep_now()

    async def _keep(self, subject: UUID, writing: Writing) -> None:
        while writing.unsaved and not writing.sealed:
            text = writing.text
            try:
                if text:
                    saved_at = await self._desk.drafts.keep(KIND, subject, {FIELD: text}, writing.title)
                else:
                    await self._desk.drafts.discard(KIND, subject)
                    saved_at = self._desk.clock.now()
            except CrmdeskError as error:
                writing.trouble = error
                self._again.start()
                break
            writing.kept, writing.saved_at, writing.trouble = text, saved_at, None
        self.changed.emit(subject)
