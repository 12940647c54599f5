"""A server that could send a letter once and was refused: for pictures. See ``runtime.desk.letters.MailSource``."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from crmdesk.domain.cases import mail as reasons
from crmdesk.domain.cases.letter_views import LetterToMail
from crmdesk.domain.cases.mail import MailOffer, MailState, MailView, MailWish

_AT = datetime(2026, 12, 23, 14, 16, tzinfo=UTC)


class PaperMail:
    """Answers with one mail that was given up."""

    async def state(self, letter_id: UUID) -> MailOffer:
        """Return it."""
        message_id = f"<{letter_id.hex}.1@harbour.example>"
        reply = "550 5.1.1 User unknown in virtual mailbox table"
        to, why = "grace@example.net", reasons.NO_SUCH_ADDRESS
        state, digest = MailState.GIVEN_UP, "0" * 64
        return MailOffer(True, MailView(UUID(int=1), letter_id, state, to, 1, _AT, _AT, why, reply, message_id, digest))

    async def send(self, mail_id: UUID, letter: LetterToMail, recipient: str, pdf: bytes) -> MailOffer:
        """Return it."""
        return await self.state(letter.letter_id)

    async def wish(self, mail_id: UUID, letter_id: UUID, wish: MailWish) -> MailOffer:
        """Return it."""
        return await self.state(letter_id)
