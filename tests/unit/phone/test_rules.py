"""Rules that hold for every caller id, whatever it is."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

import phonenumbers
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from crmdesk.domain.phone import PhoneKind, PhoneNumber, candidates, country_of, international, normalise
from tests.unit.phone.hostile import REGIONS, hostile_caller_ids

_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_ZERO_BEHIND_COUNTRY_CODE = re.compile(r"(\+?[^+\d]*\d{1,3}[^+\d]*)\(0\)")
_KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_regions = st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS))


@st.composite
def _valid_numbers(draw: st.DrawFn) -> phonenumbers.PhoneNumber:
    """A valid number of any region and type: an example of the plan with its last digits changed."""
    region = draw(_regions)
    kind = draw(st.sampled_from(sorted(phonenumbers.supported_types_for_region(region))))
    sample = phonenumbers.example_number_for_type(region, kind)
    assume(sample is not None and sample.national_number is not None)
    assert sample is not None and sample.national_number is not None
    sample.national_number += draw(st.integers(-5000, 5000))
    assume(sample.national_number > 0 and phonenumbers.is_valid_number(sample))
    assume(_E164.fullmatch(phonenumbers.format_number(sample, PhoneNumberFormat.E164)))
    return sample


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@settings(deadline=None)  # the first look at a region loads its plan
@given(_valid_numbers(), st.sampled_from(REGIONS))
def test_a_number_in_its_international_forms_comes_back_anywhere(
    number: phonenumbers.PhoneNumber, region: str | None
) -> None:
    e164 = _e164(number)
    for form in (PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.RFC3966):
        assert normalise(phonenumbers.format_number(number, form), region).e164 == e164
    assert normalise(international(e164), region).e164 == e164
    assert candidates(e164, region)[0] == e164


@settings(deadline=None)
@given(
    st.one_of(_valid_numbers().map(_e164), st.from_regex(r"\+?[0-9]{5,17}", fullmatch=True)),
    st.booleans(),
    st.sampled_from(REGIONS),
)
@example("+266696687", True, "US")  # ANONYMOUS on a telephone's keys
def test_digits_alone_say_what_they_say_when_they_must_be_unwrapped(
    text: str, with_plus: bool, region: str | None
) -> None:
    text = text if with_plus else text.removeprefix("+")
    bare, unwrapped = normalise(text, region), normalise(f" {text} ", region)
    assert (bare.kind, bare.e164, bare.extension) == (unwrapped.kind, unwrapped.e164, unwrapped.extension)
    assert candidates(text, region) == candidates(f" {text} ", region)


@settings(deadline=None)
@given(_valid_numbers())
def test_a_number_as_its_country_writes_it_comes_back_in_that_country(number: phonenumbers.PhoneNumber) -> None:
    text = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    assume(sum(c.isdigit() for c in text) > 5)  # shorter ones cannot be told from an extension
    assert normalise(text, country_of(_e164(number))).e164 == _e164(number)


@settings(deadline=None)
@given(_valid_numbers(), st.sampled_from(["DE", "US", "JP", "RU", "AU", "SG"]))
def test_a_number_dialled_from_abroad_comes_back(number: phonenumbers.PhoneNumber, region: str) -> None:
    dialled = phonenumbers.format_out_of_country_calling_number(number, region)
    assert normalise(dialled, region).e164 == _e164(number)


@settings(deadline=None)
@given(st.text(), st.one_of(st.none(), st.text(max_size=3), st.sampled_from(REGIONS)))
@example("\ud800", "DE")
@example("(" * 1024, "DE")
@example("1" * 1_000_000, "US")
def test_any_text_is_read_without_an_error(raw: str, region: str | None) -> None:
    _holds(raw, region)


@settings(deadline=None)
@given(st.text(alphabet='0123456789+-()/. x#*;,<>"@:=~%٣９–', max_size=40), st.sampled_from(REGIONS))
def test_any_row_of_dialling_characters_is_read_without_an_error(raw: str, region: str | None) -> None:
    _holds(raw, region)


@pytest.mark.long
def test_a_hundred_thousand_hostile_caller_ids_raise_nothing_and_give_no_wrong_number() -> None:
    seen = dict.fromkeys(PhoneKind, 0)
    for raw, region in hostile_caller_ids(100_000, seed=20261121):
        seen[_holds(raw, region).kind] += 1
    assert all(seen.values()), seen  # else the generator has become tame


def _holds(raw: str, region: str | None) -> PhoneNumber:
    """Assert what must be true of every answer, and return it."""
    found = normalise(raw, region)
    assert found.raw == raw
    assert (found.e164 is not None) == (found.kind is PhoneKind.NUMBER)
    if found.kind in {PhoneKind.WITHHELD, PhoneKind.UNUSABLE, PhoneKind.INTERNAL}:
        assert found.e164 is None
    if found.kind is PhoneKind.INTERNAL:
        assert found.extension is not None and 1 <= len(found.extension) <= 6
    if found.extension is not None:
        assert re.fullmatch(r"[0-9]{1,20}", found.extension)
    if found.e164 is not None:
        _is_right(found.e164, raw)
    return found


def _is_right(e164: str, raw: str) -> None:
    """A number is valid, stays itself, came in one line, and every digit of it was written, in that order."""
    assert _E164.fullmatch(e164)
    parsed = phonenumbers.parse(e164, None)
    assert phonenumbers.is_valid_number(parsed)
    assert normalise(e164, None).e164 == e164
    assert not any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} and c != "\t" for c in raw.strip())
    written = _digits_in(raw), _digits_in(_ZERO_BEHIND_COUNTRY_CODE.sub(r"\1", raw))
    assert any(phonenumbers.national_significant_number(parsed) in digits for digits in written)


def _digits_in(raw: str) -> str:
    text = re.sub(r"^.*?(?:tel|sips?|callto):", "", unquote(raw).lower())
    scope = re.fullmatch(r"([^;]*)(?:;.*)?;phone-context=(\+[^;]*)(?:;.*)?", text, re.DOTALL)
    if scope and "+" not in scope[1]:
        text = scope[2] + scope[1]
    return "".join(str(unicodedata.decimal(c)) for c in text.translate(_KEYS) if c.isdecimal())
