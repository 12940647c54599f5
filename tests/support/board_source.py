"""A server that knows what lies behind one board: what a desk asks of it is kept, and it may be away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from crmdesk.domain.calls.contact import VisitOutcome
from crmdesk.domain.calls.figures import Figure
from crmdesk.domain.calls.history import AgentTime, AgentWork, History, OutcomeCount, QueueSlice, Step
from crmdesk.domain.calls.live import AgentState, Board, Party
from crmdesk.domain.calls.records import BehindCall, BehindCalls
from crmdesk.domain.errors import Unavailable
from tests.support.boards import RULE, a_board
from tests.support.clock import AFTERNOON


def a_call(customer: UUID | None = None, name: str = "", outcome: VisitOutcome | None = None) -> BehindCall:
    """Return a call in Billing that began a minute before."""
    began = AFTERNOON - timedelta(minutes=1)
    ended = None if outcome is None else began + timedelta(seconds=42)
    return BehindCall(
        contact_id=uuid4(),
        queue="billing",
        party=Party("+442079460123"),
        began=began,
        ended=ended,
        wait_s=None if outcome is None else 42.0,
        outcome=outcome,
        agent="4021" if outcome is VisitOutcome.ANSWERED else None,
        in_time=False if outcome is VisitOutcome.ANSWERED else None,
        agent_name="Sam Okafor" if outcome is VisitOutcome.ANSWERED else "",
        customer_id=customer,
        customer_name=name,
    )


def a_history() -> History:
    """Return a history of two queues and two agents, one of them with a hostile name."""
    times = (
        AgentTime("4021", AgentState.TALKING, "", 3, 1_800_000_000),
        AgentTime("4021", AgentState.READY, "", 3, 1_800_000_000),
        AgentTime("4022", AgentState.BREAK, "lunch", 1, 2_700_000_000),
    )
    slices = (
        QueueSlice("billing", AFTERNOON, RULE, 10, 8, 6, 1, 0, 0, 1, 0, 8, 80_000_000, 8, 2_400_000_000),
        QueueSlice("claims", AFTERNOON, RULE),
    )
    return History(
        queues=slices,
        times=times,
        work=(AgentWork("4021", 3, 900_000_000),),
        missing=(date(2026, 12, 22),),
        labels={"billing": "Billing"},
        names={"4021": "Sam Okafor", "4022": "=1+1"},
        outcomes=(OutcomeCount("billing", "Sam Okafor", "Refund agreed", 3, 540.0),),
    )


class BoardServer:
    """Answers as the gateway does. ``away`` says that it cannot be reached."""

    def __init__(self, *calls: BehindCall, board_at: Callable[[datetime], Board] | None = None) -> None:
        self.found = calls
        self.asked: list[tuple[object, ...]] = []
        self.away = False
        self._board_at = board_at or (lambda moment: a_board(1, as_of=moment))

    def _ask(self, *question: object) -> None:
        self.asked.append(question)
        if self.away:
            raise Unavailable("The server cannot be reached.", "Try again later.")

    async def at(self, moment: datetime) -> Board:
        """Return the board of a moment."""
        self._ask("at", moment)
        return self._board_at(moment)

    async def calls(self, figure: Figure, queue: str, at: datetime | None) -> BehindCalls:
        """Return the calls that were given."""
        self._ask("calls", figure, queue, at)
        return BehindCalls(self.found, len(self.found) + 30)

    async def history(self, first: date, last: date, step: Step) -> History:
        """Return the history."""
        self._ask("history", first, last, step)
        return a_history()
