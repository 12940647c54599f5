"""Runs the gateway as a process: the socket, TLS, the announcement, the end on a signal."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import field
from functools import partial
from pathlib import Path

import uvicorn

from crmdesk.domain.calls.live import BREAK_REASONS, PhoneLink, PhoneState, QuietHours
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.errors import Unavailable, UserMistake
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.server.app import create_app
from crmdesk.server.gateway import Gateway
from crmdesk.server.housekeeping import keep_house
from crmdesk.server.intake import Intake
from crmdesk.server.listening import check_certificate, listen
from crmdesk.server.loopback import is_loopback
from crmdesk.server.mail_settings import MailSettings
from crmdesk.server.patience import PatientProtocol
from crmdesk.server.postman import Postman, carry_mail
from crmdesk.server.presence import be_known
from crmdesk.server.reception import Reception
from crmdesk.sync.engine import Engine
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.engine.setup import check_up_to_date
from crmdesk.telephony.connector import Connector
from crmdesk.telephony.webhook.receiver import WebhookReceiver

log = logging.getLogger(__name__)

CONNECTIONS = 12
"""Database connections of one gateway process."""

_BIGGEST_LIVE_MESSAGE = 16 * 1024
_GOODBYE_S = 5
_CONNECTIONS = 65_536


@dataclass(frozen=True, slots=True)
class Serving:
    """How a gateway serves: where it listens, its database, its certificate, its phone system.

    ``journal`` names who was erased. ``region`` (ISO 3166) reads numbers without a country code, ``zone`` (IANA) is
    that of the house's midnight. ``metrics_token`` opens the metrics to others than this computer. Within ``quiet``
    hours customers are rung only knowingly; ``reasons`` are those for a break. ``mail`` says how letters go out by
    e-mail, None: they do not.
    """

    database: str
    host: str
    port: int
    journal: Journal
    tls_cert: Path | None = None
    tls_key: Path | None = None
    phone: Connector | None = None
    region: str | None = None
    zone: str = "UTC"
    metrics_token: str = ""
    quiet: QuietHours = field(default_factory=QuietHours)
    reasons: tuple[str, ...] = BREAK_REASONS
    mail: MailSettings | None = None

    @property
    def secure(self) -> bool:
        """Return True if it speaks TLS."""
        return self.tls_cert is not None


def check(serving: Serving) -> None:
    """Raise UserMistake for what must not be served: plain HTTP beyond this computer, a certificate without its key."""
    if (serving.tls_cert is None) != (serving.tls_key is None):
        raise UserMistake("tls", "A certificate needs its key and a key its certificate.", "Give both or neither.")
    if not serving.secure and not is_loopback(serving.host):
        raise UserMistake(
            "listen",
            "Without TLS the gateway listens on this computer only.",
            "Give --tls-cert and --tls-key, or listen on 127.0.0.1.",
        )
    if serving.tls_cert is not None and serving.tls_key is not None:
        check_certificate(serving.tls_cert, serving.tls_key)


def serve(serving: Serving, announce: Callable[[str], None]) -> int:
    """Serve until SIGTERM or SIGINT and return the exit code. ``announce`` is called with the address once ready.

    Raises UserMistake or Unavailable for what stands in the way. A database that is merely away does not: the gateway
    starts, says so, and goes on when it comes back.
    """
    check(serving)
    engine = Engine(serving.database, CONNECTIONS)
    gateway = _gateway(serving, engine)
    _check_schema(gateway)
    listening = listen(serving.host, serving.port)
    scheme = "https" if serving.secure else "http"
    host, port = listening.getsockname()[:2]
    address = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"

    def ready() -> None:
        log.info("desks are served at %s", address)
        announce(address)

    server = _Server(_config(serving, gateway), ready)
    _take_room()
    with listening, asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(server.run_until_signal(listening))
    return 0 if server.started else 1


def _take_room() -> None:
    """Let this process have as many connections as the system lets it: a thousand desks are more than many a shell's
    first limit."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, _CONNECTIONS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the event loop: uvloop's where there is one, which takes half the time for a message."""
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop


def print_announcement(address: str) -> None:
    """Print the one line by which another program knows that the gateway is ready."""
    sys.stdout.write(json.dumps({"ready": True, "url": address}) + "\n")
    sys.stdout.flush()


def _check_schema(gateway: Gateway) -> None:
    try:
        gateway.engine.run(check_up_to_date)
    except Unavailable as error:
        gateway.feed.note_away(error)


def _gateway(serving: Serving, engine: Engine) -> Gateway:
    gateway = Gateway(
        engine,
        SystemClock(),
        journal=serving.journal,
        metrics_token=serving.metrics_token,
        quiet=serving.quiet,
        reasons=serving.reasons,
        region=serving.region,
        mail_settings=serving.mail,
    )
    if serving.mail is not None:
        postman = Postman(engine, serving.mail, gateway.clock)
        gateway.beside.append(partial(carry_mail, gateway, postman))
    gateway.beside += [partial(keep_house, gateway), partial(be_known, gateway)]
    if serving.phone is None:
        gateway.hub.phone(PhoneState(PhoneLink.NOT_SET_UP, gateway.clock.now(), mark("No phone system is set up.")))
    else:
        if isinstance(serving.phone, WebhookReceiver):
            gateway.reception = Reception(engine, gateway.clock)
        gateway.beside.append(Intake(gateway, serving.phone, serving.region, serving.zone).run)
    return gateway


def _config(serving: Serving, gateway: Gateway) -> uvicorn.Config:
    config = uvicorn.Config(
        create_app(gateway),
        log_config=None,
        access_log=False,
        server_header=False,
        http=PatientProtocol,
        ws="websockets-sansio",
        ws_max_size=_BIGGEST_LIVE_MESSAGE,
        ws_per_message_deflate=False,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_GOODBYE_S,
        ssl_certfile=serving.tls_cert,
        ssl_keyfile=serving.tls_key,
        lifespan="on",
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config


class _Server(uvicorn.Server):
    """uvicorn, ended by our own signal handlers, so that the process ends with an exit code."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def run_until_signal(self, listening: socket.socket) -> None:
        """Serve on a socket until SIGTERM or SIGINT."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._end)
        await self.serve(sockets=[listening])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then tell."""
        await super().startup(sockets)
        if self.started:
            self._when_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals to ``run_until_signal``."""
        yield

    def _end(self) -> None:
        self.should_exit = True
