"""A desktop's profile on a generated store: the copy belongs to the benchmark and may be written to."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import perf_counter
from uuid import UUID

from sqlalchemy.orm import Session

from benchmarks._rows import QUEUES, agent_id
from benchmarks._store import KEY, store
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.people import Identity, Role
from crmdesk.models.engine import connector, open_store
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import settings
from crmdesk.runtime.keychain import key_from_passphrase
from crmdesk.runtime.profile import STORE

PASSPHRASE = "made-up customers only"
SERVER = "http://127.0.0.1:9"
"""Nobody listens there: the desktop works from its file alone."""

ME = Identity(UUID(bytes=agent_id(0)), "agent0", "Agent 0", "4001", Role.SUPERVISOR, tuple(name for name, _ in QUEUES))


def profile(customers: int, interactions: int) -> tuple[Path, dict[str, float]]:
    """Return a profile's folder for a store of this size and how long making it took (nothing if it was there)."""
    source, took = store(customers, interactions)
    folder = source.with_name(f"profile-{source.stem}")
    target = folder / STORE
    ready = folder / "signed-in"
    if ready.exists() and ready.stat().st_mtime >= source.stat().st_mtime:
        return folder, took
    began = perf_counter()
    for stale in source.parent.glob(f"profile-{source.stem.rpartition('-')[0]}-*"):
        shutil.rmtree(stale)
    folder.mkdir(mode=0o700)
    key = key_from_passphrase(PASSPHRASE, folder)  # before the file is there: then a missing salt would mean damage
    shutil.copyfile(source, target)
    target.chmod(0o600)
    connection = connector(target, KEY)()
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute(f"PRAGMA rekey = \"x'{key.hex()}'\"")
    connection.close()
    _sign_in(target, key)
    ready.touch()
    return folder, took | {"profile_s": perf_counter() - began}


def _sign_in(path: Path, key: bytes) -> None:
    """Let the file remember a person and a server, as after a sign-in."""
    engines = open_store(path, key)
    with Session(engines.write) as session, session.begin():
        uow = UnitOfWork(session, SystemClock(), ME.agent_id)
        settings.device(uow)  # first: who becomes another device is signed out
        settings.keep_identity(uow, ME)
        settings.put(uow, settings.SERVER, SERVER)
        settings.put(uow, settings.REFRESH_TOKEN, "nobody takes this one")
    engines.dispose()
