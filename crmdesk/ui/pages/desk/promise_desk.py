"""Promises and callbacks from the note or in wrap-up: one sentence becomes a dated task with an owner."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Qt, Signal

from crmdesk.domain.callbacks import NewCallback
from crmdesk.domain.changes import Changes
from crmdesk.domain.customers import ContactPointKind
from crmdesk.domain.drafts import joined
from crmdesk.domain.errors import UserMistake
from crmdesk.domain.language import mark, spoken, tr
from crmdesk.domain.promises import Asked, Keeper, Owner, language_of, owner_of, read, zone_of_numbers
from crmdesk.domain.quick import dataclass
from crmdesk.domain.tasks import NewTask, TaskKind
from crmdesk.ui.formkit.draft import DraftKeeper
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.pages.desk import promise_words
from crmdesk.ui.pages.desk.columns import CallDesk
from crmdesk.ui.pages.desk.promise_words import Clock
from crmdesk.ui.pages.desk.reader import CustomerReader
from crmdesk.ui.pages.desk.spot import Spot
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import cancel_all, spawn

DRAFT = "promise"
_FIELD = "promise"
_MODE = "mode"


class Mode(StrEnum):
    """What the line is for."""

    PROMISE = "promise"
    CALLBACK = "callback"


_MADE = {Mode.PROMISE: mark("Promised: {when}"), Mode.CALLBACK: mark("Callback: {when}")}
_TAKEN_BACK = mark("Taken back at once")


@dataclass(frozen=True, slots=True)
class _Made:
    """The last promise made at a spot: it can be taken back."""

    mode: Mode
    id: UUID
    words: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a sentence says in full."""

    words: str
    due_at: datetime
    clock: Clock
    owner: Owner


@dataclass(frozen=True, slots=True)
class _Wish:
    """What Enter was pressed for: where, as what, of which words."""

    spot: Spot
    mode: Mode
    typed: str
    reading: _Reading


class PromiseDesk(QObject):
    """Ctrl+P and Ctrl+B open the line, Enter makes it a promise, Esc leaves it with every word kept.

    ``made`` carries the subject of the spot where something was promised, ``typed`` that of every key pressed here.
    """

    made = Signal(object)
    typed = Signal(object)

    def __init__(self, place: Place, book: CallBook, view: CallDesk, reader: CustomerReader, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._book, self._reader = place, book, reader
        self._note, self._line = view.note, view.note.promise
        self._spot: Spot | None = None
        self._mode = Mode.PROMISE
        self._keeper: DraftKeeper | None = None
        self._made: dict[UUID, _Made] = {}
        self._colleagues: tuple[tuple[UUID, str], ...] = ()
        self._saving = asyncio.Lock()
        self._loading = QObject(self)
        keys = place.keys
        keys.bind(commands.PROMISE, self.open_promise, view).drive(self._line.cap)
        keys.bind(commands.CALLBACK, self.open_callback, view).drive(self._line.callback_cap)
        keys.bind(commands.BACK, self.leave, self._line)
        self._line.edit.returnPressed.connect(self._enter)
        self._line.edited.connect(self._edited)
        self._line.take_back.connect(self._take_back)
        reader.filled.connect(self._read_back)
        listen(self, place.desk.bus, Changes, self._changed)

    def open_promise(self) -> None:
        """Go to the line to promise something."""
        self._open(Mode.PROMISE)

    def open_callback(self) -> None:
        """Go to the line to promise a callback."""
        self._open(Mode.CALLBACK)

    def leave(self) -> None:
        """Go back to the note; what is written stays in the line."""
        self._want(bool(self._line.text))
        self._note.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def follow(self, spot: Spot | None) -> None:
        """Go to another spot; what was written at the one before is kept as a draft there."""
        same = spot is not None and self._spot is not None and spot.subject == self._spot.subject
        self._spot = spot
        if same:
            self._read_back()
            return
        cancel_all(self._loading)
        self._let_go()
        if spot is not None:
            self._be(Mode.PROMISE)
            self._show_made(spot.subject)
            self._keeper = DraftKeeper(self._place.desk, DRAFT, spot.subject, self._as_typed, self)
            self._want(spot.subject in self._made)
            spawn(self._loading, self._load(spot.subject))

    async def keep(self, spot: Spot) -> None:
        """Make a promise of what stands in the line before its note is finished; does nothing for an empty one.

        Raises UserMistake, with the keyboard in the line, where the sentence does not say what or when.
        """
        if self._spot is None or spot.subject != self._spot.subject or not self._line.text.strip():
            return
        reading = self._reading()
        if isinstance(reading, str):
            self._line.setFocus(Qt.FocusReason.OtherFocusReason)
            raise UserMistake("promise", tr("The promise is not made yet."), reading)
        await self._save(_Wish(spot, self._mode, self._line.text, reading))

    async def settle(self) -> None:
        """Return when every word typed into the line is on the disk."""
        if self._keeper is not None:
            await self._keeper.keep_now()

    # The line --------------------------------------------------------------------------------------------------------

    def _open(self, mode: Mode) -> None:
        if self._spot is None:
            return
        self._be(mode)
        self._want(wanted=True)
        self._line.setFocus(Qt.FocusReason.OtherFocusReason)  # for a shortcut Qt would select what is half written
        self._line.edit.end(False)
        self._read_back()
        spawn(self, self._read_colleagues())

    def _be(self, mode: Mode) -> None:
        self._mode = mode
        if mode is Mode.PROMISE:
            self._line.show_promise()
        else:
            self._line.show_callback()

    def _want(self, wanted: bool) -> None:
        self._line.wanted = wanted
        self._line.setVisible(wanted or self._note.wraps_up)

    def _let_go(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            spawn(self, keeper.last_words())
            keeper.deleteLater()
        self._line.put("")
        self._line.show_nothing()

    async def _load(self, subject: UUID) -> None:
        draft = await self._place.desk.drafts.load(DRAFT, subject)
        if draft is None or self._spot is None or self._spot.subject != subject:
            return
        since = self._line.text  # typed before the draft was read: it goes on behind it
        if not since:
            self._be(Mode(draft.fields.get(_MODE, Mode.PROMISE.value)))
        self._line.put(joined(draft.fields.get(_FIELD, ""), since))
        self._want(bool(self._line.text))
        self._read_back()

    async def _read_colleagues(self) -> None:
        self._colleagues = await self._place.desk.tasks.colleagues()
        self._read_back()

    def _as_typed(self) -> tuple[Mapping[str, str], str]:
        title = self._spot.title if self._spot is not None else ""
        return {_FIELD: self._line.text, _MODE: self._mode.value}, title

    def _edited(self, _text: str) -> None:
        if self._keeper is not None and self._spot is not None:
            self._keeper.typed()
            self.typed.emit(self._spot.subject)
        self._read_back()

    def _read_back(self, _: object = None) -> None:
        """Say what Enter would make of the line, or what has to be written."""
        if self._spot is None or not self._line.text.strip():
            self._line.show_nothing()
            return
        reading = self._reading()
        if isinstance(reading, str):
            self._line.show_asked(reading)
            return
        now, clock = self._place.clock.now(), reading.clock
        rest = [promise_words.whose(reading.due_at, clock), promise_words.owner(reading.owner)]
        if self._mode is Mode.PROMISE and language_of(spoken()).is_to_ourselves(reading.words):
            rest.append(tr("a follow-up: not said to the customer"))
        self._line.show_read(promise_words.when(reading.due_at, now, clock), ", ".join(rest))

    def _reading(self) -> _Reading | str:
        """Return what the line says, or the question that it leaves open."""
        now, clock = self._place.clock.now(), self._clock()
        reads = language_of(spoken())
        text, owner = owner_of(self._line.text, self._colleagues, reads.team)
        if owner.keeper is Keeper.NOBODY_KNOWN:
            return tr(
                "Nobody here is {name}, or several are. Write more of the name, or {team}.",
                name=owner.name,
                team=f"@{reads.team}",
            )
        found = read(text, now, clock.zone, reads)
        if isinstance(found, Asked):
            return promise_words.question(found, now, clock)
        if self._mode is Mode.PROMISE and not found.words:
            when = promise_words.when(found.due_at, now, clock)
            return tr("{when}: say what is promised, like “{example}”.", when=when, example=reads.examples.what)
        return _Reading(found.words, found.due_at, clock, owner)

    def _clock(self) -> Clock:
        own = self._place.zone
        card, spot = self._reader.card, self._spot
        numbers: list[str | None] = []
        if card is not None and spot is not None and card.id == spot.customer_id:
            numbers = [p.e164 for p in card.contact_points if p.kind is ContactPointKind.PHONE]
        name = zone_of_numbers(numbers) or zone_of_numbers([spot.number if spot is not None else None])
        if name is not None:
            return Clock(ZoneInfo(name), theirs=True, own=own)
        return Clock(own if isinstance(own, ZoneInfo) else ZoneInfo("UTC"), theirs=False, own=own)

    # Making ----------------------------------------------------------------------------------------------------------

    def _enter(self) -> None:
        reading = self._reading() if self._line.text.strip() else ""
        if self._spot is not None and isinstance(reading, _Reading):
            spawn(self, self._make(_Wish(self._spot, self._mode, self._line.text, reading)))

    async def _make(self, wish: _Wish) -> None:
        await self._save(wish)
        if self._line.edit.hasFocus():
            self._note.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _is_at(self, spot: Spot) -> bool:
        return self._spot is not None and self._spot.subject == spot.subject

    async def _save(self, wish: _Wish) -> None:
        spot, mode, reading = wish.spot, wish.mode, wish.reading
        if self._saving.locked():
            return
        async with self._saving:
            if self._keeper is not None and self._is_at(spot):
                await self._keeper.keep_now()
            made = await self._write(spot, mode, reading)
        when = promise_words.when(reading.due_at, self._place.clock.now(), reading.clock)
        said = ", ".join(part for part in (tr(_MADE[mode], when=when), reading.words) if part)
        self._made[spot.subject] = _Made(mode, made, said)
        if not self._is_at(spot):
            await self._forget_draft(wish)
        elif self._line.text == wish.typed:
            if self._keeper is not None:
                self._keeper.forget()
            self._line.put("")
            self._line.show_nothing()
            self._show_made(spot.subject)
        self.made.emit(spot.subject)

    async def _forget_draft(self, wish: _Wish) -> None:
        """The line was left before it was a promise, and its words were kept once more."""
        drafts = self._place.desk.drafts
        left = await drafts.load(DRAFT, wish.spot.subject)
        if left is not None and left.fields.get(_FIELD) == wish.typed:
            await drafts.discard(DRAFT, wish.spot.subject)

    async def _write(self, spot: Spot, mode: Mode, reading: _Reading) -> UUID:
        case = self._book.case(spot.key)
        queue = case.call.queue or "" if case is not None else ""
        mine, colleague = reading.owner.keeper is Keeper.ME, reading.owner.colleague
        desk, zone = self._place.desk, reading.clock.zone.key
        if mode is Mode.PROMISE:
            task = NewTask(
                kind=TaskKind.FOLLOW_UP if language_of(spoken()).is_to_ourselves(reading.words) else TaskKind.PROMISE,
                words=reading.words,
                due_at=reading.due_at,
                due_zone=zone,
                customer_id=spot.customer_id,
                interaction_id=spot.interaction_id,
                queue=queue,
                mine=mine,
            )
            if colleague is not None:
                return await desk.tasks.make_for(task, colleague, spot.subject)
            return await desk.tasks.make(task, spot.subject)
        new = NewCallback(
            customer_id=spot.customer_id,
            reason=reading.words,
            due_at=reading.due_at,
            due_zone=zone,
            number=self._number(spot),
            queue=queue,
            interaction_id=spot.interaction_id,
            mine=mine,
        )
        if colleague is not None:
            return await desk.callbacks.make_for(new, colleague, spot.subject)
        return await desk.callbacks.make(new, spot.subject)

    def _number(self, spot: Spot) -> str:
        """Return the number to ring: that of the call, else the customer's first."""
        if spot.number:
            return spot.number
        card = self._reader.card
        if card is None or card.id != spot.customer_id:
            return ""
        return next((p.e164 for p in card.contact_points if p.kind is ContactPointKind.PHONE and p.e164), "")

    def _show_made(self, subject: UUID) -> None:
        made = self._made.get(subject)
        self._line.show_made(made.words if made is not None else "")

    def _take_back(self) -> None:
        subject = self._spot.subject if self._spot is not None else None
        made = self._made.pop(subject, None) if subject is not None else None
        if made is not None:
            self._line.show_made("")
            spawn(self, self._cancel(made))

    async def _cancel(self, made: _Made) -> None:
        if made.mode is Mode.PROMISE:
            await self._place.desk.tasks.cancel(made.id, _TAKEN_BACK)
        else:
            await self._place.desk.callbacks.cancel(made.id)
        self._place.window.tell(tr("Taken back"), made.words)

    def _changed(self, changes: Changes) -> None:
        """Hold nothing of somebody who was erased."""
        spot = self._spot
        if spot is not None and changes.erased & {spot.subject, spot.customer_id}:
            if self._keeper is not None:
                self._keeper.forget()
            self._line.put("")
            self._line.show_nothing()
            self._line.show_made("")
            self._made.pop(spot.subject, None)
