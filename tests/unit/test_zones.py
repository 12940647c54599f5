"""Names of time zones as other computers may have written them: none of them ends what reads them."""

from __future__ import annotations

import pytest

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.zones import zone_or_none
from crmdesk.services.owning import check_zone

NONE = ("Europe", "America/Argentina", "x" * 300, "", ".", "/etc/passwd", "\0", "zone.tab", "No/Where", "\ud800")


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_zone_is_none_and_not_taken_from_a_person(name: str) -> None:
    assert zone_or_none(name) is None
    with pytest.raises(UserMistake, match="no such time zone"):
        check_zone(name)


def test_a_zone_is_one() -> None:
    found = zone_or_none("Europe/London")
    assert found is not None
    assert found.key == "Europe/London"
