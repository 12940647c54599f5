"""Requests with a life, as a desk pulled them: a repair that waits for its visit, a return to approve, a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from crmdesk.domain.cases.steps import values_of
from crmdesk.domain.requests.kinds import RequestKind, RequestState, RequestStep, RequestStepKind
from crmdesk.models.base import Synced
from crmdesk.models.request import Request
from crmdesk.models.request import RequestStep as StepRow
from tests.support.cases import rules
from tests.support.clock import AFTERNOON
from tests.support.desk import JABU, MARGARET, ME, OMAR, TOMASZ, House, known_id

REPAIR, RETURN, OWN_DATA, PRICE = "SR-26-07501", "RT-26-07502", "IR-26-07503", "IR-26-07504"
KETTLES = """
[[returns]]
begins = 2024-01-01

[[returns.goods]]
name = "Kettles"
window_days = 30
warranty_months = 24
products = ["Kettle 2000"]
"""
_K = RequestStepKind
_UNSET: dict[str, Any] = {
    **dict.fromkeys(("serial", "lot", "place", "condition", "wanted", "outcome", "visitor", "label", "currency"), ""),
    **{"appointment_zone": "", "urgency": 1, "safety": False, "refund_minor": 0, "second_person": False},
    **{"channel": "phone", "received_zone": "Europe/London", "scope_id": 1, "ver": 1},
}


def a_request(
    reference: str, kind: RequestKind, customer: UUID, received: datetime, category: str, **values: Any
) -> Request:
    """Return a request of this house."""
    given = {
        **_UNSET,
        "product": "Boiler",
        "verbatim": "It drips.",
        "state": RequestState.REGISTERED.value,
        "registered_by": ME.agent_id,
        **values,
    }
    return Request(
        id=known_id(reference),
        kind=kind.value,
        reference=reference,
        customer_id=customer,
        category=category,
        received_at=received,
        **given,
    )


def steps(
    reference: str, taken: Iterable[tuple[RequestStepKind, datetime, UUID, Mapping[str, object]]]
) -> list[Synced]:
    """Return these steps as rows, each naming the one before it."""
    rows: list[Synced] = []
    parents: tuple[str, ...] = ()
    for place, (kind, at, by, details) in enumerate(taken):
        id_ = known_id(f"{reference} {place}")
        told = values_of(id_, known_id(reference), RequestStep(kind, by, at, details), None, parents, "request_id")
        rows.append(StepRow(id=id_, accepted=place + 1, scope_id=1, ver=1, **told))
        parents = (told["digest"],)
    return rows


def some_requests() -> list[Synced]:
    """Return a request of each kind with its steps, as far as it has come."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    me = ME.agent_id
    begun, returned = AFTERNOON - 3 * day, AFTERNOON - 9 * day
    who = "Karl Otto, Otto & Son"
    visit = {"day": "2026-12-28", "from": "08:00", "to": "12:00", "zone": "Europe/London", "who": who}
    money = {"refund_minor": 64_000, "currency": "GBP"}
    refund = {"outcome": "refund", "reason": "The lid was loose when it came.", **money}
    return [
        a_request(
            *(REPAIR, RequestKind.SERVICE, TOMASZ, begun, "repair"),
            verbatim="There is water under the boiler every morning, and it smells of gas sometimes.",
            serial="WB-2291-07",
            place="4 Harbour Row, in the cellar",
            warranty_until=date(2027, 3, 12),
            wanted="Mornings, before 12",
            urgency=3,
            safety=True,
            state="scheduled",
            appointment_at=datetime(2026, 12, 28, 8, tzinfo=AFTERNOON.tzinfo),
            appointment_until=datetime(2026, 12, 28, 12, tzinfo=AFTERNOON.tzinfo),
            appointment_zone="Europe/London",
            visitor="Karl Otto, Otto & Son",
            assigned_to=me,
            moved_at=begun + hour,
        ),
        *steps(REPAIR, ((_K.REGISTERED, begun, me, {}), (_K.SCHEDULED, begun + hour, me, visit))),
        a_request(
            *(RETURN, RequestKind.RETURN, MARGARET, returned, "Kettles"),
            product="Kettle 2000",
            verbatim="The lid does not close, it spat at me.",
            lot="L-0412",
            bought_on=date(2026, 11, 2),
            condition="Used twice, in its box",
            wanted="refund",
            state="decided",
            label="RT-26-07502",
            outcome="refund",
            refund_minor=64_000,
            currency="GBP",
            second_person=True,
            decided_by=JABU,
            assigned_to=JABU,
            moved_at=returned + 5 * day,
        ),
        *steps(
            RETURN,
            (
                (_K.REGISTERED, returned, me, {}),
                (_K.AUTHORISED, returned + hour, JABU, {"label": "RT-26-07502"}),
                (_K.GOODS_CAME, returned + 4 * day, JABU, {}),
                (_K.INSPECTED, returned + 5 * day - hour, JABU, {"words": "The hinge is bent, the box is whole."}),
                (_K.DECIDED, returned + 5 * day, JABU, refund),
            ),
        ),
        a_request(
            *(OWN_DATA, RequestKind.INFORMATION, OMAR, AFTERNOON - 20 * day, "own_data"),
            product="",
            verbatim="I want to know everything that you have stored about me and my calls.",
            wanted="By e-mail",
        ),
        *steps(OWN_DATA, ((_K.REGISTERED, AFTERNOON - 20 * day, me, {}),)),
        a_request(
            *(PRICE, RequestKind.INFORMATION, OMAR, AFTERNOON - hour, "price"),
            product="HomeCover",
            verbatim="What would it cost with the roof in it?",
        ),
        *steps(PRICE, ((_K.REGISTERED, AFTERNOON - hour, me, {}),)),
    ]


def furnish_requests(house: House) -> None:
    """Give a house its rules, with terms for returns, and a request of each kind."""
    house.add(*rules(KETTLES), *some_requests())
