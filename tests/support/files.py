"""Small files of each kind that may be attached, and some that may not."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from crmdesk.domain.attachments.kinds import FileKind


def png(width: int = 2, height: int = 2) -> bytes:
    """Return a grey PNG picture of this size in pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress((b"\x00" + b"\x80" * width) * height, 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def bomb_png(side: int) -> bytes:
    """Return a few bytes that claim to be a picture of ``side`` by ``side`` pixels."""
    return png(1, 1)[:16] + struct.pack(">II", side, side) + png(1, 1)[24:]


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """Return a ZIP file of members by name."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return held.getvalue()


def docx(**more: bytes) -> bytes:
    """Return the least that is a Word document, with more members."""
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>", **more})


def opendocument(kind: FileKind) -> bytes:
    """Return the least that is an OpenDocument file of a kind."""
    return zipped({"mimetype": kind.value.encode(), "content.xml": b"<office/>"})


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
EML = b"From: ann@example.org\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\nSubject: Boiler\r\n\r\nIt is cold.\r\n"

BY_KIND: dict[FileKind, bytes] = {
    FileKind.PDF: PDF,
    FileKind.PNG: png(),
    FileKind.JPEG: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
    FileKind.GIF: b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    FileKind.WEBP: b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00",
    FileKind.TIFF: b"II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    FileKind.HEIC: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    FileKind.TEXT: b"Die Heizung geht nicht.\n",
    FileKind.CSV: b"day;amount\n2026-11-02;12.50\n",
    FileKind.DOCX: docx(),
    FileKind.XLSX: zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}),
    FileKind.ODT: opendocument(FileKind.ODT),
    FileKind.ODS: opendocument(FileKind.ODS),
    FileKind.EML: EML,
    FileKind.MP3: b"ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00",
    FileKind.WAV: b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00",
    FileKind.M4A: b"\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00isomiso2",
}
"""One file of each kind."""
