"""What may be typed into a card: days in several ways, one line, and who belongs to a customer."""

from __future__ import annotations

from datetime import date

import pytest

from crmdesk.domain.card import day_of, one_line, relation_of
from crmdesk.domain.errors import UserMistake
from tests.support.spoken import speaking


@pytest.mark.parametrize("typed", ["2019-03-04", "4 Mar 2019", "4 march 2019", "4.3.2019", "04/03/2019"])
def test_a_day_is_understood_however_it_is_written(typed: str) -> None:
    assert day_of(typed) == date(2019, 3, 4)


def test_a_month_stands_for_its_first_day_and_nothing_for_no_day() -> None:
    assert day_of("March 2019") == date(2019, 3, 1)
    assert day_of(" ") is None


@pytest.mark.parametrize("typed", ["yesterday", "31 Feb 2019", "4", "1 2 3 4"])
def test_what_is_no_day_is_said_at_the_field(typed: str) -> None:
    with pytest.raises(UserMistake) as told:
        day_of(typed)
    assert (told.value.field, told.value.next_step) == ("since", "Write it like 4 Mar 2019.")


def test_somebody_who_belongs_to_a_customer_is_one_line() -> None:
    assert relation_of("Priya Shah, carer, may speak for her") == ("Priya Shah", "carer", True)
    assert relation_of("Daniel Ellison, son, same line") == ("Daniel Ellison", "son, same line", False)
    with pytest.raises(UserMistake):
        relation_of(" , may speak")


def test_a_line_is_one_line() -> None:
    assert one_line("city", "  Leeds\u202e \n LS7 ") == "Leeds LS7"
    with pytest.raises(UserMistake):
        one_line("city", "x" * 201)


@pytest.mark.parametrize("typed", ["4. März 2019", "4 mär 2019", "4 March 2019", "4.3.2019"])
def test_a_day_is_read_in_the_language_of_the_screen_and_in_english(typed: str) -> None:
    with speaking("de"):
        assert day_of(typed) == date(2019, 3, 4)
