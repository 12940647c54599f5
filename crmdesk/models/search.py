"""Full-text and prefix queries on the desk's file, with every text bound, never spliced."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from crmdesk.models.base import Id
from crmdesk.models.search_schema import FULL_TEXT, drop_trigger_statements, rebuild_statement, trigger_statements

_NAMES = text(
    "SELECT customer.id, customer.name, customer.latin_name FROM customer_words"
    " JOIN customer ON customer.rowid = customer_words.rowid"
    " WHERE customer_words MATCH :query AND customer.merged_into IS NULL LIMIT :most"
).columns(id=Id)
_SIMILAR = text(
    "SELECT customer.id, customer.name, customer.latin_name FROM customer_trigrams"
    " JOIN customer ON customer.rowid = customer_trigrams.rowid"
    " WHERE customer_trigrams MATCH :query AND customer.merged_into IS NULL LIMIT :most"
).columns(id=Id)
_NOTES = text(
    "SELECT note.id FROM note_words JOIN note ON note.rowid = note_words.rowid"
    " WHERE note_words MATCH :query ORDER BY note_words.rowid DESC LIMIT :most"
).columns(id=Id)
_COMPLAINTS = text(
    "SELECT complaint.id FROM complaint_words JOIN complaint ON complaint.rowid = complaint_words.rowid"
    " WHERE complaint_words MATCH :query ORDER BY complaint_words.rowid DESC LIMIT :most"
).columns(id=Id)
_REQUESTS = text(
    "SELECT request.id FROM request_words JOIN request ON request.rowid = request_words.rowid"
    " WHERE request_words MATCH :query ORDER BY request_words.rowid DESC LIMIT :most"
).columns(id=Id)


def words_of(typed: str) -> tuple[str, ...]:
    """Return the words in what was typed, at most eight: runs of letters, marks and digits, as the index has them."""
    parted = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in typed)
    return tuple(parted.split()[:8])


def prefix_query(words: tuple[str, ...]) -> str:
    """Return an FTS5 query for rows that have every word as a prefix; quotes make every character harmless."""
    return " ".join(f'"{word}"*' for word in words)


def whole_words_query(words: tuple[str, ...]) -> str:
    """Return an FTS5 query for rows that have every word as it is."""
    return " ".join(f'"{word}"' for word in words)


def trigrams_of(word: str) -> tuple[str, ...]:
    """Return the trigrams of a word in lower case, none for a shorter one."""
    lower = word.casefold()
    return tuple(dict.fromkeys(lower[i : i + 3] for i in range(len(lower) - 2)))


def customers_by_words(session: Session, words: tuple[str, ...], most: int) -> list[tuple[UUID, str, str]]:
    """Return id, name and Latin name of customers whose name has every word as a prefix, in no order (ranking short
    prefixes is too slow)."""
    found = session.execute(_NAMES, {"query": prefix_query(words), "most": most})
    return [(row.id, row.name, row.latin_name) for row in found]


def customers_named(session: Session, words: tuple[str, ...], most: int) -> list[UUID]:
    """Return customers whose name has every word whole, in no order."""
    return [row.id for row in session.execute(_NAMES, {"query": whole_words_query(words), "most": most})]


def customers_by_trigrams(
    session: Session, trigrams: tuple[str, ...], joined_by: str, most: int
) -> list[tuple[UUID, str, str]]:
    """Return id, name and Latin name of customers with these trigrams; ``joined_by`` is "AND" or "OR"."""
    query = f" {joined_by} ".join(f'"{trigram}"' for trigram in trigrams)
    return [(row.id, row.name, row.latin_name) for row in session.execute(_SIMILAR, {"query": query, "most": most})]


def notes_by_words(session: Session, words: tuple[str, ...], most: int) -> list[UUID]:
    """Return notes with every word as a prefix, newest first."""
    return list(session.scalars(_NOTES, {"query": prefix_query(words), "most": most}))


def complaints_by_words(session: Session, words: tuple[str, ...], most: int) -> list[UUID]:
    """Return complaints with every word as a prefix, newest first."""
    return list(session.scalars(_COMPLAINTS, {"query": prefix_query(words), "most": most}))


def requests_by_words(session: Session, words: tuple[str, ...], most: int) -> list[UUID]:
    """Return requests with every word as a prefix, newest first."""
    return list(session.scalars(_REQUESTS, {"query": prefix_query(words), "most": most}))


def stop_following(engine: Engine) -> None:
    """Take the full-text triggers off before a bulk load."""
    with engine.begin() as connection:
        for table in FULL_TEXT:
            for statement in drop_trigger_statements(table):
                connection.exec_driver_sql(statement)


def rebuild(engine: Engine) -> None:
    """Read every full-text table anew and put the triggers back on after a bulk load."""
    with engine.begin() as connection:
        for table in FULL_TEXT:
            connection.exec_driver_sql(rebuild_statement(table))
            for statement in trigger_statements(table):
                connection.exec_driver_sql(statement)
