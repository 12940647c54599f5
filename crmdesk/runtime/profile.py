"""One profile on this computer: its folder, its lock, and an unreadable file set aside (loads nothing heavy)."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import IO
from uuid import UUID

from crmdesk.domain.errors import AlreadyRunning, Unavailable, UserMistake
from crmdesk.domain.language import tr
from crmdesk.runtime import doorbell

STORE = "desk.db"
LOCK = "lock"
"""Made once with the profile and never replaced, so that it tells a copy of the folder from the folder."""
SALT = "salt"
"""What makes the key of a passphrase."""
CHECK = "key.check"
"""What tells a wrong passphrase from a damaged file."""


def default_folder(name: str = "default") -> Path:
    """Return where a profile lives on this operating system."""
    return Path(doorbell.default_place(name))


def folder_of(profile: str) -> Path:
    """Return the folder of a profile as named on a command line: a name, or a path. Raises UserMistake for what is
    neither."""
    if profile.strip() in ("", os.curdir, os.pardir) or not profile.isprintable():
        raise UserMistake(
            "profile",
            tr("“{name}” is no name of a profile.", name=profile),
            tr("Give a name such as evening, or the path of a folder."),
        )
    return Path(profile) if os.sep in profile else default_folder(profile)


class Profile:
    """A folder that exactly one process uses. Keep it as long as the desk runs; ``release`` at the end."""

    def __init__(self, folder: Path) -> None:
        """Take the profile; raises AlreadyRunning if another process has it, Unavailable if it cannot be written."""
        self.folder = folder.absolute()
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
            self._lock: IO[bytes] = os.fdopen(os.open(self.folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600), "ab")
            (self.folder / LOCK).chmod(0o600)
        except OSError as error:
            raise Unavailable(
                tr("The profile folder cannot be written ({reason}).", reason=error.strerror),
                tr("Check its rights and the disk's space."),
            ) from error
        if not _lock_file(self._lock):
            self._lock.close()
            raise AlreadyRunning(
                tr("crmdesk is open with this profile and does not answer."),
                tr("Look for its window; if it stands still, end that program, then start this one again."),
            )

    @property
    def store_path(self) -> Path:
        """The encrypted file."""
        return self.folder / STORE

    def set_aside(self, now: datetime) -> Path | None:
        """Move an unreadable file out of the way, never deleting it; return where it is now, None if there was none."""
        from crmdesk.models import aside  # needed once in the life of a profile, if ever

        return aside.move(self.store_path, now)

    def set_aside_with_key(self, now: datetime) -> Path | None:
        """Move both files whose passphrase is lost out of the way, with what makes their key: another can be chosen."""
        from crmdesk.models import aside

        for name in (SALT, CHECK, aside.SECOND_FILE):
            aside.move(self.folder / name, now)
        return self.set_aside(now)

    def release(self) -> None:
        """Let another process have the profile."""
        self._lock.close()


def machine_mark(folder: Path, nonce: UUID) -> str:
    """Return by what a profile knows its place again: this computer and the lock file's number on its disk.

    It is a digest keyed with the profile's own nonce, so it tells nobody which computer it was. The disk's own number
    is left out: it may be another one after each start.
    """
    try:
        number = (folder / LOCK).stat().st_ino
    except OSError:
        number = 0
    return blake2b(f"{_machine()}:{number}".encode(), key=nonce.bytes, digest_size=16).hexdigest()


def _machine() -> str:
    """Return what the operating system calls this installation of itself, empty where it does not say."""
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    for place in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
        try:
            return Path(place).read_text(encoding="ascii").strip()
        except (OSError, UnicodeError):
            continue
    return ""


def _lock_file(file: IO[bytes]) -> bool:
    """Lock a file for this process without waiting; the operating system unlocks it however the process ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
