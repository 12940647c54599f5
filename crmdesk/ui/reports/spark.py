"""A trend as bars 3 px wide, the running quarter in "you": flat fills only, which costs next to nothing to paint."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from crmdesk.domain.language import tr, tr_n
from crmdesk.ui.theme import Voice, theme

BAR = 3
GAP = 1
_STALE = 0.4


def draw_spark(painter: QPainter, rect: QRectF, values: Sequence[int], highest: int, *, stale: bool) -> None:
    """Draw the newest values that fit, the last one marked as running; nothing but zeros is a flat line.

    ``highest`` fills the height: the same for all rows, so that busy and quiet queues can be told apart.
    """
    colors = theme().colors
    room = int(rect.width()) // (BAR + GAP)
    shown = list(values)[-room:]
    base = rect.bottom()
    if not any(shown) or highest <= 0:
        painter.fillRect(QRectF(rect.left(), base - 1, rect.width(), 1), colors.line.soft)
        return
    ink = QColor(colors.voice(Voice.REST).line)
    if stale:
        ink.setAlphaF(_STALE)
    running = ink if stale else colors.you.solid
    last = len(shown) - 1
    for place, value in enumerate(shown):
        height = max(1.0, round(rect.height() * value / highest)) if value else 1.0
        bar = QRectF(rect.left() + place * (BAR + GAP), base - height, BAR, height)
        painter.fillRect(bar, running if place == last else ink)


def trend_words(values: Sequence[int]) -> str:
    """Return the trend as it is read aloud."""
    if len(values) < 2:
        return tr("no trend yet")
    rises = sum(later > earlier for earlier, later in pairwise(values[-8:]))
    return tr_n(
        "{now} in the running quarter, {before} in the one before, rising {n} time in two hours",
        "{now} in the running quarter, {before} in the one before, rising {n} times in two hours",
        rises,
        now=values[-1],
        before=values[-2],
    )
