"""The country that a command's ``--region`` names."""

from __future__ import annotations

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.regions import region_named


def region(name: str) -> str:
    """Return the country's code in capitals; raises UserMistake where it is none."""
    found = region_named(name)
    if found is None:
        next_step = "Write the two letters of ISO 3166: US, DE, or GB for the United Kingdom."
        raise UserMistake("region", f"{name!r} is no country code.", next_step)
    return found


def region_if_named(name: str | None) -> str | None:
    """Return the country's code as ``region`` does, None where no country is named."""
    return None if name is None else region(name)
