"""The list of articles, narrowed by what one types, with the selected one beside it."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.knowledge.article import gist_of
from crmdesk.domain.knowledge.edition import ArticleView
from crmdesk.domain.language import tr, tr_in
from crmdesk.domain.people import Role
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.fold import Fold
from crmdesk.ui.frame.page import Page, Place
from crmdesk.ui.kit import (
    Align,
    Button,
    ButtonKind,
    ButtonSize,
    EmptyState,
    Ground,
    Line,
    LineEdit,
    ListView,
    Panel,
    PaneTitle,
    RowDelegate,
    RowsModel,
    RowState,
    draw_marked,
    draw_text,
    muted,
    text_width,
)
from crmdesk.ui.knowledge.article import ArticlePane
from crmdesk.ui.knowledge.editor import ArticleEditor
from crmdesk.ui.pages.listed import being_read
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.theme import Icon, Size, Space, TextRole, theme

_LIST = 420


class ArticleDelegate(RowDelegate):
    """Two lines: the title with its version, and how the article begins."""

    def __init__(self) -> None:
        super().__init__(Size.ROW_TWO_LINES)
        self.matched: tuple[str, ...] = ()

    def paint_row(self, painter: QPainter, rect: QRectF, row: object, state: RowState) -> None:
        """Paint an article."""
        if not isinstance(row, ArticleView):
            return
        colors = theme().colors
        first = QRectF(rect.left(), rect.top() + 8, rect.width(), 20)
        which = tr("Version {version}", version=row.version)
        draw_text(painter, first, which, TextRole.SMALL, colors.text.secondary, Align.TRAILING)
        title = first.adjusted(0, 0, -text_width(which, TextRole.SMALL) - Space.M, 0)
        draw_marked(painter, title, row.title, self.matched, TextRole.BODY_STRONG, colors.text.primary)
        second = QRectF(rect.left(), rect.top() + 28, rect.width(), 18)
        draw_marked(painter, second, gist_of(row.body), self.matched, TextRole.SMALL, colors.text.secondary)


class ArticlesPage(Page):
    """Type to narrow, arrows to choose, F6 to read on; the selected article stands beside the list at once."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self.field = LineEdit(tr("Words of an article"), Icon.SEARCH)
        self.count = muted("")
        self.delegate = ArticleDelegate()
        self.rows: RowsModel[object] = RowsModel(_key, _spoken, self)
        self.list = ListView(tr("Articles"), self.rows, self.delegate)
        self.pane = ArticlePane(place.zone, place.clock.now)
        self.editor: ArticleEditor | None = None
        self.right = QStackedWidget()
        self._wanted: UUID | None = None
        self._listed_for = ""
        self._reading = QObject(self)
        self._opening = QObject(self)
        self._lay_out()
        self.field.textEdited.connect(self.read)
        self.field.installEventFilter(self)
        self.list.current_changed.connect(self._selected)
        self.list.opened.connect(self._read_on)
        self.pane.version_wanted.connect(self._read_version)
        place.keys.bind(commands.BACK, self._back, self)
        listen(self, place.desk.bus, Changes, self._changed)
        if self._leads():
            self._bind_writing()

    def _leads(self) -> bool:
        me = self._place.desk.identity
        return me is not None and me.role in (Role.SUPERVISOR, Role.ADMINISTRATOR)

    def _bind_writing(self) -> None:
        keys = self._place.keys
        keys.bind(commands.EDIT, self.edit_shown, self._left).drive(self.edit)
        keys.bind(commands.EDIT, self.edit_shown, self.pane)
        keys.bind(commands.NEW_ARTICLE, self.write_new, self)
        self.edit.clicked.connect(self.edit_shown)
        self.new.clicked.connect(self.write_new)

    def _lay_out(self) -> None:
        self.pane.close_button.hide()
        self._none = EmptyState(Icon.BOOK_OPEN, "", "")
        self.stack = QStackedWidget()
        for state in (being_read(), self.list, self._none):
            self.stack.addWidget(state)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(PaneTitle(tr("Articles")))
        head.addWidget(self.count)
        head.addStretch(1)
        self._left = Panel(ground=Ground.WINDOW)
        column = QVBoxLayout(self._left)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self.field)
        column.addWidget(self.stack, 1)
        self._left.setFixedWidth(_LIST)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left)
        row.addWidget(Line(Qt.Orientation.Vertical))
        self.right.addWidget(self.pane)
        row.addWidget(self.right, 1)
        self.edit = Button(tr_in("button", "Edit"), ButtonKind.QUIET, Icon.PENCIL, size=ButtonSize.SMALL)
        self.new = Button(tr("New article"), ButtonKind.QUIET, Icon.PLUS, size=ButtonSize.SMALL)
        self.pane.add_button(self.edit)
        head.addWidget(self.new)
        for button in (self.edit, self.new):
            button.setVisible(self._leads())

    # As the frame sees it --------------------------------------------------------------------------------------------

    def arrived(self) -> None:
        """Take the keyboard, and read what may be old."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()
        self.read()

    def folded(self, fold: Fold) -> None:
        """Narrow the list with the note's column."""
        self._left.setFixedWidth(min(_LIST, fold.note + 28))

    def panes(self) -> tuple[QWidget, ...]:
        """The list with its field, then the article."""
        return (self.field, self.right)

    def open_article(self, article_id: UUID) -> None:
        """Show an article, whatever is typed."""
        self._wanted = article_id
        self.field.clear()
        self.read()

    async def closing(self) -> None:
        """Return when what is being written is on the disk."""
        if self.editor is not None:
            await self.editor.settle()

    # Writing ---------------------------------------------------------------------------------------------------------

    def edit_shown(self) -> None:
        """Begin the next version of the article that is shown."""
        if self.pane.view is not None:
            spawn(self, self._write(self.pane.view))

    def write_new(self) -> None:
        """Begin a new article, or go on with the one that was begun."""
        spawn(self, self._write(None))

    async def _write(self, view: ArticleView | None) -> None:
        editor = self.editor or self._make_editor()
        await editor.open(view)
        self.right.setCurrentWidget(editor)
        (editor.code if view is None else editor.text).setFocus(Qt.FocusReason.OtherFocusReason)
        self._place.keys.refresh()

    def _make_editor(self) -> ArticleEditor:
        self.editor = ArticleEditor(self._place.desk, self._place.zone)
        self.right.addWidget(self.editor)
        self.editor.published.connect(self._published)
        keys = self._place.keys
        keys.bind(commands.BACK, self._put_aside, self.editor)
        keys.bind(commands.FINISH, self.editor.publish, self.editor).drive(self.editor.publish_button)
        return self.editor

    def _put_aside(self) -> None:
        """Go back to reading; what was typed is kept and comes back with the next Edit."""
        if self.editor is not None:
            spawn(self, self.editor.settle())
        self.right.setCurrentWidget(self.pane)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._place.keys.refresh()

    def _published(self, article_id: object, done: str) -> None:
        self._put_aside()
        if isinstance(article_id, UUID):
            self.open_article(article_id)
        self._place.window.tell(done, tr("Every desk follows as soon as it is sent."))

    # Reading ---------------------------------------------------------------------------------------------------------

    def read(self, _typed: str = "") -> None:
        """Read the articles that have what is typed; the newest text wins."""
        cancel_all(self._reading)
        spawn(self._reading, self._read(self.field.text()))

    async def _read(self, typed: str) -> None:
        try:
            found = await self._place.desk.knowledge.articles(typed)
        except CrmdeskError as error:
            self._none.say(error.what, error.next_step)
            self.stack.setCurrentWidget(self._none)
            return
        self.delegate.matched = tuple(typed.split())
        self.rows.show_rows(found)
        self.count.set_text(words.count(len(found)) if found else "")
        if not found:
            self.pane.show_nothing()
            typed_words = typed.strip()
            title = tr("No article has these words") if typed_words else tr("There is no article yet")
            who = tr("Write the first one.") if self._leads() else tr("A supervisor publishes them.")
            self._none.say(title, tr("Try fewer words, or their beginnings.") if typed_words else who)
        self.edit.setVisible(self._leads() and bool(found))
        self.stack.setCurrentWidget(self.list if found else self._none)
        wanted, self._wanted = self._wanted, None
        place = next((place for place, view in enumerate(found) if view.id == wanted), -1)
        narrowed, self._listed_for = typed.strip() not in ("", self._listed_for), typed.strip()
        if place >= 0 or self.list.row is None or narrowed:
            self.list.select(max(0, place))
        self.list.viewport().update()
        shown = self.pane.view
        if place >= 0 or shown is None or shown.version == shown.newest:  # who reads an older version goes on
            self._selected(self.list.row)

    def _changed(self, changes: Changes) -> None:
        if changes.touches(Kind.ARTICLE) and self.isVisible():
            self.read()

    def _selected(self, row: object) -> None:
        if isinstance(row, ArticleView) and (self.pane.view is None or self.pane.view.id != row.id):
            cancel_all(self._opening)
            self.pane.show_article(row)

    def _read_on(self, _row: object = None) -> None:
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read_version(self, code: str, version: int) -> None:
        cancel_all(self._opening)
        spawn(self._opening, self._fill(code, version))

    async def _fill(self, code: str, version: int) -> None:
        view = await self._place.desk.knowledge.version(code, version)
        if view is not None:
            self.pane.show_article(view)

    def _back(self) -> None:
        if self.field.hasFocus():
            if self.field.text():
                self.field.clear()
                self.read()
            elif self._place.window.has_page("desk"):
                self._place.window.go_to("desk")
        else:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows choose an article and Enter reads it while the keyboard is in the field."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        key = Qt.Key(event.key())
        if key in steps and self.rows.rows:
            last = len(self.rows.rows) - 1
            self.list.select(min(last, max(0, self.list.currentIndex().row() + steps[key])))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() and self.rows.rows:
            self._read_on()
            return True
        return False


def _key(row: object) -> object:
    return row.code if isinstance(row, ArticleView) else None


def _spoken(row: object) -> str:
    if not isinstance(row, ArticleView):
        return ""
    return tr("{title}, version {version}, {gist}", title=row.title, version=row.version, gist=gist_of(row.body))
