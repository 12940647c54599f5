"""Articles: a small structure that any text fits in, and a folder that says which of its files cannot be taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.errors import UserMistake
from crmdesk.domain.knowledge.article import Block, BlockKind, blocks_of, gist_of
from crmdesk.domain.knowledge.edition import EditionState, Shelf, parted
from crmdesk.domain.knowledge.files import of_text, read_folder


def test_headings_points_steps_and_warnings_are_lines_and_the_rest_is_paragraphs() -> None:
    body = "Two\nlines.\n\n# Ask\n1. First.\n- a point\n! Leave now.\n<b>plain</b>"
    assert blocks_of(body) == (
        Block(BlockKind.TEXT, "Two lines."),
        Block(BlockKind.HEADING, "Ask"),
        Block(BlockKind.STEP, "First.", "1"),
        Block(BlockKind.POINT, "a point"),
        Block(BlockKind.WARNING, "Leave now."),
        Block(BlockKind.TEXT, "<b>plain</b>"),
    )


@given(st.text())
def test_no_word_of_an_article_is_lost(body: str) -> None:
    said = " ".join(f"{block.mark} {block.text}" for block in blocks_of(body))
    assert {w for w in body.split() if w.isalnum()} <= set(said.split()) | {"1"}


def test_the_gist_is_cut_at_a_word() -> None:
    assert gist_of("# Heading\nA short one.") == "A short one."
    assert gist_of("word " * 40, 12) == "word word…"
    assert gist_of("") == ""


def test_a_file_has_a_head_an_empty_line_and_the_text() -> None:
    made = of_text(Shelf.ARTICLE, "no-heat", "title: No heat\r\nkeywords: no heat,  boiler off,\r\n\r\nAsk first.\r\n")
    assert (made.title, made.body, made.state) == ("No heat", "Ask first.", EditionState.PUBLISHED)
    assert parted(made.keywords) == ("no heat", "boiler off")


@pytest.mark.parametrize(
    "words", ["", "title: X", "No head at all\n\nText", "colour: red\n\nText", "title: X\nstate: gone\n\nText"]
)
def test_a_file_that_says_too_little_is_refused(words: str) -> None:
    with pytest.raises(UserMistake):
        of_text(Shelf.ARTICLE, "x", words)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("articles/Not A Code.txt", b"title: X\n\nText"),
        ("texts/x.txt", b"title: \xff\n\nText"),
        ("scripts/x.json", b"{"),
    ],
)
def test_a_folder_names_the_file_that_cannot_be_taken(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserMistake, match=Path(name).name):
        read_folder(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"title": "Heating",\n "start": }', r"heat\.json: Line 2, column 11 is no JSON"),
        ('{"title": "Heating", "steps": {}}', r"heat\.json: This script has no start"),
        ("[1]", r"heat\.json: This is no script"),
    ],
)
def test_what_is_wrong_in_a_script_is_told_by_its_place(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "heat.json").write_text(content, encoding="utf-8")
    with pytest.raises(UserMistake, match=said) as refused:
        read_folder(tmp_path)
    assert refused.value.next_step


def test_a_folder_without_anything_is_a_mistake(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(UserMistake):
            read_folder(folder)
