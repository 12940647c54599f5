"""Which leg belongs to which call: the index by which reports find what they are about, and what is forgotten when."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

from crmdesk.domain.calls.call import Call, Far
from crmdesk.domain.calls.events import CallEvent
from crmdesk.domain.calls.leg import Leg

_PAST_KEPT = 8192
_EARLY_KEPT = 512
_EARLY_PER_LEG = 16


class Registry:
    """All calls in progress or ended a moment ago, found by any of their legs."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.legs: dict[str, Leg] = {}
        self.far: dict[str, tuple[Call, Far]] = {}
        self._past: OrderedDict[str, None] = OrderedDict()
        self._early: OrderedDict[str, list[CallEvent]] = OrderedDict()
        self.overtaken: list[CallEvent] = []
        """Reports that came before what they are about was known, and are to be taken now."""

    def find(self, key: str) -> Call | None:
        """Return the call to which the leg ``key`` belongs, the one it was merged into if it was."""
        call = self.calls.get(key)
        if call is None:
            far = self.far.get(key)
            if far is not None:
                call = far[0]
            else:
                leg = self.legs.get(key)
                call = leg.call if leg is not None else None
        while call is not None and call.absorbed_by is not None:
            call = call.absorbed_by
        return call

    def find_or_begin(self, key: str, at: datetime) -> Call | None:
        """Return the call of ``key``, begun if it is new; None if it is over and was put away long ago."""
        call = self.find(key)
        if call is None and key not in self._past:
            call = self.calls[key] = Call(key, at)
            self._catch_up(key)
        return call

    def keep_early(self, key: str, event: CallEvent) -> None:
        """Keep a report about a leg that is not known yet: neighbours may have swapped places."""
        if key in self._past:
            return
        waiting = self._early.setdefault(key, [])
        if len(waiting) < _EARLY_PER_LEG and event not in waiting:
            waiting.append(event)
        while len(self._early) > _EARLY_KEPT:
            self._early.popitem(last=False)

    def _catch_up(self, key: str) -> None:
        waiting = self._early.pop(key, None)
        if waiting:
            self.overtaken.extend(waiting)

    def add_far(self, call: Call, key: str, far: Far) -> None:
        """Let an outside leg be found."""
        self.far[key] = (call, far)
        self._catch_up(key)

    def add_leg(self, leg: Leg, *keys: str | None) -> None:
        """Let the leg be found by its key and by others."""
        for key in (leg.key, *keys):
            if key is not None:
                self.legs[key] = leg
                self._catch_up(key)

    def forget(self, call: Call) -> None:
        """Put an ended call away; late reports about it change nothing any more."""
        self.calls.pop(call.key, None)
        self._past[call.key] = None
        for key in call.far:
            self.far.pop(key, None)
            self._past[key] = None
        for leg in call.legs.values():
            self.forget_leg(leg)
        while len(self._past) > _PAST_KEPT:
            self._past.popitem(last=False)

    def forget_leg(self, leg: Leg) -> None:
        """Let a leg be found no longer."""
        for known in (leg.key, leg.phone, leg.key.removesuffix(TAKEN_OVER)):
            if known is not None and self.legs.get(known) is leg:
                del self.legs[known]
                self._past[known] = None


TAKEN_OVER = "/t"
"""What is added to a leg's key when an attended transfer makes it the customer's: a new key, for a new contact."""
