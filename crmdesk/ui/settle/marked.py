"""Text that shows whose words are whose: grounds and underlines by side, and a frame around each place to settle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextLine,
)
from PySide6.QtWidgets import QFrame, QTextEdit

from crmdesk.domain.language import mark, tr, tr_in
from crmdesk.domain.merge3 import By, Overlap, Piece
from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit import ScrollBar, fill, outline
from crmdesk.ui.kit.painting import letter_x
from crmdesk.ui.theme import Radius, TextRole, Voice, theme

_WHO = int(QTextFormat.Property.UserProperty) + 1
PLACE = int(QTextFormat.Property.UserProperty) + 2
_SIDES = (By.MINE, By.THEIRS)
NOTHING = mark("nothing")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters ``start`` to ``end`` of the document with one owner; ``place`` counts the places to settle from 1, 0
    outside of them."""

    start: int
    end: int
    by: By
    place: int


class MarkedText(QTextEdit):
    """Plain text in pieces. The marks are kept with the characters, so typing, undo and redo carry them along; they are
    painted in the colours of the present scheme."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBar(ScrollBar(Qt.Orientation.Vertical))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFont(theme().font(TextRole.BODY))
        self.setTabChangesFocus(True)
        self.setCursorWidth(2)
        self.document().setDocumentMargin(0)
        clear = self.palette()
        clear.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        self.setPalette(clear)
        self.viewport().setAutoFillBackground(False)

    def put_pieces(self, pieces: Sequence[Piece | Overlap]) -> None:
        """Show a text from its beginning; there is nothing to undo."""
        document = self.document()
        document.setUndoRedoEnabled(False)
        self.clear()
        cursor = QTextCursor(document)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(theme().size(TextRole.BODY).line, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.setBlockFormat(spacing)
        place = 0
        for piece in pieces:
            if isinstance(piece, Overlap):
                place += 1
                put_overlap(cursor, piece, place)
            else:
                put_words(cursor, piece.text, piece.by)
        document.setUndoRedoEnabled(True)
        document.setModified(False)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def runs(self) -> Iterator[Run]:
        """Yield everything that is marked, in order."""
        block = self.document().begin()
        while block.isValid():
            iterator = block.begin()
            while not iterator.atEnd():
                fragment = iterator.fragment()
                form = fragment.charFormat()
                by, place = side_of(form), form.intProperty(PLACE)
                if by is not By.ALL or place:
                    yield Run(fragment.position(), fragment.position() + fragment.length(), by, place)
                iterator += 1
            block = block.next()

    def content_height(self, width: int) -> int:
        """Return the height in px of the whole text at ``width`` px."""
        copy = self.document().clone()
        copy.setTextWidth(max(40, width))
        height = int(copy.size().height())
        copy.deleteLater()
        return height

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Take only the plain text of what is pasted or dropped."""
        if source.hasText():
            self.textCursor().insertText(source.text())
            self.ensureCursorVisible()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the marks under the words."""
        painter = QPainter(self.viewport())
        painter.translate(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        colors = theme().colors
        frames: dict[int, list[QRectF]] = {}
        for run in self.runs():
            rects = tuple(self._rects(run.start, run.end))
            if run.by in _SIDES:
                ground = colors.diff_mine if run.by is By.MINE else colors.diff_theirs
                line = colors.voice(Voice.YOU if run.by is By.MINE else Voice.SOON).line
                for rect in rects:
                    fill(painter, rect.adjusted(0, 1, 0, -1), ground)
                    fill(painter, QRectF(rect.left(), rect.bottom() - 2, rect.width(), 2), line)
            if run.place:
                _join(frames.setdefault(run.place, []), rects)
        for framed in frames.values():
            for rect in framed:
                outline(painter, rect.adjusted(-2, -1, 2, 1), colors.voice(Voice.LATE).line, Radius.CHIP, 2)
        painter.end()
        super().paintEvent(event)

    def _rects(self, start: int, end: int) -> Iterator[QRectF]:
        """Yield where characters stand, line by line."""
        block: QTextBlock = self.document().findBlock(start)
        while block.isValid() and block.position() < end:
            top = self.document().documentLayout().blockBoundingRect(block).topLeft()
            first, last = start - block.position(), end - block.position()
            layout = block.layout()
            for number in range(layout.lineCount()):
                line: QTextLine = layout.lineAt(number)
                low, high = max(first, line.textStart()), min(last, line.textStart() + line.textLength())
                if low < high:
                    left, right = letter_x(line, low), letter_x(line, high)
                    rect = line.rect()
                    yield QRectF(
                        top.x() + min(left, right), top.y() + rect.top(), abs(right - left), max(rect.height(), 18.0)
                    )
            block = block.next()


def _join(rects: list[QRectF], more: Sequence[QRectF]) -> None:
    """Add rectangles, those of one line as one."""
    for rect in more:
        if rects and abs(rects[-1].top() - rect.top()) < 2:
            rects[-1] = rects[-1].united(rect)
        else:
            rects.append(rect)


def side_of(form: QTextCharFormat) -> By:
    """Return whose characters of this format are."""
    written = form.stringProperty(_WHO)
    return By(written) if written else By.ALL


def marked_format(by: By, place: int = 0) -> QTextCharFormat:
    """Return the format that marks characters as one side's, and as those of a place to settle."""
    form = QTextCharFormat()
    if by is not By.ALL:
        form.setProperty(_WHO, by.value)
    if place:
        form.setProperty(PLACE, place)
    return form


def put_words(cursor: QTextCursor, text: str, by: By) -> None:
    """Write words of one side, apart from the word before them."""
    cursor.insertText(gap(before(cursor), text) + text, marked_format(by))


def put_overlap(cursor: QTextCursor, overlap: Overlap, place: int) -> None:
    """Write both sides of a place to be settled, framed."""
    nothing = tr(NOTHING)
    lead = gap(before(cursor), (overlap.mine or nothing).lstrip() or nothing)
    if lead:
        cursor.insertText(lead, marked_format(By.ALL))
    cursor.insertText(overlap.mine.strip() or nothing, marked_format(By.MINE, place))
    either = tr_in("between two versions", "or")
    cursor.insertText(f" {either} ", marked_format(By.ALL, place))
    cursor.insertText(overlap.theirs.strip() or nothing, marked_format(By.THEIRS, place))


def before(cursor: QTextCursor) -> str:
    """Return the character before a cursor, "" at the beginning."""
    place = min(cursor.position(), cursor.anchor())
    return cursor.document().characterAt(place - 1) if place > 0 else ""


def gap(one: str, other: str) -> str:
    """Return the space that keeps two words apart."""
    return " " if one and other and one[-1].isalnum() and other[0].isalnum() else ""
