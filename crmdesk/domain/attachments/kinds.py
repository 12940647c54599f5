"""Which files are taken: told by what is in them, never by their name alone, which must agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from crmdesk.domain.attachments import packed
from crmdesk.domain.attachments.limits import LARGEST_FILE
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import decimal, grouped, mark, tr, tr_n

FIELD = "file"
"""The field of a mistake about a file."""


class FileKind(StrEnum):
    """A kind of file that is taken; its value is its media type (IANA, Media Types)."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    GIF = "image/gif"
    WEBP = "image/webp"
    TIFF = "image/tiff"
    HEIC = "image/heic"
    TEXT = "text/plain"
    CSV = "text/csv"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    EML = "message/rfc822"
    MP3 = "audio/mpeg"
    WAV = "audio/wav"
    M4A = "audio/mp4"


KIND_WORDS: Mapping[FileKind, str] = {
    FileKind.PDF: mark("PDF document"),
    FileKind.PNG: mark("PNG picture"),
    FileKind.JPEG: mark("JPEG picture"),
    FileKind.GIF: mark("GIF picture"),
    FileKind.WEBP: mark("WebP picture"),
    FileKind.TIFF: mark("TIFF picture"),
    FileKind.HEIC: mark("HEIC picture"),
    FileKind.TEXT: mark("Text"),
    FileKind.CSV: mark("CSV table"),
    FileKind.DOCX: mark("Word document"),
    FileKind.XLSX: mark("Excel workbook"),
    FileKind.ODT: mark("OpenDocument text"),
    FileKind.ODS: mark("OpenDocument spreadsheet"),
    FileKind.EML: mark("E-mail"),
    FileKind.MP3: mark("MP3 recording"),
    FileKind.WAV: mark("WAV recording"),
    FileKind.M4A: mark("M4A recording"),
}

ENDINGS: Mapping[FileKind, tuple[str, ...]] = {
    FileKind.PDF: (".pdf",),
    FileKind.PNG: (".png",),
    FileKind.JPEG: (".jpg", ".jpeg"),
    FileKind.GIF: (".gif",),
    FileKind.WEBP: (".webp",),
    FileKind.TIFF: (".tif", ".tiff"),
    FileKind.HEIC: (".heic", ".heif"),
    FileKind.TEXT: (".txt", ".log"),
    FileKind.CSV: (".csv",),
    FileKind.DOCX: (".docx",),
    FileKind.XLSX: (".xlsx",),
    FileKind.ODT: (".odt",),
    FileKind.ODS: (".ods",),
    FileKind.EML: (".eml",),
    FileKind.MP3: (".mp3",),
    FileKind.WAV: (".wav",),
    FileKind.M4A: (".m4a",),
}
"""The endings that agree with a kind; the first is the one that we give."""

_ALL_ENDINGS = frozenset(ending for endings in ENDINGS.values() for ending in endings)

PICTURES = frozenset({FileKind.PNG, FileKind.JPEG, FileKind.GIF, FileKind.WEBP})
"""What is shown as a picture in the program; TIFF and HEIC are saved and opened elsewhere."""

READABLE = frozenset({FileKind.TEXT, FileKind.CSV, FileKind.EML})
"""What is shown as text."""

_WRITTEN = frozenset({FileKind.TEXT, FileKind.CSV, FileKind.EML})
_SAVE_AS_PDF = mark("Save it as PDF and add that.")
_TAKEN = mark("Taken are PDF, pictures, text, Word, Excel and OpenDocument files, e-mails (.eml) and recordings.")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_HEADER = re.compile(rb"[!-9;-~]{1,76}:")
_OF_A_LETTER = re.compile(rb"^(from|date|received|message-id|return-path):", re.IGNORECASE | re.MULTILINE)
_HEAD = 1024
_EML_HEAD = 64 * 1024

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_M4A_BRANDS = frozenset({b"M4A ", b"M4B "})


def checked(name: str, data: bytes) -> FileKind:
    """Return the kind of a file that may be attached under a name.

    Raises UserMistake at ``FIELD``, with what to do, for one that is empty, too large, of no kind that is taken, more
    than one kind at once, or whose name ends as another kind's does.
    """
    if not data:
        raise UserMistake(FIELD, tr("{name} is empty.", name=name), tr("Choose another file."))
    if len(data) > LARGEST_FILE:
        raise too_large(name)
    ending = ending_of(name)
    kind = _kind_of(name, ending, data)
    if ending not in ENDINGS[kind]:
        what = tr("{name} does not end as what is in it: {kind}.", name=name, kind=tr(KIND_WORDS[kind]))
        raise UserMistake(FIELD, what, tr("Let its name end in {ending}, then add it again.", ending=ENDINGS[kind][0]))
    return kind


def too_large(name: str) -> UserMistake:
    """Return the mistake of a file beyond ``LARGEST_FILE``."""
    most = size_words(LARGEST_FILE)
    return UserMistake(
        FIELD,
        tr("{name} is larger than {most}.", name=name, most=most),
        tr("Make it smaller, or add it in several files."),
    )


def ending_of(name: str) -> str:
    """Return what a name ends in, in small letters with its dot; empty where it has no ending."""
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem else ""


def size_words(size: int) -> str:
    """Return a number of bytes as people read it: "412 KB", "3.4 MB" (of 1024)."""
    if size < 1024:
        return tr_n("{n} byte", "{n} bytes", size)
    if size < 1024 * 1000:
        return tr("{n} KB", n=grouped(max(1, round(size / 1024))))
    return tr("{n} MB", n=decimal(size / (1024 * 1024), 1))


# Telling kinds apart -------------------------------------------------------------------------------------------------


def _kind_of(name: str, ending: str, data: bytes) -> FileKind:
    if data.startswith(packed.LOCAL):
        return _document(name, data)
    for kind, is_one in _BY_BYTES.items():
        if is_one(data):
            if packed.has_end(data) or (kind is not FileKind.PDF and b"%PDF-" in data[:_HEAD]):
                raise _refused(tr("{name} is two kinds of file in one.", name=name), tr(_SAVE_AS_PDF))
            return kind
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        what = tr("{name} is a file of an older Office, or has a password.", name=name)
        raise _refused(what, tr("Save it as PDF, or without a password as DOCX or XLSX."))
    if (_is_text(data) and ending in _ALL_ENDINGS) or (ending == ".eml" and _is_letter(data)):
        return _written(ending, data)
    raise _refused(tr("{name} is of a kind that is not taken.", name=name), tr(_TAKEN))


def _refused(what: str, next_step: str) -> UserMistake:
    return UserMistake(FIELD, what, next_step)


def _document(name: str, data: bytes) -> FileKind:
    """Return which document a ZIP file is."""
    try:
        inside = packed.directory(data)
    except packed.NoDirectory:
        raise _refused(tr("{name} is damaged.", name=name), tr("Save it anew, then add it again.")) from None
    if inside.encrypted:
        raise _refused(tr("{name} has a password.", name=name), tr("Save it without one, then add it again."))
    if any(map(_runs, inside.names)):
        raise _refused(tr("{name} has macros in it, which could do harm.", name=name), tr(_SAVE_AS_PDF))
    first, begin = inside.first
    for kind in (FileKind.ODT, FileKind.ODS):
        # OpenDocument 1.3, part 2, 3.3: the first member is named so, is not packed and says the media type.
        if first == "mimetype" and begin[: len(kind.value)] == kind.value.encode() and "content.xml" in inside.names:
            return kind
    if "[Content_Types].xml" in inside.names:
        found = [kind for kind, part in _PARTS.items() if part in inside.names]
        if len(found) == 1:
            return found[0]
    raise _refused(tr("{name} is of a kind that is not taken.", name=name), tr(_TAKEN))


_PARTS = {FileKind.DOCX: "word/document.xml", FileKind.XLSX: "xl/workbook.xml"}
_RUNNING = ("basic/", "scripts/", "xl/macrosheets/", "word/activex/", "xl/activex/", "ppt/activex/")


def _runs(member: str) -> bool:
    """Return whether a member of a document is a program: a macro, a script, a control."""
    low = member.replace("\\", "/").lower().lstrip("/")
    return low.endswith(("vbaproject.bin", "vbadata.xml")) or low.startswith(_RUNNING)


def _written(ending: str, data: bytes) -> FileKind:
    """Return which of the kinds of text it is: their names tell CSV from text."""
    if ending == ".eml" and _is_letter(data):
        return FileKind.EML
    return FileKind.CSV if ending in ENDINGS[FileKind.CSV] else FileKind.TEXT


def text_of(data: bytes) -> str | None:
    """Return the words of a text file in UTF-8 or, with its mark, UTF-16; None where it is neither."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_text(data: bytes) -> bool:
    words = text_of(data)
    return words is not None and _CONTROL.search(words) is None


def _is_letter(data: bytes) -> bool:
    """Return whether bytes are an e-mail (RFC 5322, 2.2): header lines, of which one says from whom or when."""
    head = data[:_EML_HEAD]
    head = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return b"\x00" not in data and _HEADER.match(head) is not None and _OF_A_LETTER.search(head) is not None


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(b"RIFF") and data[8:12] == form


def _is_heic(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS


def _is_m4a(data: bytes) -> bool:
    """Return whether an MP4 file says of itself that it is sound alone (ISO/IEC 14496-12, 4.3: brands)."""
    if data[4:8] != b"ftyp":
        return False
    size = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, size - 3, 4))}
    return bool(brands & _M4A_BRANDS)


def _is_mp3(data: bytes) -> bool:
    """Return whether bytes begin with ID3 marks or a frame of MPEG audio layer III (ISO/IEC 11172-3, 2.4.1.3)."""
    if data.startswith(b"ID3"):
        return True
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2:
        return False
    return data[1] >> 3 & 3 != 1 and data[2] >> 4 not in (0, 15) and data[2] >> 2 & 3 != 3


_BY_BYTES: Mapping[FileKind, Callable[[bytes], bool]] = {
    FileKind.PDF: lambda data: data.startswith(b"%PDF-"),
    FileKind.PNG: lambda data: data.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    FileKind.JPEG: lambda data: data.startswith(b"\xff\xd8\xff"),
    FileKind.GIF: lambda data: data.startswith((b"GIF87a", b"GIF89a")),
    FileKind.WEBP: _riff(b"WEBP"),
    FileKind.WAV: _riff(b"WAVE"),
    FileKind.TIFF: lambda data: data.startswith((b"II*\x00", b"MM\x00*")),
    FileKind.HEIC: _is_heic,
    FileKind.M4A: _is_m4a,
    FileKind.MP3: _is_mp3,
}
