"""The gateway's scheduled jobs: closing what nobody wrapped up, forgetting what nobody needs."""

from __future__ import annotations

import asyncio
import logging
import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, text

from crmdesk.domain.clock import Clock
from crmdesk.domain.errors import Unavailable
from crmdesk.server import action_store, cti_store, event_store, history_store, presence
from crmdesk.server.gateway import Gateway
from crmdesk.sync.engine import action_watch, audit, case_watch, contents, holding, restoring
from crmdesk.sync.engine.calls import close_forgotten

log = logging.getLogger(__name__)

WRAP_UP_PATIENCE = timedelta(minutes=30)
"""An interaction that nobody wraps up for so long after its end is closed by itself, with that as the reason."""

EVENTS_KEPT = timedelta(days=2)
"""How long the phone system's events are kept at least: the fold is rebuilt from those of the day, which is added up
before they go."""

STATES_KEPT = timedelta(days=90)
"""How long it is kept what an agent did at which moment; the sums of the days stay."""

LOOK_UPS_KEPT = timedelta(days=90)
"""How long it is kept who looked somebody of another team up."""

FAILURES_KEPT = timedelta(days=1)
"""How long failed sign-ins are remembered."""

ACTIONS_KEPT = timedelta(days=90)
"""How long it is kept who asked what of the phone system."""

PARTS_KEPT = timedelta(days=14)
"""How long a file that a desk began to send is waited for; what came of it by then is sent again."""

_EVERY_S = 60.0
_FORGET_FAILURES = text("delete from sync.sign_in_failure where last_at < :before")
_FORGET_LOOK_UPS = text("delete from sync.looked_up where at < :before")
_ALONE = text("select pg_try_advisory_xact_lock(hashtext('crmdesk housekeeping'))")


async def keep_house(gateway: Gateway) -> None:
    """Do the jobs once a minute until cancelled; of several gateways one does them."""
    while True:
        try:
            await gateway.in_thread(lambda conn: do_jobs(conn, gateway.clock))
            newest = await gateway.in_thread(audit.seal)
            if newest is not None and gateway.journal.path != Path(os.devnull):
                await asyncio.to_thread(audit.note, seals_beside(gateway.journal.path), newest)
        except Unavailable as error:
            log.info("housekeeping waits: %s", error.what)
        await asyncio.sleep(_EVERY_S)


def seals_beside(journal: Path) -> Path:
    """Return where the seals over complaints are noted: beside the journal of erasures, outside of the database."""
    return journal.with_name(journal.name + ".seals")


def do_jobs(conn: Connection, clock: Clock) -> None:
    """Do all jobs in this transaction, unless another gateway is at it."""
    if not conn.execute(_ALONE).scalar_one():
        return
    now = clock.now()
    closed = close_forgotten(conn, now, WRAP_UP_PATIENCE)
    if closed:
        log.info("closed %d interactions that nobody wrapped up", closed)
    given_up = cti_store.give_up(conn, now)
    if given_up:
        log.info("ended %d calls whose hang-up the phone system never sent", given_up)
    event_store.forget(conn, now - EVENTS_KEPT)
    cti_store.forget(conn, now - EVENTS_KEPT)
    history_store.forget_intervals(conn, now - STATES_KEPT)
    action_store.tidy(conn, now - ACTIONS_KEPT)
    contents.forget_parts(conn, now - PARTS_KEPT)
    conn.execute(_FORGET_FAILURES, {"before": now - FAILURES_KEPT})
    conn.execute(_FORGET_LOOK_UPS, {"before": now - LOOK_UPS_KEPT})
    warned, given_back = case_watch.watch(conn, now)
    if warned or given_back:
        log.info("warned of %d complaints' deadlines, gave back %d that nobody worked on", warned, given_back)
    overdue, looked_at = action_watch.watch(conn, now)
    if overdue or looked_at:
        log.info("reminded of %d corrective actions, looked at the effect of %d", overdue, looked_at)
    holding.let_go(conn)
    restoring.note_progress(conn)
    presence.forget_silent(conn)
