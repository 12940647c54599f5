"""The side list "To settle": what has two versions, what merged by itself, and one of them in detail."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.domain.sync_state import ConflictView
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    EmptyState,
    Flow,
    Ground,
    Ink,
    Label,
    Line,
    ListView,
    Panel,
    PaneTitle,
    RowsModel,
    fill,
    muted,
    scrolled,
)
from crmdesk.ui.kit.mirror import margins, painter_on
from crmdesk.ui.settle.detail import ConflictDetail
from crmdesk.ui.settle.rows import ConflictDelegate, key_of, spoken, summary
from crmdesk.ui.theme import Icon, Space, TextRole, Voice, theme

_ROWS_SHOWN, _ROWS_IN_A_LOW_WINDOW = 4, 2
_LOW = 720


class SettlePane(Panel):
    """Beside the customer, never over anything. ``chosen`` carries the conflict selected, or None."""

    chosen = Signal(object)

    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self.setAccessibleName(tr("To settle"))
        self.count = muted("")
        self.delegate = ConflictDelegate(zone)
        self.rows: RowsModel[object] = RowsModel(key_of, spoken, self)
        self.list = ListView(tr("Fields with two versions"), self.rows, self.delegate)
        self.detail = ConflictDetail(zone)
        self.history = Label(
            tr("Both versions stay in this list for today, whatever you keep"),
            TextRole.SMALL,
            Ink.SECONDARY,
            icon=Icon.HISTORY,
        )
        self.problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP, icon=Icon.CIRCLE_ALERT)
        self.later = Button(tr("Later"), ButtonKind.SECONDARY)
        self.keep = Button(tr("Keep merged text"), ButtonKind.PRIMARY, Icon.CHECK)
        self.empty = EmptyState(
            Icon.GIT_MERGE,
            tr("Nothing to settle"),
            tr("Where two people change the same words, both versions come here."),
        )
        self._lay_out()
        self.list.current_changed.connect(self.chosen)
        self.problem.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        head.setSpacing(Space.S)
        head.addWidget(PaneTitle(tr("To settle")))
        head.addWidget(self.count, 1)
        self._area = scrolled(self.detail)
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(Space.L, Space.XS, Space.L, Space.M)
        foot.setSpacing(Space.S)
        foot.addWidget(self.problem)
        foot.addWidget(self.history)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self.later)
        buttons.addWidget(self.keep, 1)
        foot.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(margins(1, 0, 0, 0))
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Line())
        column.addWidget(self.list)
        column.addWidget(self._area, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self._foot)

    def show_rows(self, views: tuple[ConflictView, ...], now: datetime) -> None:
        """Show what there is: open ones first."""
        self.delegate.now = now
        self.count.set_text(summary(views))
        self._fit_list(len(views))
        self.rows.show_rows(tuple(views))
        self.list.viewport().update()
        self._show_parts(has_rows=bool(views))

    def _fit_list(self, rows: int) -> None:
        """Leave the room to what is settled where the window is low."""
        most = _ROWS_SHOWN if self.height() > _LOW else _ROWS_IN_A_LOW_WINDOW
        self.list.setFixedHeight(self.delegate.height * min(most, max(1, rows)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See again how many rows there is room for."""
        super().resizeEvent(event)
        self._fit_list(len(self.rows.rows))
        index = self.list.currentIndex()
        if index.isValid():
            self.list.scrollTo(index)

    def _show_parts(self, *, has_rows: bool) -> None:
        self.list.setVisible(has_rows)
        self._area.setVisible(has_rows)
        self.empty.setHidden(has_rows)

    def show_conflict(self, view: ConflictView | None, now: datetime, typed: str | None = None) -> None:
        """Show one in detail."""
        is_open = view is not None and view.settled_at is None
        self.keep.setVisible(is_open)
        self.history.setVisible(is_open)
        self.later.set_words(tr("Later") if is_open else tr("Back"))
        self.show_problem("")
        if view is not None:
            self.detail.show_conflict(view, now, typed)
            self._area.verticalScrollBar().setValue(0)
            self.keep.set_words(tr("Keep merged text") if view.merged is not None else tr("Keep this"))
        self.show_need()

    def show_need(self) -> None:
        """Allow to keep what is complete."""
        self.keep.setEnabled(self.detail.decision() is not None)

    def show_problem(self, text: str) -> None:
        """Say why it could not be settled; "" takes it away."""
        self.problem.set_text(text)
        self.problem.setVisible(bool(text))

    @property
    def selected(self) -> ConflictView | None:
        """Return the conflict selected."""
        row = self.list.row
        return row if isinstance(row, ConflictView) else None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line to what is beside it."""
        super().paintEvent(event)
        fill(painter_on(self), QRectF(0, 0, 1, self.height()), theme().colors.line.soft)
