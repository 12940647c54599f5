"""Locks the desk when nobody used it for a while, or at a key, and opens it again where it was left."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import CrmdeskError, UserMistake
from crmdesk.domain.language import tr
from crmdesk.runtime.bus import CallChanged
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.lock_cover import LockCover, LockSheet
from crmdesk.ui.frame.page import Place
from crmdesk.ui.qt.digits import DigitClaim, DigitRank
from crmdesk.ui.qt.errors import error_sink
from crmdesk.ui.qt.tasks import spawn

LOOK_MS = 5000
"""How often it is seen whether the time is over."""
_INPUT = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    )
)


class IdleWatch(QObject):
    """Knows since when nobody used a window that is shown.

    It listens at the window of the system, where input comes in once; at the application every event would pass.
    """

    def __init__(self, window: QWidget, clock: Clock) -> None:
        super().__init__(window)
        self._clock = clock
        self._steady, self._instant = clock.monotonic(), clock.now()
        handle = window.windowHandle()
        assert handle is not None, "the window is shown first"
        handle.installEventFilter(self)

    def used(self) -> None:
        """Somebody is there."""
        self._steady, self._instant = self._clock.monotonic(), self._clock.now()

    @property
    def idle_s(self) -> float:
        """Return the seconds without input. A computer that slept counts them too, where its steady clock does not."""
        by_the_wall = (self._clock.now() - self._instant).total_seconds()
        return max(self._clock.monotonic() - self._steady, by_the_wall)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice keys and pointers."""
        if event.type() in _INPUT:
            self.used()
        return False


class DeskLock(QObject):
    """The lock of one window. While a call or its wrap-up goes on it never locks."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.window)
        self._place = place
        self._cover: LockCover | None = None
        self._sheet: LockSheet | None = None
        self._digits: DigitClaim | None = None
        self.idle = IdleWatch(place.window, place.clock)
        place.keys.bind(commands.LOCK, self.lock)
        place.desk.bus.subscribe(CallChanged, self._call_changed)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        if place.desk.lock.locked:
            self._cover_desk()

    @property
    def cover(self) -> LockCover | None:
        """What stands over the desk, None while it is open."""
        return self._cover

    @property
    def busy(self) -> bool:
        """Say whether a call or its wrap-up goes on."""
        return bool(self._place.desk.phone.calls or self._place.window.lane.lane.cells)

    def look(self) -> None:
        """See whether the desk was left."""
        after_s = self._place.desk.preferences.now.lock_after_min * 60
        if self.busy:
            self.idle.used()
        elif after_s and self.idle.idle_s >= after_s and self._place.desk.lock.can_lock:
            self._lock()

    def lock(self) -> None:
        """Lock now, or say why not."""
        if self.busy:
            self._place.window.tell(tr("You are on a call"), tr("The desk can be locked after wrap-up."))
        elif not self._place.desk.lock.can_lock:
            next_step = tr("Sign in once more; from then on it is.")
            self._place.window.tell(tr("There is no password to unlock with yet"), next_step)
        else:
            self._lock()

    def _lock(self) -> None:
        if self._cover is None:
            self._place.desk.lock.lock()
            self._cover_desk()
            spawn(self, self._place.desk.lock.keep())

    def _cover_desk(self) -> None:
        place = self._place
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        me = place.desk.identity
        self._sheet = LockSheet(me.display_name if me is not None else "")
        self._sheet.given.connect(self._given)
        self._cover = LockCover(place.window, self._sheet, place.clock)
        self._cover.show_calls(place.desk.phone.calls)
        place.window.put_away()
        place.keys.hold()
        self._digits = place.digits.claim(DigitRank.LOCK, self._no_digit, self._cover)

    def _no_digit(self, _digit: int) -> None:
        """A digit does nothing in a locked desk."""

    def _call_changed(self, _: CallChanged) -> None:
        if self._cover is not None:
            self._cover.show_calls(self._place.desk.phone.calls)

    def _given(self, password: str) -> None:
        spawn(self, self._unlock(password), self._mistaken)

    async def _unlock(self, password: str) -> None:
        lock = self._place.desk.lock
        try:
            await lock.unlock(password)
        except UserMistake:
            raise
        except CrmdeskError as error:  # the disk does not take that: whoever typed the password comes in all the same
            if lock.locked:
                raise UserMistake("password", error.what, error.next_step) from error
            error_sink().take(error)
        self.idle.used()
        cover, self._cover, self._sheet = self._cover, None, None
        if self._digits is not None:
            self._place.digits.release(self._digits)
            self._digits = None
        self._place.keys.let_go()
        self._place.window.bring_back()
        if cover is not None:
            cover.lift()

    def _mistaken(self, error: UserMistake) -> None:
        if self._sheet is not None:
            self._sheet.show_mistake(error)
