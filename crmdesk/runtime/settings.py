"""Small facts of one profile, kept in its encrypted file: device, last sign-in, server address, look of the desk."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import msgspec

from crmdesk.domain.desk_lock import LockState
from crmdesk.domain.people import Identity
from crmdesk.domain.preferences import Preferences
from crmdesk.models.installation import REFRESH_TOKEN, installation
from crmdesk.models.local import Setting
from crmdesk.models.unit_of_work import UnitOfWork

SERVER = "server"
LOGIN = "login"
LOOK = "look"
IDENTITY = "identity"
MACHINE_MARK = "machine_mark"
HAND_OVERS = "hand_overs"
LOCK = "lock"
REMINDED = "reminded"
RADAR_NOTED = "radar_noted"
FEEDBACK_SEEN = "feedback_seen"

log = logging.getLogger(__name__)


def get(uow: UnitOfWork, key: str) -> Any:
    """Return a setting, None if it was never set."""
    row = uow.session.get(Setting, key)
    return None if row is None else row.value


def put(uow: UnitOfWork, key: str, value: Any) -> None:
    """Keep a setting; ``value`` is anything JSON can hold."""
    uow.session.merge(Setting(key=key, value=value))


def device(uow: UnitOfWork) -> tuple[UUID, UUID]:
    """Return this profile's device id and install nonce, made at first use."""
    return installation(uow.session)


def identity(uow: UnitOfWork) -> Identity | None:
    """Return who was last signed in here, None for a new profile."""
    kept = get(uow, IDENTITY)
    return None if kept is None else msgspec.convert(kept, Identity)


def keep_identity(uow: UnitOfWork, who: Identity) -> None:
    """Remember who is signed in, so that the desk works when the server is away."""
    put(uow, IDENTITY, msgspec.to_builtins(who))
    put(uow, LOGIN, who.login)


def preferences(uow: UnitOfWork) -> Preferences:
    """Return what was chosen here; the usual for what was not, or for what only another version understands."""
    kept = get(uow, LOOK)
    if isinstance(kept, str):  # profiles of before there was more to choose
        kept = {"scheme": kept} if kept else {}
    try:
        return msgspec.convert(kept or {}, Preferences)
    except msgspec.ValidationError as error:
        log.warning("the settings are those of another version: %s", error)
        return Preferences()


def keep_preferences(uow: UnitOfWork, chosen: Preferences) -> None:
    """Remember what was chosen."""
    put(uow, LOOK, msgspec.to_builtins(chosen))


def lock_state(uow: UnitOfWork) -> LockState:
    """Return how the lock of this desk stands, and what unlocks it."""
    return msgspec.convert(get(uow, LOCK) or {}, LockState)


def keep_lock_state(uow: UnitOfWork, state: LockState) -> None:
    """Remember how the lock stands."""
    put(uow, LOCK, msgspec.to_builtins(state))


__all__ = [
    "FEEDBACK_SEEN",
    "HAND_OVERS",
    "IDENTITY",
    "LOCK",
    "LOGIN",
    "LOOK",
    "MACHINE_MARK",
    "RADAR_NOTED",
    "REMINDED",
    "REFRESH_TOKEN",
    "SERVER",
    "device",
    "get",
    "identity",
    "keep_identity",
    "keep_lock_state",
    "keep_preferences",
    "lock_state",
    "preferences",
    "put",
]
