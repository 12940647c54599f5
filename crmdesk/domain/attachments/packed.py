"""The directory of a ZIP file, read without unpacking anything: what a document that is one has in it.

The form is APPNOTE.TXT 6.3.10 of PKWARE: sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (its end).
"""

# not shown: reasons for whoever looks into it; people are told that the document is damaged

from __future__ import annotations

from struct import Struct

from crmdesk.domain.quick import dataclass

LOCAL = b"PK\x03\x04"
_ENTRY, _END = b"PK\x01\x02", b"PK\x05\x06"
_LOCAL_HEAD = Struct("<4s5H3I2H")
_ENTRY_HEAD = Struct("<4s6H3I5H2I")
_END_RECORD = Struct("<4s4H2IH")
_LONGEST_COMMENT = 0xFFFF
_MOST_ENTRIES = 5_000
_ENCRYPTED = 0x1


class NoDirectory(ValueError):
    """Bytes that are no whole ZIP file, or not one that a word processor writes."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The names in a ZIP file; ``encrypted`` says whether any of them needs a password, ``first`` are the name and,
    where it is not packed, the beginning of the bytes of the first one."""

    names: frozenset[str]
    encrypted: bool
    first: tuple[str, bytes]


def has_end(data: bytes) -> bool:
    """Return whether a ZIP directory closes the bytes: then ZIP programs open them, whatever they begin with."""
    return _end_of(data) is not None


def directory(data: bytes) -> Directory:
    """Return what a ZIP file holds; raises NoDirectory where it cannot be read, has too many entries, or begins with
    something else."""
    if not data.startswith(LOCAL):
        raise NoDirectory("does not begin as one")
    at = _end_of(data)
    if at is None:
        raise NoDirectory("has no end")
    _, disk, first_disk, here, entries, size, offset, _ = _END_RECORD.unpack_from(data, at)
    if disk or first_disk or here != entries or not 0 < entries <= _MOST_ENTRIES or offset + size != at:
        raise NoDirectory("has a directory that does not fit")
    names: set[str] = set()
    encrypted, place = False, offset
    for _ in range(entries):
        if place + _ENTRY_HEAD.size > at:
            raise NoDirectory("ends in its directory")
        head = _ENTRY_HEAD.unpack_from(data, place)
        if head[0] != _ENTRY:
            raise NoDirectory("has another thing in its directory")
        flags, lengths = head[3], head[10:13]
        begin = place + _ENTRY_HEAD.size
        names.add(data[begin : begin + lengths[0]].decode("utf-8", "replace"))
        encrypted = encrypted or bool(flags & _ENCRYPTED)
        place = begin + sum(lengths)
    if place != at:
        raise NoDirectory("has a directory that does not fit")
    return Directory(frozenset(names), encrypted, _first(data))


def _first(data: bytes) -> tuple[str, bytes]:
    if len(data) < _LOCAL_HEAD.size:
        raise NoDirectory("ends in its first header")
    head = _LOCAL_HEAD.unpack_from(data, 0)
    method, name_length, extra = head[3], head[9], head[10]
    begin = _LOCAL_HEAD.size
    name = data[begin : begin + name_length].decode("utf-8", "replace")
    body = begin + name_length + extra
    return name, data[body : body + 100] if method == 0 else b""


def _end_of(data: bytes) -> int | None:
    """Return where the end record of a directory stands, None where none closes the bytes."""
    at = len(data)
    least = max(0, len(data) - _END_RECORD.size - _LONGEST_COMMENT)
    while (at := data.rfind(_END, least, at)) >= 0:
        if at + _END_RECORD.size <= len(data):
            comment = _END_RECORD.unpack_from(data, at)[-1]
            if at + _END_RECORD.size + comment == len(data):
                return at
    return None
