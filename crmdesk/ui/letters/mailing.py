"""A letter by e-mail: to which address, how its mail stands at the server, and what can be done about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.cases.letter_views import LetterDesk, LetterToMail, LetterView
from crmdesk.domain.cases.mail import MailOffer, MailState, MailView, MailWish, next_step
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import left_to_right, tr, tr_n
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, Combo, Flow, Ink, Label, Option
from crmdesk.ui.letters.pdf import Sheet
from crmdesk.ui.letters.saving import pdf_bytes
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_EVERY_MS = 4_000
_GOES_OUT = (MailState.WAITING, MailState.HANDING_OVER)


class Mailing(QWidget):
    """``moved`` tells that the mail stands otherwise, ``failed`` carries what kept it (None: nothing any more).

    ``settle`` waits until the letter is what was typed; ``accepted`` gives how the customer accepted a settlement.
    """

    moved = Signal()
    failed = Signal(object)

    def __init__(
        self,
        place: Place,
        settle: Callable[[], Awaitable[None]],
        accepted: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._place, self._settle, self._accepted = place, settle, accepted
        self._letter: LetterView | None = None
        self._sendable = False
        self.offer = MailOffer(can=False)
        self._asking = QObject(self)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_EVERY_MS)
        self._again.timeout.connect(self._ask_again)
        self.addresses = Combo(tr("Address"))
        self.send = Button(tr("Send by e-mail"), icon=Icon.MAIL)
        self.stands = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP, Icon.MAIL)
        self.now = Button(tr("Send again"), icon=Icon.ROTATE_CW, size=ButtonSize.SMALL)
        self.stop = Button(tr("Do not send"), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self._lay_out()
        self.send.clicked.connect(self.send_letter)
        self.now.clicked.connect(self.send_again)
        self.stop.clicked.connect(self.do_not_send)
        self._show()

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(Space.S)
        above.addWidget(self.stands, 1)
        above.addWidget(self.now)
        above.addWidget(self.stop)
        below = QHBoxLayout()
        below.setSpacing(Space.S)
        below.addWidget(self.addresses, 1)
        below.addWidget(self.send)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addLayout(above)
        column.addLayout(below)

    @property
    def goes_out(self) -> bool:
        """Return whether the letter is on its way: nobody writes on it then."""
        last = self.offer.last
        return last is not None and last.state in _GOES_OUT

    def show_letter(self, letter: LetterView | None, seen: LetterDesk) -> None:
        """Ask how the mail of a letter stands, unless it went out."""
        other = self._letter is None or letter is None or self._letter.id != letter.id
        self._letter = letter
        self._sendable = letter is not None and letter.sent is None and letter.kind in seen.sendable
        chosen = self.addresses.value
        self.addresses.set_options(tuple(Option(one, left_to_right(one)) for one in seen.addresses))
        if seen.addresses:
            self.addresses.choose(chosen if chosen in seen.addresses else seen.addresses[0])
        if other:
            self._take(MailOffer(can=False))
        self._show()
        self._ask_again()

    def _ask_again(self) -> None:
        cancel_all(self._asking)
        self._again.stop()
        if self._letter is not None and self._letter.sent is None:
            spawn(self._asking, self._ask(self._letter.id))

    async def _ask(self, letter_id: UUID) -> None:
        self._take(await self._place.desk.letters.mail_of(letter_id))

    def _take(self, offer: MailOffer) -> None:
        before, self.offer = self.offer, offer
        self._show()
        if self.goes_out:
            self._again.start()
        if before.last != offer.last:
            self.moved.emit()

    # Showing ---------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        last = self.offer.last
        waits = last is not None and last.state in (*_GOES_OUT, MailState.UNKNOWN, MailState.ACCEPTED)
        there = self._letter is not None and self._letter.sent is None
        may_send = there and self._sendable and self.offer.can and self.addresses.count() > 0 and not waits
        for part in (self.addresses, self.send):
            part.setVisible(may_send)
        self.stands.setVisible(there and last is not None)
        can_move = there and last is not None and last.state in (MailState.WAITING, MailState.UNKNOWN)
        self.stop.setVisible(can_move)
        self.now.setVisible(can_move and last is not None and bool(last.attempts))
        if last is not None:
            self.now.set_words(tr("Send again") if last.state is MailState.UNKNOWN else tr("Try now"))
            said, ink = self._said(last)
            self.stands.set_ink(ink)
            self.stands.set_text(said)

    def _said(self, mail: MailView) -> tuple[str, Ink | Voice]:
        to = left_to_right(mail.recipient)
        why = " ".join(part for part in (tr(mail.reason) if mail.reason else "", _quoted(mail.reply)) if part)
        step = tr(next_step(mail.reason)) if next_step(mail.reason) else ""
        if mail.state is MailState.WAITING:
            if not mail.attempts:
                return tr("E-mail to {address}: it goes out in a moment.", address=to), Ink.SECONDARY
            when = words.moment(mail.next_at, self._place.clock.now(), self._place.zone)
            tried = tr_n("tried once", "tried {n} times", mail.attempts)
            said = tr(
                "E-mail to {address}: {tried}, next try {when}. {why}", address=to, tried=tried, when=when, why=why
            )
            return said, Voice.SOON
        if mail.state is MailState.HANDING_OVER:
            return tr("E-mail to {address}: it is being handed over.", address=to), Ink.SECONDARY
        if mail.state is MailState.ACCEPTED and not mail.reason:
            return tr("E-mail to {address}: the mail server took it.", address=to), Voice.PHONE
        told = f"{why} {step}".strip()
        if mail.state is MailState.UNKNOWN:
            told = f"{told} {tr('Message-ID {id}', id=left_to_right(mail.message_id))}"
        ink = Ink.SECONDARY if mail.state is MailState.WITHDRAWN else Voice.LATE
        return tr("E-mail to {address}: {told}", address=to, told=told), ink

    # Doing -----------------------------------------------------------------------------------------------------------

    def send_letter(self) -> None:
        """Let the server send the letter as it stands here to the chosen address."""
        if self._letter is not None and self.send.isVisible():
            spawn(self, self._send(self._letter.id, self.addresses.value, self._accepted()))

    async def _send(self, letter_id: UUID, address: str, accepted: str) -> None:
        await self._settle()
        letters = self._place.desk.letters
        try:
            letter = await letters.to_mail(letter_id, accepted)
            offer = await letters.send_mail(letter, address, await pdf_bytes(_sheet(letter)))
        except CrmdeskError as error:
            self.failed.emit(error)
            self._ask_again()
            return
        self._answered(letter_id, offer)

    def _answered(self, letter_id: UUID, offer: MailOffer) -> None:
        """Show how the mail of a letter stands, unless another letter is shown by now."""
        if self._letter is not None and self._letter.id == letter_id:
            cancel_all(self._asking)
            self.failed.emit(None)
            self._take(offer)

    def send_again(self) -> None:
        """Let the mail be tried now."""
        self._wish(MailWish.NOW)

    def do_not_send(self) -> None:
        """Let the mail not be sent."""
        self._wish(MailWish.STOP)

    def _wish(self, wish: MailWish) -> None:
        if self.offer.last is not None and self._letter is not None:
            spawn(self, self._move(self._letter.id, self.offer.last, wish))

    async def _move(self, letter_id: UUID, mail: MailView, wish: MailWish) -> None:
        try:
            offer = await self._place.desk.letters.mail_wish(mail, wish)
        except CrmdeskError as error:
            self.failed.emit(error)
            return
        self._answered(letter_id, offer)


def _sheet(letter: LetterToMail) -> Sheet:
    return Sheet(letter.house, letter.day, letter.reference, letter.words)


def _quoted(reply: str) -> str:
    return f"“{reply}”" if reply else ""
