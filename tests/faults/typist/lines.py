"""What a desk is told to do in one life, and what it says while it lives: one line of JSON after the other."""

from __future__ import annotations

import os
import time
from enum import StrEnum

import msgspec


class Said(StrEnum):
    """What a line is about.

    BEAT: the loop runs; OPEN: the desk is open; FOUND: what stood in a place when it was gone to; TYPED: what stands
    there after a key; SAVED: the screen says that this is saved; FINISHING: it is about to become a record; FINISHED:
    the screen says that it is one; RECORDS: how many records have a word; TROUBLE: the robot could not go on.
    """

    BEAT = "beat"
    OPEN = "open"
    FOUND = "found"
    TYPED = "typed"
    SAVED = "saved"
    FINISHING = "finishing"
    FINISHED = "finished"
    RECORDS = "records"
    TROUBLE = "trouble"


class Line(msgspec.Struct, omit_defaults=True):
    """Something said. ``at`` is the monotonic clock, ``ran`` how long the desk's loop has run (``Heart``), both in
    seconds; ``text`` is what stands in the place, or a word that was asked for."""

    said: Said
    at: float
    ran: float
    place: str = ""
    text: str = ""
    number: int = 0


class Visit(msgspec.Struct, frozen=True):
    """Go to a place and type so many ``moves``: what, and how fast, follows from ``seed``. ``word`` is in what is
    finished, where it comes to that; empty: nothing is."""

    place: str
    seed: int
    moves: int
    word: str = ""


class Owed(msgspec.Struct, frozen=True):
    """What may stand in a place when the desk is open again: one of ``texts``, or of ``after`` if a record has
    ``word``."""

    place: str
    texts: tuple[str, ...]
    word: str = ""
    after: tuple[str, ...] = ()


class Life(msgspec.Struct, frozen=True):
    """One life of a desk: look at what is owed, then type."""

    folder: str
    looks: tuple[Owed, ...]
    visits: tuple[Visit, ...]


class Mouth:
    """Says lines into a pipe, from the desk's process; what was said outlasts that process."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self.ran = 0.0

    def say(self, said: Said, place: str = "", text: str = "", number: int = 0) -> None:
        """Say a line now; where nobody listens any more this process ends."""
        line = Line(said, time.monotonic(), self.ran, place, text, number)
        try:
            os.write(self._pipe, msgspec.json.encode(line) + b"\n")
        except BrokenPipeError:
            os._exit(1)
