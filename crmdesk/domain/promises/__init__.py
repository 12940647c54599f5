"""A promise as one sentence: when it is due is read from plain words, in the customer's own time zone.

``read(text, now, zone, ENGLISH)`` returns what was understood, or what has to be asked; nothing is guessed.
"""

from __future__ import annotations

from crmdesk.domain.promises.english import ENGLISH
from crmdesk.domain.promises.language import Language
from crmdesk.domain.promises.owner import Keeper, Owner, owner_of
from crmdesk.domain.promises.reading import Asked, Problem, Understood, read
from crmdesk.domain.promises.zone import zone_of_numbers

__all__ = [
    "ENGLISH",
    "Asked",
    "Keeper",
    "Language",
    "Owner",
    "Problem",
    "Understood",
    "owner_of",
    "read",
    "zone_of_numbers",
]
