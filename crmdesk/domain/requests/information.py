"""The life of an information request: asked, perhaps others are asked first, answered. Pure.

Access to one's own data (GDPR Art. 15) is one of them: its time may be extended once, with reasons, while the first
month runs (Art. 12(3)). How long the limits are stands in a regime's file, as of complaints.
"""

from __future__ import annotations

from dataclasses import replace

from crmdesk.domain.cases.lifecycle import NotAllowed
from crmdesk.domain.language import mark
from crmdesk.domain.requests.cycle import REASON, Attempt, Cycle, RequestStanding, Rule, answered, common
from crmdesk.domain.requests.kinds import RequestOutcome, RequestState, RequestStepKind, Topic

_S, _K = RequestState, RequestStepKind


def _of_the_law(tried: Attempt) -> None:
    if tried.standing.category != Topic.OWN_DATA:
        raise NotAllowed(
            mark("Only the time to tell somebody what we hold about them can be extended."), mark("Answer it.")
        )
    if tried.limits.extend_until is None or tried.step.at > tried.limits.extend_until:
        raise NotAllowed(mark("The time in which it could be extended is over."), mark("Answer it now."))


def _answered(now: RequestStanding, tried: Attempt) -> RequestStanding:
    return replace(answered(now, tried), outcome=RequestOutcome.ANSWERED.value)


_WAITING = frozenset({_S.AWAITING_CUSTOMER, _S.AWAITING_OTHERS})
_OPEN = _WAITING | {_S.REGISTERED}
_QUESTION = ("question", mark("The question is missing."))
_PROOF = ("proof", mark("How it was answered is missing."))
_WORDS = ("words", mark("The answer is missing."))

INFORMATION = Cycle(
    rules={
        **common(frozenset({_S.ANSWERED}), _S.REGISTERED, _OPEN),
        _K.ASKED_CUSTOMER: Rule(frozenset({_S.REGISTERED}), _S.AWAITING_CUSTOMER, (_QUESTION,)),
        _K.ASKED_OTHERS: Rule(frozenset({_S.REGISTERED}), _S.AWAITING_OTHERS, (_QUESTION,)),
        _K.ANSWER_CAME: Rule(_WAITING, _S.REGISTERED),
        _K.EXTENDED: Rule(_OPEN, None, (REASON,), (_of_the_law,)),
        _K.ANSWERED: Rule(_OPEN, _S.ANSWERED, (_WORDS, _PROOF), (), _answered),
    },
    line=(_S.REGISTERED, _S.ANSWERED, _S.CLOSED),
    stands_at={_S.AWAITING_CUSTOMER: _S.REGISTERED, _S.AWAITING_OTHERS: _S.REGISTERED},
    onward={
        _S.REGISTERED: _K.ANSWERED,
        _S.AWAITING_CUSTOMER: _K.ANSWER_CAME,
        _S.AWAITING_OTHERS: _K.ANSWER_CAME,
        _S.ANSWERED: _K.CLOSED,
        _S.CLOSED: _K.REOPENED,
    },
    beside={
        _S.REGISTERED: _K.ASKED_CUSTOMER,
        _S.AWAITING_CUSTOMER: _K.ANSWERED,
        _S.AWAITING_OTHERS: _K.ANSWERED,
        _S.ANSWERED: _K.REOPENED,
    },
)
"""How an information request goes on."""
