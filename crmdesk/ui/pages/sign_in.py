"""The sign-in sheet: server and login are kept from the last time, of the password only what unlocks the desk."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from crmdesk.domain.errors import CrmdeskError, Refused, UserMistake
from crmdesk.domain.language import tr, tr_in
from crmdesk.ui.kit import Button, ButtonKind, Field, Flow, Ink, Label, Panel, draw_icon
from crmdesk.ui.kit.mirror import painter_on
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

_WIDTH = 400
_MARK = 28


class SignInSheet(Panel):
    """A card in the middle of the window. ``submitted`` carries server, login and password at Enter.

    The caller says what happens: ``show_busy`` while the server is asked, ``show_trouble`` when it did not work.
    ``offline`` tells that the person goes on without the server; offered by ``offer_offline``.
    """

    submitted = Signal(str, str, str)
    offline = Signal()

    def __init__(self, server: str, login: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName(tr("Sign in"))
        self.server = Field(tr("Server"), "https://desk.example.org", icon=Icon.DATABASE)
        self.login = Field(tr("Login"), "", icon=Icon.USER)
        self.password = Field(tr("Password"), "", hint=tr("only a check of it is kept here"), icon=Icon.LOCK)
        self.server.set_text(server)
        self.login.set_text(login)
        self.password.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.reveal = Button(tr_in("button", "Show"), ButtonKind.QUIET, Icon.EYE)
        self.reveal.setCheckable(True)
        self.button = Button(tr("Sign in"), ButtonKind.PRIMARY, Icon.LOG_IN, cap_text("Enter"))
        self.work_offline = Button("", ButtonKind.SECONDARY, Icon.CLOUD_OFF)
        self.work_offline.hide()
        self._why = Label("", TextRole.SMALL, Voice.SOON, Flow.WRAP)
        self._why.hide()
        self._trouble = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP)
        self._trouble.hide()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.M)
        column.addSpacing(_MARK + Space.S)
        column.addWidget(Label(tr("Sign in to crmdesk"), TextRole.NAME))
        column.addWidget(Label(tr("Your calls, customers and queues come with it."), TextRole.BODY, Ink.SECONDARY))
        column.addWidget(self._why)
        column.addSpacing(Space.XS)
        column.addWidget(self.server)
        column.addWidget(self.login)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, theme().size(TextRole.SECTION).line + Space.XS, 0, 0)
        beside.addWidget(self.reveal)
        beside.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.password, 1, Qt.AlignmentFlag.AlignTop)
        row.addLayout(beside)
        column.addLayout(row)
        column.addWidget(self._trouble)
        column.addSpacing(Space.XS)
        column.addWidget(self.button)
        column.addWidget(self.work_offline)

    def _connect(self) -> None:
        self.button.clicked.connect(self.submit)
        self.work_offline.clicked.connect(self.offline)
        self.reveal.toggled.connect(self._reveal)
        for field in (self.server, self.login, self.password):
            field.edit.returnPressed.connect(self.submit)
            field.edited.connect(self._edited)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard begins in the first field that is empty. A proxy would take the fields before it from Tab."""
        empty = next((field for field in (self.server, self.login, self.password) if not field.text), self.password)
        empty.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def offer_offline(self, name: str) -> None:
        """Offer to go on without the server as somebody who was signed in here before."""
        self.work_offline.set_words(tr("Work offline as {name}", name=name))
        self.work_offline.show()

    def offer_nothing_offline(self, why: str) -> None:
        """Going on without the server is not possible any more; ``why`` says in words what happened."""
        self.work_offline.hide()
        self.show_why(why)

    def show_why(self, words: str) -> None:
        """Say what the person should know before signing in: why their desk is not shown, or what happened to it."""
        self._why.set_icon(Icon.CIRCLE_ALERT)
        self._why.set_text(words)
        self._why.show()

    def submit(self) -> None:
        """Hand over what was typed, or say which field is empty."""
        if not self.button.isEnabled():
            return
        for field, what_to_do in (
            (self.server, tr("Type the server's address.")),
            (self.login, tr("Type your login.")),
            (self.password, tr("Type your password.")),
        ):
            if not field.text.strip():
                field.show_problem(what_to_do)
                field.edit.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self._trouble.hide()
        self.submitted.emit(self.server.text.strip(), self.login.text.strip(), self.password.text)

    def show_busy(self) -> None:
        """The server is being asked; nothing can be typed or sent twice meanwhile."""
        self._say(tr("Asking the server"), Ink.SECONDARY, Icon.LOADER)
        self._allow(typing=False)

    def show_trouble(self, error: CrmdeskError) -> None:
        """Say why it did not work: at the field where one is wrong, else above the button. The password goes."""
        self._allow(typing=True)
        self._trouble.hide()
        words = f"{error.what} {error.next_step}".strip()
        fields = {"server": self.server, "login": self.login, "password": self.password}
        wrong = fields.get(error.field) if isinstance(error, UserMistake) else None
        if wrong is not None:
            wrong.show_problem(words)
        else:
            self._say(words, Voice.LATE if isinstance(error, UserMistake | Refused) else Voice.SOON, Icon.CIRCLE_ALERT)
        if isinstance(error, UserMistake | Refused) and wrong is not self.server:
            self.password.edit.clear()
        (wrong or self.password).edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def trouble(self) -> str:
        """What is said above the button, empty while nothing is."""
        return "" if self._trouble.isHidden() else self._trouble.text()

    def _allow(self, *, typing: bool) -> None:
        for part in (self.server.edit, self.login.edit, self.password.edit, self.button, self.reveal):
            part.setEnabled(typing)

    def _say(self, words: str, ink: Ink | Voice, icon: Icon) -> None:
        self._trouble.set_icon(icon)
        self._trouble.set_ink(ink)
        self._trouble.set_text(words)
        self._trouble.show()

    def _edited(self, _text: str) -> None:
        self._trouble.hide()

    def _reveal(self, shown: bool) -> None:
        self.password.edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.reveal.set_icon(Icon.EYE_OFF if shown else Icon.EYE)
        self.reveal.set_words(tr_in("button", "Hide") if shown else tr_in("button", "Show"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card and its mark."""
        super().paintEvent(event)
        ink = theme().colors.you.text
        draw_icon(painter_on(self), Space.XL, Space.XL, Icon.HEADPHONES, ink, Size.ICON_EMPTY)
