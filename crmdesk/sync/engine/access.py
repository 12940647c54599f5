"""On whose behalf a transaction runs: the person at a device, and row-level security for exactly their scopes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.desk import Role
from crmdesk.sync.engine.refusal import Code, Rejection

DESK_ROLE = "crmdesk_desk"
"""The PostgreSQL role that may touch entity tables and nothing else; it owns nothing and cannot log in."""

_BECOME = text(
    "select set_config('crmdesk.scopes', :scopes, true), set_config('role', :role, true), "
    "set_config('idle_in_transaction_session_timeout', '5000', true), set_config('statement_timeout', '30000', true)"
)
_BE_YOURSELF = text("select set_config('role', 'none', true), set_config('crmdesk.scopes', '', true)")

_PRINCIPAL = text(
    "select p.login, p.role, p.home_scope, p.disabled_at is not null as disabled, d.revoked_at is not null as revoked, "
    "array(select s.scope_id from sync.principal_scope s where s.user_id = p.user_id order by 1) as scopes "
    "from sync.device d join sync.principal p on p.user_id = d.user_id "
    "where d.device_id = :device and d.user_id = :person"
)


@dataclass(frozen=True, slots=True)
class Principal:
    """A person at a device: what they may hold and where their new rows go."""

    user_id: UUID
    device_id: UUID
    login: str
    role: Role
    scopes: tuple[int, ...]
    home_scope: int


def principal_at(conn: Connection, device: UUID, person: UUID) -> Principal:
    """Return the person at a device as they stand now; raises Rejection when either may not work any more."""
    row = conn.execute(_PRINCIPAL, {"device": device, "person": person}).one_or_none()
    if row is None or row.revoked:
        raise Rejection(Code.SIGNED_OUT, "This desk is signed out.", "Sign in again.")
    if row.disabled:
        raise Rejection(Code.DISABLED, "This account is closed.", "Ask your administrator.")
    return Principal(person, device, row.login, Role(row.role), tuple(row.scopes), row.home_scope)


@contextmanager
def within(conn: Connection, scopes: Collection[int]) -> Iterator[None]:
    """Run statements as the desk role, seeing only rows of ``scopes``, until the block ends.

    After an error the transaction is lost anyway, so the role is given back only on the way out without one.
    """
    conn.execute(_BECOME, {"scopes": ",".join(map(str, scopes)), "role": DESK_ROLE})
    yield
    conn.execute(_BE_YOURSELF)
