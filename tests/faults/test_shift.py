"""A robot works calls of every kind at a real desk through keys and the accessibility tree alone, beside colleagues."""

from __future__ import annotations

import asyncio

from tests.support.shift.calls import Kind
from tests.support.shift.director import work


def test_calls_of_every_kind_are_worked_by_keys_and_what_is_read_aloud_and_no_word_is_lost() -> None:
    """Twelve calls, one of each kind; ``bench shift`` works sixty in the rhythm of a person."""
    shift = asyncio.run(work(len(Kind), 0.0))
    assert shift.calls == len(Kind)
    assert shift.notices == []
    assert shift.warnings == []
    assert shift.verified["notes"] > len(Kind)
    kinds = ("promises", "callbacks", "complaints", "new_customers", "edits", "script_answers", "colleagues_edits")
    assert all(shift.verified[kind] for kind in kinds)
