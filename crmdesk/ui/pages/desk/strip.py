"""The customer in two lines, for windows too narrow for the pane."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from uuid import UUID

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.cases.words import DeadlineWords
from crmdesk.domain.customers import CustomerCard, OpenComplaint, OpenRequest
from crmdesk.domain.language import left_to_right, tr
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, ChipRow, ChipSpec, Ground, Ink, Label, Panel, fill
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.pop import say
from crmdesk.ui.pop.deadline_chip import by_deadline, deadline_chip
from crmdesk.ui.requests.looks import REQUEST_ICONS, named
from crmdesk.ui.theme import Icon, Space, TextRole, Voice, theme


class CustomerStrip(Panel):
    """The customer in two lines over the timeline, where the window is too narrow for the pane."""

    all_facts = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self.setAccessibleName(tr("Customer"))
        self.guess = Label("", TextRole.SECTION, Voice.SOON)
        self.guess.hide()
        self.name = Label("", TextRole.NAME)
        self.who = Label("", TextRole.BODY, Ink.SECONDARY)
        self.marks = ChipRow()
        self._card: CustomerCard | None = None
        self._versions = 0
        self._due: tuple[ChipSpec, ...] = ()
        self._said: Mapping[UUID, DeadlineWords] = {}
        self.open = Button(tr("All facts"), ButtonKind.QUIET, Icon.CHEVRON_DOWN, size=ButtonSize.SMALL)
        self.open.clicked.connect(self.all_facts)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.guess)
        head.addWidget(self.name)
        head.addWidget(self.who, 1)
        head.addWidget(self.open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.S, Space.L, Space.S + 1)
        layout.setSpacing(Space.XS)
        layout.addLayout(head)
        layout.addWidget(self.marks)

    def show_guess(self, words: str) -> None:
        """Say before the name that it is not said yet whether this is the caller; empty where it is."""
        self.guess.set_text(words)
        self.guess.setVisible(bool(words))

    def show_name(self, name: str, who: str) -> None:
        """Show what is known before the card was read."""
        self.name.set_text(name)
        self.who.set_text(who)
        self._card = None
        self.marks.show_chips(())

    def show_card(self, card: CustomerCard, now: datetime, zone: tzinfo) -> None:
        """Show a customer: care first, then what is promised and what is open."""
        self._due = tuple(say.due_chip(one, now, zone) for one in card.due)
        self.name.set_text(card.name)
        self.who.set_text(", ".join(part for part in (card.latin_name, card.summary, card.city) if part))
        self._card = card
        self._show_marks()

    def show_deadlines(self, said: Mapping[UUID, DeadlineWords]) -> None:
        """Say of open cases when each must be answered."""
        if said != self._said:
            self._said = said
            self._show_marks()

    def show_versions(self, count: int) -> None:
        """Say that so many fields have two versions."""
        if count != self._versions:
            self._versions = count
            self._show_marks()

    def _show_marks(self) -> None:
        card = self._card
        if card is None:
            return
        complaints = tuple(map(self._complaint, by_deadline(card.open_complaints, self._said)))
        two = (ChipSpec(tr("Two versions"), Voice.SOON, Icon.GIT_COMPARE),) if self._versions else ()
        requests = tuple(map(self._request, by_deadline(card.open_requests, self._said)))
        self.marks.show_chips((*say.marks(card), *two, *self._due, *complaints, *requests))

    def _complaint(self, one: OpenComplaint) -> ChipSpec:
        what = f"{left_to_right(one.reference)} {one.category}"
        said = self._said.get(one.id)
        return ChipSpec(what, icon=Icon.SCALE) if said is None else deadline_chip(said, what)

    def _request(self, one: OpenRequest) -> ChipSpec:
        said = self._said.get(one.id)
        return ChipSpec(named(one), icon=REQUEST_ICONS[one.kind]) if said is None else deadline_chip(said, named(one))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line below."""
        super().paintEvent(event)
        fill(painter_on(self), QRectF(0, self.height() - 1, self.width(), 1), theme().colors.line.soft)
