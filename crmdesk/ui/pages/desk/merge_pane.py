"""Two records of one person: finds the other one, shows what merging them means, and takes a merged one out again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.desk import ContactPointKind, CustomerCard, Hit, MergedCustomer
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Field,
    Flow,
    Ground,
    Hint,
    Ink,
    Label,
    Line,
    ListView,
    Panel,
    PaneTitle,
    RowsModel,
    SectionTitle,
    muted,
)
from crmdesk.ui.pages.desk.unknown import HitDelegate, hit_key, hit_words
from crmdesk.ui.pop import say
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice

_ROWS_SHOWN = 4


class MergePane(Panel):
    """In the place of the timeline; customer, call and note stay. ``undo_wanted`` carries the ``MergedCustomer``."""

    typed = Signal(str)
    undo_wanted = Signal(object)

    def __init__(self, card: CustomerCard, number: Callable[[str], str], zone: tzinfo) -> None:
        super().__init__(ground=Ground.WINDOW)
        self._card, self._number, self._zone = card, number, zone
        self.setAccessibleName("Merge customers")
        self.search = Field("Which other record is the same person?", "Name or number", icon=Icon.SEARCH)
        self.rows: RowsModel[object] = RowsModel(hit_key, hit_words, self)
        self.hits = ListView("Customers found", self.rows, HitDelegate())
        self.preview = Hint(Icon.GIT_MERGE, "", "")
        self.problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP, icon=Icon.CIRCLE_ALERT)
        self.back = Button("Back", ButtonKind.SECONDARY)
        self.merge = Button("Merge", ButtonKind.PRIMARY, Icon.GIT_MERGE)
        self._merged = QVBoxLayout()
        self.undo: list[Button] = []
        self._lay_out()
        self.search.edited.connect(self.typed)
        self.search.edit.returnPressed.connect(self._to_list)
        self.show_chosen(None)
        self.show_hits(())
        self.problem.hide()
        self.setFocusProxy(self.search.edit)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        column.addWidget(PaneTitle(f"Merge with {self._card.name}"))
        column.addWidget(muted("The other record becomes part of this one. It can be undone, also weeks later."))
        column.addWidget(self.search)
        column.addWidget(self.hits)
        column.addWidget(self.preview)
        column.addWidget(self.problem)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self.back)
        buttons.addWidget(self.merge, 1)
        column.addLayout(buttons)
        column.addSpacing(Space.M)
        column.addLayout(self._merged)
        column.addStretch(1)

    def _to_list(self) -> None:
        if self.rows.rows:
            self.hits.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_hits(self, hits: tuple[Hit, ...]) -> None:
        """Show who was found."""
        self.rows.show_rows(tuple(hits))
        self.hits.setVisible(bool(hits))
        self.hits.setFixedHeight(Size.ROW_TWO_LINES * min(_ROWS_SHOWN, max(1, len(hits))))
        if hits and self.hits.row is None:
            self.hits.select(0)

    @property
    def chosen(self) -> Hit | None:
        """Return the customer selected."""
        row = self.hits.row
        return row if isinstance(row, Hit) else None

    def show_chosen(self, card: CustomerCard | None) -> None:
        """Show what merging this one means."""
        self.preview.setVisible(card is not None)
        self.merge.setEnabled(card is not None)
        if card is None:
            self.merge.set_words("Merge")
            return
        numbers = [self._number(p.e164) for p in card.contact_points if p.kind is ContactPointKind.PHONE and p.e164]
        brings = [*numbers, *(f"complaint {one.reference}" for one in card.open_complaints)]
        comes = f"It brings {words.one_of(tuple(brings))} and its history. " if brings else "It brings its history. "
        care = f"Its care marker: {card.care}. " if card.care and card.care != self._card.care else ""
        stays = f"Nothing written about {self._card.name} changes."
        who = ", ".join(part for part in (card.name, say.who_line(card)) if part)
        self.preview.say(f"{who} becomes part of {self._card.name}", f"{comes}{care}{stays}")
        self.merge.set_words(f"Merge into {self._card.name}")

    def show_merged(self, merged: tuple[MergedCustomer, ...], now: datetime) -> None:
        """List what was merged into this customer before, each with its way out."""
        while (item := self._merged.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.undo = []
        if not merged:
            return
        self._merged.addWidget(Line())
        self._merged.addWidget(SectionTitle("Merged before"))
        for one in merged:
            self._merged.addWidget(self._merged_row(one, now))

    def _merged_row(self, one: MergedCustomer, now: datetime) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(Space.S)
        when = words.moment(one.at, now, self._zone) if one.at is not None else ""
        details = ", ".join(part for part in (one.summary, one.by, when) if part)
        layout.addWidget(Label(one.name, TextRole.BODY_STRONG))
        layout.addWidget(Label(details, TextRole.SMALL, Ink.SECONDARY), 1)
        button = Button("Undo merge", ButtonKind.QUIET, Icon.UNDO_2, size=ButtonSize.SMALL)
        button.setAccessibleName(f"Undo the merge of {one.name}")
        button.clicked.connect(partial(self._undo_pressed, one))
        layout.addWidget(button)
        self.undo.append(button)
        return row

    def _undo_pressed(self, one: MergedCustomer, _checked: bool = False) -> None:
        self.undo_wanted.emit(one)

    def show_problem(self, text: str) -> None:
        """Say why it could not be done; "" takes it away."""
        self.problem.set_text(text)
        self.problem.setVisible(bool(text))
