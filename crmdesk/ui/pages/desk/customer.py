"""The customer pane: who it is, how they like it, what is open. Built once, refilled; unknown facts take no room."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.desk import ConflictView, CustomerCard
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    ChipRow,
    ChipSpec,
    EmptyState,
    Flow,
    Ground,
    Ink,
    Label,
    Panel,
    SectionTitle,
    Skeleton,
    fill,
    scrolled,
)
from crmdesk.ui.pages.desk.facts import Fact, FactGroup, groups_of
from crmdesk.ui.pop import say
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

if TYPE_CHECKING:
    from crmdesk.ui.settle.boxes import VersionsMark

Part = TypeVar("Part", bound=QWidget)
_MOST_MARKS = 3
_TOO_LOW = 200
"""Below this height in px nothing is folded away: one scrolls."""


class FactRow(QWidget):
    """One fact. ``dial_wanted`` carries the number that is to be called."""

    dial_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._dials = ""
        self._can_dial = False
        self.dial = Button("Call", ButtonKind.QUIET, Icon.PHONE_OUTGOING, size=ButtonSize.SMALL)
        self.dial.fold_words()
        self.dial.clicked.connect(self._dial)
        self.dial.hide()
        self._words = Label("", TextRole.BODY, flow=Flow.WRAP, icon=Icon.USER)
        self._chip = ChipRow()
        chip_row = QHBoxLayout()
        chip_row.setContentsMargins(Size.ICON + Space.S, 0, 0, 0)
        chip_row.addWidget(self._chip)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.XS)
        line.addWidget(self._words, 1)
        line.addWidget(self.dial)
        layout.addLayout(line)
        layout.addLayout(chip_row)

    def let_dial(self, possible: bool) -> None:
        """Offer to call the number, or do not."""
        self._can_dial = possible
        self.dial.setVisible(bool(self._dials) and possible)

    def _dial(self) -> None:
        self.dial_wanted.emit(self._dials)

    def height_at(self, width: int) -> int:
        """Return the height in px at a width, also before the layout has settled."""
        chip = 0 if self._chip.isHidden() else Size.CHIP + 2
        if self.dial.isHidden():
            return self._words.heightForWidth(width) + chip
        room = width - self.dial.sizeHint().width() - Space.XS
        return max(Size.CONTROL_SMALL, self._words.heightForWidth(room)) + chip

    def show_fact(self, fact: Fact) -> None:
        """Show another fact."""
        self._words.set_icon(fact.icon)
        self._words.set_text(fact.text)
        self._chip.show_chips((fact.chip,) if fact.chip is not None else ())
        self._dials = fact.dials
        self.dial.setAccessibleName(f"Call {fact.text}")
        self.let_dial(self._can_dial)


class _Group(QWidget):
    """A title and its facts."""

    def __init__(self, dial_wanted: Callable[[str], None]) -> None:
        super().__init__()
        self._dial_wanted = dial_wanted
        self._can_dial = False
        self._title = SectionTitle("")
        self._rows: list[FactRow] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(Space.XS)
        self._layout.addWidget(self._title)

    def height_at(self, width: int) -> int:
        """Return the height in px at a width, also before the layout has settled."""
        rows = [row.height_at(width) for row in self._rows if not row.isHidden()]
        return self._title.sizeHint().height() + sum(rows) + self._layout.spacing() * len(rows)

    def show_group(self, group: FactGroup) -> None:
        """Show another group."""
        self._title.set_text(group.title)
        for row, fact in zip(
            _enough(self._rows, len(group.facts), self._make, self._layout), group.facts, strict=False
        ):
            row.show_fact(fact)

    def let_dial(self, possible: bool) -> None:
        """Offer to call numbers, or do not."""
        self._can_dial = possible
        for row in self._rows:
            row.let_dial(possible)

    def _make(self) -> FactRow:
        row = FactRow()
        row.let_dial(self._can_dial)
        row.dial_wanted.connect(self._dial_wanted)
        return row


def _enough(pool: list[Part], count: int, make: Callable[[], Part], layout: QVBoxLayout) -> list[Part]:
    """Return the pool with at least ``count`` parts; those beyond it are hidden, kept for the next customer."""
    while len(pool) < count:
        part = make()
        pool.append(part)
        layout.addWidget(part)
    for place, part in enumerate(pool):
        part.setVisible(place < count)
    return pool


class CustomerPane(Panel):
    """The pane at the left of the desk. ``again`` asks to read the card once more after it could not be read.

    ``settle_wanted`` carries the id of the conflict whose mark was pressed, ``dial_wanted`` a number to call.
    """

    again = Signal()
    settle_wanted = Signal(object)
    dial_wanted = Signal(str)

    def __init__(self, zone: tzinfo, number: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._zone, self._number = zone, number
        self.setAccessibleName("Customer")
        self.guess = Label("", TextRole.SECTION, Voice.SOON)
        self.guess.hide()
        self.name = Label("", TextRole.NAME, flow=Flow.WRAP)
        self.second_name = Label("", TextRole.BODY, Ink.SECONDARY)
        self.who = Label("", TextRole.BODY, Ink.SECONDARY, flow=Flow.WRAP)
        self.marks = ChipRow()
        self.wish = ChipRow()
        """Do not call, on a line of its own: it is never folded away behind other marks."""
        self.skeleton = Skeleton((0.78, 0.42, 0.6, 0.72, 0.5))
        retry = Button("Try again", ButtonKind.SECONDARY, Icon.REFRESH_CW, size=ButtonSize.SMALL)
        retry.clicked.connect(self.again)
        self.failure = EmptyState(Icon.CIRCLE_ALERT, "This card could not be read", "", (retry,))
        self.more = Button("", ButtonKind.QUIET, Icon.CHEVRON_DOWN, size=ButtonSize.SMALL)
        self.more.clicked.connect(self._show_all)
        self.versions: list[VersionsMark] = []
        self._conflicts: tuple[ConflictView, ...] = ()
        self._groups: list[_Group] = []
        self._shown = 0
        self._all_wanted = False
        self._can_dial = False
        self._build()

    def _build(self) -> None:
        self._content = QWidget()
        self._body = QVBoxLayout(self._content)
        self._body.setContentsMargins(Space.L, Space.L, Space.L, Space.S)
        self._body.setSpacing(0)
        for widget, gap in ((self.guess, 0), (self.name, 0), (self.second_name, 2), (self.who, 2)):
            self._body.addSpacing(gap)
            self._body.addWidget(widget)
        self._body.addSpacing(Space.S)
        chips = QVBoxLayout()
        chips.setSpacing(Space.XS)
        chips.addWidget(self.marks)
        chips.addWidget(self.wish)
        self._body.addLayout(chips)
        self._body.addSpacing(Space.M)
        self._body.addWidget(self.skeleton)
        self._body.addWidget(self.failure)
        self._marked = QVBoxLayout()
        self._marked.setSpacing(Space.M)
        self._body.addLayout(self._marked)
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.M + 2)
        self._body.addLayout(self._list)
        self._body.addStretch(1)
        self._area = scrolled(self._content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 1, 0)
        outer.setSpacing(0)
        outer.addWidget(self._area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(Space.S, 0, 0, Space.XS)
        foot.addWidget(self.more)
        foot.addStretch(1)
        outer.addLayout(foot)
        self.skeleton.hide()
        self.failure.hide()
        self.more.hide()

    def let_dial(self, possible: bool) -> None:
        """Offer to call the customer's numbers, or do not: the phone system cannot, or is away."""
        if possible != self._can_dial:
            self._can_dial = possible
            for group in self._groups:
                group.let_dial(possible)
            self._fold()

    def _new_group(self) -> _Group:
        group = _Group(self.dial_wanted.emit)
        group.let_dial(self._can_dial)
        return group

    def show_guess(self, words: str) -> None:
        """Say over the name that it is not said yet whether this is the caller; empty where it is."""
        self.guess.set_text(words)
        self.guess.setVisible(bool(words))
        self._fold()

    def show_versions(self, conflicts: tuple[ConflictView, ...], key: str) -> None:
        """Mark the fields that have two versions; ``key`` leads to where they are settled."""
        if conflicts == self._conflicts:
            return
        self._conflicts = conflicts
        shown = conflicts[:_MOST_MARKS]
        for place, mark in enumerate(_enough(self.versions, len(shown), self._new_mark, self._marked)):
            if place < len(shown):
                mark.show_field(shown[place].label, shown[place].merged is not None, key)
        margins = self._marked.contentsMargins()
        margins.setBottom(Space.M + 2 if shown else 0)
        self._marked.setContentsMargins(margins)
        self._fold()

    def _new_mark(self) -> VersionsMark:
        from crmdesk.ui.settle.boxes import VersionsMark  # most days nobody needs one

        mark = VersionsMark()
        mark.clicked.connect(partial(self._mark_pressed, len(self.versions)))
        return mark

    def _mark_pressed(self, place: int, _checked: bool = False) -> None:
        if place < len(self._conflicts):
            self.settle_wanted.emit(self._conflicts[place].id)

    def show_loading(self, name: str, summary: str) -> None:
        """Show what is known already while the card is read: the name and the line of the candidate."""
        self._head(name, "", summary, ())
        self.failure.hide()
        self._show_groups(())
        self.skeleton.show()

    def show_card(self, card: CustomerCard, now: datetime) -> None:
        """Show a customer."""
        self.skeleton.hide()
        self.failure.hide()
        self._head(card.name, card.latin_name, say.who_line(card), say.marks(card))
        self._show_groups(groups_of(card, now, self._zone, self._number))

    def show_failure(self, what: str, next_step: str) -> None:
        """Say that the card could not be read; what else is on the desk stays."""
        self.skeleton.hide()
        self._show_groups(())
        self.failure.say("This card could not be read", f"{what} {next_step}".strip())
        self.failure.show()

    def show_gone(self, words: str) -> None:
        """Say that there is nobody to show any more, with nothing left of who it was."""
        self.skeleton.hide()
        self.failure.hide()
        self._head("", "", words, ())
        self._show_groups(())

    def _head(self, name: str, latin: str, who: str, marks: tuple[ChipSpec, ...]) -> None:
        self.name.set_text(name)
        self.second_name.set_text(latin)
        self.second_name.setVisible(bool(latin))
        self.who.set_text(who)
        self.who.setVisible(bool(who))
        self.marks.show_chips(tuple(mark for mark in marks if mark != say.DO_NOT_CALL))
        self.wish.show_chips(tuple(mark for mark in marks if mark == say.DO_NOT_CALL))

    def _show_groups(self, groups: tuple[FactGroup, ...]) -> None:
        self._shown, self._all_wanted = len(groups), False
        for widget, group in zip(_enough(self._groups, len(groups), self._new_group, self._list), groups, strict=False):
            widget.show_group(group)
        self._fold()

    def _fold(self) -> None:
        """Put the last groups behind a button where the window is too low for all of them."""
        shown = self._groups[: self._shown]
        for group in shown:
            group.show()
        hidden = 0
        room = self.height() - Size.CONTROL_SMALL - Space.S
        if not self._all_wanted and self.isVisible() and room > _TOO_LOW:
            width = self.width() - 1 - 2 * Space.L
            needed = self._head_height(width) + sum(group.height_at(width) + self._list.spacing() for group in shown)
            while hidden < len(shown) - 1 and needed > room:
                hidden += 1
                needed -= shown[-hidden].height_at(width) + self._list.spacing()
                shown[-hidden].hide()
        self.more.setVisible(bool(hidden))
        if hidden:
            self.more.set_words(f"{hidden} more groups" if hidden > 1 else "1 more group")

    def _head_height(self, width: int) -> int:
        """Return the height in px of what stands over the groups, with the space around it."""
        margins = self._body.contentsMargins()
        height = margins.top() + margins.bottom() + 2 * Space.M
        for label in (self.guess, self.name, self.second_name, self.who):
            height += 0 if label.isHidden() else label.heightForWidth(width) + 2
        height += sum(mark.height() + Space.M for mark in self.versions if not mark.isHidden())
        chips = sum(Size.CHIP + Space.XS for row in (self.marks, self.wish) if not row.isHidden())
        return height + chips + Space.XS if chips else height

    def _show_all(self) -> None:
        self._all_wanted = True
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See again what there is room for."""
        super().resizeEvent(event)
        self._fold()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line to the timeline."""
        super().paintEvent(event)
        edge = QRectF(self.width() - 1, 0, 1, self.height())
        fill(QPainter(self), edge, theme().colors.line.soft)
