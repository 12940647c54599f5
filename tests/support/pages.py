"""Every byte of an encrypted file and its log in clear, also of pages and parts of pages that no table uses any more.

SQLCipher 4 with a raw key: pages of 4096 bytes, AES-256-CBC; a page ends with its IV (16 bytes) and an HMAC-SHA512
(64); the first page begins with 16 bytes of salt in clear. A frame of the log is 24 bytes of header and a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE, IV, HMAC, SALT = 4096, 16, 64, 16
WAL_HEADER, FRAME_HEADER = 32, 24


def clear_pages(path: Path, key: bytes) -> Iterator[bytes]:
    """Yield each page of a file and of its log, decrypted."""
    data = path.read_bytes()
    assert len(data) % PAGE == 0
    for number in range(len(data) // PAGE):
        yield _clear(data[number * PAGE : (number + 1) * PAGE], key, number + 1)
    log = path.with_name(path.name + "-wal")
    frames = log.read_bytes()[WAL_HEADER:] if log.exists() else b""
    for start in range(0, len(frames), FRAME_HEADER + PAGE):
        page = frames[start + FRAME_HEADER : start + FRAME_HEADER + PAGE]
        yield _clear(page, key, int.from_bytes(frames[start : start + 4], "big"))


def _clear(page: bytes, key: bytes, number: int) -> bytes:
    body = page[SALT if number == 1 else 0 : PAGE - IV - HMAC]
    decryptor = Cipher(algorithms.AES(key), modes.CBC(page[PAGE - IV - HMAC : PAGE - HMAC])).decryptor()
    return decryptor.update(body) + decryptor.finalize()


def found(path: Path, key: bytes, words: tuple[str, ...]) -> set[str]:
    """Return those of ``words`` that stand anywhere in the file or its log, in any letter case."""
    left = {word: word.lower().encode() for word in words}
    here: set[str] = set()
    for page in clear_pages(path, key):
        small = page.lower()
        here |= {word for word, sought in left.items() if sought in small}
    return here
