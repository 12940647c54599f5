"""A script whose program was killed in the middle goes on where its last answer led, with what was being typed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from crmdesk.domain.knowledge.script import Given
from crmdesk.services import interactions
from tests.support.desk import MARGARET, open_house, ringing
from tests.support.knowledge import QUEUE, rows_of

ANSWERED = ("gas", "heat")


async def follow(folder: Path) -> None:
    """Answer two questions, begin to write the third answer, and be killed."""
    house = open_house(folder)
    house.add(*rows_of())
    call = ringing()
    await house.database.write(interactions.opened, call)
    await house.desk.interactions.identify(call.contact_id, MARGARET)
    scripts = house.desk.scripts
    line = next(line for line in await scripts.all() if line.queue == QUEUE)
    run = await scripts.begin(line.edition)
    for number in (3, 1):
        run = await scripts.answer(Given(call.contact_id, run.id, run.script, run.standing.step, number))
    await house.desk.drafts.keep("script", call.contact_id, {"step": run.standing.step, "words": "Oxy"}, "Heating")
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_run_goes_on_after_kill_9(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.runtime.test_scripts_after_a_kill", str(tmp_path)]
    ended = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    house = open_house(tmp_path)
    call = ringing().contact_id
    run = asyncio.run(house.desk.scripts.under_way(call))
    draft = asyncio.run(house.desk.drafts.load("script", call))
    house.close()
    assert run is not None
    assert tuple(answer.step for answer in run.standing.path) == ANSWERED
    assert run.standing.step == "health"
    assert draft is not None
    assert draft.fields == {"step": "health", "words": "Oxy"}


if __name__ == "__main__":
    asyncio.run(follow(Path(sys.argv[1])))
