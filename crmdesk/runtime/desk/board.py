"""The desk's door to what lies behind the board: past moments, calls of a figure, history; and files made of it."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from crmdesk.domain.calls.figures import Figure
from crmdesk.domain.calls.live import Board
from crmdesk.domain.errors import Unavailable
from crmdesk.domain.language import tr
from crmdesk.domain.sheets import Sheet
from crmdesk.services import exporting

if TYPE_CHECKING:
    from crmdesk.domain.calls.history import History, Step
    from crmdesk.domain.calls.records import BehindCalls


class BoardSource(Protocol):
    """Whoever knows it: the server. Every method raises Unavailable without an answer, Refused for a no."""

    async def at(self, moment: datetime) -> Board:
        """Return the board as it was."""
        ...

    async def calls(self, figure: Figure, queue: str, at: datetime | None) -> BehindCalls:
        """Return the calls behind a figure."""
        ...

    async def history(self, first: date, last: date, step: Step) -> History:
        """Return what is kept of some days."""
        ...


class BoardDesk:
    """``reach`` is told by the link whom to ask, None while there is nobody."""

    def __init__(self) -> None:
        self._source: BoardSource | None = None

    def reach(self, source: BoardSource | None) -> None:
        """Ask there from now on."""
        self._source = source

    def _reached(self) -> BoardSource:
        if self._source is None:
            raise Unavailable(
                tr("What lies behind the board is at the server, which cannot be reached."),
                tr("Look again when the status line says that the server is there."),
            )
        return self._source

    async def at(self, moment: datetime) -> Board:
        """Return the board as it was at a moment of today or yesterday, recomputed from the stored events."""
        return await self._reached().at(moment)

    async def calls(self, figure: Figure, queue: str = "", at: datetime | None = None) -> BehindCalls:
        """Return the calls a figure is made of, of one queue or ("") of all, now or at a moment."""
        return await self._reached().calls(figure, queue, at)

    async def history(self, first: date, last: date, step: Step) -> History:
        """Return what is kept of the days from ``first`` to ``last``."""
        return await self._reached().history(first, last, step)

    async def export(self, path: Path, sheets: tuple[Sheet, ...]) -> None:
        """Write tables as XLSX or, by the name's ending, CSV; raises UserMistake where the file cannot be written."""
        await asyncio.to_thread(exporting.write, path, sheets)
