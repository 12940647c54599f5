"""The life cycle of each kind of request."""

from __future__ import annotations

from crmdesk.domain.requests.cycle import Cycle
from crmdesk.domain.requests.information import INFORMATION
from crmdesk.domain.requests.kinds import RequestKind
from crmdesk.domain.requests.returning import RETURN
from crmdesk.domain.requests.service import SERVICE

CYCLES: dict[RequestKind, Cycle] = {
    RequestKind.SERVICE: SERVICE,
    RequestKind.RETURN: RETURN,
    RequestKind.INFORMATION: INFORMATION,
}
