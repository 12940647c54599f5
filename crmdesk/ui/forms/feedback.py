"""Telling those who answer for a product what was heard about it: one line, new or as somebody else heard it too."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark, tr
from crmdesk.domain.learning.feedback import NewFeedback, Topic
from crmdesk.domain.words import count
from crmdesk.runtime.desk import Desk
from crmdesk.ui.formkit import FieldKind, FieldSpec, FormDesign, FormPane, FormSubject, Need, Prefill
from crmdesk.ui.forms import FormSpec
from crmdesk.ui.frame.commands import FEEDBACK
from crmdesk.ui.kit import Option
from crmdesk.ui.qt.keys import KeyMap
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.theme import Icon

_LONGEST_OPTION = 90
_MOST_OFFERED = 100
_NEW = "new"

DESIGN = FormDesign(
    title=mark("Tell the product team"),
    icon=Icon.MESSAGE_SQUARE,
    finish=mark("Tell them"),
    draft_kind="feedback",
    numbered=False,
    rows=(
        (
            FieldSpec(
                "product",
                mark("Product"),
                FieldKind.SUGGEST,
                Need.REQUIRED,
                words=mark("Which one it is about"),
                named=mark("product"),
            ),
        ),
        (
            FieldSpec(
                "joins",
                mark("Heard before"),
                FieldKind.ONE_OF,
                hint=mark("choose it if somebody told the same"),
                words=mark("Something new"),
                only_offered=True,
            ),
        ),
        (
            FieldSpec(
                "words",
                mark("What they should know"),
                FieldKind.WORDS,
                Need.REQUIRED,
                hint=mark("no names: the whole house reads it"),
                named=mark("what they should know"),
            ),
        ),
    ),
)


class FeedbackForm(FormPane):
    """The form; what can be joined follows the product."""

    def __init__(self, desk: Desk, keys: KeyMap, subject: FormSubject, parent: QWidget | None = None) -> None:
        self._offered_for = ""
        super().__init__(desk, keys, subject, DESIGN, parent)
        self._asking = QObject(self)
        self.body.edited.connect(self._follow_product)
        self.ready.connect(self._follow_product)

    async def prefill(self, reference: str | None) -> Prefill:
        """Return the product of the complaint or the customer, and those that are known."""
        customer, complaint = self.subject.customer_id, self.subject.record_id
        product = await self.desk.feedback.product_of(customer, complaint)
        topics = await self.desk.feedback.topics()
        known = dict.fromkeys(one.product for one in topics)
        if product:
            known = {product: None, **known}
        sources = {"product": tr("from the complaint") if complaint is not None else tr("from the card")}
        # All of them, so that what a draft had chosen is found again; those of other products go at once.
        options = {"product": tuple(Option(name, name) for name in known), "joins": _options(topics)}
        return Prefill("", {"product": product} if product else {}, options, sources)

    def _follow_product(self) -> None:
        product = self.body.values["product"].strip()
        if product != self._offered_for:
            self._offered_for = product
            cancel_all(self._asking)
            spawn(self._asking, self._offer(product))

    async def _offer(self, product: str) -> None:
        self.body.input("joins").offer(_options(await self.desk.feedback.about(product)))

    async def finish(self, values: Mapping[str, str]) -> UUID:
        """Tell it; raises UserMistake at a field."""
        for one in self.body.missing:
            raise UserMistake(one.spec.name, tr("{label} is missing.", label=one.spec.label), tr("Fill this in."))
        joins = values["joins"]
        new = NewFeedback(
            product=values["product"],
            words=values["words"],
            topic_id=UUID(joins) if joins and joins != _NEW else None,
            customer_id=self.subject.customer_id,
            interaction_id=self.subject.interaction_id,
            complaint_id=self.subject.record_id,
        )
        return await self.desk.feedback.tell(new, self.draft_key)


def _options(topics: tuple[Topic, ...]) -> tuple[Option, ...]:
    shown = topics[:_MOST_OFFERED]
    found = tuple(Option(str(one.id), f"{_shortened(one.words)} ({count(one.heard)})") for one in shown)
    return (Option(_NEW, tr("Something new")), *found) if found else ()


def _shortened(words: str) -> str:
    return words if len(words) <= _LONGEST_OPTION else f"{words[:_LONGEST_OPTION]}…"


FORM = FormSpec("feedback", FEEDBACK, FeedbackForm)
