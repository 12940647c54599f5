"""Edits the card where it stands: F2, Enter keeps, Esc takes back, Ctrl+Z undoes; a word typed is never lost.

What is typed is a draft of its customer from the first key on. A pop, another customer or a crash leaves it there, and
it stands in its field again, unsaved, as soon as the customer is shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget

from crmdesk.domain.card import FieldNow, FieldRef, KeptEdit
from crmdesk.domain.changes import Changes
from crmdesk.domain.customers import CustomerCard
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.interactions import DraftKey
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.ui.formkit.draft import DraftKeeper
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk.card_editor import CardEditor
from crmdesk.ui.pages.desk.card_steps import CardSteps
from crmdesk.ui.pages.desk.card_targets import (
    DRAFT,
    Waiting,
    add,
    fields_of,
    is_lines,
    label_of,
    order_of,
    placeholder_of,
    waiting_of,
)
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.pages.desk.fact_rows import EditPlace
from crmdesk.ui.pages.desk.facts import Adding, TagRef, Target
from crmdesk.ui.pages.desk.reader import CustomerReader
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import cancel_all, spawn

_THEIRS_TOO = mark("A colleague changed this too. Enter keeps both.")


@dataclass(slots=True)
class _Open:
    """The edit that is open: what stood there when it was last seen, and what keeps the words on the disk."""

    customer_id: UUID
    target: Target
    seen: str
    keeper: DraftKeeper
    busy: bool = False


class CardDesk(QObject):
    """At most one field is open, of the customer shown."""

    def __init__(self, place: Place, view: CallDesk, reader: CustomerReader, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._view, self._reader = place, view, reader
        self._pane = view.customer
        self._open: _Open | None = None
        self._drafts: dict[UUID, Waiting] = {}
        self._last: dict[UUID, Target] = {}
        self._wired = False
        self._opening = asyncio.Lock()
        self._looking = QObject(self)
        self._wishes = 0
        self._steps = CardSteps(place, view, reader, self)
        self._pane.edit_wanted.connect(self._edit_wanted)
        self._pane.off_wanted.connect(self.take_off)
        self._pane.commands_wanted.connect(place.window.overlays.turn_palette)
        reader.filled.connect(self._filled)
        listen(self, place.desk.bus, Changes, self._changed)
        self._bind()

    def _bind(self) -> None:
        keys = self._place.keys
        keys.bind(commands.EDIT, self.edit, self._view)
        keys.bind(commands.UNDO_EDIT, self._steps.undo, self._view)
        keys.bind(commands.TAKE_OFF, self.take_off, self._view)
        keys.bind(commands.SHARED, self.turn_shared, self._view)
        for command, adding in commands.ADD_TO_CARD.items():
            keys.bind(command, partial(self.edit_target, Adding(adding)), self._view)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    @property
    def editor(self) -> CardEditor | None:
        """Return the editor while a field is open."""
        return self._pane.editor if self._open is not None else None

    async def begin(self) -> None:
        """Find again what was being typed when the program was last left."""
        for draft in await self._place.desk.drafts.parked():
            if draft.kind == DRAFT and (waiting := waiting_of(draft.fields)) is not None:
                self._drafts.setdefault(draft.subject, waiting)
        if self._reader.customer is not None and self._reader.card is not None:
            self._filled(self._reader.customer)

    def _focus_moved(self, _: QWidget | None, now: QWidget | None) -> None:
        """Remember which field had the keyboard last: a command of the palette is meant for it."""
        customer = self._reader.customer
        if isinstance(now, EditPlace) and now.target is not None and customer is not None:
            self._last[customer] = now.target

    async def settle(self) -> None:
        """Return when every word typed is on the disk."""
        if self._open is not None:
            await self._open.keeper.keep_now()

    # Opening ---------------------------------------------------------------------------------------------------------

    def edit(self) -> None:
        """Edit the field that has the keyboard, else the one that was edited last, else the name."""
        card = self._reader.card
        if card is None:
            return
        focus = QApplication.focusWidget()
        if self._open is not None:
            self._unfold()
            self._pane.make_editor().take_keyboard()
            return
        target = focus.target if isinstance(focus, EditPlace) else None
        self.edit_target(target or self._last.get(card.id) or order_of(card)[0])

    def _edit_wanted(self, target: object) -> None:
        if isinstance(target, FieldRef | Adding | TagRef):
            self.edit_target(target)

    def edit_target(self, target: Target) -> None:
        """Open a field; what is open is kept first, and stays open where it cannot be."""
        card = self._reader.card
        if card is None:
            self._place.window.tell(tr("Nobody is shown whose card could be changed."), tr("Open a customer first."))
            return
        self._unfold()
        self._wishes += 1
        spawn(self, self._change_to(card, target, self._wishes))

    def _unfold(self) -> None:
        """Show the card where the window has room only for its strip."""
        if self._view.as_strip and not self._view.facts.isVisible():
            self._view.show_facts()

    async def _change_to(self, card: CustomerCard, target: Target, wish: int) -> None:
        async with self._opening:
            if self._open is not None and not await self._keep():
                return
            waiting = self._drafts.get(card.id)
            words = waiting if waiting is not None and waiting.target == target else None
            if await self._show(card, target, words, wish):
                self._pane.make_editor().take_keyboard()

    async def _show(self, card: CustomerCard, target: Target, words: Waiting | None, wish: int) -> bool:
        """Put the editor at a field, with words that wait for it or with what stands there; return False where another
        was wished for meanwhile."""
        now = await self._now(target)
        if self._reader.customer != card.id or self._open is not None or wish != self._wishes:
            return False
        editor = self._pane.make_editor()
        if not self._wired:
            self._wire(editor)
        seen = now.words if now is not None else ""
        keeper = DraftKeeper(self._place.desk, DRAFT, card.id, self._as_draft, self)
        self._open = _Open(card.id, target, words.seen if words is not None else seen, keeper)
        self._last[card.id] = target
        label = label_of(target)
        editor.open(label, words.typed if words is not None else seen, placeholder_of(target), lines=is_lines(target))
        self._pane.open_editor(target)
        if words is not None:
            editor.show_unsaved(True)
            self._meet(seen)
        self._place.keys.refresh()
        return True

    def _wire(self, editor: CardEditor) -> None:
        self._wired = True
        editor.typed.connect(self._typed)
        editor.kept.connect(self.keep)
        editor.go_on.connect(self._go_on)
        self._place.keys.bind(commands.BACK, self.let_go, editor)
        self._place.keys.bind(commands.FINISH, self.keep, editor)

    async def _now(self, target: Target) -> FieldNow | None:
        return await self._place.desk.card.field_now(target) if isinstance(target, FieldRef) else None

    # Typing ----------------------------------------------------------------------------------------------------------

    def _typed(self) -> None:
        opened, editor = self._open, self._pane.editor
        if opened is None or editor is None:
            return
        editor.show_unsaved(editor.text != opened.seen)
        self._drafts[opened.customer_id] = Waiting(opened.target, opened.seen, editor.text)
        opened.keeper.typed()

    def _as_draft(self) -> tuple[Mapping[str, str], str]:
        opened, editor, card = self._open, self._pane.editor, self._reader.card
        if opened is None or editor is None:
            return {}, ""
        waiting = Waiting(opened.target, opened.seen, editor.text)
        return fields_of(waiting), card.name if card is not None else ""

    def keep(self) -> None:
        """Keep what was typed and give the keyboard back to its row."""
        spawn(self, self._keep_and_leave())

    async def _keep_and_leave(self) -> None:
        if await self._keep() and self._open is None:
            self._leave()  # else the next field was opened meanwhile

    def _go_on(self, step: int) -> None:
        """Keep, and edit the next field in the order of Tab."""
        opened, card = self._open, self._reader.card
        if opened is None or card is None:
            return
        order = order_of(card)
        at = order.index(opened.target) if opened.target in order else (-1 if step > 0 else len(order))
        if 0 <= at + step < len(order):
            self.edit_target(order[at + step])
        else:
            self.keep()

    async def _keep(self) -> bool:
        """Write what was typed; return False where it cannot be taken, which is said at the field."""
        opened, editor = self._open, self._pane.editor
        if opened is None or editor is None or opened.busy:
            return False
        typed, opened.busy = editor.text, True
        try:
            edit = await self._written(opened, typed)
        except UserMistake as mistake:
            editor.show_problem(f"{mistake.what} {mistake.next_step}".strip())
            editor.take_keyboard()
            await self._see_again(opened)
            return False
        finally:
            opened.busy = False
        if edit is not None:
            self._steps.remember(opened.customer_id, edit)
        await self._forget(opened)
        return True

    async def _written(self, opened: _Open, typed: str) -> KeptEdit | None:
        card, draft = self._place.desk.card, DraftKey(DRAFT, opened.customer_id)
        if isinstance(opened.target, FieldRef):
            return await card.keep(opened.target, opened.seen, typed, draft) if typed != opened.seen else None
        return await add(card, opened.customer_id, opened.target, typed, draft) if typed.strip() else None

    async def _see_again(self, opened: _Open) -> None:
        """Take note of what stands there now, so that the next Enter is meant for it."""
        now = await self._now(opened.target)
        if now is not None and self._open is opened and not is_lines(opened.target):
            opened.seen = now.words

    def let_go(self) -> None:
        """Take back what was typed: what stood there stays."""
        if self._open is not None:
            spawn(self, self._let_go(self._open))

    async def _let_go(self, opened: _Open) -> None:
        await self._forget(opened)
        if self._open is None:
            self._leave()

    async def _forget(self, opened: _Open) -> None:
        """Nothing is being typed any more: the draft goes, and with it the editor."""
        self._drafts.pop(opened.customer_id, None)
        self._end(opened)
        await self._place.desk.drafts.discard(DRAFT, opened.customer_id)

    def _end(self, opened: _Open) -> None:
        opened.keeper.forget()
        spawn(self, _retire(opened.keeper))
        if self._open is opened:
            self._open = None

    def _leave(self) -> None:
        editor = self._pane.editor
        had_keyboard = editor is not None and editor.has_keyboard()
        place = self._pane.close_editor()
        if had_keyboard:
            place.setFocus(Qt.FocusReason.OtherFocusReason)
        self._place.keys.refresh()

    # What others do meanwhile ----------------------------------------------------------------------------------------

    def follow(self, customer_id: UUID | None) -> None:
        """Put the editor away where the desk shows somebody else; what was typed waits for them."""
        opened = self._open
        if opened is not None and opened.customer_id != customer_id:
            spawn(self, opened.keeper.last_words())
            self._end(opened)
            self._pane.close_editor()

    def _filled(self, customer_id: object) -> None:
        card = self._reader.card
        if card is None or card.id != customer_id or self._open is not None:
            return
        waiting = self._drafts.get(card.id)
        if waiting is not None:
            spawn(self, self._show(card, waiting.target, waiting, self._wishes))

    def _changed(self, changes: Changes) -> None:
        for customer_id in changes.erased & self._drafts.keys():
            self._drafts.pop(customer_id)
        self._steps.forget(changes.erased)
        opened = self._open
        if opened is None or opened.busy or not isinstance(opened.target, FieldRef):
            return
        if opened.customer_id in changes.erased:
            self._end(opened)
            self._pane.close_editor()
        elif changes.has(opened.target.kind, opened.target.row_id):
            cancel_all(self._looking)  # it may have seen what stood there before
            spawn(self._looking, self._look_again(opened))

    async def _look_again(self, opened: _Open) -> None:
        now = await self._now(opened.target)
        if now is not None and self._open is opened and not opened.busy:
            self._meet(now.words)

    def _meet(self, now: str) -> None:
        """Show that other words stand there now; what the person typed stays, with its caret."""
        opened, editor = self._open, self._pane.editor
        if opened is None or editor is None or now == opened.seen:
            return
        if editor.text == opened.seen:
            opened.seen = now
            editor.refresh_text(now)
        elif editor.text == now:
            opened.seen = now
            editor.show_unsaved(False)
        elif is_lines(opened.target):
            editor.say_other(tr(_THEIRS_TOO))
        else:
            opened.seen = now
            said = tr("A colleague changed it to “{words}”. Enter keeps yours, Esc leaves theirs.", words=now)
            emptied = tr("A colleague emptied it. Enter keeps yours, Esc leaves theirs.")
            editor.say_other(said if now else emptied)

    # Taking off and sharing ------------------------------------------------------------------------------------------

    def _focused(self) -> Target | None:
        focus = QApplication.focusWidget()
        if isinstance(focus, EditPlace):
            return focus.target
        return self._last.get(self._reader.customer) if self._reader.customer is not None else None

    def take_off(self) -> None:
        """Take what has the keyboard off the card, unless a field is open."""
        if self._open is None:
            self._steps.take_off(self._focused())

    def turn_shared(self) -> None:
        """Mark the way to reach them that was chosen last as shared with others, or as theirs alone."""
        self._steps.turn_shared(self._focused())


async def _retire(keeper: DraftKeeper) -> None:
    """Let what keeps an edit go once what it had begun to write is written."""
    await keeper.keep_now()
    keeper.deleteLater()
