"""The contents of attached files, as the gateway takes and gives them."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.params import RawBody

from crmdesk.domain.attachments.limits import PART
from crmdesk.server.answering import Ours, answer
from crmdesk.server.steps import BIGGEST_SMALL_REQUEST, carried_out
from crmdesk.sync.engine import contents
from crmdesk.sync.engine.asking import asked
from crmdesk.sync.file_wire import AskPart, SendPart


@post("/files/send", sync_to_thread=True, status_code=200, request_max_body_size=PART + BIGGEST_SMALL_REQUEST)
def files_send(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """A part of a content."""
    step = asked(contents.take_part)
    return answer(request, carried_out(gateway, "files_send", request.headers, body, SendPart, step))


@post("/files/fetch", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def files_fetch(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """The next part of one."""
    step = asked(contents.give_part)
    return answer(request, carried_out(gateway, "files_fetch", request.headers, body, AskPart, step))


ROUTES = (files_send, files_fetch)
