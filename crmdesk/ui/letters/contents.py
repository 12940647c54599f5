"""What must be in a letter: found in its words, or ticked; and below it what is given, with its sum."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from crmdesk.domain.cases.letter_elements import ElementView
from crmdesk.domain.cases.views import RedressView
from crmdesk.domain.complaints import REDRESS_WORDS, RedressKind
from crmdesk.domain.language import tr, tr_n
from crmdesk.domain.values import known_or_none
from crmdesk.ui.kit import CheckBox, Flow, Ink, Label, Line, SectionTitle
from crmdesk.ui.letters.amounts import amount_line, amount_of
from crmdesk.ui.theme import Icon, Space, TextRole, Voice


class Contents(QWidget):
    """``ticked`` and ``unticked`` carry the key of an element that a person judged."""

    ticked = Signal(str)
    unticked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Must be in the letter"))
        self.boxes: dict[str, CheckBox] = {}
        self.found: dict[str, Label] = {}
        self._elements: tuple[ElementView, ...] | None = None
        self._locked = False
        self._lines: list[QWidget] = []
        self.title = SectionTitle(tr("Must be in the letter"))
        self.gaps = Label("", TextRole.SMALL, Voice.SOON, Flow.WRAP, Icon.PEN_LINE)
        self.given = SectionTitle(tr("Redress"))
        self._asked = QVBoxLayout()
        self._asked.setSpacing(Space.S)
        self._sums = QVBoxLayout()
        self._sums.setSpacing(Space.XS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.title)
        column.addLayout(self._asked)
        column.addWidget(self.gaps)
        column.addSpacing(Space.S)
        column.addWidget(self.given)
        column.addLayout(self._sums)
        column.addStretch(1)

    def show_elements(self, elements: tuple[ElementView, ...], open_gaps: int, *, locked: bool) -> None:
        """Show what is there and what is not; a letter that went out is ``locked``."""
        self.gaps.setVisible(open_gaps > 0 and not locked)
        self.gaps.set_text(tr_n("{n} gap to fill in", "{n} gaps to fill in", open_gaps))
        self.title.setVisible(bool(elements))
        if [_shape(one) for one in elements] != [_shape(one) for one in self._elements or ()] or locked != self._locked:
            self._build(elements, locked=locked)
        self._elements, self._locked = elements, locked
        for one in elements:
            if one.key in self.boxes:
                self.boxes[one.key].setChecked(one.there)
            else:
                _say(self.found[one.key], one)

    def _build(self, elements: tuple[ElementView, ...], *, locked: bool) -> None:
        for part in (*self.boxes.values(), *self.found.values()):
            part.hide()
            part.deleteLater()
        self.boxes, self.found = {}, {}
        for one in elements:
            if one.by_words or locked:
                self.found[one.key] = Label("", TextRole.BODY, flow=Flow.WRAP)
                self._asked.addWidget(self.found[one.key])
            else:
                tick = CheckBox(one.title)
                tick.clicked.connect(partial(self._clicked, one.key))
                self.boxes[one.key] = tick
                self._asked.addWidget(tick)

    def _clicked(self, key: str, _checked: bool = False) -> None:
        (self.ticked if self.boxes[key].isChecked() else self.unticked).emit(key)

    def show_redress(self, given: tuple[RedressView, ...], total: str) -> None:
        """Show what is given, and the sum where it is more than one."""
        for line in self._lines:
            line.hide()
            line.deleteLater()
        self.given.setVisible(bool(given))
        self._lines = [amount_line(_named(one), amount_of(one), TextRole.BODY) for one in given]
        if total and len(given) > 1:
            self._lines += [Line(), amount_line(tr("Total"), total, TextRole.BODY_STRONG)]
        for line in self._lines:
            self._sums.addWidget(line)


def _shape(one: ElementView) -> tuple[str, str, bool]:
    return one.key, one.title, one.by_words


def _say(label: Label, one: ElementView) -> None:
    label.set_text(one.title)
    label.set_ink(Ink.PRIMARY if one.there else Voice.LATE)
    label.set_icon(Icon.CIRCLE_CHECK if one.there else Icon.CIRCLE_ALERT, Voice.PHONE if one.there else Voice.LATE)
    there = tr("it is in the letter") if one.there else tr("it is not in the letter")
    label.setAccessibleName(f"{one.title}: {there}")


def _named(one: RedressView) -> str:
    kind = known_or_none(RedressKind, one.kind)
    return one.words or (tr(REDRESS_WORDS[kind]) if kind is not None else one.kind)
