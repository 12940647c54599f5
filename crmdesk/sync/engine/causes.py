"""The tree of root causes at the server: what is in force, and that publishing another one loses no code."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from crmdesk.domain.knowledge.edition import NewEdition, Shelf
from crmdesk.domain.learning.causes import CAUSES, Tree, check_follows, newest_tree, tree_from
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.rows import stored_table


def in_force(conn: Connection) -> Tree:
    """Return the newest tree that was published, an empty one where none was. Must run where the house is seen."""
    table = stored_table("house_rules")
    wanted = select(table.c.code, table.c.version, table.c.state, table.c.body).where(table.c.code == CAUSES)
    return newest_tree([(code, version, state, body) for code, version, state, body in conn.execute(wanted)])


def check(conn: Connection, editions: Iterable[NewEdition]) -> None:
    """Raise UserMistake where a tree among these lacks a code that the one in force has: complaints name it."""
    for one in editions:
        if one.shelf is Shelf.HOUSE_RULES and one.code == CAUSES:
            with throughout(conn):
                before = in_force(conn)
            check_follows(before, tree_from(one.body))
