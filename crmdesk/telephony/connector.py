"""What a phone system's connector is, and how one is found: each is a module of this package that names itself.

A module (or package) of ``crmdesk.telephony`` that has ``CONNECTOR``, a :class:`ConnectorKind`, is a connector; adding
one is adding a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable
from uuid import UUID

import crmdesk.telephony
from crmdesk.domain.calls.control import Ends, PhoneRequest
from crmdesk.domain.calls.events import CallEvent
from crmdesk.domain.calls.live import Ability, PhoneState
from crmdesk.domain.quick import dataclass

Emit = Callable[[CallEvent], None]
"""Takes one call event, at once and in order; must not block."""
TellState = Callable[[PhoneState], None]
"""Takes how the connection stands, whenever that changes; must not block."""


class Connector(Protocol):
    """One configured connection to one phone system."""

    async def run(self, emit: Emit, state: TellState) -> None:
        """Tell what happens on the phone system until cancelled; connect again by itself, never raise for the world."""
        ...


class PhoneControl(Protocol):
    """The side of a connector by which the phone system is asked to do something."""

    @property
    def abilities(self) -> frozenset[Ability]:
        """What this phone system can do, as it is set up; the same for as long as the connector lives."""
        ...

    async def carry_out(self, request: PhoneRequest, extension: str, ends: Ends | None, request_id: UUID) -> None:
        """Ask for one thing, once, for the phone ``extension``; ``ends`` are those of the call that it is about.

        Returns when the phone system took it on. Raises Refused with the phone system's no in words; Unavailable when
        it is not connected, or when it did not answer and nobody can tell whether it was done.
        """
        ...


@runtime_checkable
class Controlled(Protocol):
    """A connector that can also act. One that only listens simply has no ``control``."""

    @property
    def control(self) -> PhoneControl:
        """Return that side."""
        ...


def control_of(connector: Connector) -> PhoneControl | None:
    """Return by what a phone system is asked to act, None for one that only tells."""
    return connector.control if isinstance(connector, Controlled) else None


@dataclass(frozen=True, slots=True)
class ConnectorKind:
    """A sort of phone system: its name in the configuration, its title, and how one is set up.

    ``build`` takes the options as written in the configuration and raises UserMistake, naming the field, for any that
    is missing or wrong.
    """

    name: str
    title: str
    build: Callable[[Mapping[str, str]], Connector]


def connector_kinds() -> dict[str, ConnectorKind]:
    """Return all connectors there are, by name."""
    kinds: dict[str, ConnectorKind] = {}
    for module in pkgutil.iter_modules(crmdesk.telephony.__path__):
        kind = getattr(importlib.import_module(f"crmdesk.telephony.{module.name}"), "CONNECTOR", None)
        if isinstance(kind, ConnectorKind):
            kinds[kind.name] = kind
    return kinds
