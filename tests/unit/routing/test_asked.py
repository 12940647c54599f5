"""The sum that is asked for is read where its currency stands beside it."""

from __future__ import annotations

import pytest

from crmdesk.domain.routing.asked import asked_in


@pytest.mark.parametrize(
    ("words", "currency", "minor"),
    [
        ("£250 and an apology", "GBP", 25000),
        ("250 GBP back", "GBP", 25000),
        ("Refund of £1,250.50, or at least £ 90", "GBP", 125050),
        ("120 pounds please", "GBP", 12000),
        ("1.250,50 € zurück", "EUR", 125050),
        ("an answer within 12 weeks", "GBP", None),
        ("€ 80", "GBP", None),
        ("£12.345.6", "GBP", None),
        ("", "GBP", None),
        ("£5", "", None),
        ("640.50 CHF.", "CHF", 64050),
        ("5 PLN", "PLN", 500),
        ("50 poundsterling things", "GBP", None),
    ],
)
def test_a_sum_is_read(words: str, currency: str, minor: int | None) -> None:
    assert asked_in(words, currency) == minor
