"""Who is on file already while somebody is being made: at most three, with the reasons and one key each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.customers import NewCustomer
from crmdesk.domain.duplicate_views import LikeCustomer
from crmdesk.domain.language import tr
from crmdesk.ui.kit import Align, Flow, Ink, Label, draw_key, draw_text, fill, key_width, outline, plain_tip
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.kit.numbered import NumberedRow
from crmdesk.ui.qt.digits import HAND_OVER_S, DigitClaim, DigitRank, Digits
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.theme import Radius, Space, TextRole, theme

if TYPE_CHECKING:
    from crmdesk.runtime.desk import Desk

MOST = 3
_AFTER_KEY_MS = 120
_HEIGHT = 73
_FIGURE = 44
_HOLDS_UP = 0.1
"""From this chance on Enter stops once, so that the one on file is seen first."""


class LikeRow(NumberedRow):
    """One customer on file. A click, its Ctrl + digit, or Enter while it has the keyboard, uses them."""

    def __init__(self, place: int) -> None:
        super().__init__(cap_text(f"Ctrl+{place}"), _HEIGHT)
        self._one: LikeCustomer | None = None

    def show_one(self, one: LikeCustomer) -> None:
        """Show another customer."""
        self._one = one
        parts = (one.name, one.latin_name, one.reasons, one.detail, words.whole_percent(one.chance))
        self.setAccessibleName(tr("Use {whom}", whom=", ".join(part for part in parts if part)))
        self.setToolTip(plain_tip(one.reasons))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a useful size."""
        return QSize(280, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw name, reasons, who they are, and how likely it is them."""
        one = self._one
        if one is None:
            return
        painter = painter_on(self)
        colors = theme().colors
        area = QRectF(self.rect())
        card = area.adjusted(0.5, 0.5, -0.5, -4.5)
        fill(
            painter, card, colors.bg.hover if self.underMouse() or self.hasFocus() else colors.bg.raised, Radius.CONTROL
        )
        ring, width = (colors.you.line, 2) if self.hasFocus() else (colors.line.control, 1)
        outline(painter, card, ring, Radius.CONTROL, width)
        left = Space.M
        if self.key_works:
            draw_key(painter, left, 21, self.cap)
            left += key_width(self.cap) + Space.S
        figure = QRectF(card.right() - Space.M - _FIGURE, 8, _FIGURE, 18)
        chance = words.whole_percent(one.chance)
        draw_text(painter, figure, chance, TextRole.SMALL, colors.text.secondary, Align.TRAILING)
        name = QRectF(left, 7, figure.left() - left - Space.S, 20)
        used = draw_text(painter, name, one.name, TextRole.BODY_STRONG, colors.text.primary)
        if one.latin_name:
            beside = name.adjusted(used + 6, 0, 0, 0)
            draw_text(painter, beside, one.latin_name, TextRole.BODY, colors.text.secondary)
        room = QRectF(left, 26, card.right() - left - Space.M, 17)
        draw_text(painter, room, one.reasons, TextRole.SMALL, colors.text.primary)
        draw_text(painter, room.translated(0, 17), one.detail, TextRole.SMALL, colors.text.secondary)


class LikeList(QWidget):
    """``chosen`` carries the ``LikeCustomer`` whom the person takes instead of making another."""

    chosen = Signal(object)

    def __init__(self, desk: Desk, digits: Digits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._digits = desk, digits
        self._claim: DigitClaim | None = None
        self._new = NewCustomer("")
        self._found: tuple[LikeCustomer, ...] = ()
        self._since: dict[UUID, float] = {}
        self._changed = [float("-inf")] * MOST
        """When each row came to be another one than the person who stood there."""
        self._told: set[UUID] = set()
        self._begun = 0
        self._looking = QObject(self)
        self.setAccessibleName(tr("On file already"))
        self.title = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self.rows = [LikeRow(place) for place in range(1, MOST + 1)]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        column.addWidget(self.title)
        for place, row in enumerate(self.rows, start=1):
            column.addWidget(row)
            row.clicked.connect(partial(self._take, place))
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_AFTER_KEY_MS)
        self._wait.timeout.connect(self._look)
        self.hide()

    @property
    def found(self) -> tuple[LikeCustomer, ...]:
        """Return who is shown."""
        return self._found

    def forget(self) -> None:
        """Begin anew: nobody is shown, nobody was seen."""
        self._begun += 1
        self._wait.stop()
        cancel_all(self._looking)
        self._since.clear()
        self._told.clear()
        self._show(())

    def follow(self, new: NewCustomer) -> None:
        """Look, a moment after the last key, who resembles what was typed so far."""
        self._new = new
        if new.name.strip():
            self._wait.start()
        else:
            self.forget()

    async def holds_up(self, new: NewCustomer) -> bool:
        """Return True when somebody on file resembles this one whom the person cannot have seen yet; shows them, unless
        it was begun anew meanwhile."""
        self._wait.stop()
        cancel_all(self._looking)
        begun = self._begun
        found = await self._desk.duplicates.like(new)
        if begun != self._begun:
            return any(one.chance >= _HOLDS_UP for one in found)
        self._show(found)
        now = self._desk.clock.monotonic()
        likely = [one.customer_id for one in self._found if one.chance >= _HOLDS_UP]
        unseen = [i for i in likely if i not in self._told and now - self._since[i] < HAND_OVER_S]
        self._told.update(unseen)
        if unseen:
            said = tr("On file already? Use one of these, or press Enter again to make a new customer.")
            self.title.set_text(said)
        return bool(unseen)

    def _look(self) -> None:
        cancel_all(self._looking)
        spawn(self._looking, self._find(self._new))

    async def _find(self, new: NewCustomer) -> None:
        self._show(await self._desk.duplicates.like(new))

    def _show(self, found: tuple[LikeCustomer, ...]) -> None:
        now = self._desk.clock.monotonic()
        for place, (before, one) in enumerate(zip(self._found, found, strict=False)):
            if before.customer_id != one.customer_id:
                self._changed[place] = now
        self._found = found
        for one in found:
            self._since.setdefault(one.customer_id, now)
        for row, one in zip(self.rows, found, strict=False):
            row.show_one(one)
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(found))
        self.title.set_text(tr("On file already? Use one of these."))
        self.setVisible(bool(found))

    def _show_keys(self) -> None:
        works = self._claim is not None and self._claim.works
        for row in self.rows:
            row.show_key(works)

    def _take(self, digit: int, _checked: bool = False) -> None:
        """Use somebody, unless another one stood there a moment ago: the key was meant for them."""
        late_enough = self._desk.clock.monotonic() - HAND_OVER_S
        if 1 <= digit <= len(self._found) and self._changed[digit - 1] <= late_enough:
            self.chosen.emit(self._found[digit - 1])

    def showEvent(self, event: QShowEvent) -> None:
        """Take the digits."""
        super().showEvent(event)
        if self._claim is None:
            self._claim = self._digits.claim(DigitRank.OFFERED, self._take, self)
            self._claim.changed.connect(self._show_keys)
            self._show_keys()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the digits back."""
        super().hideEvent(event)
        if self._claim is not None:
            self._claim.release()
            self._claim = None
