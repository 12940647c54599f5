"""A promise as one sentence: when it is due is read from plain words, in the customer's own time zone.

``read(text, now, zone, language_of(spoken()))`` returns what was understood, or what has to be asked; nothing is
guessed.
"""

from __future__ import annotations

from crmdesk.domain.promises.english import ENGLISH
from crmdesk.domain.promises.german import GERMAN
from crmdesk.domain.promises.language import Language
from crmdesk.domain.promises.owner import Keeper, Owner, owner_of
from crmdesk.domain.promises.reading import Asked, Problem, Understood, read
from crmdesk.domain.promises.zone import zone_of_numbers


def language_of(code: str) -> Language:
    """Return the language in which sentences are read where the program speaks the one with this tag."""
    return GERMAN if code.partition("-")[0] == GERMAN.name else ENGLISH


__all__ = [
    "ENGLISH",
    "GERMAN",
    "Asked",
    "Keeper",
    "Language",
    "Owner",
    "Problem",
    "Understood",
    "language_of",
    "owner_of",
    "read",
    "zone_of_numbers",
]
