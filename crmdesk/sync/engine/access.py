"""On whose behalf a transaction runs: the person at a device, and row-level security for exactly their scopes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.language import mark
from crmdesk.domain.people import Role
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.hot import Answer, Hot
from crmdesk.sync.engine.refusal import Code, Rejection

DESK_ROLE = "crmdesk_desk"
"""The PostgreSQL role that may touch entity tables and nothing else; it owns nothing and cannot log in."""

_BECOME = Hot(
    text(
        "select set_config('crmdesk.scopes', :scopes, true), set_config('role', :role, true), "
        "set_config('idle_in_transaction_session_timeout', '5000', true), "
        "set_config('statement_timeout', '30000', true)"
    )
)
_BE_YOURSELF = Hot(text("select set_config('role', 'none', true), set_config('crmdesk.scopes', '', true)"))

_SCOPES = text("select current_setting('crmdesk.scopes', true)")
_SEE = text("select set_config('crmdesk.scopes', :scopes, true)")
_SEE_EVERYTHING = text("select set_config('crmdesk.scopes', crm.every_scope(), true)")

_PRINCIPAL = Hot(
    text(
        "select p.login, p.role, p.home_scope, p.disabled_at is not null as disabled, "
        "d.revoked_at is not null as revoked, d.barred_at is not null as barred, "
        "array(select s.scope_id from sync.principal_scope s where s.user_id = p.user_id order by 1) as scopes, "
        "d.scope_id as device_scope "
        "from sync.device d join sync.principal p on p.user_id = d.user_id "
        "where d.device_id = :device and d.user_id = :person"
    )
)
_SCOPE_OF_DEVICE = text("select scope_id from sync.device where device_id = :device for no key update")
_NEW_SCOPE = text("insert into sync.scope (kind, name) values ('device', cast(:device as text)) returning scope_id")
_KEEP_SCOPE = text("update sync.device set scope_id = :scope where device_id = :device")


@dataclass(frozen=True, slots=True)
class Principal:
    """A person at a device: what they may hold and where their new rows go. ``device_scope`` is the one of ``scopes``
    that this device alone holds, 0 until it was made. A ``barred`` device is told that it may hold nothing."""

    user_id: UUID
    device_id: UUID
    login: str
    role: Role
    scopes: tuple[int, ...]
    home_scope: int
    device_scope: int = 0
    barred: bool = False


def principal_at(conn: Connection, device: UUID, person: UUID) -> Principal:
    """Return the person at a device as they stand now; raises Rejection when either may not work any more."""
    return principal_of(_PRINCIPAL.first(conn, {"device": device, "person": person}), device, person)


def principal_of(row: Answer | None, device: UUID, person: UUID) -> Principal:
    """Return the principal whom a row describes, in the columns of ``_PRINCIPAL``; raises as ``principal_at`` does."""
    if row is None:
        raise _signed_out()
    login, role, home, disabled, revoked, barred, scopes, own = row
    if revoked:
        raise _signed_out()
    if disabled:
        raise Rejection(Code.DISABLED, mark("This account is closed."), mark("Ask your administrator."))
    if barred:
        return Principal(person, device, login, Role.AGENT, (), home, barred=True)
    found = Principal(person, device, login, Role(role), tuple(scopes), home)
    return found if own is None else _with_own_scope(found, own)


def _signed_out() -> Rejection:
    return Rejection(Code.SIGNED_OUT, mark("This desk is signed out."), mark("Sign in again."))


def at_device(principal: Principal, device: UUID) -> None:
    """Raise Rejection unless a message comes from the device that the principal sits at."""
    if device != principal.device_id:
        raise Rejection(Code.BAD_REQUEST, mark("This message is another device's."), mark("Sign in again."))


def with_device_scope(conn: Connection, principal: Principal) -> Principal:
    """Return the principal with the scope of their device, which is made when they need it first."""
    if principal.device_scope or principal.barred:
        return principal
    device = {"device": principal.device_id}
    scope: int | None = conn.execute(_SCOPE_OF_DEVICE, device).scalar_one()
    if scope is None:
        scope = conn.execute(_NEW_SCOPE, device).scalar_one()
        conn.execute(_KEEP_SCOPE, {**device, "scope": scope})
    return _with_own_scope(principal, scope)


def _with_own_scope(principal: Principal, scope: int) -> Principal:
    return replace(principal, scopes=(*principal.scopes, scope), device_scope=scope)


def from_now_on(conn: Connection, scopes: Collection[int]) -> None:
    """Run statements as the desk role, seeing only rows of ``scopes``, until the transaction ends."""
    _BECOME.run(conn, {"scopes": ",".join(map(str, scopes)), "role": DESK_ROLE})


@contextmanager
def within(conn: Connection, scopes: Collection[int]) -> Iterator[None]:
    """Run statements as the desk role, seeing only rows of ``scopes``, until the block ends.

    After an error the transaction is lost anyway, so the role is given back only on the way out without one.
    """
    from_now_on(conn, scopes)
    yield
    _BE_YOURSELF.run(conn)


@contextmanager
def throughout(conn: Connection) -> Iterator[None]:
    """Let statements see rows of every scope until the block ends, by whichever role they run: for what the server
    itself must know or do."""
    before = conn.execute(_SCOPES).scalar_one()
    conn.execute(_SEE_EVERYTHING)
    yield
    conn.execute(_SEE, {"scopes": before or ""})


@contextmanager
def widened(conn: Connection, scopes: Collection[int]) -> Iterator[None]:
    """Let statements see rows of ``scopes`` until the block ends, as the role that they run by."""
    before = conn.execute(_SCOPES).scalar_one()
    conn.execute(_SEE, {"scopes": ",".join(map(str, scopes))})
    yield
    conn.execute(_SEE, {"scopes": before or ""})
