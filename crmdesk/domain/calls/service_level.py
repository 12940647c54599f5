"""The service level of a queue: five published formulas, 29 % to 64 % for the same hour, so each has a name."""

from __future__ import annotations

from enum import StrEnum

from crmdesk.domain.quick import dataclass


class ServiceLevelFormula(StrEnum):
    """How answered (A), abandoned (B), timed out (O) and the threshold T make one share.

    ``SHORT_ABANDONS_OUT`` A≤T / (A+B+O − B<short); ``ABANDONS_NEGATIVE`` A≤T / (A+B+O) (Cisco: abandoned calls have a
    negative impact); ``ABANDONS_IGNORED`` A≤T / (A+B+O − B≤T); ``ABANDONS_POSITIVE`` (A≤T + B≤T) / (A+B+O), Asterisk's
    ServicelevelPerf2; ``ANSWERED_ONLY`` A≤T / A, Asterisk's ServicelevelPerf.
    """

    SHORT_ABANDONS_OUT = "short_abandons_out"
    ABANDONS_NEGATIVE = "abandons_negative"
    ABANDONS_IGNORED = "abandons_ignored"
    ABANDONS_POSITIVE = "abandons_positive"
    ANSWERED_ONLY = "answered_only"


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A formula with its threshold T and the wait below which an abandon is short, both in seconds."""

    formula: ServiceLevelFormula = ServiceLevelFormula.SHORT_ABANDONS_OUT
    threshold_s: float = 20.0
    short_abandon_s: float = 5.0

    @property
    def name(self) -> str:
        """Return the name under which the board shows it."""
        return f"{self.formula.value}/{self.threshold_s:g}s"


@dataclass(slots=True)
class Counts:
    """What the formulas are made of; only contacts that no longer wait."""

    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    abandoned_in_time: int = 0
    short_abandoned: int = 0
    timed_out: int = 0


def share(formula: ServiceLevelFormula, counts: Counts) -> float | None:
    """Return the service level 0..1, None when there is nothing to take a share of."""
    decided = counts.answered + counts.abandoned + counts.timed_out
    good = counts.answered_in_time
    match formula:
        case ServiceLevelFormula.SHORT_ABANDONS_OUT:
            base = decided - counts.short_abandoned
        case ServiceLevelFormula.ABANDONS_NEGATIVE:
            base = decided
        case ServiceLevelFormula.ABANDONS_IGNORED:
            base = decided - counts.abandoned_in_time
        case ServiceLevelFormula.ABANDONS_POSITIVE:
            base = decided
            good += counts.abandoned_in_time
        case ServiceLevelFormula.ANSWERED_ONLY:
            base = counts.answered
    return good / base if base > 0 else None
