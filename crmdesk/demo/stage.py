"""Sets up the demo's processes in one temporary folder, and takes everything down again."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from crmdesk.demo import house
from crmdesk.demo.reins import DeskProcess
from crmdesk.demo.tape import SECRET, USERNAME, Tape
from crmdesk.demo.warden import PATIENCE_S, Warden
from crmdesk.domain.clock import SystemClock
from crmdesk.domain.errors import CrmdeskError
from crmdesk.domain.quick import dataclass
from crmdesk.server.local_postgres import local_postgres
from crmdesk.sync.engine import Engine

REGION = "US"


@dataclass(frozen=True, slots=True)
class Plan:
    """How the demo is shown: where its data lies, where pictures go (None: none), whether it is driven by hands
    without a display, and the module that is run as a desktop."""

    resources: Path
    pictures: Path | None
    offscreen: bool
    desk: str = "crmdesk.demo.desk"


@dataclass(frozen=True, slots=True)
class Stage:
    """A demo that is set up: its desks are signed out, its phone system is silent."""

    database: str
    server: str
    house: house.House
    passwords: dict[str, str]
    tape: Tape
    agent: DeskProcess
    supervisor: DeskProcess
    folder: Path


@asynccontextmanager
async def stage(plan: Plan) -> AsyncIterator[Stage]:
    """Set everything up for as long as the block runs."""
    folder = Path(tempfile.mkdtemp(prefix="crmdesk-demo-"))
    warden = Warden(folder)
    try:
        with local_postgres() as postgres:
            people = house.read_house((plan.resources / "house.json").read_bytes())
            passwords = house.new_passwords(people)
            database = postgres.url()
            engine = Engine(database, connections=2)
            try:
                await asyncio.to_thread(house.people_and_queues, engine, people, passwords)
                await asyncio.to_thread(house.publish_knowledge, engine, plan.resources / "knowledge")
                await asyncio.to_thread(house.publish_rules, engine, plan.resources / "rules")
                outcomes = await asyncio.to_thread(house.outcome_ids, engine)
            finally:
                engine.close()
            tape = Tape(plan.resources / "ami")
            port = await tape.start()
            try:
                async with _gateway(database, port, folder, warden) as server:
                    history = (server, people, passwords, outcomes, SystemClock())
                    await asyncio.to_thread(house.customers_and_history, *history)
                    async with _desks(plan, server, folder, warden) as (agent, supervisor):
                        yield Stage(database, server, people, passwords, tape, agent, supervisor, folder)
            finally:
                await tape.stop()
    finally:
        await asyncio.to_thread(warden.close)


@asynccontextmanager
async def _gateway(database: str, ami_port: int, folder: Path, warden: Warden) -> AsyncIterator[str]:
    """Run the gateway as its own process and yield its address."""
    secret = folder / "ami-secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    command = [sys.executable, "-m", "crmdesk", "serve", "--announce", "--listen", "127.0.0.1:0", "--region", REGION]
    command += ["--zone", house.ZONE, "--ami", f"127.0.0.1:{ami_port}"]
    command += ["--ami-user", USERNAME, "--ami-secret-file", str(secret)]
    with (folder / "gateway.log").open("wb") as log:
        gateway = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env={**os.environ, "CRMDESK_DATABASE": database},
            start_new_session=True,
        )
    warden.began(gateway.pid)
    try:
        assert gateway.stdout is not None
        line = await gateway.stdout.readline()
        if not line:
            raise CrmdeskError("The gateway did not start.", (folder / "gateway.log").read_text(errors="replace"))
        yield str(json.loads(line)["url"])
    finally:
        await _end(gateway)
        warden.ended(gateway.pid)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE_S)
    except TimeoutError:
        process.kill()
        await process.wait()


@asynccontextmanager
async def _desks(
    plan: Plan, server: str, folder: Path, warden: Warden
) -> AsyncIterator[tuple[DeskProcess, DeskProcess]]:
    """Run the agent's and the supervisor's desktop, each with a profile and a passphrase of its own."""
    desks = [DeskProcess(role, warden, folder / f"{role}.log", plan.desk) for role in ("agent", "supervisor")]
    environment = {"XDG_RUNTIME_DIR": str(folder), **({"QT_QPA_PLATFORM": "offscreen"} if plan.offscreen else {})}
    try:
        for desk in desks:
            settings: dict[str, Any] = {
                "role": desk.role,
                "folder": str(folder / desk.role),
                "server": server,
                "region": REGION,
                "passphrase": secrets.token_urlsafe(16),
                "pictures": str(plan.pictures) if plan.pictures is not None else "",
            }
            await desk.start(settings, environment)
        yield desks[0], desks[1]
    finally:
        await asyncio.gather(*(desk.stop() for desk in desks))
