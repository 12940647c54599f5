"""What happens at publishing: it is sent, told, or put together with what somebody published in between."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject, Signal

from crmdesk.domain import words
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import tr, tr_n
from crmdesk.domain.routing.views import Published
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.routing.editing import Editing
from crmdesk.ui.pages.routing.publish_pane import PublishPane
from crmdesk.ui.qt.tasks import spawn


class Publisher(QObject):
    """``published`` tells that another edition holds, ``to_be_shown`` that what differs is another thing."""

    published = Signal()
    to_be_shown = Signal()

    def __init__(self, place: Place, editing: Editing, pane: PublishPane, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._editing, self._pane = place, editing, pane
        self._sending: asyncio.Task[None] | None = None
        pane.wanted.connect(self._publish)
        pane.merge_wanted.connect(self._take_in)

    def begin(self) -> None:
        """Show what would be published, and what somebody published in between."""
        self._pane.say_problem("")
        self._pane.show_between(None, (), self._editing.names)
        self.to_be_shown.emit()
        self._pane.take_keyboard()
        if self._editing.behind and self._editing.book is not None:
            spawn(self, self._look_between(self._editing.book.edition))

    def show_changes(self, *, tried: bool) -> None:
        """Show what would be published."""
        editing = self._editing
        self._pane.show_changes(editing.base, editing.rules, editing.on, editing.names, tried=tried)

    async def settle(self) -> None:
        """Return when what was to be published is, or was refused."""
        if self._sending is not None:
            await asyncio.wait((self._sending,))

    async def _look_between(self, number: int) -> None:
        try:
            first = await self._place.desk.routing.edition(number)
        except CrmdeskError as error:
            self._pane.say_problem(f"{error.what} {error.next_step}".strip())
            return
        self._pane.show_between(first, self._editing.base, self._editing.names)

    def _publish(self, why: str) -> None:
        if self._sending is None or self._sending.done():
            self._sending = spawn(self, self._send(why))

    async def _send(self, why: str) -> None:
        try:
            answer = await self._editing.publish(why)
        except CrmdeskError as error:
            self._pane.say_problem(f"{error.what} {error.next_step}".strip())
            return
        if answer.made is None:
            if answer.first is not None:
                self._pane.show_between(answer.first, self._editing.base, self._editing.names)
                if self._pane.isVisible():
                    self._pane.take_keyboard()
            return
        self._pane.why.set_text("")
        rules = tr_n("{n} rule", "{n} rules", answer.made.rules)
        said = tr("Edition {n} holds from now on", n=answer.made.number)
        self._place.window.tell(said, tr("{rules}; what was routed stays where it is.", rules=rules))
        self.published.emit()

    def _take_in(self, theirs: object) -> None:
        if not isinstance(theirs, Published):
            return
        both = self._editing.take_in(theirs)
        self._pane.show_between(None, (), self._editing.names)
        named = words.one_of(both)
        self._pane.say_problem(
            tr("Both of you changed {rules}: theirs rest behind yours.", rules=named) if both else ""
        )
        self.to_be_shown.emit()
        self._pane.take_keyboard()
