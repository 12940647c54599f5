"""Writing down a contact that did not come by phone: a letter, an e-mail, from the web, a visit."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from PySide6.QtWidgets import QWidget

from crmdesk.domain.errors import Refused
from crmdesk.domain.language import mark, tr
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
    title=mark("Other contact"),
    icon=Icon.MAIL,
    finish=mark("Save contact"),
    draft_kind="contact",
    numbered=False,
    rows=(
        (
            FieldSpec(
                "channel",
                mark("How"),
                FieldKind.ONE_OF,
                Need.REQUIRED,
                options=(
                    Option(Channel.LETTER.value, mark("Letter")),
                    Option(Channel.EMAIL.value, mark("E-mail")),
                    Option(Channel.WEB.value, mark("From the web")),
                    Option(Channel.VISIT.value, mark("Visit")),
                ),
                words=mark("First letters choose"),
                named=mark("how"),
            ),
            FieldSpec(
                "from",
                mark("Whose"),
                FieldKind.ONE_OF,
                Need.REQUIRED,
                options=(Option(_THEIRS, mark("From the customer")), Option(_OURS, mark("From us"))),
                words=mark("First letters choose"),
                named=mark("whose"),
            ),
        ),
        (
            FieldSpec(
                "subject",
                mark("What about"),
                FieldKind.LINE,
                Need.REQUIRED,
                words=mark("In a few words"),
                named=mark("what about"),
            ),
        ),
        (FieldSpec("body", mark("What it says"), FieldKind.WORDS, hint=mark("cannot be changed once saved")),),
        (FieldSpec("address", mark("To or from"), FieldKind.LINE, words=mark("The address as written")),),
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
            raise Refused(tr("It is not said yet whose contact this was."), tr("Choose the customer, then save it."))
        new = NewMessage(
            customer_id=customer_id,
            channel=known(Channel, values["channel"], Channel.LETTER),
            ours=values["from"] == _OURS,
            subject=values["subject"],
            body=values["body"],
            address=values["address"],
        )
        return await self.desk.customers.record_message(new, self.draft_key)


FORM = FormSpec("contact", CONTACT, ContactForm)
