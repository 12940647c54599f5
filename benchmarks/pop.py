"""Call event at the desktop to the customer painted, a million customers in the encrypted store (budget p99 33 ms).

The whole desktop runs: each call is handed to the desk's door as the live channel does, the customer is looked up, card
and timeline are read, and the time is taken when the page says that the pop was painted.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import common
from benchmarks._profile import ME, PASSPHRASE, profile
from benchmarks._store import CUSTOMERS, INTERACTIONS, SEED, store

BUDGET_MS = 33.0
_RUNS = 5
_CALLS = 300
_WARM_UP = 40
_LIMIT_S = 10.0
Times = list[tuple[float, float]]
"""For each call the milliseconds that passed, and those of them in which the thread of the screen worked."""
_TURN_S, _QUIET_TURNS = 0.002, 4


def numbers(path: Path, count: int) -> list[str]:
    """Return numbers of customers in no order, always the same."""
    from benchmarks._store import KEY
    from crmdesk.models.engine import connector

    connection = connector(path, KEY)()
    held = [row[0] for row in connection.execute("SELECT e164 FROM contact_point WHERE e164 IS NOT NULL LIMIT 400000")]
    connection.close()
    return Random(SEED).sample(held, min(count, len(held)))


async def desk_page(desktop: Any) -> Any:
    """Return the desk's page once the desktop has opened it."""
    from crmdesk.domain.sync_state import SyncLink
    from crmdesk.ui.pages.desk import DeskPage

    if not desktop.window.current:
        opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        desktop.window.page_changed.connect(opened.set_result)
        await opened
        desktop.window.page_changed.disconnect(opened.set_result)
    page = desktop.window.page("desk")
    assert isinstance(page, DeskPage)
    assert desktop.session.desk.sync.state.link is not SyncLink.SIGNED_OUT, "the sign-in sheet covers what is measured"
    return page


async def measure(found: list[Times], calls: Sequence[str], runs: int, desktop: Any) -> None:
    """Let calls ring at a desktop, one after the other, and put down how long each took to be painted."""
    page = await desk_page(desktop)
    popped: asyncio.Queue[tuple[str, float, float]] = asyncio.Queue()
    page.popped.connect(partial(note, popped))
    phone = desktop.session.desk.phone
    await _ring(phone, popped, page, calls[:_WARM_UP], 0)
    for run in range(1, runs + 1):
        times = await _ring(phone, popped, page, calls[_WARM_UP:], run)
        found.append(times)


def note(popped: asyncio.Queue[tuple[str, float, float]], key: str) -> None:
    """Put down that the pop of a call was painted just now."""
    popped.put_nowait((key, time.perf_counter(), time.thread_time()))


async def _ring(
    phone: Any, popped: asyncio.Queue[tuple[str, float, float]], page: Any, calls: Sequence[str], run: int
) -> Times:
    taken: Times = []
    for at, number in enumerate(calls):
        call = _call(f"bench-{run}-{at}", number)
        began, worked = time.perf_counter(), time.thread_time()
        await phone.heard_call(call)
        key, painted, done = await asyncio.wait_for(popped.get(), _LIMIT_S)
        assert key == call.key
        taken.append(((painted - began) * 1000, (done - worked) * 1000))
        await phone.heard_call(_lost(call))
        await settled(page)
    return taken


async def settled(page: Any) -> None:
    """Return when the work list is back and nothing is read any more: the next call meets an idle desk."""
    from crmdesk.ui.qt.tasks import running

    owners = (page, page.reader, page.book, page.work, page.walk, page.notes)
    quiet = 0
    while quiet < _QUIET_TURNS:
        quiet = quiet + 1 if page.view.at_work and not any(running(owner) for owner in owners) else 0
        await asyncio.sleep(_TURN_S)


def _call(key: str, number: str) -> Any:
    from crmdesk.domain.calls.live import AgentCall, Direction, Party, Phase, PopReason
    from crmdesk.domain.ids import derived_id

    now = datetime.now(UTC)
    return AgentCall(
        key=key,
        revision=1,
        agent=ME.extension or "",
        contact_id=derived_id(now, key),
        phase=Phase.RINGING,
        direction=Direction.INBOUND,
        party=Party(e164=number),
        pop=PopReason.RING,
        queue="billing",
        did="+442079460000",
        contact_began=now,
        rang_at=now,
        waited_s=3.0,
    )


def _lost(call: Any) -> Any:
    from crmdesk.domain.calls.live import Phase, RingResult

    ended = {"phase": Phase.ENDED, "ended_at": datetime.now(UTC), "ring_result": RingResult.CANCELLED}
    return replace(call, revision=2, taken_by="4002", **ended)


def _figures(run: Times) -> dict[str, float]:
    wall, work = [one[0] for one in run], [one[1] for one in run]
    figures = {"p50_ms": common.percentile(wall, 50), "p99_ms": common.percentile(wall, 99), "max_ms": max(wall)}
    return figures | {"gui_cpu_p50_ms": common.percentile(work, 50), "gui_cpu_p99_ms": common.percentile(work, 99)}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure several runs and print their medians."""
    parser = common.parser("pop", __doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--interactions", type=int, default=0, help=f"the design asks for {INTERACTIONS}")
    parser.add_argument("--calls", type=int, default=_CALLS)
    parser.add_argument("--runs", type=int, default=_RUNS)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    logging.disable(logging.WARNING)
    folder, _ = profile(arguments.customers, arguments.interactions)
    calls = numbers(store(arguments.customers, arguments.interactions)[0], arguments.calls + _WARM_UP)
    from crmdesk import app

    found: list[Times] = []
    app.run(app.DesktopOptions(folder, passphrase=PASSPHRASE), partial(measure, found, calls, arguments.runs))
    figures = common.middle([_figures(run) for run in found])
    result = {"bench": "pop", "customers": arguments.customers, "interactions": arguments.interactions}
    result |= {"calls": arguments.calls, "runs": arguments.runs, **figures}
    result |= {"budget_p99_ms": BUDGET_MS, "within_budget": figures["p99_ms"] <= BUDGET_MS}
    return common.report(result, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
