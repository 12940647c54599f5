"""The world's numbering plans: which strings of digits are numbers, and how they are shown."""

from __future__ import annotations

import phonenumbers
from phonenumbers import PhoneNumberFormat


def country_of(e164: str) -> str | None:
    """Return the ISO 3166 code of the country of ``e164``; ``None`` if it has none (satellite, +800, no number)."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(e164, None))
    except phonenumbers.NumberParseException:
        return None
    return None if region == "001" else region


def international(e164: str) -> str:
    """Return ``e164`` with spaces as its country groups it (ITU-T E.123); unchanged where it is no number."""
    try:
        parsed = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def e164_of(text: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return (
        phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(parsed)
        else None
    )
