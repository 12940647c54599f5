"""The bar with which a past moment of the board is chosen: a time typed, or steps of a minute and of a quarter."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.clock import Clock
from crmdesk.domain.language import mark, tr
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, Ink, Label, LineEdit
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_TYPED = re.compile(r"\s*(\d{1,2})(?:[:.h](\d{2}))?(?:[:.](\d{2}))?\s*")
_STEPS = {mark("−15 min"): -900, mark("−1 min"): -60, mark("+1 min"): 60, mark("+15 min"): 900}
_KEYS = {Qt.Key.Key_Up: 60, Qt.Key.Key_Down: -60, Qt.Key.Key_PageUp: 900, Qt.Key.Key_PageDown: -900}


def time_typed(text: str, day: date, zone: tzinfo) -> datetime | None:
    """Return the instant of a time of day as a person types it ("14:05", "9", "9.30", "14:05:30"), None for others."""
    match = _TYPED.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups())
    if hour > 23 or minute > 59 or second > 59:
        return None
    return datetime.combine(day, time(hour, minute, second), zone)


class LookBack(QWidget):
    """``chosen`` carries the instant that is to be shown. Never a moment that is still to come."""

    chosen = Signal(object)

    def __init__(self, clock: Clock, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._clock, self._zone = clock, zone
        self.moment: datetime = clock.now()
        self.field = LineEdit("14:05", Icon.HISTORY)
        self.field.setAccessibleName(tr("Time of day to look back at"))
        self.field.setFixedWidth(132)
        self.field.returnPressed.connect(self._entered)
        self.field.installEventFilter(self)
        self.words = Label("", TextRole.SMALL, Ink.SECONDARY)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.field)
        for text, seconds in _STEPS.items():
            button = Button(tr(text), ButtonKind.QUIET, size=ButtonSize.SMALL)
            button.clicked.connect(partial(self.step, seconds))
            row.addWidget(button)
        row.addWidget(self.words, 1)

    def begin(self) -> None:
        """Take the keyboard, at the present moment."""
        self.moment = self._clock.now()
        self._write()
        self.words.set_ink(Ink.SECONDARY)
        self.words.set_text(tr("Type a time of today and press Enter; ↑ and ↓ go by minutes."))
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def step(self, seconds: int, _checked: bool = False) -> None:
        """Go so far from the moment shown."""
        self._choose(self.moment + timedelta(seconds=seconds))

    def _entered(self) -> None:
        today = self._clock.now().astimezone(self._zone).date()
        typed = time_typed(self.field.text(), today, self._zone)
        if typed is None:
            self.words.set_ink(Voice.LATE)
            self.words.set_text(tr("This is no time of day. Write it like 14:05."))
            return
        self._choose(typed)

    def _choose(self, moment: datetime) -> None:
        self.moment = min(moment, self._clock.now())
        self._write()
        self.words.set_ink(Ink.SECONDARY)
        self.words.set_text(tr("Recomputing from the stored events"))
        self.chosen.emit(self.moment)

    def _write(self) -> None:
        self.field.setText(words.clock_seconds(self.moment, self._zone))

    def show_found(self) -> None:
        """Say that the board of the moment is shown."""
        self.words.set_ink(Ink.SECONDARY)
        self.words.set_text(tr("As it was then, recomputed from the stored events"))

    def show_trouble(self, trouble: str) -> None:
        """Say why it is not."""
        self.words.set_ink(Voice.LATE)
        self.words.set_text(trouble)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that go by minutes and quarters."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            seconds = _KEYS.get(Qt.Key(event.key()))
            if seconds is not None:
                self.step(seconds)
                return True
        return super().eventFilter(watched, event)
