"""The country that a command's ``--region`` names."""

from __future__ import annotations

from crmdesk.domain.errors import UserMistake


def region(name: str | None) -> str | None:
    """Return the country's code in capitals; None where no country is named. Raises UserMistake where it is none."""
    from crmdesk.domain.phone.plan import known_region

    if name is None:
        return None
    known = known_region(name) if len(name) == 2 else None
    if known is None:
        raise UserMistake("region", f"{name} is no country code.", "Two letters, for example US or DE.")
    return known
