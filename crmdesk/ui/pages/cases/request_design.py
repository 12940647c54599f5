"""What each step of a request asks for: its form, and the details that are made of what was written there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark, tr
from crmdesk.domain.money import minor_of
from crmdesk.domain.requests.days import day_written, time_written
from crmdesk.domain.requests.kinds import (
    REQUEST_OUTCOME_WORDS,
    SERVICE_OUTCOMES,
    SETTLEMENTS,
    RequestOutcome,
    RequestState,
    RequestStepKind,
)
from crmdesk.domain.requests.views import RequestView
from crmdesk.ui.formkit import FieldKind, FieldSpec, FormDesign, Need
from crmdesk.ui.kit import Option
from crmdesk.ui.pages.cases.request_commands import REQUEST_STEPS
from crmdesk.ui.pages.cases.request_words import STEP_ICONS

_K = RequestStepKind
_KEPT = mark("cannot be changed once it is written down")
Rows = tuple[tuple[FieldSpec, ...], ...]


def _words(name: str, label: str, named: str, words: str = "", need: Need = Need.REQUIRED) -> FieldSpec:
    return FieldSpec(name, label, FieldKind.WORDS, need, _KEPT, words, named=named)


def _line(name: str, label: str, named: str, words: str = "", need: Need = Need.REQUIRED) -> FieldSpec:
    return FieldSpec(name, label, FieldKind.LINE, need, words=words, named=named)


def _outcome(label: str, named: str, outcomes: tuple[RequestOutcome, ...]) -> FieldSpec:
    options = tuple(Option(one.value, REQUEST_OUTCOME_WORDS[one]) for one in outcomes)
    return FieldSpec(
        *("outcome", label, FieldKind.ONE_OF, Need.REQUIRED),
        words=mark("First letters choose"),
        options=options,
        named=named,
    )


_REASON = _words("reason", mark("Reason"), mark("the reason"))
_HOW = (
    Option("post", mark("By post")),
    Option("mail", mark("By e-mail")),
    Option("phone", mark("By phone")),
    Option("portal", mark("In the customer's account")),
)


def _proof(label: str, words: str) -> FieldSpec:
    named = mark("how")
    return FieldSpec("proof", label, FieldKind.SUGGEST, Need.REQUIRED, words=words, options=_HOW, named=named)


_ROWS: Mapping[RequestStepKind, Rows] = {
    _K.NOTED: ((_words("words", mark("Note"), mark("the note")),),),
    _K.CANCELLED: ((_REASON,),),
    _K.REOPENED: ((_REASON,),),
    _K.SENT_BACK: ((_words("reason", mark("Reason"), mark("the reason"), mark("What is to be changed")),),),
    _K.CLOSED: (
        (
            FieldSpec(
                "accepted",
                mark("It is well"),
                FieldKind.TICK,
                hint=mark("or they were silent for long enough"),
                words=mark("The customer said so"),
            ),
        ),
    ),
    _K.SCHEDULED: (
        (
            _line("day", mark("Day"), mark("the day"), "2026-12-03"),
            _line("who", mark("Who comes"), mark("who comes"), mark("Name, and the firm if it is another")),
        ),
        (
            _line("from", mark("From"), mark("from when"), "08:00"),
            _line("to", mark("To"), mark("until when"), "12:00"),
        ),
        (FieldSpec("zone", mark("Time zone"), FieldKind.LINE, hint=mark("that of the place, where it is another")),),
    ),
    _K.MISSED: ((_words("reason", mark("Reason"), mark("the reason"), mark("Who was not there, and why")),),),
    _K.PARTS_ORDERED: ((_words("words", mark("Which parts"), mark("which parts"), mark("From whom, and for when")),),),
    _K.DONE: (
        (_outcome(mark("How it ended"), mark("how it ended"), SERVICE_OUTCOMES),),
        (_words("words", mark("What was done"), mark("what was done")),),
    ),
    _K.REFUSED: ((_words("reason", mark("Reason"), mark("the reason"), mark("As the customer is told it")),),),
    _K.INSPECTED: ((_words("words", mark("How it was found"), mark("how it was found")),),),
    _K.DECIDED: (
        (_outcome(mark("What is given"), mark("what is given"), SETTLEMENTS),),
        (
            FieldSpec("amount", mark("Refund"), FieldKind.LINE, hint=mark("for money back only"), words="64.50"),
            FieldSpec("currency", mark("Currency"), FieldKind.LINE, hint=mark("three letters")),
        ),
        (_words("reason", mark("Reason"), mark("the reason"), mark("Why it is decided so")),),
    ),
    _K.SETTLED: ((_proof(mark("How it was settled"), mark("Transfer or parcel, with its number")),),),
    _K.ASKED_CUSTOMER: (
        (_words("question", mark("Question"), mark("the question"), mark("What the customer was asked for")),),
    ),
    _K.ASKED_OTHERS: (
        (_words("question", mark("Question"), mark("the question"), mark("Whom was asked, and for what")),),
    ),
    _K.ANSWER_CAME: ((_words("words", mark("What came"), mark("what came"), need=Need.OPTIONAL),),),
    _K.EXTENDED: (
        (_words("reason", mark("Reason"), mark("the reason"), mark("As the customer is told it, within the month")),),
    ),
    _K.ANSWERED: (
        (_words("words", mark("Answer"), mark("the answer"), mark("What we answered")),),
        (_proof(mark("How it was answered"), mark("By e-mail, by phone")),),
    ),
}
_LABEL = _line("label", mark("Label"), mark("the label"), mark("The number under which it comes back"))


def request_design(kind: RequestStepKind, view: RequestView) -> FormDesign | None:
    """Return the form of a step of this request, None for one that asks for nothing."""
    rows = _rows(kind, view)
    if not rows:
        return None
    command = REQUEST_STEPS[kind]
    return FormDesign(
        title=command.words,
        icon=STEP_ICONS[kind],
        finish=command.words,
        draft_kind=f"request.{kind.value}",  # not shown: names the draft
        rows=rows,
        numbered=False,
    )


def _rows(kind: RequestStepKind, view: RequestView) -> Rows:
    if kind is _K.AUTHORISED:
        out = view.in_time is False
        need = Need.REQUIRED if out else Need.OPTIONAL
        why = mark("Why it is taken although it is out of time") if out else mark("Nothing, or what was agreed")
        return ((_LABEL,), (_words("reason", mark("Reason"), mark("the reason"), why, need),))
    if kind is _K.REFUSED and view.in_time:
        although = mark("Why it is refused although it is in time")
        return (*_ROWS[kind], (_words("although", mark("Although in time"), mark("why although"), although),))
    if kind is _K.DONE and view.line.state is not RequestState.ON_SITE:
        outcome = _outcome(mark("How it ended"), mark("how it ended"), (RequestOutcome.REMOTELY,))
        return ((outcome,), *_ROWS[kind][1:])
    return _ROWS.get(kind, ())


def request_details_from(kind: RequestStepKind, values: Mapping[str, str], view: RequestView) -> dict[str, Any]:
    """Return a step's details as the life cycle asks for them; raises UserMistake at a field."""
    details: dict[str, Any] = {name: text.strip() for name, text in values.items() if text.strip()}
    if kind is _K.SCHEDULED:
        details["day"] = day_written("day", values["day"]).isoformat()
        details |= {name: time_written(name, values[name]) for name in ("from", "to")}
    if kind is _K.DECIDED:
        details |= _refund(values, view.currency)
        details.pop("amount", None)
    return details


def _refund(values: Mapping[str, str], usual: str) -> dict[str, Any]:
    typed, currency = values.get("amount", "").strip(), (values.get("currency", "").strip() or usual).upper()
    if not typed:
        return {"refund_minor": 0, "currency": ""}
    if len(currency) != len("GBP") or not currency.isascii() or not currency.isalpha():
        raise UserMistake("currency", tr("This is no currency."), tr("Write its three letters, like GBP."))
    return {"refund_minor": minor_of(typed, currency), "currency": currency}
