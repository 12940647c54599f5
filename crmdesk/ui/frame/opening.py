"""What is asked before the local file can be opened: a passphrase, or what to do with a file that cannot be read."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from crmdesk.domain.errors import CrmdeskError, UserMistake
from crmdesk.ui.kit import Button, ButtonKind, Field, Ground, Label, Panel, PaneTitle
from crmdesk.ui.kit.label import Flow, Ink
from crmdesk.ui.theme import Icon, Space, TextRole

_WIDTH = 420


class _Sheet(Panel):
    def __init__(self, title: str, text: str) -> None:
        super().__init__(ground=Ground.PANEL)
        self.setFixedWidth(_WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        self.column.setSpacing(Space.M)
        self.column.addWidget(PaneTitle(title))
        self.column.addWidget(Label(text, TextRole.BODY, Ink.SECONDARY, Flow.WRAP))


class PassphraseSheet(_Sheet):
    """Asks for the passphrase of a profile on a computer without a keyring; ``given`` carries it."""

    given = Signal(str)

    def __init__(self, first_time: bool) -> None:
        new = "This computer has no keyring, so a passphrase protects your data here. It is asked for at each start."
        known = "A passphrase protects your data on this computer."
        super().__init__("Choose a passphrase" if first_time else "Your passphrase", new if first_time else known)
        self.field = Field("Passphrase", hint="eight characters or more" if first_time else "")
        self.field.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.column.addWidget(self.field)
        self.open = Button("Open", ButtonKind.PRIMARY, Icon.LOCK, "Enter")
        self.open.clicked.connect(self._give)
        self.field.edit.returnPressed.connect(self._give)
        self.column.addWidget(self.open)
        self.setFocusProxy(self.field.edit)

    def _give(self) -> None:
        self.given.emit(self.field.text)

    def show_mistake(self, error: UserMistake) -> None:
        """Say at the field what is wrong."""
        self.field.show_problem(f"{error.what} {error.next_step}".strip())


class TroubleSheet(_Sheet):
    """Says that the file cannot be read and offers ways on: ``again`` tries once more, ``set_aside`` begins anew."""

    again = Signal()
    set_aside = Signal()

    def __init__(self, error: CrmdeskError, may_set_aside: bool) -> None:
        super().__init__(error.what, error.next_step)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        retry = Button("Try again", ButtonKind.SECONDARY, Icon.ROTATE_CW)
        retry.clicked.connect(self.again)
        row.addWidget(retry)
        if may_set_aside:
            aside = Button("Set it aside and fetch again", ButtonKind.PRIMARY, Icon.HARD_DRIVE_DOWNLOAD)
            aside.clicked.connect(self.set_aside)
            row.addWidget(aside)
        row.addStretch(1)
        self.column.addLayout(row)
        self.setFocusProxy(retry)
