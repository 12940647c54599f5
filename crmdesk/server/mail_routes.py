"""The questions about letters that go out by e-mail, as the gateway takes them."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.params import RawBody

from crmdesk.server.answering import Ours, answer
from crmdesk.server.steps import BIGGEST_REQUEST, BIGGEST_SMALL_REQUEST, carried_out
from crmdesk.sync.engine.asking import asked
from crmdesk.sync.mail_wire import AskMail, AskMailMoved, AskMailSent


@post("/mail/state", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def mail_state(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """How the last mail of a letter stands."""
    step = asked(gateway.mail.state)
    return answer(request, carried_out(gateway, "mail_state", request.headers, body, AskMail, step))


@post("/mail/send", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_REQUEST)
def mail_send(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """Send a letter."""
    step = asked(gateway.mail.send)
    return answer(request, carried_out(gateway, "mail_send", request.headers, body, AskMailSent, step))


@post("/mail/wish", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def mail_wish(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """Try a mail now, or stop it."""
    step = asked(gateway.mail.wish)
    return answer(request, carried_out(gateway, "mail_wish", request.headers, body, AskMailMoved, step))


ROUTES = (mail_state, mail_send, mail_wish)
