"""What is done to the card in one step: something goes off it, a number is shared, what was kept is taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TypeAlias
from uuid import UUID

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence

from crmdesk.domain.card import FieldRef, KeptEdit
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import mark, tr
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.pages.desk.facts import TagRef, Target
from crmdesk.ui.pages.desk.reader import CustomerReader
from crmdesk.ui.qt.tasks import spawn

Step: TypeAlias = "Callable[[], Awaitable[KeptEdit | None]]"  # not shown
_MOST_UNDONE = 50
_OFF = mark("{field} is off the card")
_NOW = mark("{field} now")


class CardSteps(QObject):
    """Takes steps on the card shown, and remembers what was kept on each card: the last is taken back first."""

    def __init__(self, place: Place, view: CallDesk, reader: CustomerReader, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._view, self._reader = place, view, reader
        self._kept: dict[UUID, list[KeptEdit]] = {}
        view.note.text.editor.installEventFilter(self)

    def remember(self, customer_id: UUID, edit: KeptEdit) -> None:
        """Let an edit be the next that is taken back."""
        stack = self._kept.setdefault(customer_id, [])
        stack.append(edit)
        del stack[:-_MOST_UNDONE]

    def forget(self, customers: Iterable[UUID]) -> None:
        """Keep nothing of these customers: they were erased."""
        for customer_id in customers:
            self._kept.pop(customer_id, None)

    def take_off(self, target: Target | None) -> None:
        """Take a way to reach them, a person or a tag off the card."""
        card, door = self._reader.card, self._place.desk.card
        if card is None:
            return
        if isinstance(target, TagRef):
            spawn(self, self._done(card.id, partial(door.remove_tag, card.id, target.word), _OFF))
        elif isinstance(target, FieldRef) and target.row_id != card.id:
            spawn(self, self._done(card.id, partial(door.remove, target.kind, target.row_id), _OFF))
        else:
            self._tell(tr("Choose a number, an address, a person or a tag first."), tr("Then press Delete."))

    def turn_shared(self, target: Target | None) -> None:
        """Mark a way to reach them as shared with others, or as theirs alone."""
        card = self._reader.card
        points = card.contact_points if card is not None and isinstance(target, FieldRef) else ()
        point = next((p for p in points if isinstance(target, FieldRef) and p.id == target.row_id), None)
        if card is None or point is None:
            self._tell(tr("Choose a number or an address first."), tr("Then say that it is shared."))
            return
        step = partial(self._place.desk.card.set_shared, point.id, shared=not point.shared)
        spawn(self, self._done(card.id, step, _NOW))

    def _tell(self, what: str, next_step: str) -> None:
        self._place.window.tell(what, next_step)

    async def _done(self, customer_id: UUID, step: Step, said: str) -> None:
        """Take a step and say it: ``said`` is the sentence, marked, about a ``{field}``."""
        edit = await step()
        if edit is not None:
            self.remember(customer_id, edit)
            self._tell(tr(said, field=edit.what), tr("Ctrl+Z takes it back."))

    def undo(self) -> None:
        """Take back what was kept last on the card shown."""
        card = self._reader.card
        stack = self._kept.get(card.id) if card is not None else None
        if not stack:
            self._place.window.tell(tr("Nothing on this card is left to take back."))
            return
        spawn(self, self._undo(stack.pop()))

    async def _undo(self, edit: KeptEdit) -> None:
        try:
            await self._place.desk.card.take_back(edit)
        except CrmdeskError as error:
            self._place.window.tell(error.what, error.next_step)
            return
        self._place.window.tell(tr("{field} is as it was", field=edit.what))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take back the last edit of the card by Ctrl+Z in the note too, where nothing typed there is left to undo."""
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        card = self._reader.card
        document = self._view.note.text.editor.document()
        if card is None or not self._kept.get(card.id) or document.isUndoAvailable():
            return False
        if not event.matches(QKeySequence.StandardKey.Undo):
            return False
        self.undo()
        return True
