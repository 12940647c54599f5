"""The FreeSWITCH connector: keeps one event socket alive and tells what happens there as call events."""

from __future__ import annotations

import asyncio
from dataclasses import field
from datetime import datetime
from functools import partial

from crmdesk.domain.calls.events import LinkLost, LinkUp
from crmdesk.domain.calls.live import PhoneLink
from crmdesk.domain.clock import Clock, SystemClock
from crmdesk.domain.quick import dataclass
from crmdesk.telephony.connector import Emit, TellState
from crmdesk.telephony.freeswitch.fields import rows_of
from crmdesk.telephony.freeswitch.session import EslSession
from crmdesk.telephony.freeswitch.translate import EVENTS, Translator
from crmdesk.telephony.link import BackOff, ConnectionLost, Pulse, SignInRefused, Standing, reason_of

_MOST_QUEUES = 200
_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class FreeSwitchSettings:
    """Where to connect, with the limits in seconds. The event socket knows no user names and no TLS."""

    host: str
    password: str = field(repr=False)
    port: int = 8021
    name: str = "freeswitch"
    connect_s: float = 5.0
    answer_s: float = 5.0
    look_again_s: float = 10.0


class FreeSwitchConnector:
    """Connects, signs in, looks at everything, then follows; does so again, with waits, whenever it breaks."""

    def __init__(
        self, settings: FreeSwitchSettings, clock: Clock | None = None, back_off: BackOff | None = None
    ) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._back_off = back_off or BackOff()

    async def run(self, emit: Emit, state: TellState) -> None:
        """Tell call events and the state of the connection until cancelled."""
        standing = Standing(self._clock, state)
        standing.tell(PhoneLink.CONNECTING)
        tries = 0
        while True:
            following = _Following(self._settings, self._clock, emit, standing)
            try:
                await following.run()
            except SignInRefused as fault:
                link, detail = PhoneLink.REFUSED, f"The phone system refused the sign-in: {fault}"
            except ConnectionLost as fault:
                link, detail = PhoneLink.UNREACHABLE, str(fault)
            except TimeoutError:
                link, detail = PhoneLink.UNREACHABLE, "No connection: nobody answers at that address."
            except OSError as fault:
                link, detail = PhoneLink.UNREACHABLE, f"No connection: {reason_of(fault)}."
            if following.signed_in:
                tries = 0
                emit(LinkLost(self._clock.now()))
            tries += 1
            standing.tell(link, detail)
            await asyncio.sleep(self._back_off.wait_s(tries))


class _Following:
    """One connection's life."""

    def __init__(self, settings: FreeSwitchSettings, clock: Clock, emit: Emit, standing: Standing) -> None:
        self._settings = settings
        self._clock = clock
        self._emit = emit
        self._standing = standing
        self._translator = Translator(settings.name)
        self._left_out = 0
        self._kept: list[tuple[datetime, bytes]] = []
        self._looking = True
        self.signed_in = False
        self._up = asyncio.Event()

    async def run(self) -> None:
        """Follow until the connection breaks; raises what broke it."""
        settings = self._settings
        async with asyncio.timeout(settings.connect_s):
            streams = await asyncio.open_connection(settings.host, settings.port)
        session = EslSession(streams, self._take, settings.answer_s)
        parts = (session.listen(), self._keep(session), self._make_sure(session))
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await session.close()
        for task in tasks:
            if task in done:
                task.result()

    async def _keep(self, session: EslSession) -> None:
        """Sign in, ask for events, look at everything, then tell what could not be read."""
        await session.sign_in(self._settings.password)
        self.signed_in = True
        await session.subscribe(EVENTS)
        await self._look(session)
        self._look_is_over()
        self._emit(LinkUp(self._clock.now()))
        self._tell_connected(session)
        self._up.set()
        while True:
            await asyncio.sleep(self._settings.look_again_s)
            if self._unread(session) != self._left_out:
                self._tell_connected(session)

    async def _make_sure(self, session: EslSession) -> None:
        """Notice once signed in when nobody is there any more."""
        await self._up.wait()
        await Pulse(self._clock, self._emit, session, partial(session.api, "uptime")).run()

    async def _look(self, session: EslSession) -> None:
        """Ask who serves the queues, who waits, and who talks; what was told since the question stands."""
        at = self._clock.now()
        listed = rows_of(await session.api("callcenter_config queue list"))
        # A name is asked for again, in a command: one that could be more than a name is not.
        queues = [name for row in listed[:_MOST_QUEUES] if (name := row.get("name", "")) and name.isprintable()]
        agents = await session.api("callcenter_config agent list")
        tiers = await session.api("callcenter_config tier list")
        waiting = [await session.api(f"callcenter_config queue list members {name}") for name in queues]
        self._emit(self._translator.queues_seen(queues, agents, tiers, waiting, at, at.timestamp()))
        at = self._clock.now()
        legs = self._translator.legs_seen(await session.api("show channels as json"), at, at.timestamp())
        if legs is not None:
            self._emit(legs)

    def _unread(self, session: EslSession) -> int:
        return session.packets.dropped + self._translator.unreadable

    def _tell_connected(self, session: EslSession) -> None:
        self._left_out = self._unread(session)
        left_out = f"{self._left_out} messages could not be read and were left out." if self._left_out else ""
        self._standing.tell(PhoneLink.CONNECTED, left_out)

    def _take(self, body: bytes) -> None:
        """Tell what an event means; those that come during the look follow it, for it may be older than they are."""
        self._kept.append((self._clock.now(), body))
        if not self._looking or len(self._kept) > _MOST_KEPT:
            self._tell_kept()

    def _look_is_over(self) -> None:
        self._looking = False
        self._tell_kept()

    def _tell_kept(self) -> None:
        kept, self._kept = self._kept, []
        for at, body in kept:
            for event in self._translator.take(body, at):
                self._emit(event)
