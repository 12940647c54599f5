"""Suggestions by the words of a note: the right article first, and nothing where nothing fits."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.ids import new_id
from crmdesk.domain.knowledge.edition import Shelf, parted
from crmdesk.domain.knowledge.files import read_folder
from crmdesk.domain.knowledge.suggesting import Paper, Ranking, stems_of

ROOT = Path(__file__).parents[3]
NOTES = ROOT / "tests" / "data" / "notes"


@cache
def demo() -> tuple[Ranking, dict[UUID, str]]:
    """Return the index over the demo's articles, and the code of each."""
    codes, papers = {}, []
    for one in read_folder(ROOT / "resources" / "demo" / "knowledge"):
        if one.shelf is Shelf.ARTICLE:
            id_ = new_id()
            codes[id_] = one.code
            papers.append(Paper(id_, one.title, parted(one.keywords), one.body))
    return Ranking(papers), codes


def first(note: str) -> str:
    ranking, codes = demo()
    found = ranking.suggest(note)
    return codes[found[0].id] if found else ""


def notes(name: str) -> list[tuple[str, str]]:
    lines = (NOTES / name).read_text(encoding="utf-8").splitlines()
    return [(wanted, note) for wanted, note in (line.split("\t") for line in lines)]


@pytest.mark.parametrize("name", ["suggestions.tsv", "held-out.tsv"])
def test_what_is_suggested_is_right_and_most_notes_find_their_article(name: str) -> None:
    told = [(wanted, first(note)) for wanted, note in notes(name) if wanted]
    suggested = [(wanted, found) for wanted, found in told if found]
    assert [pair for pair in suggested if pair[0] != pair[1]] == []
    assert len(suggested) >= 0.8 * len(told)


@pytest.mark.parametrize("name", ["suggestions.tsv", "held-out.tsv"])
def test_notes_about_something_else_are_left_alone(name: str) -> None:
    assert [(note, first(note)) for wanted, note in notes(name) if not wanted and first(note)] == []


def test_a_keyword_is_meant_as_a_whole() -> None:
    assert first("a new email address") == ""
    assert first("a new address") == "moving-house"
    assert first("the engineer really did not come") == "missed-visit"


def test_endings_case_and_marks_do_not_matter() -> None:
    assert stems_of("Radiators") == stems_of("radiator")
    assert stems_of("Müller") == stems_of("muller")
    assert stems_of("暖房") != []


def test_it_says_which_words_it_is_for() -> None:
    ranking, _ = demo()
    assert "refund" in ranking.suggest("He wants a refund, charged twice")[0].because


def test_of_one_article_nothing_else_is_rarer() -> None:
    only = Ranking([Paper(new_id(), "Refunds", ("refund",), "How to.")])
    assert len(only.suggest("a refund")) == 1
    assert Ranking([]).suggest("a refund") == ()


@given(st.text())
def test_any_note_can_be_asked_for(note: str) -> None:
    assert len(demo()[0].suggest(note)) <= 3
