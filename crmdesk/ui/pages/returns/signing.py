"""Signing a return: who signed these figures, and a second key that signs them, with what is signed in sight."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.cases.returns import ReturnShown, Signature
from crmdesk.domain.language import left_to_right, tr
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, Flow, Ink, Label
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

_SHORT = 16


class Signing(QWidget):
    """``confirmed`` tells the second press, ``asked`` that the question is there or went."""

    confirmed = Signal()
    asked = Signal()

    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._shown: ReturnShown | None = None
        self._now = datetime.now(UTC)
        self.asking = False
        self.said = Label("", TextRole.SMALL, Ink.SECONDARY, Flow.WRAP, Icon.SHIELD_CHECK)
        self.begin = Button(tr("Sign"), ButtonKind.SECONDARY, Icon.SHIELD_CHECK, size=ButtonSize.SMALL)
        self.confirm = Button(tr("Sign these figures"), ButtonKind.PRIMARY, Icon.SHIELD_CHECK, size=ButtonSize.SMALL)
        self.leave = Button(tr("Not now"), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.S)
        row.addWidget(self.said, 1)
        for button in (self.begin, self.confirm, self.leave):
            row.addWidget(button)
        self.begin.clicked.connect(self.ask)
        self.confirm.clicked.connect(self.second_press)
        self.leave.clicked.connect(self.put_away)
        self.put_away()

    def show_return(self, shown: ReturnShown, now: datetime) -> None:
        """Show who signed; a question about other figures goes."""
        if self._shown is None or self._shown.one != shown.one:
            self.asking = False
        self._shown, self._now = shown, now
        self._show()

    def ask(self) -> None:
        """Ask whether to sign what is shown."""
        if self._shown is not None and self._shown.one.adds_up:
            self.asking = True
            self._buttons()
            self.said.set_ink(Voice.WORD)
            self.said.set_text(
                tr(
                    "You sign these figures in your name, with the digest {digest}.",
                    digest=left_to_right(self._shown.one.digest()),
                )
            )
            self.asked.emit()

    def second_press(self) -> None:
        """Sign, where it was asked."""
        if self.asking:
            self.confirmed.emit()

    def put_away(self) -> None:
        """Take the question away."""
        self.asking = False
        self._show()
        self.asked.emit()

    def _show(self) -> None:
        self._buttons()
        if self._shown is None or self.asking:
            return
        signed = self._shown.signed
        digest = left_to_right(self._shown.one.digest()[:_SHORT])
        if signed:
            by = "; ".join(self._signature(one) for one in signed)
            self._say(Voice.PHONE, tr("Signed by {by}. Digest {digest}…", by=by, digest=digest))
        elif self._shown.signatures:
            last = self._signature(self._shown.signatures[0])
            self._say(Voice.SOON, tr("Other figures were signed last, by {by}. These are not signed.", by=last))
        else:
            self._say(Ink.SECONDARY, tr("Not signed. Digest {digest}…", digest=digest))

    def _say(self, ink: Ink | Voice, said: str) -> None:
        self.said.set_ink(ink)
        self.said.set_text(said)

    def _signature(self, one: Signature) -> str:
        return tr("{name}, {when}", name=one.name, when=words.moment(one.at, self._now, self._zone))

    def _buttons(self) -> None:
        ready = self._shown is not None and self._shown.one.adds_up
        self.begin.setVisible(ready and not self.asking)
        self.confirm.setVisible(self.asking)
        self.leave.setVisible(self.asking)
