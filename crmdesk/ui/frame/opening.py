"""What is asked before the local file can be opened: a passphrase, or what to do with a file that cannot be read."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from crmdesk.domain.errors import CrmdeskError, UserMistake
from crmdesk.domain.language import mark, tr, tr_in
from crmdesk.ui.kit import Button, ButtonKind, Field, Ground, Label, Panel
from crmdesk.ui.kit.label import Flow, Ink
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Space, TextRole

_WIDTH = 420
_NEW = mark("This computer has no keyring, so a passphrase protects your data here. It is asked for at each start.")
_KNOWN = mark("A passphrase protects your data on this computer.")
_SET_ASIDE = mark("Set it aside and fetch again")
_LOST = mark(
    "Without its passphrase nobody can read the file. It is set aside, never deleted, and everything the server has is "
    "fetched again. Work that was not sent yet stays in the file set aside."
)


class Sheet(Panel):
    """A title over a few words, and what a subclass puts below them."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__(ground=Ground.PANEL)
        self.setFixedWidth(_WIDTH)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        self.column.setSpacing(Space.M)
        self.column.addWidget(Label(title, TextRole.TITLE, flow=Flow.WRAP))
        self.column.addWidget(Label(text, TextRole.BODY, Ink.SECONDARY, Flow.WRAP))


def _secret(label: str, hint: str = "") -> Field:
    field = Field(label, hint=hint)
    field.edit.setEchoMode(QLineEdit.EchoMode.Password)
    return field


class PassphraseSheet(Sheet):
    """Asks for the passphrase of a profile on a computer without a keyring; ``given`` carries it.

    The first one is typed twice. After a wrong one, ``set_aside`` is offered behind a second step.
    """

    given = Signal(str)
    set_aside = Signal()

    def __init__(self, first_time: bool) -> None:
        title = tr("Choose a passphrase") if first_time else tr("Your passphrase")
        super().__init__(title, tr(_NEW if first_time else _KNOWN))
        self.field = _secret(tr("Passphrase"), tr("eight characters or more") if first_time else "")
        self.repeat = _secret(tr("The same once more")) if first_time else None
        self.open = Button(tr_in("button", "Open"), ButtonKind.PRIMARY, Icon.LOCK, cap_text("Enter"))
        self.lost = Button(tr("I do not know it any more"), ButtonKind.QUIET)
        self._second_step = _SecondStep()
        self.column.addWidget(self.field)
        if self.repeat is not None:
            self.column.addWidget(self.repeat)
            self.repeat.edit.returnPressed.connect(self._give)
        self.column.addWidget(self.open)
        self.column.addWidget(self.lost, 0, Qt.AlignmentFlag.AlignLeading)
        self.column.addWidget(self._second_step)
        self.lost.hide()
        self._second_step.hide()
        self.open.clicked.connect(self._give)
        self.field.edit.returnPressed.connect(self._give)
        self.lost.clicked.connect(self._show_second_step)
        self._second_step.back.clicked.connect(self._back)
        self._second_step.aside.clicked.connect(self.set_aside)
        self.setFocusProxy(self.field.edit)

    def _give(self) -> None:
        if not self.open.isEnabled():
            return
        if self.repeat is not None and not self.repeat.text and self.field.edit.hasFocus():
            self.repeat.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.repeat is not None and self.repeat.text != self.field.text:
            self.repeat.show_problem(tr("The two are not the same. Type it once more."))
            self.repeat.edit.selectAll()
            self.repeat.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.open.setEnabled(False)
            self.given.emit(self.field.text)

    def show_mistake(self, error: UserMistake) -> None:
        """Say at the field what is wrong; it is typed anew."""
        self.open.setEnabled(True)
        self.field.edit.selectAll()
        self.field.show_problem(f"{error.what} {error.next_step}".strip())
        self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def offer_set_aside(self) -> None:
        """Offer a way on to somebody who does not know the passphrase any more."""
        if self._second_step.isHidden():
            self.lost.show()

    def _show_second_step(self) -> None:
        self.lost.hide()
        self._second_step.show()
        self._second_step.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _back(self) -> None:
        self._second_step.hide()
        self.lost.show()
        self.field.edit.setFocus(Qt.FocusReason.OtherFocusReason)


class LockedSheet(Sheet):
    """Covers what may not be shown any more while the file is closed; ``why`` says in words what happened."""

    def __init__(self, why: str) -> None:
        super().__init__(tr("Locked"), why)


class _SecondStep(QWidget):
    """Says what setting the file aside means, before it is done."""

    def __init__(self) -> None:
        super().__init__()
        self.back = Button(tr_in("button", "Back"), ButtonKind.SECONDARY)
        self.aside = Button(tr(_SET_ASIDE), ButtonKind.SECONDARY, Icon.HARD_DRIVE_DOWNLOAD)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.back)
        row.addWidget(self.aside)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(Label(tr(_LOST), TextRole.BODY, Ink.SECONDARY, Flow.WRAP))
        column.addLayout(row)


class TroubleSheet(Sheet):
    """Says that the file cannot be read and offers ways on: ``again`` tries once more, ``set_aside`` begins anew."""

    again = Signal()
    set_aside = Signal()

    def __init__(self, error: CrmdeskError, may_set_aside: bool) -> None:
        super().__init__(error.what, error.next_step)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        retry = Button(tr("Try again"), ButtonKind.SECONDARY, Icon.ROTATE_CW)
        retry.clicked.connect(self.again)
        row.addWidget(retry)
        if may_set_aside:
            aside = Button(tr(_SET_ASIDE), ButtonKind.PRIMARY, Icon.HARD_DRIVE_DOWNLOAD)
            aside.clicked.connect(self.set_aside)
            row.addWidget(aside)
        row.addStretch(1)
        self.column.addLayout(row)
        self.setFocusProxy(retry)
