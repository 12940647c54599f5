"""Two records side by side: in each row a field in which they differ, and which of the two values goes on.

Up and Down go through the rows, Left and Right choose, B keeps both where a field holds lines, S lets the other record
stay, X says that the two are not the same person; Ctrl + digit turns the numbered row over from anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.domain.language import mark, tr, tr_in, tr_n
from crmdesk.domain.merge_preview import Choice, MergeField, MergePreview
from crmdesk.ui.kit import Ink, Label, draw_icon, draw_key, draw_text, fill, key_width, outline, plain_tip
from crmdesk.ui.kit.mirror import logical, painter_on
from crmdesk.ui.qt.digits import DigitClaim, DigitRank, Digits
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, theme

_LABEL = 20
_LINE = 18
_MOST_LINES = 4
_PADDING = 7
_DIGITS = 9
_SAID = {
    Choice.KEEP: mark("{field}: {value} stays. Here: {kept}. Other record: {theirs}"),
    Choice.TAKE: mark("{field}: {value} is taken over. Here: {kept}. Other record: {theirs}"),
    Choice.BOTH: mark("{field}: {value} both are kept. Here: {kept}. Other record: {theirs}"),
}
_KEYS = mark("Left and Right choose a value, S keeps the other record, X says they are two.")
_KEYS_WITH_BOTH = mark("Left and Right choose a value, B keeps both, S keeps the other record, X says they are two.")


class FieldRow(QWidget):
    """One field with its two values. ``changed`` tells that another was chosen, ``swap_wanted`` that S was pressed,
    ``apart_wanted`` X."""

    changed = Signal()
    swap_wanted = Signal()
    apart_wanted = Signal()

    def __init__(self, field: MergeField, place: int) -> None:
        super().__init__()
        self.field = field
        self.choice = field.proposed
        self._key = cap_text(f"Ctrl+{place}") if place <= _DIGITS else ""
        self._key_works = False
        self._kept = field.kept.splitlines() or [tr_in("stands in a field", "Nothing")]
        self._theirs = field.theirs.splitlines()
        lines = min(_MOST_LINES, max(len(self._kept), len(self._theirs)))
        self.setFixedHeight(_LABEL + lines * _LINE + 2 * _PADDING + Space.S)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._say()

    def choose(self, choice: Choice) -> None:
        """Let this value go on, if it can."""
        if choice in self.field.choices and choice is not self.choice:
            self.choice = choice
            self._say()
            self.update()
            self.changed.emit()

    def turn(self) -> None:
        """Choose the next value, round and round."""
        choices = self.field.choices
        self.choose(choices[(choices.index(self.choice) + 1) % len(choices)])

    def show_key(self, works: bool) -> None:
        """Draw the key cap while the digit acts here."""
        self._key_works = works and bool(self._key)
        self.update()

    def _say(self) -> None:
        one = self.field
        nothing = tr_in("stands in a field", "nothing")
        goes_on = one.outcome(self.choice).replace("\n", "; ") or nothing
        said = {"value": goes_on, "kept": one.kept or nothing, "theirs": one.theirs}
        self.setAccessibleName(tr(_SAID[self.choice], field=tr(one.label), **said))
        whole = max(len(self._kept), len(self._theirs)) <= _MOST_LINES
        self.setToolTip("" if whole else plain_tip(f"{one.kept}\n\n{one.theirs}"))

    def sizeHint(self) -> QSize:
        """Return a useful size."""
        return QSize(520, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with the arrows and B; go on with Up and Down, J and K."""
        match event.key():
            case Qt.Key.Key_Left:
                self._step(-1)
            case Qt.Key.Key_Right:
                self._step(1)
            case Qt.Key.Key_B:
                self.choose(Choice.BOTH)
            case Qt.Key.Key_Space:
                self.turn()
            case Qt.Key.Key_S:
                self.swap_wanted.emit()
            case Qt.Key.Key_X:
                self.apart_wanted.emit()
            case Qt.Key.Key_Down | Qt.Key.Key_J:
                self.focusNextChild()
            case Qt.Key.Key_Up | Qt.Key.Key_K:
                self.focusPreviousChild()
            case _:
                super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        if self.isRightToLeft():
            by = -by
        choices = self.field.choices
        self.choose(choices[max(0, min(len(choices) - 1, choices.index(self.choice) + by))])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the side under the pointer."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        kept, _ = self._cells()
        self.choose(Choice.KEEP if kept.contains(logical(self, event.position())) else Choice.TAKE)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Light up under the pointer."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Go dark again."""
        super().leaveEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def _cells(self) -> tuple[QRectF, QRectF]:
        half = (self.width() - Space.S) / 2
        kept = QRectF(0, _LABEL, half, self.height() - _LABEL - Space.S)
        theirs = kept.translated(half + Space.S, 0)
        return (theirs, kept) if self.isRightToLeft() else (kept, theirs)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the label and the two values, the ones that go on with a tick."""
        painter = painter_on(self)
        colors = theme().colors
        label = QRectF(0, 0, self.width(), _LABEL)
        used = draw_text(painter, label, tr(self.field.label), TextRole.SMALL, colors.text.secondary)
        if self._key_works:
            draw_key(painter, used + Space.S, label.center().y(), self._key)
            used += key_width(self._key) + Space.S
        if self.choice is Choice.BOTH:
            said = label.adjusted(used + Space.S, 0, 0, 0)
            draw_text(painter, said, tr("both are kept"), TextRole.SMALL, colors.you.text)
        kept, theirs = self._cells()
        self._cell(painter, kept, self._kept, self.choice in (Choice.KEEP, Choice.BOTH), self.field.kept == "")
        self._cell(painter, theirs, self._theirs, self.choice in (Choice.TAKE, Choice.BOTH), False)

    def _cell(self, painter: QPainter, rect: QRectF, lines: list[str], chosen: bool, empty: bool) -> None:
        colors = theme().colors
        area = rect.adjusted(1, 1, -1, -1)
        fill(painter, area, colors.you.soft if chosen else colors.bg.panel, Radius.CONTROL)
        ring = self.hasFocus() and chosen
        outline(painter, area, colors.you.line if chosen else colors.line.soft, Radius.CONTROL, 2 if ring else 1)
        left = area.left() + Space.S
        if chosen:
            draw_icon(painter, left, area.top() + _PADDING + 1, Icon.CHECK, colors.you.text)
        left += Size.ICON + Space.S
        room = QRectF(left, area.top() + _PADDING - 1, area.right() - left - Space.S, _LINE)
        role = TextRole.BODY_STRONG if chosen and not empty else TextRole.BODY
        ink = colors.text.muted if empty else colors.text.primary if chosen else colors.text.secondary
        shown = lines[:_MOST_LINES]
        if len(lines) > _MOST_LINES:
            hidden = len(lines) - _MOST_LINES
            shown[-1] = tr_n("{words} … and {n} more", "{words} … and {n} more", hidden, words=shown[-1])
        for line in shown:
            draw_text(painter, room, line, role, ink)
            room.translate(0, _LINE)


class MergeFields(QWidget):
    """The rows under the names of the two records. ``changed`` tells that the outcome is another, ``swap_wanted`` that
    the other record is to stay, ``apart_wanted`` that the two are not the same person."""

    changed = Signal()
    swap_wanted = Signal()
    apart_wanted = Signal()

    def __init__(self, digits: Digits) -> None:
        super().__init__()
        self._digits = digits
        self._claim: DigitClaim | None = None
        self.setAccessibleName(tr("Fields that differ"))
        self.rows: list[FieldRow] = []
        self._here, self._there = Label("", TextRole.SECTION), Label("", TextRole.SECTION)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        for name, what in (
            (self._here, tr_in("of a record", "stays")),
            (self._there, tr_in("of a record", "becomes part of it")),
        ):
            side = QHBoxLayout()
            side.setSpacing(Space.XS)
            side.addWidget(name)
            side.addWidget(Label(what, TextRole.SMALL, Ink.SECONDARY), 1)
            head.addLayout(side, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.XS)
        self._column.addLayout(head)
        self._keys = Label("", TextRole.SMALL, Ink.MUTED)
        self._column.addWidget(self._keys)

    @property
    def chosen(self) -> Mapping[str, Choice]:
        """Return what was chosen for each field that differs."""
        return {row.field.name: row.choice for row in self.rows}

    @property
    def taken(self) -> tuple[str, ...]:
        """Return the names of the fields that are taken over, as they stand in the labels."""
        return tuple(row.field.label for row in self.rows if row.choice is not Choice.KEEP)

    def show_preview(self, preview: MergePreview) -> None:
        """Show another pair, each field as it is proposed."""
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self._here.set_text(preview.survivor_name)
        self._there.set_text(preview.duplicate_name)
        self.rows = [FieldRow(field, place) for place, field in enumerate(preview.fields, start=1)]
        for row in self.rows:
            self._column.addWidget(row)
            row.changed.connect(self.changed)
            row.swap_wanted.connect(self.swap_wanted)
            row.apart_wanted.connect(self.apart_wanted)
        several = any(Choice.BOTH in row.field.choices for row in self.rows)
        self._keys.set_text(tr(_KEYS_WITH_BOTH if several else _KEYS))
        self._show_keys()

    def take_focus(self) -> None:
        """Put the keyboard onto the first row."""
        if self.rows:
            self.rows[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _turn(self, digit: int) -> None:
        if 1 <= digit <= len(self.rows):
            self.rows[digit - 1].turn()

    def _show_keys(self) -> None:
        works = self._claim is not None and self._claim.works
        for row in self.rows:
            row.show_key(works)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the digits."""
        super().showEvent(event)
        if self._claim is None:
            self._claim = self._digits.claim(DigitRank.OFFERED, self._turn, self)
            self._claim.changed.connect(self._show_keys)
            self._show_keys()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the digits back."""
        super().hideEvent(event)
        if self._claim is not None:
            self._claim.release()
            self._claim = None
