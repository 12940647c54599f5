"""Takes erased callers out of what the phone system told: the events stay, so that the day's boards add up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select, text

from crmdesk.domain.calls.call import contact_id
from crmdesk.sync.engine.rows import among, stored_table

_EVENTS = text(
    "select e.id, e.at, e.body from sync.telephony_event e where exists (select 1 from "
    "unnest(cast(:begins as timestamptz[]), cast(:ends as timestamptz[])) as w(began, ended) "
    "where e.at >= w.began - interval '1 minute' and e.at <= coalesce(w.ended, now()) + interval '10 minutes') "
    "order by e.id"
)
_REWRITE = text("update sync.telephony_event set body = :body where id = :id")

_LEG_KEYS = ("call", "leg", "phone", "via", "by", "consult", "target")
_NUMBERS = ("number", "placed", "to")
_SHORTEST = 6
"""Fewer digits than these, and a number is an extension of the house."""


def forget_calls(conn: Connection, interactions: Collection[UUID], contact_points: Collection[UUID]) -> int:
    """Remove names and numbers of these calls' callers from the stored events; return how many events were changed."""
    if not interactions:
        return 0
    calls, points = stored_table("interaction"), stored_table("contact_point")
    asked = select(calls.c.began_at, calls.c.ended_at, calls.c.e164).where(among(calls.c.id, interactions))
    spans = conn.execute(asked).all()
    numbers = {e164 for _, _, e164 in spans} | set(
        conn.scalars(select(points.c.e164).where(among(points.c.id, contact_points)))
    )
    traces = _Traces(frozenset(interactions), {_digits(number) for number in numbers if number})
    windows = {"begins": [began for began, _, _ in spans], "ends": [ended for _, ended, _ in spans]}
    changed = 0
    for number, at, body in conn.execute(_EVENTS, windows).all():
        event = msgspec.msgpack.decode(bytes(body))
        if traces.removed_from(event, at):
            conn.execute(_REWRITE, {"id": number, "body": msgspec.msgpack.encode(event)})
            changed += 1
    return changed


def _digits(number: str) -> str:
    return "".join(c for c in number if c.isdigit()).lstrip("0")


def _is_outside(number: object) -> bool:
    return isinstance(number, str) and len(_digits(number)) >= _SHORTEST


class _Traces:
    """What is to be forgotten: the legs of calls, found as the events come, and numbers."""

    def __init__(self, interactions: frozenset[UUID], numbers: Collection[str]) -> None:
        self._interactions = interactions
        self._numbers = numbers
        self._legs: set[str] = set()

    def removed_from(self, event: dict[str, Any], at: datetime) -> bool:
        """Take names and numbers out of an event; return True if there were any."""
        told = datetime.fromisoformat(event["at"]) if "at" in event else at
        return self._removed(event, told)

    def _removed(self, part: dict[str, Any], at: datetime) -> bool:
        ours = self._is_ours(part, at)
        changed = False
        for name, value in part.items():
            if name == "caller" and isinstance(value, dict):
                if (ours or self._is_known(value.get("number"))) and value != _NOBODY:
                    part[name] = dict(_NOBODY)
                    changed = True
            elif name in _NUMBERS and (self._is_known(value) or (ours and _is_outside(value))):
                part[name] = None
                changed = True
            elif isinstance(value, list):
                for item in value:
                    changed = (isinstance(item, dict) and self._removed(item, at)) or changed
        return changed

    def _is_ours(self, part: dict[str, Any], at: datetime) -> bool:
        """Return True if a part of an event is about one of the calls; its other legs are then known too."""
        keys = {part[name] for name in _LEG_KEYS if isinstance(part.get(name), str)}
        if not keys:
            return False
        if keys.isdisjoint(self._legs) and not any(contact_id(key, at) in self._interactions for key in keys):
            return False
        self._legs |= keys
        return True

    def _is_known(self, number: object) -> bool:
        """Return True for a number of theirs, however the phone system writes it: without its country code too."""
        return _is_outside(number) and any(known.endswith(_digits(str(number))) for known in self._numbers)


_NOBODY = {"withheld": True}
