"""What a complaint is about: the customer's own words, what they want, the issues, and what is given."""

from __future__ import annotations

from collections.abc import Awaitable
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import money
from crmdesk.domain.attachments.views import CaseKind, CaseRef
from crmdesk.domain.cases.views import CaseView, RedressView
from crmdesk.domain.complaints import REDRESS_WORDS, RedressKind
from crmdesk.domain.errors import CrmdeskError, UserMistake
from crmdesk.domain.language import tr, tr_in, unturned
from crmdesk.domain.routing.sentences import came_words
from crmdesk.domain.values import known_or_none
from crmdesk.domain.words import dated
from crmdesk.ui.attachments.pane import AttachmentsPane
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import (
    Align,
    Button,
    ButtonKind,
    ButtonSize,
    Flow,
    Ink,
    Label,
    LineEdit,
    Panel,
    SectionTitle,
    label_row,
)
from crmdesk.ui.letters.amounts import amount_line, amount_of
from crmdesk.ui.pages.cases.issues import Issues
from crmdesk.ui.pages.cases.quoted import Quoted
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import Icon, Space, TextRole


class RedressLine(QWidget):
    """A line of what is given: taken away again, or marked as paid by a second press, since that stays."""

    pay = Signal(object)
    away = Signal(object)

    def __init__(self, one: RedressView, paid: str) -> None:
        super().__init__()
        self._id = one.id
        self._asked = False
        name = _named(one)
        self.take_away = Button(tr("Take away: {what}", what=name), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.paid = Button(tr("Mark as paid: {what}", what=name), ButtonKind.QUIET, Icon.CHECK, size=ButtonSize.SMALL)
        for button in (self.take_away, self.paid):
            button.fold_words()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.XS)
        row.addWidget(Label(name, TextRole.BODY), 1)
        if paid:
            row.addWidget(Label(paid, TextRole.SMALL, Ink.SECONDARY))
        row.addWidget(self.paid)
        row.addWidget(self.take_away)
        self.sum = Label(amount_of(one) if one.amount_minor else "", TextRole.BODY, align=Align.TRAILING)
        keeps_room = self.sum.sizePolicy()
        keeps_room.setRetainSizeWhenHidden(True)
        self.sum.setSizePolicy(keeps_room)
        if not one.amount_minor:
            self.sum.hide()
        row.addSpacing(Space.XS)
        row.addWidget(self.sum)
        if paid:
            self.take_away.hide()
        if paid or not one.amount_minor:
            self.paid.hide()
        self.take_away.clicked.connect(self._unwanted)
        self.paid.clicked.connect(self._pressed)

    def _unwanted(self) -> None:
        self.away.emit(self._id)

    def _pressed(self) -> None:
        if self._asked:
            self.pay.emit(self._id)
            return
        self._asked = True
        self.paid.set_words(tr("It was paid, and that stays"))
        self.paid.unfold_words()


class RedressList(Panel):
    """What is given, line by line, with the sum of each currency below. ``wanted`` asks to put down more."""

    wanted = Signal()

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place
        self._given: tuple[RedressView, ...] | None = None
        self._lines: list[QWidget] = []
        self.lines: list[RedressLine] = []
        self.problem = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self.problem.hide()
        self.add = Button(tr("Put down redress"), ButtonKind.QUIET, Icon.PLUS, size=ButtonSize.SMALL)
        given = QWidget()
        self._column = QVBoxLayout(given)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.XS)
        foot = QHBoxLayout()
        foot.addWidget(self.add)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        column.setSpacing(Space.S)
        column.addWidget(given)
        column.addWidget(self.problem)
        column.addLayout(foot)
        self.add.clicked.connect(self.wanted)

    def show_redress(self, given: tuple[RedressView, ...]) -> None:
        """Show what is given; lines that stand as they stood keep the keyboard."""
        if given == self._given:
            return
        self._given = given
        self.problem.hide()
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self.lines = [RedressLine(one, self._paid_words(one)) for one in given]
        widest = max((line.sum.sizeHint().width() for line in self.lines), default=0)
        for shown in self.lines:
            shown.sum.setFixedWidth(widest)  # the buttons before the sums stand below one another
            shown.pay.connect(self._pay)
            shown.away.connect(self._take_away)
        self._lines = [*self.lines]
        totals: dict[str, int] = {}
        for one in given:
            totals[one.currency] = totals.get(one.currency, 0) + one.amount_minor
        self._lines += [
            amount_line(tr("Total"), money.said(total, currency), TextRole.BODY_STRONG)
            for currency, total in totals.items()
            if total and len(given) > 1
        ]
        for line in self._lines:
            self._column.addWidget(line)

    def _paid_words(self, one: RedressView) -> str:
        if one.paid_at is None:
            return ""
        today = self._place.clock.now().astimezone(self._place.zone).date()
        return tr("paid {day}", day=dated(one.paid_at.astimezone(self._place.zone).date(), today))

    def _pay(self, id_: UUID) -> None:
        spawn(self, self._done(self._place.desk.letters.redress_paid(id_)))

    def _take_away(self, id_: UUID) -> None:
        spawn(self, self._done(self._place.desk.letters.take_redress_away(id_)))

    async def _done(self, doing: Awaitable[None]) -> None:
        try:
            await doing
        except CrmdeskError as error:
            self.problem.set_text(f"{error.what} {error.next_step}".strip())
            self.problem.show()


def _named(one: RedressView) -> str:
    kind = known_or_none(RedressKind, one.kind)
    name = tr(REDRESS_WORDS[kind]) if kind is not None else one.kind
    return tr_in("what is given", "{kind}: {words}", kind=name, words=one.words) if one.words else name


class About(QWidget):
    """Everything about one complaint that is no step. ``redress_wanted`` asks for the form."""

    redress_wanted = Signal()

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = place
        self._view: CaseView | None = None
        self._begun: dict[UUID, str] = {}
        self.quoted = Quoted()
        self.came = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.wants = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.behalf = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.told = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP, Icon.HEART_PULSE)
        self.issues = Issues(place.desk, place.keys)
        self.more = LineEdit(tr("Add an issue"), Icon.PLUS)
        self.problem = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP)
        self.problem.hide()
        self.redress = RedressList(place)
        self.told_title = SectionTitle(tr("Product team"))
        self.product_team = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP, Icon.MESSAGE_SQUARE)
        self.files = AttachmentsPane(place.desk, place.keys)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, Space.S, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(label_row(tr("In their own words"), tr("cannot be changed")))
        for part in (self.quoted, self.came, self.wants, self.behalf, self.told):
            column.addWidget(part)
        column.addSpacing(Space.XS)
        column.addWidget(self.files)
        column.addSpacing(Space.XS)
        column.addLayout(label_row(tr("Issues"), tr("each gets its own finding and answer")))
        column.addWidget(self.issues)
        column.addWidget(self.more)
        column.addWidget(self.problem)
        column.addSpacing(Space.XS)
        column.addWidget(SectionTitle(tr("Redress")))
        column.addWidget(self.redress)
        column.addWidget(self.told_title)
        column.addWidget(self.product_team)
        column.addStretch(1)
        self.more.returnPressed.connect(self._add)
        self.redress.wanted.connect(self.redress_wanted)

    def show_about(self, view: CaseView) -> None:
        """Show a complaint; an issue that was begun about another one stays with that one."""
        if self._view is not None and self._view.line.id != view.line.id:
            self._begun[self._view.line.id] = self.more.text()
            self.more.setText(self._begun.pop(view.line.id, ""))
            self.problem.hide()
        self._view = view
        self.quoted.words.set_text(tr_in("the customer's own words", "“{words}”", words=view.verbatim))
        came = came_words(view.channel)
        _say(self.came, tr("How it came: {channel}", channel=came) if came else "")
        _say(self.wants, tr("Would put it right: {words}", words=view.desired_remedy) if view.desired_remedy else "")
        _say(self.behalf, tr("On behalf of {name}", name=view.on_behalf_of) if view.on_behalf_of else "")
        basis = view.vulnerability_basis
        _say(self.told, tr("They told us: {words}", words=unturned(basis)) if basis else "")
        self.issues.show_issues(view.issues, view.tree)
        self.redress.show_redress(view.redress)
        _say(self.product_team, _told(view))
        self.told_title.setVisible(bool(view.told))
        self.files.show_of(CaseRef(CaseKind.COMPLAINT, view.line.id))

    def _add(self) -> None:
        if self._view is not None:
            spawn(self, self._write(self._view.line.id, self.more.text()))

    async def _write(self, complaint_id: UUID, words: str) -> None:
        try:
            await self._place.desk.cases.add_issue(complaint_id, words)
        except UserMistake as mistake:
            if not self._is_at(complaint_id):
                raise
            self._mistaken(mistake)
            return
        if self._begun.get(complaint_id) == words:
            del self._begun[complaint_id]
        if self._is_at(complaint_id):
            self.problem.hide()
            if self.more.text() == words:
                self.more.clear()

    def _is_at(self, complaint_id: UUID) -> bool:
        return self._view is not None and self._view.line.id == complaint_id

    def _mistaken(self, mistake: UserMistake) -> None:
        self.problem.set_text(f"{mistake.what} {mistake.next_step}".strip())
        self.problem.show()


def _told(view: CaseView) -> str:
    """Return what the product team was told from this complaint, and what they answered."""
    lines = []
    for topic in view.told:
        own = (one.words for one in topic.voices if one.complaint_id == view.line.id)
        lines += [tr("Told: {words}", words=unturned(" ".join(words.split()))) for words in own]
        lines += [
            tr("{name} answered: {words}", name=one.by or tr("Product team"), words=unturned(one.words))
            for one in topic.answers
        ]
    return "\n".join(lines)


def _say(label: Label, words: str) -> None:
    label.set_text(words)
    label.setVisible(bool(words))
