"""The phone from the desk: calls numbers, ends, holds and hands calls on, takes breaks; by key or button, no modal."""

from __future__ import annotations

import asyncio
from functools import cached_property, partial
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from crmdesk.domain import lane
from crmdesk.domain.calls.control import (
    Caution,
    Colleague,
    Complete,
    Consult,
    Destination,
    Dial,
    HangUp,
    Hold,
    Pause,
    PhoneRequest,
    Ready,
    Resume,
    TakeBack,
    Transfer,
)
from crmdesk.domain.calls.dialling import There, there
from crmdesk.domain.calls.live import Ability
from crmdesk.domain.customers import CustomerCard
from crmdesk.domain.errors import CrmdeskError, Refused
from crmdesk.domain.lane import DeskCall, Stage
from crmdesk.domain.language import tr, tr_in
from crmdesk.runtime.bus import HandsetChanged, StatusChanged
from crmdesk.ui.frame import commands
from crmdesk.ui.frame.lane_model import LaneAct
from crmdesk.ui.frame.page import Place
from crmdesk.ui.handset.card import PickCard
from crmdesk.ui.handset.picks import Callee, Calling, Pick, destinations, outside, reasons, typed_reason
from crmdesk.ui.pages.desk.lane_acts import Hands
from crmdesk.ui.pages.desk.spot import Spot
from crmdesk.ui.pages.desk.view import DeskView
from crmdesk.ui.pages.desk.walk import DeskWalk
from crmdesk.ui.pop import say
from crmdesk.ui.pop.calls import CallBook
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.keys import Binding, Command, cap_text
from crmdesk.ui.qt.tasks import spawn
from crmdesk.ui.theme import Icon

_LOOK_AGAIN_MS = 3000
_FEW = 3
"""Rows of the card of numbers: most people have one or two."""
_PLAIN: dict[LaneAct, type[HangUp | Hold | Resume | Complete | TakeBack]] = {
    LaneAct.END: HangUp,
    LaneAct.HOLD: Hold,
    LaneAct.RESUME: Resume,
    LaneAct.COMPLETE: Complete,
    LaneAct.TAKE_BACK: TakeBack,
}
_BY_KEY: dict[Command, tuple[LaneAct, ...]] = {
    commands.HOLD: (LaneAct.HOLD, LaneAct.RESUME, LaneAct.TAKE_BACK),
    commands.TRANSFER: (LaneAct.TRANSFER, LaneAct.COMPLETE),
    commands.END: (LaneAct.END,),
}


class PhoneDesk(QObject):
    """Binds the keys of the phone and opens its cards. What the phone system cannot do has neither key nor button."""

    def __init__(self, place: Place, book: CallBook, view: DeskView, walk: DeskWalk, parent: QObject) -> None:
        super().__init__(parent)
        self._place, self._book, self._view, self._walk = place, book, view, walk
        self._handset = place.desk.handset
        self._of: str = ""
        self._looked = False
        self._numbers: tuple[Pick, ...] = ()
        self._asked_not: dict[str, str] = {}
        """The numbers asked about since the card opened, and who of them asked not to be called; empty where nobody."""
        self._keys = {command: place.keys.bind(command, partial(self._pressed, command)) for command in _BY_KEY}
        self._dials = place.keys.bind(commands.DIAL, self.dial)
        self._breaks = place.keys.bind(commands.BREAK, self.take_break)
        self._readies = place.keys.bind(commands.READY, self.be_ready)
        self._dials.drive(view.preview.call)
        view.preview.call.clicked.connect(self.dial)
        view.call.customer.dial_wanted.connect(self.dial_number)
        self._again = QTimer(self)
        self._again.setInterval(_LOOK_AGAIN_MS)
        self._again.timeout.connect(self.look_again)
        place.window.lane.acted.connect(self._acted)
        book.changed.connect(self.settle)
        listen(self, place.desk.bus, HandsetChanged, self.settle)
        listen(self, place.desk.bus, StatusChanged, self.settle)
        self.settle()

    # What can be done now --------------------------------------------------------------------------------------------

    def hands(self) -> Hands:
        """Return what can be asked now."""
        handset = self._handset
        consulted = handset.consultation.call if handset.consultation is not None else ""
        return Hands(handset.abilities, handset.asking, consulted, self._cap)

    def _cap(self, command: Command) -> str:
        return cap_text(self._place.keys.chord_of(command))

    def front(self) -> DeskCall | None:
        """Return the call on which the keys act: the one shown, else the one that comes first."""
        open_ = [c for c in self._book.cases if c.stage in (Stage.TALKING, Stage.HELD) or _own_ring(c)]
        present = self._walk.case()
        return present if present in open_ else lane.in_front(open_)

    def settle(self, *_: object) -> None:
        """See again what can be done: a call, the phone system or the place of the agent changed."""
        hands, front = self.hands(), self.front()
        for command, acts in _BY_KEY.items():
            _let(self._keys[command], any(hands.can(act, front) for act in acts))
        dials = Ability.DIAL in hands.abilities and self._has_phone()
        _let(self._dials, dials)
        self._view.preview.let_call(dials)
        self._view.call.customer.let_dial(dials)
        idle = hands.idle_acts(self._place.desk.phone.status)
        _let(self._breaks, LaneAct.BREAK in idle)
        _let(self._readies, LaneAct.READY in idle)

    def _has_phone(self) -> bool:
        identity = self._place.desk.identity
        return identity is not None and identity.extension is not None

    # What was pressed ------------------------------------------------------------------------------------------------

    def _pressed(self, command: Command) -> None:
        hands, case = self.hands(), self.front()
        act = next((act for act in _BY_KEY[command] if hands.can(act, case)), None)
        if act is not None and case is not None:
            self._do(act, case)

    def _acted(self, key: str, act: object) -> None:
        case = self._book.case(key) if key else None
        if act is LaneAct.BREAK:
            self.take_break()
        elif act is LaneAct.READY:
            self.be_ready()
        elif case is not None and isinstance(act, LaneAct):
            self._do(act, case)

    def _do(self, act: LaneAct, case: DeskCall) -> None:
        if act is LaneAct.TRANSFER:
            self.transfer(case)
        elif act in _PLAIN:
            self._ask(_PLAIN[act](case.key))

    def be_ready(self) -> None:
        """Take calls again."""
        self._ask(Ready())

    def _ask(self, request: PhoneRequest, name: str = "") -> None:
        spawn(self, self._asked(request, name))

    async def _asked(self, request: PhoneRequest, name: str) -> None:
        try:
            await self._handset.ask(request, name)
        except Refused:
            if isinstance(request, Dial):  # for the next try: the server may know of somebody who is not here
                await self._place.desk.customers.learn_of(request.number)
            raise

    # Calling ---------------------------------------------------------------------------------------------------------

    @cached_property
    def dialler(self) -> PickCard:
        """Return the card of numbers to call."""
        card = PickCard(_call(), tr("Choose a number, or type one"), Icon.PHONE_OUTGOING, self._place.window)
        card.taken.connect(self._dialled)
        return card

    def dial(self) -> None:
        """Offer the numbers of whoever is shown, or of the selected row; any other can be typed."""
        if self.dialler.isVisible():
            self.dialler.go()
        else:
            self._offer_to_call()

    def dial_number(self, number: str) -> None:
        """Offer one number of the customer shown."""
        self._offer_to_call(number)

    def _offer_to_call(self, only: str = "") -> None:
        spot, row = self._walk.spot, self._view.idle.row
        customer = spot.customer_id if spot is not None else row.customer_id if row is not None else None
        extra = spot.number if spot is not None and spot.customer_id is None else self._view.idle_number()
        spawn(self, self._open_dialler(spot, customer, extra, only))

    async def _open_dialler(self, spot: Spot | None, customer: UUID | None, extra: str, only: str) -> None:
        card = await self._place.desk.customers.card(customer) if customer is not None else None
        await self._ask_about(card, extra)
        if _subject(spot) != _subject(self._walk.spot):
            return  # somebody else is shown by now: whoever wants to call them says so
        calling = self._calling()
        picks = calling.of_card(card) if card is not None else ()
        if extra and all(isinstance(p.value, Callee) and p.value.number != extra for p in picks):
            picks = (*picks, calling.pick(extra, "", card.id if card else None))
        picks = tuple(p for p in picks if not only or (isinstance(p.value, Callee) and p.value.number == only))
        self._numbers = picks
        self.dialler.open_over(self._place.window.middle(), card.name if card is not None else "", _call(), rows=_FEW)
        self._offer_numbers()

    def _offer_numbers(self) -> None:
        words = tr("Type a number, with its country code where it is abroad.")
        self.dialler.offer(self._numbers, self._typed_number, words)

    # Who asked not to be called --------------------------------------------------------------------------------------

    async def _ask_about(self, card: CustomerCard | None, extra: str) -> None:
        """See which of the numbers that are offered belong to somebody who asked not to be called."""
        self._asked_not = {}
        own = [point.e164 for point in card.contact_points if point.e164] if card is not None else []
        if card is not None and card.do_not_call:
            self._asked_not = dict.fromkeys(own, card.name)
        for number in {*own, extra} - {"", *self._asked_not}:
            await self._ask_about_number(number)

    async def _ask_about_number(self, number: str) -> str:
        who = await self._place.desk.customers.who_asked_not_to_be_called(number)
        self._asked_not[number] = who or ""
        return who or ""

    def _typed_number(self, text: str) -> tuple[Pick | None, str]:
        pick, why = self._calling().typed(text)
        if pick is not None and isinstance(pick.value, Callee) and pick.value.number not in self._asked_not:
            spawn(self, self._look_up_typed(pick.value.number, text))
        return pick, why

    async def _look_up_typed(self, number: str, text: str) -> None:
        if await self._ask_about_number(number) and self.dialler.isVisible() and self.dialler.field.text() == text:
            self._offer_numbers()

    def _calling(self) -> Calling:
        here = self._place.clock.now().astimezone(self._place.zone).time()
        return Calling(self._place.desk.region, self._place.number, self._judge, self._there, here, self._asked_not)

    def _judge(self, number: str, do_not_call: bool) -> frozenset[Caution]:
        return self._handset.cautions(number, do_not_call=do_not_call)

    def _there(self, number: str) -> There | None:
        return there(number, self._place.clock.now())

    def _dialled(self, value: object) -> None:
        if isinstance(value, Callee):
            spawn(self, self._call(value))

    async def _call(self, callee: Callee) -> None:
        """Call, or say first who asked not to be called where the row could not say so yet."""
        if Caution.DO_NOT_CALL not in callee.despite and await self._ask_about_number(callee.number):
            self._numbers = (self._calling().pick(callee.number, "", callee.customer_id),)
            self.dialler.open_over(self._place.window.middle(), "", _call(), rows=_FEW)
            self._offer_numbers()
            self.dialler.take()
            return
        await self._asked(Dial(callee.number, callee.despite, callee.customer_id), "")

    # Handing on ------------------------------------------------------------------------------------------------------

    @cached_property
    def transferrer(self) -> PickCard:
        """Return the card of where a call can go."""
        hint = tr("A colleague, a queue or a number")
        card = PickCard(tr_in("button of a call", "Transfer"), hint, Icon.PHONE_FORWARDED, self._place.window)
        card.taken.connect(partial(self._sent, first=True))
        card.taken_other.connect(partial(self._sent, first=False))
        card.closed.connect(self._again.stop)
        return card

    def transfer(self, case: DeskCall) -> None:
        """Offer where a call can go."""
        if self.transferrer.isVisible():
            self.transferrer.go()
            return
        self._of, self._looked = case.key, False
        consults = Ability.CONSULT in self._handset.abilities
        title = say.call_title(case, self._place.number)
        at_once = tr("Transfer at once")
        first, other = (tr("Ask first"), at_once) if consults else (at_once, "")
        self.transferrer.open_over(self._place.window.middle(), title, first, other)
        self._offer(())
        self._again.start()
        self.look_again()

    def look_again(self) -> None:
        """Ask who is free now."""
        spawn(self, self._look_around())

    async def _look_around(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_AGAIN_MS / 1000):
                colleagues = await self._handset.colleagues()
        except (CrmdeskError, TimeoutError):
            colleagues = ()  # queues and numbers can be chosen all the same
        if not self.transferrer.isVisible():
            return
        if self._looked:
            self.transferrer.offer_again(self._places(colleagues))
        else:
            self._offer(colleagues)
        self._looked = True

    def _offer(self, colleagues: tuple[Colleague, ...]) -> None:
        self.transferrer.offer(self._places(colleagues), self._typed_destination, tr("Nobody has these words."))

    def _places(self, colleagues: tuple[Colleague, ...]) -> tuple[Pick, ...]:
        board = self._place.desk.phone.board
        return destinations(colleagues, board.queues if board is not None else ())

    def _typed_destination(self, text: str) -> tuple[Pick | None, str]:
        pick, why = self._calling().typed(text)
        return (outside(pick), "") if pick is not None else (None, why)

    def _sent(self, to: object, *, first: bool) -> None:
        case = self._book.case(self._of)
        if case is None or not isinstance(to, Destination):
            return
        if first and Ability.CONSULT in self._handset.abilities:
            self._ask(Consult(case.key, to), self._name_of(to))
        else:
            self._ask(Transfer(case.key, to))

    def _name_of(self, to: Destination) -> str:
        rows = (row for row in self.transferrer.model.rows if isinstance(row, Pick))
        return next((row.words for row in rows if row.value == to), to.value)

    # Breaks ----------------------------------------------------------------------------------------------------------

    @cached_property
    def breaker(self) -> PickCard:
        """Return the card of reasons for a break."""
        name = tr_in("button: no more calls for now", "Break")
        card = PickCard(name, tr("Why? Choose or type"), Icon.COFFEE, self._place.window)
        card.taken.connect(self._pause)
        return card

    def take_break(self) -> None:
        """Offer the reasons for a break."""
        if self.breaker.isVisible():
            self.breaker.go()
            return
        title = tr("No calls until you are ready again")
        self.breaker.open_over(self._place.window.middle(), title, tr("Take a break"), rows=5)
        self.breaker.offer(reasons(self._handset.reasons), partial(typed_reason, self._handset.reasons))

    def _pause(self, reason: object) -> None:
        if isinstance(reason, str):
            self._ask(Pause(reason))


def _subject(spot: Spot | None) -> UUID | None:
    return spot.subject if spot is not None else None


def _call() -> str:
    return tr_in("button", "Call")


def _own_ring(case: DeskCall) -> bool:
    return case.stage is Stage.RINGING and not case.pops


def _let(binding: Binding, possible: bool) -> None:
    if possible:
        binding.allow()
    else:
        binding.forbid()
