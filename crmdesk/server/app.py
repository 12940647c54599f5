"""The gateway's HTTP and WebSocket surface: what a desk may ask, as ``sync.wire`` says."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from litestar import Litestar, Request, Response, WebSocket, get, post, websocket
from litestar.di import Provide
from litestar.exceptions import HTTPException, WebSocketDisconnect
from litestar.params import RawBody
from sqlalchemy.exc import SQLAlchemyError

from crmdesk import __version__
from crmdesk.domain.calls.control import Colleague
from crmdesk.domain.errors import CrmdeskError, Unavailable
from crmdesk.domain.language import mark
from crmdesk.server import file_routes, mail_routes, return_routes, routing_routes
from crmdesk.server.answering import Ours, answer
from crmdesk.server.auth import Known
from crmdesk.server.board_room import BoardRoom
from crmdesk.server.crowd import Crowded
from crmdesk.server.cti import cti
from crmdesk.server.gateway import Gateway
from crmdesk.server.metrics import MEDIA_TYPE as METRICS_TYPE
from crmdesk.server.metrics import may_read
from crmdesk.server.steps import BIGGEST_REQUEST, BIGGEST_SMALL_REQUEST, carried_out, read, steps_of, token_in
from crmdesk.sync.board_wire import AskBoard, AskCalls, AskHistory
from crmdesk.sync.engine import Code, Rejection, hello, look_up, stamps
from crmdesk.sync.engine.asking import asked
from crmdesk.sync.engine.refusal import OTHER_VERSION
from crmdesk.sync.phone_wire import AskColleagues, Colleagues, PhoneAsk, PhoneDone
from crmdesk.sync.stamp_wire import AskStamps
from crmdesk.sync.wire import (
    MEDIA_TYPE,
    Failure,
    Hello,
    LookUp,
    Refresh,
    SignIn,
    encode,
)

Message = TypeVar("Message")
log = logging.getLogger(__name__)

_FIRST_MESSAGE_S = 5.0
_NOT_LET_IN = 4401

_STATUS = {
    Code.BAD_REQUEST: 400,
    Code.SIGNED_OUT: 401,
    Code.WRONG_PASSWORD: 401,
    Code.NOT_HELD: 403,
    Code.DISABLED: 403,
    Code.NOT_FOUND: 404,
    Code.FORK: 409,
    Code.OTHER_PERSON: 409,
    Code.TOO_LARGE: 413,
    Code.THROTTLED: 429,
    Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503,
}
_CODE_OF_STATUS = {status: code for code, status in _STATUS.items()} | {401: Code.SIGNED_OUT, 409: Code.FORK}


def create_app(gateway: Gateway) -> Litestar:
    """Return the ASGI application of a gateway; its tasks run while the application does."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with gateway.running():
            yield

    return Litestar(
        route_handlers=[
            front,
            health,
            metrics,
            sign_in,
            refresh,
            sync_hello,
            sync_look_up,
            sync_stamps,
            board_at,
            board_calls,
            board_history,
            *return_routes.ROUTES,
            *routing_routes.ROUTES,
            *file_routes.ROUTES,
            *mail_routes.ROUTES,
            phone,
            phone_colleagues,
            live,
            cti,
            *steps_of(gateway),
        ],
        dependencies={"gateway": Provide(lambda: gateway, sync_to_thread=False)},
        exception_handlers={Exception: _failed},
        lifespan=[lifespan],
        request_max_body_size=BIGGEST_REQUEST,
        openapi_config=None,
        logging_config=None,
    )


# Handlers ----------------------------------------------------------------------------------------------------------


@get("/", sync_to_thread=False, media_type="text/plain")
def front() -> str:
    """Tell whoever looks with a browser what this is."""
    return f"crmdesk gateway {__version__}. Desks sign in at this address; /health tells how it stands.\n"


@get("/health", sync_to_thread=False, media_type="application/json")
def health(gateway: Ours) -> Response[dict[str, Any]]:
    """Say how the gateway is: 200 when it works, 503 with the reason when it does not."""
    away, phone = gateway.feed.away, gateway.hub.phone_state
    body: dict[str, Any] = {
        "status": "unavailable" if away else "ok",
        "version": __version__,
        "database": away or "ok",
        "feed": "stalled" if gateway.feed.stalled else "ok",
        "phone": phone.link if phone else "",
        "desks": len(gateway.hub),
    }
    return Response(body, status_code=503 if away else 200)


@get("/metrics", sync_to_thread=False)
def metrics(gateway: Ours, request: Request[Any, Any, Any]) -> Response[str]:
    """Tell what was counted: to this computer, and to whoever has the token."""
    address = request.client.host if request.client else ""
    if not may_read(gateway.metrics_token, address, request.headers):
        next_step = "Ask from the gateway's own computer, or send the token of --metrics-token-file."
        raise Rejection(Code.NOT_FOUND, mark("There is nothing here."), next_step)
    return Response(gateway.metrics.told(gateway), media_type=METRICS_TYPE)


@post("/auth/sign-in", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def sign_in(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """Take a name and a password, give a session."""
    address = request.client.host if request.client else ""
    try:
        with gateway.metrics.timed("sign_in"):
            session = gateway.auth.sign_in(read(body, SignIn), address)
    except Rejection:
        gateway.metrics.sign_in_failed()
        raise
    return answer(request, session)


@post("/auth/refresh", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def refresh(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """Renew a session."""
    return answer(request, gateway.auth.refresh(read(body, Refresh)))


@post("/sync/hello", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def sync_hello(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """HELLO."""
    return answer(request, carried_out(gateway, "hello", request.headers, body, Hello, asked(hello)))


@post("/sync/look-up", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def sync_look_up(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """LOOK-UP."""
    return answer(request, carried_out(gateway, "look_up", request.headers, body, LookUp, asked(look_up)))


@post("/sync/stamps", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def sync_stamps(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """STAMPS."""
    return answer(request, carried_out(gateway, "stamps", request.headers, body, AskStamps, asked(stamps)))


@post("/board/at", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def board_at(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """A past moment's board."""
    step = asked(_board(gateway).board_at)
    return answer(request, carried_out(gateway, "board_at", request.headers, body, AskBoard, step))


@post("/board/calls", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def board_calls(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """The calls behind a figure."""
    step = asked(_board(gateway).board_calls)
    return answer(request, carried_out(gateway, "board_calls", request.headers, body, AskCalls, step))


@post("/board/history", sync_to_thread=True, status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
def board_history(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """The history of days."""
    step = asked(_board(gateway).board_history)
    return answer(request, carried_out(gateway, "board_history", request.headers, body, AskHistory, step))


def _board(gateway: Gateway) -> BoardRoom:
    if gateway.board is None:
        raise Rejection(
            Code.NOT_FOUND,
            mark("No phone system is set up at the server."),
            mark("Ask your administrator to set one up."),
        )
    return gateway.board


@post("/phone", status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
async def phone(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """Ask the phone system for one thing."""
    ask, known = await _asked_by(gateway, request, body, PhoneAsk)
    with gateway.metrics.timed("phone"):
        await gateway.acting.ask(known, ask)
    return answer(request, PhoneDone())


@post("/phone/colleagues", status_code=200, request_max_body_size=BIGGEST_SMALL_REQUEST)
async def phone_colleagues(gateway: Ours, request: Request[Any, Any, Any], body: RawBody) -> Response[bytes]:
    """Tell who could take a call now."""
    _, known = await _asked_by(gateway, request, body, AskColleagues)
    mine = known.identity.extension
    found = (Colleague(a.extension, a.name, a.state) for a in gateway.hub.colleagues if a.extension != mine)
    return answer(request, Colleagues(tuple(found)))


async def _asked_by(
    gateway: Gateway, request: Request[Any, Any, Any], body: bytes, kind: type[Message]
) -> tuple[Message, Known]:
    """Return a message and who sent it, as they stand now."""
    message, token = read(body, kind), token_in(request.headers)
    return message, await asyncio.to_thread(gateway.auth.known, token)


@websocket("/live")
async def live(gateway: Ours, socket: WebSocket[Any, Any, Any]) -> None:
    """The live channel: messages to the desk until either side ends it. The desk says nothing but its token."""
    known = await _introduced(gateway, socket)
    if known is None:
        return
    if socket.connection_state == "init":
        await socket.accept()
    sending = asyncio.create_task(gateway.hub.serve(known, socket.send_bytes))
    hearing = asyncio.create_task(_until_gone(socket))
    try:
        await asyncio.wait({sending, hearing}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, hearing):
            task.cancel()
        await asyncio.gather(sending, hearing, return_exceptions=True)
    if socket.connection_state != "disconnect":
        await socket.close()


async def _introduced(gateway: Gateway, socket: WebSocket[Any, Any, Any]) -> Known | None:
    """Return who listens; None when they left, or after closing on somebody who may not."""
    try:
        return await asyncio.to_thread(gateway.auth.known, await _socket_token(socket))
    except WebSocketDisconnect:
        return None
    except TimeoutError:
        why = mark("No token came in time.")
    except CrmdeskError as error:
        why = error.what
    await socket.close(code=_NOT_LET_IN, reason=why)
    return None


async def _until_gone(socket: WebSocket[Any, Any, Any]) -> None:
    while True:
        await socket.receive_data(mode="binary")


async def _socket_token(socket: WebSocket[Any, Any, Any]) -> str:
    """Return the access token: from the header, or from the first message where a client cannot set one."""
    if socket.headers.get("authorization"):
        return token_in(socket.headers)
    await socket.accept()
    async with asyncio.timeout(_FIRST_MESSAGE_S):
        first = await socket.receive_data(mode="binary")
    return bytes(first).decode("ascii", "replace")


# Messages ----------------------------------------------------------------------------------------------------------


def _failed(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Return the failure that a desk can act on; what we did not foresee is logged without data."""
    status, failure = _told(error)
    if status >= 500 and not isinstance(error, Unavailable):
        log.error("request failed: %s", request.scope.get("path", ""), exc_info=error)
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, Crowded) else {}
    return Response(encode(failure), media_type=MEDIA_TYPE, status_code=status, headers=headers)


def _told(error: Exception) -> tuple[int, Failure]:
    if isinstance(error, Rejection):
        return _STATUS[error.code], Failure(error.code, error.what, error.next_step)
    if isinstance(error, Unavailable):
        return 503, Failure(Code.UNAVAILABLE, error.what, error.next_step)
    if isinstance(error, CrmdeskError):
        return 400, Failure(Code.BAD_REQUEST, error.what, error.next_step)
    if isinstance(error, HTTPException):
        code = _CODE_OF_STATUS.get(error.status_code, Code.BAD_REQUEST)
        return error.status_code, Failure(code, mark("The server does not take this request."), OTHER_VERSION)
    what = (
        mark("The database refused something.")
        if isinstance(error, SQLAlchemyError)
        else mark("Something is broken here.")
    )
    return 500, Failure(Code.INTERNAL, what, mark("It is kept and tried again; tell your administrator."))


__all__ = ["WebSocketDisconnect", "create_app"]
