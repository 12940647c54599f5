"""Run by ``benchmarks.freshness`` as a desktop: the demo's hands, and two steps whose time is taken."""

from __future__ import annotations

import sys
import time
from uuid import UUID

from crmdesk.demo.desk import main
from crmdesk.demo.hands import Hands
from crmdesk.demo.steps import STEPS, Found
from crmdesk.domain.complaints import NewComplaint


async def prepare(hands: Hands) -> Found:
    """Take a reference; return it."""
    session = hands.desktop.session
    assert session is not None
    return {"reference": (await session.desk.complaints.prefill(None, None, "")).reference}


async def save(hands: Hands, reference: str, customer: str) -> Found:
    """Register a complaint; return when it was safe on this desk's disk, on the monotonic clock."""
    session = hands.desktop.session
    assert session is not None
    new = NewComplaint(
        reference=reference,
        customer_id=UUID(customer),
        interaction_id=None,
        product="Boiler cover",
        category="Delay",
        severity=2,
        verbatim="Nobody came.",
        desired_remedy="",
        safety=False,
        received_zone="America/New_York",
    )
    await session.desk.complaints.register(new)
    return {"saved": time.monotonic()}


async def somebody(hands: Hands, name: str) -> Found:
    """Return the id of a customer."""
    session = hands.desktop.session
    assert session is not None
    hits = (await session.desk.search.find(name)).hits
    return {"id": next(hit.customer_id.hex for hit in hits if hit.customer_id is not None)}


if __name__ == "__main__":
    sys.exit(main({**STEPS, "prepare": prepare, "save": save, "somebody": somebody}))
