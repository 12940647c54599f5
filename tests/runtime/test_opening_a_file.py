"""A file that cannot be opened is let go of: it can be set aside, and its disk can be taken out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from crmdesk.domain.errors import CrmdeskError, DamagedStore, Refused
from crmdesk.runtime.session import open_file
from tests.support.blank import KEY

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which files a process has open")


def still_open(folder: Path) -> list[str]:
    """Return which files of a folder this process has open."""
    links = (link for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return sorted(name for link in links if (name := str(link.readlink())).startswith(str(folder)))


def refused(path: Path, key: bytes) -> CrmdeskError:
    """Return why a file cannot be opened."""
    with pytest.raises(CrmdeskError) as told:
        open_file(path, key)
    return told.value


def test_a_file_of_a_newer_version_is_let_go_of(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    engines = open_file(path, KEY)
    with engines.write.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engines.dispose()
    why = refused(path, KEY)
    assert isinstance(why, Refused)
    assert still_open(tmp_path) == []


def test_a_file_with_another_key_is_let_go_of(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    open_file(path, KEY).dispose()
    why = refused(path, bytes(32))
    assert isinstance(why, DamagedStore)
    assert still_open(tmp_path) == []
