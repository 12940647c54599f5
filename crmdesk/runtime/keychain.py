"""The key of a profile: in the operating system's keyring, or made from a passphrase; never in plain text.

Of the two libraries only the one that is needed is loaded: a start shall not wait for the other.
"""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.domain.errors import Unavailable, UserMistake

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

_ARGON2_COST = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 2}


class NoKeyring(Unavailable):
    """This computer has no keyring that can be used now; a passphrase can take its place."""


def _backend() -> KeyringBackend:
    import keyring

    backend = keyring.get_keyring()
    if not type(backend).__module__.startswith(TRUSTED):
        raise NoKeyring("This computer has no keyring.", "Choose a passphrase; it is asked for at each start.")
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
        raise NoKeyring("The keyring of this computer does not answer.", "Unlock it, or use a passphrase.") from error
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
        raise NoKeyring("The keyring did not keep the key.", "Use a passphrase instead.")
    return key


def key_from_passphrase(passphrase: str, folder: Path) -> bytes:
    """Return the 32-byte key that a passphrase and the profile's salt make (argon2id, RFC 9106).

    Raises UserMistake for a passphrase under eight characters.
    """
    if len(passphrase) < 8:
        raise UserMistake("passphrase", "The passphrase is too short.", "Use eight characters or more.")
    from argon2.low_level import Type, hash_secret_raw

    salt_file = folder / "salt"
    if not salt_file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        salt_file.write_bytes(secrets.token_bytes(16))
        salt_file.chmod(0o600)
    return hash_secret_raw(
        passphrase.encode(), salt_file.read_bytes(), hash_len=KEY_BYTES, type=Type.ID, **_ARGON2_COST
    )


def uses_passphrase(folder: Path) -> bool:
    """Return True for a profile whose key is made from a passphrase."""
    return (folder / "salt").exists()
