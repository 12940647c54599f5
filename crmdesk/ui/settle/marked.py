"""Text that shows whose words are whose: grounds and underlines by side, and a frame around each place to settle."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
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

from crmdesk.domain.merge3 import By, Keep, Merged, Overlap, Piece
from crmdesk.ui.kit import ScrollBar, fill, outline
from crmdesk.ui.theme import Radius, TextRole, Voice, theme

_WHO = int(QTextFormat.Property.UserProperty) + 1
_PLACE = int(QTextFormat.Property.UserProperty) + 2
_SIDES = (By.MINE, By.THEIRS)
OR = " or "
NOTHING = "nothing"


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
                by, place = _side(form), form.intProperty(_PLACE)
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
                    left, right = _x(line, low), _x(line, high)
                    rect = line.rect()
                    yield QRectF(
                        top.x() + min(left, right), top.y() + rect.top(), abs(right - left), max(rect.height(), 18.0)
                    )
            block = block.next()


def _x(line: QTextLine, place: int) -> float:
    found: object = line.cursorToX(place)
    if isinstance(found, tuple):  # some versions of the binding return the cursor as well
        found = found[0]
    return found if isinstance(found, float) else 0.0


def _join(rects: list[QRectF], more: Sequence[QRectF]) -> None:
    """Add rectangles, those of one line as one."""
    for rect in more:
        if rects and abs(rects[-1].top() - rect.top()) < 2:
            rects[-1] = rects[-1].united(rect)
        else:
            rects.append(rect)


def _side(form: QTextCharFormat) -> By:
    written = form.stringProperty(_WHO)
    return By(written) if written else By.ALL


def _format(by: By, place: int = 0) -> QTextCharFormat:
    form = QTextCharFormat()
    if by is not By.ALL:
        form.setProperty(_WHO, by.value)
    if place:
        form.setProperty(_PLACE, place)
    return form


def put_words(cursor: QTextCursor, text: str, by: By) -> None:
    """Write words of one side, apart from the word before them."""
    cursor.insertText(gap(before(cursor), text) + text, _format(by))


def put_overlap(cursor: QTextCursor, overlap: Overlap, place: int) -> None:
    """Write both sides of a place to be settled, framed."""
    lead = gap(before(cursor), (overlap.mine or NOTHING).lstrip() or NOTHING)
    if lead:
        cursor.insertText(lead, _format(By.ALL))
    cursor.insertText(overlap.mine.strip() or NOTHING, _format(By.MINE, place))
    cursor.insertText(OR, _format(By.ALL, place))
    cursor.insertText(overlap.theirs.strip() or NOTHING, _format(By.THEIRS, place))


def before(cursor: QTextCursor) -> str:
    """Return the character before a cursor, "" at the beginning."""
    place = min(cursor.position(), cursor.anchor())
    return cursor.document().characterAt(place - 1) if place > 0 else ""


def gap(one: str, other: str) -> str:
    """Return the space that keeps two words apart."""
    return " " if one and other and one[-1].isalnum() and other[0].isalnum() else ""


class MergedText(MarkedText):
    """The text made of both, to be changed at will.

    ``edited`` tells that a person changed it, also by choosing at a marked place.
    """

    edited = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._shown: tuple[str, ...] = ()
        self._overlaps: tuple[Overlap, ...] = ()
        self._putting = False
        self.textChanged.connect(self._changed)

    def put(self, merged: Merged) -> None:
        """Show the proposal."""
        self._putting = True
        self._overlaps = merged.overlaps
        self.put_pieces(merged.pieces)
        self._shown = tuple(self._text_of(place) for place in range(1, len(self._overlaps) + 1))
        self._putting = False
        self.go_to_place()

    def put_plain(self, text: str) -> None:
        """Show a text without marks: one that somebody typed before, or that was settled."""
        self._putting = True
        self._overlaps, self._shown = (), ()
        self.put_pieces((Piece(text),))
        self._putting = False

    def pieces(self) -> str:
        """Return the text with its marks, to be restored later."""
        left: list[tuple[str, str, int]] = []
        for place, text, by in self._parts():
            if not place or not left or left[-1][2] != place:
                left.append((text, by.value, place))
        return json.dumps(left)

    def _parts(self) -> Iterator[tuple[int, str, By]]:
        block = self.document().begin()
        while block.isValid():
            if block.blockNumber():
                yield 0, "\n", By.ALL
            iterator = block.begin()
            while not iterator.atEnd():
                fragment = iterator.fragment()
                form = fragment.charFormat()
                yield form.intProperty(_PLACE), fragment.text().replace("\u2028", "\n"), _side(form)
                iterator += 1
            block = block.next()

    def restore(self, merged: Merged, pieces: str) -> None:
        """Show a text as it was left, with the places that still need somebody."""
        if not pieces:
            return
        self.put(merged)
        found = merged.overlaps
        self._putting = True
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        for text, by, place in json.loads(pieces):
            if place and place <= len(found):
                put_overlap(cursor, found[place - 1], place)
            else:
                cursor.insertText(text, _format(By(by)))
        self.document().clearUndoRedoStacks()
        self._putting = False
        self.go_to_place()

    @property
    def text(self) -> str:
        """Return the text as it stands."""
        return self.toPlainText()

    @property
    def places(self) -> tuple[int, ...]:
        """Return the places that still need somebody, in their order."""
        return tuple(sorted({run.place for run in self.runs() if run.place}))

    def go_to_place(self) -> None:
        """Put the caret before the first place that needs somebody, at the end where there is none."""
        left = self.places
        cursor = self.textCursor()
        if left:
            cursor.setPosition(self._span(left[0])[0])
        else:
            cursor.movePosition(QTextCursor.MoveOperation.End)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def keep(self, choice: Keep) -> None:
        """Settle the place at the caret, or the next one, in one step that can be undone."""
        place = self._present()
        if not place:
            return
        overlap = self._overlaps[place - 1]
        start, end = self._span(place)
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        after = self.document().characterAt(end)
        self._putting = True
        cursor.beginEditBlock()
        words = overlap.kept(choice).strip()
        cursor.insertText(gap(before(cursor), words) + words, _format(_by(choice)))
        if gap(words, after):
            cursor.insertText(" ", _format(By.ALL))
        cursor.endEditBlock()
        self._putting = False
        self.setCurrentCharFormat(QTextCharFormat())
        self.go_to_place()
        self.edited.emit()

    def _present(self) -> int:
        """Return the place that the caret is in or before; the first one behind all of them; 0 where none is left."""
        caret = self.textCursor().position()
        left = self.places
        return next((place for place in left if self._span(place)[1] >= caret), left[0] if left else 0)

    def _span(self, place: int) -> tuple[int, int]:
        runs = [run for run in self.runs() if run.place == place]
        return (runs[0].start, runs[-1].end) if runs else (0, 0)

    def _text_of(self, place: int) -> str:
        start, end = self._span(place)
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor.selectedText()

    def _changed(self) -> None:
        if self._putting:
            return
        self._putting = True
        for place in self.places:
            self._look_at(place)
        self._putting = False
        self.edited.emit()

    def _look_at(self, place: int) -> None:
        """Words typed beside a marked place do not belong to it; one that was typed into is settled by hand."""
        start, end = self._span(place)
        now, shown = self._text_of(place), self._shown[place - 1]
        if now == shown:
            return
        found = now.find(shown)
        spans = ((start, end),) if found < 0 else ((start, start + found), (start + found + len(shown), end))
        cursor = QTextCursor(self.document())
        cursor.joinPreviousEditBlock()
        for low, high in spans:
            cursor.setPosition(low)
            cursor.setPosition(high, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(QTextCharFormat())
        cursor.endEditBlock()


def _by(choice: Keep) -> By:
    return {Keep.MINE: By.MINE, Keep.THEIRS: By.THEIRS, Keep.BOTH: By.ALL}[choice]
