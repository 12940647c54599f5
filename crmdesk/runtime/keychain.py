"""The key of a profile: in the operating system's keyring, or made from a passphrase; never in plain text.

Of the two libraries only the one that is needed is loaded: a start shall not wait for the other.
"""

from __future__ import annotations

import hmac
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.domain.errors import DamagedStore, Unavailable, UserMistake
from crmdesk.domain.language import tr
from crmdesk.runtime.profile import CHECK, SALT, STORE

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "crmdesk"
KEY_BYTES = 32
TIME_LIMIT_S = 10.0
TRUSTED = (
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.chainer",
)
"""Backends that keep secrets encrypted; plaintext ones are not among them."""

_LENGTH = 16
"""Bytes of the salt and of the check."""
_ARGON2_COST = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 2}


class NoKeyring(Unavailable):
    """This computer has no keyring that can be used now; a passphrase can take its place."""


class LostKey(DamagedStore):
    """What makes the key is broken: no file of the profile can be opened, and each may be whole."""


def _backend() -> KeyringBackend:
    import keyring

    backend = keyring.get_keyring()
    if not type(backend).__module__.startswith(TRUSTED):
        what = tr("This computer has no keyring.")
        raise NoKeyring(what, tr("Choose a passphrase; it is asked for at each start."))
    return backend


def _call_in_time(action: str, name: str, value: str | None = None) -> str | None:
    """Ask the keyring on a thread of its own: a locked one may wait for ever for somebody to unlock it."""
    from keyring.errors import KeyringError

    worker = ThreadPoolExecutor(1, "keyring")
    try:
        backend = _backend()
        if action == "get":
            return worker.submit(backend.get_password, SERVICE, name).result(TIME_LIMIT_S)
        worker.submit(backend.set_password, SERVICE, name, value or "").result(TIME_LIMIT_S)
    except (KeyringError, TooSlow) as error:
        what = tr("The keyring of this computer does not answer.")
        raise NoKeyring(what, tr("Unlock it, or use a passphrase.")) from error
    finally:
        worker.shutdown(wait=False, cancel_futures=True)
    return None


def key_from_keyring(profile: str) -> bytes:
    """Return the profile's 32-byte key, made and stored at first use.

    Raises NoKeyring where there is none that can be trusted or none that answers.
    """
    kept = _call_in_time("get", profile)
    if kept is not None:
        return bytes.fromhex(kept)
    key = secrets.token_bytes(KEY_BYTES)
    _call_in_time("set", profile, key.hex())
    if _call_in_time("get", profile) != key.hex():
        raise NoKeyring(tr("The keyring did not keep the key."), tr("Use a passphrase instead."))
    return key


def key_from_passphrase(passphrase: str, folder: Path) -> bytes:
    """Return the 32-byte key that a passphrase and the profile's salt make (argon2id, RFC 9106).

    Salt and check are made at first use. Raises UserMistake for a passphrase under eight characters or one that is
    not this profile's, DamagedStore where the salt of a file is broken, Unavailable where the disk takes no salt.
    """
    if len(passphrase) < 8:
        raise UserMistake("passphrase", tr("The passphrase is too short."), tr("Use eight characters or more."))
    from argon2.low_level import Type, hash_secret_raw

    key = hash_secret_raw(passphrase.encode(), _salt(folder), hash_len=KEY_BYTES, type=Type.ID, **_ARGON2_COST)
    check = _kept(folder / CHECK)
    if check is not None and not hmac.compare_digest(check, _check_of(key)):
        next_step = tr("Type it anew; capital letters count.")
        raise UserMistake("passphrase", tr("This passphrase does not open the file."), next_step)
    if check is None and not (folder / STORE).exists():
        keep_check(key, folder)
    return key


def keep_check(key: bytes, folder: Path) -> None:
    """Keep by what a wrong passphrase is told from a damaged file, unless it is kept: this key opened the file.

    Raises Unavailable where the disk does not take it.
    """
    if _kept(folder / CHECK) is None:
        _write(folder / CHECK, _check_of(key))


def has_check(folder: Path) -> bool:
    """Return True where a wrong passphrase can be told from a damaged file."""
    return _kept(folder / CHECK) is not None


def uses_passphrase(folder: Path) -> bool:
    """Return True for a profile whose key is made from a passphrase that was chosen already."""
    if (folder / STORE).exists():
        return (folder / SALT).exists()
    return _kept(folder / SALT) is not None and has_check(folder)


def _check_of(key: bytes) -> bytes:
    return hmac.digest(key, b"crmdesk key check", "sha256")[:_LENGTH]


def _salt(folder: Path) -> bytes:
    """Return the profile's salt, made at first use; what a full disk left of one counts only beside a file."""
    salt = _kept(folder / SALT)
    if salt is not None:
        return salt
    if (folder / STORE).exists():
        raise LostKey(
            tr("What makes the key of your passphrase is damaged."),
            tr(
                "Bring back the file named salt from a backup. Or set your files aside: everything that the server has "
                "is fetched again, what you had not sent stays in the files set aside and cannot be read without that "
                "salt."
            ),
        )
    try:
        (folder / CHECK).unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(error) from error
    salt = secrets.token_bytes(_LENGTH)
    _write(folder / SALT, salt)
    return salt


def _kept(path: Path) -> bytes | None:
    """Return the bytes of a small file, None where it is not there or not whole."""
    try:
        kept = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        what = tr("The profile folder cannot be read ({reason}).", reason=error.strerror)
        raise Unavailable(what, tr("Check its rights.")) from error
    return kept if len(kept) == _LENGTH else None


def _write(path: Path, content: bytes) -> None:
    """Write a small file that only its owner can read, whole or not at all."""
    beside = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise _not_written(error) from error


def _not_written(error: OSError) -> Unavailable:
    return Unavailable(
        tr("The profile folder cannot be written ({reason}).", reason=error.strerror),
        tr("Check its rights and the disk's space."),
    )
