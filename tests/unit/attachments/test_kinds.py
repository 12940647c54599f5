"""Which files are taken: by what is in them, agreeing with their names, and nothing that could do harm."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.attachments.kinds import ENDINGS, KIND_WORDS, FileKind, checked, size_words, text_of
from crmdesk.domain.attachments.limits import LARGEST_FILE
from crmdesk.domain.errors import UserMistake
from tests.support.files import BY_KIND, EML, PDF, docx, opendocument, png, zipped


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(UserMistake) as caught:
        checked(name, data)
    assert caught.value.next_step, "each refusal says what to do"
    return caught.value.what


def test_each_kind_is_told_by_its_content_and_has_words_and_an_ending() -> None:
    assert set(BY_KIND) == set(KIND_WORDS) == set(ENDINGS) == set(FileKind)
    for kind, data in BY_KIND.items():
        for ending in ENDINGS[kind]:
            assert checked(f"x{ending}", data) is kind
            assert checked(f"X{ending.upper()}", data) is kind


def test_a_name_that_says_another_kind_is_refused_with_the_ending_that_it_should_have() -> None:
    for kind, data in BY_KIND.items():
        for other, endings in ENDINGS.items():
            written = {FileKind.TEXT, FileKind.CSV, FileKind.EML}
            if other is not kind and not {kind, other} <= written:
                assert "does not end as what is in it" in refusal(f"x{endings[0]}", data)
    with pytest.raises(UserMistake) as caught:
        checked("photo.pdf", png())
    assert ".png" in caught.value.next_step


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("setup.exe", b"MZ\x90\x00\x03\x00"),
        ("run.sh", b"#!/bin/sh\nrm -r x\n"),
        ("page.html", b"<html><script>1</script>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("things.zip", zipped({"a.txt": b"a"})),
        ("x", PDF),
        (".pdf", PDF),
        ("photogpj.exe", png()),
        ("noise.txt", bytes(range(256))),
        ("nul.txt", b"words\x00words"),
        ("film.m4a", b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomavc1"),
        ("letter.eml", b"no header here"),
    ],
)
def test_everything_else_is_refused(name: str, data: bytes) -> None:
    refusal(name, data)


def test_an_empty_file_and_one_that_is_too_large_are_refused() -> None:
    assert "empty" in refusal("x.txt", b"")
    assert "larger than 10.0 MB" in refusal("x.txt", b"a" * (LARGEST_FILE + 1))
    assert checked("x.txt", b"a" * LARGEST_FILE) is FileKind.TEXT


@pytest.mark.parametrize(
    "member",
    [
        *("word/vbaProject.bin", "WORD/VBAPROJECT.BIN", "x\\vbaData.xml"),
        *("word/activeX/activeX1.xml", "xl/macrosheets/sheet1.xml"),
    ],
)
def test_a_document_with_macros_is_refused(member: str) -> None:
    assert "macros" in refusal("letter.docx", docx(**{member: b"x"}))


def test_an_opendocument_with_scripts_is_refused() -> None:
    data = zipped({"mimetype": FileKind.ODT.value.encode(), "content.xml": b"x", "Basic/Standard/a.xml": b"x"})
    assert "macros" in refusal("letter.odt", data)


def test_a_document_that_needs_a_password_is_refused() -> None:
    encrypted = bytearray(docx())
    at = encrypted.rfind(b"PK\x01\x02")
    encrypted[at + 8] |= 1
    assert "password" in refusal("letter.docx", bytes(encrypted))
    assert "older Office" in refusal("letter.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def test_a_document_is_never_unpacked() -> None:
    """Two gigabytes packed into two megabytes cost no more than the names in it."""
    bomb = zipped({"[Content_Types].xml": b"", "word/document.xml": bytes(8_000_000)}, zipfile.ZIP_DEFLATED)
    assert checked("bomb.docx", bomb) is FileKind.DOCX


def test_a_directory_of_very_many_names_is_refused() -> None:
    assert "damaged" in refusal("x.docx", zipped({f"{n}": b"" for n in range(5_001)}))


@pytest.mark.parametrize("data", [PDF + docx(), png() + docx(), b"GIF89a" + PDF, BY_KIND[FileKind.JPEG] + docx()])
def test_a_file_that_is_two_kinds_at_once_is_refused(data: bytes) -> None:
    for ending in (".pdf", ".png", ".gif", ".jpg", ".docx"):
        assert "two kinds" in refusal(f"x{ending}", data)


def test_a_program_with_a_document_behind_it_is_no_document() -> None:
    refusal("x.docx", b"MZ" + docx())


def test_a_damaged_document_is_refused_whatever_is_broken() -> None:
    whole = docx()
    for cut in range(4, len(whole)):
        refusal("x.docx", whole[:cut])
    refusal("x.docx", b"PK\x03\x04PK\x05\x06" + b"\xff" * 18)


@given(st.binary(max_size=300), st.sampled_from([docx(), opendocument(FileKind.ODS), PDF, EML]), st.data())
def test_no_bytes_make_the_check_fail_otherwise(noise: bytes, whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole)))
    for candidate in (noise, whole[:at] + noise + whole[at:], whole[:at] + noise):
        for ending in (".docx", ".pdf", ".eml", ".txt", ".exe"):
            try:
                assert ending in ENDINGS[checked(f"x{ending}", candidate)]
            except UserMistake as mistake:
                assert mistake.next_step


def test_text_is_utf_8_or_utf_16_with_its_mark() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert checked("x.txt", "Grüße, 你好".encode(encoding)) is FileKind.TEXT
        assert text_of("Grüße".encode(encoding)) == "Grüße"
    refusal("x.txt", "Grüße".encode("latin-1"))
    assert text_of("Grüße".encode("latin-1")) is None


def test_an_e_mail_may_hold_letters_of_any_encoding() -> None:
    assert checked("x.eml", EML + "Grüße".encode("latin-1")) is FileKind.EML
    assert "does not end as what is in it" in refusal("x.eml", b"Dear Sirs, it is cold.")


def test_sizes_are_said_as_people_read_them() -> None:
    assert [size_words(n) for n in (1, 1023, 1024, 420_000, 1_023_999, 1024 * 1024, 3_600_000, LARGEST_FILE)] == [
        *("1 byte", "1,023 bytes", "1 KB", "410 KB", "1,000 KB", "1.0 MB", "3.4 MB", "10.0 MB"),
    ]  # fmt: skip
