"""From a caller id to a number: unwrap it, read its grammar, look it up in the numbering plan, else leave it alone."""

from __future__ import annotations

import re

from crmdesk.domain.phone.dialled import Dialled, extension_only, read_dialled, read_vanity, strip_label
from crmdesk.domain.phone.envelope import Envelope, open_envelope
from crmdesk.domain.phone.number import PhoneKind, PhoneNumber
from crmdesk.domain.phone.plan import (
    Grouping,
    Readings,
    country_of,
    is_dialled_by_word,
    is_short_code,
    is_split_at_country_code,
    known_region,
    read_in_context,
    read_in_region,
    read_international,
)
from crmdesk.domain.phone.text import fold
from crmdesk.domain.phone.withheld import given_name, hides_the_number, names_no_number
from crmdesk.domain.quick import dataclass

_NOTHING = Readings(None)
_BARE = re.compile(r"(\+?)([0-9]{7,15})")
"""A number without anything around it or in it, as trunks send it: there is nothing to unwrap and no grouping."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    kind: PhoneKind
    readings: Readings = _NOTHING
    extension: str | None = None
    name: str | None = None


def normalise(raw: str | None, region: str | None) -> PhoneNumber:
    """Return what the caller id ``raw`` says for certain when it was received in ``region`` (ISO 3166, e.g. "DE").

    Never raises and takes bounded time for any text. A number comes back only when the text has exactly one reading
    that the numbering plans allow; see :func:`candidates` for readings that are only worth a look-up. ``region`` may
    be ``None`` or unknown: then only numbers with a country code can be told.
    """
    found = _read(raw or "", known_region(region))
    return PhoneNumber(raw or "", found.readings.certain, found.extension, found.kind, given_name(found.name))


def candidates(raw: str | None, region: str | None) -> tuple[str, ...]:
    """Return the E.164 forms to look ``raw`` up by, best first.

    The first is that of :func:`normalise` when there is one; others follow where a digit string has a second valid
    reading (a lost plus, a lost trunk prefix). What is found by them is to be shown, never linked by itself.
    """
    readings = _read(raw or "", known_region(region)).readings
    first = (readings.certain,) if readings.certain else ()
    return tuple(dict.fromkeys(first + readings.others))


def _read(raw: str, region: str | None) -> _Outcome:
    bare = _BARE.fullmatch(raw)
    if bare is not None and not names_no_number(raw):
        return _read_bare(bare[2], bool(bare[1]), region)
    text = fold(raw)
    if text is None:
        return _Outcome(PhoneKind.UNUSABLE)
    if names_no_number(text):
        return _Outcome(PhoneKind.WITHHELD)
    envelope = open_envelope(text)
    if envelope is None:
        return _Outcome(PhoneKind.UNUSABLE)
    if hides_the_number(envelope.name, envelope.host) or names_no_number(envelope.address):
        return _Outcome(PhoneKind.WITHHELD)
    return _read_address(envelope, region)


def _read_bare(digits: str, plus: bool, region: str | None) -> _Outcome:
    """Return what the long way round would find for digits alone; they are too many for a short code."""
    readings = _readings(Dialled(digits, plus, first_group=len(digits)), None, region)
    return _Outcome(PhoneKind.NUMBER if readings.certain else PhoneKind.UNUSABLE, readings)


def _read_address(envelope: Envelope, region: str | None) -> _Outcome:
    text = strip_label(envelope.address)
    if text[:1] in {"*", "#"}:
        return _Outcome(PhoneKind.SERVICE, name=envelope.name)
    inside = extension_only(text)
    if inside is not None and not envelope.uri:
        return _Outcome(PhoneKind.INTERNAL, extension=inside, name=envelope.name)
    dialled = read_dialled(text)
    if dialled is None and not envelope.uri:
        dialled = read_vanity(text)
    if dialled is None:
        return _Outcome(PhoneKind.UNUSABLE, name=envelope.name)
    readings = _readings(dialled, envelope.context, region)
    if readings.certain or readings.others:
        kind = PhoneKind.NUMBER if readings.certain else PhoneKind.UNUSABLE
        return _Outcome(kind, readings, dialled.extension or envelope.extension, envelope.name)
    return _read_short(text, dialled, region, envelope.name)


def _readings(dialled: Dialled, context: str | None, region: str | None) -> Readings:
    if dialled.before_slash and len(dialled.before_slash) > 6:
        # "030 1234567/68" and "030 1234567 / 030 7654321" are two numbers; "0171/1234567" is one.
        before = _reading(Dialled(dialled.before_slash, dialled.plus), context, region)
        if before.certain or before.others:
            return _NOTHING
    found = _reading(dialled, context, region)
    if dialled.vanity:  # word numbers are dialled in their own country or with a plus, and are free or shared cost
        at_home = found.certain is not None and (dialled.plus or country_of(found.certain) == region)
        return found if found.certain and at_home and is_dialled_by_word(found.certain) else _NOTHING
    return found


def _reading(dialled: Dialled, context: str | None, region: str | None) -> Readings:
    literal = _read_digits(dialled, dialled.digits, context, region)
    if dialled.around_zero is None:
        return literal
    country, national = dialled.around_zero
    found = _read_digits(dialled, country + national, context, region).certain
    if found is None or found == literal.certain or not is_split_at_country_code(found, national):
        return literal
    if literal.certain:  # +39 (0)312 ...: Italy has the number with the zero and the one without
        return Readings(None, (literal.certain, found))
    return Readings(found)


def _read_digits(dialled: Dialled, digits: str, context: str | None, region: str | None) -> Readings:
    grouping = Grouping(dialled.first_group, dialled.area_marked)
    if dialled.plus:
        return read_international(digits, region, grouping)
    if context is not None:
        return read_in_context(context, digits)
    return read_in_region(digits, region, grouping) if region else _NOTHING


def _read_short(text: str, dialled: Dialled, region: str | None, name: str | None) -> _Outcome:
    digits = text.replace(" ", "")
    if dialled.plus or not digits.isdecimal() or not 2 <= len(digits) <= 6:
        return _Outcome(PhoneKind.UNUSABLE, name=name)
    if is_short_code(digits, region):
        return _Outcome(PhoneKind.SERVICE, extension=digits, name=name)
    if digits == text and not digits.startswith("0"):
        return _Outcome(PhoneKind.INTERNAL, extension=digits, name=name)
    return _Outcome(PhoneKind.UNUSABLE, name=name)
