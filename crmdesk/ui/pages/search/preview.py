"""Who is behind the selected result, so that Enter is safe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.cases.words import DeadlineWords
from crmdesk.domain.clock import Clock
from crmdesk.domain.customers import ContactPointKind, CustomerCard
from crmdesk.domain.found import Hit, HitKind
from crmdesk.domain.language import left_to_right, tr, tr_in
from crmdesk.ui.kit import Button, ButtonKind, ChipRow, Flow, Ground, Ink, Label, Panel, SectionTitle
from crmdesk.ui.kit.mirror import margins
from crmdesk.ui.pop import say
from crmdesk.ui.pop.deadline_chip import by_deadline, deadline_chip
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.requests.looks import REQUEST_ICONS, named
from crmdesk.ui.theme import Icon, Size, Space, TextRole

_MOST_CASES = 4


class SearchPreview(Panel):
    """The card in short. The result itself is shown at once, the card as soon as it is read."""

    def __init__(self, number: Callable[[str], str], clock: Clock, zone: tzinfo) -> None:
        super().__init__(ground=Ground.PLAIN)
        self._number, self._clock, self._zone = number, clock, zone
        self.setAccessibleName(tr("Preview"))
        self._which = SectionTitle("")
        self.name = Label("", TextRole.NAME, flow=Flow.WRAP)
        self._who = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self._marks = ChipRow()
        self._excerpt = Label("", flow=Flow.WRAP)
        self._open_title = SectionTitle(tr_in("open complaints", "Open"))
        self._cases = tuple(Label("", flow=Flow.WRAP, icon=Icon.SCALE) for _ in range(_MOST_CASES))
        self._deadlines = tuple(ChipRow() for _ in range(_MOST_CASES))
        self._card: CustomerCard | None = None
        self._reach_title = SectionTitle(tr("Reach them"))
        self._phones = tuple(Label("", icon=Icon.PHONE) for _ in range(2))
        self._address = Label("", flow=Flow.WRAP, icon=Icon.MAP_PIN)
        self.open = Button(tr_in("button", "Open card"), ButtonKind.PRIMARY, key=cap_text("Enter"))
        self.pin = Button(tr("Pin"), icon=Icon.PIN)
        self._lay_out()
        self.show_nothing()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.XS)
        self._parts: tuple[QWidget, ...] = (
            self._which,
            self.name,
            self._who,
            self._marks,
            self._excerpt,
            self._open_title,
            *(part for pair in zip(self._cases, self._deadlines, strict=True) for part in pair),
            self._reach_title,
            *self._phones,
            self._address,
        )
        for part in self._parts:
            if part in (self._which, self._marks, self._excerpt, self._open_title, self._reach_title):
                column.addSpacing(Space.XS)
            if part in self._deadlines:
                column.addLayout(_below_words(part))
            else:
                column.addWidget(part)
        column.addStretch(1)
        column.addWidget(self.pin)
        column.addWidget(self.open)

    def show_nothing(self) -> None:
        """Nothing is selected."""
        self._card = None
        for part in (*self._parts, self.open, self.pin):
            part.hide()

    def show_hit(self, hit: Hit, place: str) -> None:
        """Show what the result itself tells; ``place`` says which one it is."""
        self.show_nothing()
        self._say(self._which, place)
        article = hit.kind is HitKind.ARTICLE
        self.open.set_words(tr_in("button", "Open article") if article else tr_in("button", "Open card"))
        if article:
            self._say(self.name, hit.title)
            self._say(self._who, tr("Article, version {version}", version=hit.version))
            self._say(self._excerpt, hit.excerpt)
            self.open.show()
            return
        self._say(self.name, hit.title if hit.kind is HitKind.PERSON else hit.detail or hit.title)
        self._say(self._who, hit.detail if hit.kind is HitKind.PERSON else "")
        if hit.kind is not HitKind.PERSON:
            self._say(self._excerpt, tr("{title}: “{excerpt}”", title=hit.title, excerpt=hit.excerpt))
        if hit.customer_id is None:
            self._say(self._who, tr("Not attached to a customer"))
        self.open.setVisible(hit.customer_id is not None)
        self.pin.setVisible(hit.kind is HitKind.PERSON)

    def show_pinned(self, pinned: bool) -> None:
        """Say whether the customer shown is pinned."""
        self.pin.set_words(tr("Let go") if pinned else tr("Pin"))

    def show_card(self, card: CustomerCard, said: Mapping[UUID, DeadlineWords]) -> None:
        """Add what the card says, with the deadlines of its complaints that are known by now."""
        both = f"{card.name} {card.latin_name}" if card.latin_name not in ("", card.name) else card.name
        self._say(self.name, both)
        self._say(self._who, say.who_line(card))
        self._marks.show_chips(say.marks(card))
        self._say(
            self._open_title, tr_in("open complaints", "Open") if card.open_complaints or card.open_requests else ""
        )
        self._card = card
        self.show_deadlines(said)
        phones = [point for point in card.contact_points if point.kind is ContactPointKind.PHONE and point.e164]
        self._say(self._reach_title, tr("Reach them") if card.contact_points else "")
        for label, point in zip(self._phones, phones, strict=False):
            about = ", ".join(part for part in (point.label, tr("shared") if point.shared else "") if part)
            self._say(label, f"{left_to_right(self._number(point.e164 or ''))}  {about}".strip())
        address = next((p.value for p in card.contact_points if p.kind is ContactPointKind.ADDRESS), "")
        self._say(self._address, address)

    def show_deadlines(self, said: Mapping[UUID, DeadlineWords]) -> None:
        """Say of open cases when each must be answered, what is due first before the others."""
        if self._card is None:
            return
        cases = [
            *(
                (one.id, Icon.SCALE, f"{left_to_right(one.reference)} {one.category}")
                for one in by_deadline(self._card.open_complaints, said)
            ),
            *((one.id, REQUEST_ICONS[one.kind], named(one)) for one in by_deadline(self._card.open_requests, said)),
        ]
        for label, chips, (id_, icon, words) in zip(self._cases, self._deadlines, cases, strict=False):
            label.set_icon(icon)
            self._say(label, words)
            chips.show_chips((deadline_chip(said[id_]),) if id_ in said else ())

    def _say(self, label: Label, text: str) -> None:
        label.set_text(text)
        label.setVisible(bool(text))


def _below_words(widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(margins(Size.ICON + Space.S, 0, 0, 0))
    row.addWidget(widget)
    return row
