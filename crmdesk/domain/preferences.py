"""How one person likes their desk: colours, room of rows, motion, when it locks itself, what closing does."""

from __future__ import annotations

from enum import StrEnum

from crmdesk.domain.quick import dataclass


class SchemeChoice(StrEnum):
    """Which colours the whole program has."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Density(StrEnum):
    """How much room the rows of lists and tables have; controls and type stay as they are."""

    COMPACT = "compact"
    NORMAL = "normal"
    ROOMY = "roomy"


class MotionChoice(StrEnum):
    """Whether cards fade in; REDUCED: nothing moves at all."""

    SYSTEM = "system"
    FULL = "full"
    REDUCED = "reduced"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one person chose. ``lock_after_min`` are minutes without input after which the desk locks, 0: never by
    itself. ``close_to_tray`` keeps the program running when its window is closed. ``toured`` tells that the tour was
    shown, to its end or not. ``language`` is a tag of BCP 47, "" for the system's; it holds from the next start."""

    scheme: SchemeChoice = SchemeChoice.SYSTEM
    density: Density = Density.NORMAL
    motion: MotionChoice = MotionChoice.SYSTEM
    lock_after_min: int = 10
    close_to_tray: bool = False
    toured: bool = False
    language: str = ""
