"""The name of a customer who is being put down: kept as it is typed, until the customer is made."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject

from crmdesk.domain.drafts import joined
from crmdesk.domain.interactions import DraftKey
from crmdesk.runtime.desk import Desk
from crmdesk.ui.formkit.draft import DraftKeeper
from crmdesk.ui.kit import Field
from crmdesk.ui.qt.tasks import spawn

KIND = "newcomer"
_NAME = "name"


class NewcomerDraft(QObject):
    """Keeps what stands in a field for one subject at a time: the call from which the customer is made, or what was
    searched for when nobody was found."""

    def __init__(self, desk: Desk, field: Field) -> None:
        super().__init__(field)
        self._desk, self._field = desk, field
        self._keeper: DraftKeeper | None = None
        self._writing: asyncio.Task[None] | None = None
        self._title = ""
        self.key: DraftKey | None = None
        """Which draft is followed, None while none is."""
        field.edited.connect(self._typed)

    def follow(self, subject: UUID, title: str) -> None:
        """Keep what is typed from now on for this subject; what was followed before stays a draft."""
        self.let_go()
        self._title, self.key = title, DraftKey(KIND, subject)
        self._keeper = DraftKeeper(self._desk, KIND, subject, self._read, self)

    def move(self, subject: UUID, title: str) -> Coroutine[Any, Any, None]:
        """Let what stands in the field be the draft of this subject, and of no other; return what forgets it there.
        Where nothing stands yet, what was begun there another time was not brought back yet and stays."""
        before = self.key if self._field.text else None
        self.done()
        self.follow(subject, title)
        if self._field.text:
            self._typed(self._field.text)
        return self._forgotten(before)

    async def _forgotten(self, key: DraftKey | None) -> None:
        if key is not None:
            await self._desk.drafts.discard(key.kind, key.subject)

    async def bring_back(self, offered: str) -> bool:
        """Put what was typed for the subject before in the place of what the program ``offered``; what was typed since
        goes on behind it. Return False where nothing was."""
        key = self.key
        if self._writing is not None:
            await asyncio.wait((self._writing,))
        draft = await self._desk.drafts.load(key.kind, key.subject) if key is not None else None
        before = draft.fields.get(_NAME, "") if draft is not None else ""
        if not before or self.key != key or self._keeper is None:
            return False
        since = self._field.text.removeprefix(offered) if self._keeper.unsaved else ""
        self._field.set_text(joined(before, since))
        self._field.show_unsaved()
        return True

    def let_go(self) -> None:
        """Follow no draft any more; what was typed stays one. Call it before the field is emptied."""
        keeper, self._keeper, self.key = self._keeper, None, None
        if keeper is not None:
            self._writing = spawn(self, keeper.last_words())
            keeper.forget()
            keeper.deleteLater()

    async def settle(self) -> None:
        """Return when what was typed is on the disk."""
        if self._keeper is not None:
            await self._keeper.keep_now()

    async def discard(self, subject: UUID) -> None:
        """Forget the draft of a subject: it became a customer, or somebody on file was taken instead."""
        if self.key is not None and self.key.subject == subject:
            self.done()
        await self._desk.drafts.discard(KIND, subject)

    def done(self) -> None:
        """The draft became a customer: write nothing more of it."""
        if self._keeper is not None:
            self._keeper.forget()
        self.let_go()

    def _typed(self, _: str) -> None:
        if self._keeper is not None:
            self._keeper.typed()

    def _read(self) -> tuple[Mapping[str, str], str]:
        return {_NAME: self._field.text}, self._title
