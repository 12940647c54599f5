"""Kinds of trouble. The type decides what the agent sees (DESIGN section 7), the text says what to do next."""

from __future__ import annotations


class CrmdeskError(Exception):
    """Anything that went wrong and that we foresaw.

    ``what`` says in plain words what happened, ``next_step`` what the person can do now.
    """

    def __init__(self, what: str, next_step: str = "") -> None:
        super().__init__(f"{what} {next_step}".strip())
        self.what = what
        self.next_step = next_step


class UserMistake(CrmdeskError):
    """Something typed cannot be taken; shown at the field named ``field``."""

    def __init__(self, field: str, what: str, next_step: str = "") -> None:
        super().__init__(what, next_step)
        self.field = field


class Unavailable(CrmdeskError):
    """The world is broken (network, server, phone system, disk); shown in the status line while work goes on."""


class Refused(CrmdeskError):
    """The server or a rule said no; stays visible until somebody deals with it."""


class DamagedStore(CrmdeskError):
    """The local file cannot be read: wrong key or damaged bytes; it is set aside, never deleted."""


class AlreadyRunning(CrmdeskError):
    """Another process holds this profile."""


class Bug(CrmdeskError):
    """We are broken; shown on the crash sheet with a report."""
