"""Caller ids as phone systems and people write them, kind by kind, and what each must become."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from crmdesk.domain.phone import PhoneKind, candidates, country_of, international, normalise

_EXAMPLES = Path(__file__).parents[2] / "data" / "phones-examples.csv"
_BERLIN = "+493012345678"


def _examples() -> list[tuple[str, str, str | None]]:
    with _EXAMPLES.open(encoding="utf-8", newline="") as stream:
        return [
            (row["input"], row["default_region"], row["expected_e164_or_empty"] or None)
            for row in csv.DictReader(stream)
        ]


@pytest.mark.parametrize(("raw", "region", "e164"), _examples())
def test_the_collected_examples_are_read_as_expected(raw: str, region: str, e164: str | None) -> None:
    assert normalise(raw, region).e164 == e164


@pytest.mark.parametrize(
    ("raw", "region"),
    [
        ("030 12345678", "DE"),
        ("030/12345678", "DE"),
        ("030.123.456.78", "DE"),
        ("(0 30) 12 34 56 78", "DE"),
        ("(0)30 12345678", "DE"),
        ("030 12345678;", "DE"),
        ("+49 30 12345678", None),
        ("+49.3012345678", "US"),
        ("(+)49 30 12345678", "DE"),
        ("+(49) 30 12345678", "DE"),
        ("+49 (0) (30) 12345678", "DE"),
        ("+49 (030) 12345678", "US"),
        ("0049(0)3012345678", "FR"),
        ("00 49 (0) 30 12345678", "GB"),
        ("4930 12345678", "DE"),
        ("49 (0)30 12345678", "DE"),
        ("493012345678", "US"),
        ("493012345678.0", "DE"),
        ("+0049 30 12345678", "DE"),
        ("+011 49 30 12345678", "US"),
        ("0011 49 30 12345678", "AU"),
        ("001 49 30 12345678", "SG"),
        ("00 49 30 12345678", "HK"),
        ("001 49 30 12345678", "HK"),
        ("00 700 49 30 12345678", "KR"),
        ("8 10 49 30 12345678", "RU"),
        ("810493012345678", "RU"),
        ("0021 49 30 12345678", "BR"),
        ("119 49 30 12345678", "CU"),
    ],
)
def test_one_number_is_found_through_every_prefix_and_grouping(raw: str, region: str | None) -> None:
    assert normalise(raw, region).e164 == _BERLIN


@pytest.mark.parametrize(
    "raw",
    [
        "030\u00a012345678",
        "030\u202f1234\u20095678",
        "030\t12345678",
        "030\u201112345678",
        "030\u20121234\u20145678",
        "+49\u221230\u221212345678",
        "\u202a+493012345678\u202c",
        "\ufeff+493012345678",
        "+49\u200b30\u206012345678",
        "٠٣٠١٢٣٤٥٦٧٨",
        "+۴۹۳۰۱۲۳۴۵۶۷۸",
        "+४९३०१२३४५६७८",
        "（０３０）１２３４－５６７８",
        "☎\ufe0f 030 12345678",
        " +493012345678\r\n",
    ],
)
def test_the_script_and_the_invisible_characters_do_not_matter(raw: str) -> None:
    assert normalise(raw, "DE").e164 == _BERLIN


@pytest.mark.parametrize(
    "raw",
    [
        "sip:+493012345678@pbx.example.com",
        "SIP:+493012345678@[2001:db8::1]:5060;transport=tcp",
        "sip:+49-30-12345678;verstat=TN-Validation-Passed@pbx.example.com;user=phone",
        "sip:03012345678@pbx.example.com",
        "sip:03012345678:secret@pbx.example.com?subject=call",
        "sip:03012345678;phone-context=pbx.example.com@pbx.example.com",
        "<sip:+493012345678@pbx.example.com>;tag=a6c85cf",
        "tel:+49-30-12345678",
        "tel:+49%2030%2012345678",
        "tel:12345678;phone-context=+49-30",
        "tel:030-12345678;isub=12345;phone-context=+49",
        "callto:+493012345678",
        "whatsapp:+493012345678",
        "+493012345678@pbx.example.com",
        "%2B493012345678",
        "'+493012345678",
        '"+493012345678"',
        "Telefon-Nr.: 030 12345678",
        "Fax 030 12345678",
        "030 12345678 (Büro)",
        "030 12345678 privat",
    ],
)
def test_what_a_number_comes_wrapped_in_is_taken_off(raw: str) -> None:
    assert normalise(raw, "DE").e164 == _BERLIN


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Anna Müller <+493012345678>", "Anna Müller"),
        ('"Müller, Anna" <sip:+493012345678@pbx>;tag=1', "Müller, Anna"),
        (r'"Anna \"007\" M" <+493012345678>', 'Anna "007" M'),
        ('"A <b> C" <+493012345678>', "A <b> C"),
        ('"+493012345678" <+493012345678>', None),
        ('"Unknown" <+493012345678>', None),
        ("<+493012345678>", None),
    ],
)
def test_a_display_name_is_kept_beside_the_number(raw: str, name: str | None) -> None:
    found = normalise(raw, "DE")
    assert (found.e164, found.name) == (_BERLIN, name)


@pytest.mark.parametrize(
    ("raw", "extension"),
    [
        ("+1 201-555-0123 ext. 456", "456"),
        ("201-555-0123 x456", "456"),
        ("201-555-0123 #456", "456"),
        ("201-555-0123;ext=456", "456"),
        ("201-555-0123 (ext 456)", "456"),
        ("201-555-0123,,456#", "456"),
        ("201-555-0123p456", "456"),
        ("201-555-0123, Extension 456", "456"),
        ("tel:+1-201-555-0123;ext=4-5-6", "456"),
        ("+1.2015550123x456", "456"),
        ("201-555-0123 доб. 456", "456"),
        ("201-555-0123 Durchwahl 456", "456"),
        ("201-555-0123", None),
    ],
)
def test_an_extension_is_kept_apart_from_the_number(raw: str, extension: str | None) -> None:
    found = normalise(raw, "US")
    assert (found.e164, found.extension) == ("+12015550123", extension)


@pytest.mark.parametrize(
    ("raw", "region", "e164"),
    [
        ("12125550123", "US", "+12125550123"),
        ("447911123456", "GB", "+447911123456"),
        ("33612345678", "FR", "+33612345678"),
        ("390612345678", "IT", "+390612345678"),
        ("5511961234567", "BR", "+5511961234567"),
        ("919812345678", "IN", "+919812345678"),
        ("497111234567", "DE", "+497111234567"),
    ],
)
def test_a_lost_plus_is_put_back(raw: str, region: str, e164: str) -> None:
    assert normalise(raw, region).e164 == e164


@pytest.mark.parametrize(
    ("raw", "region", "e164"),
    [
        ("13812345678", "CN", "+8613812345678"),
        ("34 99123-4567", "BR", "+5534991234567"),
        ("6562345678", "US", "+16562345678"),
        ("3912345678", "IT", "+393912345678"),
        ("33316005", "NZ", "+6433316005"),
        ("301/23456", "DE", "+4930123456"),
        ("7911 123456", "GB", "+447911123456"),
    ],
)
def test_a_number_as_its_own_country_writes_it_is_not_taken_for_a_foreign_one(raw: str, region: str, e164: str) -> None:
    assert normalise(raw, region).e164 == e164


@pytest.mark.parametrize(
    ("raw", "region", "e164"),
    [
        ("+39 (0)6 6981234", "DE", "+39066981234"),
        ("+7 (8) 495 123-45-67", "RU", "+74951234567"),
        ("+36 (06) 1 234 5678", "HU", "+3612345678"),
        ("+33 06 12 34 56 78", "FR", "+33612345678"),
        ("+34 (0) 612 34 56 78", "DE", "+34612345678"),
        ("8 (029) 491-19-11", "BY", "+375294911911"),
        ("011 15 2345 6789", "AR", "+5491123456789"),
        ("(0xx11) 2345-6789", "BR", "+551123456789"),
        ("0 15 11 2345-6789", "BR", "+551123456789"),
    ],
)
def test_trunk_and_carrier_prefixes_go_and_leading_zeros_of_the_number_stay(raw: str, region: str, e164: str) -> None:
    assert normalise(raw, region).e164 == e164


@pytest.mark.parametrize("raw", ["1-800-FLOWERS", "1 800 flowers", "+1 (800) FLOWERS"])
def test_a_number_given_as_a_word_is_typed_out(raw: str) -> None:
    assert normalise(raw, "US").e164 == "+18003569377"


@pytest.mark.parametrize(
    "raw",
    [
        "Anonymous",
        "ANONYMOUS",
        "unavailable",
        "unknown",
        "<unknown>",
        "restricted",
        "Private",
        "private number",
        "WITHHELD",
        "s",
        "<>",
        '""',
        "\u200b",
        "No Caller ID",
        "P",
        "Unbekannt",
        "numéro masqué",
        "非通知",
        "tel:anonymous",
        "sip:anonymous@anonymous.invalid",
        "sip:+493012345678@anonymous.invalid",
        '"Anonymous" <anonymous@x.invalid>',
        '"Anonymous" <+493012345678>',
        "+266696687",
    ],
)
def test_a_withheld_number_is_said_to_be_withheld(raw: str) -> None:
    found = normalise(raw, "DE")
    assert (found.kind, found.e164) == (PhoneKind.WITHHELD, None)


def test_no_caller_id_at_all_is_withheld() -> None:
    assert normalise(None, "DE").kind is PhoneKind.WITHHELD
    assert normalise("", None).kind is PhoneKind.WITHHELD


@pytest.mark.parametrize(
    "raw", ["288", "1001", "4711", "28812", "ext. 288", "sip:288@pbx", "tel:288;phone-context=x.org"]
)
def test_an_extension_of_the_house_is_internal(raw: str) -> None:
    found = normalise(raw, "US")
    assert found.kind is PhoneKind.INTERNAL
    assert found.e164 is None
    assert found.extension is not None and found.extension in raw


@pytest.mark.parametrize(
    ("raw", "region"),
    [
        ("112", None),
        ("911", "US"),
        ("999", "GB"),
        ("000", "AU"),
        ("110", "DE"),
        ("116117", "DE"),
        ("116 117", "DE"),
        ("*67", "US"),
        ("*67 201 555 0123", "US"),
        ("#31#03012345678", "DE"),
        ("*#06#", "DE"),
    ],
)
def test_emergency_short_and_feature_codes_are_services(raw: str, region: str | None) -> None:
    found = normalise(raw, region)
    assert (found.kind, found.e164) == (PhoneKind.SERVICE, None)


@pytest.mark.parametrize(
    "raw",
    [
        "+493012345678\r\nAction: Originate",
        "+493012345678%0d%0aAction: Originate",
        "sip:+493012345678%0AAction@pbx",
        '"Anna\nAction: x" <+493012345678>',
        "+493012345678\x00",
        "+493012345678\u2028x",
        "=493012345678",
        '="03012345678"',
        "'=1+493012345678",
        "-493012345678",
        "@SUM(+493012345678)",
        "+493012345678|calc",
        "03012345678'; DROP TABLE customer;--",
        "<script>03012345678</script>",
        "4,93012E+11",
        "1E+10",
        "0x3012345678",
        "030 1234XXXX",
        "030 12345???",
        "1-800-XXX-XXXX",
        "sip:+493012345678abc@pbx",
        "sip:192.168.112.110",
        "192.168.112.110",
        "2024-10-31",
        "31.10.2024",
        "DE89370400440532013000",
        "1,234,567,890",
        "030 12345678 / 0171 1234567",
        "030 12345678/79",
        "030 12345678 und 0171 1234567",
        "030 12345678; 0171 1234567",
        "030 12345678, 0171 1234567",
        "+49 30 12345678 +49 171 1234567",
        "<+493012345678>, <+491711234567>",
        "+49+30 12345678",
        "00+49 30 12345678",
        "0+49 30 12345678",
        "011 49 30 12345678",
        "tel:03012345678;phone-context=",
        "tel:03012345678;phone-context=+",
        "tel:03012345678;phone-context=49",
        "tel:03012345678;phone-context=a-.b",
        "My customer number is 03012345678",
        "+4930",
        "00",
        "5",
        "Herr Müller",
        "①②③④⑤⑥⑦⑧⑨",
    ],
)
def test_what_is_not_one_certain_number_is_left_alone(raw: str) -> None:
    found = normalise(raw, "DE")
    assert (found.kind, found.e164) == (PhoneKind.UNUSABLE, None)
    assert found.raw == raw


@pytest.mark.parametrize("raw", ["12345678", "7654321", "5550123", "555-0123"])
@pytest.mark.parametrize("region", ["DE", "US", "SE"])
def test_a_local_number_without_its_area_code_is_not_completed(raw: str, region: str) -> None:
    assert normalise(raw, region).e164 is None


def test_digits_that_two_plans_allow_are_not_decided_but_looked_up_by_both() -> None:
    raw = "447400123456"  # in Germany: 04474 00123456 without its zero, or a British mobile without its plus
    assert normalise(raw, "DE").e164 is None
    assert candidates(raw, "DE") == ("+49447400123456", "+447400123456")


def test_a_second_reading_follows_the_first_among_the_candidates() -> None:
    assert candidates("497111234567", "DE") == ("+497111234567", "+49497111234567")
    assert candidates("0711 1234567", "DE") == ("+497111234567",)
    assert candidates("0049 30 12345678", "US") == (_BERLIN,)
    assert candidates("+39 (0)312 3456789", "DE") == ("+3903123456789", "+393123456789")
    assert candidates("anonymous", "DE") == ()


@pytest.mark.parametrize("region", [None, "", "XX", "de-DE", "001"])
def test_without_a_known_region_only_numbers_with_a_country_code_are_read(region: str | None) -> None:
    assert normalise("+493012345678", region).e164 == _BERLIN
    assert normalise("03012345678", region).e164 is None
    assert normalise("493012345678", region).e164 is None


def test_a_number_is_shown_as_its_country_groups_it() -> None:
    assert international("+441212345678") == "+44 121 234 5678"
    assert international("+12015550123") == "+1 201-555-0123"
    assert international("nonsense") == "nonsense"


def test_a_number_names_its_country() -> None:
    assert country_of("+441212345678") == "GB"
    assert country_of("+15062345678") == "CA"
    assert country_of("+80012345678") is None
    assert country_of("nonsense") is None
