"""The desk's door to letters about complaints, and to redress once it was put down."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from crmdesk.domain.cases.letter_views import LetterDesk, LetterToMail, Sending
from crmdesk.domain.cases.letters import LetterKind
from crmdesk.domain.cases.mail import MailOffer, MailView, MailWish, checked_address
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.ids import new_id
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.language import tr
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.database import Database
from crmdesk.services import drafts, letters, redress
from crmdesk.services.letter_facts import TemplatesInForce
from crmdesk.services.rules import RulesInForce


class MailSource(Protocol):
    """Whoever sends: the server. Every method raises Unavailable without an answer, Refused for a no."""

    async def state(self, letter_id: UUID) -> MailOffer:
        """Return whether letters can go out, and how the last mail of this one stands."""
        ...

    async def send(self, mail_id: UUID, letter: LetterToMail, recipient: str, pdf: bytes) -> MailOffer:
        """Send a letter."""
        ...

    async def wish(self, mail_id: UUID, letter_id: UUID, wish: MailWish) -> MailOffer:
        """Try a mail now, or stop it."""
        ...


class LettersDesk:
    """Writing, ticking off, approving and sending letters. Changes are published as ``Changes`` of ``Kind.LETTER``,
    ``Kind.COMPLAINT_STEP`` and ``Kind.REDRESS``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mail: MailSource | None = None
        self._rules = RulesInForce()
        self._templates = TemplatesInForce()

    def reach(self, source: MailSource | None) -> None:
        """Ask there about e-mail from now on."""
        self._mail = source

    def _reached(self) -> MailSource:
        if self._mail is None:
            what = tr("E-mail goes out from the server, which cannot be reached.")
            raise Unavailable(what, tr("Print the letter, or try again later."))
        return self._mail

    async def mail_of(self, letter_id: UUID) -> MailOffer:
        """Return whether letters can go out by e-mail, and how the last mail of this one stands; they cannot while the
        server is not reached, or does not have the letter yet."""
        try:
            return await self._reached().state(letter_id)
        except (Unavailable, Refused):
            return MailOffer(can=False)

    async def to_mail(self, letter_id: UUID, accepted: str) -> LetterToMail:
        """Return a letter as it is to go out by e-mail; raises as ``approve`` does."""
        return await self._database.read(lambda uow: letters.to_mail(uow, self._rules.book(uow), letter_id, accepted))

    async def send_mail(self, letter: LetterToMail, recipient: str, pdf: bytes) -> MailOffer:
        """Let the server send a letter, once, and return how its mail stands.

        Raises UserMistake for an address that is none, Unavailable without an answer, Refused for a no.
        """
        checked_address(recipient)
        return await self._reached().send(new_id(), letter, recipient, pdf)

    async def mail_wish(self, mail: MailView, wish: MailWish) -> MailOffer:
        """Try a mail now, or stop it; raises Unavailable and Refused as ``send_mail`` does."""
        return await self._reached().wish(mail.id, mail.letter_id, wish)

    async def of(self, complaint_id: UUID) -> LetterDesk:
        """Return the letters about a complaint; raises Refused when this desk does not hold it any more."""
        return await self._database.read(self._of, complaint_id)

    def _of(self, uow: UnitOfWork, complaint_id: UUID) -> LetterDesk:
        return letters.desk_of(uow, self._rules.book(uow), self._templates.all(uow), complaint_id)

    async def begin(self, complaint_id: UUID, kind: LetterKind, language: str) -> UUID:
        """Begin a letter with the words of its template and return its id; raises Refused where it has none, or where
        the complaint does not stand where it could be begun."""
        return await self._database.write(self._begin, complaint_id, kind, language)

    def _begin(self, uow: UnitOfWork, complaint_id: UUID, kind: LetterKind, language: str) -> UUID:
        return letters.begin(uow, self._rules.book(uow), self._templates.all(uow), complaint_id, kind, language)

    async def write(self, letter_id: UUID, words: str, seen: str | None = None, draft: DraftKey | None = None) -> None:
        """Keep a letter's words; its ``draft`` is gone with that. ``seen`` stood there when they were begun: what
        others wrote since is kept beside them. Raises UserMistake for one that is too long, Refused for one that went
        out."""
        await self._database.write(drafts.turned_into, draft, self._write, letter_id, words, seen)

    def _write(self, uow: UnitOfWork, letter_id: UUID, words: str, seen: str | None) -> None:
        letters.write(uow, self._rules.book(uow), letter_id, words, seen)

    async def tick(self, letter_id: UUID, key: str) -> None:
        """Say that a letter contains an element; raises Refused for one that went out."""
        await self._database.write(lambda uow: letters.tick(uow, self._rules.book(uow), letter_id, key))

    async def untick(self, letter_id: UUID, key: str) -> None:
        """Say that a letter does not contain an element; raises Refused for one that went out."""
        await self._database.write(lambda uow: letters.untick(uow, self._rules.book(uow), letter_id, key))

    async def remove(self, letter_id: UUID) -> None:
        """Throw a letter away; raises Refused for one that went out."""
        await self._database.write(lambda uow: letters.remove(uow, self._rules.book(uow), letter_id))

    async def approve(self, letter_id: UUID) -> UUID:
        """Approve the decision with the letter that tells it and return the step's id; raises Refused for a letter that
        is not whole, NotAllowed where the life cycle does not let it follow."""
        return await self._database.write(lambda uow: letters.approve(uow, self._rules.book(uow), letter_id))

    async def send(self, letter_id: UUID, sending: Sending, draft: DraftKey | None = None) -> UUID:
        """Say that a letter went out and return the step's id; its ``draft`` is gone with that. Raises as ``approve``
        does, and UserMistake at ``proof`` where none is told."""
        return await self._database.write(drafts.turned_into, draft, self._send, letter_id, sending)

    def _send(self, uow: UnitOfWork, letter_id: UUID, sending: Sending) -> UUID:
        return letters.send(uow, self._rules.book(uow), letter_id, sending)

    async def take_redress_away(self, redress_id: UUID) -> None:
        """Take redress away again; raises Refused for one that was paid."""
        await self._database.write(lambda uow: redress.take_away(uow, self._rules.book(uow), redress_id))

    async def redress_paid(self, redress_id: UUID) -> None:
        """Say that redress was paid now; raises Refused for one that was paid before, NotAllowed for more than one
        person may pay before it was approved."""
        await self._database.write(lambda uow: redress.paid(uow, self._rules.book(uow), redress_id))
