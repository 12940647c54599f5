"""The customer pane: who it is, how they like it, what is open. Built once, refilled; unknown facts take no room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from crmdesk.domain.card import FieldRef
from crmdesk.domain.cases.words import DeadlineWords
from crmdesk.domain.changes import Kind
from crmdesk.domain.customers import CustomerCard
from crmdesk.domain.language import tr, tr_n
from crmdesk.domain.sync_state import ConflictView
from crmdesk.ui.kit import (
    Button,
    ButtonKind,
    ButtonSize,
    ChipSpec,
    EmptyState,
    Ground,
    Label,
    Panel,
    Skeleton,
    fill,
    scrolled,
)
from crmdesk.ui.kit.mirror import margins, painter_on
from crmdesk.ui.pages.desk.customer_head import CustomerHead
from crmdesk.ui.pages.desk.fact_rows import ABOVE, BESIDE, EditPlace, FactGroupBox, FactRow, enough
from crmdesk.ui.pages.desk.facts import FactGroup, Target, groups_of
from crmdesk.ui.pop import say
from crmdesk.ui.theme import Icon, Size, Space, TextRole, Voice, theme

if TYPE_CHECKING:
    from crmdesk.ui.pages.desk.card_editor import CardEditor
    from crmdesk.ui.settle.boxes import VersionsMark

Part = TypeVar("Part", bound=QWidget)
_MOST_MARKS = 3
_TOO_LOW = 200
"""Below this height in px nothing is folded away: one scrolls."""


class CustomerPane(Panel):
    """The pane at the left of the desk. ``again`` asks to read the card once more after it could not be read.

    ``settle_wanted`` carries the id of the conflict whose mark was pressed, ``dial_wanted`` a number to call,
    ``edit_wanted`` the ``Target`` that is to be edited, ``off_wanted`` that the one with the keyboard is to go;
    ``commands_wanted`` asks for all that can be done.
    """

    again = Signal()
    settle_wanted = Signal(object)
    dial_wanted = Signal(str)
    edit_wanted = Signal(object)
    off_wanted = Signal()
    commands_wanted = Signal()

    def __init__(self, zone: tzinfo, number: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent, Ground.PLAIN)
        self._zone, self._number = zone, number
        self.setAccessibleName(tr("Customer"))
        self.guess = Label("", TextRole.SECTION, Voice.SOON)
        self.guess.hide()
        self.head = CustomerHead()
        self.name, self.second_name, self.who = self.head.name, self.head.second_name, self.head.who
        self.marks = self.head.marks
        self.wish = self.head.wish
        """Do not call, on a line of its own: it is never folded away behind other marks."""
        self.skeleton = Skeleton((0.78, 0.42, 0.6, 0.72, 0.5))
        retry = Button(tr("Try again"), ButtonKind.SECONDARY, Icon.REFRESH_CW, size=ButtonSize.SMALL)
        retry.clicked.connect(self.again)
        self.failure = EmptyState(Icon.CIRCLE_ALERT, tr("This card could not be read"), "", (retry,))
        self.more = Button("", ButtonKind.QUIET, Icon.CHEVRON_DOWN, size=ButtonSize.SMALL)
        self.more.clicked.connect(self._show_all)
        self.head.all_commands.clicked.connect(self.commands_wanted)
        self.editor: CardEditor | None = None
        self._editing: Target | None = None
        self._host: EditPlace | None = None
        self._stamps: dict[Target, str] = {}
        self.versions: list[VersionsMark] = []
        self._conflicts: tuple[ConflictView, ...] = ()
        self._groups: list[FactGroupBox] = []
        self._card: CustomerCard | None = None
        self._said: Mapping[UUID, DeadlineWords] = {}
        self._shown = 0
        self._all_wanted = False
        self._can_dial = False
        self._build()

    def _build(self) -> None:
        self._content = QWidget()
        self._body = QVBoxLayout(self._content)
        self._body.setContentsMargins(Space.L - BESIDE, Space.L - ABOVE, Space.L - BESIDE, Space.S)
        self._body.setSpacing(0)
        over = QHBoxLayout()
        over.setContentsMargins(BESIDE, 0, BESIDE, 0)
        over.addWidget(self.guess)
        self._body.addLayout(over)
        self._body.addWidget(self.head)
        self._place_made(self.head)
        self._body.addSpacing(Space.M)
        self._body.addWidget(self.skeleton)
        self._body.addWidget(self.failure)
        self._marked = QVBoxLayout()
        self._marked.setSpacing(Space.M)
        self._body.addLayout(self._marked)
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.M)
        self._body.addLayout(self._list)
        self._body.addStretch(1)
        self._area = scrolled(self._content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(margins(0, 0, 1, 0))
        outer.setSpacing(0)
        outer.addWidget(self._area, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(margins(Space.S, 0, 0, Space.XS))
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

    def _new_group(self) -> FactGroupBox:
        group = FactGroupBox(self._row_made)
        group.let_dial(self._can_dial)
        return group

    def show_guess(self, words: str) -> None:
        """Say over the name that it is not said yet whether this is the caller; empty where it is."""
        if words == self.guess.text():
            return
        self.guess.set_text(words)
        self.guess.setVisible(bool(words))
        self._fold()

    def show_versions(self, conflicts: tuple[ConflictView, ...], key: str) -> None:
        """Mark the fields that have two versions; ``key`` leads to where they are settled."""
        if conflicts == self._conflicts:
            return
        self._conflicts = conflicts
        shown = conflicts[:_MOST_MARKS]
        for place, mark in enumerate(enough(self.versions, len(shown), self._new_mark, self._marked)):
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
        self._say_head(name, "", summary, ())
        self.failure.hide()
        self._show_groups(())
        self.skeleton.show()

    def show_card(self, card: CustomerCard, now: datetime) -> None:
        """Show a customer."""
        self.skeleton.hide()
        self.failure.hide()
        self._say_head(card.name, card.latin_name, say.who_line(card), say.marks(card))
        words = ", ".join(part for part in (card.name, self.who.text(), self.marks.text(), self.wish.text()) if part)
        self.head.concern(FieldRef(Kind.CUSTOMER, card.id, "name"), words)
        at = next((i for i, place in enumerate(self.places) if place.hasFocus()), None)
        self._card = card
        self._show_groups(groups_of(card, now, self._zone, self._number, self._said))
        if at is not None and not any(place.hasFocus() for place in self.places):
            self._go_to(at)  # its line went: the keyboard stays on the card
        self._place_editor()

    def show_deadlines(self, said: Mapping[UUID, DeadlineWords], now: datetime) -> None:
        """Say of open complaints when each must be answered; nothing else on the card changes."""
        unchanged, self._said = said == self._said, said
        if unchanged or self._card is None or self._shown == 0:
            return
        groups = groups_of(self._card, now, self._zone, self._number, said)
        for widget, group in zip(self._groups, groups, strict=False):
            if widget.group != group:
                widget.show_group(group)
        self._fold()

    def show_failure(self, what: str, next_step: str) -> None:
        """Say that the card could not be read; what else is on the desk stays."""
        self.skeleton.hide()
        self._show_groups(())
        self.failure.say(tr("This card could not be read"), f"{what} {next_step}".strip())
        self.failure.show()

    def show_gone(self, words: str) -> None:
        """Say that there is nobody to show any more, with nothing left of who it was."""
        self.skeleton.hide()
        self.failure.hide()
        self._say_head("", "", words, ())
        self._show_groups(())

    # Editing in place ------------------------------------------------------------------------------------------------

    @property
    def places(self) -> tuple[EditPlace, ...]:
        """Return what can be edited as it stands now, from above."""
        rows = (row for group in self._groups[: self._shown] for row in group.rows if not row.isHidden())
        return (self.head, *(row for row in rows if row.target is not None))

    def place_of(self, target: Target) -> EditPlace:
        """Return where something is edited: at its own row, at the head where it has none."""
        return next((place for place in self.places if place.target == target), self.head)

    def make_editor(self) -> CardEditor:
        """Return the editor, made when it is first needed."""
        if self.editor is None:
            from crmdesk.ui.pages.desk.card_editor import CardEditor

            self.editor = CardEditor(self)
            self.editor.hide()
        return self.editor

    def open_editor(self, target: Target) -> None:
        """Put the editor where a field stands."""
        self._editing = target
        self._all_wanted = True
        self._fold()
        self._place_editor()

    def close_editor(self) -> EditPlace:
        """Take the editor away and return the place that it leaves."""
        target, self._editing = self._editing, None
        self._leave_host()
        if self.editor is not None:
            self.editor.hide()
        return self.place_of(target) if target is not None else self.head

    def _place_editor(self) -> None:
        """Keep the editor at its field while the card is filled anew: keyboard and caret stay with it."""
        if self._editing is None or self.editor is None:
            return
        place = self.place_of(self._editing)
        if place is not self._host or self.editor.isHidden():
            had_keyboard = self.editor.has_keyboard()
            self._leave_host()
            self._host = place
            place.take_editor(self.editor)
            self.editor.show_name(place is self.head or place.under != self.editor.label)
            self.editor.show()
            self._show_lines_once()
            if had_keyboard:
                self.editor.take_keyboard()
        elif isinstance(place, FactRow):
            place.take_editor(self.editor)
            self._show_lines_once()
        self._area.ensureWidgetVisible(self.editor)

    def _show_lines_once(self) -> None:
        """Hide the other lines of a text while all of it stands in the editor."""
        for place in self.places[1:]:
            if place is not self._host and place.target == self._editing:
                place.hide()

    def _leave_host(self) -> None:
        host, self._host = self._host, None
        if host is not None and self.editor is not None:
            host.give_back(self.editor)
            self.editor.setParent(self)
            for group in self._groups[: self._shown]:
                group.show_rows()

    def show_stamps(self, stamps: dict[Target, str], head: str) -> None:
        """Say below each field who changed it and when; ``head`` is what is said of those of the head."""
        self._stamps = stamps
        self.head.show_stamp(head)
        self._show_row_stamps()
        if head:
            self._all_wanted = True
        self._fold()

    def _show_row_stamps(self) -> None:
        for place in self.places[1:]:
            place.show_stamp(self._stamps.get(place.target, "") if place.target is not None else "")

    def _row_made(self, row: FactRow) -> None:
        row.dial_wanted.connect(self.dial_wanted)
        self._place_made(row)

    def _place_made(self, place: EditPlace) -> None:
        place.edit_wanted.connect(self.edit_wanted)
        place.go_on.connect(self._go_on)
        place.off_wanted.connect(self.off_wanted)

    def _go_on(self, step: int) -> None:
        self._go_to(next((i for i, place in enumerate(self.places) if place.hasFocus()), 0) + step)

    def _go_to(self, number: int) -> None:
        places = self.places
        target = places[max(0, min(len(places) - 1, number))]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        self._area.ensureWidgetVisible(target)

    def _say_head(self, name: str, latin: str, who: str, marks: tuple[ChipSpec, ...]) -> None:
        self.name.set_text(name)
        self.second_name.set_text(latin)
        self.second_name.setVisible(bool(latin))
        self.who.set_text(who)
        self.who.setVisible(bool(who))
        self.marks.show_chips(tuple(mark for mark in marks if mark != say.do_not_call()))
        self.wish.show_chips(tuple(mark for mark in marks if mark == say.do_not_call()))

    def _show_groups(self, groups: tuple[FactGroup, ...]) -> None:
        self._shown = len(groups)
        self._all_wanted = self._editing is not None or bool(self._stamps)
        for widget, group in zip(enough(self._groups, len(groups), self._new_group, self._list), groups, strict=False):
            widget.show_group(group)
        self._show_row_stamps()
        self._fold()

    def _fold(self) -> None:
        """Put the last groups behind a button where the window is too low for all of them."""
        shown = self._groups[: self._shown]
        hidden = 0
        room = self.height() - Size.CONTROL_SMALL - Space.S
        if not self._all_wanted and self.isVisible() and room > _TOO_LOW:
            width = self.width() - 1 - 2 * Space.L
            needed = self._head_height(width) + sum(group.height_at(width) + self._list.spacing() for group in shown)
            while hidden < len(shown) - 1 and needed > room:
                hidden += 1
                needed -= shown[-hidden].height_at(width) + self._list.spacing()
        for place, group in enumerate(shown):
            group.setVisible(place < len(shown) - hidden)
        self.more.setVisible(bool(hidden))
        if hidden:
            self.more.set_words(tr_n("{n} more group", "{n} more groups", hidden))

    def _head_height(self, width: int) -> int:
        """Return the height in px of what stands over the groups, with the space around it."""
        margins = self._body.contentsMargins()
        height = margins.top() + margins.bottom() + 2 * Space.M
        height += 0 if self.guess.isHidden() else self.guess.heightForWidth(width) + 2
        height += self.head.height_at(width)
        return height + sum(mark.height() + Space.M for mark in self.versions if not mark.isHidden())

    def _show_all(self) -> None:
        self._all_wanted = True
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See again what there is room for."""
        super().resizeEvent(event)
        self._fold()

    def showEvent(self, event: QShowEvent) -> None:
        """See what there is room for: the card may have been filled before."""
        super().showEvent(event)
        self._fold()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line to the timeline."""
        super().paintEvent(event)
        edge = QRectF(self.width() - 1, 0, 1, self.height())
        fill(painter_on(self), edge, theme().colors.line.soft)
