"""What every handler of the gateway's surface shares: the gateway it is handed, and how a message becomes a body."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from crmdesk.server.gateway import Gateway
from crmdesk.server.steps import packed
from crmdesk.sync.wire import MEDIA_TYPE, encode

Ours = NamedDependency[Gateway]
"""The gateway, as Litestar hands it to a handler."""


def answer(request: Request[Any, Any, Any], message: Any) -> Response[bytes]:
    """Return a message as the body; packed here, in the handler's thread, where it is large and the desk takes it."""
    content, is_packed = packed(encode(message), request.headers)
    headers = {"Cache-Control": "no-store", **({"Content-Encoding": "gzip"} if is_packed else {})}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
