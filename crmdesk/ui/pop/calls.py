"""The agent's calls at this desk: who may be calling, whom the agent chose, and the call's interaction told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from crmdesk.domain import lane
from crmdesk.domain.calls.live import AgentCall, Phase
from crmdesk.domain.candidates import Caller, LookUpKind
from crmdesk.domain.changes import Changes, Kind
from crmdesk.domain.errors import CrmdeskError, Unavailable
from crmdesk.domain.lane import DeskCall, Person, Stage, WrapUp
from crmdesk.domain.stream import CustomerFile
from crmdesk.runtime.bus import CallChanged
from crmdesk.ui.qt.errors import error_sink
from crmdesk.ui.qt.events import listen
from crmdesk.ui.qt.tasks import spawn

if TYPE_CHECKING:
    from crmdesk.runtime.desk import Desk

_REMEMBERED = 100
TRY_AGAIN_MS = 3000


class CallBook(QObject):
    """Every call of this agent, by its key. ``changed`` carries the call (a ``DeskCall``) and what it was, or None.

    A ring is told of only once it is known who may be calling and what there is to show, so that it is painted once.
    The interaction exists from the answer on: a choice made before is remembered until then, and one the disk did not
    take is tried again.
    ``kept`` tells that a choice is safe on the disk, or that one is not.
    """

    changed = Signal(object, object)
    kept = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._cases: dict[str, DeskCall] = {}
        self._present: tuple[DeskCall, ...] = ()
        self._told: dict[UUID, UUID | None] = {}
        self._looking: set[str] = set()
        self._unkept: set[str] = set()
        self._written = self._erasures = 0
        self._likeliest: CustomerFile | None = None
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(TRY_AGAIN_MS)
        self._again.timeout.connect(self._try_again)
        self._wrap_ups: dict[str, float] = {}
        self._names: dict[str, str] = {}
        listen(self, desk.bus, CallChanged, self._heard)
        listen(self, desk.bus, Changes, self._rows_changed)

    async def read_house(self) -> None:
        """Read how long each queue's wrap-up lasts and who has which extension; raises what the desk's door raises."""
        self._wrap_ups = await self._desk.interactions.wrap_up_times()
        self._names = await self._desk.interactions.names_by_extension()

    def name_of(self, extension: str) -> str:
        """Return a colleague's name, empty where nobody here has that extension."""
        return self._names.get(extension, "")

    def begin(self) -> None:
        """Take the calls that are there already: the desk was opened while the phone rang."""
        for call in self._desk.phone.calls:
            self._take(call)

    @property
    def cases(self) -> tuple[DeskCall, ...]:
        """Return the calls that need the agent, the oldest first."""
        return self._present

    def case(self, key: str | None) -> DeskCall | None:
        """Return a call by its key."""
        return self._cases.get(key) if key is not None else None

    @property
    def likeliest(self) -> CustomerFile | None:
        """Return the file of the likeliest caller, read a moment ago: only while that call is first told of."""
        return self._likeliest

    def now(self) -> datetime:
        """Return the present instant."""
        return self._desk.clock.now()

    def of_contact(self, contact_id: UUID) -> DeskCall | None:
        """Return the call that needs the agent and belongs to a contact."""
        return next((case for case in self.cases if case.call.contact_id == contact_id), None)

    def choose(self, key: str, person: Person | None) -> None:
        """The agent says whose call it is: a person, or nobody but the number."""
        case = self._cases[key]
        self._put(lane.chosen(case, person), case)

    def put_aside(self, key: str) -> None:
        """The time for wrap-up is over: the call waits among those to finish."""
        case = self._cases[key]
        self._put(replace(case, put_aside=True), case)

    def give_time(self, key: str, wrap_up: WrapUp) -> None:
        """Let the wrap-up of a call end later."""
        case = self._cases[key]
        self._put(replace(case, wrap_up=wrap_up), case)

    def finish(self, key: str) -> None:
        """The call is wrapped up."""
        case = self._cases[key]
        self._put(replace(case, finished=True), case)

    @property
    def unkept(self) -> bool:
        """Say whether a choice of the agent is not on the disk."""
        return bool(self._unkept)

    async def settle(self) -> None:
        """Try once more what the disk did not take: the program ends."""
        for key in tuple(self._unkept):
            await self._keep_choice(key)

    async def identify(self, case: DeskCall) -> None:
        """Tell the interaction whose call it is, unless it knows; raises what the desk's door raises."""
        contact = case.call.contact_id
        customer = case.person.customer_id if case.person is not None else None
        if not case.talked or self._told.get(contact) == customer:
            return
        before = self._told.get(contact)
        self._told[contact] = customer
        try:
            await self._desk.interactions.identify(contact, customer)
        except CrmdeskError:
            self._told[contact] = before
            raise

    async def _keep_choice(self, key: str) -> None:
        """Tell the interaction whose call it is, again and again while the disk does not take it."""
        case = self._cases.get(key)
        if case is None:
            return
        try:
            await self.identify(case)
        except Unavailable as error:
            first = key not in self._unkept
            self._unkept.add(key)
            self._again.start()
            self.kept.emit()
            if first:
                error_sink().take(error)
            return
        if key in self._unkept:
            self._unkept.discard(key)
            self.kept.emit()

    def _try_again(self) -> None:
        for key in tuple(self._unkept):
            spawn(self, self._keep_choice(key))

    def _heard(self, event: CallChanged) -> None:
        self._take(event.call)

    def _take(self, call: AgentCall) -> None:
        known = self._cases.get(call.key)
        if known is not None and known.call.revision >= call.revision:
            return
        case = lane.heard(known, call, self._desk.clock.now(), self._allowed(call))
        if known is None:
            self._looking.add(call.key)
            spawn(self, self._look_up(call))
        if call.key in self._looking:
            self._cases[call.key] = case  # told of once the look-up returns
        else:
            self._put(case, known)

    def _allowed(self, call: AgentCall) -> timedelta:
        seconds = self._wrap_ups.get(call.queue or "")
        return lane.WRAP_UP if seconds is None else timedelta(seconds=seconds)

    def _rows_changed(self, changes: Changes) -> None:
        self._written += 1
        if changes.erased:
            self._erasures += 1
            for case in self._present:
                if not changes.erased.isdisjoint(_people_of(case)):
                    spawn(self, self._look_anew(case.call, changes.erased))
        if changes.touches(Kind.QUEUE, Kind.AGENT):
            spawn(self, self.read_house())
        if changes.touches(Kind.CONTACT_POINT):
            for case in self._present:
                if _nobody_known(case):
                    spawn(self, self._look_again(case.call))

    async def _caller(self, call: AgentCall) -> Caller:
        """Find who may be calling; once more where somebody was erased while it was read: they are nobody's caller."""
        erasures = None
        while erasures != self._erasures:
            erasures = self._erasures
            found = await self._desk.customers.caller(call)
        return found

    async def _look_again(self, call: AgentCall) -> None:
        """Numbers came: perhaps the server knew who it is."""
        found = await self._caller(call)
        case = self._cases.get(call.key)
        if case is not None and _nobody_known(case) and found.look_up.candidates:
            self._put(lane.looked_up(case, found.look_up), case)

    async def _look_anew(self, call: AgentCall, erased: frozenset[UUID]) -> None:
        """Somebody who may be calling was erased: they are nobody's caller any more; whoever else was chosen stays."""
        found = await self._caller(call)
        case = self._cases.get(call.key)
        if case is None:
            return
        looked_up = lane.looked_up(case, found.look_up)
        if case.person is not None and case.person.customer_id in erased:
            self._told.pop(call.contact_id, None)
            looked_up = lane.looked_up(replace(case, person=None), found.look_up)
        self._put(looked_up, case)

    async def _look_up(self, call: AgentCall) -> None:
        found, written = None, self._written
        try:
            found = await self._caller(call)
        except CrmdeskError as error:
            error_sink().take(error)
        self._looking.discard(call.key)
        case = self._cases[call.key]
        # A ring that was answered sooner than it was known who calls: it did ring here, and the desk follows it.
        before = DeskCall(call) if call.phase is Phase.RINGING and case.call.phase is not Phase.RINGING else None
        if found is None:
            self._put(case, before)
            return
        # What was written while it was read may be missing from it: then whoever shows the customer reads anew.
        self._likeliest = found.likeliest if written == self._written else None
        self._put(lane.looked_up(case, found.look_up), before)
        self._likeliest = None

    def _put(self, case: DeskCall, before: DeskCall | None) -> None:
        self._cases[case.key] = case
        known = self._cases.values()
        self._present = tuple(c for c in known if c.stage is not Stage.GONE and c.key not in self._looking)
        if case.talked and (case.person is not None or case.number_only):
            spawn(self, self._keep_choice(case.key))
        if case.stage is Stage.GONE:
            self._forget_old()
        self.changed.emit(case, before)

    def _forget_old(self) -> None:
        """Keep the last hundred that are gone, so that a late repeat is known, and no more."""
        gone = [key for key, case in self._cases.items() if case.stage is Stage.GONE]
        for key in gone[:-_REMEMBERED]:
            self._unkept.discard(key)
            self._told.pop(self._cases.pop(key).call.contact_id, None)


def _people_of(case: DeskCall) -> frozenset[UUID]:
    """Return everybody who is, or may be, the caller."""
    chosen = {case.person.customer_id} if case.person is not None else set()
    return frozenset(chosen | {candidate.customer_id for candidate in case.candidates})


def _nobody_known(case: DeskCall) -> bool:
    """Say whether a call with a number fits nobody, and the agent has not decided."""
    asked = case.look_up is not None and case.look_up.kind is LookUpKind.UNKNOWN and case.call.party.e164 is not None
    return asked and case.person is None and not case.number_only
