"""``POST /cti/<token>``: where phone systems tell of calls. Answers are JSON, as theirs are; a path is never logged."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, RawBody

from crmdesk.domain.errors import CrmdeskError, Unavailable
from crmdesk.server.crowd import Crowded
from crmdesk.server.gateway import Gateway
from crmdesk.server.reception import BIGGEST_DELIVERY
from crmdesk.sync.engine import Code, Rejection

log = logging.getLogger(__name__)

_STATUS = {Code.SIGNED_OUT: 401, Code.NOT_FOUND: 404, Code.THROTTLED: 429}


def _failed(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Return the reason as JSON. The token is part of the path: neither it nor the body is logged."""
    headers = {}
    if isinstance(error, Rejection):
        status, words = _STATUS.get(error.code, 400), f"{error.what} {error.next_step}".strip()
        if error.code is Code.THROTTLED:
            headers["Retry-After"] = "1"
    elif isinstance(error, Unavailable):
        status, words = 503, str(error)
        headers["Retry-After"] = str(error.retry_after_s if isinstance(error, Crowded) else 1)
    elif isinstance(error, CrmdeskError):
        status, words = 400, str(error)
    elif isinstance(error, HTTPException):
        status, words = error.status_code, "The server does not take this request."
    else:
        log.error("a phone system's request failed", exc_info=error)
        status, words = 500, "Something is broken here."
    body = msgspec.json.encode({"error": words})
    return Response(body, media_type="application/json", status_code=status, headers=headers)


@post(
    "/cti/{token:str}",
    status_code=200,
    request_max_body_size=BIGGEST_DELIVERY,
    exception_handlers={Exception: _failed},
)
async def cti(
    gateway: NamedDependency[Gateway], request: Request[Any, Any, Any], token: FromPath[str], body: RawBody
) -> Response[bytes]:
    """Take one step of a call; the empty answer means: go on with the call as it is."""
    if gateway.reception is None:
        raise Rejection(Code.NOT_FOUND, "This gateway takes no calls by webhook.", "Start it with --webhook.")
    await gateway.reception.take(token, request.headers, body)
    return Response(b"{}", media_type="application/json")
