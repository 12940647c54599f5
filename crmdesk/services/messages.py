"""Contacts that did not come by phone, written down by whoever had them: a letter, an e-mail, the web, a visit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from crmdesk.domain.calls.live import Direction
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import mark, tr
from crmdesk.domain.stream import Channel, NewMessage
from crmdesk.models.customer import Customer
from crmdesk.models.limits import check_length
from crmdesk.models.message import Message
from crmdesk.models.unit_of_work import UnitOfWork

_CHANNELS = {
    Channel.EMAIL: mark("Email"),
    Channel.LETTER: mark("Letter"),
    Channel.WEB: mark("Web"),
    Channel.VISIT: mark("Visit"),
}


def record(uow: UnitOfWork, new: NewMessage, at: datetime | None = None) -> UUID:
    """Write down a contact and return its id; ``at`` is when it was, None for now.

    Raises UserMistake at the field that is empty or too long.
    """
    subject, body = new.subject.strip(), new.body.strip()
    if not subject:
        raise UserMistake("subject", tr("What was it about?"), tr("A few words are enough."))
    for name, words in (("subject", subject), ("body", body), ("address", new.address)):
        check_length(name, words, getattr(Message, name))
    message = Message(
        id=new_id(),
        customer_id=new.customer_id,
        channel=new.channel.value,
        direction=(Direction.OUTBOUND if new.ours else Direction.INBOUND).value,
        address=new.address.strip(),
        subject=subject,
        body=body,
        happened_at=at or uow.clock.now(),
        author_id=uow.actor,
    )
    customer = uow.session.get(Customer, new.customer_id)
    uow.insert(
        message, tr("{what}, {name}", what=tr(_CHANNELS[new.channel]), name=customer.name if customer else subject)
    )
    return message.id
