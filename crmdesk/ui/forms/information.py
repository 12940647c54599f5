"""Registering an information request from a call: the question, and what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtWidgets import QWidget

from crmdesk.domain.language import mark
from crmdesk.domain.requests.kinds import TOPIC_WORDS, RequestKind
from crmdesk.domain.requests.views import NewRequest, RequestPrefill
from crmdesk.runtime.desk import Desk
from crmdesk.ui.formkit import FieldKind, FieldSpec, FormDesign, FormSubject, Need, Prefill
from crmdesk.ui.forms import FormSpec, channel
from crmdesk.ui.forms.requests import RequestForm, plain_options, verbatim_field
from crmdesk.ui.frame.commands import QUESTION
from crmdesk.ui.kit import Option
from crmdesk.ui.qt.keys import KeyMap
from crmdesk.ui.theme import Icon

DESIGN = FormDesign(
    title=mark("New information request"),
    icon=Icon.INFO,
    finish=mark("Register question"),
    draft_kind="request_information",
    rows=(
        (verbatim_field(mark("The question, as the customer asks it")),),
        (
            FieldSpec(
                *("category", mark("What they ask about"), FieldKind.ONE_OF, Need.REQUIRED),
                words=mark("First letters choose"),
                options=tuple(Option(one.value, words) for one, words in TOPIC_WORDS.items()),
                named=mark("what they ask about"),
            ),
            FieldSpec("product", mark("Product"), FieldKind.SUGGEST, words=mark("Choose or type, or leave it empty")),
        ),
        (
            FieldSpec("wanted", mark("How to answer"), FieldKind.LINE, words=mark("By e-mail, by post, call back")),
            channel.FIELD,
        ),
    ),
)


class InformationForm(RequestForm):
    """The form of an information request: what it asks for decides which time limit holds."""

    kind = RequestKind.INFORMATION

    def __init__(self, desk: Desk, keys: KeyMap, subject: FormSubject, parent: QWidget | None = None) -> None:
        super().__init__(desk, keys, subject, DESIGN, parent)
        self.body.input("category").edited.connect(self.reckon)

    def category(self) -> str:
        """Return what is asked for."""
        return self.body.input("category").value

    def filled(self, known: RequestPrefill) -> Prefill:
        """Return what can be chosen: a question is about anything, so nothing is filled in."""
        return Prefill("", {}, {"product": plain_options(known.products)})

    def made(self, values: Mapping[str, str]) -> NewRequest:
        """Return the request."""
        return replace(self.base(values, values["category"]), product=values["product"], wanted=values["wanted"])


FORM = FormSpec("information", QUESTION, InformationForm)
