"""Whose work the lists show: mine or the team's, and a filter by words; M, T and / from any of the lists."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.domain.language import tr, tr_in
from crmdesk.ui.frame import commands
from crmdesk.ui.kit import LineEdit, ListView, Option, Tabs
from crmdesk.ui.pages.desk.due_rows import Sight
from crmdesk.ui.qt.keys import Binding, KeyMap
from crmdesk.ui.theme import Icon, Space


class _Filter(LineEdit):
    """Esc empties it, Enter and the arrows go back into the list."""

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave to the list."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.left.emit()
        elif key is Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)


class DueHead(QWidget):
    """``changed`` tells that other rows are to be shown, ``left`` that the keyboard goes back into the lists."""

    changed = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        options = (
            Option(Sight.MINE, tr_in("whose work", "Mine"), key="M"),
            Option(Sight.TEAM, tr_in("whose work", "Team"), key="T"),
        )
        self.tabs = Tabs(tr("Whose work"), options)
        self.tabs.show_keys(False)
        self.filter = _Filter(tr_in("search field", "Filter"), Icon.LIST_FILTER)
        self.filter.setFixedWidth(148)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.tabs)
        row.addWidget(self.filter)
        self._bindings: list[Binding] = []
        self.tabs.chosen.connect(self._chosen)
        self.filter.textChanged.connect(self._chosen)
        self.filter.left.connect(self.left)

    @property
    def sight(self) -> Sight:
        """Return whose work is shown."""
        return Sight(self.tabs.value)

    @property
    def typed(self) -> str:
        """Return the words by which rows are thinned."""
        return self.filter.text()

    def bind(self, keys: KeyMap, views: tuple[ListView, ...]) -> None:
        """Let the keys work in these lists."""
        for view in views:
            mine = keys.bind(commands.MINE, self._mine, view)
            keys.bind(commands.TEAM, self._team, view)
            keys.bind(commands.FILTER, self._to_filter, view)
            mine.changed.connect(self._show_keys)
            self._bindings.append(mine)

    def look_at(self, sight: Sight) -> None:
        """Show the work of somebody else."""
        if sight is not self.sight:
            self.tabs.choose(sight)
            self.changed.emit()

    def _mine(self) -> None:
        self.look_at(Sight.MINE)

    def _team(self) -> None:
        self.look_at(Sight.TEAM)

    def _to_filter(self) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def _chosen(self, _: object) -> None:
        self.changed.emit()

    def _show_keys(self) -> None:
        work = any(binding.works for binding in self._bindings)
        self.tabs.show_keys(work)
        self.filter.set_key("/" if work else "")
