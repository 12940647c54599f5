"""PUSH: mutations in the order of their numbers, each with a result that is stored in the same transaction.

A mutation that is sent again (its answer was lost) gets its stored result and is not applied again. Another mutation
under a number that was used shows that the profile was copied: FORK. A number that skips one: GAP.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, text

from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine import fieldlog, identities, rows
from crmdesk.sync.engine.access import Principal, principal_at, principal_of, within
from crmdesk.sync.engine.apply import apply
from crmdesk.sync.engine.columns import entity_of
from crmdesk.sync.engine.compare import Hand, Row
from crmdesk.sync.engine.hands import Key, Writer
from crmdesk.sync.engine.hot import Hot
from crmdesk.sync.engine.merging import is_merge
from crmdesk.sync.engine.ownership import LEADING
from crmdesk.sync.engine.refusal import OTHER_VERSION, Code, Rejection
from crmdesk.sync.wire import PUSH_LIMIT, Mutation, Push, PushReply, Result, Status, Theirs

# The device first: of two pushes of one device the second waits there, and not for what the first is about to lock.
# Then the locks of ``identities.share`` and ``have_alone``.
_LOCK_SHARED = Hot(
    text(
        "with d as materialized (select last_seq from sync.device where device_id = :device for no key update) "
        "select last_seq, pg_advisory_xact_lock_shared(hashtext('crmdesk identities')) from d"
    )
)
_LOCK_ALONE = Hot(
    text(
        "with d as materialized (select last_seq from sync.device where device_id = :device for no key update) "
        "select last_seq, pg_advisory_xact_lock(hashtext('crmdesk identities')) from d"
    )
)
# The same locks, and who it is, in one statement: in the columns of ``access.principal_of`` after the number.
_ENTER_SHARED = Hot(
    text(
        "with d as materialized (select * from sync.device where device_id = :device and user_id = :person "
        "for no key update) "
        "select pg_advisory_xact_lock_shared(hashtext('crmdesk identities')), d.last_seq, "
        "p.login, p.role, p.home_scope, p.disabled_at is not null, d.revoked_at is not null, d.barred_at is not null, "
        "array(select s.scope_id from sync.principal_scope s where s.user_id = p.user_id order by 1), d.scope_id "
        "from d join sync.principal p on p.user_id = d.user_id"
    )
)
_STORED = Hot(
    text(
        "select seq, hash, entity, row_id, result from sync.mutation "
        "where device_id = :device and seq = any(cast(:seqs as bigint[]))"
    )
)
_STORE = Hot(
    text(
        "with stored as (insert into sync.mutation (device_id, seq, mutation_id, hash, entity, row_id, result) "
        "select :device, r.seq, r.mutation_id, decode(r.hash, 'hex'), r.entity, r.row_id, r.result "
        "from json_to_recordset(cast(:results as json)) "
        "as r(seq bigint, mutation_id uuid, hash text, entity text, row_id uuid, result jsonb)) "
        "update sync.device set last_seq = :seq, seen_at = now() where device_id = :device"
    )
)
_FORK = mark("Another computer has used this profile.")
_OUT_OF_USE = mark("This computer was taken out of use.")


@dataclass(frozen=True, slots=True)
class _Stored:
    """A result as it is kept: of a conflict only the fields' names, since results hold no customer's data."""

    hash: bytes
    entity: str
    row: UUID
    result: dict[str, Any]


class _Sent(NamedTuple):
    """A mutation that came, with the digest of what it does."""

    m: Mutation
    hash: bytes


def push(conn: Connection, principal: Principal, message: Push) -> PushReply:
    """Apply what is new of the message and return one result per mutation, in order.

    Raises Rejection when the message is another device's or too long.
    """
    _check(message, principal.device_id)
    lock = _LOCK_ALONE if _merges(message) else _LOCK_SHARED
    return _answered(conn, principal, lock.one(conn, {"device": principal.device_id})[0], message)


def push_from(conn: Connection, device: UUID, person: UUID, message: Push) -> PushReply:
    """Answer the push of a person at a device as they stand now; raises Rejection as ``principal_at`` and ``push``."""
    if _merges(message):
        return push(conn, principal_at(conn, device, person), message)
    row = _ENTER_SHARED.first(conn, {"device": device, "person": person})
    principal = principal_of(row and row[2:], device, person)
    _check(message, device)
    assert row is not None
    return _answered(conn, principal, row[1], message)


def _check(message: Push, device: UUID) -> None:
    if message.device_id != device:
        raise Rejection(Code.BAD_REQUEST, mark("These changes are another device's."), mark("Sign in again."))
    if len(message.mutations) > PUSH_LIMIT:
        raise Rejection(Code.TOO_LARGE, f"At most {PUSH_LIMIT} changes travel at once.", OTHER_VERSION)


def _merges(message: Push) -> bool:
    return any(map(is_merge, message.mutations))


def _answered(conn: Connection, principal: Principal, last: int, message: Push) -> PushReply:
    """Apply what is new after ``last``, the device's highest number, and answer everything."""
    sent = [_Sent(m, _hash(m)) for m in message.mutations]
    before = _stored(conn, principal, [one.m.seq for one in sent if one.m.seq <= last])
    fresh = _fresh(sent, last, before)
    results = dict(zip((one.m.seq for one in fresh), _applied(conn, principal, fresh), strict=True))
    hashes = {one.m.seq: one.hash for one in fresh}
    expected = last + len(fresh) + 1
    answers: list[Result] = []
    for one in sent:
        seq = one.m.seq
        if answers and answers[-1].status is Status.FORK:
            answers.append(Result(seq, Status.FORK, reason=_FORK))
        elif seq in results:
            same = hashes[seq] == one.hash
            answers.append(results[seq] if same else Result(seq, Status.FORK, reason=_FORK))
        elif seq <= last:
            answers.append(_again(conn, principal, one, before.get(seq)))
        else:
            answers.append(Result(seq, Status.GAP, expected=expected))
    return PushReply(tuple(answers))


def _fresh(sent: Sequence[_Sent], last: int, before: Mapping[int, _Stored]) -> list[_Sent]:
    """Return the mutations that continue the sequence without a hole; none of them after a fork."""
    fresh: list[_Sent] = []
    for one in sent:
        seq = one.m.seq
        if seq <= last and (seq not in before or before[seq].hash != one.hash):
            break
        if seq == last + len(fresh) + 1:
            fresh.append(one)
    return fresh


def _applied(conn: Connection, principal: Principal, fresh: Sequence[_Sent]) -> list[Result]:
    if not fresh:
        return []
    results = _denied(fresh) if principal.barred else _carried_out(conn, principal, fresh)
    kept = [
        {
            "seq": m.seq,
            "mutation_id": m.id.hex,
            "hash": hash_.hex(),
            "entity": m.entity[:60].replace("\x00", ""),
            "row_id": m.row.hex,
            "result": _kept(result),
        }
        for (m, hash_), result in zip(fresh, results, strict=True)
    ]
    values = {"device": principal.device_id, "seq": fresh[-1].m.seq}
    _STORE.run(conn, {**values, "results": msgspec.json.encode(kept).decode()})
    return results


def _carried_out(conn: Connection, principal: Principal, fresh: Sequence[_Sent]) -> list[Result]:
    writer = Writer(
        author=principal.user_id,
        scopes=principal.scopes,
        home_scope=principal.home_scope,
        hand=Hand.PERSON,
        leads=principal.role in LEADING,
        private=principal.device_scope,
    )
    return apply(conn, writer, [one.m for one in fresh])


def _denied(fresh: Sequence[_Sent]) -> list[Result]:
    return [Result(one.m.seq, Status.DENIED, reason=_OUT_OF_USE) for one in fresh]


def _hash(m: Mutation) -> bytes:
    """Return the digest of what a mutation does. Its base may rise while it waits in the outbox."""
    content = (m.id, m.entity, m.row, m.op, m.set)
    return blake2b(msgspec.msgpack.encode(content, order="deterministic"), digest_size=16).digest()


# Stored results ----------------------------------------------------------------------------------------------------


def _kept(result: Result) -> dict[str, Any]:
    if result.status is Status.DUPLICATE_OF:
        twin = result.conflicts["id"]
        return {"s": result.status, "id": twin.value, "v": twin.ver}
    kept = {"s": result.status, "v": result.ver, "r": result.reason.replace("\x00", ""), "f": list(result.conflicts)}
    return kept if result.row is None else {**kept, "w": result.row.hex}


def _stored(conn: Connection, principal: Principal, seqs: Sequence[int]) -> dict[int, _Stored]:
    if not seqs:
        return {}
    found = _STORED.all(conn, {"device": principal.device_id, "seqs": list(seqs)})
    return {seq: _Stored(bytes(hash_), entity, row, result) for seq, hash_, entity, row, result in found}


def _again(conn: Connection, principal: Principal, sent: _Sent, stored: _Stored | None) -> Result:
    """Return the stored result; the values of conflicting fields are read anew, since they are not kept."""
    seq = sent.m.seq
    if stored is None or stored.hash != sent.hash:
        return Result(seq, Status.FORK, reason=_FORK)
    kept = stored.result
    status = Status(kept["s"])
    if status is Status.DUPLICATE_OF:
        return Result(seq, status, conflicts={"id": Theirs(kept["id"], kept["v"])})
    instead = UUID(kept["w"]) if "w" in kept else None
    result = Result(seq, status, ver=kept["v"], reason=kept["r"], row=instead)
    return _with_values_now(conn, principal, result, (stored.entity, instead or stored.row), kept["f"])


def _with_values_now(conn: Connection, principal: Principal, result: Result, key: Key, names: Sequence[str]) -> Result:
    """Return a result with what stands in its fields; ERASED when the row was erased since."""
    if not names:
        return result
    entity = entity_of(key[0])
    assert entity is not None
    with within(conn, principal.scopes):
        row: Row | None = rows.locked_rows(conn, entity, [key[1]]).get(key[1])
    if row is None:
        erased = key[1].hex in identities.look_up(conn, [key[1].hex]).erased
        return Result(result.seq, Status.ERASED, row=key[1]) if erased else result
    conflicts = {name: Theirs(row.values[name], row.fver.get(name, 0)) for name in names}
    whole = msgspec.structs.replace(result, conflicts=conflicts)
    return fieldlog.signed(conn, [whole], {result.seq: key})[0]
