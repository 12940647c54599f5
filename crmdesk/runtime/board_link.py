"""Asks the gateway what lies behind the board, on a thread of its own: a past moment takes the server some seconds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from crmdesk.domain.calls.figures import Figure
from crmdesk.domain.calls.history import History, Step
from crmdesk.domain.calls.live import Board
from crmdesk.domain.calls.records import BehindCalls
from crmdesk.models.base import to_microseconds
from crmdesk.runtime.asking import AskingThreads
from crmdesk.sync.board_wire import AskBoard, AskCalls, AskHistory, BoardReply, CallsReply, HistoryReply
from crmdesk.sync.transports.http import GatewayClient

Answer = TypeVar("Answer")


class GatewayBoard:
    """See ``runtime.desk.board.BoardSource``."""

    def __init__(self, client: GatewayClient, device_id: UUID, thread: AskingThreads) -> None:
        self._client = client
        self._device_id = device_id
        self._thread = thread

    async def at(self, moment: datetime) -> Board:
        """Return the board as it was."""
        message = AskBoard(self._device_id, to_microseconds(moment))
        return (await self._ask("/board/at", message, BoardReply)).board

    async def calls(self, figure: Figure, queue: str, at: datetime | None) -> BehindCalls:
        """Return the calls behind a figure."""
        at_us = None if at is None else to_microseconds(at)
        message = AskCalls(self._device_id, figure, queue, at_us)
        return (await self._ask("/board/calls", message, CallsReply)).behind

    async def history(self, first: date, last: date, step: Step) -> History:
        """Return what is kept of some days."""
        message = AskHistory(self._device_id, first, last, step)
        return (await self._ask("/board/history", message, HistoryReply)).history

    async def _ask(self, path: str, message: Any, answer: type[Answer]) -> Answer:
        return await self._thread.ask(self._client.ask, path, message, answer)
