"""Sign-in, renewal and recognition of desks.

A password is checked with argon2 and never kept. The refresh token is random, kept as a digest, bound to the device
and its install nonce, and changes at each use; the one before is good for another minute, because an answer may get
lost, and betrays a theft after that. Whoever guesses passwords has to wait longer and longer.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import threading
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from argon2.exceptions import VerificationError
from sqlalchemy import Connection, Row, text

from crmdesk.domain.clock import Clock
from crmdesk.domain.language import mark
from crmdesk.domain.people import Identity, Role
from crmdesk.domain.quick import dataclass
from crmdesk.server import tokens
from crmdesk.sync.engine import Code, Engine, Principal, Rejection, principal_at
from crmdesk.sync.engine.people import HASHER, HOUSE
from crmdesk.sync.wire import Refresh, Session, SignIn

log = logging.getLogger(__name__)

GRACE = timedelta(seconds=60)
"""How long the refresh token before the present one is still taken."""

IDLE = timedelta(days=30)
"""How long a refresh token is good when nobody uses it."""

FREE_ATTEMPTS = 5
"""Wrong passwords for one name from one address before waiting begins; for one name from anywhere, ten times that."""

_TYPE_ANEW = mark("Type both anew; capital letters count. A new password comes from your administrator.")
_FORGET = timedelta(minutes=15)
_LONGEST_WAIT_S = 300.0
_CHECKS_AT_ONCE = 2

_KEY = text("select token_key from sync.server")
_PERSON = text(
    "select user_id, password_hash, disabled_at is not null as disabled from sync.principal where login = :login"
)
_FAILURES = text("select key, failures, last_at from sync.sign_in_failure where key = any(cast(:keys as bytea[]))")
_FAILED = text(
    "insert into sync.sign_in_failure as f (key, failures, last_at) "
    "select k, 1, :now from unnest(cast(:keys as bytea[])) as u(k) on conflict (key) do update "
    "set failures = case when f.last_at < :forget then 1 else f.failures + 1 end, last_at = excluded.last_at"
)
_SUCCEEDED = text("delete from sync.sign_in_failure where key = :key")
_DEVICE = text(
    "select user_id, install_nonce, refresh_hash, previous_hash, rotated_at, revoked_at, barred_at from sync.device "
    "where device_id = :device for update"
)
_NEW_DEVICE = text(
    "insert into sync.device (device_id, user_id, install_nonce, name, client_version) "
    "values (:device, :person, :nonce, :name, :version) on conflict (device_id) do nothing"
)
_SIGNED_IN = text(
    "update sync.device set refresh_hash = :hash, previous_hash = null, rotated_at = :now, revoked_at = null, "
    "client_version = :version, seen_at = now() where device_id = :device"
)
_ROTATED = text(
    "update sync.device set refresh_hash = :hash, previous_hash = :previous, rotated_at = :now, seen_at = now() "
    "where device_id = :device"
)
_STOLEN = text(
    "update sync.device set refresh_hash = null, previous_hash = null, revoked_at = now() where device_id = :device"
)
_SCOPES = text("select set_config('crmdesk.scopes', :scopes, true)")
_WHO = text("select display_name, extension from crm.agent where id = :id")
_QUEUES = text("select name from crm.queue order by name")


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody recognised: the principal for the engine, and the identity that a desk shows."""

    principal: Principal
    identity: Identity


class Auth:
    """Knows who asks. Safe for threads; works on the engine's database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._checking = threading.BoundedSemaphore(_CHECKS_AT_ONCE)

    @cached_property
    def _key(self) -> bytes:
        return bytes(self._engine.run(lambda conn: conn.execute(_KEY).scalar_one()))

    @cached_property
    def _nobodys_hash(self) -> str:
        """A hash to check against when there is no such user, so that both answers take the same time."""
        return HASHER.hash(secrets.token_hex())

    def sign_in(self, message: SignIn, address: str) -> Session:
        """Check a person's password and bind a session to their device; ``address`` is where the request came from.

        Raises Rejection: wrong name or password, closed account, too many attempts, a profile that is somebody
        else's or a copy.
        """
        login = message.login.strip().lower().replace("\x00", "")
        keys = (_digest("at", login, address), _digest("anywhere", login))
        person = self._engine.run(lambda conn: self._find(conn, login, keys))
        right = self._password_is_right(message.password, person.password_hash if person else None)
        if person is None or not right:
            self._engine.run(lambda conn: self._note_failure(conn, keys))
            # Typed names are not logged: people type passwords into that field.
            whom = f"agent {person.user_id}" if person else f"unknown name {_digest('name', login).hex()[:12]}"
            log.warning("wrong password for %s from %s", whom, address or "an unknown address")
            raise Rejection(Code.WRONG_PASSWORD, mark("The name or the password is wrong."), _TYPE_ANEW)
        if person.disabled:
            raise Rejection(Code.DISABLED, mark("This account is closed."), mark("Ask your administrator."))
        return self._engine.run(lambda conn: self._open(conn, message, person.user_id, keys[0]))

    def refresh(self, message: Refresh) -> Session:
        """Renew a session; raises Rejection when the token is not this device's present one."""
        session = self._engine.run(lambda conn: self._renew(conn, message))
        if session is None:
            raise Rejection(
                Code.SIGNED_OUT, mark("This desk was signed out."), mark("Sign in again; nothing written is lost.")
            )
        return session

    def claim(self, token: str) -> tokens.Claim:
        """Return who a good access token speaks for; raises Rejection."""
        return tokens.read(self._key, token, self._clock.now().timestamp())

    def principal(self, conn: Connection, token: str) -> Principal:
        """Return who asks, as they stand now; raises Rejection."""
        claim = self.claim(token)
        return principal_at(conn, claim.device, claim.person)

    def known(self, token: str) -> Known:
        """Return who asks together with what a desk shows of them; raises Rejection."""

        def look(conn: Connection) -> Known:
            principal = self.principal(conn, token)
            if principal.barred:
                raise Rejection(
                    Code.DISABLED, mark("This computer was taken out of use."), mark("Ask your administrator.")
                )
            return Known(principal, identity_of(conn, principal))

        return self._engine.run(look)

    def _find(self, conn: Connection, login: str, keys: tuple[bytes, bytes]) -> Row[tuple[UUID, str, bool]] | None:
        failures = {bytes(row.key): row for row in conn.execute(_FAILURES, {"keys": list(keys)})}
        for key, free in zip(keys, (FREE_ATTEMPTS, FREE_ATTEMPTS * 10), strict=True):
            row = failures.get(key)
            if row is not None and self._must_wait(row.failures - free, row.last_at):
                raise Rejection(
                    Code.THROTTLED, mark("There were too many attempts."), mark("Wait a few minutes, then try again.")
                )
        return conn.execute(_PERSON, {"login": login}).one_or_none()

    def _must_wait(self, too_many: int, last: datetime) -> bool:
        if too_many < 0:
            return False
        wait = min(2.0 ** min(too_many, 10), _LONGEST_WAIT_S)
        return self._clock.now() < last + timedelta(seconds=wait)

    def _password_is_right(self, password: str, hashed: str | None) -> bool:
        with self._checking:
            try:
                HASHER.verify(hashed or self._nobodys_hash, password)
            except VerificationError:
                return False
        return hashed is not None

    def _note_failure(self, conn: Connection, keys: tuple[bytes, bytes]) -> None:
        now = self._clock.now()
        conn.execute(_FAILED, {"keys": list(keys), "now": now, "forget": now - _FORGET})

    def _open(self, conn: Connection, message: SignIn, person: UUID, key: bytes) -> Session:
        conn.execute(_SUCCEEDED, {"key": key})
        made = {"device": message.device_id, "person": person, "nonce": message.install_nonce}
        version = _short(message.client_version)
        conn.execute(_NEW_DEVICE, {**made, "name": _short(message.device_name), "version": version})
        device = conn.execute(_DEVICE, {"device": message.device_id}).one()
        if device.install_nonce != message.install_nonce:
            raise Rejection(
                Code.FORK, mark("This profile was copied from another computer."), mark("Use a new profile here.")
            )
        if device.user_id != person:
            raise Rejection(
                Code.OTHER_PERSON, mark("This profile belongs to somebody else."), mark("Use a profile of your own.")
            )
        if device.barred_at is not None:
            raise Rejection(Code.DISABLED, mark("This computer was taken out of use."), mark("Ask your administrator."))
        token = secrets.token_urlsafe(32)
        values = {"hash": _token_hash(token), "now": self._clock.now(), "version": version}
        conn.execute(_SIGNED_IN, {**values, "device": message.device_id})
        return self._session(conn, message.device_id, person, token)

    def _renew(self, conn: Connection, message: Refresh) -> Session | None:
        device = conn.execute(_DEVICE, {"device": message.device_id}).one_or_none()
        if device is None or device.revoked_at is not None or device.refresh_hash is None:
            return None
        if device.install_nonce != message.install_nonce:
            return None
        given = _token_hash(message.refresh_token)
        age = self._clock.now() - device.rotated_at
        if hmac.compare_digest(given, bytes(device.refresh_hash)):
            if age > IDLE:
                return None
        elif device.previous_hash is None or not hmac.compare_digest(given, bytes(device.previous_hash)):
            return None
        elif age > GRACE:
            conn.execute(_STOLEN, {"device": message.device_id})
            return None
        token = secrets.token_urlsafe(32)
        values = {"hash": _token_hash(token), "previous": given, "now": self._clock.now()}
        conn.execute(_ROTATED, {**values, "device": message.device_id})
        return self._session(conn, message.device_id, device.user_id, token)

    def _session(self, conn: Connection, device: UUID, person: UUID, refresh_token: str) -> Session:
        principal = principal_at(conn, device, person)
        expires = int(self._clock.now().timestamp()) + tokens.ACCESS_S
        access = tokens.issue(self._key, tokens.Claim(person, device, expires))
        return Session(access, refresh_token, tokens.ACCESS_S, identity_of(conn, principal))


def identity_of(conn: Connection, principal: Principal) -> Identity:
    """Return what a desk shows of somebody."""
    conn.execute(_SCOPES, {"scopes": ",".join(map(str, principal.scopes or (HOUSE,)))})
    shown = conn.execute(_WHO, {"id": principal.user_id}).one()
    return Identity(
        agent_id=principal.user_id,
        login=principal.login,
        display_name=shown.display_name,
        extension=shown.extension,
        role=Role(principal.role),
        queues=tuple(conn.scalars(_QUEUES)),
    )


def _digest(*parts: str) -> bytes:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _short(words: str) -> str:
    return words.replace("\x00", "")[:120]
