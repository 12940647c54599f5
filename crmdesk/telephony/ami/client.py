"""The AMI connector: keeps one connection to Asterisk alive and tells what happens there as call events."""

from __future__ import annotations

import asyncio
import logging
import ssl
from dataclasses import field
from enum import StrEnum
from functools import partial
from pathlib import Path

from crmdesk.domain.calls.events import HangupAsked, LinkLost, LinkUp
from crmdesk.domain.calls.live import PhoneLink
from crmdesk.domain.clock import Clock, SystemClock
from crmdesk.domain.quick import dataclass
from crmdesk.telephony.ami.acting import AmiControl, Line, Ways
from crmdesk.telephony.ami.reader import Message
from crmdesk.telephony.ami.session import AmiSession
from crmdesk.telephony.ami.translate import Translator
from crmdesk.telephony.connector import Emit, TellState
from crmdesk.telephony.link import BackOff, ConnectionLost, Pulse, SignInRefused, Standing, reason_of

_log = logging.getLogger(__name__)

_MOST_LOOKS = 12
"""How often to ask for the queues at most; app_queue may be loaded a minute after the manager answers."""


class Security(StrEnum):
    """How the connection is protected: plain is for loopback and a wire of one's own."""

    PLAIN = "plain"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class AmiSettings:
    """Where and as whom to connect, with the limits in seconds. ``ca_file`` is for a house's own authority; ``ways``
    say how calls are placed there."""

    host: str
    username: str
    secret: str = field(repr=False)
    port: int = 5038
    name: str = "asterisk"
    security: Security = Security.PLAIN
    ca_file: Path | None = None
    connect_s: float = 5.0
    answer_s: float = 5.0
    look_again_s: float = 10.0
    ways: Ways = field(default_factory=Ways)


class AmiConnector:
    """Connects, signs in, looks at everything, then follows; does so again, with waits, whenever it breaks."""

    def __init__(self, settings: AmiSettings, clock: Clock | None = None, back_off: BackOff | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._back_off = back_off or BackOff()
        self._control = AmiControl(settings.ways)

    @property
    def control(self) -> AmiControl:
        """By what Asterisk is asked to act."""
        return self._control

    async def run(self, emit: Emit, state: TellState) -> None:
        """Tell call events and the state of the connection until cancelled.

        A state is told once, with the instant since which it holds; tries that fail in the same way are not told again.
        """
        standing = Standing(self._clock, state)
        standing.tell(PhoneLink.CONNECTING)
        tries = 0
        while True:
            following = _Following(self._settings, self._clock, emit, standing, self._control)
            try:
                await following.run()
            except SignInRefused as fault:
                link, detail = PhoneLink.REFUSED, f"The phone system refused the sign-in: {fault}"
            except ConnectionLost as fault:
                link, detail = PhoneLink.UNREACHABLE, str(fault)
            except ssl.SSLError as fault:
                link, detail = PhoneLink.UNREACHABLE, f"No secure connection: {fault.reason or 'TLS failed'}"
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

    def __init__(
        self, settings: AmiSettings, clock: Clock, emit: Emit, standing: Standing, control: AmiControl
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._emit = emit
        self._standing = standing
        self._translator = Translator(settings.name)
        self._left_out = 0
        self._control = control
        self.signed_in = False
        self._up = asyncio.Event()

    async def run(self) -> None:
        """Follow until the connection breaks; raises what broke it."""
        settings = self._settings
        async with asyncio.timeout(settings.connect_s):
            streams = await asyncio.open_connection(settings.host, settings.port, ssl=_tls(settings))
        session = AmiSession(streams, self._take, settings.answer_s)
        parts = (session.listen(), self._keep(session), self._make_sure(session))
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._control.line = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await session.close()
        for task in tasks:
            if task in done:
                task.result()

    async def _keep(self, session: AmiSession) -> None:
        """Sign in and look at everything, again while the queues are not told."""
        await session.sign_in(self._settings.username, self._settings.secret)
        self.signed_in = True
        seen = await self._look(session)
        self._emit(LinkUp(self._clock.now()))
        self._control.line = Line(session, self._translator.words, self._hung_up)
        self._tell_connected(session)
        self._up.set()
        looks = 1
        while True:
            await asyncio.sleep(self._settings.look_again_s)
            if not seen and looks < _MOST_LOOKS:
                seen, looks = await self._look(session), looks + 1
            if session.messages.dropped != self._left_out:
                self._tell_connected(session)

    async def _make_sure(self, session: AmiSession) -> None:
        """Notice once signed in when nobody is there any more."""
        await self._up.wait()
        await Pulse(self._clock, self._emit, session, partial(session.action, "Ping")).run()

    async def _look(self, session: AmiSession) -> bool:
        """Ask who waits and who talks; return False if the queues are not told.

        A narrow account is never told the channels; a switch that still starts knows no queues for a while.
        """
        queues = await session.list_of("QueueStatus")
        legs = await session.list_of("CoreShowChannels")
        _log.info("phone system %s: queues told %s, channels told %s", self._settings.name, queues, legs)
        return queues

    def _tell_connected(self, session: AmiSession) -> None:
        self._left_out = session.messages.dropped
        left_out = f"{self._left_out} messages were too long and left out." if self._left_out else ""
        self._standing.tell(PhoneLink.CONNECTED, left_out)

    def _hung_up(self, leg: str) -> None:
        self._emit(HangupAsked(self._clock.now(), leg))

    def _take(self, message: Message) -> None:
        for event in self._translator.take(message, self._clock.now()):
            self._emit(event)


def _tls(settings: AmiSettings) -> ssl.SSLContext | None:
    if settings.security is Security.PLAIN:
        return None
    return ssl.create_default_context(cafile=settings.ca_file)
