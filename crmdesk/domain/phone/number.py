"""What a caller id turned out to be."""

from __future__ import annotations

from enum import StrEnum

from crmdesk.domain.quick import dataclass


class PhoneKind(StrEnum):
    """What sort of thing was written where a number was expected."""

    NUMBER = "number"
    """A number of the public telephone network; ``e164`` is set."""
    INTERNAL = "internal"
    """An extension of the house (288, 1001); ``extension`` is set, ``e164`` is not."""
    WITHHELD = "withheld"
    """The caller did not want the number known, or the phone system has none to tell."""
    SERVICE = "service"
    """A short, emergency or feature code (112, 116117, *67): no subscriber stands behind it."""
    UNUSABLE = "unusable"
    """Not a number, or not one that can be told for certain; the text is kept as it came."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A caller id as it came and what is known for certain about it.

    ``raw`` is the text unchanged. ``e164`` is ``+`` and 7 to 15 digits (ITU-T E.164). ``extension`` is what is dialled
    behind it or, for ``INTERNAL`` and for a ``SERVICE`` of digits only, the whole number. ``name`` is the display name
    that came along: plain text that the caller's side made up.
    """

    raw: str
    e164: str | None
    extension: str | None
    kind: PhoneKind
    name: str | None = None
