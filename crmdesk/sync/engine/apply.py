"""Applies a run of mutations to the entity tables, set-based and in order.

All rows that the run touches are read and locked with one statement per table (``work``), the mutations are applied to
them in memory one after the other (``judging``), and what changed is written with one statement per table. Mutations of
one group stand or fall together. Merges, which change what later mutations are about, are applied one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

import msgspec
from sqlalchemy import Connection, text
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from crmdesk.domain.language import mark
from crmdesk.models.local import FELL
from crmdesk.models.registry import ENTITY_CODES
from crmdesk.sync.engine import fieldlog, identities, merging, moving, work
from crmdesk.sync.engine.access import within
from crmdesk.sync.engine.attempts import undoable
from crmdesk.sync.engine.compare import Hand
from crmdesk.sync.engine.hands import ELSEWHERE, STANDING, Key, Writer, denied
from crmdesk.sync.engine.judging import judge, spoken_for
from crmdesk.sync.engine.work import Collision, Work
from crmdesk.sync.wire import NOT_THERE, Mutation, Op, Result, Status

# The feed of a scope keeps an entry for each row that it has or had.
_HAD = text(
    "select entity, row_id from sync.change where scope_id = any(:scopes) and row_id = any(:rows) and op in ('U', 'R')"
)
_NO_ROOM = mark("The database cannot hold these values.")


_LIMIT_EXCEEDED = "54"
"""The class of PostgreSQL's errors for what is larger than its indexes and rows have room for."""


class _TooLarge(Exception):
    """The database has no room for a value, however often it is tried."""


_UNFORESEEN = (IntegrityError, DataError, _TooLarge)


class _Fallen(Exception):
    """A group that cannot stand, with what became of each of its members."""

    def __init__(self, results: Sequence[Result]) -> None:
        super().__init__()
        self.results = results


def apply(conn: Connection, writer: Writer, mutations: Sequence[Mutation]) -> list[Result]:
    """Apply mutations in order and return their results in order. The identities must be shared, or had alone where
    something is merged.

    Values that no check foresaw make their own group refused and nothing else.
    """
    return _told_apart(conn, writer, mutations, _applied(conn, writer, mutations))


def _applied(conn: Connection, writer: Writer, mutations: Sequence[Mutation]) -> list[Result]:
    if not any(map(merging.is_merge, mutations)):
        return _plain(conn, writer, mutations)
    results: list[Result] = []
    for merges, groups in groupby(_groups(mutations), key=lambda group: any(map(merging.is_merge, group))):
        if merges:
            results.extend(result for group in groups for result in _with_merges(conn, writer, group))
        else:
            results.extend(_plain(conn, writer, [m for group in groups for m in group]))
    return results


def _told_apart(
    conn: Connection, writer: Writer, mutations: Sequence[Mutation], results: Sequence[Result]
) -> list[Result]:
    """Tell a row that the server does not have from one that went where this writer does not see: a desk waits for the
    first to come back, where a server lost it, and would wait for the second for good."""
    missed = {r.seq for r in results if r.reason == NOT_THERE}
    if not missed:
        return list(results)
    rows = [m.row for m in mutations if m.seq in missed]
    known = {(code, row) for code, row in conn.execute(_HAD, {"scopes": list(writer.scopes), "rows": rows})}
    gone = {m.seq for m in mutations if m.seq in missed and (ENTITY_CODES.get(m.entity), m.row) in known}
    return [msgspec.structs.replace(r, reason=ELSEWHERE) if r.seq in gone else r for r in results]


def _groups(mutations: Sequence[Mutation]) -> Iterator[list[Mutation]]:
    """Yield neighbours of one group together; group 0 is no group."""
    for number, members in groupby(mutations, key=lambda m: m.group):
        if number == 0:
            yield from ([m] for m in members)
        else:
            yield list(members)


# Groups in which something is merged -------------------------------------------------------------------------------


def _with_merges(conn: Connection, writer: Writer, group: Sequence[Mutation]) -> list[Result]:
    try:
        with conn.begin_nested():
            results = [_merged(conn, writer, m) for m in group]
            if not all(r.status in STANDING for r in results):
                raise _Fallen(results)
            return results
    except _Fallen as fallen:
        pairs = zip(group, fallen.results, strict=True)
        return [denied(m, FELL) if r.status in STANDING else r for m, r in pairs]


def _merged(conn: Connection, writer: Writer, m: Mutation) -> Result:
    """Apply one mutation of such a group; what a merge sets beside merging is applied first."""
    if not merging.is_merge(m):
        return _plain(conn, writer, [m])[0]
    rest, merge = merging.parted(m)
    first = _plain(conn, writer, [rest])[0] if rest.set else None
    if first is not None and first.status not in STANDING:
        return first
    result = merging.merge(conn, writer, merge)
    if first is None or not first.conflicts or result.status not in STANDING:
        return result
    return msgspec.structs.replace(result, status=Status.CONFLICT, conflicts={**first.conflicts, **result.conflicts})


# Everything else ---------------------------------------------------------------------------------------------------


def _plain(conn: Connection, writer: Writer, mutations: Sequence[Mutation]) -> list[Result]:
    try:
        return _in_one_go(conn, writer, mutations)
    except _UNFORESEEN:
        return [result for group in _groups(mutations) for result in _alone(conn, writer, group)]


def _alone(conn: Connection, writer: Writer, group: Sequence[Mutation]) -> list[Result]:
    try:
        return _in_one_go(conn, writer, group)
    except _UNFORESEEN:
        return [denied(m, _NO_ROOM) for m in group]


@contextmanager
def _with_room() -> Iterator[None]:
    """Tell what the database has no room for apart from a database that is away."""
    try:
        yield
    except OperationalError as error:
        if str(getattr(error.orig, "sqlstate", "")).startswith(_LIMIT_EXCEEDED):
            raise _TooLarge from error
        raise


def _in_one_go(conn: Connection, writer: Writer, mutations: Sequence[Mutation]) -> list[Result]:
    """Apply, undoing what did not succeed; again when somebody made one of the new rows in the meantime."""
    foreign: frozenset[Key] = frozenset()
    while True:
        try:
            with undoable(conn, *_UNFORESEEN, Collision), _with_room():
                fates = identities.look_up(conn, {id_ for m in mutations for id_ in identities.named_by(m)})
                meant = [identities.rewritten(m, fates) for m in mutations] if fates.winners else mutations
                with within(conn, writer.scopes):
                    done = work.prepared(conn, writer, meant)
                    done.foreign = foreign - done.known.keys()
                    erased = set(fates.erased)
                    results = [result for group in _groups(meant) for result in _judged(done, writer, erased, group)]
                    changes = done.changes()
                    work.write(conn, writer, changes)
                if writer.hand is Hand.PERSON:
                    fieldlog.write(conn, writer.author, list(done.set_fields(changes)))
                identities.lapse(conn, done.lapsed, writer.author)
                _tell_what_went(conn, writer, done)
                results = fieldlog.signed(conn, results, {m.seq: (m.entity, m.row) for m in meant})
                return [spoken_for(m, to.row, r) for m, to, r in zip(mutations, meant, results, strict=True)]
        except Collision as collision:
            foreign |= collision.keys


def _judged(done: Work, writer: Writer, erased: set[str], group: Sequence[Mutation]) -> list[Result]:
    """Judge a group; nothing of it is applied when it is about something that was erased."""
    if not erased:
        return judge(done, writer, group)
    left = [_alive(done, erased, m) for m in group]
    alive = [m for m in left if m is not None]
    if len(alive) == len(group):
        return judge(done, writer, alive)
    pairs = zip(group, left, strict=True)
    return [_gone(m, erased) if rest is None else denied(m, FELL) for m, rest in pairs]


def _gone(m: Mutation, erased: set[str]) -> Result:
    """Return that a mutation was about something erased, and whether its own row was."""
    return Result(m.seq, Status.ERASED, row=m.row if m.row.hex in erased else None)


def _alive(done: Work, erased: set[str], m: Mutation) -> Mutation | None:
    """Return what may be applied of a mutation, None when it is about something that was erased. A row that would have
    been made then counts as erased too, with what comes after it."""
    rest = identities.without_erased(m, erased)
    if rest is None and m.op is Op.INSERT and m.entity in ENTITY_CODES and (m.entity, m.row) not in done.known:
        erased.add(m.row.hex)
        done.lapsed.add((m.entity, m.row))
    return rest


def _tell_what_went(conn: Connection, writer: Writer, done: Work) -> None:
    """Tell this desk's scope that what was written here about another team's rows went there."""
    lost = [key for key in done.handed_over if done.known[key].scope not in writer.scopes]
    moving.hand_over(conn, writer.home_scope, lost)
