"""The legal entities of a house: each answers for its products, and a file in which that is not clear is refused."""

from __future__ import annotations

import pytest

from crmdesk.domain.cases.house import NO_ENTITY, house_from
from crmdesk.domain.errors import UserMistake
from tests.support.house_rules import HOUSE_TOML


def with_entities(*entities: tuple[str, str]) -> str:
    """Return the rules of the house with entities, each by its key and its products."""
    told = "".join(
        f'[[entity]]\nkey = "{key}"\ntitle = "{key} Ltd"\nproducts = [{names}]\n\n' for key, names in entities
    )
    return HOUSE_TOML.replace("[calendar]", f"{told}[calendar]", 1)


def test_each_product_has_the_entity_that_names_it_or_none() -> None:
    house = house_from(with_entities(("cover", '"Boiler Cover"'), ("pay", '"Pay by wallet", "Card"')), 1)
    found = [house.entity_of(product) for product in (" boiler cover", "CARD", "Pay by wallet", "Plumbing")]
    assert found == ["cover", "pay", "pay", NO_ENTITY]
    assert house_from(HOUSE_TOML, 1).entities == ()


@pytest.mark.parametrize(
    ("entities", "said"),
    [
        ((("cover", '"A"'), ("cover", '"B"')), "have the key cover"),
        ((("cover", '"A"'), ("pay", '"a "')), "answer for a"),
        (((NO_ENTITY, '"A"'),), "cannot be the key"),
        ((("Cover Ltd", '"A"'),), "cannot be the key"),
        ((("cover", "1"),), "products"),
    ],
)
def test_what_is_not_clear_is_refused(entities: tuple[tuple[str, str], ...], said: str) -> None:
    with pytest.raises(UserMistake, match=said):
        house_from(with_entities(*entities), 1)
