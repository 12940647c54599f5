"""Registering a complaint from a call: the customer's own words first, the rest prefilled or one key each."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from PySide6.QtWidgets import QWidget

from crmdesk.domain.complaints import NewComplaint, category_words
from crmdesk.domain.language import mark, tr, tr_n
from crmdesk.runtime.desk import Desk
from crmdesk.ui.formkit import TICKED, FieldKind, FieldSpec, FormDesign, FormPane, FormSubject, Need, Prefill
from crmdesk.ui.forms import FormSpec
from crmdesk.ui.frame.commands import COMPLAINT
from crmdesk.ui.kit import Option
from crmdesk.ui.qt.keys import KeyMap
from crmdesk.ui.qt.zone import zone_name
from crmdesk.ui.theme import Icon

SEVERITIES = (
    Option("1", mark("Slight")),
    Option("2", mark("Minor")),
    Option("3", mark("Medium")),
    Option("4", mark("High")),
    Option("5", mark("Grave")),
)
"""The words of ``NewComplaint.severity``."""

DESIGN = FormDesign(
    title=mark("New complaint"),
    icon=Icon.SCALE,
    finish=mark("Register complaint"),
    draft_kind="complaint",
    rows=(
        (
            FieldSpec(
                "verbatim",
                mark("In their own words"),
                FieldKind.WORDS,
                Need.REQUIRED,
                hint=mark("cannot be changed once registered"),
                words=mark("What the customer said, as they said it"),
                named=mark("in their own words"),
            ),
        ),
        (
            FieldSpec(
                "product",
                mark("Product"),
                FieldKind.SUGGEST,
                Need.REQUIRED,
                words=mark("Choose or type"),
                icon=Icon.SHIELD_CHECK,
                named=mark("product"),
            ),
            FieldSpec(
                "category",
                mark("Category"),
                FieldKind.ONE_OF,
                Need.REQUIRED,
                words=mark("First letters choose"),
                named=mark("category"),
            ),
        ),
        (
            FieldSpec(
                "severity",
                mark("Severity"),
                FieldKind.SCALE,
                Need.REQUIRED,
                options=SEVERITIES,
                named=mark("severity"),
            ),
            FieldSpec("safety", mark("Safety"), FieldKind.TICK, words=mark("Somebody may be harmed")),
        ),
        (FieldSpec("desired_remedy", mark("What would put it right"), FieldKind.LINE, words=mark("In a few words")),),
    ),
)


class ComplaintForm(FormPane):
    """The complaint form; beside the words it says how many sentences came from the note."""

    def __init__(self, desk: Desk, keys: KeyMap, subject: FormSubject, parent: QWidget | None = None) -> None:
        self._sentences = 0
        super().__init__(desk, keys, subject, DESIGN, parent)

    @property
    def taken_over(self) -> tuple[str, str]:
        """How many sentences came from the note."""
        count = self._sentences
        came = tr_n("One sentence came from your note", "{n} sentences came from your note", count)
        how = tr("Words in “quotation marks” are taken over. The rest you type here.")
        return came if count else tr("Nothing came from your note"), how

    async def prefill(self, reference: str | None) -> Prefill:
        """Return reference, product and the words in quotation marks of the note."""
        subject = self.subject
        known = await self.desk.complaints.prefill(subject.interaction_id, subject.customer_id, subject.note, reference)
        self._sentences = len(known.verbatim.splitlines())
        return Prefill(
            reference=known.reference,
            values={"verbatim": known.verbatim, "product": known.product},
            sources={"verbatim": tr_n("{n} sentence from your note", "{n} sentences from your note", self._sentences)},
            options={
                "product": tuple(Option(product, product) for product in known.products),
                "category": tuple(Option(category, category_words(category)) for category in known.categories),
            },
        )

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Register the complaint."""
        severity = values["severity"]
        new = NewComplaint(
            reference=self.reference,
            customer_id=self.subject.customer_id,
            interaction_id=self.subject.interaction_id,
            product=values["product"],
            category=values["category"],
            severity=int(severity) if severity else 0,
            verbatim=values["verbatim"],
            desired_remedy=values["desired_remedy"],
            safety=values["safety"] == TICKED,
            received_zone=zone_name(),
        )
        return await self.desk.complaints.register(new, self.draft_key)


FORM = FormSpec("complaint", COMPLAINT, ComplaintForm)
