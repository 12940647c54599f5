"""The line in which something is promised: one sentence, read back as day, time, zone and owner before Enter."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from crmdesk.domain.language import mark, spoken, tr, tr_in
from crmdesk.domain.promises import language_of
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Flow,
    Ink,
    KeyCap,
    Label,
    LineEdit,
    SectionTitle,
    key_width,
    muted,
)
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

PROMISE_HINT = mark("What, and when: {example}")
CALLBACK_HINT = mark("When, and what about: {example}")


class _Cap(KeyCap):
    """The key that leads here, seen while it works and the line is for what it opens."""

    def __init__(self) -> None:
        super().__init__("")
        self._wanted = True

    def set_key(self, key: str) -> None:
        """Show another key, or none."""
        self.setText(key)
        self.setAccessibleName(key)
        self.setFixedSize(key_width(key), self.height())
        self._show()

    def want(self, wanted: bool) -> None:
        """Take note whether the line is for what this key opens."""
        self._wanted = wanted
        self._show()

    def _show(self) -> None:
        self.setVisible(self._wanted and bool(self.text()))


class PromiseLine(QWidget):
    """Title and key, the line, what was understood or has to be asked, and what was promised here already.

    ``edited`` tells every keystroke; ``take_back`` that the last promise is not one.
    """

    edited = Signal(str)
    take_back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wanted = False
        """Whether it is to be seen also while no call is wrapped up."""
        self.title = SectionTitle(tr("Promise"))
        self._optional = muted(tr("optional"))
        self.cap, self.callback_cap = _Cap(), _Cap()
        self.edit = LineEdit("", Icon.HANDSHAKE)
        self.when = Label("", TextRole.BODY_STRONG, icon=Icon.CORNER_DOWN_LEFT)
        self.when.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.whose = Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP)
        self.asked = Label("", TextRole.SMALL, Voice.SOON, Flow.WRAP, Icon.CIRCLE_ALERT)
        self.made = Label("", TextRole.SMALL, Voice.WORD, icon=Icon.HANDSHAKE)
        self.undo = Button(tr_in("a promise", "Take back"), ButtonKind.QUIET, Icon.UNDO_2, size=ButtonSize.SMALL)
        self._lay_out()
        self.edit.textEdited.connect(self.edited)
        self.undo.clicked.connect(self.take_back)
        self.show_promise()
        self.show_nothing()
        self.show_made("")
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.title)
        head.addWidget(self._optional)
        head.addStretch(1)
        head.addWidget(self.cap)
        head.addWidget(self.callback_cap)
        read = QHBoxLayout()
        read.setSpacing(Space.S)
        read.addWidget(self.when)
        read.addWidget(self.whose, 1)
        kept = QHBoxLayout()
        kept.setSpacing(Space.S)
        kept.addWidget(self.made, 1)
        kept.addWidget(self.undo)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.XS)
        layout.addLayout(head)
        layout.addWidget(self.edit)
        layout.addLayout(read)
        layout.addWidget(self.asked)
        layout.addLayout(kept)
        self.setFocusProxy(self.edit)
        # Free to grow with what it reads back: a fixed policy would cap it where every label has one line.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def text(self) -> str:
        """Return what stands in the line."""
        return self.edit.text()

    def show_promise(self) -> None:
        """Let the line be for promises."""
        hint = tr(PROMISE_HINT, example=language_of(spoken()).examples.promise)
        self._be_for(tr("Promise"), hint, Icon.HANDSHAKE, self.cap)

    def show_callback(self) -> None:
        """Let the line be for callbacks."""
        hint = tr(CALLBACK_HINT, example=language_of(spoken()).examples.callback)
        self._be_for(tr("Callback"), hint, Icon.PHONE_OUTGOING, self.callback_cap)

    def _be_for(self, title: str, hint: str, icon: Icon, cap: _Cap) -> None:
        for each in (self.cap, self.callback_cap):
            each.want(each is cap)
        self.title.set_text(title)
        self.edit.setPlaceholderText(hint)
        self.edit.setAccessibleName(title)
        self.edit.set_icon(icon)

    def put(self, text: str) -> None:
        """Show a text that is kept already."""
        if text != self.edit.text():
            self.edit.setText(text)

    def show_nothing(self) -> None:
        """Nothing is written: nothing is read back or asked."""
        self._show(read=False, asked=False)
        self.edit.setAccessibleDescription("")

    def show_read(self, when: str, rest: str) -> None:
        """Say what was understood: Enter makes it a promise."""
        self.when.set_text(when)
        self.whose.set_text(rest)
        self._show(read=True, asked=False)
        self.edit.setAccessibleDescription(tr("{when} {rest}. Enter makes it a promise.", when=when, rest=rest))

    def show_asked(self, question: str) -> None:
        """Say what has to be written so that it is understood."""
        self.asked.set_text(question)
        self._show(read=False, asked=True)
        self.edit.setAccessibleDescription(question)

    def _show(self, *, read: bool, asked: bool) -> None:
        self.when.setVisible(read)
        self.whose.setVisible(read)
        self.asked.setVisible(asked)

    def show_made(self, words: str) -> None:
        """Say what was promised here last, or nothing."""
        self.made.set_text(words)
        self.made.setVisible(bool(words))
        self.undo.setVisible(bool(words))
