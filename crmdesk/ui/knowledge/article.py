"""An article to read: its text in the small structure that it has, which version it is, and the versions before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.knowledge.article import Block, BlockKind, blocks_of
from crmdesk.domain.knowledge.edition import ArticleView
from crmdesk.domain.language import left_to_right, tr, tr_in
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Flow,
    Ground,
    Ink,
    Label,
    Panel,
    SectionTitle,
    outline,
    scrolled,
)
from crmdesk.ui.kit.mirror import margins, painter_on
from crmdesk.ui.theme import Icon, Radius, Space, TextRole, Voice, theme

_LINE = 40
_MEASURE = 720


class ArticlePane(Panel):
    """One article; arrows and Page keys scroll it.

    ``left`` asks to put it away, ``version_wanted`` for another of its versions.
    """

    left = Signal()
    version_wanted = Signal(str, int)

    def __init__(self, zone: tzinfo, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._zone, self._now = zone, now
        self.view: ArticleView | None = None
        self.setAccessibleName(tr("Article"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.title = Label("", TextRole.TITLE, flow=Flow.WRAP)
        self.about = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self.old = Label("", TextRole.SMALL, Voice.SOON, Flow.WRAP, icon=Icon.HISTORY)
        self.older = Button(tr("Older version"), ButtonKind.QUIET, size=ButtonSize.SMALL)
        self.newest = Button(tr("Newest version"), ButtonKind.QUIET, size=ButtonSize.SMALL)
        self.close_button = Button(tr_in("button", "Close"), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self._text = QWidget()
        self._lines = QVBoxLayout(self._text)
        self._lines.setContentsMargins(margins(0, 0, Space.L, Space.L))
        self._lines.setSpacing(Space.S)
        self.area = scrolled(self._text)
        self._head = QHBoxLayout()
        self._lay_out()
        self.older.clicked.connect(self._show_older)
        self.newest.clicked.connect(self._show_newest)
        self.close_button.clicked.connect(self.left)

    def _lay_out(self) -> None:
        head = self._head
        head.setSpacing(Space.S)
        head.addWidget(self.title, 1)
        head.addWidget(self.older, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.newest, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(margins(Space.L, Space.M, Space.S, Space.M))
        column.setSpacing(Space.XS)
        column.addLayout(head)
        column.addWidget(self.about)
        column.addWidget(self.old)
        column.addSpacing(Space.S)
        column.addWidget(self.area, 1)

    def add_button(self, button: Button) -> None:
        """Add a way on at the end of the head."""
        self._head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)

    def show_article(self, view: ArticleView) -> None:
        """Show a version of an article from its beginning."""
        self.view = view
        self.title.set_text(view.title)
        self.about.set_text(version_words(view, self._now(), self._zone))
        self.old.set_text(tr("An older version: version {newest} is the one to go by.", newest=view.newest))
        self.old.setVisible(view.version < view.newest)
        self.older.setVisible(view.version > 1)
        self.newest.setVisible(view.version < view.newest)
        self.setAccessibleName(tr("Article {title}, version {version}", title=view.title, version=view.version))
        self._show_text(view.body)
        self.area.verticalScrollBar().setValue(0)

    def show_nothing(self) -> None:
        """Show no article."""
        self.view = None
        self.setAccessibleName(tr("Article"))
        for label in (self.title, self.about, self.old):
            label.set_text("")
        for part in (self.old, self.older, self.newest):
            part.hide()
        self._show_text("")

    def _show_text(self, body: str) -> None:
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for block in blocks_of(body):
            if block.kind is BlockKind.HEADING and self._lines.count():
                self._lines.addSpacing(Space.S)
            self._lines.addWidget(_part(block))
        self._lines.addStretch(1)

    def _show_older(self) -> None:
        if self.view is not None:
            self.version_wanted.emit(self.view.code, self.view.version - 1)

    def _show_newest(self) -> None:
        if self.view is not None:
            self.version_wanted.emit(self.view.code, self.view.newest)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scroll with arrows and Page keys, go to the beginning or the end."""
        bar = self.area.verticalScrollBar()
        page = max(_LINE, self.area.viewport().height() - _LINE)
        steps = {
            Qt.Key.Key_Down: _LINE,
            Qt.Key.Key_Up: -_LINE,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_Space: page,
            Qt.Key.Key_Home: -bar.maximum(),
            Qt.Key.Key_End: bar.maximum(),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            bar.setValue(bar.value() + step)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, and the ring while the keyboard is here."""
        super().paintEvent(event)
        if self.hasFocus():
            area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
            outline(painter_on(self), area, theme().colors.you.line, Radius.CONTROL, 2)


def version_words(view: ArticleView, now: datetime, zone: tzinfo) -> str:
    """Return which version it is, by whom and when: "Article no-heat, version 7 of 7, Nadia Rossi, yesterday 16:10"."""
    when = words.moment(view.at, now, zone) if view.at is not None else ""
    article = tr("Article {code}", code=left_to_right(view.code))
    which = (
        tr("version {version}", version=view.version)
        if view.version == view.newest
        else tr("version {version} of {newest}", version=view.version, newest=view.newest)
    )
    unsent = tr("unsent") if view.unsent else ""
    return ", ".join(part for part in (article, which, view.by, when, unsent) if part)


def _part(block: Block) -> QWidget:
    match block.kind:
        case BlockKind.HEADING:
            return SectionTitle(block.text)
        case BlockKind.WARNING:
            warned = Label(block.text, TextRole.BODY_STRONG, Voice.SOON, Flow.WRAP, icon=Icon.TRIANGLE_ALERT)
            warned.setMaximumWidth(_MEASURE)
            return warned
        case BlockKind.POINT:
            return _marked("–", block.text)
        case BlockKind.STEP:
            return _marked(f"{block.mark}.", block.text)
    text = Label(block.text, flow=Flow.WRAP)
    text.setMaximumWidth(_MEASURE)
    return text


def _marked(mark: str, text: str) -> QWidget:
    line = QWidget()
    line.setMaximumWidth(_MEASURE)
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(Space.S)
    sign = Label(mark, ink=Ink.SECONDARY)
    sign.setFixedWidth(18)
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(text, flow=Flow.WRAP), 1)
    return line
