"""The letters about one complaint: begun, written as on paper, ticked off, saved as a PDF, approved and sent."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.cases.letter_views import LetterDesk, LetterView, Sending
from crmdesk.domain.cases.letters import LETTER_WORDS, LetterKind
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError, Refused, UserMistake
from crmdesk.domain.language import ENGLISH, spoken, tr
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Chip,
    ChipSpec,
    Combo,
    Flow,
    Ink,
    Label,
    Option,
    PaneTitle,
    SavedLabel,
    scrolled,
)
from crmdesk.ui.language import own_name
from crmdesk.ui.letters.commands import MAIL, PDF, SENT
from crmdesk.ui.letters.contents import Contents
from crmdesk.ui.letters.mailing import Mailing
from crmdesk.ui.letters.paper import Paper
from crmdesk.ui.letters.pdf import Sheet
from crmdesk.ui.letters.saving import save
from crmdesk.ui.letters.sending import SendingRow
from crmdesk.ui.letters.writing import Writing
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.tasks import InTurn, spawn
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_EVERY_MS = 150
_ASIDE = 208
_CONCERN = (Kind.LETTER, Kind.COMPLAINT, Kind.COMPLAINT_STEP, Kind.REDRESS, Kind.REGIME, Kind.HOUSE_RULES)


class LetterPane(QWidget):
    """``letter`` is the one that is shown, None while there is none. ``gone`` asks to put the pane away."""

    gone = Signal()

    def __init__(self, place: Place, complaint_id: UUID, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place, self.complaint_id = place, complaint_id
        self.folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation))
        self.seen: LetterDesk | None = None
        self.letter: LetterView | None = None
        self._wanted: UUID | None = None
        self._wishes = 0
        self._reading = InTurn(self, self._read)
        self._throttle = Throttle(_EVERY_MS, self)
        self.setAccessibleName(tr("Letters"))
        self._parts()
        self._lay_out()
        self._connect()
        self._reading.ask()

    def _parts(self) -> None:
        self.title = PaneTitle(tr("Letters"))
        self.about = Label("", TextRole.SMALL, Ink.MUTED, Flow.WRAP)
        self.about.setFixedWidth(_ASIDE)
        self.chip = Chip(ChipSpec(tr("Customer will see this"), Voice.WORD, Icon.EYE))
        self.pdf = Button(tr("PDF"), icon=Icon.PRINTER, size=ButtonSize.SMALL)
        self.close_button = Button(tr("Put away"), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.which = Combo(tr("Which letter"))
        self.kind = Combo(tr("Letter to begin"))
        self.kind.setPlaceholderText(tr("Begin a letter"))
        self.language = Combo(tr("Language of the letter"))
        self.paper = Paper()
        self.contents = Contents()
        self.scrolled = scrolled(self.contents)
        self.scrolled.setFixedWidth(_ASIDE)
        self.saved = SavedLabel()
        self.approve = Button(tr("Approve letter"), ButtonKind.PRIMARY, Icon.SHIELD_CHECK)
        self.throw = Button(tr("Throw away"), ButtonKind.QUIET, size=ButtonSize.SMALL)
        self.writing = Writing(self._place, self.paper.words, self.saved, self)
        self.sending = SendingRow()
        self.mailing = Mailing(self._place, self.settle, self._accepted, self)
        self.problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP, Icon.CIRCLE_ALERT)
        self.problem.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.title, 1)
        for button in (self.chip, self.pdf, self.close_button):
            head.addWidget(button)
        choice = QHBoxLayout()
        choice.setSpacing(Space.S)
        for combo in (self.which, self.kind, self.language):
            choice.addWidget(combo, 1)
        aside = QVBoxLayout()
        aside.setSpacing(Space.M)
        aside.addWidget(self.scrolled, 1)
        aside.addWidget(self.about)
        middle = QHBoxLayout()
        middle.setSpacing(Space.M)
        middle.addWidget(self.paper, 1)
        middle.addLayout(aside)
        foot = QHBoxLayout()
        foot.addWidget(self.saved, 1)
        foot.addWidget(self.throw)
        foot.addWidget(self.approve)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(head)
        column.addLayout(choice)
        column.addLayout(middle, 1)
        column.addLayout(foot)
        column.addWidget(self.problem)
        column.addWidget(self.mailing)
        column.addWidget(self.sending)
        hidden: tuple[QWidget, ...] = (
            self.paper,
            self.scrolled,
            self.sending,
            self.mailing,
            self.which,
            self.chip,
            self.pdf,
        )
        for part in (*hidden, *self._of_one):
            part.hide()

    @property
    def _of_one(self) -> tuple[QWidget, ...]:
        return (self.saved, self.throw, self.approve)

    def _connect(self) -> None:
        self.pdf.clicked.connect(self.save_pdf)
        self.close_button.clicked.connect(self.gone)
        self.which.picked.connect(self._chosen)
        self.kind.picked.connect(self._begin_picked)
        self.contents.ticked.connect(self._tick)
        self.contents.unticked.connect(self._untick)
        self.approve.clicked.connect(self.approve_letter)
        self.throw.clicked.connect(self.throw_away)
        self.sending.sent.connect(self.mark_sent)
        self.mailing.moved.connect(self._mail_moved)
        self.mailing.failed.connect(self._say)
        self._place.keys.bind(PDF, self.save_pdf, self).drive(self.pdf)
        self._place.keys.bind(SENT, self.mark_sent, self)
        self._place.keys.bind(MAIL, self.mailing.send_letter, self)
        self._throttle.passed.connect(self._again)
        listen(self, self._place.desk.bus, Changes, self._changed)

    # Reading ---------------------------------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        if changes.touches(*_CONCERN):
            self._throttle.put(None)

    def _again(self, _nothing: object) -> None:
        self._reading.ask()

    async def read(self) -> None:
        """Read the letters again and show them; what is being typed goes on."""
        await self._reading.run()

    async def _read(self) -> None:
        self._show(await self._place.desk.letters.of(self.complaint_id))

    def _show(self, seen: LetterDesk) -> None:
        self.seen = seen
        by_id = {one.id: one for one in seen.letters}
        letter = by_id.get(self._wanted) if self._wanted is not None else None
        if letter is None and self.letter is not None and self.writing.touched:
            self._say(Refused(tr("A colleague threw this letter away."), tr("Copy what you typed before you go on.")))
            return
        if letter is None:
            letter = next(iter(seen.letters), None)
        self.which.set_options(tuple(Option(str(one.id), _named(one)) for one in seen.letters))
        self.which.setVisible(len(seen.letters) > 1)
        self.kind.set_options(tuple(Option(one.value, tr(LETTER_WORDS[one])) for one in seen.kinds))
        self.kind.setVisible(bool(seen.kinds))
        language = self.language.value or spoken()
        self.language.set_options(tuple(Option(tag, own_name(tag)) for tag in seen.languages))
        if seen.languages:
            self.language.choose(next(one for one in (language, ENGLISH, *seen.languages) if one in seen.languages))
        self.language.setVisible(bool(seen.kinds) and len(seen.languages) > 1)
        self._show_letter(seen, letter)

    def _show_letter(self, seen: LetterDesk, letter: LetterView | None) -> None:
        there = letter is not None
        for part in (self.paper, self.scrolled, self.chip, self.pdf):
            part.setVisible(there)
        self.mailing.show_letter(letter, seen)
        self.mailing.setVisible(there)
        self.sending.setVisible(letter is not None and self._may_mark(letter, seen))
        if letter is None:
            self.letter = None
            self.title.set_text(tr("Letters"))
            self.about.set_text(tr("none yet"))
            for one in self._of_one:
                one.hide()
            return
        other = self.letter is None or self.letter.id != letter.id
        self.letter = letter
        if other:
            self._turn_to(letter)
        self.which.choose(str(letter.id))
        self.title.set_text(tr(LETTER_WORDS[letter.kind]))
        self.about.set_text(tr("template {edition}", edition=letter.template))
        self.paper.show_head(seen.house, letter.day, seen.reference)
        self.writing.show_words(letter.words)
        locked = letter.sent is not None or self.mailing.goes_out
        self._lock(letter)
        self.contents.show_elements(letter.elements, len(letter.gaps), locked=locked)
        self.contents.show_redress(seen.redress, seen.total)
        now, zone = self._place.clock.now(), self._place.zone
        when = "" if letter.sent is None else words.moment(letter.sent.at, now, zone)
        self.sending.show_letter(letter.kind, letter.sent, when)
        self.throw.setVisible(not locked)
        self.saved.setVisible(not locked)
        self.approve.setVisible(seen.may_approve and letter.kind is LetterKind.FINAL_RESPONSE and not letter.approved)
        self._place.keys.refresh()

    def _lock(self, letter: LetterView) -> None:
        if letter.sent is not None:
            self.paper.words.lock(tr("This letter went out and cannot be changed."))
        elif self.mailing.goes_out:
            self.paper.words.lock(tr("This letter is on its way by e-mail. Stop that to change it."))
        else:
            self.paper.words.unlock()

    def _may_mark(self, letter: LetterView, seen: LetterDesk) -> bool:
        return letter.sent is not None or (letter.kind in seen.sendable and not self.mailing.goes_out)

    def _mail_moved(self) -> None:
        """The mail stands otherwise: what may be done with the letter does too."""
        if self.letter is not None and self.seen is not None:
            on_its_way = self.mailing.goes_out
            self._lock(self.letter)
            for part in (self.throw, self.saved):
                part.setVisible(self.letter.sent is None and not on_its_way)
            self.sending.setVisible(self._may_mark(self.letter, self.seen))

    def _accepted(self) -> str:
        return self.sending.told.accepted

    def _turn_to(self, letter: LetterView) -> None:
        """Show another letter: nothing was typed in it yet but what a draft holds."""
        self._wanted = letter.id
        self.problem.hide()
        self.sending.clear()
        self.writing.turn_to(letter.id, letter.words, tr(LETTER_WORDS[letter.kind]))

    async def settle(self) -> None:
        """Return when everything typed is the letter."""
        await self.writing.settle()

    def _chosen(self, letter_id: str) -> None:
        self._wishes += 1
        spawn(self, self._turn(UUID(letter_id), self._wishes))

    async def _turn(self, letter_id: UUID, wish: int) -> None:
        await self.settle()
        if wish == self._wishes:
            self._wanted = letter_id
            await self.read()

    # Beginning -------------------------------------------------------------------------------------------

    def _begin_picked(self, kind: str) -> None:
        self.begin(LetterKind(kind))

    def start(self, kind: LetterKind | None) -> None:
        """Begin to work: on a letter of a kind, else on the one that is shown or the choice of one."""
        if kind is not None:
            self.begin(kind)
        else:
            (self.kind if self.letter is None else self.paper.words).setFocus(Qt.FocusReason.OtherFocusReason)

    def begin(self, kind: LetterKind) -> None:
        """Begin a letter, or go on with one of this kind that did not go out."""
        self._wishes += 1
        spawn(self, self._begin(kind, self._wishes))

    async def _begin(self, kind: LetterKind, wish: int) -> None:
        await self.settle()
        letters = self._place.desk.letters
        seen = await letters.of(self.complaint_id)
        found = next((one.id for one in seen.letters if one.kind is kind and one.sent is None), None)
        try:
            begun = found or await letters.begin(self.complaint_id, kind, self.language.value or spoken())
        except CrmdeskError as error:
            self._say(error)
            return
        if wish != self._wishes:
            return  # another letter was chosen meanwhile
        self._wanted = begun
        await self.read()
        self.paper.words.setFocus(Qt.FocusReason.OtherFocusReason)

    # Ticking, approving, sending -------------------------------------------------------------------------------------

    def _tick(self, key: str) -> None:
        if self.letter is not None:
            spawn(self, self._place.desk.letters.tick(self.letter.id, key))

    def _untick(self, key: str) -> None:
        if self.letter is not None:
            spawn(self, self._place.desk.letters.untick(self.letter.id, key))

    def approve_letter(self) -> None:
        """Approve the decision with this letter."""
        if self.letter is not None:
            spawn(self, self._approve(self.letter.id))

    async def _approve(self, letter_id: UUID) -> None:
        await self.settle()
        try:
            await self._place.desk.letters.approve(letter_id)
        except CrmdeskError as error:
            self._say(error)
        else:
            self._say(None)

    def mark_sent(self) -> None:
        """Mark the letter as sent, as it stands here."""
        if self.letter is not None and self.letter.sent is None:
            spawn(self, self._send(self.letter.id, self.sending.told))

    async def _send(self, letter_id: UUID, told: Sending) -> None:
        await self.settle()
        try:
            await self._place.desk.letters.send(letter_id, told)
        except UserMistake as mistake:
            self._say(mistake)
            self.sending.ask_for_proof()
        except CrmdeskError as error:
            self._say(error)
        else:
            self._say(None)

    def throw_away(self) -> None:
        """Throw the letter away."""
        if self.letter is not None:
            spawn(self, self._throw(self.letter.id))

    async def _throw(self, letter_id: UUID) -> None:
        await self.settle()
        try:
            await self._place.desk.letters.remove(letter_id)
        except CrmdeskError as error:
            self._say(error)

    def _say(self, error: CrmdeskError | None) -> None:
        self.problem.set_text("" if error is None else f"{error.what} {error.next_step}".strip())
        self.problem.setVisible(error is not None)

    def save_pdf(self) -> None:
        """Write the letter as a PDF into the folder of downloads, to print it."""
        letter, seen = self.letter, self.seen
        if letter is not None and seen is not None:
            sheet = Sheet(seen.house, letter.day, seen.reference, self.paper.words.text)
            spawn(self, self._save_pdf(f"{seen.reference} {letter.kind.value}", sheet))

    async def _save_pdf(self, name: str, sheet: Sheet) -> None:
        await self.settle()
        try:
            path = await save(self.folder, name, sheet)
        except CrmdeskError as error:
            self._say(error)
        else:
            self._place.window.tell(tr("Saved as a PDF"), str(path))


def _named(letter: LetterView) -> str:
    name = tr(LETTER_WORDS[letter.kind])
    return tr("{letter}, sent", letter=name) if letter.sent is not None else name
