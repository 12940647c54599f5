"""The life of a product return: authorised or refused, what came and how it was found, what is given for it. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from crmdesk.domain.cases.lifecycle import NotAllowed
from crmdesk.domain.language import mark
from crmdesk.domain.money import MOST
from crmdesk.domain.requests.cycle import (
    REASON,
    SAY_IT,
    Attempt,
    Cycle,
    RequestLimits,
    RequestStanding,
    Rule,
    answered,
    common,
    owned,
)
from crmdesk.domain.requests.kinds import SETTLEMENTS, RequestOutcome, RequestState, RequestStepKind
from crmdesk.domain.values import known_or_none

_S, _K = RequestState, RequestStepKind
_CURRENCY = re.compile(r"[A-Z]{3}")


def _in_time(tried: Attempt) -> None:
    if tried.limits.in_time is False and not tried.words("reason"):
        raise NotAllowed(mark("Neither the window nor the warranty holds: say why it is taken all the same."), SAY_IT)


def _fairly_refused(tried: Attempt) -> None:
    if tried.limits.in_time and not tried.words("although"):
        raise NotAllowed(mark("It is in time: say why it is refused although it is."), SAY_IT)


def _settleable(tried: Attempt) -> None:
    outcome = known_or_none(RequestOutcome, tried.words("outcome"))
    if outcome not in SETTLEMENTS:
        raise NotAllowed(mark("What is given for it is missing."), mark("Choose it."))
    amount, currency = tried.step.details.get("refund_minor", 0), tried.step.details.get("currency", "")
    paid = type(amount) is int and 0 < amount <= MOST and isinstance(currency, str) and _CURRENCY.fullmatch(currency)
    if outcome is RequestOutcome.REFUND and not paid:
        raise NotAllowed(mark("The refund is no sum."), mark("Write it as an amount of money."))
    if outcome is not RequestOutcome.REFUND and (amount, currency) != (0, ""):
        raise NotAllowed(
            mark("A sum is paid back only as money back."), mark("Take the sum away, or choose money back.")
        )


def needs_second_person(standing: RequestStanding, limits: RequestLimits) -> bool:
    """Return whether a refund may only be approved by somebody else than who decided it."""
    if limits.second_person_above is None or not standing.refund_minor:
        return standing.second_person
    foreign = bool(limits.currency) and standing.currency != limits.currency
    return standing.second_person or foreign or standing.refund_minor > limits.second_person_above


def _second_person(tried: Attempt) -> None:
    if tried.step.by == tried.standing.decided_by and needs_second_person(tried.standing, tried.limits):
        raise NotAllowed(
            mark("Whoever decided this refund may not approve it: a second person must look at it."),
            mark("Ask a colleague to approve it."),
        )


def _approved_first(tried: Attempt) -> None:
    if tried.standing.state is not _S.APPROVED and needs_second_person(tried.standing, tried.limits):
        raise NotAllowed(mark("This refund is not approved yet."), mark("Ask a colleague to approve it."))


def _authorised(now: RequestStanding, tried: Attempt) -> RequestStanding:
    return replace(now, label=tried.words("label"))


def _refused(now: RequestStanding, tried: Attempt) -> RequestStanding:
    return replace(answered(now, tried), outcome=RequestOutcome.REFUSED.value)


def _decided(now: RequestStanding, tried: Attempt) -> RequestStanding:
    decided = replace(
        now,
        outcome=tried.words("outcome"),
        decided_by=tried.step.by,
        refund_minor=int(tried.step.details.get("refund_minor", 0)),
        currency=str(tried.step.details.get("currency", "")),
    )
    return replace(decided, second_person=needs_second_person(decided, tried.limits))


def _undecided(now: RequestStanding, _: Attempt) -> RequestStanding:
    return replace(now, outcome="", decided_by=None, refund_minor=0, currency="", second_person=False)


_COMING = frozenset({_S.REGISTERED, _S.AUTHORISED})
_HERE = frozenset({_S.GOODS_RECEIVED, _S.INSPECTED, _S.DECIDED, _S.APPROVED})
_LABEL = ("label", mark("Under which label it comes back is missing."))
_FOUND = ("words", mark("How it was found is missing."))
_PROOF = ("proof", mark("How it was settled is missing."))
_SHARED = common(frozenset({_S.SETTLED, _S.REFUSED}), _S.REGISTERED, _COMING | _HERE)

RETURN = Cycle(
    rules={
        **_SHARED,
        # What was sent in is not cancelled away: it is inspected, and at least sent back.
        _K.CANCELLED: replace(_SHARED[_K.CANCELLED], begins=_COMING),
        _K.AUTHORISED: Rule(frozenset({_S.REGISTERED}), _S.AUTHORISED, (_LABEL,), (_in_time,), _authorised),
        _K.REFUSED: Rule(frozenset({_S.REGISTERED}), _S.REFUSED, (REASON,), (_fairly_refused,), _refused),
        _K.GOODS_CAME: Rule(frozenset({_S.AUTHORISED}), _S.GOODS_RECEIVED),
        _K.INSPECTED: Rule(frozenset({_S.GOODS_RECEIVED}), _S.INSPECTED, (_FOUND,)),
        _K.DECIDED: Rule(frozenset({_S.INSPECTED}), _S.DECIDED, (REASON,), (owned, _settleable), _decided),
        _K.SENT_BACK: Rule(frozenset({_S.DECIDED, _S.APPROVED}), _S.INSPECTED, (REASON,), (), _undecided),
        _K.APPROVED: Rule(frozenset({_S.DECIDED}), _S.APPROVED, (), (_second_person,)),
        _K.SETTLED: Rule(frozenset({_S.DECIDED, _S.APPROVED}), _S.SETTLED, (_PROOF,), (_approved_first,), answered),
    },
    line=(_S.REGISTERED, _S.AUTHORISED, _S.GOODS_RECEIVED, _S.INSPECTED, _S.DECIDED, _S.SETTLED, _S.CLOSED),
    stands_at={_S.REFUSED: _S.AUTHORISED, _S.APPROVED: _S.DECIDED},
    onward={
        _S.REGISTERED: _K.AUTHORISED,
        _S.AUTHORISED: _K.GOODS_CAME,
        _S.REFUSED: _K.CLOSED,
        _S.GOODS_RECEIVED: _K.INSPECTED,
        _S.INSPECTED: _K.DECIDED,
        _S.DECIDED: _K.SETTLED,
        _S.APPROVED: _K.SETTLED,
        _S.SETTLED: _K.CLOSED,
        _S.CLOSED: _K.REOPENED,
    },
    beside={
        _S.REGISTERED: _K.REFUSED,
        _S.AUTHORISED: _K.CANCELLED,
        _S.REFUSED: _K.REOPENED,
        _S.DECIDED: _K.SENT_BACK,
        _S.APPROVED: _K.SENT_BACK,
        _S.SETTLED: _K.REOPENED,
    },
)
"""How a return goes on: nobody pays back more than the house's limit alone."""
