"""Telephone numbers: from what phone systems and people write to E.164, without ever guessing."""

from __future__ import annotations

from crmdesk.domain.phone.number import PhoneKind, PhoneNumber
from crmdesk.domain.phone.plan import country_of, international
from crmdesk.domain.phone.reading import candidates, normalise

__all__ = ["PhoneKind", "PhoneNumber", "candidates", "country_of", "international", "normalise"]
