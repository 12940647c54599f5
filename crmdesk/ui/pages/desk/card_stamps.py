"""Says on demand who changed each field of the card and when."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject

from crmdesk.domain import words
from crmdesk.domain.card import CARD_FIELDS, FieldRef, FieldStamp, card_field
from crmdesk.domain.changes import Kind
from crmdesk.domain.customers import CustomerCard
from crmdesk.domain.language import mark, tr
from crmdesk.runtime.desk.card import Stamps
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.pages.desk.facts import WHOLE, Target
from crmdesk.ui.pages.desk.reader import CustomerReader
from crmdesk.ui.pop import say
from crmdesk.ui.qt.tasks import cancel_all, spawn

_SINCE_MADE = mark("Not changed since it was recorded")
_IN_ROWS = frozenset({"preferences", "accessibility", "good_service", "product"})
_NUMBER = ("value", "e164", "extension", "label", "shared")
_RELATION = ("name", "role", "may_speak", "other_customer_id")


class CardStamps(QObject):
    """Once asked for, they stand there until they are asked for again, or another customer is shown."""

    def __init__(self, place: Place, view: CallDesk, reader: CustomerReader, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._view, self._reader = place, view, reader
        self._shown: UUID | None = None
        place.keys.bind(commands.WHO_CHANGED, self.turn, view)
        reader.filled.connect(self._another)

    @property
    def shown(self) -> bool:
        """Say whether they stand on the card."""
        return self._shown is not None

    def turn(self) -> None:
        """Ask who changed the card shown, or take the answer away."""
        card = self._reader.card
        if card is None:
            self._place.window.tell(tr("Nobody is shown whose card was changed."), tr("Open a customer first."))
            return
        if self._shown == card.id:
            self._hide()
            return
        if self._view.as_strip and not self._view.facts.isVisible():
            self._view.show_facts()
        spawn(self, self._ask(card))

    async def _ask(self, card: CustomerCard) -> None:
        stamps = await self._place.desk.card.stamps(card.id)
        if self._reader.card is None or self._reader.card.id != card.id:
            return
        self._shown = card.id
        self._view.customer.show_stamps(*self._words(self._reader.card, stamps))

    def _another(self, customer_id: object) -> None:
        if self._shown is not None and self._shown != customer_id:
            self._hide()

    def _hide(self) -> None:
        cancel_all(self)
        self._shown = None
        self._view.customer.show_stamps({}, "")

    def _words(self, card: CustomerCard, stamps: Stamps) -> tuple[dict[Target, str], str]:
        """Return what is said below each row, and what is said of the fields of the head."""
        by_ref = {stamp.ref: stamp for stamp in stamps.of}
        unknown = tr(_SINCE_MADE) if stamps.known else ""
        rows: dict[Target, str] = {}
        for name in _IN_ROWS:
            ref = FieldRef(Kind.CUSTOMER, card.id, name)
            rows[ref] = self._said(by_ref.get(ref)) or unknown
        for kind, ids, field, columns in (
            (Kind.CONTACT_POINT, [one.id for one in card.contact_points], "value", _NUMBER),
            (Kind.RELATIONSHIP, [one.id for one in card.relations], WHOLE, _RELATION),
        ):
            for row in ids:
                newest = self._newest([by_ref.get(FieldRef(kind, row, column)) for column in columns])
                rows[FieldRef(kind, row, field)] = self._said(newest) or unknown
        head = [
            f"{tr(card_field(stamp.ref.field).label)}: {self._said(stamp)}"
            for name in (*(one.name for one in CARD_FIELDS), "do_not_call")
            if name not in _IN_ROWS and (stamp := by_ref.get(FieldRef(Kind.CUSTOMER, card.id, name))) is not None
        ]
        if not stamps.known:
            only = tr("Only changes made on this computer are shown.")
            head.append(f"{stamps.why} {only}")
        return rows, "\n".join(head) or tr(_SINCE_MADE)

    def _newest(self, found: list[FieldStamp | None]) -> FieldStamp | None:
        told = [stamp for stamp in found if stamp is not None]
        return max(told, key=lambda stamp: (stamp.unsent, stamp.at is not None, stamp.at), default=None)

    def _said(self, stamp: FieldStamp | None) -> str:
        if stamp is None or stamp.at is None:
            return ""
        when = words.moment(stamp.at, self._place.clock.now(), self._place.zone)
        parts = (say.sentence(stamp.by) or tr("A colleague"), when, tr("unsent") if stamp.unsent else "")
        return ", ".join(part for part in parts if part)
