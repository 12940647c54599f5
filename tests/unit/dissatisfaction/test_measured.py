"""How often the hint is right on narratives and notes that its words were not set on (docs/complaint-hint.md)."""

from __future__ import annotations

from hashlib import sha256

from tests.support.dissatisfaction import Part, Verdict, narratives, notes, share_raised


def test_real_complaints_are_recognised() -> None:
    assert share_raised(list(narratives().values())) >= 0.85


def test_neutral_notes_are_left_alone() -> None:
    held_out = [row.note for row in notes(Part.HELD_OUT, Verdict.NEUTRAL)]
    assert share_raised(held_out) <= 0.05
    assert share_raised([row.note for row in notes(Part.TUNING, Verdict.NEUTRAL)]) <= 0.02


def test_what_agents_write_of_dissatisfied_callers_is_recognised_less_surely() -> None:
    assert share_raised([row.note for row in notes(Part.HELD_OUT, Verdict.DISSATISFIED)]) >= 0.65


def test_the_narratives_are_those_of_the_held_out_half() -> None:
    assert all(sha256(number.encode()).digest()[0] < 128 for number in narratives())


def test_no_note_is_in_both_parts() -> None:
    parts = [{row.note for verdict in Verdict for row in notes(part, verdict)} for part in Part]
    assert parts[0].isdisjoint(parts[1])
