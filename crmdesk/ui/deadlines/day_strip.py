"""The days from receipt to a deadline, side by side: which counted, which did not, and why not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crmdesk.domain.language import tr, tr_in
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.explanation import CountedDay, Reason
from crmdesk.domain.sla.targets import hours_and_minutes
from crmdesk.domain.words import NO_BASIS, strip_day
from crmdesk.ui.kit import Align, box, draw_text, fill, text_width
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.theme import Radius, Space, TextRole, theme

_LABEL, _CELL = 18, 28
_NARROWEST, _WIDEST, _GAP = 48, 62, Space.XS


@dataclass(frozen=True, slots=True)
class Square:
    """A day as it is drawn: its name above, what stands in it, the word below, and how it counts. ``words`` is None
    for the place of days that there is no room for."""

    above: str
    words: str | None
    below: str
    reason: Reason
    due: bool = False

    @property
    def spoken(self) -> str:
        """Return the day as it is read aloud."""
        return " ".join(part for part in (self.above, self.words or "", self.below) if part)


def squares(days: Sequence[CountedDay], most: int) -> tuple[Square, ...]:
    """Return days as they are drawn, at most ``most`` of them (3 or more): those in the middle are left out first."""
    drawn = [_square(day, first=place == 0, last=place == len(days) - 1) for place, day in enumerate(days)]
    if len(drawn) <= most:
        return tuple(drawn)
    behind = (most - 1) // 2
    left_out = Square("", None, "", Reason.NO_HOURS)
    return (*drawn[: most - 1 - behind], left_out, *drawn[len(drawn) - behind :])


def _square(day: CountedDay, *, first: bool, last: bool) -> Square:
    due = last and day.counts
    below = _below(day, first=first)
    if due:
        below = tr_in("below a day", "due")
    return Square(strip_day(day.day), _inside(day), below, day.reason, due)


def _inside(day: CountedDay) -> str:
    if day.reason is Reason.RECEIVED:
        return "0"
    if not day.counts:
        return NO_BASIS
    return str(day.number) if day.number is not None else hours_and_minutes(round(day.ran.total_seconds()))


def _below(day: CountedDay, *, first: bool) -> str:
    match day.reason:
        case Reason.RECEIVED:
            return tr_in("below a day", "received") if first else ""
        case Reason.PUBLIC_HOLIDAY:
            return day.name or tr_in("below a day", "holiday")
        case Reason.CLOSED:
            return day.name or tr_in("below a day", "closed")
        case Reason.PAUSED:
            return tr_in("below a day", "stood still")
        case Reason.COUNTED | Reason.NO_HOURS | Reason.OUT_OF_HOURS:
            return tr_in("below a day", "received") if first else ""


class DayStrip(QWidget):
    """Squares as wide as there is room, with the names of days above and a word below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: tuple[CountedDay, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_days(self, days: Sequence[CountedDay]) -> None:
        """Show other days."""
        self._days = tuple(days)
        self.setAccessibleName(tr("Days that count"))
        self.setAccessibleDescription(", ".join(one.spoken for one in self.drawn))
        self.update()

    @property
    def drawn(self) -> tuple[Square, ...]:
        """Return what there is room for."""
        return squares(self._days, max(3, (self.width() + _GAP) // (_NARROWEST + _GAP)))

    def sizeHint(self) -> QSize:
        """Return room for a week."""
        return QSize(7 * (_WIDEST + _GAP), _LABEL + _CELL + _LABEL)

    def minimumSizeHint(self) -> QSize:
        """Return room for three days."""
        return QSize(3 * (_NARROWEST + _GAP), _LABEL + _CELL + _LABEL)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw them."""
        drawn = self.drawn
        if not drawn:
            return
        painter = painter_on(self)
        width = min(_WIDEST, (self.width() + _GAP) // len(drawn) - _GAP)
        for place, one in enumerate(drawn):
            _draw(painter, one, QRectF(place * (width + _GAP), 0, width, self.height()))


def _draw(painter: QPainter, one: Square, room: QRectF) -> None:
    colors = theme().colors
    above = QRectF(room.left(), 0, room.width(), _LABEL)
    cell = QRectF(room.left(), _LABEL, room.width(), _CELL)
    if one.words is None:
        draw_text(painter, cell, "…", TextRole.BODY, colors.text.muted, Align.CENTRE)
        return
    draw_text(painter, above, one.above, TextRole.SMALL, colors.text.secondary, Align.CENTRE)
    ink, role = colors.text.primary, TextRole.SECTION
    if one.due:
        fill(painter, cell, colors.you.solid, Radius.CHIP)
        ink = colors.you.on
    elif one.reason is Reason.COUNTED:
        box(painter, cell, colors.you.soft, colors.you.line, Radius.CHIP)
        ink = colors.you.text
    elif one.reason is Reason.RECEIVED:
        box(painter, cell, colors.bg.panel, colors.line.control, Radius.CHIP)
    else:
        fill(painter, cell, colors.bg.pressed, Radius.CHIP)
        ink, role = colors.text.muted, TextRole.SMALL
    draw_text(painter, cell, one.words, role, ink, Align.CENTRE)
    below = one.below
    if one.reason is Reason.PUBLIC_HOLIDAY and text_width(below, TextRole.SMALL) > room.width():
        below = tr_in("below a day", "holiday")
    foot = QRectF(room.left(), _LABEL + _CELL, room.width(), _LABEL)
    draw_text(painter, foot, below, TextRole.SMALL, colors.text.secondary, Align.CENTRE)
