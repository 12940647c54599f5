"""Erases a customer for good (GDPR article 17): every row about them, every trace beside the rows, on every desk.

The ids go into the journal, in the database and in a file outside of it, in the same transaction; the rows' deletion
stamps E in every scope that ever held them, and in the house's. Whatever a desk sends of an erased row from then on is
answered ERASED.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, delete, func, select, text, update

from crmdesk.domain.errors import UserMistake
from crmdesk.models.registry import ENTITY_CODES
from crmdesk.sync.engine import identities, mail_outbox
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.journal import Entry, Journal
from crmdesk.sync.engine.kinship import Kin, kin_of, references
from crmdesk.sync.engine.moving import COPY_THE_ID, with_losers
from crmdesk.sync.engine.people import HOUSE
from crmdesk.sync.engine.phone_traces import forget_calls
from crmdesk.sync.engine.rows import among, listed, scopes_of, stored_table

Now = Callable[[], datetime]
T = TypeVar("T")

_JOURNAL = text(
    "insert into sync.erasure (row_id, entity) select unnest(cast(:rows as uuid[])), :entity on conflict do nothing"
)
# A copy that a device holds beyond its teams may never have changed since: then the feed does not know of it.
_TELL_HOLDERS = text(
    "insert into sync.change (scope_id, entity, row_id, op) select scope_id, entity, row_id, 'E' from sync.held "
    "where row_id = any(cast(:rows as uuid[])) "
    "on conflict (scope_id, entity, row_id) do update set op = 'E', xid = excluded.xid"
)
# Any desk may have words of it: its team was taken away since, or it was served before the database was put back.
_TELL_HOUSE = text(
    "insert into sync.change (scope_id, entity, row_id, op) select :house, :entity, unnest(cast(:rows as uuid[])), 'E' "
    "on conflict (scope_id, entity, row_id) do update set op = 'E', xid = excluded.xid"
)
_FIELDS = text("delete from sync.field_change where entity = :entity and row_id = any(cast(:rows as uuid[]))")
_MERGES = (
    text("delete from sync.merge_moved where row_id = any(cast(:rows as uuid[]))"),
    text("delete from sync.merge where loser = any(cast(:rows as uuid[]))"),
    text("delete from sync.merge where winner = any(cast(:rows as uuid[]))"),
)
_NOT_ERASED = text(
    "select j.row_id from unnest(cast(:rows as uuid[])) as j(row_id) "
    "where not exists (select 1 from sync.erasure e where e.row_id = j.row_id)"
)


def erase_customer(conn: Connection, customer: UUID, journal: Journal, now: Now) -> Mapping[str, int]:
    """Erase a customer with their duplicates and all that is about them; return how many rows of each entity.

    Raises UserMistake when there is none, or when it is another's duplicate; Unavailable when the journal cannot be
    written, and then nothing is erased.
    """
    identities.have_alone(conn)
    with throughout(conn):
        fates = identities.look_up(conn, [customer.hex])
        if customer.hex in fates.erased:
            raise UserMistake(
                "customer", "This customer was erased already.", "Who has confirmed it: crmdesk server status"
            )
        if customer.hex in fates.winners:
            other = UUID(fates.winners[customer.hex])
            raise UserMistake("customer", f"This customer was merged into {other}.", "Erase that one, or part them.")
        if not scopes_of(conn, "customer", [customer]):
            raise UserMistake("customer", "There is no such customer.", COPY_THE_ID)
        return _erase(conn, kin_of(conn, {"customer": with_losers(conn, customer)}), journal, now)


def erase_number(conn: Connection, e164: str, journal: Journal, now: Now) -> Mapping[str, int]:
    """Erase what is known under a number: its customer, and calls, numbers and callbacks that are nobody's.

    Raises as ``erase_customer`` does; also when several customers share the number, since one of them is meant.
    """
    identities.have_alone(conn)
    with throughout(conn):
        customers = _customers_at(conn, e164)
        if len(customers) > 1:
            named = ", ".join(sorted(map(str, customers)))
            raise UserMistake("number", f"Several customers have this number: {named}.", "Name the one who is meant.")
        first = {name: _nobodys(conn, name, e164) for name in ("contact_point", "interaction", "callback")}
        together = {loser for customer in customers for loser in with_losers(conn, customer)}
        if not together and not any(first.values()):
            raise UserMistake(
                "number", "Nothing is known under this number.", "Name the customer by the id on their card."
            )
        return _erase(conn, kin_of(conn, {"customer": together, **first}), journal, now)


def _customers_at(conn: Connection, e164: str) -> set[UUID]:
    table = stored_table("contact_point")
    asked = select(table.c.customer_id).where(table.c.e164 == e164, table.c.customer_id.is_not(None)).distinct()
    found = {id_.hex for id_ in conn.scalars(asked)}
    fates = identities.look_up(conn, found)
    known = {UUID(fates.winners.get(id_, id_)) for id_ in found - fates.erased}
    return set(scopes_of(conn, "customer", known))


def _nobodys(conn: Connection, name: str, e164: str) -> set[UUID]:
    table = stored_table(name)
    return set(conn.scalars(select(table.c.id).where(table.c.e164 == e164, table.c.customer_id.is_(None))))


def _erase(conn: Connection, kin: Kin, journal: Journal, now: Now) -> Mapping[str, int]:
    """Erase rows; the file is written last, so that it names nothing that the database could not erase."""
    counts = _remove(conn, kin)
    at = now()
    journal.append([Entry(at, name, row) for name, rows in _in_order(kin.rows) for row in rows])
    return counts


def _remove(conn: Connection, kin: Kin) -> Mapping[str, int]:
    """Take rows and their traces out of the database."""
    forget_calls(conn, kin.rows.get("interaction", ()), kin.rows.get("contact_point", ()))
    mail_outbox.forget(conn, kin.rows.get("complaint", ()))
    counts: dict[str, int] = {}
    for name, rows in _in_order(kin.rows):
        conn.execute(_JOURNAL, {"entity": ENTITY_CODES[name], "rows": listed(rows)})
        conn.execute(_TELL_HOLDERS, {"rows": listed(rows)})
        conn.execute(_TELL_HOUSE, {"house": HOUSE, "entity": ENTITY_CODES[name], "rows": listed(rows)})
        table = stored_table(name)
        counts[name] = conn.execute(delete(table).where(among(table.c.id, rows))).rowcount
        conn.execute(_FIELDS, {"entity": ENTITY_CODES[name], "rows": listed(rows)})
        for merges in _MERGES:
            conn.execute(merges, {"rows": listed(rows)})
    for (name, column), rows in _in_order(kin.passing):
        table = stored_table(name)
        values = {column: None, "ver": table.c.ver + 1, "updated_at": func.clock_timestamp()}
        conn.execute(update(table).where(among(table.c.id, rows)).values(values))
    return counts


def _in_order(groups: Mapping[T, Collection[UUID]]) -> list[tuple[T, list[UUID]]]:
    return [(key, sorted(rows)) for key, rows in groups.items() if rows]


# After a restore ---------------------------------------------------------------------------------------------------


def replay(conn: Connection, journal: Journal) -> int:
    """Erase again what the journal names and this database does not know as erased; return how many rows that were.

    To be done before desks are served by a database that was put back from a backup; doing it again does nothing.
    Exactly the rows of the journal go: a row that only names one of them was somebody else's when it was erased.
    """
    entries = journal.read()
    if not entries:
        return 0
    identities.have_alone(conn)
    missing = set(conn.scalars(_NOT_ERASED, {"rows": listed(entry.row for entry in entries)}))
    if not missing:
        return 0
    with throughout(conn):
        kin = Kin()
        for entry in entries:
            if entry.row in missing:
                kin.rows[entry.entity].add(entry.row)
        for name, rows in list(kin.rows.items()):
            for other, column in references(name):
                _part(conn, kin, other, column, rows)
        _remove(conn, kin)
    return sum(map(len, kin.rows.values()))


def _part(conn: Connection, kin: Kin, name: str, column: str, rows: Collection[UUID]) -> None:
    """Note the rows that name erased ones: parted from them where they can be, erased with them where they cannot."""
    table = stored_table(name)
    found = set(conn.scalars(select(table.c.id).where(among(table.c[column], rows)))) - kin.rows[name]
    target = kin.passing[(name, column)] if table.c[column].nullable else kin.rows[name]
    target |= found
