"""Two people's changes of one text come together, and no word of either is lost."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.merge3 import By, Keep, Overlap, Piece, changed_words, merge3

WORDS = st.sampled_from(["ring", "twice", "dog", "garden", "key", "12", "at", "+44 7700", "3.50", "अनीता", "o'clock"])
MARKS = st.sampled_from([" ", " ", " ", ", ", ". ", "\n", "\n\n", ": ", " (", ") ", "", "  "])
TEXTS = st.lists(st.tuples(WORDS, MARKS), max_size=14).map(lambda pairs: "".join(word + mark for word, mark in pairs))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\s.,:()]+", text))


@st.composite
def versions(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text and two edits of it, made by cutting and pasting."""
    base = draw(TEXTS)
    return base, draw(edits(base)), draw(edits(base))


@st.composite
def edits(draw: st.DrawFn, text: str) -> str:
    for _ in range(draw(st.integers(0, 3))):
        low = draw(st.integers(0, len(text)))
        high = draw(st.integers(low, min(len(text), low + 12)))
        text = text[:low] + draw(TEXTS) + text[high:]
    return text


@given(versions())
def test_every_word_that_somebody_added_is_in_the_result(three: tuple[str, str, str]) -> None:
    base, mine, theirs = three
    kept = words(merge3(base, mine, theirs).text())
    for side in (mine, theirs):
        assert not words(side) - words(base) - kept


@given(versions())
def test_an_overlap_holds_the_words_of_both_sides(three: tuple[str, str, str]) -> None:
    base, mine, theirs = three
    merged = merge3(base, mine, theirs)
    everything = words(merged.text(*[Keep.MINE] * len(merged.overlaps)))
    for overlap in merged.overlaps:
        everything += words(overlap.theirs)
    for side in (mine, theirs):
        assert not words(side) - words(base) - everything


@given(TEXTS, TEXTS)
def test_what_only_one_of_them_changed_is_taken_as_it_is(base: str, changed: str) -> None:
    assert merge3(base, changed, base).text() == changed
    assert merge3(base, base, changed).text() == changed
    assert merge3(base, changed, changed).text() == changed


@given(versions())
def test_both_desks_merge_to_the_same_overlaps(three: tuple[str, str, str]) -> None:
    base, mine, theirs = three
    here, there = merge3(base, mine, theirs).overlaps, merge3(base, theirs, mine).overlaps
    assert here == tuple(Overlap(o.base, o.theirs, o.mine) for o in there)


@given(TEXTS, TEXTS)
def test_marking_the_changed_words_changes_no_character(base: str, version: str) -> None:
    assert "".join(piece.text for piece in changed_words(base, version, By.MINE)) == version


@given(versions())
def test_merging_again_what_was_merged_changes_nothing(three: tuple[str, str, str]) -> None:
    base, mine, theirs = three
    merged = merge3(base, mine, theirs)
    if merged.clean:
        assert merge3(theirs, merged.text(), theirs).text() == merged.text()


def test_the_merged_text_is_complete_but_for_the_place_that_both_changed() -> None:
    merged = merge3(
        "Ring twice. Dog in the garden. Key with neighbour at 12.",
        "Ring twice, then phone +44 7700 900142. Dog in the garden. Key with Mrs Bose at 14.",
        "Ring twice. Dog in the garden, call before you open the gate. Key with the caretaker.",
    )
    assert merged.pieces == (
        Piece("Ring twice"),
        Piece(", then phone +44 7700 900142", By.MINE),
        Piece(". Dog in the garden"),
        Piece(", call before you open the gate", By.THEIRS),
        Piece(". Key with "),
        Overlap("neighbour at 12", "Mrs Bose at 14", "the caretaker"),
        Piece("."),
    )
    assert merged.text(Keep.MINE).endswith("Key with Mrs Bose at 14.")
    assert merged.text(Keep.THEIRS).endswith("Key with the caretaker.")


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        ("", "By letter", "Large print", "Large print\nBy letter"),
        ("a\nb", "a\nmine\nb", "a\ntheirs\nb", "a\ntheirs\nmine\nb"),
        ("by phone", "by phone in the morning", "by phone only", "by phone only in the morning"),
        ("a\nb\nc", "a1\nb\nc", "a\nb1\nc", "a1\nb1\nc"),
        ("a\nb\nc", "a\nc", "a\nb\nc\nd", "a\nc\nd"),
        ("a\n\nb", "a\n\nb\nc", "x\n\nb", "x\n\nb\nc"),
        ("Ring.", "Ring. Large print.", "Ring. Large print. Speak slowly.", "Ring. Large print. Speak slowly."),
        ("a", "a\nb", "a\nb\nc", "a\nb\nc"),
        ("Key with neighbour.", "Key with Mrs Bose.", "Key with Mrs Ana Bose.", "Key with Mrs Ana Bose."),
        ("Dog bites", "Dog  bites", "Big Dog bites", "Big Dog  bites"),
    ],
    ids=[
        "both wrote first",
        "a line each",
        "a word each",
        "neighbouring lines",
        "one out, one in",
        "blank",
        "more of the same",
        "a line more",
        "more exact",
        "space",
    ],
)
def test_changes_that_do_not_touch_merge_by_themselves(base: str, mine: str, theirs: str, expected: str) -> None:
    merged = merge3(base, mine, theirs)
    assert merged.clean
    assert merged.text() == expected


def test_words_taken_out_by_one_and_changed_by_the_other_are_an_overlap() -> None:
    merged = merge3("Dog in the garden. Ring.", "Ring.", "Dog in the house. Ring.")
    assert [(o.mine, o.theirs) for o in merged.overlaps] == [("", "Dog in the house. ")]
    assert merged.text() == "Dog in the house. Ring."


def test_a_long_text_is_merged_at_once() -> None:
    base = "word and word, " * 1000
    merged = merge3(base, base + "mine", "theirs " + base)
    assert merged.text() == "theirs " + base + "mine"
