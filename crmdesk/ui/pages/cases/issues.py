"""The issues of a complaint, each with its finding and its answer, written in place; no word typed is ever lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.domain.cases.views import IssueView
from crmdesk.domain.complaints import FINDING_WORDS, Finding, category_words
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.language import tr, tr_in
from crmdesk.domain.learning.causes import NO_TREE, Tree
from crmdesk.domain.values import known_or_none
from crmdesk.runtime.desk import Desk
from crmdesk.ui.formkit.basis import Basis
from crmdesk.ui.formkit.draft import DraftKeeper
from crmdesk.ui.frame.commands import FINISH
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Choice,
    Flow,
    Ink,
    Label,
    Option,
    Panel,
    SavedLabel,
    TextPane,
)
from crmdesk.ui.pages.cases.cause_line import CauseLine
from crmdesk.ui.qt.keys import KeyMap
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import Icon, Space, TextRole

KIND = "issue"
_HIGH = 84
_AT_ONCE, _AT_A_TIME = 8, 4
"""Cards built before the complaint is painted, and in one turn of the loop after it."""
_ANSWER, _FINDING, _CAUSE = "answer", "finding", "cause"


class IssueCard(Panel):
    """One issue. What is typed is a draft at once, and becomes the answer when the field is left, at Ctrl+Enter and
    when the complaint or the program is closed. ``kept`` tells that the answer was written."""

    kept = Signal()

    def __init__(
        self, desk: Desk, keys: KeyMap, issue: IssueView, tree: Tree = NO_TREE, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desk, self.issue, self._tree = desk, issue, tree
        self._basis = Basis(issue.answer)
        self._touched = False
        self._one_at_a_time = asyncio.Lock()
        self.words = Label("", TextRole.BODY_STRONG, flow=Flow.WRAP)
        self.about = Label("", TextRole.SMALL, Ink.MUTED)
        named = tr("Finding of issue {n}", n=issue.position)
        self.finding = Choice(named, tuple(Option(one, tr(said)) for one, said in FINDING_WORDS.items()))
        self.answer = TextPane(tr("Answer to issue {n}", n=issue.position), tr("What we answer to this"))
        self.cause = CauseLine(tr("Root cause of issue {n}", n=issue.position))
        self.remove = Button(tr("Remove issue {n}", n=issue.position), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.remove.fold_words()
        self.saved = SavedLabel()
        self.saved.hide()
        self._lay_out()
        self.keeper = DraftKeeper(desk, KIND, issue.id, self._as_draft, self)
        self.keeper.failed.connect(self._not_kept)
        self.finding.chosen.connect(self._found)
        self.answer.edited.connect(self._typed)
        self.answer.left.connect(self.keep)
        self.cause.edited.connect(self._typed)
        self.cause.left.connect(self.keep)
        self.remove.clicked.connect(self._remove)
        keys.bind(FINISH, self.keep, self)
        self._show()
        spawn(self, self._restore())

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(Space.M)
        self.finding.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for part in (self.about, self.saved):
            part.setMinimumWidth(1)  # in a narrow window the finding needs the room
        foot.addWidget(self.finding, 2)
        foot.addWidget(self.about, 1)
        foot.addWidget(self.saved)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        column.setSpacing(Space.S)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.words, 1)
        head.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(self.answer)
        column.addLayout(foot)
        column.addWidget(self.cause)
        self.answer.setFixedHeight(_HIGH)

    def show_issue(self, issue: IssueView, tree: Tree) -> None:
        """Show what is there now; what is being typed stays, and joins what a colleague wrote when it is kept."""
        self.issue, self._tree = issue, tree
        self._show()

    def _show(self) -> None:
        issue = self.issue
        self.words.set_text(tr_in("an issue", "{n}. {words}", n=issue.position, words=issue.words))
        self.about.set_text(category_words(issue.category) if issue.category else "")
        self.remove.setVisible(not self._touched and not (issue.answer or issue.finding or issue.cause))
        self.cause.offer(self._tree, issue.cause)
        if not self._touched:
            self.cause.show_kept()
            self._basis.lay(issue.answer)
            self.answer.put(issue.answer)
            self._choose(issue.finding)

    def _choose(self, finding: str) -> None:
        if known_or_none(Finding, finding) is None:
            self.finding.clear()
        else:
            self.finding.choose(finding)

    def _remove(self) -> None:
        """Take the issue away: one of which nothing was found or answered."""
        spawn(self, self._desk.cases.remove_issue(self.issue.id))

    # Typing ----------------------------------------------------------------------------------------------------------

    async def _restore(self) -> None:
        """Put back what was typed when the program ended, as unsaved."""
        draft = await self._desk.drafts.load(KIND, self.issue.id)
        if draft is None:
            return
        if self._touched:
            await self._write_what_was_kept(draft.fields)
            return
        self._touched = True
        self._basis.lay(self._basis.of_draft(draft.fields, self.issue.answer))
        self.answer.put(draft.fields.get(_ANSWER, ""))
        self._choose(draft.fields.get(_FINDING, ""))
        if _CAUSE in draft.fields:
            self.cause.put(draft.fields[_CAUSE])
        self._mark()

    async def _write_what_was_kept(self, kept: Mapping[str, str]) -> None:
        """Somebody typed before the draft was read: its words become the answer, and what is typed joins them."""
        async with self._one_at_a_time:
            found = known_or_none(Finding, kept.get(_FINDING, "") or self.issue.finding)
            if found is not None and not self.finding.value:
                self._choose(found.value)
            before = self._basis.of_draft(kept, self.issue.answer)
            try:
                await self._desk.cases.answer_issue(self.issue.id, found, kept.get(_ANSWER, ""), seen=before)
            except CrmdeskError as error:
                self._not_kept(error)

    def _as_draft(self) -> tuple[Mapping[str, str], str]:
        typed = {_ANSWER: self.answer.text, _FINDING: self.finding.value, _CAUSE: self.cause.text}
        return {**self._basis.as_draft(), **typed}, self.issue.words

    def _typed(self) -> None:
        self._touched = True
        self.keeper.typed()
        self._mark()

    def _found(self, _finding: str) -> None:
        self._typed()
        self.keep()

    def _mark(self) -> None:
        self.answer.mark_unsaved(self._touched)
        self.saved.setVisible(self._touched)
        self.about.setVisible(not self._touched)
        if self._touched:
            self.remove.hide()
        if self._touched:
            self.saved.show_unsaved()

    def keep(self) -> None:
        """Write the answer, if anything was typed."""
        if self._touched:
            spawn(self, self.settle())

    async def settle(self) -> None:
        """Return when everything typed is the answer; what cannot be written stays a draft and says why."""
        async with self._one_at_a_time:
            if self._touched:
                await self._write()

    async def _write(self) -> None:
        text, finding, cause, code = self.answer.text, self.finding.value, self.cause.text, self.cause.code
        await self.keeper.keep_now()
        # What names no cause stays a draft, with the rest: nothing that was typed is thrown away.
        draft = None if code is None else DraftKey(KIND, self.issue.id)
        self._basis.offer(text)
        try:
            found = known_or_none(Finding, finding)
            await self._desk.cases.answer_issue(self.issue.id, found, text, draft, self._basis.text, code)
        except CrmdeskError as error:
            self._basis.withdraw()
            self._not_kept(error)
            return
        self._basis.lay(text)
        if code is None:
            self.cause.say_wrong()
            self.keeper.typed()
        elif (text, finding, cause) == (self.answer.text, self.finding.value, self.cause.text):
            self._touched = False
            self._mark()
            self.kept.emit()
        else:  # typed on meanwhile: its draft is told from what stands there now
            self.keeper.typed()

    def _not_kept(self, error: CrmdeskError) -> None:
        self.about.hide()
        self.saved.show()
        self.saved.show_failed(f"{error.what} {error.next_step}".strip())


class Issues(QWidget):
    """The issues of one complaint, in their order; of many the first are there at once, the others follow while nobody
    waits for them."""

    def __init__(self, desk: Desk, keys: KeyMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._keys = desk, keys
        self.setAccessibleName(tr("Issues"))
        self.cards: dict[UUID, IssueCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.S)
        self._issues: tuple[IssueView, ...] = ()
        self._tree = NO_TREE
        self._more = QTimer(self)
        self._more.setSingleShot(True)
        self._more.timeout.connect(self._build_some)

    def show_issues(self, issues: tuple[IssueView, ...], tree: Tree = NO_TREE) -> None:
        """Show these issues, with the causes that can be chosen; a card that is already there goes on."""
        wanted = {issue.id for issue in issues}
        for gone in [id_ for id_ in self.cards if id_ not in wanted]:
            spawn(self, self._let_go(self.cards.pop(gone)))
        self._issues, self._tree = issues, tree
        for issue in issues:
            if issue.id in self.cards:
                self.cards[issue.id].show_issue(issue, tree)
        self._build(_AT_ONCE)

    def _build_some(self) -> None:
        self._build(_AT_A_TIME)

    def _build(self, most: int) -> None:
        """Build so many of the cards that are not there yet, and the others later."""
        for place, issue in enumerate(self._issues):
            if issue.id in self.cards:
                continue
            if most == 0:
                self._more.start()
                return
            most -= 1
            card = IssueCard(self._desk, self._keys, issue, self._tree)
            self.cards[issue.id] = card
            self._column.insertWidget(place, card)

    async def _let_go(self, card: IssueCard) -> None:
        """Let a card go once what was typed there is written."""
        card.hide()
        await card.settle()
        card.deleteLater()

    async def settle(self) -> None:
        """Return when everything typed here is written."""
        for card in tuple(self.cards.values()):
            await card.settle()

    def start(self) -> None:
        """Go to the first answer that is missing, else to the first."""
        self._build(len(self._issues))
        cards = tuple(self.cards.values())
        first = next((card for card in cards if not card.answer.text.strip()), cards[0] if cards else None)
        if first is not None:
            first.answer.setFocus(Qt.FocusReason.OtherFocusReason)
