"""What a desk's process is told to do in one life, and how it says that it ended."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from uuid import UUID

import msgspec

from tests.faults.points import Grain


class Task(StrEnum):
    """What a desk does: only start; work; sync until nothing is left; or both."""

    OPEN = "open"
    WORK = "work"
    SYNC = "sync"
    WORK_AND_SYNC = "work and sync"


class Form(StrEnum):
    """How a first copy comes: into the file in use; or as a file of its own, built by the desk itself or its helper."""

    IN_PLACE = "in place"
    BESIDE = "beside"
    BY_HELPER = "by the helper"


class Victim(StrEnum):
    """Who is killed, at whose points: the desk at its own; the helper at its own; the desk at its helper's; or the desk
    at its own from when the finished file takes its place."""

    DESK = "desk"
    HELPER = "helper"
    DESK_BESIDE_HELPER = "desk beside its helper"
    DESK_AT_THE_END = "desk at the end"


class Job(msgspec.Struct, frozen=True):
    """One life of a desk. It writes what it says about saved words, and how it ended, into files beside ``profile``."""

    profile: str
    server: str
    task: Task
    kill_at: int | None = None
    words: tuple[str, ...] = ()
    contested: tuple[UUID, ...] = ()
    form: Form = Form.IN_PLACE
    grain: Grain = Grain.EVERY
    victim: Victim = Victim.DESK

    @property
    def said(self) -> Path:
        """The words that were reported saved, a line each."""
        return Path(self.profile + ".said")

    @property
    def report(self) -> Path:
        """How it ended."""
        return Path(self.profile + ".report")


class Outcome(msgspec.Struct, frozen=True):
    """How a desk ended: by itself after the points ``names``; or killed at point ``where``; or with ``trouble``."""

    names: tuple[str, ...] = ()
    turns: int = 0
    where: str = ""
    trouble: str = ""

    @property
    def ended(self) -> bool:
        """Whether it did everything."""
        return not self.where and not self.trouble

    def write(self, path: Path) -> None:
        """Leave it for whoever started the desk."""
        path.write_bytes(msgspec.json.encode(self))
