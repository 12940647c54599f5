"""What connectors that keep a connection share: how it stands, how it ends, and when it is tried again."""

from __future__ import annotations

import logging
import os
import random
import socket
from collections.abc import Callable

from crmdesk.domain.calls.live import PhoneLink, PhoneState
from crmdesk.domain.clock import Clock
from crmdesk.domain.quick import dataclass
from crmdesk.telephony.connector import TellState

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


def reason_of(fault: OSError) -> str:
    """Return why no connection came about, in a few words."""
    if isinstance(fault, socket.gaierror) or fault.errno is None:
        return "that host is not known"
    return os.strerror(fault.errno).lower()
