"""The key made from a passphrase: a wrong one is told from damage, and a full disk leaves a profile that starts."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmdesk.domain.errors import DamagedStore, Unavailable, UserMistake
from crmdesk.models.kept import FILE
from crmdesk.runtime import keychain
from crmdesk.runtime.profile import CHECK, SALT, STORE, Profile
from crmdesk.runtime.session import open_file

WORDS = "a dog under the table"
WRONG = "a cat under the table"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a profile folder with a file in it, opened once with the passphrase."""
    open_file(tmp_path / STORE, keychain.key_from_passphrase(WORDS, tmp_path)).dispose()
    return tmp_path


def test_a_wrong_passphrase_is_told_before_the_file_is_touched(folder: Path) -> None:
    with pytest.raises(UserMistake) as told:
        keychain.key_from_passphrase(WRONG, folder)
    assert str(told.value) == "This passphrase does not open the file. Type it anew; capital letters count."


def test_the_right_passphrase_with_damaged_bytes_is_damage(folder: Path) -> None:
    store = folder / STORE
    store.write_bytes(bytes(200) + store.read_bytes()[200:])
    key = keychain.key_from_passphrase(WORDS, folder)
    with pytest.raises(DamagedStore):
        open_file(store, key)


def test_a_file_of_before_there_was_a_check_gets_one_once_it_opened(folder: Path) -> None:
    (folder / CHECK).unlink()
    wrong = keychain.key_from_passphrase(WRONG, folder)
    assert not keychain.has_check(folder)
    with pytest.raises(DamagedStore):
        open_file(folder / STORE, wrong)
    keychain.keep_check(keychain.key_from_passphrase(WORDS, folder), folder)
    with pytest.raises(UserMistake):
        keychain.key_from_passphrase(WRONG, folder)


def test_what_a_full_disk_left_of_a_salt_counts_as_none_before_there_is_a_file(tmp_path: Path) -> None:
    (tmp_path / SALT).touch()
    (tmp_path / CHECK).write_bytes(bytes(16))
    assert not (tmp_path / STORE).exists()
    key = keychain.key_from_passphrase(WORDS, tmp_path)
    assert len((tmp_path / SALT).read_bytes()) == 16
    assert keychain.key_from_passphrase(WORDS, tmp_path) == key


def test_a_broken_salt_beside_a_file_is_damage_in_words(folder: Path) -> None:
    (folder / SALT).write_bytes(b"")
    assert keychain.uses_passphrase(folder)
    with pytest.raises(DamagedStore, match="salt"):
        keychain.key_from_passphrase(WORDS, folder)


def test_a_disk_that_takes_nothing_is_said_and_leaves_no_half_salt(tmp_path: Path) -> None:
    (tmp_path / f"{SALT}.new").mkdir()  # stands where the salt is to be written
    with pytest.raises(Unavailable):
        keychain.key_from_passphrase(WORDS, tmp_path)
    assert not (tmp_path / SALT).exists()
    assert not keychain.uses_passphrase(tmp_path)


def test_only_the_owner_can_read_what_makes_the_key(folder: Path) -> None:
    (folder / "lock").touch(0o644)
    Profile(folder).release()
    assert {name: stat.S_IMODE((folder / name).stat().st_mode) for name in (SALT, CHECK, "lock")} == {
        SALT: 0o600,
        CHECK: 0o600,
        "lock": 0o600,
    }


def test_a_file_whose_passphrase_is_lost_is_set_aside_with_its_salt_and_another_can_be_chosen(folder: Path) -> None:
    (folder / FILE).write_bytes(b"what was not sent")
    profile = Profile(folder)
    profile.set_aside_with_key(datetime(2026, 7, 1, 9, 30, tzinfo=UTC))
    profile.release()
    assert not keychain.uses_passphrase(folder)
    assert {path.name for path in folder.glob("*.damaged-*")} >= {
        "desk.db.damaged-20260701-093000",
        "outbox.db.damaged-20260701-093000",
        "salt.damaged-20260701-093000",
        "key.check.damaged-20260701-093000",
    }
    open_file(folder / STORE, keychain.key_from_passphrase(WRONG, folder)).dispose()
