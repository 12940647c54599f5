"""One candidate in the chooser: key, name, role, evidence, and how likely it is them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton

from crmdesk.domain import words
from crmdesk.domain.candidates import Candidate
from crmdesk.ui.kit import (
    Align,
    ChipSpec,
    draw_bar,
    draw_chips,
    draw_icon,
    draw_key,
    draw_text,
    fill,
    key_width,
    outline,
)
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.kit.numbered import NumberedRow
from crmdesk.ui.pop import say
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

HEIGHT = 66
_BAR = 72


class CandidateRow(NumberedRow):
    """A row of the chooser. A click, or Enter while it has the keyboard, chooses it."""

    def __init__(self, place: int) -> None:
        super().__init__(cap_text(f"Ctrl+{place}"), HEIGHT)
        self._candidate: Candidate | None = None
        self._specs: tuple[ChipSpec, ...] = ()

    def show_candidate(self, candidate: Candidate, now: datetime, zone: tzinfo) -> None:
        """Show another candidate."""
        self._candidate = candidate
        self._specs = tuple(say.evidence_chip(reason, now, zone) for reason in candidate.evidence)
        self.setAccessibleName(say.candidate_words(candidate, now, zone))
        self.update()

    def sizeHint(self) -> QSize:
        """Return a useful size."""
        return QSize(400, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row."""
        one = self._candidate
        if one is None:
            return
        painter = painter_on(self)
        colors = theme().colors
        area = QRectF(self.rect())
        if self.underMouse() or self.hasFocus():
            fill(painter, area, colors.bg.hover)
        fill(painter, QRectF(0, area.bottom() - 1, area.width(), 1), colors.line.soft)
        if self.hasFocus():
            outline(painter, area, colors.you.line, 0, 2)
        if self.key_works:
            draw_key(painter, Space.L, 23, self.cap)
        left = Space.L + key_width(self.cap) + Space.L
        right = area.right() - Space.L - _BAR - Space.L
        room = QRectF(left, 10, right - left, 22)
        used = draw_text(painter, room, one.name, TextRole.TITLE, colors.text.primary)
        room.setLeft(left + used + Space.S)
        second = ", ".join(part for part in (one.latin_name, one.summary) if part)
        draw_text(painter, room, second, TextRole.BODY, colors.text.secondary)
        draw_chips(painter, left, 47, self._specs, int(right - left))
        figure = QRectF(area.right() - Space.L - _BAR, 10, _BAR, 20)
        draw_text(
            painter,
            figure,
            words.whole_percent(one.likelihood),
            TextRole.BODY_STRONG,
            colors.text.primary,
            Align.TRAILING,
        )
        draw_bar(painter, figure.translated(0, 22), one.likelihood, colors.voice(Voice.PHONE).line)


class NobodyRow(QPushButton):
    """What the chooser says instead of candidates: the number is unknown, or withheld."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEnabled(False)
        self._title, self._second, self._icon = "", "", Icon.PHONE_INCOMING

    def say(self, title: str, second: str, icon: Icon) -> None:
        """Show other words."""
        self._title, self._second, self._icon = title, second, icon
        self.setAccessibleName(f"{title}. {second}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words."""
        painter = painter_on(self)
        colors = theme().colors
        draw_icon(painter, Space.L, self.height() / 2 - 8, self._icon, colors.text.muted)
        left = Space.L + Size.ICON + Space.M
        room = QRectF(left, 10, self.width() - left - Space.L, 22)
        draw_text(painter, room, self._title, TextRole.TITLE, colors.text.primary)
        draw_text(painter, room.translated(0, 22), self._second, TextRole.BODY, colors.text.secondary)
        fill(painter, QRectF(0, self.height() - 1, self.width(), 1), colors.line.soft)
