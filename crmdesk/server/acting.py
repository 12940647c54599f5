"""What desks ask of the phone system: any gateway takes a request, the one that holds the phone system carries it out.

A request goes through the database, so it does not matter at which gateway the desk is. It is taken once and only
while it is fresh; nothing is carried out twice, late, or again after a connection broke.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from crmdesk.domain.calls.control import (
    GOOD_FOR,
    NEEDS,
    Caution,
    Complete,
    Consult,
    Dial,
    Ends,
    Goal,
    HangUp,
    Hold,
    PhoneRequest,
    Resume,
    TakeBack,
    Transfer,
    whose_phone,
)
from crmdesk.domain.calls.dialling import check_no_service, is_quiet
from crmdesk.domain.calls.live import PhoneLink
from crmdesk.domain.errors import CrmdeskError, Refused, Unavailable
from crmdesk.domain.language import mark
from crmdesk.domain.phone import normalise
from crmdesk.server import action_store
from crmdesk.server.action_store import Outcome, Taken, Told
from crmdesk.sync.engine.look_up import asked_not_to_be_called
from crmdesk.sync.phone_wire import PhoneAsk, request_of
from crmdesk.telephony.connector import PhoneControl

if TYPE_CHECKING:
    from crmdesk.server.auth import Known
    from crmdesk.server.gateway import Gateway

log = logging.getLogger(__name__)

_LOOK_S = 0.1
_PATIENCE_S = GOOD_FOR.total_seconds() + 10.0
_UNKNOWN = (mark("Nobody can say whether the phone system did it."), mark("Look at your phone before you try again."))
_RAN_OUT = (mark("The phone system did not take it in time; it was not done."), mark("Try again, or use your phone."))


class FindEnds(Protocol):
    """Finds the ends of an extension's own call by its key, None if it has no such call now."""

    def __call__(self, extension: str, key: str) -> Ends | None:
        """Return them."""
        ...


class Acting:
    """Both sides of a gateway: asking, and carrying out while the phone system is ours. Lives on the event loop."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._asked = asyncio.Event()
        self._waiting: dict[UUID, asyncio.Event] = {}

    async def ask(self, known: Known, ask: PhoneAsk) -> None:
        """Let it be carried out and return when the phone system took it on.

        Raises Refused or UserMistake where it may not or cannot be done, Unavailable where the phone system is away or
        nobody can tell.
        """
        request = request_of(ask)
        extension = whose_phone(request, known.principal.role, known.identity.extension)
        self._check_able(request)
        self._check_number(request)
        if isinstance(request, Dial):
            self._check_hour(request)
            await self._check_wish(request)
        await self._gateway.in_thread(lambda conn: action_store.put(conn, ask, known.principal, extension))
        self._asked.set()
        done = self._waiting.setdefault(ask.id, asyncio.Event())
        try:
            told = await self._told(known, ask.id, done)
        finally:
            self._waiting.pop(ask.id, None)
        log.info("phone action %s for extension %s: %s", ask.act, extension, told.outcome)
        if told.outcome is Outcome.REFUSED:
            raise Refused(told.what, told.next_step)
        if told.outcome is not Outcome.DONE:
            raise Unavailable(told.what, told.next_step)

    def _check_able(self, request: PhoneRequest) -> None:
        state = self._gateway.hub.phone_state
        if state is None or state.link is not PhoneLink.CONNECTED:
            raise Unavailable(
                mark("The phone system is not connected."), mark("Use your phone; nothing was asked of it.")
            )
        if NEEDS[type(request)] not in state.abilities:
            raise Refused(mark("This phone system cannot do that for the desk."), mark("Do it on your phone."))

    def _check_number(self, request: PhoneRequest) -> None:
        if isinstance(request, Dial):
            check_no_service(normalise(request.number, self._gateway.region))
        elif isinstance(request, Transfer | Consult) and request.to.goal is Goal.NUMBER:
            check_no_service(normalise(request.to.value, self._gateway.region))

    def _check_hour(self, request: Dial) -> None:
        quiet = is_quiet(request.number, self._gateway.clock.now(), self._gateway.quiet)
        if quiet and Caution.QUIET_HOURS not in request.despite:
            raise Refused(
                mark("It is in the quiet hours where this number rings."), mark("Choose the number again to go on.")
            )

    async def _check_wish(self, request: Dial) -> None:
        if Caution.DO_NOT_CALL in request.despite:
            return
        number = normalise(request.number, self._gateway.region).e164 or request.number
        if await self._gateway.in_thread(partial(asked_not_to_be_called, e164=number)):
            raise Refused(
                mark("Somebody with this number asked not to be called."),
                mark(
                    "Choose the number again to go on all the same; a desk that does not ask then needs the new "
                    "version."
                ),
            )

    async def _told(self, known: Known, action_id: UUID, done: asyncio.Event) -> Told:
        until = self._gateway.clock.monotonic() + _PATIENCE_S
        fresh_until = self._gateway.clock.monotonic() + GOOD_FOR.total_seconds()
        look = partial(action_store.told, action_id=action_id, principal=known.principal)
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await done.wait()
            done.clear()
            told = await self._gateway.in_thread(look)
            now = self._gateway.clock.monotonic()
            if told.outcome is Outcome.WAITING and now > fresh_until:
                await self._gateway.in_thread(partial(action_store.give_up, action_id=action_id))
                fresh_until = until
            elif told.outcome is Outcome.RAN_OUT:
                return Told(Outcome.RAN_OUT, *_RAN_OUT)
            elif told.outcome not in (Outcome.WAITING, Outcome.TAKEN):
                return told if told.what else Told(told.outcome, *_UNKNOWN)
            elif now > until:
                return Told(Outcome.UNKNOWN, *_UNKNOWN)

    # While the phone system is ours ----------------------------------------------------------------------------------

    async def serve(self, control: PhoneControl, ends: FindEnds) -> None:
        """Carry out what is asked, at whichever gateway, until cancelled."""
        running: set[asyncio.Task[None]] = set()
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_S):
                        await self._asked.wait()
                self._asked.clear()
                with suppress(Unavailable):
                    for taken in await self._gateway.in_thread(action_store.take):
                        task = asyncio.create_task(self._carry_out(control, ends, taken), name="phone action")
                        running.add(task)
                        task.add_done_callback(running.discard)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _carry_out(self, control: PhoneControl, ends: FindEnds, taken: Taken) -> None:
        try:
            request = request_of(taken.ask)
            found = None
            if isinstance(request, HangUp | Hold | Resume | Transfer | Consult | Complete | TakeBack):
                found = ends(taken.extension, request.call)
                if found is None:
                    raise Refused(
                        mark("That call is over, or it is not yours."),
                        mark("Choose a call that goes on at your own phone."),
                    )
            await control.carry_out(request, taken.extension, found, taken.action_id)
            told = Told(Outcome.DONE)
        except Unavailable as error:
            told = Told(Outcome.UNKNOWN, error.what, error.next_step)
        except CrmdeskError as error:
            told = Told(Outcome.REFUSED, error.what, error.next_step)
        with suppress(Unavailable):  # the asker is told that nobody knows
            await self._gateway.in_thread(partial(action_store.finish, action_id=taken.action_id, told=told))
        waiting = self._waiting.get(taken.action_id)
        if waiting is not None:
            waiting.set()
