"""What connectors that keep a connection share: how it stands, how it ends, and when it is tried again."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

from crmdesk.domain.calls.events import StreamHeard, StreamSilent
from crmdesk.domain.calls.live import PhoneLink, PhoneState
from crmdesk.domain.clock import Clock
from crmdesk.domain.quick import dataclass
from crmdesk.telephony.connector import Emit, TellState

ASK_S = 0.5
"""So long a phone system may be quiet before it is asked whether it is there."""

SILENT_S = 1.2
"""Who says nothing for so long, though asked, is silent: the board is stale within two seconds of the last word."""

_LOOK_S = 0.2
_log = logging.getLogger(__name__)


class ConnectionLost(Exception):
    """The other side went away, is silent, or is none of its kind; the text says which."""


class SignInRefused(Exception):
    """The phone system does not take the account; the text is its answer."""


@dataclass(frozen=True, slots=True)
class BackOff:
    """How long to wait before the next try: doubled each time up to the most, shortened by chance to spread many."""

    first_s: float = 1.0
    most_s: float = 30.0
    chance: Callable[[], float] = random.random

    def wait_s(self, tries: int) -> float:
        """Return the seconds to wait after so many tries in a row that failed (1 for the first)."""
        full = min(self.most_s, self.first_s * 2.0 ** min(tries - 1, 16))
        return full * (0.5 + 0.5 * self.chance())


class Standing:
    """How the connection stands, told when it changes."""

    def __init__(self, clock: Clock, state: TellState) -> None:
        self._clock = clock
        self._state = state
        self._told: PhoneState | None = None

    def tell(self, link: PhoneLink, detail: str = "") -> None:
        """Tell this state, unless it was told last; another detail of the same state keeps its since."""
        told = self._told
        if told is not None and told.link is link and told.detail == detail:
            return
        since = told.since if told is not None and told.link is link else self._clock.now()
        self._told = PhoneState(link, since, detail)
        self._state(self._told)
        _log.info("phone system: %s", link)


class Talks(Protocol):
    """A connection that knows when it last heard anything, by the loop's clock."""

    @property
    def heard_at(self) -> float:
        """Return it."""
        ...


class Pulse:
    """Asks a quiet phone system whether it is there; tells when it falls silent and when it is heard again.

    A board must not stand still unsaid: who hears nothing for ``SILENT_S``, though it asked, says so.
    """

    def __init__(self, clock: Clock, emit: Emit, talks: Talks, ask: Callable[[], Awaitable[object]]) -> None:
        self._clock, self._emit, self._talks, self._ask = clock, emit, talks, ask
        self._silent = self._doubtful = False

    async def run(self) -> None:
        """Go on until cancelled; raises what a question raises that is not answered."""
        loop = asyncio.get_running_loop()
        asked: asyncio.Task[object] | None = None
        try:
            while True:
                await asyncio.sleep(_LOOK_S)
                quiet_s = loop.time() - self._talks.heard_at
                self._follow(quiet_s)
                if asked is not None and asked.done():
                    asked.result()
                    asked = None
                if asked is None and quiet_s >= ASK_S:
                    asked = asyncio.ensure_future(self._ask())
        finally:
            if asked is not None:
                asked.cancel()
                await asyncio.gather(asked, return_exceptions=True)

    def _follow(self, quiet_s: float) -> None:
        """Believe a silence at the second look: what came while this process itself was held up is read by then."""
        if quiet_s < SILENT_S:
            if self._silent:
                self._emit(StreamHeard(self._clock.now()))
            self._silent = self._doubtful = False
        elif not self._doubtful:
            self._doubtful = True
        elif not self._silent:
            self._silent = True
            self._emit(StreamSilent(self._clock.now() - timedelta(seconds=quiet_s)))


def reason_of(fault: OSError) -> str:
    """Return why no connection came about, in a few words."""
    if isinstance(fault, socket.gaierror) or fault.errno is None:
        return "that host is not known"
    return os.strerror(fault.errno).lower()
