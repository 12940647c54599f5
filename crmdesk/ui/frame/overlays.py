"""The cards that float over the window: palette, keys, crash sheet, notice. Each is made when it is first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.language import tr
from crmdesk.ui.theme import Icon, Space, Voice

if TYPE_CHECKING:
    from crmdesk.ui.frame.crash import CrashSheet
    from crmdesk.ui.frame.keys_help import KeysHelp
    from crmdesk.ui.frame.palette import CommandPalette
    from crmdesk.ui.frame.window import MainWindow
    from crmdesk.ui.kit import Notice
    from crmdesk.ui.qt.errors import BugReport

_NOTICE_WIDTH, _NOTICE_HEIGHT = 560, 46
TOLD_MS = 12_000
"""How long a notice stays. What needs an answer is told where the answer is given, never here alone."""


class Overlays(QObject):
    """The floating cards of one window. None of them is there at the first paint.

    A QObject, so that what is connected to it ends with the window.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.told = QTimer(self)
        self.told.setSingleShot(True)
        self.told.setInterval(TOLD_MS)
        self.told.timeout.connect(self._hush)

    @cached_property
    def palette(self) -> CommandPalette:
        """Return the command palette."""
        from crmdesk.ui.frame.palette import CommandPalette

        return CommandPalette(self._window.keys, self._window)

    @cached_property
    def keys(self) -> KeysHelp:
        """Return the list of keys."""
        from crmdesk.ui.frame.keys_help import KeysHelp

        return KeysHelp(self._window.keys, self._window)

    @cached_property
    def crash(self) -> CrashSheet:
        """Return the crash sheet."""
        from crmdesk.ui.frame.crash import CrashSheet

        return CrashSheet(self._window)

    @cached_property
    def notice(self) -> Notice:
        """Return the notice."""
        from crmdesk.ui.kit import Notice

        return Notice(self._window, Icon.BELL, Voice.YOU)

    def turn_palette(self) -> None:
        """Open the command palette, or close it."""
        if self.palette.isVisible():
            self.palette.go()
        else:
            going_on = tr("the call goes on") if self._window.lane.lane.cells else ""
            self.palette.open_over(self._window.middle(), going_on)

    def turn_keys(self) -> None:
        """Open the list of keys, or close it."""
        if self.keys.isVisible():
            self.keys.go()
        else:
            self.keys.open_over(self._window.middle())

    def tell(self, words: str, details: str = "") -> None:
        """Tell one thing on the notice; the next one takes its place, and it goes by itself."""
        self._say(words, details, tr("Notice"), Icon.BELL, Voice.YOU)

    def tell_refusal(self, error: CrmdeskError) -> None:
        """Tell what was refused and what to do."""
        self._say(error.what, error.next_step, tr("Refused"), Icon.CIRCLE_ALERT, Voice.SOON)

    def _say(self, words: str, details: str, kind: str, icon: Icon, voice: Voice) -> None:
        self.notice.say(words, details)
        self.notice.setAccessibleDescription(kind)
        self.notice.mark.set_icon(icon, voice)
        self._place_notice()
        self.notice.appear()
        self.told.start()
        if QAccessible.isActive():  # the keyboard stays where it is, so whoever listens has to be told
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.notice, self.notice.accessibleName()))

    def _hush(self) -> None:
        self.notice.go()

    def tell_bug(self, report: BugReport) -> None:
        """Tell of a fault of ours."""
        self.crash.show_report(report)

    def settle(self) -> None:
        """Follow the window's size: what was opened for one thing closes, what tells something stays."""
        made = self.__dict__
        if "palette" in made:
            self.palette.go()
        if "keys" in made:
            self.keys.go()
        if "crash" in made:
            self.crash.settle()
        if "notice" in made:
            self._place_notice()

    def _place_notice(self) -> None:
        area = self._window.middle()
        width = int(min(_NOTICE_WIDTH, area.width() - 2 * Space.L))
        x = int(area.center().x() - width / 2)
        self.notice.place_card(x, int(area.bottom()) - _NOTICE_HEIGHT - Space.L, width, _NOTICE_HEIGHT)
