"""Whether goods may come back, worked out from the house's terms and two days alone, with a sentence that says why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from crmdesk.domain import words
from crmdesk.domain.language import tr, tr_n
from crmdesk.domain.quick import dataclass
from crmdesk.domain.requests.kinds import RequestOutcome
from crmdesk.domain.requests.return_terms import GoodsTerms, ReturnTerms, terms_at
from crmdesk.domain.sla.months import months_after


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Whether something bought on a day may come back on the day ``asked_on``.

    ``terms`` are those that hold, None where the house says nothing of such goods; ``window_ends`` is the last day on
    which they are taken back, ``warranty_ends`` the last day of the warranty, None where there is none. ``remedies``
    are what the customer may have by that; none where the goods are out of time.
    """

    bought_on: date
    asked_on: date
    terms: GoodsTerms | None
    window_ends: date | None
    warranty_ends: date | None

    @property
    def known(self) -> bool:
        """Return whether the house's terms say anything of it."""
        return self.terms is not None

    @property
    def in_window(self) -> bool:
        """Return whether the goods are taken back without a reason."""
        return self.window_ends is not None and self.bought_on <= self.asked_on <= self.window_ends

    @property
    def in_warranty(self) -> bool:
        """Return whether the warranty runs."""
        return self.warranty_ends is not None and self.bought_on <= self.asked_on <= self.warranty_ends

    @property
    def in_time(self) -> bool | None:
        """Return whether window or warranty hold; None where the house says nothing of such goods."""
        return (self.in_window or self.in_warranty) if self.known else None

    @property
    def remedies(self) -> tuple[RequestOutcome, ...]:
        """Return what the customer may have, the best first."""
        found = (RequestOutcome.REFUND,) if self.in_window else ()
        return (*found, RequestOutcome.REPAIR, RequestOutcome.REPLACEMENT) if self.in_window or self.in_warranty else ()


def eligibility(terms: Sequence[ReturnTerms], goods: str, bought_on: date, asked_on: date) -> Eligibility:
    """Return whether goods may come back, by the terms of the day on which they were bought."""
    held = terms_at(terms, bought_on)
    found = None if held is None else held.of(goods)
    window = None if found is None or not found.window_days else _days_after(bought_on, found.window_days)
    warranty = None if found is None or not found.warranty_months else months_after(bought_on, found.warranty_months)
    return Eligibility(bought_on, asked_on, found, window, warranty)


def _days_after(day: date, days: int) -> date:
    return min(date.max, day + timedelta(days=days)) if (date.max - day).days >= days else date.max


def why(found: Eligibility) -> str:
    """Return in a sentence why goods may come back or not: "Bought 12 Mar 2026, the window of 30 days ended 11 Apr
    2026; the warranty runs to 12 Mar 2028: repair or replacement."."""
    bought = tr("Bought {day}", day=words.lasting_day(found.bought_on))
    if found.bought_on > found.asked_on:
        return tr("{bought}: that day is still to come.", bought=bought)
    if found.terms is None:
        return tr("{bought}: the house has no terms for such goods, so a person decides.", bought=bought)
    return tr(
        "{bought}, {window}; {warranty}: {remedy}.",
        bought=bought,
        window=_window(found, found.terms),
        warranty=_warranty(found),
        remedy=_remedy(found),
    )


def _window(found: Eligibility, terms: GoodsTerms) -> str:
    if found.window_ends is None:
        return tr("there is no window")
    of = tr_n("the window of {n} day", "the window of {n} days", terms.window_days)
    day = words.lasting_day(found.window_ends)
    return (
        tr("{window} runs to {day}", window=of, day=day)
        if found.in_window
        else tr("{window} ended {day}", window=of, day=day)
    )


def _warranty(found: Eligibility) -> str:
    if found.warranty_ends is None:
        return tr("there is no warranty")
    day = words.lasting_day(found.warranty_ends)
    return tr("the warranty runs to {day}", day=day) if found.in_warranty else tr("the warranty ended {day}", day=day)


def _remedy(found: Eligibility) -> str:
    if found.in_window:
        return tr("money back, repair or replacement")
    return tr("repair or replacement") if found.in_warranty else tr("out of time")
