"""The chip of a case's deadline, the same on every page: grey, amber when it is near, red when it has passed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar
from uuid import UUID

from crmdesk.domain.cases.words import DeadlineWords, Urgency
from crmdesk.domain.customers import OpenComplaint, OpenRequest
from crmdesk.ui.kit import ChipSpec
from crmdesk.ui.theme import Icon, Voice

_VOICES = {Urgency.LATE: Voice.LATE, Urgency.SOON: Voice.SOON, Urgency.LATER: Voice.REST}


def deadline_chip(said: DeadlineWords, what: str = "") -> ChipSpec:
    """Return a deadline as a chip that says all of it: "Answer by Wed 3 Feb", "2 days late"; ``what`` is said before it
    where the chip stands alone."""
    return ChipSpec(", ".join(part for part in (what, said.text) if part), *_look(said.urgency))


def short_deadline_chip(said: DeadlineWords) -> ChipSpec:
    """Return a deadline as a chip below a heading that says what is due: "Wed 3 Feb", "2 days late"."""
    return ChipSpec(said.short, *_look(said.urgency))


_Open = TypeVar("_Open", OpenComplaint, OpenRequest)


def by_deadline(cases: Iterable[_Open], said: Mapping[UUID, DeadlineWords]) -> tuple[_Open, ...]:
    """Return open cases with what is due first before the others, which stay in their order."""
    return tuple(sorted(cases, key=lambda one: (one.id not in said, said[one.id].due_at if one.id in said else 0)))


def _look(urgency: Urgency) -> tuple[Voice, Icon]:
    return _VOICES[urgency], Icon.CLOCK_ALERT if urgency is Urgency.LATE else Icon.CLOCK
