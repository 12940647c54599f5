"""Two records of one person: finds the other one, shows what merging them means, and takes a merged one out again."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.customers import CustomerCard, MergedCustomer
from crmdesk.domain.found import Hit
from crmdesk.domain.merge_preview import MergePreview
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
    scrolled,
)
from crmdesk.ui.pages.desk.merge_fields import MergeFields
from crmdesk.ui.pages.desk.unknown import HitDelegate, hit_key, hit_words
from crmdesk.ui.qt.digits import Digits
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

_ROWS_SHOWN = 4


class MergePane(Panel):
    """In the place of the timeline; customer, call and note stay. ``undo_wanted`` carries the ``MergedCustomer``."""

    typed = Signal(str)
    undo_wanted = Signal(object)

    def __init__(self, card: CustomerCard, digits: Digits, zone: tzinfo) -> None:
        super().__init__(ground=Ground.WINDOW)
        self._card, self._zone = card, zone
        self.told: MergePreview | None = None
        self.setAccessibleName("Merge customers")
        self.search = Field("Which other record is the same person?", "Name or number", icon=Icon.SEARCH)
        self.rows: RowsModel[object] = RowsModel(hit_key, hit_words, self)
        self.hits = ListView("Customers found", self.rows, HitDelegate())
        self.fields = MergeFields(digits)
        self.preview = Hint(Icon.GIT_MERGE, "", "")
        self.problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP, icon=Icon.CIRCLE_ALERT)
        self.back = Button("Back", ButtonKind.SECONDARY)
        self.swap = Button("Keep the other record", ButtonKind.SECONDARY, Icon.REFRESH_CW)
        self.apart = Button("Not the same person", ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.merge = Button("Merge", ButtonKind.PRIMARY, Icon.GIT_MERGE)
        self._merged = QVBoxLayout()
        self.undo: list[Button] = []
        self._lay_out()
        self.search.edited.connect(self.typed)
        self.search.edit.returnPressed.connect(self._to_list)
        self.fields.changed.connect(self._say)
        self.show_chosen(None)
        self.show_hits(())
        self.problem.hide()
        self.setFocusProxy(self.search.edit)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        column.setSpacing(Space.S)
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(PaneTitle(f"Merge with {self._card.name}"), 1)
        head.addWidget(self.apart)
        column.addLayout(head)
        column.addWidget(muted("The other record becomes part of this one. It can be undone, also weeks later."))
        column.addWidget(self.search)
        column.addWidget(self.hits)
        below = QWidget()
        inside = QVBoxLayout(below)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(Space.S)
        inside.addWidget(self.fields)
        inside.addLayout(self._merged)
        inside.addStretch(1)
        column.addWidget(scrolled(below), 1)
        column.addWidget(self.preview)
        column.addWidget(self.problem)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self.back)
        buttons.addWidget(self.swap)
        buttons.addWidget(self.merge, 1)
        column.addLayout(buttons)

    def _to_list(self) -> None:
        """Go on with Enter: to the list of who was found, or to the fields of the only one."""
        if len(self.rows.rows) == 1 and self.fields.isVisible():
            self.fields.take_focus()
        elif self.rows.rows:
            self.hits.setFocus(Qt.FocusReason.OtherFocusReason)

    def fields_wanted(self, _: object = None) -> None:
        """Go to the fields of the one who was opened."""
        if self.fields.isVisible():
            self.fields.take_focus()

    def show_hits(self, hits: tuple[Hit, ...]) -> None:
        """Show who was found."""
        self.rows.show_rows(tuple(hits))
        self.hits.setVisible(bool(hits))
        self.hits.setFixedHeight(theme().row_height(Size.ROW_TWO_LINES) * min(_ROWS_SHOWN, max(1, len(hits))))
        if hits and self.hits.row is None:
            self.hits.select(0)

    @property
    def chosen(self) -> Hit | None:
        """Return the customer selected."""
        row = self.hits.row
        return row if isinstance(row, Hit) else None

    def show_chosen(self, preview: MergePreview | None) -> None:
        """Show what merging this one means."""
        self.told = preview
        self.preview.setVisible(preview is not None)
        self.fields.setVisible(preview is not None and bool(preview.fields))
        self.merge.setEnabled(preview is not None)
        self.swap.setVisible(preview is not None)
        self.apart.setVisible(preview is not None)
        if preview is None:
            self.merge.set_words("Merge")
            return
        self.fields.show_preview(preview)
        self._say()
        self.merge.set_words(f"Merge into {preview.survivor_name}")

    def _say(self) -> None:
        """Say what will have happened, before it does."""
        told = self.told
        if told is None:
            return
        comes = (
            f"{words.one_of(told.brings)} and its history come along. " if told.brings else "Its history comes along. "
        )
        taken = words.one_of(tuple(name[:1].lower() + name[1:] for name in self.fields.taken))
        over = f"Taken over: {taken}. " if taken else f"Nothing written about {told.survivor_name} changes. "
        asked = "They asked not to be called: that counts for both. " if told.do_not_call else ""
        same = (
            f"The same in both: {words.one_of(tuple(name[:1].lower() + name[1:] for name in told.same))}."
            if told.same
            else ""
        )
        self.preview.say(
            f"{told.duplicate_name} becomes part of {told.survivor_name}", f"{over}{comes}{asked}{same}".strip()
        )

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
