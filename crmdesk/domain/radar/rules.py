"""What the radar takes as a rise: its constants, with their reasons in docs/radar.md."""

from __future__ import annotations

from crmdesk.domain.quick import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """Days are whole local days.

    What is expected comes from ``baseline_days`` that end ``guard_days`` before the day that is looked at; with fewer
    than ``least_baseline_days`` known nothing is said. Each of ``windows`` (in days) ends on that day. ``false_share``
    is the share of alarms that may be chance. A rise has at least ``least_count`` cases and ``least_ratio`` times what
    was expected. After ``quiet_days`` without an alarm an alert is closed. An overdispersion is worth the cases it was
    seen in against ``dispersion_worth`` of the pooled one, and never leaves ``dispersion_range``. The weekdays of a
    cell are worth its cases against ``weekday_worth``. A day above the level that ``capped_share`` of days exceed
    counts as that level.
    """

    baseline_days: int = 56
    guard_days: int = 7
    least_baseline_days: int = 28
    windows: tuple[int, ...] = (1, 3, 7)
    false_share: float = 0.06
    least_count: int = 5
    least_ratio: float = 1.5
    quiet_days: int = 7
    dispersion_worth: float = 50.0
    dispersion_range: tuple[float, float] = (1.0, 8.0)
    weekday_worth: float = 200.0
    capped_share: float = 0.01


USUAL = Rules()
