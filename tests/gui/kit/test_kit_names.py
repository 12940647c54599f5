"""The kit as one place to import from."""

from __future__ import annotations

import pytest

from crmdesk.ui import kit


@pytest.mark.parametrize("name", kit.__all__)
def test_every_name_of_the_kit_leads_to_its_part(name: str) -> None:
    assert getattr(kit, name) is not None


def test_a_name_the_kit_does_not_have_is_told_as_usual() -> None:
    with pytest.raises(AttributeError, match="NoSuchPart"):
        _ = kit.NoSuchPart  # type: ignore[attr-defined]
