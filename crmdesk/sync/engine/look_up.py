"""LOOK-UP: who is this? Asked of the server for a caller whom the desk does not hold.

By an exact number everybody of the house is found, whichever team's they are: somebody at the telephone cannot wait for
rights. Who asked is noted, and what is handed out of other teams is held by the device's own scope for a while, so that
changes and erasure reach the copy. By the words of a name only the desk's own scopes are searched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, Select, Uuid, any_, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from crmdesk.domain.language import mark
from crmdesk.models.limits import E164
from crmdesk.models.registry import ENTITY_CODES
from crmdesk.models.search import words_of
from crmdesk.sync.engine import rows
from crmdesk.sync.engine.access import Principal, at_device, with_device_scope, within
from crmdesk.sync.engine.holding import hold
from crmdesk.sync.engine.people import scopes_of_all
from crmdesk.sync.engine.refusal import Code, Rejection
from crmdesk.sync.wire import LookUp, LookUpReply, Rows

MOST_CUSTOMERS = 50
LOOK_UPS_PER_HOUR = 600
"""Of one person by number: more than anybody's calls, far fewer than it takes to try numbers through."""

_LONGEST_WORDS = 200

# A line with extensions is asked for as a whole: the switchboard's own entry belongs to every extension of it.
_BY_NUMBER = text(
    "select c.id, c.scope_id from crm.customer c where c.merged_into is null and c.id in ("
    "select p.customer_id from crm.contact_point p where p.e164 = :e164 "
    "and (:extension = '' or p.extension is null or p.extension = :extension)) order by c.id limit :limit"
)
_ASKED_NOT = text(
    "select exists (select from crm.contact_point p join crm.customer c on c.id = p.customer_id "
    "where p.e164 = :e164 and c.do_not_call and c.merged_into is null)"
)
# "+ 0" keeps the planner from walking along the index of the scopes instead of that of the words.
_BY_WORDS = text(
    "select c.id, c.scope_id from crm.customer c "
    "where to_tsvector('simple', left(c.name, 400) || ' ' || left(c.latin_name, 400)) @@ to_tsquery('simple', :query) "
    "and c.scope_id + 0 = any(cast(:scopes as int[])) and c.merged_into is null limit :limit"
)
_BY_INDEX = text("select set_config('enable_seqscan', 'off', true)")
_AS_EVER = text("select set_config('enable_seqscan', 'on', true)")
_OF_CUSTOMERS = {
    "contact_point": text("select id, scope_id from crm.contact_point where customer_id = any(cast(:ids as uuid[]))"),
    "complaint": text(
        "select id, scope_id from crm.complaint where customer_id = any(cast(:ids as uuid[])) and state <> 'closed'"
    ),
    "request": text(
        "select id, scope_id from crm.request where customer_id = any(cast(:ids as uuid[])) and state <> 'closed'"
    ),
    "callback": text(
        "select id, scope_id from crm.callback where customer_id = any(cast(:ids as uuid[])) and state = 'open'"
    ),
    "relationship": text(
        "select id, scope_id from crm.relationship where customer_id = any(cast(:ids as uuid[])) and not removed"
    ),
    "tag": text("select id, scope_id from crm.tag where customer_id = any(cast(:ids as uuid[])) and not removed"),
    "message": text(
        "select m.id, m.scope_id from unnest(cast(:ids as uuid[])) as c(id), lateral (select id, scope_id "
        "from crm.message where customer_id = c.id order by happened_at desc limit 10) m"
    ),
    "task": text("select id, scope_id from crm.task where customer_id = any(cast(:ids as uuid[])) and state = 'open'"),
    "interaction": text(
        "select i.id, i.scope_id from unnest(cast(:ids as uuid[])) as c(id), lateral (select id, scope_id "
        "from crm.interaction where customer_id = c.id order by began_at desc limit 10) i"
    ),
}
_NOTES = text("select id, scope_id from crm.note where interaction_id = any(cast(:ids as uuid[]))")
_ANSWERS = text("select id, scope_id from crm.script_answer where interaction_id = any(cast(:ids as uuid[]))")
_NOTE = text("insert into sync.looked_up (user_id, device_id, found) values (:person, :device, :found)")
_ASKED = text("select count(*) from sync.looked_up where user_id = :person and at > now() - interval '1 hour'")

Found = Mapping[str, Mapping[UUID, int]]
"""The ids of rows and the scope of each, by entity."""


@cache
def _locking(entity: str) -> Select[Any]:
    """Return the statement that keeps these rows from changing until the transaction ends, in the order of ids."""
    key = rows.stored_table(entity).c.id
    return (
        select(key).where(key == any_(bindparam("ids", type_=ARRAY(Uuid())))).order_by(key).with_for_update(read=True)
    )


def look_up(conn: Connection, principal: Principal, message: LookUp) -> LookUpReply:
    """Return customers with their numbers, what is open (cases, callbacks, tasks), their last calls and notes.

    Raises Rejection for a question that cannot be answered, and for too many of them.
    """
    at_device(principal, message.device_id)
    if principal.barred:
        raise Rejection(Code.NOT_HELD, mark("This computer was taken out of use."), mark("Ask your administrator."))
    limit = max(1, min(message.limit, MOST_CUSTOMERS))
    if message.e164:
        return _by_number(conn, principal, message, limit)
    return _by_words(conn, principal, message.words, limit)


def asked_not_to_be_called(conn: Connection, e164: str) -> bool:
    """Say whether somebody of the house who has a number, of whichever team, asked not to be called."""
    with within(conn, scopes_of_all(conn)):
        return bool(conn.scalar(_ASKED_NOT, {"e164": e164}))


def _by_number(conn: Connection, principal: Principal, message: LookUp, limit: int) -> LookUpReply:
    if E164["form"].fullmatch(message.e164) is None or len(message.extension) > 40 or "\x00" in message.extension:
        next_step = mark("Write it with plus sign and country code.")
        raise Rejection(Code.BAD_REQUEST, f"This is not {E164['form_words']}.", next_step)
    if conn.execute(_ASKED, {"person": principal.user_id}).scalar_one() >= LOOK_UPS_PER_HOUR:
        raise Rejection(Code.THROTTLED, mark("Too many numbers were looked up."), mark("Wait a while."))
    values = {"e164": message.e164, "extension": message.extension, "limit": limit}
    house = scopes_of_all(conn)
    with within(conn, house):
        found = _whole(conn, lambda: conn.execute(_BY_NUMBER, values).mappings().all())
        foreign = _foreign(found, principal.scopes)
        for name, ids in foreign.items():
            conn.execute(_locking(name), {"ids": list(ids)})
    asked = {"person": principal.user_id, "device": principal.device_id}
    conn.execute(_NOTE, {**asked, "found": foreign.get("customer", [])})
    if foreign:
        hold(conn, with_device_scope(conn, principal).device_scope, foreign)
    with within(conn, house):
        return _reply(conn, found)


def _by_words(conn: Connection, principal: Principal, words: str, limit: int) -> LookUpReply:
    wanted = words_of(words[:_LONGEST_WORDS])
    if not wanted:
        raise Rejection(Code.BAD_REQUEST, mark("There is no word in this."), mark("Type a number or a name."))
    query = " & ".join(map(_any_case, wanted))
    values = {"query": query, "scopes": list(principal.scopes), "limit": limit}
    # The planner takes a rare word for a common one and would read the whole table to be done soon.
    conn.execute(_BY_INDEX)
    named = conn.execute(_BY_WORDS, values).mappings().all()
    conn.execute(_AS_EVER)
    with within(conn, principal.scopes):
        return _reply(conn, _whole(conn, lambda: named))


def _any_case(word: str) -> str:
    """Return the query for words that begin so. A database without a locale folds only the case of ASCII letters."""
    ways = dict.fromkeys((word.lower(), word.title(), word.upper(), word))
    return "(" + " | ".join(f"'{way}':*" for way in ways) + ")"


def _whole(conn: Connection, customers: Callable[[], Sequence[RowMapping]]) -> Found:
    """Return customers and what the card shows of them."""
    found = {"customer": _scopes(customers())}
    if not found["customer"]:
        return found
    ids = {"ids": list(found["customer"])}
    for name, question in _OF_CUSTOMERS.items():
        found[name] = _scopes(conn.execute(question, ids).mappings().all())
    found["note"] = _scopes(conn.execute(_NOTES, {"ids": list(found["interaction"])}).mappings().all())
    answers = conn.execute(_ANSWERS, {"ids": list(found["interaction"])}).mappings().all()
    found["script_answer"] = _scopes(answers)
    return found


def _scopes(rows_: Sequence[RowMapping]) -> dict[UUID, int]:
    return {row["id"]: row["scope_id"] for row in rows_}


def _foreign(found: Found, own: Collection[int]) -> dict[str, list[UUID]]:
    """Return the rows of other teams in the order of entities and ids, in which every writer locks them."""
    foreign = {
        name: sorted(id_ for id_, scope in found.get(name, {}).items() if scope not in own) for name in ENTITY_CODES
    }
    return {name: ids for name, ids in foreign.items() if ids}


def _reply(conn: Connection, found: Found) -> LookUpReply:
    read = ((name, rows.wire_rows(conn, name, ids)) for name, ids in found.items() if ids)
    return LookUpReply(tuple(Rows(name, rows.sent_columns(name), values) for name, values in read))
