"""The world's numbering plans: which strings of digits are numbers, and how they are shown.

The plans are those of libphonenumber (``phonenumberslite``); which of several valid readings may be taken is decided
here, because the library takes the first one.
"""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import CountryCodeSource, PhoneMetadata, PhoneNumberFormat, PhoneNumberType
from phonenumbers.phonenumber import PhoneNumber as Parsed

from crmdesk.domain.quick import dataclass

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_FOREIGN_DIGITS = 11
"""From this length on, digits of another country are taken for an international number whose plus was lost."""
_LONGEST_LOCAL = 8
"""Longest number anywhere that is dialled without its area code (digits)."""
_LONGEST_EXTENSION = 6
_USUAL_EXTENSION = 4
_LONGEST_EXIT_CODE = 10
_OPEN_PLAN = 3
"""A plan whose fixed numbers have this many lengths or more is open: a number's length does not tell it is whole."""
_DIALLED_BY_WORD = frozenset(
    {
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
    }
)


@dataclass(frozen=True, slots=True)
class Readings:
    """What digits may mean: ``certain`` is the reading that may be kept, ``others`` those worth a look-up only."""

    certain: str | None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grouping:
    """What the way a number was grouped tells: the digits in its first group, whether its area code is set apart."""

    first: int = 0
    area_marked: bool = False


_UNGROUPED = Grouping()


def known_region(region: str | None) -> str | None:
    """Return ``region`` as the plans name it (ISO 3166, upper case), or ``None`` when there is no such plan."""
    code = (region or "").strip().upper()
    return code if code in phonenumbers.SUPPORTED_REGIONS else None


def country_of(e164: str) -> str | None:
    """Return the ISO 3166 code of the country of ``e164``; ``None`` if it has none (satellite, +800)."""
    parsed = _parse(e164, None)
    region = phonenumbers.region_code_for_number(parsed) if parsed else None
    return None if region == "001" else region


def main_country_of(e164: str) -> str | None:
    """Return the ISO 3166 code of the country that a calling code is mainly used by, also for a number that no plan
    has assigned; ``None`` if it has none."""
    parsed = _parse(e164, None)
    region = phonenumbers.region_code_for_country_code(parsed.country_code or 0) if parsed else None
    return None if region in (None, "ZZ", "001") else region


def international(e164: str) -> str:
    """Return ``e164`` with spaces as its country groups it (ITU-T E.123); unchanged where it is no number."""
    parsed = _parse(e164, None)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL) if parsed else e164


def read_in_context(context: str, digits: str) -> Readings:
    """Return what ``digits`` mean behind the digits of a phone-context (RFC 3966 section 5.1.5: a prefix of a number).

    A trunk prefix has its place behind a country code only.
    """
    if digits.startswith("0") and int(context) not in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        return Readings(None)
    return Readings(_e164(_parse(f"+{context}{digits}", None)))


def is_split_at_country_code(e164: str, national: str) -> bool:
    """Tell whether ``e164`` is a country code and then ``national``, nothing between."""
    country = e164[1:].removesuffix(national)
    return country.isdecimal() and int(country) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE


def is_dialled_by_word(e164: str) -> bool:
    """Tell whether ``e164`` is of a kind that is given out as a word: free, premium, shared cost, nationwide."""
    parsed = _parse(e164, None)
    return parsed is not None and phonenumbers.number_type(parsed) in _DIALLED_BY_WORD


def is_short_code(digits: str, region: str | None) -> bool:
    """Tell whether ``digits`` are an emergency or service number of ``region`` (112 and 911 are everywhere).

    Four digits count for an emergency number only: the plans know thousands of four-digit codes of single carriers,
    houses have four-digit extensions, and it is extensions that call.
    """
    if digits in {"112", "911"}:
        return True
    if region is None:
        return False
    if phonenumbers.is_emergency_number(digits, region):
        return True
    short = Parsed(
        country_code=phonenumbers.country_code_for_region(region),
        national_number=int(digits),
        italian_leading_zero=digits.startswith("0"),
    )
    return (
        len(digits) != _USUAL_EXTENSION
        and phonenumbers.is_valid_short_number_for_region(short, region)
        and not phonenumbers.is_sms_service_for_region(short, region)
        and not phonenumbers.is_carrier_specific_for_region(short, region)
    )


def read_international(digits: str, region: str | None, grouping: Grouping = _UNGROUPED) -> Readings:
    """Return what digits behind a plus mean; a plus before the region's own exit code (``+00``) is forgiven."""
    if not digits.startswith("0"):
        return Readings(_e164(_parse("+" + digits, None)))
    return _only(_read_through_exit(digits, region, grouping)) if region else Readings(None)


def read_in_region(digits: str, region: str, grouping: Grouping = _UNGROUPED) -> Readings:
    """Return what digits without a plus mean when dialled in ``region``."""
    abroad = _read_through_exit(digits, region, grouping)
    if abroad:
        return _only(abroad)
    parsed = _parse(digits, region)
    if parsed and _e164(parsed) and parsed.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY:
        return _read_national(digits, region, grouping, parsed)
    return _read_without_plus(digits, region)


def _read_through_exit(digits: str, region: str, grouping: Grouping) -> tuple[str, ...]:
    # An exit code may have a carrier in it (HK: 00 and 001), so that only grouping tells where it ends.
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or not metadata.international_prefix:
        return ()
    exit_code = re.compile(metadata.international_prefix)
    ends = [end for end in range(1, _LONGEST_EXIT_CODE + 1) if exit_code.fullmatch(digits, 0, end)]
    if grouping.first in ends:
        ends = [grouping.first]
    found = [_e164(_parse("+" + digits[end:], None)) for end in ends if digits[end : end + 1] not in {"", "0"}]
    return tuple(dict.fromkeys(e164 for e164 in found if e164))


def _only(found: tuple[str, ...]) -> Readings:
    return Readings(found[0]) if len(found) == 1 else Readings(None, found)


def _read_national(digits: str, region: str, grouping: Grouping, parsed: Parsed) -> Readings:
    dialled = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    abroad = _with_plus(digits, region)
    others = (abroad,) if abroad not in (None, dialled) and len(digits) >= _FOREIGN_DIGITS else ()
    significant = phonenumbers.national_significant_number(parsed)
    usual = re.sub(r"\D", "", phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL))
    if digits not in (significant, usual):  # a trunk prefix was there, so this is how it is dialled
        return Readings(dialled)
    if digits == usual:
        return Readings(None) if _may_be_extension(digits, region) else Readings(dialled, others)
    # The country writes a trunk prefix and it is missing.
    may_be_local = not grouping.area_marked and len(digits) <= _LONGEST_LOCAL and _is_open(region)
    if may_be_local or len(digits) <= _LONGEST_EXTENSION:
        return Readings(None)
    if abroad is None:
        return Readings(dialled)
    if _is_own(digits, region):
        return Readings(abroad, (dialled,))
    if len(digits) >= _FOREIGN_DIGITS:
        return Readings(None, (dialled, abroad))
    return Readings(dialled, others)


def _read_without_plus(digits: str, region: str) -> Readings:
    if digits.startswith("00"):  # the exit code that ITU-T E.164 recommends, in a country that has another
        loose = _e164(_parse("+" + digits[2:], None)) if digits[2:3] != "0" else None
        return Readings(None, (loose,) if loose else ())
    abroad = _with_plus(digits, region)
    if abroad is None:
        return Readings(None)
    if _is_own(digits, region) or len(digits) >= _FOREIGN_DIGITS:
        return Readings(abroad)
    return Readings(None, (abroad,))


def _with_plus(digits: str, region: str) -> str | None:
    if digits.startswith("0"):
        return None
    found = _e164(_parse("+" + digits, None))
    # That a plus was lost may be taken for granted; that a trunk prefix was written behind it as well, only at home.
    return found if found == "+" + digits or _is_own(digits, region) else None


def _is_own(digits: str, region: str) -> bool:
    return digits.startswith(str(phonenumbers.country_code_for_region(region)))


def _may_be_extension(digits: str, region: str) -> bool:
    metadata = PhoneMetadata.metadata_for_region(region)
    general = metadata.general_desc if metadata else None
    longest = max(general.possible_length, default=0) if general else 0
    return len(digits) < _LONGEST_EXTENSION and not digits.startswith("0") and longest > _LONGEST_LOCAL


def _is_open(region: str) -> bool:
    metadata = PhoneMetadata.metadata_for_region(region)
    fixed = metadata.fixed_line if metadata else None
    return fixed is not None and len(fixed.possible_length) >= _OPEN_PLAN


def _parse(text: str, region: str | None) -> Parsed | None:
    # Only of a number read in a region is it asked how its country code was found.
    try:
        return phonenumbers.parse(text, region, keep_raw_input=region is not None)
    except phonenumbers.NumberParseException:
        return None


def _is_valid(parsed: Parsed) -> bool:
    # Most numbers are of the main region of their code; the library would first look for it, then look at it again.
    main = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return phonenumbers.is_valid_number_for_region(parsed, main) or phonenumbers.is_valid_number(parsed)


def _e164(parsed: Parsed | None) -> str | None:
    if parsed is None or not _is_valid(parsed):
        return None
    text = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return text if _E164.fullmatch(text) else None
