"""The transport of a helper process: it has no refresh token, only access tokens that the desk lends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from crmdesk.sync.transports.http import GatewayClient, SignedOutByServer
from crmdesk.sync.wire import Session

Answer = TypeVar("Answer")
_PATIENCE = httpx.Timeout(60.0, connect=5.0)


class LentAccess(GatewayClient):
    """Asks the gateway with an access token; when it ran out, ``renewed`` returns another (it may take its time)."""

    def __init__(self, url: str, ca_file: str | None, token: str, renewed: Callable[[], str]) -> None:
        super().__init__(url, _nothing_to_keep, ca_file)
        self._token = token
        self._renewed = renewed

    def _authorised(self, path: str, message: Any, answer: type[Answer], timeout: httpx.Timeout = _PATIENCE) -> Answer:
        try:
            return self._ask(path, message, answer, self._token, timeout)
        except SignedOutByServer:
            self._token = self._renewed()
            return self._ask(path, message, answer, self._token, timeout)


def _nothing_to_keep(_: Session) -> None:
    return
