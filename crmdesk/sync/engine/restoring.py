"""Notices that the server was put back from a backup, and begins anew before any desk is served (docs/adr/0020).

Transaction ids are the feed's clock, and a restored database has gone back in time: it gives out ids that desks have
passed. So it gets a new epoch, by which every desk sends again what it kept and fetches everything once more.
"""

from __future__ import annotations

from enum import Enum, auto
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.cases.mail import PUT_BACK
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import mark
from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine import mail_outbox
from crmdesk.sync.engine.erasing import replay
from crmdesk.sync.engine.journal import Journal
from crmdesk.sync.engine.setup import check_up_to_date

REFERENCES_SKIPPED = 1_000
"""How many complaint references per device, of this year, the restored server never hands out: blocks that it gave
after the backup are in use, and it does not know of them."""

_ALONE = text("select pg_advisory_xact_lock(hashtext('crmdesk restoring'))")
# The WAL's own timeline: the control file keeps the former one until the first checkpoint after a promotion.
_HERE = text(
    "select c.system_identifier::text as cluster, "
    "('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int as timeline, "
    "d.oid || '.' || cast('sync.server'::regclass as oid) as place, "
    "pg_snapshot_xmax(pg_current_snapshot())::text::bigint as next_xid, "
    "current_setting('synchronous_standby_names') <> '' "
    "and current_setting('synchronous_commit') in ('on', 'remote_apply') as synchronous "
    "from pg_control_system() c, pg_database d where d.datname = current_database()"
)
_GLANCE = text(
    "select s.epoch, d.oid || '.' || cast('sync.server'::regclass as oid) as place, "
    "current_setting('synchronous_standby_names') <> '' "
    "and current_setting('synchronous_commit') in ('on', 'remote_apply') as synchronous "
    "from sync.server s, pg_database d where d.datname = current_database()"
)
_PASS = text(
    "update sync.server set xid_seen = greatest(xid_seen, pg_current_xact_id()::text::bigint) "
    "returning pg_current_xact_id()::text::bigint"
)
# pg_restore loads rows first, then makes triggers, and gives rights last of all.
_COMPLETE = text(
    "select coalesce(bool_and(has_table_privilege(r.oid, c.oid, 'select')), false) "
    "from pg_class c left join pg_roles r on r.rolname = 'crmdesk_desk' "
    "where c.relnamespace = to_regnamespace('crm') and c.relkind = 'r'"
)
_KNOWN = text("select epoch, sysid, timeline, place, xid_seen from sync.server for no key update")
_NOTE = text(
    "update sync.server set sysid = :cluster, timeline = :timeline, place = :place, "
    "xid_seen = greatest(xid_seen, :next_xid)"
)
_PROGRESS = text(
    "update sync.server set xid_seen = greatest(xid_seen, pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"
)
_NEW_EPOCH = text(
    "update sync.server set epoch = gen_random_uuid(), restored_at = clock_timestamp(), sysid = :cluster, "
    "timeline = :timeline, place = :place, xid_seen = pg_current_xact_id()::text::bigint returning epoch"
)
_FORGET_CURSORS = text("update sync.device set acked_xid = 0, acked_at = null")
_RESTAMP = (
    text("update sync.change set xid = pg_current_xact_id() where xid > pg_current_xact_id()"),
    text("update sync.erasure set xid = pg_current_xact_id() where xid > pg_current_xact_id()"),
)
_SKIP_REFERENCES = text(
    "update sync.reference_year set next = next + :each * (1 + (select count(*) from sync.device)) "
    "where year >= extract(year from now())"
)


class BeingPutBack(Unavailable):
    """A restore is under way: rows may be there without what tells the feed of them, so nobody is served yet."""

    def __init__(self) -> None:
        super().__init__(
            mark("The database is not whole: it is being put back, or was never set up."),
            mark("It is tried again by itself."),
        )


class Found(Enum):
    """What a look at the database showed."""

    FIRST = auto()
    """Nobody looked before."""
    SAME = auto()
    """It is the one of before."""
    PROMOTED = auto()
    """A standby has taken over that had everything which was confirmed."""
    RESTORED = auto()
    """It was put back: it has a new epoch from now on."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process saw of the database: up to which transaction everything was decided, the highest one whose change
    it saw committed, on which timeline, and whether commits waited for a standby."""

    epoch: UUID
    timeline: int
    watermark: int
    committed: int
    synchronous: bool


@dataclass(frozen=True, slots=True)
class Glance:
    """The epoch, where the tables lie, and whether commits wait for a standby."""

    epoch: UUID
    place: str
    synchronous: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """How the database stands after a look. ``catch_up_to`` is a transaction id that must be passed before desks are
    served: ids below it were seen already, and none of them had changed anything that lasted."""

    found: Found
    epoch: UUID
    timeline: int
    synchronous: bool
    place: str
    erased_again: int = 0
    catch_up_to: int = 0


def settle(conn: Connection, journal: Journal, memory: Memory | None = None, lost: UUID | None = None) -> Settled:
    """Look whether the database was put back since it was last looked at, and if so begin anew.

    However many processes do this at once, one of them begins and the others find it done. ``memory`` is what this
    process saw itself; ``lost`` is the epoch of a desk that has seen more than this database knows.
    Raises BeingPutBack while the database is not whole, CrmdeskError where it came back with another schema.
    """
    conn.execute(_ALONE)
    if not conn.execute(_COMPLETE).scalar_one():
        raise BeingPutBack
    check_up_to_date(conn)
    here, known = conn.execute(_HERE).one(), conn.execute(_KNOWN).one()
    values = {"cluster": here.cluster, "timeline": here.timeline, "place": here.place}
    if memory is not None and memory.epoch != known.epoch:
        memory = None  # of another history: somebody has begun anew since
    if known.xid_seen == 0 and memory is None and lost != known.epoch:
        found = Found.FIRST
    elif (
        (known.sysid, known.place) != (here.cluster, here.place)
        or here.next_xid < known.xid_seen
        or lost == known.epoch
        or (memory is not None and here.next_xid <= memory.committed)
    ):
        found = Found.RESTORED
    elif known.timeline != here.timeline:
        found = Found.PROMOTED if _vouches(memory, known.timeline) else Found.RESTORED
    else:
        found = Found.SAME
    if found is Found.RESTORED:
        epoch, count = _begin_anew(conn, journal, values)
        return Settled(found, epoch, here.timeline, here.synchronous, here.place, count)
    if found is not Found.SAME or known.timeline != here.timeline:
        conn.execute(_NOTE, {**values, "next_xid": here.next_xid})
    behind = memory.watermark if memory is not None and here.next_xid < memory.watermark else 0
    return Settled(found, known.epoch, here.timeline, here.synchronous, here.place, catch_up_to=behind)


def begin_anew(conn: Connection, journal: Journal) -> int:
    """Let a database that was put back be one that desks can go on with; return how many rows were erased again.

    Raises CrmdeskError for a journal that cannot be read: nobody is to be served then.
    """
    conn.execute(_ALONE)
    here = conn.execute(_HERE).one()
    values = {"cluster": here.cluster, "timeline": here.timeline, "place": here.place}
    return _begin_anew(conn, journal, values)[1]


def pass_id(conn: Connection, wanted: int) -> bool:
    """Use up one transaction id, and note it so that it stays used; return whether ``wanted`` is passed."""
    now: int = conn.execute(_PASS).scalar_one()
    return now >= wanted


def glance(conn: Connection) -> Glance:
    """Return what shows, at every look at the feed, whether this is still the same database."""
    return Glance(*conn.execute(_GLANCE).one())


def note_progress(conn: Connection) -> None:
    """Note how far transaction ids are. A database that is below that was put back."""
    conn.execute(_PROGRESS)


def _vouches(memory: Memory | None, timeline: int) -> bool:
    """Return whether a process saw that everything confirmed had reached a standby, until the timeline ended."""
    return memory is not None and memory.synchronous and memory.timeline == timeline


def _begin_anew(conn: Connection, journal: Journal, values: dict[str, object]) -> tuple[UUID, int]:
    # First of all, since a row that is erased again is stamped like any other change.
    count = replay(conn, journal)
    for restamp in _RESTAMP:
        conn.execute(restamp)
    conn.execute(_FORGET_CURSORS)
    mail_outbox.put_back(conn, PUT_BACK)
    conn.execute(_SKIP_REFERENCES, {"each": REFERENCES_SKIPPED})
    epoch: UUID = conn.execute(_NEW_EPOCH, values).scalar_one()
    return epoch, count
