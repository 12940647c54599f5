"""Claims: of several people who want the same callback or task, the first whom the server hears has it. Pure.

An empty claim is given to whoever asks. Whoever has it may give it back. Somebody who leads may assign it, also away
from a colleague, if they saw who had it. Everybody else is told who was first, and nothing of their change is applied.
What routing gave to somebody goes to a person who took it on without having seen that: people stand above rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmdesk.domain.callbacks import CallbackState
from crmdesk.domain.complaints import ComplaintState
from crmdesk.domain.language import mark
from crmdesk.domain.requests.kinds import RequestState
from crmdesk.domain.tasks import TaskState
from crmdesk.sync.engine.columns import Entity
from crmdesk.sync.engine.compare import Row
from crmdesk.sync.engine.hands import Writer
from crmdesk.sync.wire import Mutation, Theirs

NOT_IN_THEIR_NAME = mark("Work is taken on by oneself; only a supervisor assigns it to a colleague.")

_OPEN = {
    "callback": ("state", frozenset({CallbackState.OPEN.value})),
    "task": ("state", frozenset({TaskState.OPEN.value})),
    "complaint": ("state", frozenset(ComplaintState) - {ComplaintState.CLOSED.value}),
    "request": ("state", frozenset(RequestState) - {RequestState.CLOSED.value}),
}
"""Where work that can be claimed says whether it is still to be done."""


def in_anothers_name(writer: Writer, entity: Entity, values: Mapping[str, Any], row: Row | None) -> bool:
    """Return True if the values put a claim down to a colleague who does not have it, by somebody who does not lead."""
    if writer.leads:
        return False
    mine = (None, writer.author.hex)
    return any(
        values[name] not in mine and (row is None or row.values[name] != values[name])
        for name in entity.claims & values.keys()
    )


def lost(writer: Writer, entity: Entity, row: Row, values: Mapping[str, Any], m: Mutation) -> dict[str, Theirs]:
    """Return the claims of a change that somebody else has, empty when it may have all that it asks for."""
    found: dict[str, Theirs] = {}
    for name in entity.claims & values.keys():
        theirs = row.values[name]
        if values[name] == theirs:
            continue
        if not _may_have(writer, name, row, m):
            found[name] = Theirs(theirs, row.fver.get(name, 0))
        elif values[name] is not None and (state := _closed(entity, row, values)):
            found |= {name: Theirs(theirs, row.fver.get(name, 0)), state: _theirs(row, state)}
    return found


def _may_have(writer: Writer, name: str, row: Row, m: Mutation) -> bool:
    holder = row.values[name]
    if holder in (None, writer.author.hex) or _by_routing_alone(row, name, m):
        return True
    seen = m.base.get(name) == holder or 0 < row.fver.get(name, 0) <= m.base_ver <= row.ver
    return writer.leads and seen


def _by_routing_alone(row: Row, name: str, m: Mutation) -> bool:
    """Return True if no person gave it to its holder: whoever took it on before they could know stands above that."""
    if m.set.get(name) is None or m.base.get(name) is not None or row.values.get("assigned_by") is not None:
        return False
    holder: object = row.values[name]
    return holder == row.values.get("routed_owner")


def _closed(entity: Entity, row: Row, values: Mapping[str, Any]) -> str | None:
    """Return the field that says that there is nothing left to take on, or None; reopening it in the same change
    counts."""
    state, still_open = _OPEN.get(entity.name, ("", frozenset()))
    if not state or values.get(state, row.values[state]) in still_open or row.values[state] in still_open:
        return None
    return state


def _theirs(row: Row, name: str) -> Theirs:
    return Theirs(row.values[name], row.fver.get(name, 0))
