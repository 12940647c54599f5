"""Names as people type them."""

from __future__ import annotations

import pytest

from crmdesk.domain.radar.names import alike, product_name, spellings


@pytest.mark.parametrize(
    ("written", "product"),
    [
        ("HomeCover Plus", "HomeCover Plus"),
        ("HomeCover Plus, renews 4 Mar. £31.20 a month", "HomeCover Plus"),
        ("  Boiler   service (2024)", "Boiler service"),
        (", odd", ", odd"),
        ("", ""),
    ],
)
def test_a_product_is_what_stands_before_its_particulars(written: str, product: str) -> None:
    assert product_name(written) == product


def test_spellings_of_one_name_are_the_one_used_most() -> None:
    found = spellings(["leeds", "Leeds", "Leeds ", "LEEDS", "Straße", "STRASSE", "Straße"])
    assert found[alike("lEEDS")] == "Leeds"
    assert found[alike("strasse")] == "Straße"
