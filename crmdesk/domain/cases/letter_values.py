"""What a letter's template can tell: the values of a complaint, in the language of the letter.

A letter is written in its own language, whichever the desk speaks. Dates, sums and kinds of redress come from
``resources/letters/words/*.toml``, one file for a language; one that is not there is written as in English.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from crmdesk.domain.complaints import Finding, RedressKind
from crmdesk.domain.money import decimals_of
from crmdesk.domain.quick import dataclass
from crmdesk.domain.shipped import shipped
from crmdesk.domain.sla.regime_letters import Ombudsman

Shape: TypeAlias = "str | Mapping[str, Shape] | tuple[Shape]"
"""What a value holds: words, named values, or a list of one shape."""

VALUES: Mapping[str, Shape] = {
    "house": "",
    "handler": "",
    "today": "",
    "salutation": "",
    "customer": "",
    "reference": "",
    "received": "",
    "product": "",
    "stage": "",
    "regime": "",
    "answer_by": "",
    "issues": ({"words": "", "answer": "", "upheld": "", "rejected": ""},),
    "outcome": "",
    "reasons": "",
    "redress": ({"what": "", "amount": ""},),
    "total": "",
    "ombudsman": {"name": "", "web": "", "months": "", "waiver": ""},
}
"""The values of a template by their names. ``customer`` is empty where nobody is named; ``answer_by`` where no time
limit runs; ``outcome`` is a ``complaints.Outcome`` value, empty until it is decided; ``total`` empty where no money is
given; ``ombudsman`` nothing where the rules name nobody."""


_PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class LetterIssue:
    """An issue with what was found of it (None: nothing yet) and what is answered."""

    words: str
    finding: Finding | None
    answer: str


@dataclass(frozen=True, slots=True)
class LetterRedress:
    """Something that is given: its kind (None: a sum that nobody parted), words of its own (empty: the kind's), and the
    sum in the smallest unit."""

    kind: RedressKind | None
    words: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What is known of a complaint when a letter about it begins. ``received``, ``today`` and ``answer_by`` (None: no
    limit runs) are days of the house."""

    house: str
    handler: str
    today: date
    customer: str
    reference: str
    received: date
    product: str
    stage: int
    regime: str
    answer_by: date | None
    issues: Sequence[LetterIssue]
    outcome: str
    reasons: str
    redress: Sequence[LetterRedress]
    ombudsman: Ombudsman | None


@dataclass(frozen=True, slots=True)
class _Words:
    """How a language writes days, sums and what is given."""

    months: tuple[str, ...]
    day: str
    thousands: str
    decimal: str
    sum: str
    salutation: str
    nobody: str
    numbers: Mapping[str, str]
    redress: Mapping[str, str]


def values_of(facts: LetterFacts, language: str) -> dict[str, Any]:
    """Return the values of a template, in a language."""
    words = _words(language)
    who = facts.ombudsman
    money: dict[str, int] = {}
    for one in facts.redress:
        money[one.currency] = money.get(one.currency, 0) + one.amount_minor
    return {
        "house": facts.house,
        "handler": facts.handler,
        "today": _day(facts.today, words),
        "salutation": words.salutation.format(name=facts.customer) if facts.customer else words.nobody,
        "customer": facts.customer,
        "reference": facts.reference,
        "received": _day(facts.received, words),
        "product": facts.product,
        "stage": facts.stage,
        "regime": facts.regime,
        "answer_by": "" if facts.answer_by is None else _day(facts.answer_by, words),
        "issues": [
            {
                "words": one.words,
                "answer": one.answer.strip(),
                "upheld": one.finding is Finding.UPHELD,
                "rejected": one.finding is Finding.NOT_UPHELD,
            }
            for one in facts.issues
        ],
        "outcome": facts.outcome,
        "reasons": facts.reasons,
        "redress": [
            {
                "what": one.words or words.redress[_PAYMENT if one.kind is None else one.kind.value],
                "amount": _sum(one.amount_minor, one.currency, words) if one.amount_minor else "",
            }
            for one in facts.redress
        ],
        "total": " + ".join(_sum(sum_, currency, words) for currency, sum_ in money.items() if sum_),
        "ombudsman": None
        if who is None
        else {
            "name": who.name,
            "web": who.web,
            "months": words.numbers.get(str(who.months), str(who.months)) if who.months else "",
            "waiver": who.waiver,
        },
    }


def day_in(language: str, day: date) -> str:
    """Return a day as a letter in this language writes it: "9 November 2026", "9. November 2026"."""
    return _day(day, _words(language))


def _day(day: date, words: _Words) -> str:
    return words.day.format(day=day.day, month=words.months[day.month - 1], year=day.year)


def _sum(minor: int, currency: str, words: _Words) -> str:
    decimals = decimals_of(currency)
    whole, rest = divmod(minor, 10**decimals)
    figure = f"{whole:,}".replace(",", words.thousands) + (f"{words.decimal}{rest:0{decimals}d}" if decimals else "")
    sign = {"GBP": "£", "EUR": "€", "USD": "$"}.get(currency)
    before = "" if sign else "\u00a0"
    return words.sum.format(sign=sign or currency, figure=figure, gap=before).strip()


def _words(language: str) -> _Words:
    """Return the words of a language, English where it has none."""
    folder = shipped("letters", "words")
    tags = (language, language.partition("-")[0], "en")
    file = next(path for tag in tags if tag.isalnum() and (path := folder / f"{tag}.toml").exists())
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    return _Words(**{**told, "months": tuple(told["months"])})


_GIVEN = ({"what": "refund", "amount": "£590.00"}, {"what": "apology", "amount": ""})
_SOMEBODY = {"name": "ombudsman", "web": "www.example.com", "months": "six", "waiver": "annex"}


def _example(
    outcome: str, given: Sequence[Mapping[str, str]], who: Mapping[str, str] | None, finding: Finding | None
) -> dict[str, Any]:
    issue = {
        **{"words": "leak", "answer": "ours"},
        **{"upheld": finding is Finding.UPHELD, "rejected": finding is Finding.NOT_UPHELD},
    }
    return {
        **dict.fromkeys(VALUES, ""),
        **{"outcome": outcome, "redress": given, "total": "£590.00" if given else ""},
        **{"issues": [issue], "ombudsman": who, "stage": 1, "customer": "adeyemi"},
    }


EXAMPLES: tuple[Mapping[str, Any], ...] = (
    _example("", (), None, None),
    _example("upheld", _GIVEN, _SOMEBODY, Finding.UPHELD),
    _example("partly_upheld", _GIVEN, _SOMEBODY, Finding.UPHELD),
    _example("rejected", (), _SOMEBODY, Finding.NOT_UPHELD),
    _example("goodwill", _GIVEN, None, Finding.NOT_UPHELD),
    _example("resolved_early", (), _SOMEBODY, None),
)
"""Values as letters have them, by which a template is tried before it is published."""
