"""What the desk and the process that builds its first file say to each other: JSON lines over the two pipes.

The key and the tokens travel through the pipe alone, never as arguments or in the environment, which others can read.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from crmdesk.domain.errors import CrmdeskError, DamagedStore, Refused, Unavailable
from crmdesk.domain.language import tr
from crmdesk.sync.wire import SNAPSHOT_LIMIT

COMMAND = "fetch-snapshot"
Said = TypeVar("Said")


class Job(msgspec.Struct, frozen=True):
    """The first line to the process: what to build, where from. ``key`` is hexadecimal, ``limit`` the rows of a
    chunk."""

    store: str
    key: str
    server: str
    ca_file: str | None
    token: str
    device_id: UUID
    epoch: UUID
    home_scope: int
    scopes: tuple[int, ...]
    limit: int = SNAPSHOT_LIMIT

    @property
    def path(self) -> Path:
        """The file in use, whose successor is built."""
        return Path(self.store)


class Lent(msgspec.Struct, frozen=True):
    """A later line to the process: another access token."""

    token: str


class Trouble(StrEnum):
    """Why it stopped."""

    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    DAMAGED = "damaged"


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line from the process: so many rows are there; or another token is wanted; or it is complete; or it stopped."""

    rows: int = 0
    wants_token: bool = False
    complete: bool = False
    trouble: Trouble | None = None
    what: str = ""
    next_step: str = ""


_DECODERS: Mapping[type, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(kind) for kind in (Job, Lent, Report)}
"""Made before any thread reads; see ``sync.wire``."""


def line(message: msgspec.Struct) -> bytes:
    """Return a message as one line."""
    return msgspec.json.encode(message) + b"\n"


def read(said: bytes, kind: type[Said]) -> Said:
    """Return what a line says; raises ValueError (``msgspec.DecodeError``) when it says nothing of the kind."""
    message: Said = _DECODERS[kind].decode(said)
    return message


def trouble_of(error: CrmdeskError) -> Report:
    """Return how the process tells an error."""
    kind = Trouble.REFUSED if isinstance(error, Refused) else Trouble.UNAVAILABLE
    if isinstance(error, DamagedStore):
        kind = Trouble.DAMAGED
    return Report(trouble=kind, what=error.what, next_step=error.next_step)


def error_of(report: Report) -> CrmdeskError:
    """Return the error that a report tells, in the language of the desk: the process that copies speaks English."""
    kind = Refused if report.trouble is Trouble.REFUSED else Unavailable
    return kind(tr(report.what), tr(report.next_step))
