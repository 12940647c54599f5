"""Writes another version of an article, for those who lead; what is typed is kept until it is published."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import derived_id
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.knowledge.edition import ArticleView, EditionState, NewEdition, Shelf
from crmdesk.domain.language import mark, tr, tr_in
from crmdesk.runtime.desk import Desk
from crmdesk.ui.formkit.draft import DraftKeeper
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    Field,
    Flow,
    Ground,
    Label,
    Panel,
    PaneTitle,
    SavedLabel,
    SectionTitle,
    TextPane,
    muted,
)
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

KIND = "article"
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_STRUCTURE = mark("# heading   - point   1. step   ! warning. Every other line is plain text.")


def subject_of(code: str) -> UUID:
    """Return the subject of the draft of an article's next version, of a new article for an empty code."""
    return derived_id(_BEGINNING, f"article {code}")


class ArticleEditor(Panel):
    """``published`` carries the id of the version that was made, and what was done in a word."""

    published = Signal(object, str)

    def __init__(self, desk: Desk, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._desk, self._zone = desk, zone
        self._before: ArticleView | None = None
        self._on = 0
        self._keeper: DraftKeeper | None = None
        self._publishing: asyncio.Task[None] | None = None
        self.title = PaneTitle("")
        self.saved = SavedLabel()
        self.code = Field(tr("Code"), tr("no-heat"), tr("small letters, digits and hyphens; cannot be changed later"))
        self.heading = Field(tr("Title"))
        said = tr("what callers and agents say, parted by commas")
        self.keywords = Field(tr("Keywords"), tr("no heat, boiler off"), said)
        self.text = TextPane(tr("Text"), tr("What is to be done, in the order in which it is asked"))
        self.problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP, icon=Icon.CIRCLE_ALERT)
        self.withdraw_button = Button(tr("Withdraw article"), ButtonKind.DANGER)
        self.publish_button = Button(tr_in("button", "Publish"), ButtonKind.PRIMARY, Icon.CHECK)
        self._lay_out()
        for field in (self.code, self.heading, self.keywords):
            field.edited.connect(self._typed)
        self.text.edited.connect(self._typed)
        self.publish_button.clicked.connect(self.publish)
        self.withdraw_button.clicked.connect(self.withdraw)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.saved)
        over = QHBoxLayout()
        over.addWidget(SectionTitle(tr("Text")))
        over.addWidget(muted(tr(_STRUCTURE)), 1)
        foot = QHBoxLayout()
        foot.addWidget(self.withdraw_button)
        foot.addStretch(1)
        foot.addWidget(self.publish_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.M)
        column.addLayout(head)
        for field in (self.code, self.heading, self.keywords):
            column.addWidget(field)
        column.addLayout(over)
        column.addWidget(self.text, 1)
        column.addWidget(self.problem)
        column.addLayout(foot)
        self.problem.hide()

    # Opening ---------------------------------------------------------------------------------------------------------

    async def open(self, view: ArticleView | None) -> None:
        """Begin the next version of an article, or a new one (None), with what was typed of it before."""
        await self._kept()
        self._leave()
        self._before = view
        fields = {"code": "", "title": "", "keywords": "", "body": "", "version": "0"}
        if view is not None:
            keywords = ", ".join(view.keywords)
            fields |= {"code": view.code, "title": view.title, "keywords": keywords, "body": view.body}
            fields["version"] = str(view.version)
        draft = await self._desk.drafts.load(KIND, self._subject)
        if draft is not None:
            fields |= draft.fields
        self._on = int(fields["version"])
        self.title.set_text(
            tr("New article")
            if view is None
            else tr("{title}, version {version}", title=view.title, version=view.newest + 1)
        )
        self.code.setVisible(view is None)
        self.withdraw_button.setVisible(view is not None)
        self.code.set_text(fields["code"])
        self.heading.set_text(fields["title"])
        self.keywords.set_text(fields["keywords"])
        self.text.put(fields["body"])
        self.problem.hide()
        self.saved.show_ready()
        self._keeper = DraftKeeper(self._desk, KIND, self._subject, self._as_draft, self)
        self._keeper.saved.connect(self._saved)
        self._keeper.failed.connect(self._not_saved)

    def _leave(self) -> None:
        """Write nothing more of what stands here: it is kept, and another article comes."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.forget()
            keeper.deleteLater()

    @property
    def _subject(self) -> UUID:
        return subject_of(self._before.code if self._before is not None else "")

    @property
    def next_on(self) -> int:
        """Return the version after which this one is published."""
        return self._on

    # Keeping ---------------------------------------------------------------------------------------------------------

    def _typed(self, _text: str = "") -> None:
        if self._keeper is not None:
            self.saved.show_unsaved()
            self._keeper.typed()

    def _as_draft(self) -> tuple[Mapping[str, str], str]:
        fields = {
            "code": self.code.text,
            "title": self.heading.text,
            "keywords": self.keywords.text,
            "body": self.text.text,
            "version": str(self._on),
        }
        return fields, fields["title"]

    def _saved(self, at: object) -> None:
        if isinstance(at, datetime):
            self.saved.show_saved(words.clock_seconds(at, self._zone))

    def _not_saved(self, _: object) -> None:
        self.saved.show_failed(tr("Not saved, tried again"))

    async def settle(self) -> None:
        """Return when everything typed is on the disk, and what was to be published is."""
        await self._kept()
        if self._publishing is not None:
            await asyncio.wait((self._publishing,))

    async def _kept(self) -> None:
        if self._keeper is not None:
            await self._keeper.keep_now()

    # Publishing ------------------------------------------------------------------------------------------------------

    def publish(self) -> None:
        """Publish what stands here as the next version."""
        self._begin(EditionState.PUBLISHED)

    def withdraw(self) -> None:
        """Let the article be shown no more; its versions are kept, and another one can be published."""
        self._begin(EditionState.WITHDRAWN)

    def _begin(self, state: EditionState) -> None:
        if self._publishing is None or self._publishing.done():
            self._publishing = spawn(self, self._publish(state), self._mistaken)

    async def _publish(self, state: EditionState) -> None:
        code = self._before.code if self._before is not None else self.code.text.strip()
        new = NewEdition(
            Shelf.ARTICLE, code, self.heading.text, self.text.text, self.keywords.text.strip(), state=state
        )
        await self._kept()
        self.publish_button.setEnabled(False)
        try:
            made = await self._desk.knowledge.publish(new, self._on, DraftKey(KIND, self._subject))
        finally:
            self.publish_button.setEnabled(True)
        self._leave()
        self.published.emit(made, tr("Published") if state is EditionState.PUBLISHED else tr("Withdrawn"))

    async def _catch_up(self) -> None:
        """Take note of the version that came meanwhile: who publishes once more has been told of it."""
        code = self._before.code if self._before is not None else ""
        shown = await self._desk.knowledge.articles()
        self._on = next((view.version for view in shown if view.code == code), self._on)

    def _mistaken(self, mistake: UserMistake) -> None:
        said = f"{mistake.what} {mistake.next_step}".strip()
        fields = {"code": self.code, "title": self.heading}
        if mistake.field in fields and not fields[mistake.field].isHidden():
            fields[mistake.field].show_problem(said)
            fields[mistake.field].setFocus()
        else:
            self.problem.set_text(said)
            self.problem.show()
        if mistake.field == "version":
            spawn(self, self._catch_up())
