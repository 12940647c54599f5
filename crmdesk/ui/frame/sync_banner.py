"""The strip over the pages for what somebody has to do about sync: a version too old, a copied profile, a second file
that cannot be written. Being offline is none of these: the status line says it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from crmdesk.domain.language import mark, tr
from crmdesk.domain.sync_state import COPIED, SyncLink, SyncState
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Banner, Button, ButtonKind, ButtonSize
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Voice

TOO_OLD = (
    mark("This version is too old to write here"),
    mark("Install the new version. You can read, write notes as drafts and take calls; what is not sent is kept."),
)
COPY = (
    mark("This profile was copied"),
    mark("It goes on as a new device. Sign in again; nothing is lost, what waits is sent then."),
)


def words_of(state: SyncState) -> tuple[str, str] | None:
    """Return title and details of what has to be done; None while nothing has to."""
    if state.link is SyncLink.TOO_OLD:
        return tr(TOO_OLD[0]), tr(TOO_OLD[1])
    if state.link is SyncLink.SIGNED_OUT and state.detail.startswith(tr(COPIED)):
        return tr(COPY[0]), tr(COPY[1])
    if state.link is SyncLink.LOCKED:
        return tr("Locked"), state.detail
    if state.second_file:
        details = f"{state.second_file} {tr('Work goes on; free some space.')}"
        return tr("What you write is kept only once now"), details
    return None


class SyncBanner(QObject):
    """Made when there is first something to say."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.window)
        self._place = place
        self.banner: Banner | None = None
        self.button: Button | None = None

    def show_state(self, state: SyncState) -> None:
        """Say what has to be done, or nothing."""
        said = words_of(state)
        if said is None:
            if self.banner is not None:
                self.banner.hide()
            return
        banner, button = self._made()
        out = state.link is SyncLink.SIGNED_OUT
        button.set_words(tr("Sign in") if out else tr("Details"))
        button.set_icon(Icon.LOG_IN if out else None)
        button.set_key("" if out else cap_text(self._place.keys.chord_of(commands.UNSENT)))
        banner.say(*said)

    def _made(self) -> tuple[Banner, Button]:
        if self.banner is None or self.button is None:
            self.banner = Banner(Icon.TRIANGLE_ALERT, Voice.SOON)
            self.button = Button(tr("Details"), ButtonKind.QUIET, size=ButtonSize.SMALL)
            self.button.clicked.connect(self._pressed)
            self.banner.offer(self.button)
            self._place.window.add_banner(self.banner)
        return self.banner, self.button

    def _pressed(self) -> None:
        if self._place.desk.sync.state.link is SyncLink.SIGNED_OUT:
            self._place.desk.sync.try_now()
        else:
            self._place.window.status.sync_wanted.emit()
