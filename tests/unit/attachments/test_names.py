"""What attached files are called: no name leads elsewhere, hides its ending or cannot be written on some computer."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crmdesk.domain.attachments.limits import LONGEST_NAME, LONGEST_NAME_BYTES
from crmdesk.domain.attachments.names import NAMELESS, numbered, safe_name

names = st.text(st.characters(), max_size=300) | st.text("./\\:. \u202e\u200bcon1a\u0301", max_size=40)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("bill.pdf", "bill.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\a.txt", "a.txt"),
        ("/etc/cron.d/", "cron.d"),
        ("C:\\Users\\ann\\bill.pdf", "bill.pdf"),
        ("a.txt:stream", "a.txt_stream"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("zero\u200bwidth\ufeff.pdf", "zerowidth.pdf"),
        ("line\nend\t.pdf", "line end.pdf"),
        ("nul\x00.pdf", "_nul.pdf"),
        ("CON", "_CON"),
        ("con .txt", "_con.txt"),
        ("Lpt1.tar.gz", "_Lpt1.tar.gz"),
        ("com\u00b2.txt", "_com\u00b2.txt"),
        ("bill.pdf. . .", "bill.pdf"),
        ("  .bashrc", "bashrc"),
        ("cafe\u0301.pdf", "caf\u00e9.pdf"),
        ("", NAMELESS),
        ("...", NAMELESS),
        ("///", NAMELESS),
        ("\u202e\u200b", NAMELESS),
        ("what? <really>*.pdf", "what_ _really__.pdf"),
        ("\ud800.pdf", "pdf"),
    ],
)
def test_a_name_keeps_what_is_harmless(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_a_name_of_five_thousand_characters_keeps_its_ending() -> None:
    assert safe_name("a" * 5_000 + ".pdf") == "a" * (LONGEST_NAME - 4) + ".pdf"
    assert safe_name("\u4f60" * 5_000 + ".pdf").endswith("\u4f60.pdf")
    assert safe_name("a." + "b" * 5_000) == "a." + "b" * (LONGEST_NAME - 2)


@given(names)
@example("\u202e/.con.")
@example("a" * 119 + ". .pdf")
@example("con" + "." * 200)
@example("e" * 119 + "e\u0301")
def test_every_safe_name_can_be_written_everywhere_and_is_its_own_safe_name(name: str) -> None:
    safe = safe_name(name)
    assert safe == safe_name(safe)
    assert 0 < len(safe) <= LONGEST_NAME
    assert len(safe.encode()) <= LONGEST_NAME_BYTES
    assert not set(safe) & set('/\\<>:"|?*')
    assert safe.isprintable()
    assert safe == unicodedata.normalize("NFC", safe)
    assert safe == safe.strip(". ")
    assert safe.partition(".")[0].rstrip().casefold() not in {"con", "nul", "aux", "prn", "com1", "lpt9"}


@given(st.lists(st.sampled_from(["a.pdf", "A.PDF", "a (2).pdf", "b", "\u4f60" * 65 + ".txt", "c" * 120]), max_size=12))
def test_two_of_one_name_are_told_apart_by_a_number(given: list[str]) -> None:
    taken: list[str] = []
    for name in given:
        taken.append(numbered(name, taken))
        assert taken[-1] == safe_name(taken[-1])
    assert len({name.casefold() for name in taken}) == len(taken)


def test_the_number_stands_before_the_ending() -> None:
    assert numbered("bill.pdf", []) == "bill.pdf"
    assert numbered("bill.pdf", ["Bill.PDF"]) == "bill (2).pdf"
    assert numbered("bill.pdf", ["bill.pdf", "bill (2).pdf"]) == "bill (3).pdf"
    assert numbered("bill", ["bill"]) == "bill (2)"
