"""The text made of both versions: complete except for the marked places, changed by choosing or by typing."""

from __future__ import annotations

import json
from collections.abc import Iterator

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCharFormat, QTextCursor

from crmdesk.domain.merge3 import By, Keep, Merged, Overlap, Piece
from crmdesk.ui.qt.places import units
from crmdesk.ui.settle.marked import PLACE, MarkedText, before, gap, marked_format, put_overlap, side_of


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
                yield form.intProperty(PLACE), fragment.text().replace("\u2028", "\n"), side_of(form)
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
                cursor.insertText(text, marked_format(By(by)))
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
        cursor.insertText(gap(before(cursor), words) + words, marked_format(_by(choice)))
        if gap(words, after):
            cursor.insertText(" ", marked_format(By.ALL))
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
        begins = start + units(now[: max(0, found)])
        spans = ((start, end),) if found < 0 else ((start, begins), (begins + units(shown), end))
        cursor = QTextCursor(self.document())
        cursor.joinPreviousEditBlock()
        for low, high in spans:
            cursor.setPosition(low)
            cursor.setPosition(high, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(QTextCharFormat())
        cursor.endEditBlock()


def _by(choice: Keep) -> By:
    return {Keep.MINE: By.MINE, Keep.THEIRS: By.THEIRS, Keep.BOTH: By.ALL}[choice]
