"""Ctrl+F and the find box: the search from anywhere, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QObject

from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.search.page import SearchPage


class _FromAnywhere(QObject):
    """Goes to the search and remembers from where."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.window)
        self._window = place.window

    def go(self) -> None:
        """Open the search."""
        came_from = self._window.current
        page = self._window.page("search")
        if isinstance(page, SearchPage) and came_from != "search":
            page.came_from = came_from
        self._window.go_to("search")


def find_from_anywhere(place: Place) -> None:
    """Let Ctrl+F and the find box of the lane open the search."""
    place.window.bind_find(place.keys.bind(commands.FIND, _FromAnywhere(place).go))
