"""The hand-over card: who handed the customer on, what was said, promised and is open; there until taken note of."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.customers import OpenComplaint, OpenRequest
from crmdesk.domain.hand_over import HandOver
from crmdesk.domain.language import left_to_right, mark, tr, tr_in, unturned
from crmdesk.ui.kit import Button, ButtonKind, ButtonSize, Flow, Ink, Label, Panel
from crmdesk.ui.pages.desk.due_rows import kind_of, what
from crmdesk.ui.requests.looks import named
from crmdesk.ui.theme import Icon, Space, TextRole, Voice

NOTHING_SAID = mark("No note of this call has arrived here yet")
_QUESTIONS = 3
_QUESTION_WIDTH = 102


def lines_of(hand: HandOver, now: datetime, zone: tzinfo) -> tuple[str, str, str]:
    """Return what was said, promised and is open, each as one text; a known none is said in words."""
    said = "\n".join(unturned(" ".join(one.body.split())) + (f" ({one.who})" if one.who else "") for one in hand.said)
    promised = "; ".join(
        ", ".join(part for part in (f"{kind_of(one)} {words.moment(one.due_at, now, zone)}", what(one)) if part)
        for one in hand.promised
    )
    open_ = "; ".join(map(_case, hand.open))
    return said or tr(NOTHING_SAID), promised or tr_in("was promised", "Nothing"), open_ or tr_in("is open", "Nothing")


def _case(one: OpenComplaint | OpenRequest) -> str:
    return named(one) if isinstance(one, OpenRequest) else f"{left_to_right(one.reference)} {one.category}"


class HandOverCard(Panel):
    """Built once, hidden while nobody handed on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Hand-over"))
        self.title = Label("", TextRole.BODY_STRONG, icon=Icon.PHONE_FORWARDED)
        self.got = Button(tr("Got it"), ButtonKind.SECONDARY, Icon.HANDSHAKE, size=ButtonSize.SMALL)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.got)
        self.answers = tuple(Label("", flow=Flow.WRAP) for _ in range(_QUESTIONS))
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(0, _QUESTION_WIDTH)
        grid.setColumnStretch(1, 1)
        questions = (tr("Said"), tr("Promised"), tr_in("cases", "Open"))
        for row, (question, answer) in enumerate(zip(questions, self.answers, strict=True)):
            grid.addWidget(Label(question, TextRole.SMALL, Ink.MUTED), row, 0)
            grid.addWidget(answer, row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L - 1, Space.S + 2, Space.L - 1, Space.S + 2)
        layout.setSpacing(Space.XS)
        layout.addLayout(head)
        layout.addLayout(grid)
        self.hide()

    def show_hand_over(self, colleague: str, hand: HandOver, now: datetime, zone: tzinfo) -> None:
        """Show who handed on and what is known of it."""
        self.title.set_text(tr("Handed on by {name}", name=colleague))
        for answer, text in zip(self.answers, lines_of(hand, now, zone), strict=True):
            answer.set_text(text)
        self.answers[0].set_ink(Ink.PRIMARY if hand.said else Voice.SOON)
        self.show()
