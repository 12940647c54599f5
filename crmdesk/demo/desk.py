"""``python -m crmdesk.demo.desk``: one desktop of the demo, whose keys are pressed by the demo's hands.

The first line on standard input says how it is started; the following ones name steps. It ends when the lines end.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from crmdesk import app
from crmdesk.demo.hands import Hands, NotSeen
from crmdesk.demo.reins import read_lines
from crmdesk.demo.steps import STEPS, Found, Step
from crmdesk.domain.language import ENGLISH

log = logging.getLogger(__name__)


class _Work:
    """Does the steps that come in, several at a time, and answers each with one line."""

    def __init__(self, settings: Mapping[str, Any], steps: Mapping[str, Step]) -> None:
        self._settings = settings
        self._steps = steps
        self._tasks: set[asyncio.Task[Found]] = set()
        self._lines: asyncio.Queue[dict[str, Any] | None] | None = None

    async def beside(self, desktop: app.Desktop) -> None:
        """Work until the lines end or the desktop does; a desktop that takes its place is served further."""
        if self._lines is None:
            self._lines = self._listen()
        hands = Hands(desktop, self._settings)
        try:
            while (line := await self._lines.get()) is not None:
                task = asyncio.create_task(self._steps[line["step"]](hands, **line["details"]))
                self._tasks.add(task)
                task.add_done_callback(partial(self._answer, line["id"]))
        finally:
            for task in tuple(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _listen(self) -> asyncio.Queue[dict[str, Any] | None]:
        loop = asyncio.get_running_loop()
        lines: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

        def take(line: dict[str, Any] | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(lines.put_nowait, line)

        threading.Thread(target=read_lines, args=(sys.stdin.buffer, take), name="lines", daemon=True).start()
        return lines

    def _answer(self, number: int, task: asyncio.Task[Found]) -> None:
        self._tasks.discard(task)
        answer: dict[str, Any] = {"id": number}
        error = None if task.cancelled() else task.exception()
        if task.cancelled():
            answer["trouble"] = "given up: the desktop ended meanwhile"
        elif error is None:
            answer["found"] = task.result()
        elif isinstance(error, NotSeen):
            answer["trouble"] = str(error)
        else:
            log.error("a step broke", exc_info=error)
            answer["trouble"] = f"{type(error).__name__}, see the log"
        with suppress(BrokenPipeError):  # whoever asked may be gone, and this desktop about to end for that reason
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


def main(steps: Mapping[str, Step] = STEPS) -> int:
    """Run the desktop to its end; ``steps`` are what its hands can be asked to do."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = json.loads(sys.stdin.buffer.readline())
    options = app.DesktopOptions(
        folder=Path(settings["folder"]),
        server=settings["server"],
        region=settings["region"],
        passphrase=settings["passphrase"],
        tour=False,
        language=ENGLISH,  # what its steps look for on the screen
    )
    return app.run(options, _Work(settings, steps).beside)


if __name__ == "__main__":
    sys.exit(main())
