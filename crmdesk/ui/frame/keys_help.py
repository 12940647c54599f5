"""F1: every key, by group; what cannot be done at this moment is muted."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.language import mark, tr, tr_in
from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit import FloatingCard, Ink, KeyCap, Label, PaneTitle, draw_key, draw_text, key_width, muted, scrolled
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.qt.keys import Group, KeyMap, cap_text
from crmdesk.ui.theme import Size, Space, TextRole, theme

_WIDTH = 760
_ROW = 26
_HEAD = 30

GRAMMAR = mark("Ctrl + letter: the record. Ctrl + Shift + letter: the phone. Ctrl + digit: the numbered row.")


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key and what it does; ``now`` tells whether it works at this moment. Without a cap: a heading."""

    words: str
    cap: str = ""
    now: bool = True


def key_lines(keys: KeyMap) -> tuple[KeyLine, ...]:
    """Return all keys under the headings of their groups."""
    possible = {binding.command.id for binding in keys.available()}
    lines: list[KeyLine] = []
    for group in Group:
        commands = [c for c in keys.commands if c.group is group and keys.chord_of(c)]
        if commands:
            lines.append(KeyLine(group.heading))
            lines += [KeyLine(tr(c.words), cap_text(keys.chord_of(c)), c.id in possible) for c in commands]
    return tuple(lines)


class _Sheet(QWidget):
    """The keys in two columns."""

    def __init__(self) -> None:
        super().__init__()
        self._columns: tuple[tuple[KeyLine, ...], ...] = ()
        self._key_room = 0.0

    def show_lines(self, lines: tuple[KeyLine, ...]) -> None:
        """Show the keys, broken into two columns between groups."""
        starts = [i for i, line in enumerate(lines) if not line.cap]
        half = min(starts, key=lambda start: abs(start - len(lines) / 2), default=0) or len(lines)
        self._columns = (lines[:half], lines[half:])
        self._key_room = max((key_width(line.cap) for line in lines if line.cap), default=0) + Space.M
        height = max((sum(_ROW if line.cap else _HEAD for line in column) for column in self._columns), default=0)
        self.setMinimumHeight(height + Space.L)
        self.setAccessibleName(tr("Keys"))
        self.setAccessibleDescription(". ".join(f"{line.cap} {line.words}" for line in lines if line.cap))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the columns."""
        painter = painter_on(self)
        colors = theme().colors
        width = self.width() / 2
        for index, column in enumerate(self._columns):
            y, x = 0.0, index * width + Space.L
            for line in column:
                if not line.cap:
                    room = QRectF(x, y, width - Space.L, _HEAD)
                    draw_text(painter, room, line.words, TextRole.SECTION, colors.text.secondary)
                    y += _HEAD
                    continue
                draw_key(painter, x, y + _ROW / 2, line.cap)
                ink = colors.text.primary if line.now else colors.text.muted
                room = QRectF(x + self._key_room, y, width - self._key_room - Space.L - Space.S, _ROW)
                draw_text(painter, room, line.words, TextRole.BODY, ink)
                y += _ROW


class KeysHelp(FloatingCard):
    """The list of keys over the desk; Esc or F1 closes it."""

    closes_at_escape = True

    def __init__(self, keys: KeyMap, parent: QWidget) -> None:
        super().__init__(parent)
        self._keys = keys
        self._before: QWidget | None = None
        self._sheet = _Sheet()
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, Space.M, Space.L, Space.S)
        head.setSpacing(Space.S)
        head.addWidget(PaneTitle(tr("Keys")))
        head.addWidget(muted(tr(GRAMMAR)), 1)
        self.area = scrolled(self._sheet)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.L, Space.S, Space.L, Space.M)
        foot.setSpacing(Space.S)
        foot.addWidget(KeyCap(cap_text("Escape")))
        foot.addWidget(Label(tr_in("what a key does", "back"), TextRole.SMALL, Ink.SECONDARY), 1)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.area, 1)
        column.addLayout(foot)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def open_over(self, area: QRectF) -> None:
        """Open over the middle of ``area`` (in the parent); over what is left of it too where it is narrow."""
        self._before = QApplication.focusWidget()
        self._sheet.show_lines(key_lines(self._keys))
        width = int(min(_WIDTH, area.right() - 2 * Space.S))
        height = int(min(self._sheet.minimumHeight() + 100, area.height() - 2 * Space.L))
        left = min(area.center().x() - width / 2, area.right() - width - Space.S)
        self.place_card(int(left), int(area.top()) + Space.L, width, height)
        self.appear()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def go(self) -> None:
        """Close and give the keyboard back."""
        if self.isHidden():
            return
        before, self._before = self._before, None
        super().go()
        if before is not None:
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll with the arrows."""
        bar = self.area.verticalScrollBar()
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            bar.setValue(bar.value() + Size.ROW)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_PageUp):
            bar.setValue(bar.value() - Size.ROW)
        else:
            super().keyPressEvent(event)
