"""What each step asks for: its form, and the details that are made of what was written there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.cases.views import CaseView
from crmdesk.domain.complaints import DECISIONS, OUTCOME_WORDS, REDRESS_WORDS, ComplaintState
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark, tr
from crmdesk.domain.money import minor_of
from crmdesk.ui.formkit import FieldKind, FieldSpec, FormDesign, Need
from crmdesk.ui.kit import Option
from crmdesk.ui.pages.cases.commands import REDRESS, STEPS
from crmdesk.ui.pages.cases.words import icon_of
from crmdesk.ui.theme import Icon

_HOW = (
    Option("post", mark("By post")),
    Option("mail", mark("By e-mail")),
    Option("phone", mark("By phone, read out")),
    Option("portal", mark("In the customer's account")),
)
_KEPT = mark("cannot be changed once it is written down")


def _proof() -> FieldSpec:
    how, words = mark("How it was sent"), mark("By post, with the number of the proof")
    return FieldSpec("proof", how, FieldKind.SUGGEST, Need.REQUIRED, words=words, options=_HOW, named=mark("how"))


def _reason(words: str = "") -> FieldSpec:
    name = mark("the reason")
    return FieldSpec("reason", mark("Reason"), FieldKind.WORDS, Need.REQUIRED, _KEPT, words, named=name)


def _question(words: str) -> FieldSpec:
    name = mark("the question")
    return FieldSpec("question", mark("Question"), FieldKind.WORDS, Need.REQUIRED, _KEPT, words, named=name)


def _words(label: str, named: str, need: Need = Need.REQUIRED) -> FieldSpec:
    return FieldSpec("words", label, FieldKind.WORDS, need, _KEPT, named=named)


_MONEY = (
    FieldSpec("amount", mark("Redress"), FieldKind.LINE, hint=mark("empty for none"), words="640.50"),
    FieldSpec("currency", mark("Currency"), FieldKind.LINE, hint=mark("three letters")),
)
_CUSTOMERS_WORDS = _words(mark("In the customer's own words"), mark("their words"))
_ASIDE = (
    (_reason(mark("As the customer is told it")),),
    (_proof(),),
)
_ROWS: Mapping[StepKind, tuple[tuple[FieldSpec, ...], ...]] = {
    StepKind.TRIAGED: (
        (
            FieldSpec(
                "regime",
                mark("Rules that apply"),
                FieldKind.ONE_OF,
                Need.REQUIRED,
                words=mark("First letters choose"),
                named=mark("the rules"),
            ),
        ),
    ),
    StepKind.ASKED_COMPLAINANT: ((_question(mark("What the customer was asked for")),),),
    StepKind.ASKED_THIRD_PARTY: ((_question(mark("Whom was asked, and for what")),),),
    StepKind.ANSWER_CAME: ((_words(mark("What came"), mark("what came"), Need.OPTIONAL),),),
    StepKind.ACKNOWLEDGED: ((_proof(),),),
    StepKind.PROGRESS_SENT: ((_proof(),),),
    StepKind.HOLDING_SENT: ((_proof(),),),
    StepKind.NOTED: ((_words(mark("Note"), mark("the note")),),),
    StepKind.DECISION_DRAFTED: (
        (
            FieldSpec(
                "outcome",
                mark("Decision"),
                FieldKind.ONE_OF,
                Need.REQUIRED,
                words=mark("First letters choose"),
                options=tuple(Option(one.value, OUTCOME_WORDS[one]) for one in DECISIONS),
                named=mark("the decision"),
            ),
        ),
        _MONEY,
        (_reason(mark("Why it is decided so")),),
    ),
    StepKind.SENT_BACK: ((_reason(mark("What is to be changed")),),),
    StepKind.RESPONSE_SENT: ((_proof(),),),
    StepKind.RESOLVED_EARLY: ((_words(mark("How the customer accepted it"), mark("how they accepted")),), (_proof(),)),
    StepKind.FORWARDED: _ASIDE,
    StepKind.NOT_ELIGIBLE: _ASIDE,
    StepKind.TIME_BARRED: _ASIDE,
    StepKind.DUPLICATE: (
        (
            FieldSpec(
                "of",
                mark("The other complaint"),
                FieldKind.LINE,
                Need.REQUIRED,
                words=mark("Its reference"),
                named=mark("the other complaint"),
            ),
        ),
    ),
    StepKind.WITHDRAWN: ((_CUSTOMERS_WORDS,), (_proof(),)),
    StepKind.SECOND_STAGE: ((_words(mark("What the customer says"), mark("their words"), Need.OPTIONAL),),),
    StepKind.REFERRED: (
        (FieldSpec("to", mark("To whom"), FieldKind.LINE, Need.REQUIRED, _KEPT, named=mark("to whom")),),
    ),
    StepKind.REOPENED: ((_reason(),),),
}
_ACCEPTED = (
    (
        FieldSpec(
            "accepted",
            mark("Accepted"),
            FieldKind.TICK,
            hint=mark("or they were silent for long enough"),
            words=mark("The customer accepted the answer"),
        ),
    ),
)
_DECIDED_ELSEWHERE = (
    (
        FieldSpec(
            "decision",
            mark("What the other body decided"),
            FieldKind.WORDS,
            Need.REQUIRED,
            _KEPT,
            named=mark("the decision"),
        ),
    ),
)
GIVEN = FormDesign(
    title=REDRESS.words,
    icon=Icon.HANDSHAKE,
    finish=REDRESS.words,
    draft_kind="redress",
    numbered=False,
    rows=(
        (
            FieldSpec(
                "kind",
                mark("What is given"),
                FieldKind.ONE_OF,
                Need.REQUIRED,
                words=mark("First letters choose"),
                options=tuple(Option(one.value, words) for one, words in REDRESS_WORDS.items()),
                named=mark("what is given"),
            ),
        ),
        _MONEY,
        (FieldSpec("words", mark("In words"), FieldKind.LINE),),
    ),
)
"""The form of what is given."""


def design_of(kind: StepKind, view: CaseView) -> FormDesign | None:
    """Return the form of a step of this complaint, None for one that asks for nothing."""
    rows = _rows(kind, view)
    if not rows:
        return None
    command = STEPS[kind]
    return FormDesign(
        title=command.words,
        icon=icon_of(kind),
        finish=command.words,
        draft_kind=f"step.{kind.value}",  # not shown: names the draft
        rows=rows,
        numbered=False,
    )


def _rows(kind: StepKind, view: CaseView) -> tuple[tuple[FieldSpec, ...], ...]:
    if kind is StepKind.CLOSED:
        return _DECIDED_ELSEWHERE if view.line.state is ComplaintState.REFERRED else _ACCEPTED
    if kind is StepKind.TRIAGED and view.regime:
        return ()
    return _ROWS.get(kind, ())


def details_from(kind: StepKind, values: Mapping[str, str], currency: str) -> dict[str, Any]:
    """Return a step's details as the life cycle asks for them, sums in ``currency`` where none is written; raises
    UserMistake at a field."""
    details: dict[str, Any] = {name: text.strip() for name, text in values.items() if text.strip()}
    if kind is StepKind.DECISION_DRAFTED:
        details |= money_from(values, currency)
        details.pop("amount", None)
    if kind is StepKind.RESPONSE_SENT:
        details["elements"] = []
    return details


def money_from(values: Mapping[str, str], usual: str) -> dict[str, Any]:
    """Return sum and currency of a form, the ``usual`` one where none is written and none without a sum; raises
    UserMistake at the field."""
    typed, currency = values.get("amount", "").strip(), (values.get("currency", "").strip() or usual).upper()
    if not typed:
        return {"redress_minor": 0, "currency": ""}
    if len(currency) != len("GBP") or not currency.isascii() or not currency.isalpha():
        raise UserMistake("currency", tr("This is no currency."), tr("Write its three letters, like GBP."))
    return {"redress_minor": minor_of(typed, currency), "currency": currency}
