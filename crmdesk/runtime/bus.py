"""Tells those who care that something changed; holds nobody alive.

Everything is published and delivered on the thread of the event loop. A subscriber is a bound method and is
forgotten when its object goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakMethod

from crmdesk.domain.quick import dataclass

if TYPE_CHECKING:
    from crmdesk.domain.calls.live import AgentCall, AgentStatus, Board, PhoneState
    from crmdesk.domain.people import Identity
    from crmdesk.domain.preferences import Preferences
    from crmdesk.domain.sync_state import SyncState


@dataclass(frozen=True, slots=True)
class CallChanged:
    """One of the agent's calls has a new state."""

    call: AgentCall


@dataclass(frozen=True, slots=True)
class BoardChanged:
    """The queues have new figures."""

    board: Board


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """The phone system says another state of the agent at this desk; None: nobody tells any more."""

    status: AgentStatus | None


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """The gateway's link to the phone system changed."""

    state: PhoneState


@dataclass(frozen=True, slots=True)
class HandsetChanged:
    """What can be asked of the phone, what is being asked, or whom the agent consults, changed."""


@dataclass(frozen=True, slots=True)
class SyncChanged:
    """What is unsent, or the link to the server, changed."""

    state: SyncState


@dataclass(frozen=True, slots=True)
class SecondFileChanged:
    """What is written here does not reach the second file, and why; empty: it does again."""

    trouble: str


@dataclass(frozen=True, slots=True)
class LookedElsewhere:
    """The server is being asked who has this E.164 number; once that is ``over``, ``answered`` says whether it told."""

    number: str
    over: bool
    answered: bool = False


@dataclass(frozen=True, slots=True)
class LocalWrite:
    """Somebody at this desk changed synced records: there is something to send."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person signed in, or was recognised from the last time."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class PreferencesChanged:
    """The person at this desk chose something else in the settings."""

    preferences: Preferences


@dataclass(frozen=True, slots=True)
class RaiseWindow:
    """A second start on this profile asks the first to come to the front."""


Event = TypeVar("Event")


class Bus:
    """Publishes values by their type. ``Changes`` (domain) is published as it is."""

    def __init__(self) -> None:
        self._handlers: dict[type[Any], list[WeakMethod[Callable[[Any], None]]]] = defaultdict(list)

    def subscribe(self, kind: type[Event], handler: Callable[[Event], None]) -> None:
        """Call ``handler`` (a bound method) with each published value of ``kind`` for as long as its object lives."""
        self._handlers[kind].append(WeakMethod(handler))

    def unsubscribe(self, kind: type[Event], handler: Callable[[Event], None]) -> None:
        """Stop calling ``handler``; does nothing if it was not subscribed."""
        self._handlers[kind] = [kept for kept in self._handlers[kind] if kept() not in (None, handler)]

    def publish(self, event: object) -> None:
        """Hand ``event`` to everybody subscribed to its type, in the order of subscription."""
        subscribed = self._handlers.get(type(event))
        if not subscribed:
            return
        gone = False
        for weak in list(subscribed):
            handler = weak()
            if handler is None:
                gone = True
            else:
                handler(event)
        if gone:
            self._handlers[type(event)] = [weak for weak in self._handlers[type(event)] if weak() is not None]

    def subscribers(self, kind: type[Any]) -> int:
        """Return how many living subscribers a type has."""
        return sum(weak() is not None for weak in self._handlers.get(kind, ()))
