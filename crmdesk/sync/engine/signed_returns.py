"""Returns as they were signed: kept with their document and digest, who signed and when; a later one is beside them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.cases.returns import Return, ReturnShown, Scope, Signature, return_from
from crmdesk.domain.ids import new_id
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.case_steps import rules_in_force

_OF_SCOPE = "regime = :regime and entity = :entity and first_day = :first and last_day = :last"
# Once by each person, until other figures are signed: then what was signed before may be signed again, and is the last.
_SIGN = text(
    "insert into sync.signed_return "  # noqa: S608 - constants
    "(id, regime, entity, first_day, last_day, document, digest, signed_by) "
    "select :id, :regime, :entity, :first, :last, :document, :digest, :by where not exists (select 1 "
    f"from sync.signed_return where {_OF_SCOPE} and digest = :digest and signed_by = :by and signed_at > coalesce("
    f"(select max(signed_at) from sync.signed_return where {_OF_SCOPE} and digest <> :digest), '-infinity'))"
)
_SIGNED = text(
    "select document from sync.signed_return where regime = :regime and entity = :entity and first_day = :first "
    "and last_day = :last order by signed_at desc limit 1"
)
_SIGNATURES = text(
    "select s.digest, s.signed_at, coalesce(a.display_name, p.login, '') as name from sync.signed_return s "
    "left join sync.principal p on p.user_id = s.signed_by left join crm.agent a on a.id = s.signed_by "
    "where s.regime = :regime and s.entity = :entity and s.first_day = :first and s.last_day = :last "
    "order by s.signed_at desc limit :most"
)
_MOST_SIGNATURES = 50


def sign(conn: Connection, one: Return, by: UUID) -> str:
    """Keep a return as it was signed, and return its digest; one that was signed before stays, and is compared with.

    Signed twice by the same person it is kept once: an answer that was lost is asked for again.
    """
    values = {**_named(one.scope), "document": one.document(), "digest": one.digest()}
    conn.execute(_SIGN, {**values, "id": new_id(), "by": by})
    return one.digest()


def signed_last(conn: Connection, scope: Scope) -> Return | None:
    """Return the return of this scope that was signed last, None where none was."""
    document = conn.execute(_SIGNED, _named(scope)).scalar()
    return None if document is None else return_from(document)


def shown(conn: Connection, one: Return) -> ReturnShown:
    """Return a return with what its regime and entity are called, and what was signed of its scope."""
    book, scope = rules_in_force(conn), one.scope
    regime = book.regimes.get(scope.regime)
    entities = {entity.key: entity.title for entity in (() if book.house is None else book.house.entities)}
    with throughout(conn):
        rows = conn.execute(_SIGNATURES, {**_named(scope), "most": _MOST_SIGNATURES}).all()
    return ReturnShown(
        one,
        scope.regime if regime is None else regime.title,
        entities.get(scope.entity, scope.entity),
        signed_last(conn, scope),
        tuple(Signature(row.name, row.signed_at, row.digest) for row in rows),
    )


def _named(scope: Scope) -> dict[str, Any]:
    period = scope.period
    return {"regime": scope.regime, "entity": scope.entity, "first": period.first, "last": period.last}
