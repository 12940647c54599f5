"""What is written down of a call: a contact as an interaction row, an agent's part of it as a call leg row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from crmdesk.domain.calls.call import contact_id
from crmdesk.domain.calls.contact import Contact
from crmdesk.domain.calls.live import AgentCall, Direction
from crmdesk.domain.interactions import InteractionState
from crmdesk.models.wireform import to_wire


def interaction_values(contact: Contact, agents: Mapping[str, UUID]) -> dict[str, Any]:
    """Return an interaction's values in wire form. ``agents`` names people by their extension.

    The customer is left to the desk, which knows who probably called. Sums are written once, when the call is over.
    """
    waits = [visit.wait_s for visit in contact.visits if visit.wait_s is not None]
    over = contact.ended_at is not None
    values: dict[str, Any] = {
        "channel": "phone",
        "direction": contact.direction.value,
        "e164": contact.party.e164,
        "extension": contact.party.extension,
        "withheld": contact.party.withheld,
        "caller_name": contact.party.name or "",
        "did": contact.did or "",
        "queue": contact.queue or "",
        "agent_id": agents.get(contact.agents[-1]) if contact.agents else None,
        "began_at": contact.began,
        "answered_at": contact.answered_at,
        "ended_at": contact.ended_at,
        "wait_s": sum(waits) if waits and (over or contact.answered_at) else None,
        "talk_s": contact.talk_s if over else None,
        "hold_s": contact.hold_s if over else None,
        "outcome": contact.outcome.value if contact.outcome else None,
        "ended_by": contact.ended_by.value if contact.ended_by else None,
    }
    return _fit({**values, **_state(contact)})


def _state(contact: Contact) -> dict[str, Any]:
    """Return where the interaction stands, as far as the phone decides: somebody must still wrap up what was talked."""
    if contact.merged_into is not None:
        return {"state": InteractionState.CLOSED.value, "closed_reason": "part of another call"}
    if contact.ended_at is None:
        return {"state": InteractionState.OPEN.value}
    if contact.direction is Direction.INTERNAL:
        return {"state": InteractionState.CLOSED.value, "closed_reason": "internal call"}
    if contact.agents:
        return {"state": InteractionState.WRAP_UP.value}
    reason = contact.outcome.value.replace("_", " ") if contact.outcome else "not answered"
    return {"state": InteractionState.CLOSED.value, "closed_reason": reason}


def leg_id(call: AgentCall) -> UUID:
    """Return the id of the row of an agent's part of a call: the same in every process."""
    return contact_id(f"leg {call.key}", call.rang_at)


def leg_values(call: AgentCall) -> dict[str, Any]:
    """Return a call leg's values in wire form."""
    talk_known = call.ended_at is not None and call.answered_at is not None and call.end_seen
    values: dict[str, Any] = {
        "interaction_id": call.contact_id,
        "agent_extension": call.agent,
        "queue": call.queue or "",
        "rang_at": call.rang_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "result": call.ring_result.value if call.ring_result else None,
        "talk_s": call.talk_s if talk_known else None,
        "hold_s": call.hold_s if talk_known else None,
    }
    return _fit(values)


def _fit(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values in wire form, text without what a database cannot hold: callers' names come from anywhere."""
    clean = {key: _clean(value) if isinstance(value, str) else value for key, value in values.items()}
    return to_wire(clean)


def _clean(words: str) -> str:
    return words.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def needs_wrap_up(contact: Contact) -> bool:
    """Return True for a call that is over and that somebody talked on."""
    return contact.ended_at is not None and _state(contact)["state"] == InteractionState.WRAP_UP.value
