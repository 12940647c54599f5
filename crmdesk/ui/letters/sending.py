"""That a letter went out: which way, with what proof, and for one that settles early how the customer accepted it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.cases.letter_views import Sending, SentView
from crmdesk.domain.cases.letters import SENT_BY_WORDS, LetterKind, SentBy
from crmdesk.domain.language import tr
from crmdesk.domain.values import known
from crmdesk.ui.kit import Button, ButtonKind, Combo, Flow, Label, LineEdit, Option
from crmdesk.ui.theme import Icon, Space, TextRole, Voice


class SendingRow(QWidget):
    """``sent`` asks to mark the letter as sent."""

    sent = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        options = tuple(Option(way.value, tr(words)) for way, words in SENT_BY_WORDS.items())
        self.way = Combo(tr("How it is sent"), options)
        self.way.choose(SentBy.POST.value)
        self.proof = LineEdit(tr("Proof: a number, or to which address"))
        self.proof.setAccessibleName(tr("Proof"))
        self.accepted = LineEdit(tr("How the customer accepted it, in their words"))
        self.accepted.setAccessibleName(tr("How the customer accepted it"))
        self.mark = Button(tr("Mark as sent"), ButtonKind.PRIMARY, Icon.SEND)
        self.done = Label("", TextRole.BODY, Voice.WORD, Flow.WRAP, Icon.SEND)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.way, 2)
        row.addWidget(self.proof, 3)
        row.addWidget(self.mark)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.done)
        column.addWidget(self.accepted)
        column.addLayout(row)
        self.mark.clicked.connect(self.sent)

    @property
    def told(self) -> Sending:
        """Return what was told."""
        return Sending(known(SentBy, self.way.value, SentBy.POST), self.proof.text(), self.accepted.text())

    def clear(self) -> None:
        """Forget what was told of another letter."""
        self.proof.clear()
        self.accepted.clear()
        self.proof.show_right()

    def ask_for_proof(self) -> None:
        """Mark the proof as what is missing, and go there."""
        self.proof.show_wrong()
        self.proof.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_letter(self, kind: LetterKind, sent: SentView | None, when: str) -> None:
        """Ask for what a letter of this kind needs, or say that it went out."""
        for part in (self.way, self.proof, self.mark):
            part.setVisible(sent is None)
        self.accepted.setVisible(sent is None and kind is LetterKind.SUMMARY_RESOLUTION)
        self.done.setVisible(sent is not None)
        if sent is not None:
            way = "" if sent.by is None else tr(SENT_BY_WORDS[sent.by])
            said = tr("Sent {when}. {way}: {proof}", when=when, way=way, proof=sent.proof)
            self.done.set_text(f"{said} {tr('Unsent')}" if sent.unsent else said)
