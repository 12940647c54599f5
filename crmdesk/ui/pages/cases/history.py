"""What happened to a case: its steps, newest first, painted as rows, and whether the chain of them holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.domain import words as clock_words
from crmdesk.domain.cases.views import CaseView, StepView
from crmdesk.domain.language import tr, tr_n
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.views import RequestStepView, RequestView
from crmdesk.ui.kit import (
    Align,
    Ink,
    Label,
    ListView,
    RowDelegate,
    RowsModel,
    RowState,
    TextPane,
    draw_icon,
    draw_text,
    fill,
    outline,
)
from crmdesk.ui.kit.wrapping import broken
from crmdesk.ui.pages.cases import words
from crmdesk.ui.theme import Icon, Radius, Size, Space, TextRole, Voice, theme

_HEIGHT = 46
_DAY, _TIME, _ICON, _TEXT = 76, 116, 130, 156
_FIRST, _LINE = 4, 19
_AROUND = 28
"""What the box and the scroll bar of words take, in px."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step and whether it is the newest of its day."""

    step: StepView | RequestStepView
    begins_day: bool


def rows_of(steps: Sequence[StepView | RequestStepView], zone: tzinfo) -> tuple[StepRow, ...]:
    """Return the steps, the newest first."""
    found: list[StepRow] = []
    before = None
    for step in reversed(steps):
        day = step.at.astimezone(zone).date()
        found.append(StepRow(step, day != before))
        before = day
    return tuple(found)


class HistoryDelegate(RowDelegate):
    """Paints a step: day, time, picture, what was done over who did it and what they said. No lines between rows."""

    def __init__(self, now: Callable[[], datetime], zone: tzinfo) -> None:
        super().__init__(_HEIGHT)
        self._now, self._zone = now, zone

    def paint_ground(self, painter: QPainter, rect: QRectF, state: RowState) -> None:
        """Paint only the chosen row."""
        area, colors = rect.adjusted(0, 1, 0, -1), theme().colors
        if state.selected and state.focused:
            fill(painter, area, colors.you.soft, Radius.CONTROL)
            outline(painter, area, colors.you.line, Radius.CONTROL, 2)
        elif state.selected or state.hovered:
            fill(painter, area, colors.bg.hover, Radius.CONTROL)

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint one step."""
        if not isinstance(row, StepRow):
            return
        step, colors = row.step, theme().colors
        area = rect.adjusted(Space.S - Space.L, 0, Space.L - Space.S, 0)
        line = QRectF(area.left(), area.top() + _FIRST, area.width(), _LINE)
        if row.begins_day:
            today = self._now().astimezone(self._zone).date()
            day = step.at.astimezone(self._zone).date()
            near = clock_words.short_day(day, today) if abs((today - day).days) < 2 else clock_words.dated(day, today)
            place = QRectF(line.left(), line.top(), _DAY, _LINE)
            draw_text(painter, place, clock_words.sentence(near), TextRole.SMALL, colors.text.secondary)
        time = QRectF(line.left() + _DAY, line.top(), _TIME - _DAY, _LINE)
        at = clock_words.clock(step.at, self._zone)
        draw_text(painter, time, at, TextRole.SMALL, colors.text.secondary, Align.TRAILING)
        ours = words.is_ours(step)
        ink = colors.voice(Voice.WORD).text if ours else colors.text.muted
        draw_icon(painter, line.left() + _ICON, line.center().y() - 8, words.step_icon(step), ink)
        title = line.adjusted(_TEXT, 0, 0, 0)
        if step.unsent:
            you = colors.you.text
            used = draw_text(painter, title, tr("Unsent"), TextRole.SMALL, you, Align.TRAILING)
            title.setRight(title.right() - used - Size.ICON_CHIP - 10)
            draw_icon(painter, title.right() + 4, line.center().y() - 7, Icon.CLOUD_UPLOAD, you, Size.ICON_CHIP)
        draw_text(painter, title, words.step_words(step), TextRole.BODY_STRONG, colors.text.primary)
        below = line.adjusted(_TEXT, _LINE, 0, _LINE)
        if entered := words.entered_words(step, self._now(), self._zone):
            used = draw_text(painter, below, entered, TextRole.SMALL, colors.text.muted, Align.TRAILING)
            below.setRight(below.right() - used - Space.S)
        draw_text(painter, below, words.said_of(step), TextRole.SMALL, colors.text.secondary)


class History(QWidget):
    """The steps, and below them the chosen one's words whole, which scroll where they are long."""

    def __init__(self, now: Callable[[], datetime], zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now, self._zone = now, zone
        self.title = Label(tr("What happened"), TextRole.BODY_STRONG)
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.chain = Label("", TextRole.SMALL, Voice.PHONE, icon=Icon.LINK)
        self.rows: RowsModel[object] = RowsModel(_key, self._spoken, self)
        self.view = ListView(tr("What happened"), self.rows, HistoryDelegate(now, zone))
        self.whole = TextPane(tr("What this step says"))
        self.whole.lock(tr("What is written down is not changed."))
        self.whole.hide()
        head = QHBoxLayout()
        head.setContentsMargins(Space.S, 0, 0, 0)
        head.setSpacing(Space.M)
        head.addWidget(self.title)
        head.addWidget(self.chain, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addWidget(self.whole)
        self.view.opened.connect(self._open)
        self.view.current_changed.connect(self._moved)

    def show_history(self, view: CaseView | RequestView) -> None:
        """Show the steps of a case."""
        self.rows.show_rows(rows_of(view.steps, self._zone))
        number = len(view.steps)
        if not number:
            said = tr("no step was taken yet")
            self.chain.set_icon(None)
            self.chain.set_ink(Ink.MUTED)
        elif view.unbroken:
            said = tr_n("history unbroken, {n} step", "history unbroken, {n} steps", number)
            self.chain.set_icon(Icon.LINK)
            self.chain.set_ink(Voice.PHONE)
        else:
            said = tr("history broken: a step was changed or is missing")
            self.chain.set_icon(Icon.TRIANGLE_ALERT)
            self.chain.set_ink(Voice.LATE)
        self.chain.set_text(said)

    def _open(self, row: object) -> None:
        """Show the words of a step whole, or put them away."""
        if isinstance(row, StepRow):
            self.whole.put(words.said_of(row.step))
            self._fit()
            self.whole.setVisible(self.whole.isHidden() and bool(self.whole.text))

    def _fit(self) -> None:
        """Give the words their height, at most half of the pane."""
        width = self.width() - _AROUND
        paragraphs = self.whole.text.split("\n")
        lines = sum(1 for paragraph in paragraphs for _ in broken(paragraph, TextRole.NOTE, width))
        whole = lines * theme().size(TextRole.NOTE).line + _AROUND
        self.whole.setFixedHeight(max(self.whole.minimumHeight(), min(whole, self.height() // 2)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the words into another width."""
        super().resizeEvent(event)
        if not self.whole.isHidden():
            self._fit()

    def _moved(self, _row: object) -> None:
        self.whole.hide()

    def _spoken(self, row: object) -> str:
        return words.spoken_step(row.step, self._now(), self._zone) if isinstance(row, StepRow) else ""


def _key(row: object) -> object:
    return row.step.id if isinstance(row, StepRow) else None
