"""The desk's side of the phone: the agent's present calls and the queues, as the gateway last told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from crmdesk.domain.calls.live import AgentCall, AgentStatus, Board, Direction, Phase, PhoneLink, PhoneState, RingResult
from crmdesk.domain.clock import Clock
from crmdesk.domain.interactions import InteractionState
from crmdesk.domain.language import tr
from crmdesk.runtime.bus import BoardChanged, Bus, CallChanged, PhoneChanged, StatusChanged
from crmdesk.runtime.database import Database
from crmdesk.services import interactions


class PhoneDesk:
    """Keeps the newest state of each call and publishes it; an answered call becomes an interaction first."""

    def __init__(self, database: Database, bus: Bus, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._bus = bus
        self._calls: dict[str, AgentCall] = {}
        self._board: Board | None = None
        self._state: PhoneState | None = None
        self._status: AgentStatus | None = None

    @property
    def calls(self) -> tuple[AgentCall, ...]:
        """The agent's calls that have not ended, oldest ring first."""
        living = (call for call in self._calls.values() if call.phase is not Phase.ENDED)
        return tuple(sorted(living, key=lambda call: call.rang_at))

    @property
    def board(self) -> Board | None:
        """The queues as last told, None before the first word."""
        return self._board

    @property
    def status(self) -> AgentStatus | None:
        """What the phone system last said of the agent at this desk, None before the first word."""
        return self._status

    @property
    def state(self) -> PhoneState | None:
        """The link to the phone system as last told."""
        return self._state

    async def heard_call(self, call: AgentCall) -> None:
        """Take a call's state; an older revision than the one known changes nothing.

        Raises Unavailable when an answered call cannot be written to the disk; it is shown all the same.
        """
        known = self._calls.get(call.key)
        if known is not None and known.revision >= call.revision:
            return
        call = _with_the_answer(known, call)
        self._calls[call.key] = call
        if known is None and call.phase is Phase.ENDED and not await self._is_unfinished(call):
            return
        answered_here = call.answered_at is not None and call.ring_result in (None, RingResult.ANSWERED)
        answered_here = answered_here and self._database.read_only is None  # the gateway makes the same row
        try:
            if answered_here and (known is None or known.answered_at is None):
                await self._database.write(interactions.opened, call)
            if answered_here and call.phase is Phase.ENDED:
                await self._database.write(interactions.ended, call)
        finally:
            if self._calls.get(call.key) is call:
                self._bus.publish(CallChanged(call))
                if call.phase is Phase.ENDED:
                    self._forget_old()

    async def heard_open(self, keys: Collection[str], told_to: int) -> None:
        """End the calls up to revision ``told_to`` that do not go on: nobody saw how and exactly when they ended.

        Calls that a telephone program on this computer told of are none of the gateway's. Raises as ``heard_call``.
        """
        for call in self.calls:
            if call.agent and call.revision <= told_to and call.key not in keys:
                await self._lost_sight_of(call)

    async def _lost_sight_of(self, call: AgentCall) -> None:
        over = replace(call, revision=call.revision + 1, phase=Phase.ENDED, ended_at=self._clock.now(), held_since=None)
        talked = call.answered_at is not None and call.direction is not Direction.INTERNAL
        try:
            if talked and self._database.read_only is None:
                await self._database.write(interactions.unseen_end, over)
        finally:
            await self.heard_call(over)

    def heard_board(self, board: Board) -> None:
        """Take the queues' figures."""
        if self._board is None or board.revision > self._board.revision or board.as_of > self._board.as_of:
            self._board = board
            self._bus.publish(BoardChanged(board))

    def heard_status(self, status: AgentStatus) -> None:
        """Take what the phone system says of the agent at this desk."""
        if status != self._status:
            self._status = status
            self._bus.publish(StatusChanged(status))

    def heard_state(self, state: PhoneState) -> None:
        """Take the state of the link to the phone system."""
        if state != self._state:
            self._state = state
            self._bus.publish(PhoneChanged(state))

    async def _is_unfinished(self, call: AgentCall) -> bool:
        """Say whether a call whose end is the first that is heard of it still waits here for its wrap-up.

        The gateway repeats what ended lately to a desk that connects; on a new profile, or after a restart, those
        calls may be finished long since, and what is not here yet comes with the next turn of sync.
        """
        try:
            state = await self._database.read(interactions.state_of, call.contact_id)
        except BaseException:  # also when the link ends meanwhile: the next one repeats it
            if self._calls.get(call.key) is call:
                del self._calls[call.key]
            raise
        return state in (InteractionState.OPEN, InteractionState.WRAP_UP)

    def lost(self) -> None:
        """Nobody tells about calls any more: the live channel to the server is down. Said once."""
        if self._state is None or self._state.link is not PhoneLink.UNREACHABLE:
            self.heard_state(
                PhoneState(PhoneLink.UNREACHABLE, self._clock.now(), tr("No live connection to the server."))
            )
        if self._status is not None:
            self._status = None
            self._bus.publish(StatusChanged(None))

    def _forget_old(self) -> None:
        """Keep the last hundred ended calls, so that late repeats are known, and no more."""
        ended = [key for key, call in self._calls.items() if call.phase is Phase.ENDED]
        for key in ended[:-100]:
            del self._calls[key]


def _with_the_answer(known: AgentCall | None, call: AgentCall) -> AgentCall:
    """Return a call with the answer that this desk saw, where a gateway that fell had not written it down."""
    if known is None or known.answered_at is None or call.answered_at is not None:
        return call
    phase = known.phase if call.phase is Phase.RINGING else call.phase
    talked_s = (call.ended_at - known.answered_at).total_seconds() if call.ended_at is not None else 0.0
    return replace(
        call,
        phase=phase,
        answered_at=known.answered_at,
        waited_s=known.waited_s,
        ring_result=known.ring_result,
        taken_by=None,
        talk_s=max(0.0, talked_s - known.hold_s),
    )
