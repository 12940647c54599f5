"""Lets administrators see which gateways are at work: each keeps one row of itself fresh while it runs."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from uuid import uuid4

from sqlalchemy import Connection, text

from crmdesk import __version__
from crmdesk.domain.errors import Unavailable
from crmdesk.server.gateway import Gateway

EVERY_S = 15.0
"""Seconds between two signs of life."""

_AGAIN_S = 0.5
_HERE = text(
    "insert into sync.gateway as g (gateway_id, host, pid, version, desks) values (:id, :host, :pid, :version, :desks) "
    "on conflict (gateway_id) do update set seen_at = now(), desks = excluded.desks"
)
_GONE = text("delete from sync.gateway where gateway_id = :id")
_FORGET = text("delete from sync.gateway where seen_at < now() - interval '1 day'")


async def be_known(gateway: Gateway) -> None:
    """Keep the row until cancelled. While the database is away nobody could read it anyway."""
    me = {"id": uuid4(), "host": socket.gethostname()[:120], "pid": os.getpid(), "version": __version__}
    try:
        while True:
            try:
                await gateway.in_thread(lambda conn: _note(conn, {**me, "desks": len(gateway.hub)}))
            except Unavailable:
                await asyncio.sleep(_AGAIN_S)
            else:
                await asyncio.sleep(EVERY_S)
    finally:
        if not gateway.feed.away:
            with suppress(Unavailable):
                await gateway.in_thread(lambda conn: conn.execute(_GONE, {"id": me["id"]}))


def forget_silent(conn: Connection) -> None:
    """Remove the rows of gateways that ended without a word."""
    conn.execute(_FORGET)


def _note(conn: Connection, values: Mapping[str, object]) -> None:
    conn.execute(_HERE, values)
