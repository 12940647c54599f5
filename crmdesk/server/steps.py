"""The steps of sync that desks ask for all day, taken from the connection as they come.

The framework still finds the way to them and tells what failed; its own reading of a request and making of an answer
cost more than the step itself.
"""

from __future__ import annotations

import gzip
from typing import Any, TypeVar

from litestar import asgi
from litestar.datastructures import Headers
from litestar.enums import HttpMethod, ScopeType
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from crmdesk.domain.language import mark
from crmdesk.server.crowd import Turnstile
from crmdesk.server.gateway import Gateway
from crmdesk.sync.engine import Code, Rejection, ack, pull, push_from, snapshot
from crmdesk.sync.engine.asking import Asked, asked
from crmdesk.sync.engine.feed import PutBack
from crmdesk.sync.engine.refusal import OTHER_VERSION
from crmdesk.sync.reading import Unreadable, decode
from crmdesk.sync.wire import MEDIA_TYPE, Ack, Pull, Push, PushReply, Snapshot, encode

BIGGEST_REQUEST = 16 * 1024 * 1024
"""A push of PUSH_LIMIT long notes fits; nothing larger is read."""

BIGGEST_SMALL_REQUEST = 64 * 1024
_WORTH_PACKING = 8 * 1024
_PLAIN = [(b"content-type", MEDIA_TYPE.encode()), (b"cache-control", b"no-store")]
_PACKED = [*_PLAIN, (b"content-encoding", b"gzip")]

Message = TypeVar("Message")
Step = Asked[Message, Any]


def steps_of(gateway: Gateway) -> list[ASGIRouteHandler]:
    """Return where PUSH, PULL, SNAPSHOT and ACK are asked."""
    return [
        _route("push", gateway, gateway.pushes, Push, push_from, BIGGEST_REQUEST),
        _route("pull", gateway, gateway.pulls, Pull, asked(pull), BIGGEST_SMALL_REQUEST),
        _route("snapshot", gateway, gateway.snapshots, Snapshot, asked(snapshot), BIGGEST_SMALL_REQUEST),
        _route("ack", gateway, gateway.acks, Ack, asked(ack), BIGGEST_SMALL_REQUEST),
    ]


def _route(
    name: str, gateway: Gateway, turnstile: Turnstile, kind: type[Message], step: Step[Message], biggest: int
) -> ASGIRouteHandler:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope.get("method") != HttpMethod.POST:
            raise MethodNotAllowedException
        headers = Headers.from_scope(scope)
        body = await _body(receive, headers, biggest)
        if body is None:
            return
        content = await turnstile.pass_through(
            lambda: _carried_out_and_packed(gateway, name, headers, body, kind, step)
        )
        await _answer(send, *content)

    return asgi(f"/sync/{name}", copy_scope=False)(answer)


async def _body(receive: Receive, headers: Headers, biggest: int) -> bytes | None:
    """Return what was sent, None where the desk went away; raises Rejection for more than may be."""
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > biggest:
        raise _too_large()
    parts: list[bytes] = []
    read = 0
    while True:
        event = await receive()
        if event["type"] != "http.request":
            return None
        parts.append(event["body"])
        read += len(event["body"])
        if read > biggest:
            raise _too_large()
        if not event["more_body"]:
            return b"".join(parts)


async def _answer(send: Send, content: bytes, packed: bool) -> None:
    length = (b"content-length", str(len(content)).encode())
    headers = [*(_PACKED if packed else _PLAIN), length]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})


def _too_large() -> Rejection:
    return Rejection(Code.TOO_LARGE, mark("The server does not take this request."), OTHER_VERSION)


# On a thread -------------------------------------------------------------------------------------------------------


def _carried_out_and_packed(
    gateway: Gateway, name: str, headers: Headers, body: bytes, kind: type[Message], step: Step[Message]
) -> tuple[bytes, bool]:
    content = encode(carried_out(gateway, name, headers, body, kind, step))
    return packed(content, headers)


def carried_out(
    gateway: Gateway, name: str, headers: Headers, body: bytes, kind: type[Message], step: Step[Message]
) -> Any:
    """Carry out a step of sync for whoever asks, in a transaction of its own, and return the answer to it."""
    message, token = read(body, kind), token_in(headers)
    with gateway.metrics.timed(name):
        try:
            claim = gateway.auth.claim(token)
            reply = gateway.engine.run(lambda conn: step(conn, claim.device, claim.person, message))
        except PutBack as found:
            if found.lost is not None:
                gateway.feed.suspect(found.lost)
            raise
    if isinstance(reply, PushReply):
        gateway.metrics.pushed(reply)
    return reply


def token_in(headers: Headers) -> str:
    """Return the access token that came with a request; raises Rejection when there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Rejection(Code.SIGNED_OUT, mark("This desk is not signed in."), mark("Sign in."))
    return token


def read(body: bytes, kind: type[Message]) -> Message:
    """Return the message that a request holds; raises Rejection when it is none of its kind."""
    try:
        return decode(body, kind)
    except Unreadable as error:
        raise Rejection(
            Code.BAD_REQUEST, mark("The request cannot be read."), mark("Is this crmdesk up to date?")
        ) from error


def packed(content: bytes, headers: Headers) -> tuple[bytes, bool]:
    """Return an answer, and whether it is packed: where it is large and the desk takes it."""
    if len(content) > _WORTH_PACKING and "gzip" in headers.get("accept-encoding", ""):
        return gzip.compress(content, compresslevel=1), True
    return content, False
