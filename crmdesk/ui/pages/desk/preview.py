"""The preview at the right of the idle desk: who it is and the story so far, before one opens it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain.customers import ContactPointKind, CustomerCard
from crmdesk.domain.language import left_to_right, mark, tr, tr_in
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    Chip,
    ChipRow,
    ChipSpec,
    EmptyState,
    Flow,
    Ground,
    Ink,
    Label,
    Panel,
    SectionTitle,
)
from crmdesk.ui.pages.desk.story import Story
from crmdesk.ui.pages.desk.work_rows import Owner, Work, WorkRow
from crmdesk.ui.pop import say
from crmdesk.ui.theme import Icon, Space, TextRole

_OPENS = {
    Work.FINISH: mark("Finish this call"),
    Work.CALLBACK: mark("Open the customer"),
    Work.COMPLAINT: mark("Open the customer"),
    Work.REQUEST: mark("Open the customer"),
    Work.PROMISE: mark("Open the customer"),
    Work.CALL: mark("Open the customer"),
}


class Preview(Panel):
    """What is behind the selected row; the primary button stands where "Wrap up" is during a call."""

    def __init__(self, zone: tzinfo, number: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._zone, self._number = zone, number
        self._can_call = self._callable = False
        self.setAccessibleName(tr("Preview"))
        self._what = SectionTitle("")
        self._chip = Chip(ChipSpec(""))
        self.name = Label("", TextRole.NAME, flow=Flow.WRAP)
        self._who = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self._marks = ChipRow()
        self._titles = [SectionTitle("") for _ in range(4)]
        self._texts = [Label("", flow=Flow.WRAP) for _ in range(4)]
        self._phone = Label("", icon=Icon.PHONE)
        self.claim = Button(tr_in("button", "Claim"), ButtonKind.QUIET)
        self.done = Button(tr_in("button", "Done"), ButtonKind.QUIET)
        self.snooze = Button(tr_in("button", "Snooze"), ButtonKind.QUIET)
        self.hand_over = Button(tr_in("button", "Hand over"), ButtonKind.QUIET)
        self.call = Button(tr_in("button", "Call"), ButtonKind.PRIMARY, Icon.PHONE_OUTGOING)
        self.open = Button(tr_in("button", "Open"), ButtonKind.PRIMARY, Icon.PHONE_INCOMING)
        self.ready = EmptyState(
            Icon.HEADPHONES,
            tr("Ready for the next call"),
            tr("The caller appears here before the second ring. Your note is ready before you answer."),
        )
        self._lay_out()
        self.show_nothing()

    def _lay_out(self) -> None:
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        layout.setSpacing(Space.XS)
        layout.addWidget(self._what)
        layout.addWidget(self._chip)
        layout.addSpacing(Space.S)
        for widget in (self.name, self._who, self._marks):
            layout.addWidget(widget)
        for title, text in zip(self._titles, self._texts, strict=True):
            layout.addSpacing(Space.S)
            layout.addWidget(title)
            layout.addWidget(text)
        layout.addSpacing(Space.S)
        layout.addWidget(self._phone)
        layout.addStretch(1)
        layout.addWidget(self.call)
        layout.addSpacing(Space.S)
        layout.addWidget(self.open)
        more = QHBoxLayout()
        more.setContentsMargins(0, Space.S, 0, 0)
        more.setSpacing(Space.S)
        more.addWidget(self.claim)
        more.addStretch(1)
        layout.addLayout(more)
        later = QHBoxLayout()
        later.setSpacing(Space.S)
        later.addWidget(self.done)
        later.addWidget(self.snooze)
        later.addWidget(self.hand_over)
        later.addStretch(1)
        layout.addLayout(later)
        for button in (self.claim, self.done, self.snooze, self.hand_over):
            button.hide()
        self.call.hide()
        self._content = content
        self._stack = QStackedWidget()
        self._stack.addWidget(content)
        self._stack.addWidget(self.ready)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def let_call(self, possible: bool) -> None:
        """Offer to call whoever is shown, or do not: the phone system cannot, or is away."""
        if possible != self._can_call:
            self._can_call = possible
            self._show_call()

    def _show_call(self) -> None:
        offered = self._can_call and self._callable
        self.call.setVisible(offered)
        self.open.set_kind(ButtonKind.SECONDARY if offered else ButtonKind.PRIMARY)

    def show_nothing(self) -> None:
        """Say that the desk is ready."""
        self._stack.setCurrentWidget(self.ready)

    def show_row(self, row: WorkRow) -> None:
        """Show what the list knows of a row; the card follows once it was read."""
        self._stack.setCurrentWidget(self._content)
        self._what.set_text(" ".join(part for part in (row.about, left_to_right(row.reference)) if part))
        self._chip.show_spec(row.whole or row.chip)
        self.name.set_text(row.name)
        self._who.set_text("")
        self._marks.show_chips(())
        for widget in (*self._titles, *self._texts, self._phone):
            widget.set_text("")
            widget.hide()
        is_note = not row.is_call and row.work is Work.FINISH
        self.open.set_words(tr("Go on with this note") if is_note else tr(_OPENS[row.work]))
        self.open.setEnabled(row.customer_id is not None or row.is_call)
        self.claim.setVisible(row.owner in (Owner.FREE, Owner.LOST, Owner.FOR_ME, Owner.ASKED))
        self.claim.set_words(tr("Got it") if row.owner is Owner.LOST else tr_in("button", "Claim"))
        may = row.owner in (Owner.FREE, Owner.ME, Owner.UNCONFIRMED, Owner.FOR_ME, Owner.ASKED)
        for button in (self.done, self.snooze, self.hand_over):
            button.setVisible(may)
        self.call.set_words(tr("Call {whom}", whom=row.name) if row.customer_id is not None else tr("Call back"))
        self._callable = row.customer_id is not None or bool(row.number)
        self._show_call()

    def show_card(self, card: CustomerCard, story: Story, now: datetime) -> None:
        """Add who it is and the story so far."""
        self.name.set_text(card.name)
        self._who.set_text(say.who_line(card))
        self._marks.show_chips(say.marks(card))
        lines = story.lines[:4]
        for title, text, line in zip(self._titles, self._texts, lines, strict=False):
            title.set_text(line[0])
            text.set_text(line[1])
            title.show()
            text.show()
        phone = next((p for p in card.contact_points if p.kind is ContactPointKind.PHONE and p.e164), None)
        if phone is not None and phone.e164 is not None:
            marks = ", ".join(m for m in (phone.label, tr("shared") if phone.shared else "") if m)
            self._phone.set_text(f"{left_to_right(self._number(phone.e164))} {marks}".strip())
            self._phone.show()
