"""The demo on a display: two windows that stay open, and calls that ring over and over."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from crmdesk.demo import house
from crmdesk.demo.signals import run_until_told
from crmdesk.demo.stage import Plan, Stage, stage


def show(resources: Path) -> int:
    """Run until both windows are closed, or until Ctrl+C."""
    return run_until_told(_show(Plan(resources, None, offscreen=False)))


async def _show(plan: Plan) -> int:
    _say("Starting PostgreSQL, the gateway, the phone system and two desktops ...")
    async with stage(plan) as set_up:
        _explain(set_up)
        await asyncio.gather(
            set_up.agent.ask("sign_in", login=house.AGENT, password=set_up.passwords[house.AGENT]),
            set_up.supervisor.ask("sign_in", login=house.SUPERVISOR, password=set_up.passwords[house.SUPERVISOR]),
        )
        await set_up.tape.heard()
        calls = asyncio.create_task(set_up.tape.play_for_ever())
        try:
            await asyncio.gather(set_up.agent.ended(), set_up.supervisor.ended())
        finally:
            calls.cancel()
            with suppress(asyncio.CancelledError):
                await calls
    return 0


def _explain(set_up: Stage) -> None:
    words = set_up.passwords
    _say(f"Agent's window:      {house.AGENT} / {words[house.AGENT]}, phone 1007; calls ring by themselves.")
    _say(f"Supervisor's window: {house.SUPERVISOR} / {words[house.SUPERVISOR]}; Ctrl+J B shows the queues live.")
    _say("Keys: Ctrl+1..9 says who is calling, Ctrl+R files a complaint, Ctrl+Enter finishes, F1 lists all keys.")
    _say(f"Gateway: {set_up.server}; administrator: {house.ADMINISTRATOR} / {words[house.ADMINISTRATOR]}.")
    _say("Close both windows or press Ctrl+C to end; everything is in a temporary folder and goes with it.")


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
