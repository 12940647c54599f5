"""An attached file as a row: its name over what it is, who added it when, and where its content is by icon and word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from crmdesk.domain import words
from crmdesk.domain.attachments.kinds import KIND_WORDS, PICTURES, READABLE, FileKind, size_words
from crmdesk.domain.attachments.views import AttachmentView, Whereabouts
from crmdesk.domain.language import mark, tr
from crmdesk.ui.kit import Align, RowDelegate, RowState, draw_icon, draw_text
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

_FIRST, _SECOND, _LINE = 6, 27, 22

_STANDS = {
    Whereabouts.WAITING: (Icon.CLOUD_UPLOAD, mark("Waiting to be sent"), Voice.YOU),
    Whereabouts.REFUSED: (Icon.CIRCLE_ALERT, mark("Not taken by the server"), Voice.LATE),
    Whereabouts.ELSEWHERE: (Icon.CLOUD_DOWNLOAD, mark("Comes when opened"), None),
}


def icon_of(kind: FileKind | None) -> Icon:
    """Return the icon of a kind of file."""
    if kind in PICTURES or kind in (FileKind.TIFF, FileKind.HEIC):
        return Icon.EYE
    if kind in (FileKind.MP3, FileKind.WAV, FileKind.M4A):
        return Icon.VOLUME_2
    return Icon.MAIL if kind is FileKind.EML else Icon.FILE_TEXT


def opens_here(kind: FileKind | None) -> bool:
    """Return whether a file of this kind is shown in the program."""
    return kind in PICTURES or kind in READABLE


def about(view: AttachmentView, now: datetime, zone: tzinfo) -> str:
    """Return what a file is, who added it and when."""
    kind = tr(KIND_WORDS[view.kind]) if view.kind is not None else tr("File")
    parts = (kind, size_words(view.size), view.added_by, words.moment(view.added_at, now, zone))
    return " · ".join(part for part in parts if part)


def stands(view: AttachmentView) -> str:
    """Return where its content is, in words; empty where it is here and at the server."""
    return tr(_STANDS[view.whereabouts][1]) if view.whereabouts in _STANDS else ""


def key_of(row: object) -> object:
    """Return what tells a row apart."""
    return row.id if isinstance(row, AttachmentView) else None


def spoken_with(now: Callable[[], datetime], zone: tzinfo) -> Callable[[object], str]:
    """Return what reads a row aloud."""

    def spoken(row: object) -> str:
        if not isinstance(row, AttachmentView):
            return ""
        return ", ".join(part for part in (row.name, about(row, now(), zone), stands(row), tr(row.reason)) if part)

    return spoken


class FileDelegate(RowDelegate):
    """Paints an attached file on two lines."""

    def __init__(self, now: Callable[[], datetime], zone: tzinfo) -> None:
        super().__init__(Size.ROW_TWO_LINES)
        self._now, self._zone = now, zone

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint both lines."""
        if not isinstance(row, AttachmentView):
            return
        colors = theme().colors
        middle = rect.top() + _FIRST + _LINE / 2 - Size.ICON / 2
        draw_icon(painter, rect.left(), middle, icon_of(row.kind), colors.text.secondary)
        left = rect.left() + Size.ICON + Space.S
        first = QRectF(left, rect.top() + _FIRST, rect.right() - left, _LINE)
        if row.whereabouts in _STANDS:
            icon, _, voice = _STANDS[row.whereabouts]
            ink = colors.text.muted if voice is None else colors.voice(voice).text
            used = draw_text(painter, first, stands(row), TextRole.SMALL, ink, Align.TRAILING)
            used += Size.ICON_CHIP + 6
            draw_icon(painter, first.right() - used, first.center().y() - Size.ICON_CHIP / 2, icon, ink, Size.ICON_CHIP)
            first.setRight(first.right() - used - Space.S)
        draw_text(painter, first, row.name, TextRole.BODY_STRONG, colors.text.primary)
        second = QRectF(left, rect.top() + _SECOND, rect.right() - left, _LINE - 2)
        said = tr(row.reason) or about(row, self._now(), self._zone)
        draw_text(painter, second, said, TextRole.SMALL, colors.text.secondary)
