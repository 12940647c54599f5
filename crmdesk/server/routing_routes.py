"""``POST /routing...``: what supervisors ask about routing rules."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody

from crmdesk.domain.routing.codec import LONGEST_BODY
from crmdesk.server.answering import Ours, answer
from crmdesk.server.steps import BIGGEST_SMALL_REQUEST, Step, carried_out
from crmdesk.sync.engine import routing_editions as editions
from crmdesk.sync.engine.asking import asked
from crmdesk.sync.routing_wire import AskEdition, AskRouting, PublishRules, TryRules

_BIGGEST = 4 * LONGEST_BODY + BIGGEST_SMALL_REQUEST
"""As many bytes as the longest rules may have in UTF-8, and the rest of the message."""


def _route(path: str, name: str, kind: type[Any], step: Step[Any], biggest: int) -> HTTPRouteHandler:
    @post(path, sync_to_thread=True, status_code=200, request_max_body_size=biggest)
    def route(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
        return answer(request, carried_out(gateway, name, request.headers, body, kind, step))

    return route


ROUTES = (
    _route("/routing", "routing", AskRouting, asked(editions.ask_routing), BIGGEST_SMALL_REQUEST),
    _route("/routing/edition", "routing_edition", AskEdition, asked(editions.ask_edition), BIGGEST_SMALL_REQUEST),
    _route("/routing/try", "routing_try", TryRules, asked(editions.dry_run), _BIGGEST),
    _route("/routing/publish", "routing_publish", PublishRules, asked(editions.publish_rules), _BIGGEST),
)
"""The routes."""
