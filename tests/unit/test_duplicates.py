"""Two records of one person are told from two people: on the public Febrl sets, and by what any house knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.duplicate_pairs import groups_of
from crmdesk.domain.duplicates import Likeness, Traits, compare, traits
from crmdesk.domain.likeness import Fit, align, fit, words_of
from tests.support.febrl import OWN_HOMES, SHARED_HOMES, found_within, load, quality, together

RUTH = traits("Ruth Nielsen", phones=["+442079460172"], addresses=["12 Mill Lane, Leeds LS1 4DY"], city="Leeds")


@pytest.mark.parametrize(
    ("files", "least"), [(("3",), 0.99), (("4a", "4b"), 0.997)], ids=["febrl3, one file", "febrl4, two files"]
)
def test_duplicates_of_the_public_sets_are_found(files: tuple[str, ...], least: float) -> None:
    records = load(*files)
    reached = quality(records, found_within(records, OWN_HOMES))
    assert reached.f1 >= least
    assert reached.precision >= 0.9995


def test_where_families_are_expected_nobody_is_taken_for_another_and_the_groups_are_nearly_whole() -> None:
    records = load("3")
    reached = quality(records, together(found_within(records, SHARED_HOMES)))
    assert reached.precision >= 0.9995
    assert reached.f1 >= 0.99


@pytest.mark.parametrize(
    ("other", "reasons"),
    [
        (traits("Ruth Nilsen", phones=["+442079460172"]), "Same phone, name differs by one letter"),
        (traits("NIELSEN, Ruth", phones=["+442079460172"]), "Same name, same phone"),
        (traits("Ruth Nielsen", addresses=["Mill Lane 12, LS1 4DY Leeds"]), "Same address, same name"),
        (traits("R. Nielsen", phones=["+442079460172"], city="Leeds"), "Same phone, same city, name nearly the same"),
    ],
)
def test_a_probable_duplicate_is_told_with_its_reasons(other: Traits, reasons: str) -> None:
    likeness = compare(RUTH, other)
    assert likeness.is_probable
    assert likeness.reasons == reasons


@pytest.mark.parametrize(
    "other",
    [
        traits("Jonas Nielsen", phones=["+442079460172"], addresses=["12 Mill Lane, Leeds LS1 4DY"], city="Leeds"),
        traits("Ruth Nielsen", city="Bristol"),
        traits("Amir Farahani", phones=["+442079460172"]),
        traits("Ruth Nielsen"),
    ],
    ids=["a husband", "a namesake elsewhere", "who has the number now", "a name alone"],
)
def test_family_and_namesakes_are_not_taken_for_one(other: Traits) -> None:
    assert not compare(RUTH, other).is_probable


def test_a_namesake_is_worth_a_look_and_a_stranger_is_not() -> None:
    assert compare(traits("Ruth Nielsen"), traits("ruth  nielsen")).is_worth_a_look
    assert compare(traits("Siemens"), traits("SIEMENS")).is_worth_a_look
    assert not compare(traits("Ruth Nielsen"), traits("Ruth Adams")).is_worth_a_look


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (traits("Анна Иванова", "Anna Ivanova", ["+4930123456"]), traits("Anna Ivanova", phones=["+4930123456"])),
        (traits("田中 秀夫", "Tanaka Hideo", ["+81312345678"]), traits("Hideo Tanaka", phones=["+81312345678"])),
        (traits("José Núñez", phones=["+34911234567"]), traits("Jose Nunez", phones=["+34911234567"])),
        (traits("مُحَمَّد علي", phones=["+20212345678"]), traits("محمد علي", phones=["+20212345678"])),
        (traits("प्रिया शर्मा", phones=["+911123456789"]), traits("प्रिया शर्मा", phones=["+911123456789"])),
        (traits("Siobhan O'Neill", phones=["+35312345678"]), traits("Siobhán ONeill", phones=["+35312345678"])),
    ],
)
def test_names_are_compared_in_any_script(one: Traits, other: Traits) -> None:
    assert compare(one, other).is_probable


def test_marks_that_are_letters_part_names_in_indian_scripts() -> None:
    assert words_of("कमल") != words_of("कमला")


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_compared_and_the_order_does_not_matter(a: str, b: str, c: str, d: str) -> None:
    one, other = traits(a, addresses=[c], born=d[:8]), traits(b, addresses=[d], born=c[:8])
    there, back = compare(one, other), compare(other, one)
    assert 0 <= there.chance <= 1
    assert isinstance(back, Likeness)
    assert there.chance == pytest.approx(back.chance)


@given(st.lists(st.text(min_size=1, max_size=8), max_size=6).map(tuple))
def test_a_text_fits_itself_whole(words: tuple[str, ...]) -> None:
    aligned = align(words, words[::-1])
    assert aligned.left_over == (0, 0)
    assert all(how is Fit.SAME for how in aligned.fits)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("nielsen", "nilsen", Fit.SLIP),
        ("martha", "marhta", Fit.SLIP),
        ("jo", "jon", Fit.NOT),
        ("j", "jonas", Fit.INITIAL),
        ("12", "13", Fit.NOT),
        ("4011", "4101", Fit.SLIP),
        ("christopher", "christofer", Fit.SLIP),
        ("katherine", "elizabeth", Fit.NOT),
    ],
)
def test_words_fit_as_slips_of_the_keys_make_them(one: str, other: str, how: Fit) -> None:
    assert fit(one, other) is fit(other, one) is how


def test_pairs_tie_groups_together() -> None:
    assert groups_of([(1, 2), (5, 6), (2, 3), (6, 1), (8, 9)]) == [(1, 2, 3, 5, 6), (8, 9)]
