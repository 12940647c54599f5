"""The list of what is to settle and what merged by itself: its words and how a row is painted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from crmdesk.domain import words
from crmdesk.domain.language import mark, tr, tr_in, tr_n
from crmdesk.domain.sync_state import ConflictView, Resolution
from crmdesk.ui.kit import Align, RowDelegate, RowState, draw_icon, draw_text, text_width
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

SOMEBODY = mark("A colleague")
_SETTLED = {
    Resolution.MERGED: mark("Merged by itself, both kept"),
    Resolution.MINE: mark("You kept yours"),
    Resolution.THEIRS: mark("You kept theirs"),
    Resolution.BOTH: mark("You kept words of both"),
}
_OTHERWISE = mark("Settled")


def who(view: ConflictView) -> str:
    """Return whose the other version is."""
    return view.theirs_by or tr(SOMEBODY)


def first_name(view: ConflictView) -> str:
    """Return what a button calls the other version: "Petra's", "Theirs" where nobody is named."""
    first = view.theirs_by.split(" ")[0]
    if not first:
        return tr("Theirs")
    if first.endswith("s"):
        return tr_in("whose version it is, of a name in s", "{name}’", name=first)
    return tr_in("whose version it is", "{name}’s", name=first)


def heading(view: ConflictView) -> str:
    """Return the customer and the field."""
    return tr("{title}, {field}", title=view.title, field=view.label) if view.title else view.label


def detail(view: ConflictView) -> str:
    """Return the second line of a row."""
    if view.settled_at is not None:
        return tr(_SETTLED.get(view.resolution or Resolution.MERGED, _OTHERWISE))
    if view.merged is not None and view.theirs_by:
        return tr("You and {name} changed the same words", name=view.theirs_by)
    if view.merged is not None:
        return tr("You and a colleague changed the same words")
    mine, theirs = view.mine or tr("nothing"), view.theirs or tr("nothing")
    return tr("You: {mine}, {name}: {theirs}", mine=mine, name=who(view), theirs=theirs)


def when(view: ConflictView, now: datetime, zone: tzinfo) -> str:
    """Return when it was found, or how it ended."""
    at = words.moment(view.settled_at or view.found_at, now, zone)
    if view.settled_at is None:
        return at
    return tr("{time}, merged", time=at) if view.resolution is Resolution.MERGED else tr("{time}, settled", time=at)


def summary(views: Sequence[ConflictView]) -> str:
    """Return how much there is: "2 open, 5 merged by themselves today"."""
    open_ = sum(view.settled_at is None for view in views)
    merged = sum(view.resolution is Resolution.MERGED for view in views)
    settled = len(views) - open_ - merged
    parts = [tr_n("{n} open", "{n} open", open_) if open_ else tr("Nothing open")]
    if merged:
        parts.append(tr_n("{n} merged by itself today", "{n} merged by themselves today", merged))
    if settled:
        parts.append(tr_n("{n} settled today", "{n} settled today", settled))
    return ", ".join(parts)


def key_of(row: object) -> object:
    """Return what tells a row apart."""
    return row.id if isinstance(row, ConflictView) else None


def spoken(row: object) -> str:
    """Return a row as it is read aloud."""
    if not isinstance(row, ConflictView):
        return ""
    state = tr("to settle") if row.settled_at is None else ""
    return ", ".join(part for part in (heading(row), detail(row), state) if part)


class ConflictDelegate(RowDelegate):
    """Paints one row in two lines."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__(Size.ROW_TWO_LINES)
        self._zone = zone
        self.now: datetime | None = None

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint it."""
        if not isinstance(row, ConflictView) or self.now is None:
            return
        colors = theme().colors
        is_open = row.settled_at is None
        icon, voice = (Icon.GIT_COMPARE, Voice.SOON) if is_open else (Icon.GIT_MERGE, Voice.PHONE)
        draw_icon(painter, rect.left(), rect.top() + 10, icon, colors.voice(voice).text)
        left, top = rect.left() + Size.ICON + Space.S, rect.top() + 7
        at = when(row, self.now, self._zone)
        end = rect.right() - text_width(at, TextRole.SMALL) - Space.M
        second = colors.text.secondary
        draw_text(painter, QRectF(left, top, rect.right() - left, 20), at, TextRole.SMALL, second, Align.TRAILING)
        name = QRectF(left, top, end - left, 20)
        draw_text(painter, name, heading(row), TextRole.BODY_STRONG, colors.text.primary)
        below = QRectF(left, top + 20, rect.right() - left, 18)
        draw_text(painter, below, detail(row), TextRole.SMALL, second)
