"""What a request is about: the customer's own words, and what is known beside them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from crmdesk.domain.attachments.views import CaseKind, CaseRef
from crmdesk.domain.language import tr, tr_in
from crmdesk.domain.requests.views import RequestView
from crmdesk.ui.attachments.pane import AttachmentsPane
from crmdesk.ui.frame.page import Place
from crmdesk.ui.kit import Flow, Ink, Label, label_row
from crmdesk.ui.pages.cases.quoted import Quoted
from crmdesk.ui.pages.cases.request_words import facts_of
from crmdesk.ui.theme import Space, TextRole

_MOST_FACTS = 14
_LABEL_WIDTH = 132


class RequestAbout(QWidget):
    """Everything about one request that is no step."""

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("What it is about"))
        self.quoted = Quoted()
        self.files = AttachmentsPane(place.desk, place.keys)
        self._lines = tuple(
            (Label("", TextRole.SMALL, Ink.MUTED, Flow.WRAP), Label("", TextRole.BODY, Ink.SECONDARY, Flow.WRAP))
            for _ in range(_MOST_FACTS)
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.M)
        grid.setVerticalSpacing(Space.XS)
        grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        for row, (label, said) in enumerate(self._lines):
            grid.addWidget(label, row, 0)
            grid.addWidget(said, row, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, Space.S, Space.M)
        column.setSpacing(Space.S)
        column.addLayout(label_row(tr("In their own words"), tr("cannot be changed")))
        column.addWidget(self.quoted)
        column.addSpacing(Space.XS)
        column.addLayout(grid)
        column.addSpacing(Space.XS)
        column.addWidget(self.files)
        column.addStretch(1)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return what is shown beside the words."""
        return tuple((label.text(), said.text()) for label, said in self._lines if not label.isHidden())

    def show_about(self, view: RequestView, now: datetime, zone: tzinfo) -> None:
        """Show a request."""
        self.quoted.words.set_text(tr_in("the customer's own words", "“{words}”", words=view.verbatim))
        self.files.show_of(CaseRef(CaseKind.REQUEST, view.line.id))
        facts = facts_of(view, now, zone)
        for place, (label, said) in enumerate(self._lines):
            here = facts[place] if place < len(facts) else ("", "")
            label.set_text(here[0])
            said.set_text(here[1])
            for part in (label, said):
                part.setVisible(bool(here[0]))
