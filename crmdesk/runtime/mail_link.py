"""Asks the gateway about letters by e-mail, on a thread that waits for nobody who talks on the telephone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from crmdesk.domain.cases.letter_views import LetterToMail
from crmdesk.domain.cases.mail import MailOffer, MailWish
from crmdesk.runtime.asking import AskingThreads
from crmdesk.sync.mail_wire import AskMail, AskMailMoved, AskMailSent, MailReply
from crmdesk.sync.transports.http import GatewayClient


class GatewayMail:
    """See ``runtime.desk.letters.MailSource``."""

    def __init__(self, client: GatewayClient, device_id: UUID, thread: AskingThreads) -> None:
        self._client = client
        self._device_id = device_id
        self._thread = thread

    async def state(self, letter_id: UUID) -> MailOffer:
        """Return whether letters can go out, and how the last mail of this one stands."""
        return await self._ask("/mail/state", AskMail(self._device_id, letter_id))

    async def send(self, mail_id: UUID, letter: LetterToMail, recipient: str, pdf: bytes) -> MailOffer:
        """Send a letter."""
        return await self._ask("/mail/send", message_of(self._device_id, mail_id, letter, recipient, pdf))

    async def wish(self, mail_id: UUID, letter_id: UUID, wish: MailWish) -> MailOffer:
        """Try a mail now, or stop it."""
        return await self._ask("/mail/wish", AskMailMoved(self._device_id, mail_id, letter_id, wish))

    async def _ask(self, path: str, message: Any) -> MailOffer:
        reply = await self._thread.ask(self._client.ask, path, message, MailReply)
        return reply.offer


def message_of(device_id: UUID, mail_id: UUID, letter: LetterToMail, recipient: str, pdf: bytes) -> AskMailSent:
    """Return the question by which a letter is sent."""
    return AskMailSent(
        device_id=device_id,
        mail_id=mail_id,
        letter_id=letter.letter_id,
        recipient=recipient,
        subject=letter.subject,
        details=letter.details,
        file_name=f"{letter.reference}.pdf",
        pdf=pdf,
    )
