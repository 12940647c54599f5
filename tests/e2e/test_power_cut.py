"""kill -9 of the desktop while somebody types: at most the last second is lost, and nothing that said "saved"."""

from __future__ import annotations

import asyncio
from pathlib import Path

from crmdesk.demo import house
from tests.e2e.conftest import Town
from tests.support.robot import desktop

WORDS = " ".join(f"Wort{number} слово{number}" for number in range(400))
RHYTHM_S = 0.012
GLANCES = 45
GLANCE_EVERY_S = 0.06
MAY_BE_LOST_S = 1.0
_MACHINE_S = 0.3


def test_a_desktop_killed_while_typing_loses_at_most_a_second(town: Town, folder: Path) -> None:
    seen, recovered = asyncio.run(_killed_while_typing(town, folder))
    killed_at = seen[-1][0]
    old_enough = [text for at, text, _ in seen if at <= killed_at - MAY_BE_LOST_S - _MACHINE_S]
    said_saved = [text for _, text, saved in seen if saved]
    assert len(old_enough) > 5, "nobody looked long enough"
    assert WORDS.startswith(recovered)
    assert len(recovered) >= len(old_enough[-1]) > 20
    assert all(len(recovered) >= len(text) for text in said_saved)


async def _killed_while_typing(town: Town, folder: Path) -> tuple[list[tuple[float, str, bool]], str]:
    profile = folder / "desk"
    seen: list[tuple[float, str, bool]] = []
    async with desktop(profile, town.server) as desk:
        await desk.ask("sign_in", login=house.AGENT, password=town.passwords[house.AGENT])
        await desk.ask("live")
        await desk.ask("open_customer", words="papado", name="Ελένη Παπαδοπούλου")
        typing = asyncio.create_task(desk.ask("type_on", words=WORDS, rhythm_s=RHYTHM_S))
        for _ in range(GLANCES):
            glance = await desk.ask("glance")
            seen.append((glance["at"], glance["text"], glance["saved"]))
            await asyncio.sleep(GLANCE_EVERY_S)
        glance = await desk.ask("glance")
        seen.append((glance["at"], glance["text"], glance["saved"]))
        await desk.kill()
        await asyncio.gather(typing, return_exceptions=True)
    async with desktop(profile, town.server) as again:
        await again.ask("opened")
        found = (await again.ask("recovered"))["texts"]
    assert len(found) == 1
    return seen, found[0]
