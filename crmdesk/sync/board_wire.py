"""The questions behind the board: a past moment, the calls of a figure, the history of days. Supervisors may ask them.

Encoded as everything in ``sync.wire`` is; instants are microseconds since 1970 UTC.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec

from crmdesk.domain.calls.figures import Figure
from crmdesk.domain.calls.history import History, Step
from crmdesk.domain.calls.live import Board
from crmdesk.domain.calls.records import BehindCalls


class AskBoard(msgspec.Struct, frozen=True):
    """POST /board/at: the board as it was at a moment, recomputed from the stored events."""

    device_id: UUID
    at_us: int


class BoardReply(msgspec.Struct, frozen=True):
    """That board."""

    board: Board


class AskCalls(msgspec.Struct, frozen=True):
    """POST /board/calls: the calls that a figure is made of, of one queue or ("") of all; now, or at a moment."""

    device_id: UUID
    figure: Figure
    queue: str = ""
    at_us: int | None = None


class CallsReply(msgspec.Struct, frozen=True):
    """The newest of them, and how many there are."""

    behind: BehindCalls


class AskHistory(msgspec.Struct, frozen=True):
    """POST /board/history: the days from ``first`` to ``last``, both included, in parts of ``step``."""

    device_id: UUID
    first: date
    last: date
    step: Step = Step.DAY


class HistoryReply(msgspec.Struct, frozen=True):
    """What is kept of these days."""

    history: History
