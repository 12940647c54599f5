"""Somebody about to be made is compared with who is on file."""

from __future__ import annotations

import pytest

from crmdesk.domain.customers import NewCustomer
from crmdesk.services import customers, merging
from crmdesk.services.duplicates import like
from tests.services.conftest import Steps
from tests.support.desk import MARGARET, OMAR, SHARED_LINE, TOMASZ, TOMASZS_LINE


def found(do: Steps, name: str, number: str = "") -> list[tuple[object, str, bool]]:
    seen = do(lambda uow: like(uow, NewCustomer(name, number=number), "GB"))
    return [(one.customer_id, one.reasons, one.is_probable) for one in seen]


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("Tomasz Wiśniewski", "", (TOMASZ, "Same name", False)),
        ("tomasz wisniewski", TOMASZS_LINE, (TOMASZ, "Same name, same phone", True)),
        ("Tomasz Wisniewsky", "020 7946 0555", (TOMASZ, "Same phone, name differs by one letter", True)),
        ("Margret Ellison", "", (MARGARET, "Name differs by one letter", False)),
        ("Omar Al-Haddad", "", (OMAR, "Same name", False)),
        ("الحداد عمر", "", (OMAR, "Same name", False)),
    ],
)
def test_who_resembles_the_new_customer_is_told_with_reasons(
    do: Steps, name: str, number: str, expected: tuple[object, str, bool]
) -> None:
    assert found(do, name, number)[0] == expected


def test_whoever_shares_a_line_but_not_the_name_is_not_told(do: Steps) -> None:
    assert found(do, "Amir Farahani", SHARED_LINE) == []


@pytest.mark.parametrize("name", ["", " ", "%", '"', "Zoë Example", "NEAR(", "a" * 300])
def test_nobody_resembles_a_stranger(do: Steps, name: str) -> None:
    assert found(do, name) == []


def test_a_merged_customer_is_told_as_the_one_that_is_left(do: Steps) -> None:
    double = do(lambda uow: customers.create(uow, NewCustomer("Thomas Wisniewski"), "GB"))
    do(lambda uow: merging.merge(uow, double, TOMASZ))
    assert [one[0] for one in found(do, "Tomasz Wisniewski")] == [TOMASZ]
