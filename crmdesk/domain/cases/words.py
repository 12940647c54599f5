"""A complaint's deadlines as a person reads them, the same everywhere: "Answer by Wed 3 Feb", "2 days late"."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from crmdesk.domain.cases.deadlines import Deadline
from crmdesk.domain.language import mark, tr, tr_in
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sla.due import ClockKind
from crmdesk.domain.words import clock, dated, due, sentence, short_day, undated

_NEAR = timedelta(days=182)
"""A day that is less far ahead is meant without its year."""


class Urgency(StrEnum):
    """How much a deadline asks for attention: LATE is passed, SOON due today or tomorrow, LATER all others."""

    LATE = "late"
    SOON = "soon"
    LATER = "later"


_TITLES = {
    "acknowledgement": mark("Acknowledge"),
    "stage1_acknowledgement": mark("Acknowledge stage 1"),
    "stage2_acknowledgement": mark("Acknowledge stage 2"),
    "summary_resolution": mark("Settle early"),
    "answer": mark("Answer"),
    "response": mark("Response"),
    "final_response": mark("Final response"),
    "stage1_response": mark("Stage 1 response"),
    "stage2_response": mark("Stage 2 response"),
}
"""The clocks of the regimes that are shipped, in two words; any other is said by its own title."""
_SHIPPED = (mark("Appointment made"), mark("Work done"), mark("Authorised or refused"), mark("Settled"))
"""The titles of other clocks that are shipped, to be translated."""


@dataclass(frozen=True, slots=True)
class DeadlineWords:
    """A deadline in words: ``text`` says it whole ("Answer by today 17:30"), ``short`` below a heading of its own
    ("Today 17:30"). ``due_at`` (UTC) is what they are sorted by."""

    text: str
    short: str
    urgency: Urgency
    due_at: datetime


def title_of(deadline: Deadline) -> str:
    """Return what has to be done until then: "Final response"."""
    return tr(_TITLES.get(deadline.key, deadline.title))


def said_of(deadline: Deadline, now: datetime, zone: tzinfo) -> DeadlineWords | None:
    """Return a deadline in words for a reader in ``zone``; None of one that stands still or is over."""
    if deadline.due_at is None or deadline.met_at is not None:
        return None
    if deadline.due_at <= now:
        late = sentence(due(_late_since(deadline, deadline.due_at, now, zone), now))
        return DeadlineWords(late, late, Urgency.LATE, deadline.due_at)
    today, day = now.astimezone(zone).date(), day_of(deadline, zone)
    soon = (day - today).days <= 1
    when = short_day(day, today) if soon or day - today > _NEAR else undated(day)
    if deadline.day is None:
        when = tr_in("day and time", "{day} {time}", day=when, time=clock(deadline.due_at, zone))
    urgency = Urgency.SOON if soon else Urgency.LATER
    return DeadlineWords(_by(deadline, when), sentence(when), urgency, deadline.due_at)


def _late_since(deadline: Deadline, due_at: datetime, now: datetime, zone: tzinfo) -> datetime:
    """Return since when it is late: what was due at the end of a day is late by whole days."""
    if deadline.day is None:
        return due_at
    return min(due_at, now - (now.astimezone(zone).date() - deadline.day))


def _by(deadline: Deadline, when: str) -> str:
    if deadline.answers and not deadline.optional:
        return tr("Answer by {when}", when=when)
    if deadline.optional:
        return tr("Settle early by {when}", when=when)
    if deadline.key.endswith("acknowledgement"):
        return tr("Acknowledge by {when}", when=when)
    return tr("{what} by {when}", what=title_of(deadline), when=when)


def day_of(deadline: Deadline, zone: tzinfo) -> date:
    """Return the day on which it is due: the last one that counts where a whole day is given, else the reader's. Raises
    ``ValueError`` for one that stands still."""
    if deadline.due_at is None:
        raise ValueError("a deadline that stands still has no day")
    return deadline.day or deadline.due_at.astimezone(zone).date()


def when_of(deadline: Deadline, now: datetime, zone: tzinfo) -> str:
    """Return when it is due by its date: "Thu 24 Dec, 17:30", a whole day as "Wed 17 Feb 2027"; empty while it stands
    still."""
    if deadline.due_at is None:
        return ""
    day = dated(day_of(deadline, zone), now.astimezone(zone).date())
    if deadline.day is not None:
        return day
    return tr_in("date and time", "{day}, {time}", day=day, time=clock(deadline.due_at, zone))


def target_of(deadline: Deadline) -> str:
    """Return what it allows, and whose rule it is: "8 weeks, never pauses", "Our target, 1 business day"."""
    if deadline.kind is ClockKind.SERVICE:
        return tr("Our target, {target}", target=deadline.target)
    return deadline.target if deadline.optional else tr("{target}, never pauses", target=deadline.target)
