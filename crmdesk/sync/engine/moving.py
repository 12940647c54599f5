"""Who holds a row: the children of a row are held where it is, move with it, and what a merge needs of that."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, func, select, text, update

from crmdesk.domain.errors import UserMistake
from crmdesk.models.registry import ENTITY_CODES, SYNCED, parent_of
from crmdesk.sync.engine import identities
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.case_steps import LINES
from crmdesk.sync.engine.hands import Key
from crmdesk.sync.engine.naming import there_are
from crmdesk.sync.engine.rows import among, scopes_of, stored_table

_HOLD_LIKE = text(
    "with taken as (insert into sync.held (scope_id, entity, row_id, until) "
    "select h.scope_id, k.entity, k.row_id, h.until from sync.held h, "
    "unnest(cast(:entities as smallint[]), cast(:rows as uuid[])) as k(entity, row_id) where h.row_id = :model "
    "on conflict (scope_id, entity, row_id) do update set until = greatest(held.until, excluded.until) "
    "returning scope_id, entity, row_id) "
    "insert into sync.change (scope_id, entity, row_id, op) select scope_id, entity, row_id, 'U' from taken "
    "on conflict (scope_id, entity, row_id) do update set op = 'U', xid = excluded.xid"
)
_HAND_OVER = text(
    "insert into sync.change (scope_id, entity, row_id, op) "
    "select :scope, k.entity, k.row_id, 'R' from unnest(cast(:entities as smallint[]), cast(:rows as uuid[])) "
    "as k(entity, row_id) on conflict (scope_id, entity, row_id) do update set op = 'R', xid = excluded.xid"
)
_LOSERS = text(
    "with recursive one as (select cast(:row as uuid) as id union "
    "select m.loser from sync.merge m join one on m.winner = one.id where m.undone_at is null) select id from one"
)
_TEAM = text("select scope_id from sync.scope where kind = 'team' and name = :name")
_TEAMS = text("select name from sync.scope where kind = 'team' order by name")

COPY_THE_ID = "Copy the id from the customer's card."


def hold_like(conn: Connection, entity: str, model: UUID, row: UUID) -> None:
    """Let every device that holds ``model`` beyond its teams hold ``row`` too, with what belongs to it."""
    keys = [(ENTITY_CODES[entity], row)]
    for name in SYNCED:
        parent = parent_of(name)
        if parent is not None and parent[1] == entity:
            table = stored_table(name)
            found = conn.scalars(select(table.c.id).where(table.c[parent[0]] == row))
            keys += [(ENTITY_CODES[name], child) for child in found]
    values = {"entities": [code for code, _ in keys], "rows": [id_ for _, id_ in keys]}
    conn.execute(_HOLD_LIKE, {"model": model, **values})


def hand_over(conn: Connection, scope: int, rows: Collection[Key]) -> None:
    """Tell a scope that rows written there went to the team that they belong to."""
    if rows:
        ordered = sorted(rows, key=lambda key: (ENTITY_CODES[key[0]], key[1]))
        values = {"entities": [ENTITY_CODES[name] for name, _ in ordered], "rows": [row for _, row in ordered]}
        conn.execute(_HAND_OVER, {"scope": scope, **values})


COPY_THE_ID = "Copy the id from the customer's card."


def move(conn: Connection, entity: str, ids: Collection[UUID], scope: int, author: UUID) -> None:
    """Bring rows and all that belong to them into a scope. Must run ``throughout``, with the identities alone."""
    table = stored_table(entity)
    # Of what is written once that says when the server took it.
    at = table.c.updated_at if entity in LINES else func.clock_timestamp()
    raised = {"ver": table.c.ver + 1, "updated_at": at, "updated_by": author}
    conn.execute(
        update(table).where(among(table.c.id, ids), table.c.scope_id != scope).values(scope_id=scope, **raised)
    )
    for name in SYNCED:
        parent = parent_of(name)
        if parent is None or parent[1] != entity:
            continue
        child = stored_table(name)
        if found := list(conn.scalars(select(child.c.id).where(among(child.c[parent[0]], ids)))):
            move(conn, name, found, scope, author)


def move_customer(conn: Connection, customer: UUID, scope: int, author: UUID) -> None:
    """Give a customer, with its duplicates and all that belongs to them, to another scope.

    Raises UserMistake when there is no such customer, or when it is another's duplicate.
    """
    identities.have_alone(conn)
    with throughout(conn):
        if not scopes_of(conn, "customer", [customer]):
            raise UserMistake("customer", "There is no such customer.", COPY_THE_ID)
        winner = identities.look_up(conn, [customer.hex]).winners.get(customer.hex)
        if winner is not None:
            raise UserMistake("customer", f"This customer was merged into {UUID(winner)}.", "Move that one.")
        move(conn, "customer", with_losers(conn, customer), scope, author)


def with_losers(conn: Connection, row: UUID) -> list[UUID]:
    """Return a row and those that were merged into it, directly or not."""
    return list(conn.scalars(_LOSERS, {"row": row}))


def team_named(conn: Connection, name: str) -> int:
    """Return a team's scope; raises UserMistake with the teams that there are."""
    scope: int | None = conn.execute(_TEAM, {"name": name}).scalar_one_or_none()
    if scope is None:
        raise UserMistake("team", f"There is no team named {name}.", there_are(list(conn.scalars(_TEAMS)), name))
    return scope
