"""Ctrl + digit belongs to one numbered list at a time, and a new one gets it only after a moment.

A digit meant for the list that just went must not act on the one that took its place (VISUAL section 5: 600 ms).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from crmdesk.domain.clock import Clock

HAND_OVER_S = 0.6


class DigitRank(IntEnum):
    """Whose list the digits are when several are on the screen; the lowest first. ``OFFERED`` is what was opened to
    choose from: who is on file already, the fields of a merge; ``LOCK`` keeps them from every list."""

    LOCK = -1
    CHOOSER = 0
    OFFERED = 1
    WRAP_UP = 2
    CONFLICT = 3


class DigitClaim(QObject):
    """A numbered list's claim on Ctrl + digit, until ``release``. ``changed`` tells when its caps appear or go."""

    changed = Signal()

    def __init__(self, digits: Digits, rank: DigitRank, slot: Callable[[int], None], owner: QObject) -> None:
        super().__init__(owner)
        self._digits, self.rank, self.slot = digits, rank, slot
        self._works = False

    @property
    def works(self) -> bool:
        """Return whether a digit would act on this list now."""
        return self._works

    def release(self) -> None:
        """Give the digits up."""
        self._digits.release(self)

    def show_works(self, works: bool) -> None:
        """Take note that the digits began or ceased to act here (told by the owner of the digits)."""
        if works != self._works:
            self._works = works
            self.changed.emit()


class Digits(QObject):
    """Hands Ctrl + 0 … 9 to the list that has them."""

    def __init__(self, window: QWidget, clock: Clock) -> None:
        super().__init__(window)
        self._clock = clock
        self._claims: list[DigitClaim] = []
        self._holder: DigitClaim | None = None
        self._free_at = clock.monotonic()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._tell)
        for digit in range(10):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{digit}"), window)
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(partial(self.press, digit))

    def claim(self, rank: DigitRank, slot: Callable[[int], None], owner: QObject) -> DigitClaim:
        """Claim the digits for a list: ``slot`` (a bound method) is called with 0 … 9 while the list has them."""
        claim = DigitClaim(self, rank, slot, owner)
        self._claims.append(claim)
        owner.destroyed.connect(partial(self._gone, claim))
        self._decide()
        return claim

    def release(self, claim: DigitClaim) -> None:
        """Take a claim back."""
        self._gone(claim)
        claim.show_works(False)

    def press(self, digit: int) -> None:
        """Act on the list that has the digits, if it had them long enough."""
        if self._holder is not None and self._clock.monotonic() >= self._free_at:
            self._holder.slot(digit)

    def _gone(self, claim: DigitClaim, _owner: object = None) -> None:
        # The window may be going as a whole: then this object can be half gone before the list that claims.
        if claim in self._claims and isValid(self._settle):
            self._claims.remove(claim)
            self._decide()

    def _decide(self) -> None:
        holder = min(reversed(self._claims), key=_rank, default=None)
        if holder is self._holder:
            return
        if self._holder is not None:
            self._free_at = self._clock.monotonic() + HAND_OVER_S
        self._holder = holder
        self._tell()

    def _tell(self) -> None:
        wait = self._free_at - self._clock.monotonic()
        for claim in tuple(self._claims):
            claim.show_works(claim is self._holder and wait <= 0)
        if wait > 0:
            self._settle.start(max(1, int(wait * 1000) + 1))


def _rank(claim: DigitClaim) -> int:
    return claim.rank
