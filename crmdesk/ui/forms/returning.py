"""Registering a product return from a call: why, what, bought when; whether it may come back is said at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark, tr
from crmdesk.domain.requests.days import day_or_none
from crmdesk.domain.requests.eligibility import why
from crmdesk.domain.requests.kinds import REQUEST_OUTCOME_WORDS, RequestKind, RequestOutcome
from crmdesk.domain.requests.limits import Asked
from crmdesk.domain.requests.views import NewRequest, RequestPrefill
from crmdesk.runtime.desk import Desk
from crmdesk.ui.formkit import FieldKind, FieldSpec, FormDesign, FormSubject, Need, Prefill
from crmdesk.ui.forms import FormSpec, channel
from crmdesk.ui.forms.requests import RequestForm, plain_options, verbatim_field
from crmdesk.ui.frame.commands import RETURN
from crmdesk.ui.kit import Flow, Label, Option
from crmdesk.ui.qt.keys import KeyMap
from crmdesk.ui.qt.tasks import cancel_all, spawn
from crmdesk.ui.qt.zone import zone_name
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_WANTED = (RequestOutcome.REFUND, RequestOutcome.REPLACEMENT, RequestOutcome.REPAIR)

DESIGN = FormDesign(
    title=mark("New product return"),
    icon=Icon.UNDO_2,
    finish=mark("Register return"),
    draft_kind="request_return",
    rows=(
        (verbatim_field(mark("Why it comes back, as the customer says it")),),
        (
            FieldSpec(
                *("product", mark("Product"), FieldKind.SUGGEST, Need.REQUIRED),
                words=mark("Choose or type"),
                icon=Icon.SHIELD_CHECK,
                named=mark("product"),
            ),
            FieldSpec(
                *("category", mark("Kind of goods"), FieldKind.SUGGEST, Need.REQUIRED),
                words=mark("The house's terms go by it"),
                named=mark("kind of goods"),
            ),
        ),
        (
            FieldSpec(
                *("bought_on", mark("Bought on"), FieldKind.LINE, Need.REQUIRED),
                words="2026-03-12",
                named=mark("bought on"),
            ),
            FieldSpec("lot", mark("Lot or serial number"), FieldKind.LINE, words=mark("As on its plate")),
        ),
        (
            FieldSpec("condition", mark("Condition"), FieldKind.LINE, words=mark("As the customer says it is")),
            FieldSpec(
                *("wanted", mark("What they would have"), FieldKind.ONE_OF),
                options=tuple(Option(one.value, REQUEST_OUTCOME_WORDS[one]) for one in _WANTED),
                words=mark("First letters choose"),
            ),
        ),
        (channel.FIELD,),
    ),
)


class ReturnForm(RequestForm):
    """The form of a return; below the fields it says whether the goods may come back, and why."""

    kind = RequestKind.RETURN

    def __init__(self, desk: Desk, keys: KeyMap, subject: FormSubject, parent: QWidget | None = None) -> None:
        super().__init__(desk, keys, subject, DESIGN, parent)
        self.body.input("product").edited.connect(self._goods_of_product)
        self.body.edited.connect(self._look)
        self.ready.connect(self._look)

    def pinned(self) -> QWidget:
        """Return whether it may come back, over the deadlines."""
        below = QWidget()
        self.may = Label("", TextRole.BODY_STRONG, flow=Flow.WRAP, icon=Icon.CIRCLE_CHECK)
        self.may.hide()
        said = QVBoxLayout()
        said.setContentsMargins(Space.L, Space.S, Space.L, 0)
        said.addWidget(self.may)
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(said)
        column.addWidget(super().pinned())
        return below

    def category(self) -> str:
        """Return the kind of goods."""
        return self.body.input("category").value

    def filled(self, known: RequestPrefill) -> Prefill:
        """Return the customer's product, and what goods it is where the house's terms say so."""
        options = {"product": plain_options(known.products), "category": plain_options(known.goods)}
        goods = known.goods_of.get(known.product.casefold(), "")
        return Prefill("", {"product": known.product, "category": goods}, options, {"category": tr("by the product")})

    def _goods_of_product(self) -> None:
        """Let the goods be those of the product, until somebody says otherwise."""
        goods, category = self.known.goods_of, self.body.input("category")
        found = goods.get(self.body.input("product").value.strip().casefold(), "")
        if found and not category.touched:
            category.prefill(found, tr("by the product"))

    def _look(self) -> None:
        cancel_all(self.may)
        spawn(self.may, self._say_whether())

    async def _say_whether(self) -> None:
        try:
            bought = day_or_none("bought_on", self.body.input("bought_on").value)
        except UserMistake:  # still being typed
            bought = None
        asked = Asked(self.kind, self.category(), self.desk.clock.now(), zone_name(), bought)
        found = await self.desk.requests.eligible(asked) if bought is not None and asked.category.strip() else None
        if found is not None:
            self.may.set_text(why(found))
            self.may.set_ink(Voice.PHONE if found.in_time else Voice.SOON)
            self.may.set_icon(Icon.CIRCLE_CHECK if found.in_time else Icon.CIRCLE_ALERT)
        self.may.setVisible(found is not None)

    def made(self, values: Mapping[str, str]) -> NewRequest:
        """Return the request; raises UserMistake at the day on which it was bought."""
        bought = day_or_none("bought_on", values["bought_on"])
        if bought is None:
            raise UserMistake("bought_on", tr("It is not said when it was bought."), tr("Write it like 2026-03-12."))
        return replace(
            self.base(values, values["category"]),
            product=values["product"],
            lot=values["lot"],
            bought_on=bought,
            condition=values["condition"],
            wanted=values["wanted"],
        )


FORM = FormSpec("return", RETURN, ReturnForm)
