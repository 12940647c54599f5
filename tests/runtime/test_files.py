"""Files of a computer as they are attached and saved: no device, no pipe, nothing that grows, nothing half written."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from crmdesk.domain.attachments.limits import LARGEST_FILE
from crmdesk.domain.errors import UserMistake
from crmdesk.runtime.files import read_file, write_file


def refusal(path: Path) -> str:
    with pytest.raises(UserMistake) as refused:
        read_file(path)
    assert refused.value.next_step
    return refused.value.what


def test_a_file_is_read_as_it_is_also_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"words")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    assert read_file(tmp_path / "link.txt") == b"words"
    (tmp_path / "none.txt").write_bytes(b"")
    assert read_file(tmp_path / "none.txt") == b""


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    (tmp_path / "round.txt").symlink_to(tmp_path / "round.txt")
    for name in ("pipe.txt", "zero.txt", "."):
        assert "is no file" in refusal(tmp_path / name)
    assert "cannot be read" in refusal(tmp_path / "round.txt")
    assert "cannot be read" in refusal(tmp_path / "missing.txt")
    assert "cannot be read" in refusal(Path("a\x00b"))


def test_more_than_may_be_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(1 << 40)
    assert "larger than 10.0 MB" in refusal(tmp_path / "huge.txt")
    with (tmp_path / "most.txt").open("wb") as file:
        file.truncate(LARGEST_FILE)
    assert len(read_file(tmp_path / "most.txt")) == LARGEST_FILE


def test_a_file_that_grows_while_it_is_read_is_refused_or_read_whole(tmp_path: Path) -> None:
    path, over = tmp_path / "log.txt", threading.Event()
    path.write_bytes(b"line\n" * 200_000)

    def write_on() -> None:
        with path.open("ab") as file:
            while not over.is_set():
                file.write(b"line\n")
                file.flush()

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        for _ in range(20):
            try:
                assert len(read_file(path)) % 5 == 0
            except UserMistake as refused:
                assert "changed while it was read" in refused.what or "larger" in refused.what
    finally:
        over.set()
        writer.join()


def test_what_is_saved_is_whole_its_owners_alone_and_follows_no_link(tmp_path: Path) -> None:
    target, other = tmp_path / "a.pdf", tmp_path / "other"
    target.write_bytes(b"old")
    write_file(target, b"new")
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"new", 0o600)
    (tmp_path / "b.pdf.part").symlink_to(other)
    with pytest.raises(UserMistake):
        write_file(tmp_path / "b.pdf", b"new")
    assert not other.exists()
    with pytest.raises(UserMistake):
        write_file(tmp_path / "no" / "such.pdf", b"new")
    assert list(tmp_path.glob("*.part")) == []
