"""The tour of five steps for somebody new: shown once, never during a call, by keyboard; again from the palette."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.language import mark, tr, tr_in
from crmdesk.domain.quick import dataclass
from crmdesk.runtime.bus import CallChanged
from crmdesk.ui import look
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.frame.window import MainWindow
from crmdesk.ui.kit import Button, ButtonKind, Flow, Ink, KeyCap, Label, outline
from crmdesk.ui.kit.cards import Popover
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.keys import Command, cap_text
from crmdesk.ui.theme import Radius, Size, Space, TextRole, theme

_SIZE = QSize(460, 232)
_AWAY = 12


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is about, and the keys that belong to it. ``at`` names the part of the window it points to."""

    at: str
    title: str
    words: str
    keys: tuple[Command, ...] = ()


STEPS = (
    Step(
        "lane",
        mark("The phone rings up here"),
        mark(
            "You see who is probably calling and why. Ctrl and the number of a row opens that customer; nothing takes "
            "the keyboard from what you are writing."
        ),
        (commands.LOOK, commands.NEXT_CALL),
    ),
    Step(
        "find",
        mark("Find anything"),
        mark("Names in any script, numbers in any format, references, words in notes. Enter opens what is selected."),
        (commands.FIND,),
    ),
    Step(
        "page",
        mark("Write, and it is kept"),
        mark(
            "The note is ready before you answer. Every word is on the disk within a second, also when the power goes. "
            "One key finishes what you are in."
        ),
        (commands.NOTE, commands.PROMISE, commands.FINISH),
    ),
    Step(
        "commands",
        mark("Every action has a key"),
        mark(
            "Type a few letters of what you want to do; the key stands beside it, so that next time you need no list."
        ),
        (commands.PALETTE, commands.KEYS),
    ),
    Step(
        "status",
        mark("Your work is safe"),
        mark(
            "Here you see whether everything is sent. Without the server you work on, and it goes out by itself later. "
            "When you leave your place, lock the desk."
        ),
        (commands.UNSENT, commands.LOCK),
    ),
)


class _Ring(QWidget):
    """The ring around what a step is about; it lets everything through."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def surround(self, rect: QRect) -> None:
        """Stand around a part of the window."""
        self.setGeometry(rect)
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring."""
        outline(painter_on(self), self.rect(), theme().colors.you.line, Radius.CONTROL, 2)


class TourCard(Popover):
    """One step at a time: Enter or → goes on, ← back, Esc ends it."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.window)
        self._place = place
        self._window = place.window
        self._ring = _Ring(place.window)
        self.number = 0
        self.title = Label("", TextRole.TITLE)
        self.count = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.words = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self._keys = QVBoxLayout()
        self._keys.setSpacing(Space.XS)
        self.forward = Button(tr_in("button", "Next"), ButtonKind.PRIMARY, key=cap_text("Enter"))
        self.back = Button(tr_in("button", "Back"), ButtonKind.SECONDARY)
        self.skip = Button(tr("Skip the tour"), ButtonKind.QUIET, key=cap_text("Escape"))
        self._lay_out()
        self.forward.clicked.connect(self._next)
        self.back.clicked.connect(self._previous)
        self.skip.clicked.connect(self.go)
        place.keys.bind(commands.BACK, self.go, self)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.count)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.forward)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.skip)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(Space.XL, Space.L, Space.XL, Space.L)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addLayout(self._keys)
        column.addStretch(1)
        column.addLayout(row)

    def begin(self) -> None:
        """Show the first step."""
        self.number = 0
        self._show()

    def _next(self) -> None:
        if self.number + 1 < len(STEPS):
            self.number += 1
            self._show()
        else:
            self.go()

    def _previous(self) -> None:
        self.number = max(0, self.number - 1)
        self._show()

    def _show(self) -> None:
        step = STEPS[self.number]
        last = self.number + 1 == len(STEPS)
        title, words, number, total = tr(step.title), tr(step.words), self.number + 1, len(STEPS)
        self.title.set_text(title)
        self.count.set_text(tr("{n} of {total}", n=number, total=total))
        self.words.set_text(words)
        self.forward.set_words(tr_in("button", "Begin") if last else tr_in("button", "Next"))
        self.back.setVisible(self.number > 0)
        self.skip.setVisible(not last)
        self._show_keys(step)
        said = ", ".join(f"{cap_text(self._place.keys.chord_of(key))} {tr(key.words)}" for key in step.keys)
        place = tr("Tour, {n} of {total}", n=number, total=total)
        self.setAccessibleName(f"{place}. {title}. {words} {said}")
        around = self.part(step.at)
        self._ring.surround(around)
        if self.isHidden():
            self.open_at(self._corner(around), _SIZE.width(), _SIZE.height())
        else:
            self._place_at(around)
        self.forward.setFocus(Qt.FocusReason.PopupFocusReason)

    def _place_at(self, around: QRect) -> None:
        corner = self._corner(around)
        self.place_card(corner.x(), corner.y() - _SIZE.height(), _SIZE.width(), _SIZE.height())
        self.raise_()

    def settle(self) -> None:
        """Follow the window's size."""
        around = self.part(STEPS[self.number].at)
        self._ring.surround(around)
        self._place_at(around)

    def _show_keys(self, step: Step) -> None:
        while (item := self._keys.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for command in step.keys:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(Space.S)
            row.addWidget(KeyCap(cap_text(self._place.keys.chord_of(command))))
            row.addWidget(Label(tr(command.words), TextRole.SMALL, Ink.SECONDARY), 1)
            self._keys.addWidget(line)

    def part(self, name: str) -> QRect:
        """Return the part of the window that a step is about."""
        window = self._window
        page = QRect(window.rail.width(), Size.LANE, window.width() - window.rail.width(), 0)
        page.setBottom(window.status.y() - 1)
        parts: dict[str, QWidget] = {
            "lane": window.lane,
            "find": window.lane.find_box,
            "commands": window.status.commands,
            "status": window.status,
        }
        if name not in parts:
            return page
        part = parts[name]
        return QRect(part.mapTo(window, QPoint(0, 0)), part.size())

    def _corner(self, around: QRect) -> QPoint:
        """Return where the lower left corner of the card goes: below what it is about, above it, or in its middle."""
        window = self._window.rect()
        left = min(max(around.center().x() - _SIZE.width() // 2, _AWAY), window.width() - _SIZE.width() - _AWAY)
        below = around.bottom() + _AWAY + _SIZE.height()
        if below <= window.height() - _AWAY:
            return QPoint(left, below)
        above = around.top() - _AWAY
        if above - _SIZE.height() >= _AWAY:
            return QPoint(left, above)
        return QPoint(left, around.center().y() + _SIZE.height() // 2)

    def go(self) -> None:
        """End the tour, give the keyboard back."""
        self._ring.hide()
        super().go()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows go on and back from every button of the card, and follow the window's size."""
        if watched is self._window and event.type() is QEvent.Type.Resize:
            QTimer.singleShot(0, self, self.settle)  # once its parts have their new places
        if isinstance(event, QKeyEvent) and watched in (self.forward, self.back, self.skip):
            step = {Qt.Key.Key_Right: self._next, Qt.Key.Key_Left: self._previous}.get(Qt.Key(event.key()))
            if step is not None and event.type() is QEvent.Type.KeyPress:
                step()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, Button):
            focused.click()
        else:
            super().keyPressEvent(event)


class TourGuide(QObject):
    """Shows the tour to somebody new, and whenever it is asked for. A call ends it; it then comes at the next start."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.window)
        self._place = place
        self._card: TourCard | None = None
        self._interrupted = False
        place.keys.bind(commands.TOUR, self.show)
        listen(self, place.desk.bus, CallChanged, self._call_changed)

    @property
    def card(self) -> TourCard | None:
        """The card, None before it was first needed."""
        return self._card

    def show_if_new(self) -> None:
        """Show the tour to whoever has not seen it in this profile, unless a call or the lock comes first."""
        desk = self._place.desk
        if not desk.preferences.now.toured and not self._busy and not desk.lock.locked:
            self.show()

    def show(self) -> None:
        """Show the tour, or say that it waits for the call."""
        if self._busy:
            self._place.window.tell(tr("You are on a call"), tr("The tour is there after wrap-up."))
            return
        if self._card is None:
            self._card = TourCard(self._place)
            self._card.closed.connect(self._over)
        self._card.begin()

    @property
    def _busy(self) -> bool:
        return bool(self._place.desk.phone.calls or self._place.window.lane.lane.cells)

    def _call_changed(self, _: CallChanged) -> None:
        if self._card is not None and self._card.isVisible():
            self._interrupted = True
            self._card.go()
            self._interrupted = False

    def _over(self) -> None:
        door = self._place.desk.preferences
        if not self._interrupted and not door.now.toured:
            look.choose(self, door, replace(door.now, toured=True))
