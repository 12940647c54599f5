"""Watches corrective actions at the server: reminds of those overdue, and looks at the effect of those done.

Each reminder and each look comes once (``sync.fired_action``), whatever restarts or runs beside. An action that is done
again, concerns other complaints or is to be looked at after another number of days, is looked at once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, text

from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.ids import derived_id, new_id
from crmdesk.domain.language import mark, tr
from crmdesk.domain.learning.actions import Concern
from crmdesk.domain.learning.causes import Tree
from crmdesk.domain.learning.effect import Effect, compared, effect_words
from crmdesk.domain.learning.measure import Counted, measured
from crmdesk.models.wireform import to_wire
from crmdesk.sync.engine import causes, identities
from crmdesk.sync.engine.access import throughout
from crmdesk.sync.engine.apply import apply
from crmdesk.sync.engine.calls import GATEWAY
from crmdesk.sync.engine.case_steps import rules_in_force
from crmdesk.sync.engine.compare import Hand
from crmdesk.sync.engine.hands import Writer
from crmdesk.sync.engine.people import HOUSE, change, scopes_of_all
from crmdesk.sync.engine.refusal import FAULT_OF_OURS
from crmdesk.sync.wire import Mutation, Op, Status

_LONGEST_TITLE = 120
_WATCHED = text(
    "select id, words, product, category, cause, lot, area, owner_id, due_on, check_days, state, done_at "
    "from crm.corrective_action where (state = 'open' and due_on < :today) "
    "or (state = 'done' and done_at + make_interval(days => check_days) <= :now)"
)
_FIRED = text("select action_id, what from sync.fired_action where action_id = any(cast(:ids as uuid[]))")
_FIRE = text(
    "insert into sync.fired_action (action_id, what) values (:id, :what) on conflict do nothing returning action_id"
)
_COMPLAINTS = text(
    "select c.id, c.received_at, c.product, c.category, c.lot, c.area, i.cause from crm.complaint c "
    "left join crm.complaint_issue i on i.complaint_id = c.id "
    "and not (i.removed and i.finding = '' and trim(i.answer) = '') "
    "where c.received_at >= :since and c.received_at < :until"
)
_OVERDUE = mark("Corrective action “{words}” was due on {day}.")
_CHECKED = mark("Corrective action “{words}”, {n} days on: {effect}.")


def watch(conn: Connection, now: datetime) -> tuple[int, int]:
    """Remind of actions that are overdue and look at the effect of those whose day came; return how many of each."""
    with throughout(conn):
        house = rules_in_force(conn).house
        zone = "UTC" if house is None else house.calendar.zone
        today = now.astimezone(ZoneInfo(zone)).date()
        rows = conn.execute(_WATCHED, {"now": now, "today": today}).all()
        if not rows:
            return 0, 0
        fired = {(row.action_id, row.what) for row in conn.execute(_FIRED, {"ids": [row.id for row in rows]})}
        fresh = [row for row in rows if (row.id, _occasion(row)) not in fired and _fire(conn, row)]
        if not fresh:
            return 0, 0
        tree = causes.in_force(conn)
        effects = {row.id: look(conn, row, tree) for row in fresh if row.state == "done"}
    for id_, effect in effects.items():
        change(conn, "corrective_action", id_, _written(effect, now), GATEWAY)
    _tell(conn, fresh, effects, now, zone)
    return len(fresh) - len(effects), len(effects)


def _occasion(row: Row[*tuple[Any, ...]]) -> str:
    if row.state == "open":
        return f"overdue {row.due_on.isoformat()}"
    about = "\x1f".join((row.product, row.category, row.cause, row.lot, row.area))
    concern = sha256(about.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"effect {row.done_at.astimezone(UTC).isoformat()} {row.check_days} {concern}"


def _fire(conn: Connection, row: Row[*tuple[Any, ...]]) -> bool:
    """Note an occasion and return whether nobody noted it meanwhile."""
    return conn.execute(_FIRE, {"id": row.id, "what": _occasion(row)}).first() is not None


def look(conn: Connection, row: Row[*tuple[Any, ...]], tree: Tree) -> Effect:
    """Return what complaints before and after an action say of it. Must run ``throughout``."""
    span = timedelta(days=row.check_days)
    concern = Concern(row.product, row.category, row.cause, row.lot, row.area)
    found: dict[UUID, Row[*tuple[Any, ...]]] = {}
    named: dict[UUID, set[str]] = defaultdict(set)
    for one in conn.execute(_COMPLAINTS, {"since": row.done_at - span, "until": row.done_at + span}):
        found[one.id] = one
        if one.cause:
            named[one.id].add(one.cause)
    complaints = (
        Counted(one.received_at, one.product, one.category, one.lot, one.area, frozenset(named[id_]))
        for id_, one in found.items()
    )
    before, after, unknown = measured(concern, tree, complaints, row.done_at)
    return compared(before, after, unknown=unknown)


def _written(effect: Effect, now: datetime) -> dict[str, object]:
    values = {
        "effect": effect.verdict.value,
        "before_count": effect.before,
        "after_count": effect.after,
        "unknown_after": effect.unknown,
        "chance": effect.chance,
        "checked_at": now,
    }
    return to_wire(values)


def _tell(
    conn: Connection, rows: Sequence[Row[*tuple[Any, ...]]], effects: Mapping[UUID, Effect], now: datetime, zone: str
) -> None:
    """Put a follow-up before each action's owner, before everybody where nobody owns it."""
    identities.share(conn)
    numbers = count(1)
    mutations = [_follow_up(next(numbers), row, effects.get(row.id), now, zone) for row in rows]
    writer = Writer(GATEWAY, tuple(scopes_of_all(conn)), HOUSE, Hand.MACHINE, leads=True)
    for result in apply(conn, writer, mutations):
        if result.status is Status.DENIED:
            raise CrmdeskError(f"A reminder of an action was not taken: {result.status} {result.reason}", FAULT_OF_OURS)


def _follow_up(number: int, row: Row[*tuple[Any, ...]], effect: Effect | None, now: datetime, zone: str) -> Mutation:
    words = " ".join(row.words.split())
    short = words if len(words) <= _LONGEST_TITLE else f"{words[:_LONGEST_TITLE]}…"
    if effect is None:
        told = tr(_OVERDUE, words=short, day=row.due_on.isoformat())
    else:
        told = tr(_CHECKED, words=short, n=row.check_days, effect=effect_words(effect))
    values = {
        "kind": "follow_up",
        "words": told,
        "made_at": now,
        "due_at": now + timedelta(days=1),
        "due_zone": zone,
        "assigned_to": row.owner_id,
    }
    given = {name: value for name, value in values.items() if value is not None}
    id_ = derived_id(now, f"action:{row.id.hex}:{_occasion(row)}")
    return Mutation(number, new_id(), 0, "task", id_, Op.INSERT, 0, {}, to_wire(given))
