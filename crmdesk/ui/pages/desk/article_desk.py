"""An article in the middle of the desk, in the place of the timeline: customer, call and note stay."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal

from crmdesk.domain.knowledge.edition import ArticleView
from crmdesk.domain.language import tr
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.knowledge.article import ArticlePane
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.qt.tasks import cancel_all, spawn


class ArticleDesk(QObject):
    """``moved`` tells that an article was opened or put away."""

    moved = Signal()

    def __init__(self, place: Place, call: CallDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._call = place, call
        self.pane = ArticlePane(place.zone, place.clock.now)
        self._call.keep_beside(self.pane)
        place.keys.bind(commands.BACK, self.back, self.pane).drive(self.pane.close_button)
        self.pane.left.connect(self.back)
        self.pane.version_wanted.connect(self._read_version)

    @property
    def is_open(self) -> bool:
        """Say whether an article is shown."""
        return self._call.beside is self.pane

    @property
    def shown(self) -> UUID | None:
        """Return the article that is shown."""
        return self.pane.view.id if self.is_open and self.pane.view is not None else None

    def open(self, article_id: UUID) -> None:
        """Open an article by its id."""
        cancel_all(self)
        spawn(self, self._read(article_id))

    def show_article(self, view: ArticleView) -> None:
        """Show an article, with the keyboard: arrows scroll it, Esc and Ctrl+N go back to the note."""
        self.pane.show_article(view)
        self._call.show_beside(self.pane)
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)
        self._place.keys.refresh()
        self.moved.emit()

    def close(self) -> None:
        """Put the article away, also one that is still being read; the keyboard stays where it is."""
        cancel_all(self)
        if self.is_open:
            self._call.close_beside()
            self._place.keys.refresh()
            self.moved.emit()

    def back(self) -> None:
        """Put the article away and go on in the note."""
        self.close()
        self._call.note.text.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _read(self, article_id: UUID) -> None:
        view = await self._place.desk.knowledge.article(article_id)
        if view is None:
            what, next_step = tr("This article is not on this computer."), tr("It arrives with the next sync.")
            self._place.window.tell(what, next_step)
        else:
            self.show_article(view)

    def _read_version(self, code: str, version: int) -> None:
        cancel_all(self)
        spawn(self, self._fill_version(code, version))

    async def _fill_version(self, code: str, version: int) -> None:
        view = await self._place.desk.knowledge.version(code, version)
        if view is not None and self.is_open:
            self.show_article(view)
