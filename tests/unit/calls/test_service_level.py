"""Five published formulas, one hour: the share depends on which is meant, so the name stands beside it."""

from __future__ import annotations

import pytest

from crmdesk.domain.calls.service_level import Counts, ServiceLevel, ServiceLevelFormula, share

# The 200-call burst as its SIP side saw it: 105 answered, 58 within 20 s; 95 abandoned, 69 within 20 s, 3 within 5 s.
_BURST = Counts(answered=105, answered_in_time=58, abandoned=95, abandoned_in_time=69, short_abandoned=3, timed_out=0)


@pytest.mark.parametrize(
    ("formula", "percent"),
    [
        (ServiceLevelFormula.ANSWERED_ONLY, 55.2),
        (ServiceLevelFormula.ABANDONS_NEGATIVE, 29.0),
        (ServiceLevelFormula.ABANDONS_IGNORED, 44.3),
        (ServiceLevelFormula.ABANDONS_POSITIVE, 63.5),
        (ServiceLevelFormula.SHORT_ABANDONS_OUT, 29.4),
    ],
)
def test_each_formula_gives_its_own_share(formula: ServiceLevelFormula, percent: float) -> None:
    found = share(formula, _BURST)
    assert found is not None
    assert found * 100 == pytest.approx(percent, abs=0.05)


@pytest.mark.parametrize("formula", ServiceLevelFormula)
def test_nothing_offered_has_no_service_level(formula: ServiceLevelFormula) -> None:
    assert share(formula, Counts()) is None


def test_a_queue_that_only_timed_out_has_none_in_time() -> None:
    assert share(ServiceLevelFormula.SHORT_ABANDONS_OUT, Counts(timed_out=3)) == 0


def test_the_default_is_twenty_seconds_without_abandons_below_five() -> None:
    level = ServiceLevel()
    assert (level.formula, level.threshold_s, level.short_abandon_s) == (
        ServiceLevelFormula.SHORT_ABANDONS_OUT,
        20,
        5,
    )
    assert level.name == "short_abandons_out/20s"
