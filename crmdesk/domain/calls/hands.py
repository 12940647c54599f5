"""Finds the ends of an agent's call, so that somebody at the desk can act on it and on nobody else's."""

from __future__ import annotations

from crmdesk.domain.calls.control import Ends
from crmdesk.domain.calls.leg import Leg
from crmdesk.domain.calls.registry import TAKEN_OVER, Registry


def ends_of(registry: Registry, extension: str, key: str) -> Ends | None:
    """Return the two ends of the call ``key`` on this extension's phone, None if it has no such call now."""
    leg = registry.legs.get(key) or registry.legs.get(key.removesuffix(TAKEN_OVER))
    if leg is None or leg.agent != extension or leg.key != key or leg.ended_at() is not None:
        return None
    return Ends(_own(leg), _other(leg))


def _own(leg: Leg) -> str:
    return leg.key.removesuffix(TAKEN_OVER)


def _other(leg: Leg) -> str:
    """Return the outside leg that was answered, else the one that began the call."""
    call = leg.call
    if leg.calling or leg.own:
        alive = [key for key, far in call.far.items() if far.answered_at is not None and far.hung_at is None]
        return alive[-1] if alive else ""
    return call.key
