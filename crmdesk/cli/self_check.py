"""``crmdesk self-check``: proves that this installation can do its work, without a window and without a server.

It makes an encrypted profile in a temporary folder, works in it, builds every page, form and report, and counts them.
The build of the desktop is held to the same counts as the sources.
"""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import json
import os
import secrets
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crmdesk.domain.calls.live import Board
    from crmdesk.domain.clock import Clock
    from crmdesk.models.engine import StoreEngines
    from crmdesk.ui.self_check import Built

NAME = "Quitterie Selbsttest"
NUMBER = "+442079460018"
_LIMIT_S = 120
_YEAR_OF_HOLIDAYS = 2026


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("self-check", help="prove that this installation works; prints one JSON line")
    parser.add_argument("--limit", type=int, default=_LIMIT_S, metavar="S", help="end as failed after so many seconds")
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Check, print what was found, return 0 or 1."""
    # Whatever hangs, also inside Qt, ends here with the place where it hung.
    faulthandler.dump_traceback_later(arguments.limit, exit=True)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="crmdesk-self-check-") as folder:
        said = _check(Path(folder))
    faulthandler.cancel_dump_traceback_later()
    said["took_s"] = round(time.perf_counter() - began, 2)
    print(json.dumps(said))
    return 0 if said["ok"] else 1


def _check(folder: Path) -> dict[str, Any]:
    from crmdesk import app
    from crmdesk.runtime import keychain
    from crmdesk.runtime.session import open_file
    from crmdesk.ui.self_check import on_loop

    application = app.application()
    key = keychain.key_from_passphrase(secrets.token_urlsafe(), folder)
    engines = open_file(folder / "desk.db", key)
    built = on_loop(application, _build(engines))
    encrypted = _is_encrypted(folder)
    regimes = _regimes(built)
    letters = _letters(built)
    return {
        "ok": not built.faults and encrypted,
        "encrypted": encrypted,
        "pages": len(built.pages),
        "forms": len(built.forms),
        "reports": len(built.reports),
        "regimes": len(regimes),
        "letters": letters,
        "names": [*built.pages, *built.forms, *built.reports, *regimes],
        "faults": built.faults,
    }


async def _build(engines: StoreEngines) -> Built:
    from crmdesk.domain.clock import SystemClock
    from crmdesk.domain.customers import NewCustomer
    from crmdesk.domain.ids import new_id
    from crmdesk.domain.people import Identity, Role
    from crmdesk.models.local import ReferenceBlockRow
    from crmdesk.runtime.bus import Bus
    from crmdesk.runtime.database import Database
    from crmdesk.runtime.desk import open_desk
    from crmdesk.ui.formkit import FormSubject
    from crmdesk.ui.self_check import SelfCheck

    clock, bus = SystemClock(), Bus()
    database = Database(engines, clock, bus)
    desk = open_desk(database, bus, clock, "GB")
    desk.signed_in(Identity(new_id(), "check", "Self Check", "100", Role.ADMINISTRATOR), database)
    block = ReferenceBlockRow(year=clock.now().year, first=1, next=1, last=9)
    await database.write(lambda uow: uow.session.add(block))
    customer = await desk.customers.create(NewCustomer(NAME, number=NUMBER))
    note = await desk.interactions.add_note(None, customer, f"“{NAME}” said this.")
    desk.phone.heard_board(_board(clock))
    built = await SelfCheck(desk, clock, FormSubject(new_id(), customer, NAME, f"“{NAME}”")).run()
    for typed in (NAME[:5], NUMBER, "said"):
        if not (await desk.search.find(typed)).hits:
            built.faults.append(f"the search for {typed!r} finds nothing")
    if note not in {entry.id for entry in (await desk.customers.timeline(customer)).entries}:
        built.faults.append("a note that was written is not in the timeline")
    if not await desk.complaints.missed(None, "Very upset, nobody came."):
        built.faults.append("words of dissatisfaction in a note are not seen")
    await asyncio.to_thread(database.close)
    return built


def _regimes(built: Built) -> list[str]:
    """Return the keys of the shipped regimes; each of their countries must have its holidays here."""
    from crmdesk.domain.shipped import shipped
    from crmdesk.domain.sla.public_holidays import PublicHolidays
    from crmdesk.domain.sla.regimes import read_regimes

    regimes = read_regimes(shipped("regimes"))
    days = {version.business_days for regime in regimes for version in regime.versions}
    for country in sorted({one.country for one in days if one.country}):
        if "Christmas Day" not in PublicHolidays(country).of_year(_YEAR_OF_HOLIDAYS).values():
            built.faults.append(f"no public holidays of {country}")
    return [regime.key for regime in regimes]


def _letters(built: Built) -> int:
    """Return how many templates of letters are shipped; reading them renders each, and every kind has one."""
    from crmdesk.domain.cases.files import read_letters
    from crmdesk.domain.cases.letter_templates import template_from
    from crmdesk.domain.cases.letters import LetterKind
    from crmdesk.domain.shipped import shipped

    found = [template_from(one.code, 1, one.body) for one in read_letters(shipped("letters"))]
    if {one.kind for one in found} != set(LetterKind):
        built.faults.append("templates of letters are missing")
    return len(found)


def _board(clock: Clock) -> Board:
    from crmdesk.domain.calls.live import AgentState, AgentStatus, Board, QueueFigures

    now = clock.now()
    queue = QueueFigures(
        queue="check",
        label="Self check",
        waiting=1,
        waiting_since=(now,),
        offered=4,
        answered=2,
        abandoned=1,
        short_abandoned=0,
        timed_out=0,
        service_level=0.5,
        service_level_name="short_abandons_out/20s",
        mean_wait_s=12.0,
        mean_handle_s=90.0,
        agents_ready=1,
        agents=1,
        offered_per_quarter=(1, 3),
    )
    return Board(1, now, (queue,), (AgentStatus("100", "Self Check", AgentState.READY, now),))


def _is_encrypted(folder: Path) -> bool:
    """Return True if neither SQLite nor a search for words finds anything in the profile's files."""
    words = [word.encode(encoding) for word in NAME.split() for encoding in ("utf-8", "utf-16-le")]
    files = [file.read_bytes() for file in folder.iterdir() if file.is_file()]
    if any(word in content for word in words for content in files):
        return False
    with closing(sqlite3.connect(folder / "desk.db")) as stranger:
        try:
            stranger.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError:
            return True
    return False
