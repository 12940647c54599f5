"""How a request looks wherever it is named: its picture, its chip, how urgent it is."""

from __future__ import annotations

from datetime import datetime, tzinfo

from crmdesk.domain.customers import OpenRequest
from crmdesk.domain.language import left_to_right, mark, tr
from crmdesk.domain.requests.kinds import REQUEST_STATE_WORDS, RequestKind
from crmdesk.domain.requests.views import RequestLine, RequestRow
from crmdesk.ui.kit import ChipSpec
from crmdesk.ui.pop.say import day
from crmdesk.ui.theme import Icon, Voice

REQUEST_ICONS = {
    RequestKind.SERVICE: Icon.WRENCH,
    RequestKind.RETURN: Icon.UNDO_2,
    RequestKind.INFORMATION: Icon.INFO,
}
URGENCIES = {1: mark("Can wait"), 2: mark("Soon"), 3: mark("Urgent")}
"""The words of ``NewRequest.urgency``."""

URGENT = 3


def urgency(grade: int) -> str:
    """Return how urgent a request is, in words."""
    return tr(URGENCIES.get(grade, URGENCIES[1]))


def urgent_chip(one: OpenRequest | RequestRow | RequestLine) -> ChipSpec | None:
    """Return what is said of a request that cannot wait or where somebody may be harmed, None of any other."""
    if one.safety:
        return ChipSpec(tr("Safety"), Voice.SOON, Icon.TRIANGLE_ALERT)
    return ChipSpec(urgency(one.urgency), Voice.SOON) if one.urgency >= URGENT else None


def named(one: OpenRequest) -> str:
    """Return what an open request is called: "SR-26-07431 Repair: Boiler"."""
    return f"{left_to_right(one.reference)} {one.title}"


def standing_chip(one: OpenRequest, now: datetime, zone: tzinfo) -> ChipSpec:
    """Return where a request stands and since when it is open; an urgent one asks for attention."""
    voice = Voice.SOON if one.urgency >= URGENT or one.safety else Voice.REST
    stands = tr(REQUEST_STATE_WORDS[one.state])
    return ChipSpec(tr("{state}, since {day}", state=stands, day=day(one.received_at, now, zone)), voice, Icon.CLOCK)
