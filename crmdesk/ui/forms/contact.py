"""Writing down a contact that did not come by phone: a letter, an e-mail, from the web, a visit."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from PySide6.QtWidgets import QWidget

from crmdesk.domain.errors import Refused
from crmdesk.domain.stream import Channel, NewMessage
from crmdesk.domain.values import known
from crmdesk.runtime.desk import Desk
from crmdesk.ui.formkit import FieldKind, FieldSpec, FormDesign, FormPane, FormSubject, Need, Prefill
from crmdesk.ui.forms import FormSpec
from crmdesk.ui.frame.commands import CONTACT
from crmdesk.ui.kit import Option
from crmdesk.ui.qt.keys import KeyMap
from crmdesk.ui.theme import Icon

_THEIRS, _OURS = "theirs", "ours"

DESIGN = FormDesign(
    title="Other contact",
    icon=Icon.MAIL,
    finish="Save contact",
    draft_kind="contact",
    numbered=False,
    rows=(
        (
            FieldSpec(
                "channel",
                "How",
                FieldKind.ONE_OF,
                Need.REQUIRED,
                options=(
                    Option(Channel.LETTER.value, "Letter"),
                    Option(Channel.EMAIL.value, "E-mail"),
                    Option(Channel.WEB.value, "From the web"),
                    Option(Channel.VISIT.value, "Visit"),
                ),
                words="First letters choose",
            ),
            FieldSpec(
                "from",
                "Whose",
                FieldKind.ONE_OF,
                Need.REQUIRED,
                options=(Option(_THEIRS, "From the customer"), Option(_OURS, "From us")),
                words="First letters choose",
            ),
        ),
        (FieldSpec("subject", "What about", FieldKind.LINE, Need.REQUIRED, words="In a few words"),),
        (FieldSpec("body", "What it says", FieldKind.WORDS, hint="cannot be changed once saved"),),
        (FieldSpec("address", "To or from", FieldKind.LINE, words="The address as written"),),
    ),
)


class ContactForm(FormPane):
    """The form; without a customer there is nobody to write it down for."""

    def __init__(self, desk: Desk, keys: KeyMap, subject: FormSubject, parent: QWidget | None = None) -> None:
        super().__init__(desk, keys, subject, DESIGN, parent)

    async def prefill(self, reference: str | None) -> Prefill:
        """Return nothing: what it was is known to whoever writes it down."""
        return Prefill(reference="")

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Write it down."""
        customer_id = self.subject.customer_id
        if customer_id is None:
            raise Refused("It is not said yet whose contact this was.", "Choose the customer, then save it.")
        new = NewMessage(
            customer_id=customer_id,
            channel=known(Channel, values["channel"], Channel.LETTER),
            ours=values["from"] == _OURS,
            subject=values["subject"],
            body=values["body"],
            address=values["address"],
        )
        message = await self.desk.customers.record_message(new)
        await self.desk.drafts.discard(self.design.draft_kind, self.subject.draft_subject)
        return message


FORM = FormSpec("contact", CONTACT, ContactForm)
