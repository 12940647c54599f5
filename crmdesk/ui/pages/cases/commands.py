"""What can be done on the page and by which key: plain letters in its lists, everything from the palette."""

from __future__ import annotations

from collections.abc import Mapping

from crmdesk.domain.cases.steps import StepKind
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.language import mark
from crmdesk.ui.pages.cases.words import icon_of
from crmdesk.ui.qt.keys import Command, Group, Scope
from crmdesk.ui.theme import Icon


def _in_lists(id_: str, words: str, letter: str, icon: Icon) -> Command:
    return Command(f"cases.{id_}", words, letter, Group.LIST, icon, Scope.FOCUS)  # not shown: an id


MINE = _in_lists("mine", mark("Show the cases that I handle"), "M", Icon.USER)
TEAM = _in_lists("team", mark("Show the team's cases"), "T", Icon.USERS)
TO_APPROVE = _in_lists("approve", mark("Show what waits for my approval"), "A", Icon.SHIELD_CHECK)
KINDS = _in_lists("kinds", mark("Show the next kind of cases"), "V", Icon.LIST_FILTER)
CLOSED = _in_lists("closed", mark("Show closed cases, or the open ones again"), "D", Icon.CHECK)
CLAIM = _in_lists("claim", mark("Take the case on, or give it back"), "C", Icon.USER_ROUND_CHECK)
CUSTOMER = _in_lists("customer", mark("Open the customer"), "O", Icon.USER)
WHY = _in_lists("why", mark("Why is it due then?"), "W", Icon.INFO)
ISSUES = _in_lists("issues", mark("Write findings and answers"), "I", Icon.PEN_LINE)
MORE = _in_lists("more", mark("What else can be done with it"), "S", Icon.ELLIPSIS)
LETTERS = _in_lists("letters", mark("Write and send letters"), "L", Icon.MAIL)
HERE = _in_lists("here", mark("Why is it in this queue?"), "Y", Icon.CORNER_DOWN_RIGHT)
AT_RISK = _in_lists("risk", mark("Show only what will probably miss its deadline"), "F", Icon.HOURGLASS)
TELL = _in_lists("tell", mark("Tell the product team"), "P", Icon.MESSAGE_SQUARE)
REDRESS = Command("cases.redress", mark("Put down redress"), "", Group.LIST, Icon.HANDSHAKE)

_LETTERS: Mapping[StepKind, str] = {
    StepKind.SENT_BACK: "B",
    StepKind.NOTED: "N",
    StepKind.ASKED_COMPLAINANT: "Q",
    StepKind.ASKED_THIRD_PARTY: "E",
    StepKind.PROGRESS_SENT: "U",
    StepKind.ACKNOWLEDGED: "G",
    StepKind.HOLDING_SENT: "H",
    StepKind.RESOLVED_EARLY: "R",
}
_WORDS: Mapping[StepKind, str] = {
    StepKind.TRIAGED: mark("Triage"),
    StepKind.TAKEN_UP: mark("Begin to investigate"),
    StepKind.ASKED_COMPLAINANT: mark("Ask the customer"),
    StepKind.ASKED_THIRD_PARTY: mark("Ask others"),
    StepKind.ANSWER_CAME: mark("The answer came"),
    StepKind.ACKNOWLEDGED: mark("Acknowledgement was sent"),
    StepKind.PROGRESS_SENT: mark("Progress letter was sent"),
    StepKind.HOLDING_SENT: mark("Holding letter was sent"),
    StepKind.NOTED: mark("Write a note"),
    StepKind.DECISION_DRAFTED: mark("Draft the decision"),
    StepKind.SENT_BACK: mark("Send back"),
    StepKind.APPROVED: mark("Approve the decision"),
    StepKind.RESPONSE_SENT: mark("Final response was sent"),
    StepKind.CLOSED: mark("Close the complaint"),
    StepKind.RESOLVED_EARLY: mark("Settled early"),
    StepKind.FORWARDED: mark("Forwarded to others"),
    StepKind.NOT_ELIGIBLE: mark("It is not eligible"),
    StepKind.TIME_BARRED: mark("It is time-barred"),
    StepKind.DUPLICATE: mark("It is a duplicate"),
    StepKind.WITHDRAWN: mark("The customer withdrew it"),
    StepKind.SECOND_STAGE: mark("Second stage was asked for"),
    StepKind.REFERRED: mark("It was referred"),
    StepKind.REOPENED: mark("Open again"),
}
STEPS: Mapping[StepKind, Command] = {
    kind: Command(
        f"cases.step.{kind.value}",  # not shown: an id
        words,
        _LETTERS.get(kind, ""),
        Group.LIST,
        icon_of(kind),
        Scope.FOCUS if kind in _LETTERS else Scope.WINDOW,
    )
    for kind, words in _WORDS.items()
}
"""The command of each step that a person takes."""

NEXT: Mapping[ComplaintState, StepKind] = {
    ComplaintState.REGISTERED: StepKind.TRIAGED,
    ComplaintState.TRIAGED: StepKind.TAKEN_UP,
    ComplaintState.INVESTIGATING: StepKind.DECISION_DRAFTED,
    ComplaintState.AWAITING_COMPLAINANT: StepKind.ANSWER_CAME,
    ComplaintState.AWAITING_THIRD_PARTY: StepKind.ANSWER_CAME,
    ComplaintState.DECISION_DRAFTED: StepKind.APPROVED,
    ComplaintState.APPROVED: StepKind.RESPONSE_SENT,
    ComplaintState.RESPONSE_SENT: StepKind.CLOSED,
    ComplaintState.REFERRED: StepKind.CLOSED,
    ComplaintState.CLOSED: StepKind.REOPENED,
}
"""What brings a complaint on from where it stands: the step of the primary button."""

BESIDE: Mapping[ComplaintState, StepKind] = {
    ComplaintState.REGISTERED: StepKind.ACKNOWLEDGED,
    ComplaintState.TRIAGED: StepKind.ACKNOWLEDGED,
    ComplaintState.INVESTIGATING: StepKind.ASKED_COMPLAINANT,
    ComplaintState.AWAITING_COMPLAINANT: StepKind.PROGRESS_SENT,
    ComplaintState.AWAITING_THIRD_PARTY: StepKind.PROGRESS_SENT,
    ComplaintState.DECISION_DRAFTED: StepKind.SENT_BACK,
    ComplaintState.APPROVED: StepKind.SENT_BACK,
    ComplaintState.RESPONSE_SENT: StepKind.REFERRED,
    ComplaintState.CLOSED: StepKind.SECOND_STAGE,
}
"""The step that has a button of its own beside the primary one."""
