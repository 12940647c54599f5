"""Days and times of day as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.requests.days import day_or_none, day_written, time_written


@pytest.mark.parametrize(
    "typed", ["2026-03-12", " 2026-3-12 ", "12.3.2026", "12. 3. 2026", "12/03/2026", "12 Mar 2026", "12. March 2026"]
)
def test_a_day_is_read_however_it_is_written(typed: str) -> None:
    assert day_written("day", typed) == date(2026, 3, 12)


@pytest.mark.parametrize("typed", ["", "soon", "31.2.2026", "2026-13-01", "12 Nothing 2026", "12.3.26", "١٢.٣.٢٠٢٦x"])
def test_what_is_no_day_is_said_at_its_field(typed: str) -> None:
    with pytest.raises(UserMistake) as told:
        day_written("bought_on", typed)
    assert told.value.field == "bought_on"


def test_nothing_is_no_day_and_no_mistake() -> None:
    assert day_or_none("warranty_until", "  ") is None


@pytest.mark.parametrize(
    ("typed", "read"), [("8", "08:00"), ("08:30", "08:30"), ("8.30", "08:30"), ("17 Uhr", "17:00"), ("9h", "09:00")]
)
def test_a_time_of_day_is_read_however_it_is_written(typed: str, read: str) -> None:
    assert time_written("from", typed) == read


@pytest.mark.parametrize("typed", ["", "noon", "25:00", "8:61", "8:5"])
def test_what_is_no_time_of_day_is_said(typed: str) -> None:
    with pytest.raises(UserMistake):
        time_written("from", typed)
