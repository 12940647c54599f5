"""Two records of one person: finds the other one, shows what merging them means, and takes a merged one out again."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import partial

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.card import CARD_FIELDS
from crmdesk.domain.customers import CustomerCard, MergedCustomer
from crmdesk.domain.found import Hit
from crmdesk.domain.language import mark, tr, tr_in
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
    text_width,
)
from crmdesk.ui.pages.desk.merge_fields import MergeFields
from crmdesk.ui.pages.desk.unknown import HitDelegate, hit_key, hit_words
from crmdesk.ui.qt.digits import Digits
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

_ROWS_SHOWN = 4
_WITHIN_A_SENTENCE = {
    "name": mark("name"),
    "latin_name": mark("name in Latin letters"),
    "summary": mark("what they are"),
    "city": mark("town"),
    "since": mark("customer since"),
    "care": mark("care marker"),
    "tier": mark("tier"),
    "segment": mark("segment"),
    "language": mark("language"),
    "preferences": mark("how they like it"),
    "accessibility": mark("what they need"),
    "good_service": mark("good service to them"),
    "product": mark("cover"),
}
_OF_LABEL = {one.label: _WITHIN_A_SENTENCE[one.name] for one in CARD_FIELDS}


class MergePane(Panel):
    """In the place of the timeline; customer, call and note stay. ``undo_wanted`` carries the ``MergedCustomer``."""

    typed = Signal(str)
    undo_wanted = Signal(object)

    def __init__(self, card: CustomerCard, digits: Digits, zone: tzinfo) -> None:
        super().__init__(ground=Ground.WINDOW)
        self._card, self._zone = card, zone
        self.told: MergePreview | None = None
        self.setAccessibleName(tr("Merge customers"))
        self.search = Field(tr("Which other record is the same person?"), tr("Name or number"), icon=Icon.SEARCH)
        self.rows: RowsModel[object] = RowsModel(hit_key, hit_words, self)
        self.hits = ListView(tr("Customers found"), self.rows, HitDelegate())
        self.fields = MergeFields(digits)
        self.preview = Hint(Icon.GIT_MERGE, "", "")
        self.problem = Label("", TextRole.SMALL, Voice.LATE, Flow.WRAP, icon=Icon.CIRCLE_ALERT)
        self.back = Button(tr_in("button", "Back"), ButtonKind.SECONDARY)
        self.swap = Button(tr("Keep the other record"), ButtonKind.SECONDARY, Icon.REFRESH_CW)
        self.apart = Button(tr("Not the same person"), ButtonKind.QUIET, Icon.X, size=ButtonSize.SMALL)
        self.merge = Button(tr_in("button", "Merge"), ButtonKind.PRIMARY, Icon.GIT_MERGE)
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
        head.addWidget(PaneTitle(tr("Merge with {name}", name=self._card.name)), 1)
        head.addWidget(self.apart)
        column.addLayout(head)
        means = tr("The other record becomes part of this one. It can be undone, also weeks later.")
        column.addWidget(muted(means))
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
            self.merge.set_words(tr_in("button", "Merge"))
            return
        self.fields.show_preview(preview)
        self._say()
        self._name_survivor()

    def event(self, event: QEvent) -> bool:
        """Name who stays on the button, or not, as the room changes."""
        done = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._name_survivor()
        return done

    def _name_survivor(self) -> None:
        """Say on the button who stays, where it has room for that: the line above says it always."""
        if self.told is None:
            return
        named = tr("Merge into {name}", name=self.told.survivor_name)
        others = self.back.sizeHint().width() + self.swap.sizeHint().width() + 2 * Space.S
        room = self.contentsRect().width() - 2 * Space.L - others
        bare = self.merge.sizeHint().width() - text_width(self.merge.words, TextRole.BODY_STRONG)
        fits = bare + text_width(named, TextRole.BODY_STRONG) <= room
        words = named if fits else tr_in("button", "Merge")
        if words != self.merge.words:
            self.merge.set_words(words)

    def _say(self) -> None:
        """Say what will have happened, before it does."""
        told = self.told
        if told is None:
            return
        taken, same = _one_of(self.fields.taken), _one_of(told.same)
        said = (
            tr("Taken over: {fields}.", fields=taken)
            if taken
            else tr("Nothing written about {name} changes.", name=told.survivor_name),
            tr("{what} and its history come along.", what=words.one_of(told.brings))
            if told.brings
            else tr("Its history comes along."),
            tr("They asked not to be called: that counts for both.") if told.do_not_call else "",
            tr("The same in both: {fields}.", fields=same) if same else "",
        )
        becomes = tr("{other} becomes part of {this}", other=told.duplicate_name, this=told.survivor_name)
        self.preview.say(becomes, " ".join(one for one in said if one))

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
        self._merged.addWidget(SectionTitle(tr("Merged before")))
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
        button = Button(tr("Undo merge"), ButtonKind.QUIET, Icon.UNDO_2, size=ButtonSize.SMALL)
        button.setAccessibleName(tr("Undo the merge of {name}", name=one.name))
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


def _one_of(labels: tuple[str, ...]) -> str:
    """Return fields by their names as they stand within a sentence."""
    return words.one_of(tuple(tr(_OF_LABEL[label]) for label in labels))
