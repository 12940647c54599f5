"""One field with two versions: what it was, both versions with who and when, and what is to be kept."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain import words
from crmdesk.domain.language import mark, tr, tr_in, tr_n
from crmdesk.domain.merge3 import By, Keep, changed_words
from crmdesk.domain.quick import dataclass
from crmdesk.domain.sync_state import ConflictView, Resolution
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    Field,
    Flow,
    Ink,
    Label,
    SavedLabel,
    SectionTitle,
    muted,
)
from crmdesk.ui.qt.keys import cap_text
from crmdesk.ui.settle.boxes import MergedBox, ValueBox, VersionBox
from crmdesk.ui.settle.rows import first_name, who
from crmdesk.ui.theme import Space, TextRole, Voice

_MOST_BEFORE = 900
_KEEPS = {1: Keep.MINE, 2: Keep.THEIRS, 0: Keep.BOTH}
_RESULT = {
    Resolution.MERGED: mark("The text as it was merged"),
    Resolution.BOTH: mark("You kept words of both; the field shows them"),
    Resolution.MINE: mark("Kept: your version"),
    Resolution.THEIRS: mark("Kept: their version"),
}
_OTHERWISE = mark("Kept")


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be kept; ``text`` are the words for ``Resolution.BOTH``."""

    resolution: Resolution
    text: str = ""


class ConflictDetail(QWidget):
    """Shows one conflict. ``edited`` tells that a person changed what is to be kept, ``typed`` that it was text."""

    edited = Signal()
    typed = Signal()

    def __init__(self, zone: tzinfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._view: ConflictView | None = None
        self.before_title, self.before = SectionTitle(tr("Before both changes")), Label("", flow=Flow.WRAP)
        self.whose = (Label(tr("Yours"), TextRole.BODY_STRONG), Label("", TextRole.BODY_STRONG))
        self.at = (muted(""), muted(""))
        self.versions = (VersionBox(tr("Your version"), Voice.YOU), VersionBox(tr("Their version"), Voice.SOON))
        self.values = (ValueBox(Voice.YOU), ValueBox(Voice.SOON))
        self.merged_title, self.needs = Label(tr("Merged"), TextRole.BODY_STRONG), muted("")
        self.saved = SavedLabel()
        self.merged = MergedBox()
        self.other = Field(tr("Or write what is true"), tr("Another value"))
        self.keep_words = Label("", TextRole.SMALL, Ink.SECONDARY)
        self.keep = {digit: Button("", ButtonKind.QUIET, size=ButtonSize.SMALL) for digit in _KEEPS}
        self.versions[0].beside(self.versions[1])
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.L, Space.M, Space.L, Space.S)
        layout.setSpacing(Space.XS)
        layout.addWidget(self.before_title)
        layout.addWidget(self.before)
        layout.addSpacing(Space.S)
        sides = QHBoxLayout()
        sides.setSpacing(Space.M)
        for side in range(2):
            head = QHBoxLayout()
            head.setSpacing(Space.S)
            head.addWidget(self.whose[side])
            head.addWidget(self.at[side], 1)
            column = QVBoxLayout()
            column.setSpacing(Space.XS)
            column.addLayout(head)
            column.addWidget(self.versions[side])
            column.addWidget(self.values[side])
            sides.addLayout(column, 1)
        layout.addLayout(sides)
        layout.addSpacing(Space.S)
        title = QHBoxLayout()
        title.setSpacing(Space.S)
        title.addWidget(self.merged_title)
        title.addWidget(self.needs, 1)
        title.addWidget(self.saved)
        layout.addLayout(title)
        layout.addWidget(self.merged)
        layout.addWidget(self.other)
        choose = QHBoxLayout()
        choose.setContentsMargins(0, Space.S, 0, 0)
        choose.setSpacing(Space.S)
        choose.addWidget(self.keep_words)
        for button in self.keep.values():
            choose.addWidget(button)
        choose.addStretch(1)
        layout.addLayout(choose)
        layout.addStretch(1)

    def _connect(self) -> None:
        self.keep[1].clicked.connect(self._keep_mine)
        self.keep[2].clicked.connect(self._keep_theirs)
        self.keep[0].clicked.connect(self._keep_both)
        self.values[0].clicked.connect(self._keep_mine)
        self.values[1].clicked.connect(self._keep_theirs)
        self.merged.text.edited.connect(self._typed)
        self.other.edited.connect(self._typed)

    # Showing ---------------------------------------------------------------------------------------------------------

    def show_conflict(self, view: ConflictView, now: datetime, typed: str | None = None) -> None:
        """Show a conflict from its beginning; ``typed`` is a draft of what is to be kept."""
        self._view = view
        is_text, is_open = view.merged is not None, view.settled_at is None
        self._show_sides(view, now)
        self.merged_title.setVisible(is_text)
        self.merged.setVisible(is_text and view.resolution is not Resolution.BOTH)
        self.merged.text.setReadOnly(not is_open)
        self.other.setVisible(is_open and view.may_type)
        self.other.set_text("")
        self.other.clear_problem()
        self.saved.setVisible(False)
        for box in self.values:
            box.setChecked(False)
            box.setEnabled(is_open)
        if view.merged is not None:
            if not is_open:
                self.merged.text.put_plain(_kept(view))
                self.merged_title.set_text(tr(_RESULT.get(view.resolution or Resolution.MERGED, _OTHERWISE)))
            elif typed is not None:
                self.merged.text.put_plain(typed)
                self.merged_title.set_text(tr("Merged"))
            else:
                self.merged.text.put(view.merged)
                self.merged_title.set_text(tr("Merged"))
        elif typed is not None:
            self.other.set_text(typed)
        self.refresh()

    def _show_sides(self, view: ConflictView, now: datetime) -> None:
        is_text = view.merged is not None
        self.before.set_text(_shortened(view.base) or tr("Nothing was there"))
        self.before.set_ink(Ink.PRIMARY if view.base else Ink.SECONDARY)
        self.whose[1].set_text(who(view))
        for label, at in zip(self.at, (view.mine_at, view.theirs_at), strict=True):
            label.set_text(words.moment(at, now, self._zone) if at is not None else "")
        sides = (
            (view.mine, By.MINE, tr("Your version")),
            (view.theirs, By.THEIRS, tr("Version of {name}", name=who(view))),
        )
        for place, (text, by, name) in enumerate(sides):
            self.versions[place].setVisible(is_text)
            self.values[place].setVisible(not is_text)
            if is_text:
                self.versions[place].show_pieces(name, changed_words(view.base, text, by))
            else:
                self.values[place].show_value(name, text)
        self.keep[1].set_words(tr("Yours"))
        self.keep[2].set_words(first_name(view))
        self.keep[0].set_words(tr("Both"))

    def refresh(self) -> None:
        """Say what still needs somebody."""
        view = self._view
        if view is None:
            return
        left = len(self.merged.text.places) if view.merged is not None and view.settled_at is None else 0
        self.needs.set_text(_needed(left) if view.merged is not None and view.settled_at is None else "")
        choosing = view.settled_at is None and (bool(left) or view.merged is None)
        self.keep_words.set_text(
            tr("At the mark keep") if view.merged is not None else tr_in("before the versions to choose from", "Keep")
        )
        self.keep_words.setVisible(choosing)
        for digit, button in self.keep.items():
            button.setVisible(choosing and (digit > 0 or view.merged is not None))

    def show_keys(self, works: bool) -> None:
        """Draw the keys of the digits while they work."""
        for digit, button in self.keep.items():
            button.set_key(cap_text(f"Ctrl+{digit}") if works else "")

    # Deciding --------------------------------------------------------------------------------------------------------

    def take_digit(self, digit: int) -> None:
        """Keep mine (1), theirs (2) or both (0) at the marked place, or as the value."""
        if digit in _KEEPS and self.keep[digit].isVisible():
            self._choose(_KEEPS[digit])

    def _keep_mine(self) -> None:
        self._choose(Keep.MINE)

    def _keep_theirs(self) -> None:
        self._choose(Keep.THEIRS)

    def _keep_both(self) -> None:
        self._choose(Keep.BOTH)

    def _choose(self, keep: Keep) -> None:
        if self._view is None or self._view.settled_at is not None:
            return
        if self._view.merged is not None:
            self.merged.text.keep(keep)
            return
        for box, own in zip(self.values, (Keep.MINE, Keep.THEIRS), strict=True):
            box.setChecked(keep is own)
        self.other.set_text("")
        self.edited.emit()

    def _typed(self, *_: object) -> None:
        if self.other.text:
            for box in self.values:
                box.setChecked(False)
        self.refresh()
        self.edited.emit()
        self.typed.emit()

    @property
    def written(self) -> str:
        """Return what a person may have typed: the merged text, or the other value."""
        is_text = self._view is not None and self._view.merged is not None
        return self.merged.text.text if is_text else self.other.text

    def decision(self) -> Decision | None:
        """Return what is to be kept as it stands; None while somebody is still needed."""
        view = self._view
        if view is None or view.settled_at is not None:
            return None
        if view.merged is None:
            return self._value()
        if self.merged.text.places:
            return None
        return _decided(view, self.merged.text.text)

    def _value(self) -> Decision | None:
        if self._view is not None and self.other.text.strip():
            return _decided(self._view, self.other.text.strip())
        if self.values[0].isChecked():
            return Decision(Resolution.MINE)
        return Decision(Resolution.THEIRS) if self.values[1].isChecked() else None

    def go_to_need(self) -> None:
        """Put the keyboard where somebody is needed."""
        if self._view is not None and self._view.merged is None:
            self.values[0].setFocus()
        else:
            self.merged.text.go_to_place()
            self.merged.text.setFocus()


def _shortened(text: str) -> str:
    """Return the beginning of a long text: what changed in it stands in the versions, which scroll."""
    return text if len(text) <= _MOST_BEFORE else f"{text[:_MOST_BEFORE].rstrip()} …"


def _needed(left: int) -> str:
    if left == 0:
        return tr("complete")
    return tr_n("one place needs you", "{n} places need you", left)


def _decided(view: ConflictView, text: str) -> Decision:
    if text == view.mine:
        return Decision(Resolution.MINE)
    return Decision(Resolution.THEIRS) if text == view.theirs else Decision(Resolution.BOTH, text)


def _kept(view: ConflictView) -> str:
    """Return the text that was kept; words made of both stand in the field itself."""
    if view.resolution is Resolution.MINE:
        return view.mine
    if view.resolution is Resolution.THEIRS or view.merged is None:
        return view.theirs
    return view.merged.text()
