"""A fold with a clock that a test turns: seconds from nine o'clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crmdesk.domain.calls import events as ev
from crmdesk.domain.calls.fold import CallFold, FoldOutput, FoldSettings
from crmdesk.domain.calls.live import AgentCall, AgentStatus, QueueFigures

NINE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
TRUNK = ev.Line(ev.LineKind.TRUNK)
IVAN = ev.Caller("+13055550123", "Ivan Petrov")
CALL, RING = "asterisk:1795285690.1", "asterisk:1795285690.2"


def at(seconds: float) -> datetime:
    """Return the instant so many seconds after nine."""
    return NINE + timedelta(seconds=seconds)


class Floor:
    """One fold and short words for what happens on the floor."""

    def __init__(self, settings: FoldSettings | None = None) -> None:
        self.fold = CallFold(settings or FoldSettings(region="US"))
        self.calls: dict[str, AgentCall] = {}

    def apply(self, *events: ev.CallEvent) -> FoldOutput:
        """Apply events; return what the last changed."""
        output = FoldOutput()
        for event in events:
            output = self.fold.apply(event)
            self.calls |= {call.key: call for call in output.agent_calls}
        return output

    def member(self, agent: str, seconds: float = 0, *, device: ev.Device = ev.Device.FREE) -> None:
        """Let an agent serve queue sales."""
        self.apply(ev.MemberChanged(at(seconds), "sales", agent, f"Agent {agent}", device, paused=False))

    def join(self, seconds: float, call: str = CALL, queue: str = "sales") -> None:
        """Let a caller join a queue."""
        self.apply(ev.QueueJoined(at(seconds), call, queue, TRUNK, IVAN))

    def ring(self, seconds: float, agent: str = "1007", leg: str = RING, call: str = CALL) -> None:
        """Let a queue ring a phone."""
        self.apply(ev.Ringing(at(seconds), leg, agent, call, "sales", TRUNK, IVAN))

    def answer(self, seconds: float, leg: str = RING, call: str = CALL) -> None:
        """Let the phone answer."""
        self.apply(
            ev.QueueLeft(at(seconds), call, "sales", ev.QueueExit.LEFT),
            ev.Answered(at(seconds), leg, call, None, "sales"),
        )

    def hang_up(self, seconds: float, leg: str = CALL) -> None:
        """Let a leg end."""
        self.apply(ev.LegEnded(at(seconds), leg, ev.HangupCause.NORMAL))

    def queue(self, seconds: float, name: str = "sales") -> QueueFigures:
        """Return the figures of a queue."""
        return next(queue for queue in self.fold.board(at(seconds)).queues if queue.queue == name)

    def agent(self, seconds: float, extension: str = "1007") -> AgentStatus:
        """Return what an agent does."""
        return next(one for one in self.fold.board(at(seconds)).agents if one.extension == extension)
