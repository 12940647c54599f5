"""The questions about letters that go out by e-mail: can they, how does it stand, send it, try it now or stop it.

Encoded as everything in ``sync.wire`` is.
"""

from __future__ import annotations

from uuid import UUID

import msgspec

from crmdesk.domain.cases.mail import MailOffer, MailWish

BIGGEST_PDF = 4 * 1024 * 1024
"""A letter of the greatest length is far smaller."""


class AskMail(msgspec.Struct, frozen=True):
    """POST /mail/state: can letters go out by e-mail, and how does the last mail of this one stand?"""

    device_id: UUID
    letter_id: UUID


class MailReply(msgspec.Struct, frozen=True):
    """The answer to each of these questions."""

    offer: MailOffer


class AskMailSent(msgspec.Struct, frozen=True):
    """POST /mail/send: send a letter to an address of its customer. ``mail_id`` is made by the desk, so that asking
    again sends once; ``details`` is JSON, that of the step which it becomes; ``pdf`` is the letter as on paper."""

    device_id: UUID
    mail_id: UUID
    letter_id: UUID
    recipient: str
    subject: str
    details: str
    file_name: str
    pdf: bytes


class AskMailMoved(msgspec.Struct, frozen=True):
    """POST /mail/wish: try a mail now, or do not send it."""

    device_id: UUID
    mail_id: UUID
    letter_id: UUID
    wish: MailWish
