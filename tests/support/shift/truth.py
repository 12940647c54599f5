"""Holds what PostgreSQL has against what was typed: every note, promise, complaint and edit, word for word, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, text

from crmdesk.sync.engine import Engine
from tests.support.shift import people
from tests.support.shift.calls import Typed

_SEE_HOUSE = text("select set_config('crmdesk.scopes', '1', true)")
_NOTES = text(
    "select c.name, n.body from crm.note n join crm.customer c on c.id = n.customer_id "
    "join crm.agent a on a.id = n.author_id where a.login = :login and n.written_at >= :since"
)
_PROMISES = text("select words from crm.task where kind = 'promise' and state = 'open'")
_CALLBACKS = text("select reason from crm.callback where state = 'open'")
_COMPLAINTS = text("select reference, verbatim from crm.complaint")
_ANSWERS = text("select question, answer from crm.script_answer order by answered_at")
_OUTCOMES = text(
    "select c.name, d.label from crm.interaction i join crm.customer c on c.id = i.customer_id "
    "join crm.disposition d on d.id = i.disposition_id join crm.agent a on a.id = i.agent_id "
    "where a.login = :login and i.state = 'closed' and i.began_at >= :since"
)
_NAMES = text("select name from crm.customer")
_WISHES = text("select name, preferences from crm.customer")


class Missing(AssertionError):
    """Something that was typed is not at the server, or more than was typed."""


def all_is_there(database: str, typed: Typed, beside: Iterable[tuple[str, str]], since: Any) -> dict[str, int]:
    """Return how much of each kind was typed and found; ``beside`` are the lines of colleagues, ``since`` is when the
    shift began. Raises Missing."""
    engine = Engine(database, connections=1)
    try:
        return engine.run(lambda conn: _compare(conn, typed, list(beside), since))
    finally:
        engine.close()


def _compare(conn: Connection, typed: Typed, beside: Sequence[tuple[str, str]], since: Any) -> dict[str, int]:
    conn.execute(_SEE_HOUSE)
    mine = {"login": people.AGENT, "since": since}
    _same("notes", typed.notes, conn.execute(_NOTES, mine))
    _same("promises", [(words,) for words in typed.promises], conn.execute(_PROMISES))
    _same("callbacks", [(words,) for words in typed.callbacks], conn.execute(_CALLBACKS))
    _same("complaints", typed.complaints, conn.execute(_COMPLAINTS))
    _same("answers", typed.answers, conn.execute(_ANSWERS))
    _same("outcomes", typed.outcomes, conn.execute(_OUTCOMES, mine))
    names = Counter(row.name for row in conn.execute(_NAMES))
    _same("new customers", [(name, 1) for name in typed.made], [(name, names[name]) for name in typed.made])
    wishes = {row.name: row.preferences.splitlines() for row in conn.execute(_WISHES)}
    lines = [*typed.edits, *beside]
    lost = [line for line in lines if wishes[line[0]].count(line[1]) != 1]
    if lost:
        raise Missing(f"edits: {lost}, of {[wishes[name] for name, _ in lost]}")
    return {
        "notes": len(typed.notes),
        "promises": len(typed.promises),
        "callbacks": len(typed.callbacks),
        "complaints": len(typed.complaints),
        "script_answers": len(typed.answers),
        "outcomes": len(typed.outcomes),
        "new_customers": len(typed.made),
        "edits": len(typed.edits),
        "colleagues_edits": len(beside),
    }


def _same(what: str, typed: Iterable[Sequence[object]], found: Iterable[Sequence[object]]) -> None:
    wanted, there = Counter(map(tuple, typed)), Counter(map(tuple, found))
    if wanted != there:
        raise Missing(f"{what}: not at the server {wanted - there}; not typed {there - wanted}")
