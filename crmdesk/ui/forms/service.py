"""Registering a service request from a call: what is wrong in their own words, what it is, where, how urgent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from crmdesk.domain.language import mark, tr
from crmdesk.domain.requests.days import day_or_none
from crmdesk.domain.requests.kinds import WORK_WORDS, RequestKind, ServiceWork
from crmdesk.domain.requests.views import NewRequest, RequestPrefill
from crmdesk.runtime.desk import Desk
from crmdesk.ui.formkit import TICKED, FieldKind, FieldSpec, FormDesign, FormSubject, Need, Prefill
from crmdesk.ui.forms import FormSpec, channel
from crmdesk.ui.forms.requests import RequestForm, plain_options, verbatim_field
from crmdesk.ui.frame.commands import SERVICE_REQUEST
from crmdesk.ui.kit import Option
from crmdesk.ui.qt.keys import KeyMap
from crmdesk.ui.requests.looks import URGENCIES
from crmdesk.ui.theme import Icon

DESIGN = FormDesign(
    title=mark("New service request"),
    icon=Icon.WRENCH,
    finish=mark("Register request"),
    draft_kind="request_service",
    rows=(
        (verbatim_field(mark("What is wrong, as the customer says it")),),
        (
            FieldSpec(
                *("category", mark("Kind of work"), FieldKind.ONE_OF, Need.REQUIRED),
                words=mark("First letters choose"),
                options=tuple(Option(one.value, words) for one, words in WORK_WORDS.items()),
                named=mark("kind of work"),
            ),
            FieldSpec(
                *("product", mark("Product or asset"), FieldKind.SUGGEST, Need.REQUIRED),
                words=mark("Choose or type"),
                icon=Icon.SHIELD_CHECK,
                named=mark("product or asset"),
            ),
        ),
        (
            FieldSpec(
                *("urgency", mark("Urgency"), FieldKind.SCALE, Need.REQUIRED),
                options=tuple(Option(str(one), words) for one, words in URGENCIES.items()),
                named=mark("urgency"),
            ),
            FieldSpec("safety", mark("Safety"), FieldKind.TICK, words=mark("Somebody may be harmed")),
        ),
        (
            FieldSpec("serial", mark("Serial or asset number"), FieldKind.LINE, words=mark("As on its plate")),
            FieldSpec("warranty_until", mark("Warranty until"), FieldKind.LINE, words="2027-03-12"),
        ),
        (
            FieldSpec("place", mark("Place"), FieldKind.LINE, words=mark("Where it stands"), icon=Icon.MAP_PIN),
            FieldSpec("wanted", mark("When somebody is in"), FieldKind.LINE, words=mark("Days and hours that suit")),
        ),
        (channel.FIELD,),
    ),
)


class ServiceForm(RequestForm):
    """The form of a service request."""

    kind = RequestKind.SERVICE

    def __init__(self, desk: Desk, keys: KeyMap, subject: FormSubject, parent: QWidget | None = None) -> None:
        super().__init__(desk, keys, subject, DESIGN, parent)

    def category(self) -> str:
        """Return the kind of work."""
        return self.body.input("category").value

    def filled(self, known: RequestPrefill) -> Prefill:
        """Return the customer's product and where they are."""
        return Prefill(
            "",
            {"product": known.product, "place": known.place, "category": ServiceWork.REPAIR.value},
            {"product": plain_options(known.products)},
            {"place": tr("from the card"), "category": tr("most are")},
        )

    def made(self, values: Mapping[str, str]) -> NewRequest:
        """Return the request; raises UserMistake at the day of the warranty."""
        return replace(
            self.base(values, values["category"]),
            product=values["product"],
            serial=values["serial"],
            place=values["place"],
            warranty_until=day_or_none("warranty_until", values["warranty_until"]),
            wanted=values["wanted"],
            urgency=int(values["urgency"] or 0),
            safety=values["safety"] == TICKED,
        )


FORM = FormSpec("service", SERVICE_REQUEST, ServiceForm)
