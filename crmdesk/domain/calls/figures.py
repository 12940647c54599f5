"""What each figure of the board means: one text for its tip, the documentation and the exports, with its source."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from crmdesk.domain.calls.service_level import ServiceLevelFormula
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass


class Figure(StrEnum):
    """A figure of the board; what is behind it can be called up."""

    WAITING = "waiting"
    LONGEST = "longest"
    OFFERED = "offered"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    SHORT = "short"
    TIMED_OUT = "timed_out"
    LEVEL = "level"
    ASA = "asa"
    AHT = "aht"
    READY = "ready"
    OCCUPANCY = "occupancy"
    CALLBACKS = "callbacks"
    TREND = "trend"


@dataclass(frozen=True, slots=True)
class Definition:
    """What is counted, in one or two sentences, and where the rule is from. All in English; the tips translate it."""

    title: str
    words: str
    source: str


DEFINITIONS: Mapping[Figure, Definition] = {
    Figure.WAITING: Definition(
        mark("Waiting now"),
        mark("Callers who have joined the queue and were neither answered nor left it."),
        "Asterisk app_queue",  # not shown
    ),
    Figure.LONGEST: Definition(
        mark("Longest wait"),
        mark("From the start of the oldest wait that has not ended; the screen's own clock draws the seconds."),
        "Cisco Finesse, queue statistics: startTimeOfLongestCallInQueue",  # not shown
    ),
    Figure.OFFERED: Definition(
        mark("Offered"),
        mark(
            "Stays of callers in the queue that began since midnight of the house; who waits at midnight is offered "
            "again. A caller who comes into a second queue is offered there too. "
            "Offered = answered + abandoned + timed out + waiting."
        ),
        "Usual practice; the sum is held by a test",  # not shown
    ),
    Figure.ANSWERED: Definition(
        mark("Answered"),
        mark("Stays that ended because an agent answered."),
        "Asterisk, event AgentConnect",  # not shown
    ),
    Figure.ABANDONED: Definition(
        mark("Abandoned"),
        mark(
            "Stays that ended because the caller hung up while waiting. Short abandons are among them and told apart."
        ),
        "Asterisk, event QueueCallerAbandon, without the time-outs that it reports in the same way",  # not shown
    ),
    Figure.SHORT: Definition(
        mark("Short abandons"),
        mark(
            "Abandoned before the wait reached the queue's limit for it, 5 s unless set otherwise: too soon for "
            "anybody to have answered."
        ),
        "Usual practice; the limit is a setting of the queue",  # not shown
    ),
    Figure.TIMED_OUT: Definition(
        mark("Timed out"),
        mark("Stays that the queue itself ended: time limit, or nobody there to answer. The caller did not hang up."),
        "Asterisk, QUEUESTATUS and the order of events recorded",  # not shown
    ),
    Figure.LEVEL: Definition(
        mark("Service level"),
        mark(
            "The share of calls answered within the threshold, by the formula of the queue, which is named "
            "beside the figure."
        ),
        "The five published formulas below",  # not shown
    ),
    Figure.ASA: Definition(
        mark("ASA"),
        mark("Average speed of answer: the sum of the waits of answered calls, divided by their number."),
        "Usual practice (ICMI); our own clock, since Asterisk's Holdtime is no mean of the day",  # not shown
    ),
    Figure.AHT: Definition(
        mark("AHT"),
        mark(
            "Average handling time: talk, hold and wrap-up of agents' finished parts in calls of the queue, divided by "
            "the number of those parts. A part whose end nobody saw (no gateway listened) is in neither. A call that "
            "was handed on has a part for each agent."
        ),
        "Usual practice",  # not shown
    ),
    Figure.READY: Definition(
        mark("Agents ready"),
        mark("Agents whom a call could reach now: signed on, not on a break, not on a call, not in wrap-up."),
        "Cisco Finesse, queue statistics: agentsReady",  # not shown
    ),
    Figure.OCCUPANCY: Definition(
        mark("Occupancy"),
        mark("(talk + hold + wrap-up) / (talk + hold + wrap-up + ready and ringing). Breaks are left out of both."),
        "Usual practice",  # not shown
    ),
    Figure.CALLBACKS: Definition(
        mark("Callbacks due"),
        mark("Open callbacks promised for today or before, of those this desk holds."),
        "Our own",  # not shown
    ),
    Figure.TREND: Definition(
        mark("Trend"),
        mark("Offered in each part of the day, oldest first; the running part is marked."),
        "Our own",  # not shown
    ),
}

FORMULAS: Mapping[ServiceLevelFormula, Definition] = {
    ServiceLevelFormula.SHORT_ABANDONS_OUT: Definition(
        mark("short abandons out"),
        mark("answered in time, of all but the short abandons"),
        "A(≤T) / (A + B + O − B(<short)); usual practice, the default",  # not shown
    ),
    ServiceLevelFormula.ABANDONS_NEGATIVE: Definition(
        mark("abandons count against it"),
        mark("answered in time, of all calls"),
        "A(≤T) / (A + B + O); Cisco Unified CCE, abandoned calls have a negative impact",  # not shown
    ),
    ServiceLevelFormula.ABANDONS_IGNORED: Definition(
        mark("abandons in time ignored"),
        mark("answered in time, of all but those abandoned in time"),
        "A(≤T) / (A + B + O − B(≤T)); Cisco Unified CCE, ignore abandoned calls",  # not shown
    ),
    ServiceLevelFormula.ABANDONS_POSITIVE: Definition(
        mark("abandons in time count for it"),
        mark("answered or abandoned in time, of all calls"),
        "(A(≤T) + B(≤T)) / (A + B + O); Cisco Unified CCE, positive impact; Asterisk ServicelevelPerf2",  # not shown
    ),
    ServiceLevelFormula.ANSWERED_ONLY: Definition(
        mark("answered calls only"),
        mark("answered in time, of the answered calls"),
        "A(≤T) / A; Asterisk ServicelevelPerf",  # not shown
    ),
}


def tip(figure: Figure) -> str:
    """Return what stands in the tip of a figure."""
    return tr(DEFINITIONS[figure].words)
