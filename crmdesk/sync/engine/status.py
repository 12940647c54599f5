"""How the server stands: devices and what they lack, the feed and who holds it up, erasures not everywhere yet."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from crmdesk.domain.quick import dataclass
from crmdesk.sync.engine.setup import schema_revision

MOST_COUNTED = 10_000
"""Changes that a device lacks are counted up to here."""

STALL_S = 2.0
"""A transaction that is open for longer than so many seconds holds up what desks receive, and is named."""

GATEWAY_SILENT_S = 60.0
"""A gateway that was not heard of for so long is not at work any more."""

_WORDS = 8

_SERVER = text(
    "select s.epoch, s.restored_at, current_setting('server_version') as version, "
    "(select count(*) from pg_stat_replication where sync_state in ('sync', 'quorum')) as synchronous_standbys, "
    "current_setting('synchronous_standby_names') <> '' as must_be_synchronous from sync.server s"
)
_DEVICES = text(
    "select d.device_id, d.number, p.login, d.name, d.client_version, d.seen_at, d.acked_at, d.lease_until, d.unsent, "
    "d.unsent_since, d.refused, d.conflicts, coalesce(d.barred_at, d.revoked_at) as revoked_at, "
    "p.disabled_at is not null as disabled, lack.changes, "
    "case when lack.changes > 0 then extract(epoch from now() - coalesce(d.acked_at, d.seen_at))::float8 else 0 end "
    "as lag_s from sync.device d join sync.principal p using (user_id), lateral ("
    "  select count(*) as changes from (select from sync.change c where c.scope_id = any(array("
    "    select s.scope_id from sync.principal_scope s where s.user_id = d.user_id union all select d.scope_id)) "
    "    and c.xid >= cast(cast(d.acked_xid as text) as xid8) limit :most) as counted) as lack order by d.number"
)
# The oldest transaction that has an id is the one at which the watermark stands; prepared ones have no process.
_OLDEST = text(
    "select * from (select pid, datname as database, usename as who, application_name as application, "
    "extract(epoch from clock_timestamp() - xact_start)::float8 as age_s, state, query, backend_xid as xid "
    "from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid() "
    "union all select 0, database, owner, '', extract(epoch from clock_timestamp() - prepared)::float8, 'prepared', "
    "gid, transaction from pg_prepared_xacts) as open order by age(xid) desc limit 1"
)
_STANDING = text(
    "select pg_snapshot_xmin(s)::text::bigint as low, pg_snapshot_xmax(s)::text::bigint as high "
    "from (select pg_current_snapshot() as s) as snapshot"
)
_ERASURES = text(
    "select d.number, count(distinct c.row_id) as rows from sync.device d, lateral (select scope_id "
    "from sync.principal_scope where user_id = d.user_id union all select d.scope_id) as s, "
    "sync.change c where c.scope_id = s.scope_id and c.op = 'E' and c.xid >= cast(cast(d.acked_xid as text) as xid8) "
    "group by d.number order by d.number"
)
_ERASED = text("select count(*) from sync.erasure")
_GATEWAYS = text(
    "select host, pid, version, started_at, seen_at, desks from sync.gateway "
    "where seen_at > now() - :silent * interval '1 second' order by started_at"
)
_MAILS = text(
    "select count(*) filter (where state in ('waiting', 'handing_over')) as waiting, "
    "min(asked_at) filter (where state in ('waiting', 'handing_over')) as since, "
    "count(*) filter (where state = 'unknown') as unknown from sync.mail "
    "where state in ('waiting', 'handing_over', 'unknown')"
)
_LITERAL = re.compile(r"'(?:[^']|'')*'?|\$\w*\$.*|\b\d[\w.]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """One device. ``lacks`` is how many changes it has not applied yet (at most MOST_COUNTED), ``lag_s`` for how many
    seconds; ``unsent``, ``refused`` and ``conflicts`` are what it told last."""

    device_id: UUID
    number: int
    login: str
    name: str
    version: str
    seen_at: datetime
    acked_at: datetime | None
    lease_until: datetime | None
    unsent: int
    unsent_since: datetime | None
    refused: int
    conflicts: int
    revoked_at: datetime | None
    disabled: bool
    lacks: int
    lag_s: float


@dataclass(frozen=True, slots=True)
class Guilty:
    """The transaction at which the watermark stands: seconds it is open, and the first words of what it does."""

    pid: int
    database: str
    user: str
    application: str
    age_s: float
    state: str
    doing: str


@dataclass(frozen=True, slots=True)
class GatewayStatus:
    """One gateway at work, and how many desks are connected to it."""

    host: str
    pid: int
    version: str
    started_at: datetime
    seen_at: datetime
    desks: int


@dataclass(frozen=True, slots=True)
class MailStatus:
    """Letters by e-mail that wait, since when the first of them was asked for, and those of which nobody knows whether
    they went out."""

    waiting: int
    since: datetime | None
    unknown: int


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """Everything at one moment. ``behind`` is how many transaction ids the watermark is behind the newest;
    ``erasures_pending`` gives, by device number, how many erased rows it has not confirmed yet."""

    epoch: UUID
    restored_at: datetime | None
    schema: str
    postgres: str
    must_be_synchronous: bool
    synchronous_standbys: int
    watermark: int
    behind: int
    guilty: Guilty | None
    gateways: tuple[GatewayStatus, ...]
    devices: tuple[DeviceStatus, ...]
    erased: int
    erasures_pending: dict[int, int]
    mails: MailStatus


def server_status(conn: Connection) -> ServerStatus:
    """Return how the server stands; without the rights of a monitor, other users' transactions have no words."""
    server, standing = conn.execute(_SERVER).one(), conn.execute(_STANDING).one()
    pending = {row.number: row.rows for row in conn.execute(_ERASURES)}
    gateways = conn.execute(_GATEWAYS, {"silent": GATEWAY_SILENT_S})
    return ServerStatus(
        epoch=server.epoch,
        restored_at=server.restored_at,
        schema=schema_revision(conn) or "",
        postgres=server.version,
        must_be_synchronous=server.must_be_synchronous,
        synchronous_standbys=server.synchronous_standbys,
        watermark=standing.low,
        behind=standing.high - standing.low,
        guilty=_guilty(conn),
        gateways=tuple(GatewayStatus(*row) for row in gateways),
        devices=_devices(conn),
        erased=conn.execute(_ERASED).scalar_one(),
        erasures_pending=pending,
        mails=MailStatus(*conn.execute(_MAILS).one()),
    )


def _devices(conn: Connection) -> tuple[DeviceStatus, ...]:
    return tuple(
        DeviceStatus(
            *(row.device_id, row.number, row.login, row.name, row.client_version, row.seen_at, row.acked_at),
            *(row.lease_until, row.unsent, row.unsent_since, row.refused, row.conflicts, row.revoked_at, row.disabled),
            *(row.changes, row.lag_s),
        )
        for row in conn.execute(_DEVICES, {"most": MOST_COUNTED})
    )


def _guilty(conn: Connection) -> Guilty | None:
    row = conn.execute(_OLDEST).one_or_none()
    if row is None or row.age_s is None or row.age_s < STALL_S:
        return None
    named = (row.pid, row.database or "", row.who or "", row.application or "")
    return Guilty(*named, row.age_s, row.state or "", first_words(row.query or ""))


def first_words(statement: str) -> str:
    """Return what a statement begins with; never a value that stands in it."""
    return " ".join(_LITERAL.sub("?", statement).split()[:_WORDS])
