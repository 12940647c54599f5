"""The questions about the return for the regulator, as the gateway takes them."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.params import RawBody

from crmdesk.server.answering import Ours, answer
from crmdesk.server.steps import BIGGEST_SMALL_REQUEST, carried_out
from crmdesk.sync.engine import return_desk
from crmdesk.sync.engine.asking import asked
from crmdesk.sync.return_wire import AskBehind, AskReturn, AskSign


@post("/returns/made", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def returns_made(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """The return of a period."""
    step = asked(return_desk.made)
    return answer(request, carried_out(gateway, "returns_made", request.headers, body, AskReturn, step))


@post("/returns/behind", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def returns_behind(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """The complaints behind a figure of it."""
    step = asked(return_desk.behind)
    return answer(request, carried_out(gateway, "returns_behind", request.headers, body, AskBehind, step))


@post("/returns/sign", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def returns_sign(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """Sign it."""
    step = asked(return_desk.sign)
    return answer(request, carried_out(gateway, "returns_sign", request.headers, body, AskSign, step))


ROUTES = (returns_made, returns_behind, returns_sign)
