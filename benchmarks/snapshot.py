"""The first copy of 1,000,000 customers on a new desk, through a gateway over HTTP, while its window works (90 s).

The desktop is the real one, offscreen, in this process; the server is a PostgreSQL and a gateway process on the same
machine. The time runs from the start of the link to the moment when everything can be found and the desk is live. Ticks
of a timer on the GUI thread tell how long it was ever held up meanwhile, while somebody types into the search: whole,
and without the time in which the thread was ready and other programs had the processors, which the budget is about.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks import common
from benchmarks._gaps import BUDGET_GAP_MS, GapWatch, children, memory_mb
from benchmarks._server import LOGIN, PASSWORD, server
from benchmarks._store import CUSTOMERS
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.ids import new_id
from crmdesk.domain.sync_state import SyncLink
from crmdesk.models.customer import ContactPoint, Customer
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime import settings
from crmdesk.runtime.keychain import key_from_passphrase
from crmdesk.runtime.profile import STORE
from crmdesk.runtime.session import open_file
from crmdesk.sync.transports.http import GatewayClient
from crmdesk.sync.wire import Session as SignedIn
from crmdesk.sync.wire import SignIn

BUDGET_S = 90.0
_TYPED = ("Smith", "Patel", "Müller", "Garcia", "Nguyen")
_AFTER_S = 3.0
"""The GUI thread is watched so long after the new file is in place, too."""


def _sign_in(folder: Path, url: str) -> None:
    """Leave a profile as a first sign-in does."""
    engines = open_file(folder / STORE, key_from_passphrase(PASSWORD, folder))
    said: list[SignedIn] = []
    client = GatewayClient(url, said.append)
    device, nonce = new_id(), uuid4()
    client.sign_in(SignIn(LOGIN, PASSWORD, device, nonce, "benchmark", "0"))
    client.close()
    with Session(engines.write) as session, session.begin():
        uow = UnitOfWork(session, SystemClock(), said[-1].identity.agent_id)
        settings.put(uow, "device_id", device.hex)
        settings.put(uow, "install_nonce", nonce.hex)
        settings.put(uow, settings.SERVER, url)
        settings.put(uow, settings.REFRESH_TOKEN, said[-1].refresh_token)
        settings.keep_identity(uow, said[-1].identity)
    engines.dispose()


def _counts(uow: UnitOfWork) -> tuple[int, int]:
    counted = (uow.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Customer, ContactPoint))
    first, second = counted
    return first, second


async def _watch(said: dict[str, Any], desktop: Any) -> None:
    gone_to: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    desktop.window.page_changed.connect(gone_to.set_result)
    await gone_to
    session = desktop.session
    began, gaps = perf_counter(), GapWatch(desktop)
    seen, helper_mb, first_found, searches = False, 0.0, 0.0, 0
    while True:
        state = session.desk.sync.state
        seen = seen or state.snapshot is not None
        helper_mb = max([helper_mb, *(memory_mb(pid, "VmHWM") for pid in children(b"fetch-snapshot"))])
        if seen and state.snapshot is None and state.link is SyncLink.LIVE:
            break
        page = await session.desk.search.find(_TYPED[searches % len(_TYPED)])
        searches += 1
        if page.hits and not first_found:
            first_found = perf_counter() - began
        await asyncio.sleep(0.05)
    said["seconds"] = round(perf_counter() - began, 2)
    await asyncio.sleep(_AFTER_S)
    said |= gaps.stop()
    said["customers"], said["contact_points"] = await session.database.read(_counts)
    said["hits"] = len((await session.desk.search.find(_TYPED[0])).hits)
    said["first_hit_s"] = round(first_found, 2)
    said |= {"desk_mb": memory_mb(os.getpid(), "VmRSS"), "helper_max_mb": helper_mb}
    said["file_mb"] = round(session.database.path.stat().st_size / 1e6, 1)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure once and print it."""
    parser = common.parser("snapshot", __doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    arguments = parser.parse_args(argv)
    said: dict[str, Any] = {"bench": "snapshot"}
    with tempfile.TemporaryDirectory() as name, server(arguments.customers) as (url, took):
        folder = Path(name)
        _sign_in(folder, url)
        from crmdesk import app

        options = app.DesktopOptions(folder, passphrase=PASSWORD)
        app.run(options, partial(_watch, said))
        said |= {"loaded_s": took["loaded_s"], "whole": said.get("customers") == arguments.customers}
    within = said["seconds"] <= BUDGET_S and said["gap_without_queue_max_ms"] <= BUDGET_GAP_MS and said["whole"]
    return common.report(said | {"budget_s": BUDGET_S, "within_budget": within}, arguments.json)


if __name__ == "__main__":
    sys.exit(main())
