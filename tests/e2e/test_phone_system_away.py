"""Trouble on the AMI connection: a clear state in the window, the gateway lives on, and calls come once it is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from crmdesk.demo import house
from crmdesk.demo.reins import DeskProcess
from crmdesk.telephony.ami.playback import Playback
from tests.e2e.conftest import Town
from tests.support.ami_server import SECRET, USERNAME, accept, misbehaving, playing, recording
from tests.support.gateway import GatewayProcess, gateway_beside
from tests.support.robot import desktop


def _phone(folder: Path, port: int, secret: str) -> tuple[str, ...]:
    path = folder / "secret"
    path.write_text(secret)
    return ("--ami", f"127.0.0.1:{port}", "--ami-user", USERNAME, "--ami-secret-file", str(path), "--region", "US")


@asynccontextmanager
async def _desk(town: Town, folder: Path, port: int, secret: str) -> AsyncIterator[tuple[DeskProcess, GatewayProcess]]:
    """Run a gateway on a phone system's port, and a desk that is signed in."""
    async with (
        gateway_beside(town.database, *_phone(folder, port, secret)) as running,
        desktop(folder / "desk", running.url) as desk,
    ):
        await desk.ask("sign_in", login=house.AGENT, password=town.passwords[house.AGENT])
        yield desk, running


def test_a_wrong_secret_is_said_in_the_status_line_and_ends_nothing(town: Town, folder: Path) -> None:
    asyncio.run(_wrong_secret(town, folder))


async def _wrong_secret(town: Town, folder: Path) -> None:
    async with playing("a_answered") as (_, port), _desk(town, folder, port, "not the secret") as (desk, running):
        await desk.ask("status", sync="Live, all sent", phone="The phone system refused the sign-in")
        assert running.process.poll() is None


def test_garbage_from_the_phone_system_is_said_and_calls_ring_once_it_is_over(town: Town, folder: Path) -> None:
    asyncio.run(_garbage(town, folder))


async def _garbage(town: Town, folder: Path) -> None:
    talks = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal talks
        talks += 1
        await accept(reader, writer)
        writer.write(b"\x00\xff\xfe Event: \r\n\r\n" * 100 + b"x" * 10_000_000)
        await writer.drain()
        writer.write(b"\r\n\r\nEvent: Newchannel\r\nUniqueid: half")
        await writer.drain()

    repaired = Playback({"e_hold": recording("e_hold")}, USERNAME, SECRET)
    async with AsyncExitStack() as broken:
        port = await broken.enter_async_context(misbehaving(talk))
        async with _desk(town, folder, port, SECRET) as (desk, running):
            await desk.ask("status", sync="Live, all sent", phone="No call events since")
            assert running.process.poll() is None
            await broken.aclose()
            await repaired.start(port)
            await repaired.signed_in()
            await desk.ask("status", phone="Phone connected")
            call = asyncio.create_task(repaired.play("e_hold"))
            assert len((await desk.ask("ringing", number=1))["names"]) == 3
            await call
        await repaired.stop()
    assert talks > 0
