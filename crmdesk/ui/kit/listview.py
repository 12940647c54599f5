"""Lists and tables: keyboard first (arrows, J, K, Enter), fixed row heights, no animation."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.domain.language import tr
from crmdesk.ui.kit.cards import Panel
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.kit.painting import draw_text, fill
from crmdesk.ui.kit.rows import ROW_ROLE, Column, RowDelegate, RowsModel, TableDelegate, column_rects
from crmdesk.ui.kit.scroll import ScrollBar
from crmdesk.ui.theme import Size, Space, TextRole, theme


class ListView(QListView):
    """A list of rows. ``opened`` carries the row at Enter or a double click, ``current_changed`` the row or None."""

    opened = Signal(object)
    current_changed = Signal(object)

    def __init__(
        self, name: str, model: RowsModel[object], delegate: RowDelegate, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._delegate = delegate
        self._rows_model = model
        delegate.setParent(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(ScrollBar(Qt.Orientation.Vertical))
        # The view asks for more rows when the bar it was born with comes to its end; ours tells it itself.
        self.verticalScrollBar().valueChanged.connect(self._scrolled_to)
        self.setTabKeyNavigation(False)
        clear = self.palette()
        clear.setColor(QPalette.ColorRole.Base, QColor(0, 0, 0, 0))
        self.setPalette(clear)
        self.viewport().setAutoFillBackground(False)
        self.setItemDelegate(delegate)
        self.setModel(model)
        self._kept: object = None
        self._top: tuple[object, int] | None = None
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)
        self.doubleClicked.connect(self._open)
        theme().spaced.connect(self._respaced)

    @property
    def row(self) -> object:
        """Return the selected row, None while there is none."""
        return self.currentIndex().data(ROW_ROLE) if self.currentIndex().isValid() else None

    def select(self, place: int) -> None:
        """Select the row at a place, 0 first; a place outside the list selects nothing."""
        index = self._rows_model.index(place)
        if 0 <= place < len(self._rows_model.rows):
            self.setCurrentIndex(index)
        else:
            self.setCurrentIndex(QModelIndex())

    def _respaced(self) -> None:
        index = self.currentIndex()
        self.doItemsLayout()
        self.updateGeometry()
        if index.isValid():
            self.scrollTo(index)

    def _scrolled_to(self, value: int) -> None:
        nowhere = QModelIndex()
        if value == self.verticalScrollBar().maximum() and self._rows_model.canFetchMore(nowhere):
            self._rows_model.fetchMore(nowhere)

    def content_height(self) -> int:
        """Return the height in px of all rows."""
        return len(self._rows_model.rows) * self._delegate.height

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:  # type: ignore[override]
        """Tell the new row."""
        super().currentChanged(current, previous)
        self.current_changed.emit(current.data(ROW_ROLE) if current.isValid() else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows, J and K; open with Enter; other letters are left to the page."""
        key, plain = event.key(), event.modifiers() in (Qt.KeyboardModifier.NoModifier, _KEYPAD)
        if plain and key in (Qt.Key.Key_J, Qt.Key.Key_Down):
            self._move(1)
        elif plain and key in (Qt.Key.Key_K, Qt.Key.Key_Up):
            self._move(-1)
        elif plain and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self._open(self.currentIndex())
        elif event.text() and event.text().isprintable():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the first row where none is: whoever comes by keyboard sees where he is."""
        super().focusInEvent(event)
        if not self.selectionModel().hasSelection() and self._rows_model.rows:
            self.select(max(0, self.currentIndex().row()))

    def keyboardSearch(self, search: str) -> None:
        """Never jump by typed letters: they are keys here."""

    def _move(self, step: int) -> None:
        last = len(self._rows_model.rows) - 1
        if last < 0:
            return
        now = self.currentIndex().row()
        self.select(0 if now < 0 else min(last, max(0, now + step)))

    def _open(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if row is not None:
            self.opened.emit(row)

    def _keep(self) -> None:
        row, current = self.row, self.currentIndex()
        self._kept = self._rows_model.key_of(row) if row is not None else None
        self._top = None
        top = self.indexAt(QPoint(0, 0))
        if current.isValid() and top.isValid() and not self.visualRect(current).intersects(self.viewport().rect()):
            self._top = self._rows_model.key_of(top.data(ROW_ROLE)), self.visualRect(top).top()

    def _restore(self) -> None:
        if self._kept is not None:
            place = self._rows_model.find(self._kept)
            if place >= 0:
                self.select(place)
                self._scroll_back()
                return
        self.current_changed.emit(None)

    def _scroll_back(self) -> None:
        """Whoever had scrolled away from the selected row reads on where they were."""
        if self._top is not None:
            key, offset = self._top
            place = self._rows_model.find(key)
            if place >= 0:
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + self.visualRect(self._rows_model.index(place)).top() - offset)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light rows up under the pointer without dragging a selection along."""
        if event.buttons() is Qt.MouseButton.NoButton:
            super().mouseMoveEvent(event)

    def sizeHint(self) -> QSize:
        """Return a useful size."""
        return QSize(320, max(self._delegate.height * 3, 108))

    def minimumSizeHint(self) -> QSize:
        """Return room for one row."""
        return QSize(120, self._delegate.height)


_KEYPAD = Qt.KeyboardModifier.KeypadModifier


class TableHead(QWidget):
    """The titles over the columns of a table, in the language that is spoken; ``beside`` px at their end are left
    free."""

    def __init__(self, columns: tuple[Column, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self.beside = 0
        self.setFixedHeight(Size.TABLE_HEAD)
        self.setAccessibleName(", ".join(tr(column.title) for column in columns if column.title))

    def show_columns(self, columns: tuple[Column, ...]) -> None:
        """Show other columns (a fold)."""
        self._columns = columns
        self.update()

    def leave_room(self, width: int) -> None:
        """Leave so many px at the end: a scroll bar takes them from the rows below."""
        if width != self.beside:
            self.beside = width
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the titles and the line below."""
        painter = painter_on(self)
        colors = theme().colors
        area = QRectF(self.rect()).adjusted(Space.L, 0, -Space.L - self.beside, 0)
        for column, rect in zip(self._columns, column_rects(self._columns, area), strict=True):
            draw_text(painter, rect, tr(column.title), TextRole.SMALL, colors.text.secondary, column.align)
        fill(painter, QRectF(0, self.height() - 1, self.width(), 1), colors.line.soft)


class Table(Panel):
    """A card with a head and rows below it. With ``grow`` rows it takes their height and does not scroll."""

    def __init__(
        self, name: str, model: RowsModel[object], delegate: TableDelegate, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.head = TableHead(delegate.columns)
        self.view = ListView(name, model, delegate)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        self.view.verticalScrollBar().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the titles stand over their columns also while there is a scroll bar beside them."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            bar = self.view.verticalScrollBar()
            self.head.leave_room(bar.width() if event.type() is QEvent.Type.Show else 0)
        return super().eventFilter(watched, event)

    def fit_rows(self) -> None:
        """Take the height of the rows there are, so that the page scrolls and not the table."""
        model = self.view.model()
        model.modelReset.connect(self._fit)
        model.rowsInserted.connect(self._fit)
        theme().spaced.connect(self._fit)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(Size.TABLE_HEAD + self.view.content_height() + 2)
