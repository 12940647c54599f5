"""The sync transport through the gateway: msgpack over HTTPS, with the access token renewed when it ran out."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from crmdesk.domain.errors import Refused, Unavailable, UserMistake
from crmdesk.domain.language import mark, tr
from crmdesk.domain.server_address import check_server_url
from crmdesk.sync.phone_wire import AskColleagues, Colleagues, PhoneAsk, PhoneDone
from crmdesk.sync.reading import Unreadable, decode
from crmdesk.sync.transports.unreached import mistrusted, unreached
from crmdesk.sync.wire import (
    MEDIA_TYPE,
    Ack,
    AckReply,
    Failure,
    Hello,
    HelloReply,
    LookUp,
    LookUpReply,
    Pull,
    PullReply,
    Push,
    PushReply,
    Refresh,
    Session,
    SignIn,
    Snapshot,
    SnapshotReply,
    encode,
)

Answer = TypeVar("Answer")
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_CHUNK_TIMEOUT = httpx.Timeout(60.0, connect=5.0)
_LONGEST_PAUSE_S = 30.0
_PAUSES = 10
_LOOK_UP_TIMEOUT = httpx.Timeout(1.5, connect=0.5)
"""Five times the budget of a look-up: somebody waits on the telephone."""
_PHONE_TIMEOUT = httpx.Timeout(25.0, connect=3.0)
"""Longer than the server waits for the phone system's word; not long to connect, since somebody is on the line."""
_UNAVAILABLE = mark("The server cannot be reached.")
_KEPT = mark("Work goes on; everything is sent when it answers again.")


class SignedOutByServer(Refused):
    """The server no longer knows this desk's tokens: the person has to sign in again."""


class TurnedAway(Refused):
    """The server said no; ``code`` is the ``code`` of its ``wire.Failure``, whose words are translated here."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(tr(failure.what), tr(failure.next_step))
        self.code = failure.code


def _tls(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise UserMistake(
            "server",
            tr("The file of the certificate authority cannot be read."),
            tr("Check --ca-file: it is a PEM file."),
        ) from error


class GatewayClient:
    """One connection pool to one gateway. Tokens live here in memory; ``on_session`` hears of each new session so that
    the refresh token can be kept in the keyring. Safe to use from several threads."""

    def __init__(self, url: str, on_session: Callable[[Session], None], ca_file: str | None = None) -> None:
        self.url = check_server_url(url)
        self.ca_file = ca_file
        self.tls = _tls(ca_file) if self.url.startswith("https") else None
        """How the server's certificate is checked, None on this computer itself; the live channel needs the same."""
        self._http = httpx.Client(base_url=self.url, timeout=_TIMEOUT, verify=self.tls or False, trust_env=False)
        self._on_session = on_session
        self._renewing = threading.Lock()
        self._closing = threading.Event()
        self._session: Session | None = None
        self._refresh: Refresh | None = None

    @property
    def access_token(self) -> str | None:
        """The present access token, None before sign-in."""
        return self._session.access_token if self._session else None

    def sign_in(self, message: SignIn) -> Session:
        """Sign a person in; raises Refused for a wrong password or a disabled account, Unavailable with the reason why
        the server was not reached."""
        try:
            session = self._ask("/auth/sign-in", message, Session, token=None)
        except Unavailable as error:
            # Nobody works on yet: that everything is kept would be no answer here.
            if isinstance(error.__cause__, httpx.HTTPError):
                raise mistrusted(error.__cause__) or unreached(error.__cause__, self.url) from error.__cause__
            raise
        self._adopt(session, Refresh(session.refresh_token, message.device_id, message.install_nonce))
        return session

    def remember(self, message: Refresh) -> None:
        """Go on with the kept refresh token at the next question."""
        self._refresh = message

    def close(self) -> None:
        """Close the connections; whoever waits for a busy server waits no longer."""
        self._closing.set()
        self._http.close()

    def hello(self, message: Hello) -> HelloReply:
        """See ``Transport``."""
        return self._authorised("/sync/hello", message, HelloReply)

    def push(self, message: Push) -> PushReply:
        """See ``Transport``."""
        return self._authorised("/sync/push", message, PushReply)

    def pull(self, message: Pull) -> PullReply:
        """See ``Transport``."""
        return self._authorised("/sync/pull", message, PullReply)

    def snapshot(self, message: Snapshot) -> SnapshotReply:
        """See ``Transport``."""
        return self._authorised("/sync/snapshot", message, SnapshotReply, _CHUNK_TIMEOUT)

    def look_up(self, message: LookUp) -> LookUpReply:
        """See ``Transport``."""
        return self._authorised("/sync/look-up", message, LookUpReply, _LOOK_UP_TIMEOUT)

    def ack(self, message: Ack) -> AckReply:
        """See ``Transport``."""
        return self._authorised("/sync/ack", message, AckReply)

    def ask(self, path: str, message: Any, answer: type[Answer]) -> Answer:
        """Ask something that is no part of sync and may take the server some seconds; raises as ``Transport`` does."""
        return self._authorised(path, message, answer, _CHUNK_TIMEOUT)

    def phone(self, message: PhoneAsk) -> PhoneDone:
        """Ask the phone system for one thing; sent again with the same id, it is still done once."""
        return self._authorised("/phone", message, PhoneDone, _PHONE_TIMEOUT)

    def colleagues(self) -> Colleagues:
        """Return who could take a call now."""
        return self._authorised("/phone/colleagues", AskColleagues(), Colleagues, _LOOK_UP_TIMEOUT)

    def _adopt(self, session: Session, refresh: Refresh) -> None:
        self._session = session
        self._refresh = refresh
        self._on_session(session)

    def _authorised(self, path: str, message: Any, answer: type[Answer], timeout: httpx.Timeout = _TIMEOUT) -> Answer:
        session = self._session
        if session is None:
            session = self._renew(None)
        try:
            return self._ask(path, message, answer, session.access_token, timeout)
        except SignedOutByServer:
            renewed = self._renew(session)
            return self._ask(path, message, answer, renewed.access_token, timeout)

    def renew(self) -> None:
        """Get a fresh access token, for the live channel; raises SignedOutByServer as a turn of sync does."""
        self._renew(self._session)

    def _renew(self, stale: Session | None) -> Session:
        """Get a new session once, however many threads found the old one stale."""
        with self._renewing:
            if self._session is not None and self._session is not stale:
                return self._session
            if self._refresh is None:
                raise SignedOutByServer(tr("Nobody is signed in."), tr("Sign in again."))
            session = self._ask("/auth/refresh", self._refresh, Session, token=None)
            refresh = Refresh(session.refresh_token, self._refresh.device_id, self._refresh.install_nonce)
            self._adopt(session, refresh)
            return session

    def _ask(
        self, path: str, message: Any, answer: type[Answer], token: str | None, timeout: httpx.Timeout = _TIMEOUT
    ) -> Answer:
        headers = {"Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE}  # not shown
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"  # not shown
        reply = self._answered(path, encode(message), headers, timeout)
        if reply.status_code >= 400:
            raise _failure(reply)
        try:
            return decode(reply.content, answer)
        except Unreadable as error:
            raise Unavailable(tr("The server's answer cannot be read."), tr(_KEPT)) from error

    def _answered(self, path: str, content: bytes, headers: dict[str, str], timeout: httpx.Timeout) -> httpx.Response:
        """Return the server's answer; ask again, some times, when it is busy and says after how long."""
        for pauses in range(_PAUSES + 1):
            try:
                reply = self._http.post(path, content=content, headers=headers, timeout=timeout)
            except httpx.HTTPError as error:
                raise mistrusted(error) or Unavailable(tr(_UNAVAILABLE), tr(_KEPT)) from error
            pause_s = _pause_asked_for(reply)
            if pause_s is None or pauses == _PAUSES or self._closing.wait(pause_s):
                break
        return reply


def _pause_asked_for(reply: httpx.Response) -> float | None:
    """Return for how many seconds a busy server asks to wait (RFC 9110, 10.2.3), None where it does not."""
    asked = reply.headers.get("retry-after", "")
    if reply.status_code != 503 or not asked.isdecimal():
        return None
    return min(float(asked), _LONGEST_PAUSE_S)


def _failure(reply: httpx.Response) -> Refused | Unavailable:
    try:
        failure = decode(reply.content, Failure)
    except Unreadable:
        failure = Failure("unreadable", tr("The server answered {code}.", code=reply.status_code), _KEPT)
    if reply.status_code == 401:
        return SignedOutByServer(tr(failure.what), tr(failure.next_step))
    if reply.status_code in (429, 500, 502, 503, 504) or failure.code == "unreadable":
        return Unavailable(tr(failure.what), tr(failure.next_step or _KEPT))
    return TurnedAway(failure)
