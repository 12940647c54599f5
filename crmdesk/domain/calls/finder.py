"""Finds what a report is about and notes that it changed."""

from __future__ import annotations

from datetime import datetime

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.call import Call, Far
from crmdesk.domain.calls.leg import Leg
from crmdesk.domain.calls.registry import Registry


class Finder:
    """The registry as reports use it; ``touched`` collects the calls they were about."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.touched: dict[str, Call] = {}

    def call(
        self,
        key: str,
        at: datetime,
        line: ev.Line | None = None,
        caller: ev.Caller | None = None,
        did: str | None = None,
    ) -> Call | None:
        """Return the call of a leg, begun if it is new, with what the report says of its calling side."""
        call = self.registry.find_or_begin(key, at)
        if call is None:
            return None
        if call.key == key:
            call.describe(at, line, caller, did)
        self.touched[call.key] = call
        return call

    def known(self, key: str) -> Call | None:
        """Return the call to which a leg belongs, None if it is not known."""
        call = self.registry.find(key)
        if call is not None:
            self.touched[call.key] = call
        return call

    def leg(self, key: str) -> Leg | None:
        """Return the leg on an agent's phone, None if it is not known."""
        leg = self.registry.legs.get(key)
        if leg is not None:
            self.touched[leg.call.key] = leg.call
            if leg.call.absorbed_by is not None:
                self.known(leg.call.key)
        return leg

    def far(self, key: str) -> Far | None:
        """Return the outside leg, None if it is not known."""
        found = self.registry.far.get(key)
        if found is None:
            return None
        self.known(found[0].key)
        return found[1]
