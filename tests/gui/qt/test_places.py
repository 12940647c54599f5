"""Places in a text as Qt counts them."""

from __future__ import annotations

import pytest

from crmdesk.ui.qt.places import part, units

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(("text", "length"), [("", 0), ("Leeds", 5), ("Müller", 6), ("\U0001f600", 2), (FAMILY, 8)])
def test_an_emoji_counts_two(text: str, length: int) -> None:
    assert units(text) == length


def test_a_part_is_taken_where_qt_says_that_it_is() -> None:
    text = f"{FAMILY} was angry"
    assert part(text, 0, 8) == FAMILY
    assert part(text, 9, 3) == "was"
    assert part("plain words", 6, 5) == "words"


def test_half_an_emoji_is_kept_as_it_is() -> None:
    assert part("\U0001f600", 0, 1) == "\ud83d"
