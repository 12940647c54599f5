"""What one does with what is due, from any list of it: C claim, S snooze, E hand over, D done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from crmdesk.domain import words
from crmdesk.domain.callbacks import CallbackView
from crmdesk.domain.language import spoken, tr, tr_in, tr_n
from crmdesk.domain.promises import Asked, language_of, read
from crmdesk.domain.quick import dataclass
from crmdesk.domain.tasks import TaskView
from crmdesk.runtime.desk.callbacks import CallbacksDesk
from crmdesk.runtime.desk.tasks import TasksDesk
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.page import Place
from crmdesk.ui.handset.card import PickCard
from crmdesk.ui.handset.picks import Pick
from crmdesk.ui.kit import Button, ListView
from crmdesk.ui.pages.desk import promise_words
from crmdesk.ui.pages.desk.promise_words import Clock
from crmdesk.ui.pages.desk.work_rows import Owner, Work, WorkRow
from crmdesk.ui.qt.keys import Binding, Command, cap_text
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import Icon

_DUE = (Work.CALLBACK, Work.PROMISE)
_MINE = (Owner.ME, Owner.UNCONFIRMED, Owner.FREE, Owner.FOR_ME, Owner.ASKED)
_MORNING = time(9)
_MOST_UNDONE = 50


@dataclass(frozen=True, slots=True)
class DueButtons:
    """The buttons that do the same as the keys; their caps are drawn while the keys work."""

    claim: Button
    done: Button
    snooze: Button
    hand_over: Button


class _Cap(QObject):
    """Draws the key of several bindings of one command on one button."""

    def __init__(self, button: Button, parent: QObject) -> None:
        super().__init__(parent)
        self._button, self._bindings = button, list[Binding]()

    def add(self, binding: Binding) -> None:
        """Let another list have the key."""
        self._bindings.append(binding)
        binding.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self._button.set_key(next((one.cap for one in self._bindings if one.works), ""))


class DueKeys(QObject):
    """``row`` is the selected one of all lists; what is no callback and no task is left alone.

    While ``over`` is seen, Ctrl+Z takes back what was done last from these lists, until the program ends.
    """

    def __init__(
        self,
        place: Place,
        views: Iterable[ListView],
        row: Callable[[], WorkRow | None],
        buttons: DueButtons | None,
        over: QWidget,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._place, self._selected = place, row
        self._told: set[UUID] = set()
        self._of: WorkRow | None = None
        self._done: list[WorkRow] = []
        place.keys.bind(commands.UNDO_EDIT, self.take_back, over)
        acts: tuple[tuple[Command, Callable[[], None], Button | None], ...] = (
            (commands.CLAIM, self.claim, buttons.claim if buttons else None),
            (commands.DONE, self.done, buttons.done if buttons else None),
            (commands.SNOOZE, self.snooze, buttons.snooze if buttons else None),
            (commands.HAND_OVER, self.hand_over, buttons.hand_over if buttons else None),
        )
        lists = tuple(views)
        for command, act, button in acts:
            cap = _Cap(button, self) if button is not None else None
            for view in lists:
                binding = place.keys.bind(command, act, view)
                if cap is not None:
                    cap.add(binding)
            if button is not None:
                button.clicked.connect(act)

    def _row(self) -> WorkRow | None:
        row = self._selected()
        return row if row is not None and row.work in _DUE else None

    def _door(self, row: WorkRow) -> CallbacksDesk | TasksDesk:
        desk = self._place.desk
        return desk.callbacks if row.work is Work.CALLBACK else desk.tasks

    # Claiming -------------------------------------------------------------------------------------------------------

    def claim(self) -> None:
        """Take the selected one on; of one that a colleague was given, take note."""
        row = self._row()
        if row is None:
            return
        if row.owner is Owner.LOST:
            spawn(self, self._door(row).seen(row.subject))
        elif row.owner in (Owner.FREE, Owner.FOR_ME, Owner.ASKED, Owner.COLLEAGUE):
            spawn(self, self._door(row).claim(row.subject))

    def tell_lost(self, views: Iterable[CallbackView | TaskView]) -> None:
        """Tell once of each claim made here that a colleague won."""
        lost = {view.id: view for view in views if view.lost}
        for row_id in lost.keys() - self._told:
            view = lost[row_id]
            whom = view.customer_name or view.number or ""
            if isinstance(view, CallbackView):
                theirs = tr("The callback to {whom} is theirs.", whom=whom)
            else:
                theirs = tr("The promise to {whom} is theirs.", whom=whom)
            self._place.window.tell(view.lost.rstrip("."), theirs if whom else "")
        self._told = (self._told - {view.id for view in views}) | set(lost)

    # Done -----------------------------------------------------------------------------------------------------------

    def done(self) -> None:
        """Say that the selected customer was rung back, or what came of the promise."""
        row = self._row()
        if row is None or row.owner not in _MINE:
            return
        if row.work is Work.CALLBACK:
            spawn(self, self._rung(row))
            return
        self._of = row
        card = self.finisher
        card.open_over(self._place.window.middle(), row.name, _done(), rows=2)
        card.offer((Pick(_done(), row.about, Icon.CHECK, ""),), _result)

    async def _rung(self, row: WorkRow) -> None:
        await self._place.desk.callbacks.done(row.subject)
        self._tell_done(tr("Callback done"), row)

    @cached_property
    def finisher(self) -> PickCard:
        """Return the card that asks what came of a promise."""
        hint = tr("What came of it, if there is something to say")
        card = PickCard(_done(), hint, Icon.CHECK, self._place.window)
        card.taken.connect(self._finished)
        return card

    def _finished(self, result: object) -> None:
        if self._of is not None and isinstance(result, str):
            spawn(self, self._keep(self._of, result))

    async def _keep(self, row: WorkRow, result: str) -> None:
        await self._place.desk.tasks.done(row.subject, result)
        self._tell_done(tr("Promise kept"), row)

    def _tell_done(self, words: str, row: WorkRow) -> None:
        self._done.append(row)
        del self._done[:-_MOST_UNDONE]
        key = cap_text(self._place.keys.chord_of(commands.UNDO_EDIT))
        self._place.window.tell(words, tr("{name}. {key} takes it back.", name=row.name, key=key))

    def take_back(self) -> None:
        """Let what was done last be open again, as it was."""
        if self._done:
            spawn(self, self._take_back(self._done.pop()))
        else:
            self._place.window.tell(tr("Nothing that was done here is left to take back."))

    async def _take_back(self, row: WorkRow) -> None:
        await self._door(row).reopen(row.subject)
        self._place.window.tell(tr("Open again"), row.name)

    # Putting off ----------------------------------------------------------------------------------------------------

    def snooze(self) -> None:
        """Ask when the selected one is to ask for attention again."""
        row = self._row()
        if row is None or row.owner not in _MINE:
            return
        self._of = row
        title = tr("{name}, what was promised stays", name=row.name)
        self.snoozer.open_over(self._place.window.middle(), title, _snooze(), rows=4)
        self.snoozer.offer(self._times(row), self._typed_time)

    @cached_property
    def snoozer(self) -> PickCard:
        """Return the card of when to be reminded again."""
        hint = tr("Until when: {examples}", examples=language_of(spoken()).examples.snooze)
        card = PickCard(_snooze(), hint, Icon.ALARM_CLOCK, self._place.window)
        card.taken.connect(self._put_off)
        return card

    def _clock(self) -> Clock:
        own = self._place.zone
        return Clock(own if isinstance(own, ZoneInfo) else ZoneInfo("UTC"), theirs=False, own=own)

    def _times(self, row: WorkRow) -> tuple[Pick, ...]:
        now = self._place.clock.now()
        zone = self._place.zone
        tomorrow = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), _MORNING, zone)
        times = (
            (tr_n("{n} minute", "{n} minutes", 15), now + timedelta(minutes=15)),
            (tr_n("{n} hour", "{n} hours", 1), now + timedelta(hours=1)),
            (tr("Tomorrow morning"), tomorrow),
        )
        picks = [Pick(name, "", Icon.ALARM_CLOCK, at, words.moment(at, now, zone)) for name, at in times]
        back = Pick(tr("Now: no longer snoozed"), "", Icon.BELL, None)
        return (back, *picks) if row.snoozed else tuple(picks)

    def _typed_time(self, text: str) -> tuple[Pick | None, str]:
        now, clock = self._place.clock.now(), self._clock()
        found = read(text, now, clock.zone, language_of(spoken()))
        if isinstance(found, Asked):
            return None, promise_words.question(found, now, clock)
        when = promise_words.when(found.due_at, now, clock)
        return Pick(when, "", Icon.ALARM_CLOCK, found.due_at, words.due(found.due_at, now)), ""

    def _put_off(self, until: object) -> None:
        row = self._of
        if row is None:
            return
        if isinstance(until, datetime):
            spawn(self, self._snooze(row, until))
        else:
            spawn(self, self._door(row).wake(row.subject))

    async def _snooze(self, row: WorkRow, until: datetime) -> None:
        await self._door(row).snooze(row.subject, until)
        when = words.moment(until, self._place.clock.now(), self._place.zone)
        self._place.window.tell(tr("Snoozed till {when}", when=when), row.name)

    # Handing over ---------------------------------------------------------------------------------------------------

    def hand_over(self) -> None:
        """Ask who is to take the selected one on."""
        row = self._row()
        if row is not None and row.owner in _MINE:
            self._of = row
            self.hander.open_over(self._place.window.middle(), row.name, _hand_over())
            spawn(self, self._offer_colleagues())

    @cached_property
    def hander(self) -> PickCard:
        """Return the card of colleagues."""
        hint = tr("A colleague, or the team")
        card = PickCard(_hand_over(), hint, Icon.USER_ROUND_CHECK, self._place.window)
        card.taken.connect(self._handed)
        return card

    async def _offer_colleagues(self) -> None:
        people = await self._place.desk.tasks.colleagues()
        team = Pick(tr("The team"), tr("free to claim"), Icon.USERS, None)
        asked = tr_in("behind a name", "is asked to take it on")
        picks = tuple(Pick(name, asked, Icon.USER, (who, name)) for who, name in people)
        self.hander.offer((*picks, team), empty=tr("Nobody here is called so."))

    def _handed(self, to: object) -> None:
        if self._of is not None:
            spawn(self, self._hand(self._of, to))

    async def _hand(self, row: WorkRow, to: object) -> None:
        door = self._door(row)
        match to:
            case (UUID() as who, str() as name):
                await door.hand_over(row.subject, who)
                self._place.window.tell(tr("{name} is asked to take it on", name=name), row.name)
            case _:
                await door.give_back(row.subject)
                self._place.window.tell(tr("The team may take it on"), row.name)


def _result(text: str) -> tuple[Pick | None, str]:
    said = text.strip()
    return (Pick(_done(), said, Icon.CHECK, said) if said else None), ""


def _done() -> str:
    return tr_in("button", "Done")


def _snooze() -> str:
    return tr_in("button", "Snooze")


def _hand_over() -> str:
    return tr_in("button", "Hand over")
