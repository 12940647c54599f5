"""A refused change written otherwise: its words to be typed anew, kept as a draft meanwhile, and sent again."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.errors import CrmdeskError, UserMistake
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.language import tr, tr_in
from crmdesk.domain.sync_state import UnsentChange
from crmdesk.ui.formkit.draft import DraftKeeper
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Button, ButtonKind, Flow, Ground, Label, Panel, PaneTitle, SavedLabel, SectionTitle, TextPane
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

DRAFT = "change"
"""The kind of the drafts of words that are written anew."""


class ChangePane(Panel):
    """Above the list while somebody writes. ``over`` tells that it was put aside or sent.

    Ctrl+Enter sends, Esc puts aside: what was typed is there again the next time.
    """

    over = Signal()

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._place = place
        self._change: UnsentChange | None = None
        self._keeper: DraftKeeper | None = None
        self.title = PaneTitle("")
        self.why = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP)
        self.saved = SavedLabel()
        self.problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP)
        self.send = Button(tr("Send again"), ButtonKind.PRIMARY, Icon.CLOUD_UPLOAD)
        self.back = Button(tr_in("button", "Back"), ButtonKind.SECONDARY)
        self.texts: dict[str, TextPane] = {}
        self._fields = QVBoxLayout()
        self._lay_out()
        place.keys.bind(commands.FINISH, self._send, self).drive(self.send)
        place.keys.bind(commands.BACK, self.put_aside, self).drive(self.back)
        self.send.clicked.connect(self._send)
        self.back.clicked.connect(self.put_aside)
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.title, 1)
        head.addWidget(self.saved)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self.back)
        foot.addWidget(self.send)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addWidget(self.why)
        column.addLayout(self._fields)
        column.addWidget(self.problem)
        column.addLayout(foot)

    async def open(self, change: UnsentChange) -> None:
        """Show the words of a refused change, or what was typed of them before."""
        if change.row_id is None or not change.wordings:
            return
        await self.closing()
        draft = await self._place.desk.drafts.load(DRAFT, change.row_id)
        typed: Mapping[str, str] = draft.fields if draft is not None else {}
        self._clear()
        self._change = change
        self.title.set_text(change.what)
        self.why.set_text(change.reason)
        self.problem.hide()
        for wording in change.wordings:
            text = TextPane(wording.label)
            text.put(typed.get(wording.field, wording.text))
            text.edited.connect(self._edited)
            self.texts[wording.field] = text
            self._fields.addWidget(SectionTitle(wording.label))
            self._fields.addWidget(text)
        self.saved.show_ready()
        self._keeper = DraftKeeper(self._place.desk, DRAFT, change.row_id, self._read, self)
        self._keeper.saved.connect(self._kept)
        self._keeper.failed.connect(self._not_kept)
        self.show()
        first = next(iter(self.texts.values()))
        first.caret_to_end()
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    async def closing(self) -> None:
        """Return when everything typed is on the disk."""
        if self._keeper is not None:
            await self._keeper.keep_now()

    def put_aside(self) -> None:
        """Go back to the list; what was typed is kept."""
        spawn(self, self._put_aside())

    async def _put_aside(self) -> None:
        keeper = self._keeper
        await self.closing()
        self._end(keeper)

    def _end(self, keeper: DraftKeeper | None) -> None:
        """Go back to the list, unless another change was opened meanwhile."""
        if keeper is self._keeper:
            self._clear()
            self.hide()
            self.over.emit()

    def _send(self) -> None:
        spawn(self, self._send_again(), self._wrong)

    async def _send_again(self) -> None:
        change, keeper = self._change, self._keeper
        if change is None or change.row_id is None or keeper is None:
            return
        fields, _ = self._read()
        await keeper.keep_now()
        await self._place.desk.sync.change(change.seq, fields, DraftKey(DRAFT, change.row_id))
        if keeper is self._keeper:
            keeper.forget()
        self._place.desk.sync.try_now()
        await self._place.desk.sync.refresh()
        self._end(keeper)

    def _wrong(self, mistake: UserMistake) -> None:
        self.problem.set_text(f"{mistake.what} {mistake.next_step}".strip())
        self.problem.show()
        wrong = self.texts.get(mistake.field)
        if wrong is not None:
            wrong.setFocus(Qt.FocusReason.OtherFocusReason)

    def _read(self) -> tuple[Mapping[str, str], str]:
        title = self._change.what if self._change is not None else ""
        return {field: text.text for field, text in self.texts.items()}, title

    def _edited(self) -> None:
        self.problem.hide()
        if self._keeper is not None:
            self.saved.show_unsaved()
            self._keeper.typed()

    def _kept(self, at: object) -> None:
        self.saved.show_saved(words.clock_seconds(at, self._place.zone))  # type: ignore[arg-type]  # a signal's object

    def _not_kept(self, error: object) -> None:
        if isinstance(error, CrmdeskError):
            self.saved.show_failed(f"{error.what} {error.next_step}".strip())

    def _clear(self) -> None:
        self._change = None
        if self._keeper is not None:
            spawn(self, self._keeper.last_words())
            self._keeper.deleteLater()
            self._keeper = None
        self.texts = {}
        while (item := self._fields.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
