"""The chooser: who may be calling, one key each. It floats over the old customer, or is a strip over the new one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.candidates import LookUpKind
from crmdesk.domain.lane import DeskCall
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Entrance,
    FloatingCard,
    Ink,
    KeyCap,
    Label,
    PaneTitle,
    fill,
)
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.pop import say
from crmdesk.ui.pop.candidate import HEIGHT, CandidateRow, NobodyRow
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, theme

MOST = 9
_HEAD, _FOOT = 43, 37
_IN_STRIP = 4
_WHO_IS_IT = mark("Who is it?")
ONLY_THE_NUMBER = 0


class ChooserCard(FloatingCard):
    """The ranked list. ``chosen`` carries the digit: 1 the first candidate, 0 only the number."""

    chosen = Signal(int)

    def __init__(self, zone: tzinfo, number: Callable[[str], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._zone, self._number = zone, number
        self.setAccessibleName(tr(_WHO_IS_IT))
        self._count = Label("", TextRole.BODY, Ink.SECONDARY)
        self._why = Label(tr("Chance from past calls, open work and your choices"), TextRole.SMALL, Ink.MUTED)
        self.rows = [CandidateRow(place) for place in range(1, MOST + 1)]
        self._nobody = NobodyRow()
        self._only = _Foot("Ctrl+0", tr("Only the number"))
        self._look = _Foot("Ctrl+L", tr("Go there: find, create, attach"))
        self._shown = 0
        for place, row in enumerate(self.rows, start=1):
            row.clicked.connect(partial(self.chosen.emit, place))
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, 0, Space.L, 0)
        head.setSpacing(Space.S)
        title = PaneTitle(tr(_WHO_IS_IT))
        title.setFixedHeight(_HEAD)
        head.addWidget(title)
        head.addWidget(self._count, 1)
        head.addWidget(self._why)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.L, 0, Space.L, 0)
        foot.setSpacing(Space.L)
        foot.addWidget(self._only)
        foot.addWidget(self._look)
        foot.addStretch(1)
        closing = Label(tr("Closes by itself if a colleague takes it"), TextRole.SMALL, Ink.MUTED)
        closing.setFixedHeight(_FOOT)
        foot.addWidget(closing)
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(_Rule())
        layout.addWidget(self._nobody)
        for row in self.rows:
            layout.addWidget(row)
        layout.addLayout(foot)

    def show_case(self, case: DeskCall, now: datetime) -> None:
        """Show who may be calling."""
        look_up = case.look_up
        candidates = case.candidates[:MOST]
        self._count.set_text(say.how_many_use(look_up) if look_up is not None else "")
        self._why.setVisible(len(candidates) > 1)
        for row, candidate in zip(self.rows, candidates, strict=False):
            row.show_candidate(candidate, now, self._zone)
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(candidates))
        self._nobody.setVisible(not candidates)
        withheld = look_up is not None and look_up.kind is LookUpKind.WITHHELD
        if withheld:
            self._nobody.say(tr(say.WITHHELD), tr("Ask for the name, then find the customer."), Icon.SEARCH)
        else:
            who = say.caller(case, self._number)
            self._nobody.say(who, tr("The call can go on under the number."), Icon.PHONE_INCOMING)
        self._only.setVisible(bool(candidates))
        self._shown = max(1, len(candidates))

    def show_search(self, words: str) -> None:
        """Say how far it is with asking other teams who this is."""
        self._count.set_text(words)

    def show_keys(self, work: bool) -> None:
        """Draw the key caps while the digits act here."""
        for row in self.rows:
            row.show_key(work)
        self._only.show_key(work)

    def open_in(self, x: int, y: int, room: int) -> None:
        """Appear at once, over the customer and never over the note: ``room`` px wide at most."""
        height = _HEAD + 1 + HEIGHT * self._shown + _FOOT
        self.place_card(x, y, min(Size.CHOOSER, room), height)
        self.appear(Entrance.AT_ONCE)

    def take_focus(self) -> None:
        """Put the keyboard into the list: the agent asked for it."""
        if self.rows[0].isVisible():
            self.rows[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and the ground of its foot."""
        super().paintEvent(event)
        card = self.card_rect()
        foot = QRectF(card.left() + 1, card.bottom() - _FOOT - 1, card.width() - 2, _FOOT)
        painter = painter_on(self)
        fill(painter, foot, theme().colors.bg.window, Radius.POP - 1)
        fill(painter, QRectF(foot.left(), foot.top(), foot.width(), Radius.POP), theme().colors.bg.window)


class _Foot(QWidget):
    """A key and what it does, at the foot of the card."""

    def __init__(self, chord: str, text: str) -> None:
        super().__init__()
        self._cap = KeyCap(cap_text(chord))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self._cap)
        row.addWidget(Label(text, TextRole.SMALL, Ink.SECONDARY))

    def show_key(self, works: bool) -> None:
        """Draw the cap while the key works."""
        self._cap.setVisible(works)


class _Rule(QWidget):
    """The line under the head."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        fill(painter_on(self), self.rect(), theme().colors.line.soft)


class _StripButton(Button):
    """One candidate in the strip: Enter chooses it, the arrows go to the next."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on."""
        if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self.focusNextChild()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)


class ChooserStrip(QWidget):
    """The chooser as one line over the desk that shows the likeliest customer already.

    ``asked`` tells that it began or ceased to wait for an answer before the call is finished.
    """

    chosen = Signal(int)
    more = Signal()
    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr(_WHO_IS_IT))
        self._asking = False
        self._title = Label(tr(_WHO_IS_IT), TextRole.BODY_STRONG)
        self._then = Label(tr("Choosing finishes the call"), TextRole.SMALL, Ink.SECONDARY)
        self.setFixedHeight(42)
        self._buttons = [_StripButton("", ButtonKind.QUIET, size=ButtonSize.SMALL) for _ in range(_IN_STRIP)]
        self._more = _StripButton("", ButtonKind.QUIET, size=ButtonSize.SMALL)
        self._only = _StripButton(tr("Only the number"), ButtonKind.QUIET, size=ButtonSize.SMALL)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.L, 0, Space.L, 0)
        row.setSpacing(Space.S)
        row.addWidget(self._title)
        for digit, button in enumerate(self._buttons, start=1):
            row.addWidget(button)
            button.clicked.connect(partial(self.chosen.emit, digit))
        row.addWidget(self._more)
        row.addWidget(self._only)
        row.addWidget(self._then)
        row.addStretch(1)
        self._then.hide()
        self._more.clicked.connect(self.more)
        self._only.clicked.connect(partial(self.chosen.emit, ONLY_THE_NUMBER))
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_went)

    @property
    def asking(self) -> bool:
        """Say whether the next choice finishes the call: it was asked for that, and has the keyboard still."""
        return self._asking

    def ask(self) -> None:
        """Ask with the keyboard: the call is to be finished, and it is not said whose it was."""
        self.take_focus()
        self._show_asking(tr("Who was it?"), asking=True)

    def take_focused(self) -> None:
        """Choose what has the keyboard."""
        focused = self.focusWidget()
        if isinstance(focused, _StripButton) and focused.hasFocus():
            focused.click()

    def _focus_went(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._asking and (now is None or not self.isAncestorOf(now)):
            self._show_asking(tr(_WHO_IS_IT), asking=False)

    def _show_asking(self, title: str, *, asking: bool) -> None:
        self._asking = asking
        self._title.set_text(title)
        self.setAccessibleName(f"{title} {self._then.text()}" if asking else title)
        self._then.setVisible(asking)
        self.asked.emit()

    def show_case(self, case: DeskCall) -> None:
        """Show who may be calling."""
        candidates = case.candidates
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(candidates))
            if place < len(candidates):
                one = candidates[place]
                button.set_words(tr("{name}, {chance}", name=one.name, chance=words.whole_percent(one.likelihood)))
        hidden = len(candidates) - _IN_STRIP
        self._more.setVisible(hidden > 0)
        self._more.set_words(tr_n("{n} more", "{n} more", hidden))

    def show_keys(self, work: bool) -> None:
        """Draw the key caps while the digits act here."""
        for digit, button in enumerate(self._buttons, start=1):
            button.set_key(cap_text(f"Ctrl+{digit}") if work else "")
        self._only.set_key(cap_text("Ctrl+0") if work else "")
        self._more.set_key(cap_text("Ctrl+L") if work else "")

    def take_focus(self) -> None:
        """Put the keyboard onto the first candidate: the agent asked for it."""
        self._buttons[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line below."""
        painter = painter_on(self)
        colors = theme().colors
        fill(painter, self.rect(), colors.bg.raised)
        fill(painter, QRectF(0, self.height() - 1, self.width(), 1), colors.line.soft)
