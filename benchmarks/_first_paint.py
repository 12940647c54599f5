"""Run by ``benchmarks.startup`` as a process of its own: starts the desktop as its command does and tells what it saw.

Standard output gets one line of JSON: when the window was first painted and which modules were loaded by then, and when
the desk could be worked with: its work lists are read and painted, and a person can type into the search.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

gc.disable()  # as the command does

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from crmdesk import app
from crmdesk.runtime import doorbell

HEAVY = frozenset(
    {
        *("sqlalchemy", "alembic", "sqlcipher3", "httpx", "websockets", "phonenumbers", "rapidfuzz", "keyring"),
        *("psycopg", "litestar", "uvicorn", "argon2", "msgspec", "mako", "numpy", "email", "http", "multiprocessing"),
    }
)


class _Eye(QObject):
    """Sees the first paint of a window."""

    def __init__(self, window: QWidget, painted: asyncio.Future[float]) -> None:
        super().__init__()
        self._painted = painted
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note when the window is painted; its children follow in the same pass, before the loop turns again."""
        if event.type() is QEvent.Type.Paint and not self._painted.done():
            self._painted.set_result(time.monotonic())
        return False


def main() -> int:
    """Start the desktop, look, end."""
    said: dict[str, Any] = {"imported": time.monotonic()}
    folder = Path(sys.argv[1])
    if doorbell.ring(folder):
        return 2
    options = app.DesktopOptions(folder, passphrase=sys.argv[2])
    code = app.run(options, partial(_watch, said))
    sys.stdout.write(json.dumps(said) + "\n")
    return code


async def _watch(said: dict[str, Any], desktop: app.Desktop) -> None:
    painted: asyncio.Future[float] = asyncio.get_running_loop().create_future()
    eye = _Eye(desktop.window, painted)
    await painted  # wakes in the turn of the loop after the whole window was painted
    said["first_paint"] = time.monotonic()
    said["heavy"] = sorted(HEAVY & {name.partition(".")[0] for name in sys.modules})
    said["modules"] = len(sys.modules)
    said["first_paint_cpu_ms"] = time.process_time() * 1000
    del eye
    gone_to: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    desktop.window.page_changed.connect(gone_to.set_result)
    await gone_to
    said["pages"] = time.monotonic()
    said["pages_cpu_ms"] = time.process_time() * 1000
    from crmdesk.ui.pages.desk import DeskPage
    from crmdesk.ui.pages.desk.work_rows import Work
    from crmdesk.ui.pop.witness import PaintWitness

    page = desktop.window.page("desk")
    assert isinstance(page, DeskPage)
    section = page.view.idle.sections[Work.COMPLAINT]
    if not section.model.rows:
        read: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        section.model.modelReset.connect(partial(_done, read))
        await read
    witness = PaintWitness(page)
    witness.show()
    shown: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    witness.painted.connect(partial(_done, shown))
    witness.watch("the open complaints")
    await shown
    said["usable"] = time.monotonic()
    said["usable_cpu_ms"] = time.process_time() * 1000


def _done(future: asyncio.Future[None], *_: object) -> None:
    if not future.done():
        future.set_result(None)


if __name__ == "__main__":
    sys.exit(main())
