"""Sums of money as people type and read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.money import MOST, decimals_of, minor_of, said


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("640", "GBP", 64_000),
        ("640.5", "GBP", 64_050),
        ("£640.50", "GBP", 64_050),
        ("1,250.00", "GBP", 125_000),
        ("1.250,00", "EUR", 125_000),
        ("1,250", "GBP", 125_000),
        ("12,50", "EUR", 1_250),
        ("1 250,00", "EUR", 125_000),
        ("1,234,567", "GBP", 123_456_700),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1_234),
    ],
)
def test_sums_are_read_to_the_last_unit(typed: str, currency: str, minor: int) -> None:
    assert minor_of(typed, currency) == minor


@pytest.mark.parametrize("typed", ["", "abc", "-5", "1.234.5", "12.345", "1,23,456", "٣", "1e3", ".5", "10" * 10])
def test_what_is_no_sum_is_not_guessed(typed: str) -> None:
    with pytest.raises(UserMistake, match="no sum"):
        minor_of(typed, "GBP")


@given(st.integers(0, MOST), st.sampled_from(["GBP", "EUR", "JPY", "KWD", "CHF"]))
def test_a_sum_that_was_said_is_read_as_the_same(minor: int, currency: str) -> None:
    if decimals_of(currency) or minor < 1_000:
        assert minor_of(said(minor, currency), currency) == minor
