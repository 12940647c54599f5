"""Keeps the side list "To settle" true: reads it, opens it, keeps what is typed, settles."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from crmdesk.domain import words
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.interactions import Draft, DraftKey
from crmdesk.domain.language import tr
from crmdesk.domain.sync_state import ConflictView
from crmdesk.ui.formkit.draft import DraftKeeper
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.qt.digits import DigitClaim, DigitRank
from crmdesk.ui.qt.events import Throttle, listen
from crmdesk.ui.qt.tasks import cancel_all, spawn

if TYPE_CHECKING:
    from crmdesk.ui.settle.detail import Decision
    from crmdesk.ui.settle.pane import SettlePane

_EVERY_MS = 200
_DRAFT = "conflict"
_PIECES, _TEXT, _SEEN = "pieces", "text", "theirs"


class SettleHost(Protocol):
    """The desk that the side list stands on."""

    def side(self) -> SettlePane:
        """Return the side list."""

    def open_side(self) -> None:
        """Show the side list in the place of the note."""

    def close_side(self) -> None:
        """Put the note back, with the keyboard."""

    def serving(self) -> bool:
        """Say whether a call is shown: then it stays."""

    async def bring(self, customer_id: UUID) -> None:
        """Show a customer beside the list; the keyboard stays where it is."""


class SettleDesk(QObject):
    """``marked`` tells that other fields have two versions now; ``views`` are those that are open."""

    marked = Signal()

    def __init__(self, place: Place, host: SettleHost, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._host = place, host
        self._open: tuple[ConflictView, ...] = ()
        self._shown: ConflictView | None = None
        self._opening = QObject(self)
        self._one_at_a_time = asyncio.Lock()
        self._beginning: tuple[asyncio.Task[None], ...] = ()
        self._keeper: DraftKeeper | None = None
        self._claim: DigitClaim | None = None
        self.beside = QObject(self)
        """Owns what shows one conflict, so that another one can take its place at once."""
        self.is_open = False
        self._throttle = Throttle(_EVERY_MS, self)
        self._throttle.passed.connect(self._due)
        listen(self, place.desk.bus, Changes, self._changed)

    @cached_property
    def _pane(self) -> SettlePane:
        """Return the pane, tied to this when it is first needed: it is not before something has to be settled."""
        pane, keys = self._host.side(), self._place.keys
        pane.chosen.connect(self._choose)
        pane.detail.edited.connect(pane.show_need)
        pane.detail.typed.connect(self._typed)
        pane.later.clicked.connect(self.later)
        pane.keep.clicked.connect(self.keep)
        keys.bind(commands.BACK, self.later, pane).drive(pane.later)
        keys.bind(commands.FINISH, self.keep, pane).drive(pane.keep)
        return pane

    @property
    def views(self) -> tuple[ConflictView, ...]:
        """Return the fields with two versions, the newest first."""
        return self._open

    def of_customer(self, customer_id: UUID | None) -> tuple[ConflictView, ...]:
        """Return those of one customer and of what belongs to that customer."""
        return tuple(view for view in self._open if view.customer_id == customer_id) if customer_id else ()

    # Opening ---------------------------------------------------------------------------------------------------------

    def open(self, conflict_id: object = None) -> None:
        """Open the side list, at one conflict where it is named."""
        self.is_open = True
        self._host.open_side()
        if self._claim is None:
            self._claim = self._place.digits.claim(DigitRank.CONFLICT, self._pane.detail.take_digit, self)
            self._claim.changed.connect(self._keys_changed)
        self._keys_changed()
        cancel_all(self._opening)
        spawn(self._opening, self._open_at(conflict_id))

    async def _open_at(self, conflict_id: object) -> None:
        await self._read()
        self._pane.list.select(max(0, self._pane.rows.find(conflict_id)))
        if self._shown is not None and self._shown.settled_at is None:
            await asyncio.gather(*self._beginning)
            self._pane.detail.go_to_need()
        else:
            self._pane.list.setFocus()

    def later(self) -> None:
        """Put it aside; what was typed stays a draft."""
        if self.is_open:
            self.close()
            self._host.close_side()

    def close(self) -> None:
        """Take note that the side list is not there any more."""
        cancel_all(self._opening)
        cancel_all(self.beside)
        self.is_open = False
        self._put_aside()
        self._shown = None
        if self._claim is not None:
            self._claim.release()
            self._claim = None

    def follow(self, customer_id: UUID | None) -> bool:
        """Return whether the list may stay beside what the desk shows now."""
        if not self.is_open or self._host.serving():
            return False
        shown = self._shown
        return shown is None or shown.customer_id is None or shown.customer_id == customer_id

    def _keys_changed(self) -> None:
        self._pane.detail.show_keys(self._claim is not None and self._claim.works)

    # Reading ---------------------------------------------------------------------------------------------------------

    def _changed(self, changes: Changes) -> None:
        shown = self._shown
        concerned = changes.touches(Kind.CONFLICT) or (shown is not None and changes.has(shown.kind, shown.row_id))
        if concerned:
            self._throttle.put(None)

    def _due(self, _: object) -> None:
        self.read()

    def read(self) -> None:
        """Read what there is."""
        spawn(self, self._read())

    async def _read(self) -> None:
        async with self._one_at_a_time:
            await self._read_all()

    async def _read_all(self) -> None:
        found = await self._place.desk.conflicts.open()
        if found != self._open:
            self._open = found
            self.marked.emit()
        if self.is_open:
            lately = await self._place.desk.conflicts.lately(self._midnight())
            self._show((*found, *lately))

    def _midnight(self) -> datetime:
        today = self._place.clock.now().astimezone(self._place.zone).date()
        return datetime.combine(today, time(), self._place.zone)

    def _show(self, views: tuple[ConflictView, ...]) -> None:
        pane = self._pane
        pane.show_rows(views, self._place.clock.now())
        if pane.list.row is None and views:
            pane.list.select(0)
        elif pane.selected != self._shown:
            self._choose(pane.selected)
        if not views:
            pane.show_conflict(None, self._place.clock.now())

    # One of them -----------------------------------------------------------------------------------------------------

    def _choose(self, row: object) -> None:
        view = row if isinstance(row, ConflictView) else None
        if not self.is_open or view == self._shown:
            return
        same = view is not None and self._shown is not None and view.id == self._shown.id
        self._put_aside()
        self._shown = view
        cancel_all(self.beside)
        self._beginning = (spawn(self.beside, self._show_one(view, same)),)

    async def _show_one(self, view: ConflictView | None, same: bool) -> None:
        now = self._place.clock.now()
        if view is None:
            self._pane.show_conflict(None, now)
            return
        draft = None
        if view.settled_at is None:
            draft = await self._place.desk.drafts.load(_kind(view), view.row_id)
        self._show_with_draft(view, draft, now)
        if same:
            self._pane.show_problem(
                tr("{name} changed it again. Look at the new text.", name=view.theirs_by or tr("A colleague"))
            )
        elif view.customer_id is not None and not self._host.serving():
            spawn(self.beside, self._host.bring(view.customer_id))

    def _show_with_draft(self, view: ConflictView, draft: Draft | None, now: datetime) -> None:
        fields = draft.fields if draft is not None else {}
        self._pane.show_conflict(view, now, fields.get(_TEXT))
        text = self._pane.detail.merged.text
        if view.merged is not None and fields.get(_SEEN) == view.theirs:
            text.restore(view.merged, fields.get(_PIECES, ""))
            self._pane.detail.refresh()
            self._pane.show_need()
        if draft is not None:
            self._pane.detail.saved.show()
            self._pane.detail.saved.show_saved(words.clock_seconds(draft.saved_at, self._place.zone))
        if view.settled_at is None:
            self._keeper = DraftKeeper(self._place.desk, _kind(view), view.row_id, self._typed_fields, self)
            self._keeper.saved.connect(self._saved)
            self._keeper.failed.connect(self._not_saved)

    # Drafts ----------------------------------------------------------------------------------------------------------

    def _typed(self) -> None:
        if self._keeper is not None:
            self._pane.detail.saved.show()
            self._pane.detail.saved.show_unsaved()
            self._keeper.typed()

    def _typed_fields(self) -> tuple[Mapping[str, str], str]:
        view, detail = self._shown, self._pane.detail
        if view is None:
            return {}, ""
        pieces = detail.merged.text.pieces() if view.merged is not None else ""
        return {_TEXT: detail.written, _PIECES: pieces, _SEEN: view.theirs}, tr(
            "{title}, {field}", title=view.title, field=view.label
        )

    def _saved(self, at: object) -> None:
        if isinstance(at, datetime):
            self._pane.detail.saved.show_saved(words.clock_seconds(at, self._place.zone))

    def _not_saved(self, _: object) -> None:
        self._pane.detail.saved.show_failed(tr("Not saved, tried again"))

    def _put_aside(self) -> None:
        """Keep what was typed; another conflict is shown now."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            spawn(self, keeper.last_words())
            keeper.forget()
            keeper.deleteLater()

    async def settle(self) -> None:
        """Return when what was typed is on the disk: the program ends."""
        if self._keeper is not None:
            await self._keeper.keep_now()

    # Settling --------------------------------------------------------------------------------------------------------

    def keep(self) -> None:
        """Settle the conflict as it is now; where somebody is still needed the keyboard goes there."""
        view, decision = self._shown, self._pane.detail.decision()
        if view is None or view.settled_at is not None:
            return
        if decision is None:
            self._pane.detail.go_to_need()
        else:
            self._pane.keep.setEnabled(False)
            spawn(self, self._keep(view, decision))

    def _is_at(self, view: ConflictView) -> bool:
        return self._shown is not None and self._shown.id == view.id

    async def _keep(self, view: ConflictView, decision: Decision) -> None:
        if self._keeper is not None and self._is_at(view):
            await self._keeper.keep_now()  # what is written behind the decision would stay as a draft
        try:
            draft = DraftKey(_kind(view), view.row_id)
            await self._place.desk.conflicts.settle(view, decision.resolution, decision.text, draft)
        except CrmdeskError as error:
            if self._is_at(view):
                self._pane.show_problem(f"{error.what} {error.next_step}".strip())
                self._pane.show_need()
            else:
                self._place.window.tell(error.what, error.next_step)
            await self._read()
            return
        if self._keeper is not None and self._shown is view:
            self._keeper.forget()
            self._keeper = None
        goes_on = self._is_at(view)
        await self._read()
        if goes_on:
            self._next()

    def _next(self) -> None:
        """Go to the next one that is open; with none left, back to the work."""
        if not self.is_open:
            return
        if not self._open:
            self.later()
            self._place.window.tell(tr("Everything is settled"), tr("The other desks get it with the next turn."))
            return
        self._pane.list.select(self._pane.rows.find(self._open[0].id))
        self._pane.detail.go_to_need()


def _kind(view: ConflictView) -> str:
    """Return the kind of the draft: with the record as its subject, so that it goes where the record is erased."""
    return f"{_DRAFT} {view.field}"
