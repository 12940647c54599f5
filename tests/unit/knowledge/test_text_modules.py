"""Text modules: found by their shortcut, filled in from the call, what is unknown stays to be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.knowledge.edition import TextModule
from crmdesk.domain.knowledge.text_module import Span, filled, fitting, lines_in, open_places, typed_shortcut

MODULES = tuple(
    TextModule(code, title, "…")
    for code, title in (("vulc", "Consent to record"), ("vul", "No heating, health need"), ("cb", "Callback promised"))
)


@pytest.mark.parametrize(
    ("before", "found"),
    [
        (";vul", "vul"),
        ("Nobody came. ;", ""),
        ("said (;cb", "cb"),
        ("half;cb", None),
        ("a; b", None),
        (";two words", None),
        ("", None),
        (";;", None),
    ],
)
def test_a_shortcut_begins_with_a_semicolon_after_a_space(before: str, found: str | None) -> None:
    assert typed_shortcut(before) == found


def test_shortcuts_come_before_titles_and_the_shortest_first() -> None:
    assert [m.shortcut for m in fitting(MODULES, "vul")] == ["vul", "vulc"]
    assert [m.shortcut for m in fitting(MODULES, "c")] == ["cb", "vulc"]
    assert [m.shortcut for m in fitting(MODULES, "HEALTH")] == ["vul"]
    assert fitting(MODULES, "nothing") == ()
    assert len(fitting(MODULES, "")) == 3


def test_what_is_known_is_filled_in_and_the_rest_stays_to_be_seen() -> None:
    text = filled(
        "{Customer} wants {amount} by {date}, {reference}.", {"customer": "Ruth", "date": "today", "reference": ""}
    )
    assert text == "Ruth wants {amount} by today, {reference}."
    assert open_places(text) == (Span(11, 19), Span(30, 41))


def test_braces_that_hold_nothing_or_a_line_end_are_no_placeholder() -> None:
    assert open_places("{} {a\nb} { {x} }") == (Span(11, 14),)


@given(st.text(), st.dictionaries(st.text(max_size=8), st.text(max_size=8)))
def test_filling_takes_any_text(body: str, known: dict[str, str]) -> None:
    assert isinstance(filled(body, known), str)


def test_lines_are_counted_as_they_will_stand_in_the_note() -> None:
    assert lines_in("one\ntwo\n") == 2
