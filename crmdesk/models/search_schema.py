"""Full-text tables of the desk's file: words of names, trigrams of names, words of notes,
complaints and requests.

They hold no text of their own (external content) and follow their tables by trigger; 'secure-delete' makes a deleted
word leave the index at once.

A trigger costs 40 µs a row for each index, since FTS5 writes its words out with every statement that has one. So many
new rows are written with a mark (``local.IndexedLater``): the triggers leave alone what is above it, and one statement
reads all of that into the index before the transaction ends (``models.bulk``).
"""

from __future__ import annotations

from typing import NamedTuple

_WORDS = "tokenize=\"unicode61 remove_diacritics 2 categories 'L* M* N* Co'\""
"""Marks belong to their word: without them most scripts of India would fall apart into single letters."""

_NO_MARK = "NOT EXISTS (SELECT 1 FROM indexed_later"


class FullText(NamedTuple):
    """One full-text table: its name, the table it follows, the columns and the FTS5 options."""

    name: str
    follows: str
    columns: tuple[str, ...]
    options: str


AT_FIRST: tuple[FullText, ...] = (
    FullText(
        "customer_words",
        "customer",
        ("name", "latin_name"),
        f"{_WORDS}, prefix='1 2 3'",
    ),
    FullText("customer_trigrams", "customer", ("name", "latin_name"), "tokenize='trigram', detail=none"),
    FullText("note_words", "note", ("body",), f"{_WORDS}, prefix='3'"),
    FullText(
        "complaint_words",
        "complaint",
        ("verbatim", "category", "product"),
        f"{_WORDS}, prefix='3'",
    ),
)
"""Those of the first schema."""

OF_ARTICLES = FullText("article_words", "article", ("title", "keywords", "body"), f"{_WORDS}, prefix='2 3'")

OF_REQUESTS = FullText(
    "request_words", "request", ("verbatim", "category", "product", "serial"), f"{_WORDS}, prefix='3'"
)

FULL_TEXT: tuple[FullText, ...] = (*AT_FIRST, OF_ARTICLES, OF_REQUESTS)


def create_statements(table: FullText) -> list[str]:
    """Return the statements that make the table and configure it."""
    columns = ", ".join(table.columns)
    return [
        f"CREATE VIRTUAL TABLE {table.name} USING fts5({columns}, content='{table.follows}', {table.options})",
        f"INSERT INTO {table.name}({table.name}, rank) VALUES('secure-delete', 1)",
    ]


def trigger_statements(table: FullText) -> list[str]:
    """Return the statements that make the table follow inserts, updates and deletes, except above a mark."""
    unmarked = f"{_NO_MARK} WHERE name = '{table.follows}' AND above <"
    return _triggers(table, f"{unmarked} new.rowid)", f"{unmarked} old.rowid)")


def trigger_statements_before_marks(table: FullText) -> list[str]:
    """Return the statements of a schema that knows no marks: every row is followed at once."""
    return _triggers(table, "", "")


def _triggers(table: FullText, new_follows: str, old_follows: str) -> list[str]:
    columns = ", ".join(table.columns)
    old = ", ".join(f"old.{name}" for name in table.columns)
    new = ", ".join(f"new.{name}" for name in table.columns)
    forget = f"INSERT INTO {table.name}({table.name}, rowid, {columns}) VALUES('delete', old.rowid, {old});"
    learn = f"INSERT INTO {table.name}(rowid, {columns}) VALUES(new.rowid, {new});"
    changed = "(" + " OR ".join(f"old.{name} IS NOT new.{name}" for name in table.columns) + ")"
    prefix = f"CREATE TRIGGER {table.name}"
    return [
        f"{prefix}_insert AFTER INSERT ON {table.follows}{_when(new_follows)} BEGIN {learn} END",
        f"{prefix}_delete AFTER DELETE ON {table.follows}{_when(old_follows)} BEGIN {forget} END",
        f"{prefix}_update AFTER UPDATE ON {table.follows}{_when(changed, old_follows)} BEGIN {forget} {learn} END",
    ]


def _when(*conditions: str) -> str:
    given = " AND ".join(filter(None, conditions))
    return f" WHEN {given}" if given else ""


def drop_trigger_statements(table: FullText) -> list[str]:
    """Return the statements that stop following, for a bulk load."""
    return [f"DROP TRIGGER IF EXISTS {table.name}_{event}" for event in ("insert", "delete", "update")]


def rebuild_statement(table: FullText) -> str:
    """Return the statement that reads everything anew after a bulk load."""
    return f"INSERT INTO {table.name}({table.name}) VALUES('rebuild')"
