"""Closes connections that begin a request and do not go on with it: they would hold a place for ever (slow loris)."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

PATIENCE_S = 20.0
"""Seconds within which a request has to begin and be complete, or to bring ``LEAST`` bytes more."""

LEAST = 4096
log = logging.getLogger(__name__)


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's reading of requests, with an end to waiting for what a desk sends. Answers may take their time."""

    patience_s = PATIENCE_S

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._came = 0
        self._look: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._wait_no_longer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what came."""
        self._came += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a request."""
        super().on_message_begin()
        self._wait()

    def on_message_complete(self) -> None:
        """The request is here."""
        self._wait_no_longer()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """The live channel asks by itself whether its desk is still there."""
        self._wait_no_longer()
        super().handle_websocket_upgrade()

    def _wait(self) -> None:
        self._wait_no_longer()
        self._came = 0
        self._look = self.loop.call_later(self.patience_s, self._see)

    def _wait_no_longer(self) -> None:
        if self._look is not None:
            self._look.cancel()
            self._look = None

    def _see(self) -> None:
        if self._came >= LEAST:
            self._wait()
        else:
            log.info("a request did not go on; its connection is closed")
            self._look = None
            self.transport.close()
