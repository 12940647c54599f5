"""The desk's hand on the phone: asks the phone system for one thing at a time, and remembers whom one is asking."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from crmdesk.domain.calls.control import (
    Caution,
    Colleague,
    Complete,
    Consult,
    Destination,
    Goal,
    PhoneRequest,
    TakeBack,
)
from crmdesk.domain.calls.dialling import cautions
from crmdesk.domain.calls.live import BREAK_REASONS, Ability, AgentCall, Phase, PhoneLink, QuietHours
from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import Refused, Unavailable
from crmdesk.domain.ids import new_id
from crmdesk.domain.language import mark, tr
from crmdesk.domain.quick import dataclass
from crmdesk.runtime.bus import Bus, CallChanged, HandsetChanged, PhoneChanged
from crmdesk.runtime.desk.phone import PhoneDesk

Ask: TypeAlias = "Callable[[UUID, PhoneRequest], Awaitable[None]]"
"""Asks for one thing by its id, once; raises Refused or Unavailable."""

LookAround: TypeAlias = "Callable[[], Awaitable[tuple[Colleague, ...]]]"
"""Tells who could take a call now; raises Unavailable or Refused."""

_NEXT = mark("Look at your phone before you try again.")


@dataclass(frozen=True, slots=True)
class Consultation:
    """Somebody is being asked while the other side of a call waits: ``name`` is whom, as the agent chose them."""

    call: str
    to: Destination
    name: str


class Handset:
    """``reach`` is told by the link how the phone system is asked. Changes are published as ``HandsetChanged``.

    While one thing is asked nothing else is: a second press of the key does nothing. What failed is never asked again
    by itself.
    """

    def __init__(self, bus: Bus, clock: Clock, phone: PhoneDesk) -> None:
        self._bus, self._clock, self._phone = bus, clock, phone
        self._ask: Ask | None = None
        self._look: LookAround | None = None
        self._asking: PhoneRequest | None = None
        self._consultation: Consultation | None = None
        self._seen = ""
        bus.subscribe(CallChanged, self._call_changed)
        bus.subscribe(PhoneChanged, self._phone_changed)

    def reach(self, ask: Ask | None, look: LookAround | None) -> None:
        """Ask in these ways from now on, None: not at all."""
        self._ask, self._look = ask, look

    @property
    def abilities(self) -> frozenset[Ability]:
        """What can be asked for now; nothing while the phone system or the server is away."""
        state = self._phone.state
        heard = state is not None and state.link is PhoneLink.CONNECTED and self._ask is not None
        return state.abilities if state is not None and heard else frozenset()

    @property
    def asking(self) -> PhoneRequest | None:
        """What is being asked for at this moment."""
        return self._asking

    @property
    def consultation(self) -> Consultation | None:
        """Whom the agent asks while a caller waits, None while nobody is asked."""
        return self._consultation

    @property
    def quiet(self) -> QuietHours:
        """The house's quiet hours."""
        return self._phone.state.quiet if self._phone.state is not None else QuietHours()

    @property
    def reasons(self) -> tuple[str, ...]:
        """The house's reasons for a break."""
        return self._phone.state.reasons if self._phone.state is not None else BREAK_REASONS

    def cautions(self, number: str, *, do_not_call: bool) -> frozenset[Caution]:
        """Return what speaks against ringing a number now."""
        return cautions(number, self._clock.now(), self.quiet, do_not_call=do_not_call)

    async def ask(self, request: PhoneRequest, name: str = "") -> bool:
        """Ask for one thing; return False, and ask nothing, while another is being asked.

        ``name`` is whom a consultation is with, as the screen calls them. Raises Refused with the phone system's no,
        Unavailable where it is away or nobody can tell.
        """
        if self._asking is not None:
            return False
        if self._ask is None:
            raise _away()
        self._put(request)
        try:
            await self._ask(new_id(), request)
            self._note(request, name)
        except Unavailable as error:
            raise Refused(error.what, error.next_step or tr(_NEXT)) from error
        finally:
            self._put(None)
        return True

    async def colleagues(self) -> tuple[Colleague, ...]:
        """Return who could take a call now; raises Unavailable or Refused."""
        if self._look is None:
            raise _away()
        return await self._look()

    def _put(self, request: PhoneRequest | None) -> None:
        if isinstance(request, Consult):
            self._seen = ""
        self._asking = request
        self._bus.publish(HandsetChanged())

    def _note(self, request: PhoneRequest, name: str) -> None:
        if isinstance(request, Consult):
            if self._seen != request.call or self._is_on(request.call):
                self._consultation = Consultation(request.call, request.to, name)
        elif isinstance(request, Complete | TakeBack):
            self._consultation = None

    def _is_on(self, key: str) -> bool:
        return any(_may_ask(call) for call in self._phone.calls if call.key == key)

    def _call_changed(self, event: CallChanged) -> None:
        """Follow a consultation, also one that began before this desk did: it is over once the caller is back."""
        call, before = event.call, self._consultation
        asking = self._asking.call if isinstance(self._asking, Consult) else ""
        if _may_ask(call):
            if call.asks and (before is None or before.call != call.key):
                self._consultation = Consultation(call.key, Destination(Goal.EXTENSION, call.asks), call.asks)
            if call.key in (asking, self._consultation.call if self._consultation is not None else ""):
                self._seen = call.key
        elif before is not None and before.call == call.key and (self._seen == call.key or call.phase is Phase.ENDED):
            self._consultation = None
        if self._consultation is not before:
            self._bus.publish(HandsetChanged())

    def _phone_changed(self, _: PhoneChanged) -> None:
        self._bus.publish(HandsetChanged())


def _may_ask(call: AgentCall) -> bool:
    """Say whether somebody may be asked over this call's line: the caller waits."""
    return call.phase is Phase.HELD or call.asks is not None


def _away() -> Unavailable:
    return Unavailable(tr("The server cannot be reached."), tr("Use your phone; nothing was asked of it."))
