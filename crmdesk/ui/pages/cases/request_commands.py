"""The steps of a request as they are offered: by the palette, and by the list of everything that can be done."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.domain.language import mark
from crmdesk.domain.requests.kinds import RequestStepKind
from crmdesk.ui.pages.cases.request_words import STEP_ICONS
from crmdesk.ui.qt.keys import Command, Group

_K = RequestStepKind
_WORDS: Mapping[RequestStepKind, str] = {
    _K.SCHEDULED: mark("Make an appointment"),
    _K.ARRIVED: mark("Somebody arrived"),
    _K.MISSED: mark("The visit was missed"),
    _K.PARTS_ORDERED: mark("Parts are ordered"),
    _K.PARTS_CAME: mark("The parts came"),
    _K.DONE: mark("The work is done"),
    _K.AUTHORISED: mark("Authorise the return"),
    _K.REFUSED: mark("Refuse the return"),
    _K.GOODS_CAME: mark("The goods came"),
    _K.INSPECTED: mark("Write what was found"),
    _K.DECIDED: mark("Decide what is given"),
    _K.SENT_BACK: mark("Send the decision back"),
    _K.APPROVED: mark("Approve the refund"),
    _K.SETTLED: mark("It is settled"),
    _K.ASKED_CUSTOMER: mark("Ask back"),
    _K.ASKED_OTHERS: mark("Ask others"),
    _K.ANSWER_CAME: mark("The answer came"),
    _K.EXTENDED: mark("Extend the time"),
    _K.ANSWERED: mark("Answer the question"),
    _K.NOTED: mark("Write a note"),
    _K.CLOSED: mark("Close the request"),
    _K.CANCELLED: mark("Cancel the request"),
    _K.REOPENED: mark("Open again"),
}
REQUEST_STEPS: Mapping[RequestStepKind, Command] = {
    kind: Command(f"requests.step.{kind.value}", words, "", Group.LIST, STEP_ICONS[kind])  # not shown: an id
    for kind, words in _WORDS.items()
}
"""The command of each step that a person takes."""
