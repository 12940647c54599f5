"""The outcomes of a call: five with their key, the proposed one chosen, more by typing."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.interactions import DispositionView
from crmdesk.domain.language import tr, tr_n
from crmdesk.domain.quick import dataclass
from crmdesk.ui.kit import (
    Align,
    Ink,
    Label,
    LineEdit,
    ListView,
    RowDelegate,
    RowsModel,
    RowState,
    SectionTitle,
    box,
    draw_icon,
    draw_key,
    draw_text,
    fill,
    key_width,
    outline,
)
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, theme

KEYED = 5
"""How many outcomes have a Ctrl+digit of their own."""


class OutcomeDelegate(RowDelegate):
    """Paints an outcome: its key cap, its name, why it is proposed, a tick where chosen."""

    def __init__(self) -> None:
        super().__init__(Size.OPTION - 1)
        self.keys_work = False

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint one outcome."""
        if not isinstance(row, _Line):
            return
        colors = theme().colors
        area = rect.adjusted(-6, 0, 6, 0)
        middle = area.center().y()
        column = key_width(cap_text("Ctrl+1")) + Space.M
        if row.place < KEYED and self.keys_work:
            draw_key(painter, area.left(), middle, cap_text(f"Ctrl+{row.place + 1}"))
        right = area.right()
        if state.selected:
            draw_icon(painter, right - Size.ICON, middle - Size.ICON / 2, Icon.CHECK, colors.you.text)
            right -= Size.ICON + Space.S
        if row.outcome.why:
            words = QRectF(area.left(), area.top(), right - area.left(), area.height())
            right -= draw_text(painter, words, row.outcome.why, TextRole.SMALL, colors.text.secondary, Align.TRAILING)
        place = QRectF(area.left() + column, area.top(), right - area.left() - column - Space.S, area.height())
        role = TextRole.BODY_STRONG if state.selected else TextRole.BODY
        draw_text(painter, place, row.outcome.label, role, colors.text.primary)


@dataclass(frozen=True, slots=True)
class _Line:
    """An outcome and its place in the list."""

    place: int
    outcome: DispositionView


def _key(row: object) -> object:
    return row.outcome.id if isinstance(row, _Line) else None


def _words(row: object) -> str:
    if not isinstance(row, _Line):
        return ""
    return f"{row.outcome.label}, {row.outcome.why}" if row.outcome.why else row.outcome.label


class _Filter(LineEdit):
    """The line under the outcomes: what is typed here thins the list; up and down move in it."""

    moved = Signal(int)

    def paint_box(self, painter: QPainter) -> None:
        """Draw no box of its own but the line to the list; the ring while it has the keyboard."""
        colors = theme().colors
        fill(painter, QRectF(1, 0, self.width() - 2, 1), colors.line.soft)
        if self.hasFocus():
            outline(painter, self.rect(), colors.you.line, Radius.CONTROL, 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move in the list."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class OutcomeList(QWidget):
    """Outcomes to choose from. ``chosen`` is the id of the selected one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[DispositionView, ...] = ()
        self._model: RowsModel[object] = RowsModel(_key, _words)
        self._delegate = OutcomeDelegate()
        self.view = ListView(tr("Outcome"), self._model, self._delegate)
        self.filter = _Filter("", Icon.SEARCH)
        self.filter.setAccessibleName(tr("More outcomes, type to find"))
        self.source = Label("", TextRole.SMALL, Ink.MUTED)
        self._lay_out()
        self.filter.textChanged.connect(self._thin)
        self.filter.moved.connect(self._move)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(SectionTitle(tr("Outcome")), 1)
        head.addWidget(self.source)
        frame = _Frame()
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(self.view)
        inside.addWidget(self.filter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        layout.addLayout(head)
        layout.addWidget(frame)
        self.view.setFixedHeight(KEYED * self._delegate.height)
        self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @property
    def chosen(self) -> UUID | None:
        """Return the outcome that finishing would give the call, None while there is none."""
        row = self.view.row
        return row.outcome.id if isinstance(row, _Line) else None

    @property
    def shown(self) -> tuple[str, ...]:
        """Return the names of the outcomes in the list, in order."""
        return tuple(row.outcome.label for row in self._model.rows if isinstance(row, _Line))

    def show_outcomes(self, outcomes: tuple[DispositionView, ...]) -> None:
        """Show outcomes; the proposed one is chosen unless the agent chose another already, or is looking for one."""
        if outcomes == self._all:
            return
        last = next((o.id for o in self._all if o.proposed), None)
        looking, present = bool(self.filter.text().strip()), self.chosen
        before = present if looking or present != last else None
        self._all = outcomes
        more = max(0, len(outcomes) - KEYED)
        type_for = tr_n("Type for {n} more", "Type for {n} more", more)
        self.filter.setPlaceholderText(type_for if more else tr("Type to find"))
        proposed = next((o for o in outcomes if o.proposed), None)
        self.source.set_text(tr("proposed from what you did") if proposed and proposed.why else "")
        self._thin(self.filter.text())
        kept = before if any(o.id == before for o in outcomes) else proposed.id if proposed else None
        self.view.select(max(0, self._model.find(kept)))

    def forget(self) -> None:
        """Hold no outcomes: another call comes."""
        self._all = ()
        self.filter.clear()
        self._model.show_rows(())

    def choose(self, digit: int) -> None:
        """Choose the outcome with this digit, 1 the first."""
        if 1 <= digit <= KEYED:
            self._choose_place(digit - 1)

    def _choose_place(self, place: int) -> None:
        if place < len(self._model.rows):
            self.view.select(place)

    def show_keys(self, work: bool) -> None:
        """Draw the key caps while the digits act on this list."""
        self._delegate.keys_work = work
        caps = (cap_text("Ctrl+1"), cap_text(f"Ctrl+{KEYED}"))
        self.view.setAccessibleDescription(" … ".join(caps) if work else "")
        self.view.viewport().update()

    def _thin(self, typed: str) -> None:
        wanted = typed.casefold().split()
        fitting = [o for o in self._all if all(word in o.label.casefold() for word in wanted)]
        shown = fitting if wanted else fitting[:KEYED]
        self._model.show_rows(tuple(_Line(place, o) for place, o in enumerate(shown)))
        if wanted or self.view.row is None:
            self.view.select(0)

    def _move(self, step: int) -> None:
        now = self.view.currentIndex().row()
        self.view.select(min(len(self._model.rows) - 1, max(0, now + step)))


class _Frame(QWidget):
    """The edge around list and filter."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        colors = theme().colors
        box(painter_on(self), self.rect(), colors.bg.panel, colors.line.control, Radius.CONTROL)
