"""Nothing was found: say what was looked at, and offer to make the customer from what was typed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.duplicate_views import LikeCustomer
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import derived_id
from crmdesk.domain.language import mark, tr
from crmdesk.runtime.desk import Desk
from crmdesk.ui.kit import Button, EmptyState, Field
from crmdesk.ui.pages.desk.like_list import LikeList
from crmdesk.ui.pages.desk.newcomer import NewcomerDraft
from crmdesk.ui.qt.digits import Digits
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import Icon, Space

_LOOKED_AT = mark("Names in any script, numbers in any form, references and words in notes were looked at.")
_NUMBER = re.compile(r"^[\s+()./\-–0-9]{3,}$")
_WIDTH = 360
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


class NobodyFound(QWidget):
    """``made`` carries the id of the customer that was made, or that was on file already."""

    made = Signal(object)

    def __init__(self, desk: Desk, digits: Digits) -> None:
        super().__init__()
        self._desk = desk
        self._typed = ""
        self.new = Button(tr("New customer"), icon=Icon.USER_PLUS)
        self.new.clicked.connect(self.start)
        self.name = Field(tr("Name"), tr("As the person writes it"), tr("Enter makes the customer"))
        self.name.setFixedWidth(_WIDTH)
        self.name.edit.returnPressed.connect(self._create)
        self.name.edited.connect(self._name_typed)
        self._draft = NewcomerDraft(desk, self.name)
        self.like = LikeList(desk, digits)
        self.like.setFixedWidth(_WIDTH)
        self.like.chosen.connect(self._use)
        self.said = EmptyState(Icon.SEARCH, "", tr(_LOOKED_AT), (self.new,))
        row = QHBoxLayout()
        row.addStretch(1)
        asked = QVBoxLayout()
        asked.setSpacing(Space.S)
        asked.addWidget(self.name)
        asked.addWidget(self.like)
        row.addLayout(asked)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, Space.XL)
        column.addStretch(2)
        column.addWidget(self.said)
        column.addLayout(row)
        column.addStretch(3)
        self.name.hide()

    def show_typed(self, typed: str) -> None:
        """Say that nothing was found for this text; who writes the name already, ahead of this answer, goes on."""
        writes = self.writes
        if writes and typed.strip() == self._typed:
            return
        self._typed = typed.strip()
        self.said.say(tr("Nothing found for “{typed}”", typed=self._typed), tr(_LOOKED_AT))
        if writes:
            spawn(self._draft, self._draft.move(self._subject, self.name.text or self._typed))
            spawn(self._draft, self._bring_back(""))
            return
        self._draft.let_go()
        self.name.hide()
        self.like.forget()

    @property
    def writes(self) -> bool:
        """Return whether somebody writes the name."""
        return self.name.edit.hasFocus()

    @property
    def _subject(self) -> UUID:
        """What was searched for, as that of which a name was begun."""
        return derived_id(_BEGINNING, f"newcomer {self._typed.casefold()}")

    @property
    def number(self) -> str:
        """The typed text where it is a number, else nothing."""
        return self._typed if _NUMBER.match(self._typed) else ""

    def start(self) -> None:
        """Open the line for the name, with the name that was begun for this search, else filled with what was typed
        unless that is a number."""
        offered = "" if self.number else self._typed
        self.name.set_text(offered)
        self.name.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self._name_typed(offered)
        self._draft.follow(self._subject, offered or self._typed)
        spawn(self._draft, self._bring_back(offered))

    async def _bring_back(self, offered: str) -> None:
        if await self._draft.bring_back(offered):
            self._name_typed(self.name.text)

    async def settle(self) -> None:
        """Return when a name that is being typed is on the disk."""
        await self._draft.settle()

    def _create(self) -> None:
        spawn(self, self._make(NewCustomer(self.name.text, number=self.number)), self._wrong)

    def _name_typed(self, text: str) -> None:
        self.like.follow(NewCustomer(text, number=self.number))

    def _use(self, one: object) -> None:
        if isinstance(one, LikeCustomer):
            spawn(self, self._take(one, self.number, self._subject))

    async def _take(self, one: LikeCustomer, number: str, subject: UUID) -> None:
        if number:
            await self._desk.customers.attach_number(one.customer_id, number)
        await self._draft.discard(subject)
        self.made.emit(one.customer_id)

    async def _make(self, new: NewCustomer) -> None:
        if await self.like.holds_up(new):
            return
        await self._draft.settle()
        made = await self._desk.customers.create(new, self._draft.key)
        self._draft.done()
        self.name.set_text("")
        self.name.hide()
        self.made.emit(made)

    def _wrong(self, mistake: UserMistake) -> None:
        self.name.show_problem(f"{mistake.what} {mistake.next_step}".strip())
