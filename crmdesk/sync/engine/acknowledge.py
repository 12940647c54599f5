"""ACK: a desk says up to where it has applied everything and how it stands, and its lease is prolonged."""

from __future__ import annotations

from sqlalchemy import Connection, text

from crmdesk.sync.engine import feed
from crmdesk.sync.engine.access import Principal, at_device
from crmdesk.sync.engine.hot import Hot
from crmdesk.sync.wire import OUT_OF_USE_US, Ack, AckReply

_MOST = 2**31 - 1
_LAST_INSTANT_US = 10_413_792_000_000_000 - 1
"""The end of the year 2299, as for every other instant."""

# The server's clock decides: the desk's own may be set back, or wrong by years.
_ACKNOWLEDGED = Hot(
    text(
        "update sync.device d set acked_xid = :xid, acked_at = now(), seen_at = now(), unsent = :unsent, "
        "unsent_since = timestamptz 'epoch' + cast(:since as bigint) * interval '1 microsecond', refused = :refused, "
        "conflicts = :conflicts, lease_until = now() + s.lease_days * interval '1 day' "
        "from sync.server s where d.device_id = :device "
        "returning cast(extract(epoch from d.lease_until) * 1000000 as bigint) as lease_until, "
        "cast(extract(epoch from now()) * 1000000 as bigint) as server_time"
    )
)


def ack(conn: Connection, principal: Principal, message: Ack) -> AckReply:
    """Keep how the desk stands; raises Rejection for a cursor that was not made here, PutBack for one of before a
    restore."""
    at_device(principal, message.device_id)
    reached = feed.present(conn).position(message.cursor)
    values = {
        "device": principal.device_id,
        "xid": reached.xid,
        "unsent": _count(message.unsent),
        "since": message.unsent_since_us if 0 < message.unsent_since_us <= _LAST_INSTANT_US else None,
        "refused": _count(message.refused),
        "conflicts": _count(message.conflicts),
    }
    lease_until, server_time = _ACKNOWLEDGED.one(conn, values)
    return AckReply(OUT_OF_USE_US if principal.barred else lease_until, server_time)


def _count(told: int) -> int:
    return max(0, min(told, _MOST))
