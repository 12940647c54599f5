"""The rows that a run of mutations touches: read and locked by one statement per table, written by one per table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import field
from uuid import UUID

from sqlalchemy import Connection

from crmdesk.domain.quick import dataclass
from crmdesk.models.registry import ENTITY_CODES
from crmdesk.sync.engine import attached, case_steps, given, ownership, request_steps, rows
from crmdesk.sync.engine.access import throughout, widened
from crmdesk.sync.engine.columns import entity_of
from crmdesk.sync.engine.compare import Row
from crmdesk.sync.engine.fieldlog import FieldChange
from crmdesk.sync.engine.hands import Key, Writer
from crmdesk.sync.engine.identities import canonical
from crmdesk.sync.wire import Mutation


@dataclass(slots=True)
class Changed:
    """The rows of one entity that were made in a run, and those that were there and changed."""

    made: dict[UUID, Row] = field(default_factory=dict)
    touched: dict[UUID, Row] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Before:
    """How some rows stood in a run before a group of mutations was judged."""

    known: Mapping[Key, Row | None]
    made: AbstractSet[Key]
    touched: AbstractSet[Key]
    handed_over: AbstractSet[Key]
    held: int


@dataclass(slots=True)
class Work:
    """What is known of the rows that a run touches, and which of them were made or changed.

    ``before`` are the rows as they were read; ``parents`` the scopes of rows that own others, where they are not of the
    run itself, ``unseen`` those of them that the writer does not hold, ``handed_over`` the rows that went to
    them, ``lapsed`` rows that were not made since they were somebody's who was erased.
    """

    known: dict[Key, Row] = field(default_factory=dict)
    before: dict[Key, Row] = field(default_factory=dict)
    parents: dict[Key, int] = field(default_factory=dict)
    foreign: frozenset[Key] = frozenset()
    of_others: frozenset[UUID] = frozenset()
    holders: dict[tuple[str, str, str], tuple[UUID, int]] = field(default_factory=dict)
    made: set[Key] = field(default_factory=set)
    touched: set[Key] = field(default_factory=set)
    handed_over: set[Key] = field(default_factory=set)
    lapsed: set[Key] = field(default_factory=set)
    unseen: frozenset[Key] = frozenset()
    held_here: list[tuple[str, str, str]] = field(default_factory=list)
    ids: dict[str, UUID] = field(default_factory=dict)
    cases: case_steps.Cases = field(default_factory=case_steps.Cases)
    files: attached.Counts = field(default_factory=Counter)

    def id_of(self, value: str) -> UUID:
        """Return the id that a field holds; made once, since many rows name the same parent."""
        found = self.ids.get(value)
        if found is None:
            found = self.ids[value] = UUID(value)
        return found

    def hold(self, entity: str, field: str, value: str, row: UUID) -> None:
        """Note that a row that is made here has a value that only one may have."""
        self.holders[(entity, field, value)] = (row, 1)
        self.held_here.append((entity, field, value))

    def state_of(self, keys: AbstractSet[Key]) -> Before:
        """Return how rows stand, for putting them back."""
        known = {key: self.known.get(key) for key in keys}
        return Before(known, self.made & keys, self.touched & keys, self.handed_over & keys, len(self.held_here))

    def put_back(self, before: Before) -> None:
        """Let rows be as they stood."""
        for key, row in before.known.items():
            if row is None:
                self.known.pop(key, None)
            else:
                self.known[key] = row
        self.made = self.made - before.known.keys() | before.made
        self.touched = self.touched - before.known.keys() | before.touched
        self.handed_over = self.handed_over - before.known.keys() | before.handed_over
        while len(self.held_here) > before.held:
            del self.holders[self.held_here.pop()]

    def scope_of(self, parent: Key) -> int | None:
        """Return the scope of a row that owns others, None where there is no such row yet."""
        row = self.known.get(parent)
        return self.parents.get(parent) if row is None else row.scope

    def changes(self) -> dict[str, Changed]:
        """Return what was made and changed, by entity in the order in which everybody writes."""
        found: dict[str, Changed] = defaultdict(Changed)
        for key in self.made:
            found[key[0]].made[key[1]] = self.known[key]
        for key in self.touched - self.made:
            found[key[0]].touched[key[1]] = self.known[key]
        return {name: found[name] for name in sorted(found, key=ENTITY_CODES.__getitem__)}

    def set_fields(self, changes: Mapping[str, Changed]) -> Iterator[FieldChange]:
        """Yield the fields that this run's person set on rows that were there before, or set again on new ones."""
        for name, changed in changes.items():
            for row_id, row in changed.touched.items():
                old = self.before[(name, row_id)].fver
                for field_name, ver in row.fver.items():
                    if old.get(field_name) != ver:
                        yield FieldChange((name, row_id), field_name, ver)
            for row_id, row in changed.made.items():
                if row.ver > 1:
                    for field_name, ver in row.fver.items():
                        if ver > 1:
                            yield FieldChange((name, row_id), field_name, ver)


class Collision(Exception):
    """Somebody else made the same rows first."""

    def __init__(self, keys: frozenset[Key]) -> None:
        super().__init__()
        self.keys = keys


def prepared(conn: Connection, writer: Writer, mutations: Sequence[Mutation]) -> Work:
    """Read and lock what the mutations are about, as far as the writer may see it."""
    work = Work()
    ids: dict[str, set[UUID]] = defaultdict(set)
    for m in mutations:
        if m.entity in ENTITY_CODES:
            ids[m.entity].add(m.row)
    concerned, paying = case_steps.concerned(mutations), given.concerned(conn, mutations)
    if concerned or paying:
        work.cases = case_steps.read_cases(conn, concerned, paying, mutations)
        for name, id_ in concerned:
            ids[name].add(id_)
        ids[case_steps.COMPLAINT].update(paying)
        ids[case_steps.ISSUE].update(*work.cases.issues.values())
    for name in sorted(ids, key=ENTITY_CODES.__getitem__):
        entity = entity_of(name)
        assert entity is not None
        if not entity.for_insert:
            continue
        work.known.update({(name, id_): row for id_, row in rows.locked_rows(conn, entity, ids[name]).items()})
        for unique in entity.unique:
            _read_holders(conn, work, name, unique, mutations)
    if concerned or paying:
        case_steps.queue_up(conn, work.cases, concerned, paying, mutations)
    if asked := case_steps.asked_otherwise(mutations):
        work.cases.begun = request_steps.begun_among(conn, asked)
    work.before = dict(work.known)
    work.files = attached.counted(conn, mutations)
    _read_parents(conn, work, mutations, ids)
    if not writer.leads:
        interactions = {id_: row for (name, id_), row in work.known.items() if name == "interaction"}
        work.of_others = ownership.calls_of_others(conn, writer.author, interactions)
    return work


def _read_holders(conn: Connection, work: Work, name: str, unique: str, mutations: Sequence[Mutation]) -> None:
    wanted = {value for m in mutations if m.entity == name and isinstance(value := m.set.get(unique), str)}
    fit = [value for value in wanted if "\x00" not in value]
    for value, holder in rows.holders_of(conn, name, unique, fit).items():
        work.holders[(name, unique, value)] = holder


def _read_parents(conn: Connection, work: Work, mutations: Sequence[Mutation], ids: dict[str, set[UUID]]) -> None:
    """Find the scopes of parents: most are the writer's own, one that is not belongs to another team."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for m in mutations:
        entity = entity_of(m.entity)
        if entity is None or entity.parent is None:
            continue
        column, owner = entity.parent
        id_ = canonical(m.set.get(column))
        if id_ is None:
            continue
        parent = work.id_of(id_)
        if parent not in ids.get(owner, ()):
            wanted[owner].add(parent)
    unseen: dict[str, set[UUID]] = {}
    for owner, parents in wanted.items():
        found = rows.scopes_of(conn, owner, parents)
        work.parents.update({(owner, id_): scope for id_, scope in found.items()})
        if missing := parents - found.keys():
            unseen[owner] = missing
    if unseen:
        with throughout(conn):
            elsewhere = {
                (owner, id_): scope
                for owner, missing in unseen.items()
                for id_, scope in rows.scopes_of(conn, owner, missing).items()
            }
        work.parents |= elsewhere
        work.unseen = frozenset(elsewhere)


def write(conn: Connection, writer: Writer, changes: Mapping[str, Changed]) -> None:
    """Write what was made and changed; raises Collision when somebody else made one of the rows first."""
    written = (row for changed in changes.values() for row in (*changed.made.values(), *changed.touched.values()))
    abroad = {row.scope for row in written} - set(writer.scopes)
    if not abroad:
        _write(conn, writer, changes)
        return
    with widened(conn, [*writer.scopes, *abroad]):
        _write(conn, writer, changes)


def _write(conn: Connection, writer: Writer, changes: Mapping[str, Changed]) -> None:
    for name, changed in changes.items():
        if changed.made:
            inserted = rows.insert_rows(conn, name, changed.made, writer.author)
            if len(inserted) < len(changed.made):
                raise Collision(frozenset((name, id_) for id_ in changed.made.keys() - inserted))
        if changed.touched:
            rows.replace_rows(conn, name, changed.touched, writer.author)
