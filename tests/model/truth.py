"""What must be true after everything healed: the invariants of DESIGN section 5, read off the real files and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, inspect, select, text

from crmdesk.models.local import ConflictRow, DraftRow, Outbox, OutboxState, ServerRow
from crmdesk.models.registry import SYNCED, table_of
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.models.wireform import to_wire
from crmdesk.sync.engine import Engine, principal_at
from crmdesk.sync.engine.access import within
from crmdesk.sync.engine.people import scopes_of_all
from crmdesk.sync.engine.rows import sent_columns, wire_rows
from tests.model.desk import ModelDesk
from tests.model.ledger import Ledger, Place, Word

Rows = dict[tuple[str, UUID], dict[str, Any]]

_OWN_BUSINESS = frozenset({"updated_at", "updated_by", "fver"})
_STORED = text("select count(*), coalesce(max(seq), 0) from sync.mutation where device_id = :device")
_FED = text("select distinct row_id from sync.change where op = 'U'")


def all_is_well(engine: Engine, desks: Sequence[ModelDesk], ledger: Ledger) -> None:
    """Raise AssertionError, saying which promise was broken, unless everything is as it must be."""
    server = _server_rows(engine)
    for number, desk in enumerate(desks):
        _outbox_is_empty(number, desk)
        _shows_its_scope(number, desk, engine)
        _nothing_foreign(number, desk)
        _each_change_has_one_result(number, desk, engine)
    _every_word_is_somewhere(server, desks, ledger)
    _erased_is_erased(engine, server, desks, ledger)


def own_words_are_there(number: int, desk: ModelDesk, ledger: Ledger) -> None:
    """Raise AssertionError unless a desk shows, or keeps for its person, every word written at it.

    A desk that no longer holds the customer is excused here; at the end the word must be somewhere all the same.
    """
    mine = [w for w in ledger.expected() if w.desk == number]
    if not mine:
        return
    shown, kept = desk.do(_shown), desk.do(_kept)
    for w in mine:
        row = shown.get(w.row)
        if row is None:
            continue
        about = {w.row} | ledger.same.get(w.row, set())
        there = any(_holds(shown.get(one), w) for one in about)
        assert there or any(w.word in words for words in kept), f"desk {number} lost sight of its own {w}"


# The promises ------------------------------------------------------------------------------------------------------


_ANSWERED = (OutboxState.REFUSED.value, OutboxState.TAKEN.value)


def _outbox_is_empty(number: int, desk: ModelDesk) -> None:
    """What was refused, and a claim of which a colleague was first, have the server's answer: a person sees to it."""
    waiting = desk.do(
        lambda uow: uow.session.scalar(select(func.count()).select_from(Outbox).where(Outbox.state.not_in(_ANSWERED)))
    )
    assert not waiting, f"desk {number} still has {waiting} changes that the server never settled"


def _shows_its_scope(number: int, desk: ModelDesk, engine: Engine) -> None:
    seat = desk.seat

    def visible(conn: Connection) -> Rows:
        with within(conn, principal_at(conn, seat.device, seat.person).scopes):
            return _rows(conn)

    there, here = engine.run(visible), desk.do(_desk_rows)
    refused = desk.do(_refused_rows)
    for key in there.keys() | here.keys():
        if key not in refused:
            assert here.get(key) == there.get(key), f"desk {number} and its scope differ in {key}"


def _nothing_foreign(number: int, desk: ModelDesk) -> None:
    assert not desk.network.beyond_scopes, f"desk {number} was sent what it may not hold"


def _each_change_has_one_result(number: int, desk: ModelDesk, engine: Engine) -> None:
    made = desk.do(_highest_seq)
    stored, highest = engine.run(lambda conn: conn.execute(_STORED, {"device": desk.seat.device}).one())
    assert stored == highest == made, f"desk {number} made {made} changes, the server keeps {stored} results"


def _every_word_is_somewhere(server: Rows, desks: Sequence[ModelDesk], ledger: Ledger) -> None:
    texts = [str(value) for row in server.values() for value in row.values() if isinstance(value, str)]
    kept = [words for desk in desks for words in desk.do(_kept)]
    everything = "\n".join(texts + kept)
    for w in ledger.expected():
        assert w.word in everything, f"lost: {w}"
    for row in server.values():
        for place in Place:
            value = row.get(place.value) or ""
            for word in {part for part in value.split() if part in ledger.words}:
                assert value.split().count(word) == 1, f"{word} is there twice: {value!r}"


def _erased_is_erased(engine: Engine, server: Rows, desks: Sequence[ModelDesk], ledger: Ledger) -> None:
    if not ledger.erased:
        return
    assert not [key for key in server if key[1] in ledger.erased], "an erased customer is back at the server"
    assert not ledger.erased & set(engine.run(lambda conn: list(conn.scalars(_FED)))), "the feed brings an erased row"
    for number, desk in enumerate(desks):
        assert not ledger.erased & {key[1] for key in desk.do(_desk_rows)}, f"desk {number} shows an erased customer"
        everything = desk.do(_everything)
        for w in ledger.forbidden():
            assert w.word not in everything, f"desk {number} still holds words of an erased customer: {w}"


# What is where -----------------------------------------------------------------------------------------------------


def _holds(row: dict[str, Any] | None, w: Word) -> bool:
    return row is not None and w.word in str(row.get(w.place.value) or "")


def _server_rows(engine: Engine) -> Rows:
    def read(conn: Connection) -> Rows:
        with within(conn, scopes_of_all(conn)):
            return _rows(conn)

    return engine.run(read)


def _rows(conn: Connection) -> Rows:
    found: Rows = {}
    for entity in SYNCED:
        ids = list(conn.scalars(text(f"select id from crm.{entity}")))
        columns = sent_columns(entity)
        for values in wire_rows(conn, entity, ids):
            row = dict(zip(columns, values, strict=True))
            found[(entity, UUID(row["id"]))] = {k: v for k, v in row.items() if k not in _OWN_BUSINESS}
    return found


def _desk_rows(uow: UnitOfWork) -> Rows:
    found: Rows = {}
    for entity in SYNCED:
        table = table_of(entity)
        for values in uow.session.execute(select(table)).mappings():
            row = {k: v for k, v in to_wire(dict(values)).items() if k not in _OWN_BUSINESS}
            found[(entity, values["id"])] = row
    return found


def _shown(uow: UnitOfWork) -> dict[UUID, dict[str, Any]]:
    return {row_id: row for (_, row_id), row in _desk_rows(uow).items()}


def _highest_seq(uow: UnitOfWork) -> int:
    found = uow.session.connection().exec_driver_sql("select seq from sqlite_sequence where name = 'outbox'").scalar()
    return int(found or 0)


def _refused(uow: UnitOfWork) -> list[Outbox]:
    return list(uow.session.scalars(select(Outbox).where(Outbox.state == OutboxState.REFUSED.value)))


def _refused_rows(uow: UnitOfWork) -> set[tuple[str, UUID]]:
    return {(entry.entity, entry.row_id) for entry in _refused(uow)}


def _kept(uow: UnitOfWork) -> list[str]:
    """Return what a desk keeps for its person beside the rows: drafts, open conflicts, changes that were refused."""
    drafts = uow.session.scalars(select(DraftRow))
    conflicts = uow.session.scalars(select(ConflictRow).where(ConflictRow.settled_at.is_(None)))
    kept = [str(row.mine) for row in conflicts] + [str(row.fields) for row in drafts]
    return kept + [str(entry.set_) for entry in _refused(uow)]


def _everything(uow: UnitOfWork) -> str:
    """Return every text of every table of a desk's file, so that a word can be searched for."""
    connection = uow.session.connection()
    parts: list[str] = []
    for name in inspect(connection).get_table_names():
        if name in SYNCED or name in {t.__tablename__ for t in (Outbox, ServerRow, ConflictRow, DraftRow)}:
            rows = connection.exec_driver_sql(f'select * from "{name}"').all()
            parts += [str(value) for row in rows for value in row if isinstance(value, str)]
    return "\n".join(parts)
