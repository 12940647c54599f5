"""Whether goods may come back: a table of days, and the sentence that says why."""

from __future__ import annotations

from datetime import date

import pytest

from crmdesk.domain.cases.house import house_from
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.requests.eligibility import eligibility, why
from crmdesk.domain.requests.kinds import RequestOutcome
from crmdesk.domain.requests.return_terms import ReturnTerms
from tests.support.house_rules import HOUSE_TOML

RETURNS = """
[[returns]]
begins = 2024-01-01

[[returns.goods]]
name = "Kettles"
window_days = 30
warranty_months = 24
products = ["Kettle 2000"]

[[returns.goods]]
name = "Filters"
window_days = 14

[[returns.goods]]
name = "Opened food"

[[returns]]
begins = 2026-06-01

[[returns.goods]]
name = "Kettles"
window_days = 60
warranty_months = 36
"""


def terms(text: str = RETURNS) -> tuple[ReturnTerms, ...]:
    return house_from(HOUSE_TOML + text, 1).returns


@pytest.mark.parametrize(
    ("goods", "bought", "asked", "in_window", "in_warranty"),
    [
        ("Kettles", "2026-03-12", "2026-03-12", True, True),
        ("Kettles", "2026-03-12", "2026-04-11", True, True),
        ("Kettles", "2026-03-12", "2026-04-12", False, True),
        ("kettles ", "2026-03-12", "2028-03-12", False, True),
        ("Kettles", "2026-03-12", "2028-03-13", False, False),
        ("Kettles", "2024-02-29", "2026-02-28", False, True),
        ("Kettles", "2024-02-29", "2026-03-01", False, False),
        ("Kettles", "2026-05-31", "2026-07-15", False, True),
        ("Kettles", "2026-06-01", "2026-07-15", True, True),
        ("Filters", "2026-03-12", "2026-03-26", True, False),
        ("Filters", "2026-03-12", "2026-03-27", False, False),
        ("Opened food", "2026-03-12", "2026-03-12", False, False),
        ("Kettles", "2026-03-12", "2026-03-11", False, False),
    ],
)
def test_window_and_warranty_are_those_of_the_day_of_purchase(
    goods: str, bought: str, asked: str, in_window: bool, in_warranty: bool
) -> None:
    found = eligibility(terms(), goods, date.fromisoformat(bought), date.fromisoformat(asked))
    assert (found.in_window, found.in_warranty) == (in_window, in_warranty)
    assert found.in_time is (in_window or in_warranty)


def test_goods_of_which_the_house_says_nothing_are_for_a_person_to_decide() -> None:
    for goods, bought in (("Lamps", date(2026, 3, 12)), ("Kettles", date(2023, 12, 31)), ("Filters", date(2026, 6, 2))):
        found = eligibility(terms(), goods, bought, date(2026, 3, 12))
        assert found.in_time is None
        assert "a person decides" in why(found) or "still to come" in why(found)


def test_the_sentence_names_the_days_and_what_they_mean() -> None:
    found = eligibility(terms(), "Kettles", date(2026, 3, 12), date(2026, 5, 2))
    assert why(found) == (
        "Bought Thu 12 Mar 2026, the window of 30 days ended Sat 11 Apr 2026; "
        "the warranty runs to Sun 12 Mar 2028: repair or replacement."
    )
    assert found.remedies == (RequestOutcome.REPAIR, RequestOutcome.REPLACEMENT)
    early = eligibility(terms(), "Filters", date(2026, 3, 12), date(2026, 3, 20))
    assert why(early) == (
        "Bought Thu 12 Mar 2026, the window of 14 days runs to Thu 26 Mar 2026; "
        "there is no warranty: money back, repair or replacement."
    )
    late = eligibility(terms(), "Opened food", date(2026, 3, 12), date(2026, 3, 20))
    assert why(late) == "Bought Thu 12 Mar 2026, there is no window; there is no warranty: out of time."


def test_a_purchase_that_is_still_to_come_is_told() -> None:
    found = eligibility(terms(), "Kettles", date(2026, 3, 13), date(2026, 3, 12))
    assert why(found) == "Bought Fri 13 Mar 2026: that day is still to come."


def test_what_is_no_date_that_any_calendar_has_does_no_harm() -> None:
    long = terms().__class__
    assert long is tuple
    far = eligibility(
        terms(
            '\n[[returns]]\nbegins = 2024-01-01\n[[returns.goods]]\nname = "Vaults"\n'
            "window_days = 36500\nwarranty_months = 1200\n"
        ),
        "Vaults",
        date(9999, 6, 1),
        date(9999, 7, 1),
    )
    assert (far.window_ends, far.warranty_ends) == (date.max, date.max)


@pytest.mark.parametrize(
    "wrong",
    [
        "\n[[returns]]\ngoods = []\n",
        "\n[[returns]]\nbegins = 2024-01-01T10:00:00\ngoods = []\n",
        "\n[[returns]]\nbegins = 2024-01-01\ngoods = []\n[[returns]]\nbegins = 2024-01-01\ngoods = []\n",
        '\n[[returns]]\nbegins = 2024-01-01\n[[returns.goods]]\nname = " "\n',
        '\n[[returns]]\nbegins = 2024-01-01\n[[returns.goods]]\nname = "A"\nwindow_days = -1\n',
        '\n[[returns]]\nbegins = 2024-01-01\n[[returns.goods]]\nname = "A"\nwarranty_months = 5000\n',
        '\n[[returns]]\nbegins = 2024-01-01\n[[returns.goods]]\nname = "A"\n[[returns.goods]]\nname = "a"\n',
        '\n[[returns]]\nbegins = 2024-01-01\n[[returns.goods]]\nname = "A"\nmore = 1\n',
        "\n[requests]\nservice = 7\n",
        '\n[requests]\ngarden = "x"\n',
    ],
)
def test_terms_that_cannot_be_read_are_refused_before_they_are_published(wrong: str) -> None:
    with pytest.raises(UserMistake):
        house_from(HOUSE_TOML + wrong, 1)
