"""From a caller id to a number."""

from __future__ import annotations

from crmdesk.domain.phone.number import PhoneKind, PhoneNumber
from crmdesk.domain.phone.plan import e164_of

_NO_NUMBER = frozenset("anonymous unknown <unknown> unavailable restricted private withheld s".split()) | {""}


def normalise(raw: str | None, region: str | None) -> PhoneNumber:
    """Return what ``raw`` says, read in ``region`` (ISO 3166); never raises, never guesses."""
    text = (raw or "").strip()
    if text.lower() in {
        "",
        "anonymous",
        "unknown",
        "<unknown>",
        "unavailable",
        "restricted",
        "private",
        "withheld",
        "s",
    }:
        return PhoneNumber(raw or "", None, None, PhoneKind.WITHHELD)
    if text.isdecimal() and text.isascii() and 2 <= len(text) <= 6:
        return PhoneNumber(text, None, text, PhoneKind.INTERNAL)
    e164 = e164_of(text[:250], region)
    return PhoneNumber(raw or "", e164, None, PhoneKind.NUMBER if e164 else PhoneKind.UNUSABLE)


def candidates(raw: str | None, region: str | None) -> tuple[str, ...]:
    """Return the E.164 forms worth looking up for ``raw``, best first."""
    e164 = normalise(raw, region).e164
    return (e164,) if e164 else ()
