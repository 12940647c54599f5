"""The live hub: tells each connected desk what it is to know at once, and never lets a slow desk hold up the others.

For each desk there is one place per kind of message, and a newer value takes the place of an older one: what is sent
are whole states, so a desk that cannot keep up misses steps, never the outcome.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import field
from datetime import timedelta
from itertools import islice
from uuid import UUID

from crmdesk.domain.calls.live import AgentCall, AgentStatus, Board, PhoneState
from crmdesk.domain.clock import Clock
from crmdesk.domain.people import Role
from crmdesk.domain.quick import dataclass
from crmdesk.server.auth import Known
from crmdesk.sync.wire import LiveBoard, LiveCall, LiveHint, LiveOpen, LivePhone, LiveStatus, encode

SEND_LIMIT_S = 10.0
"""A desk that does not take a message for so long is disconnected; it comes back and gets the present state."""

ENDED_TOLD = timedelta(minutes=5)
"""A desk that connects is also told of its calls that ended so lately: it may have missed their end."""

HINTS_AT_ONCE = 1_000
"""So many desks of one gateway hear of a change at the same moment."""

HINTS_PER_S = 1_000.0
"""More hints a second are not given by one gateway, however much changes."""

_ENDED_KEPT = 20
_OVERSEERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
Send = Callable[[bytes], Awaitable[None]]


@dataclass(slots=True, eq=False)
class Listener:
    """One connected desk and what waits to be sent to it, by kind (calls by their key)."""

    known: Known
    waiting: dict[str, bytes] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    closed: bool = False
    status: AgentStatus | None = None

    def put(self, kind: str, message: bytes) -> None:
        """Let ``message`` be the next of its kind, behind all that waits: which calls go on follows what was said of
        them."""
        self.waiting.pop(kind, None)
        self.waiting[kind] = message
        self.wake.set()

    def tell_status(self, by_extension: Mapping[str, AgentStatus]) -> None:
        """Tell the agent's own state where it is another than the one told last."""
        status = by_extension.get(self.known.identity.extension or "")
        if status is not None and status != self.status:
            self.status = status
            self.put("status", encode(LiveStatus(status)))

    def close(self) -> None:
        """End the connection once the writer comes by."""
        self.closed = True
        self.wake.set()


class LiveHub:
    """All connected desks of this gateway process. Lives on the event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._listeners: set[Listener] = set()
        self._calls: dict[str, dict[str, AgentCall]] = {}
        self._board: Board | None = None
        self._phone: PhoneState | None = None
        self._looked = 0
        self._watermark = ""
        self._to_hint: dict[Listener, None] = {}
        self._may_hint = float(HINTS_AT_ONCE)
        self._hinted_at = clock.monotonic()
        self.hints = 0

    def __len__(self) -> int:
        return len(self._listeners)

    async def serve(self, known: Known, send: Send) -> None:
        """Send one desk its messages until it is closed or too slow; raises what ``send`` raises."""
        listener = Listener(known)
        self._greet(listener)
        self._listeners.add(listener)
        try:
            while True:
                await listener.wake.wait()
                listener.wake.clear()
                if listener.closed:
                    return
                batch, listener.waiting = listener.waiting, {}
                for message in batch.values():
                    async with asyncio.timeout(SEND_LIMIT_S):
                        await send(message)
        finally:
            self._listeners.discard(listener)
            self._to_hint.pop(listener, None)

    def _greet(self, listener: Listener) -> None:
        """Let a desk begin with the state of now, so that nothing said before it came is missing."""
        if self._watermark:
            listener.put("hint", encode(LiveHint(self._watermark)))
            self.hints += 1
        if self._phone is not None:
            listener.put("phone", encode(LivePhone(self._phone)))
        if self._board is not None:
            listener.put("board", encode(LiveBoard(_for(listener, self._board))))
            listener.tell_status({status.extension: status for status in self._board.agents})
        ended_since = self._clock.now() - ENDED_TOLD
        for call in self._calls.get(listener.known.identity.extension or "", {}).values():
            if call.ended_at is None or call.ended_at > ended_since:
                listener.put(call.key, encode(LiveCall(call)))
        if self._looked:
            listener.put("open", self._open_calls(listener))

    def moved(self, scopes: frozenset[int], watermark: int) -> None:
        """Hint to every desk that holds one of the scopes in which something changed.

        A change of everybody's is told to all at once. While changes come without a pause, desks are told by turns, and
        each hint is for all that came until then: a hint to a thousand desks ten times a second would leave no time for
        the pulls that follow.
        """
        self._watermark = str(watermark)
        for listener in self._listeners:
            if not scopes.isdisjoint(listener.known.principal.scopes):
                self._to_hint[listener] = None
        self.hint_waiting()

    def hint_waiting(self) -> None:
        """Hint to those whose turn it is; to be called from time to time."""
        now = self._clock.monotonic()
        self._may_hint = min(HINTS_AT_ONCE, self._may_hint + (now - self._hinted_at) * HINTS_PER_S)
        self._hinted_at = now
        message = encode(LiveHint(self._watermark))
        turn = list(islice(self._to_hint, int(self._may_hint)))
        for listener in turn:
            del self._to_hint[listener]
            listener.put("hint", message)
        self._may_hint -= len(turn)
        self.hints += len(turn)

    def calls(self, calls: Iterable[AgentCall]) -> None:
        """Tell each agent's desks about their calls."""
        for call in calls:
            self._keep(call)
            message = encode(LiveCall(call))
            for listener in self._listeners:
                if listener.known.identity.extension == call.agent:
                    listener.put(call.key, message)

    def looked(self, told_to: int) -> None:
        """Tell every desk which of its calls go on: of those up to this revision none is missing here."""
        self._looked = told_to
        for listener in self._listeners:
            listener.put("open", self._open_calls(listener))

    def _open_calls(self, listener: Listener) -> bytes:
        calls = self._calls.get(listener.known.identity.extension or "", {}).values()
        return encode(LiveOpen(tuple(call.key for call in calls if call.ended_at is None), self._looked))

    def _keep(self, call: AgentCall) -> None:
        of_agent = self._calls.setdefault(call.agent, {})
        of_agent[call.key] = call
        ended = [key for key, known in of_agent.items() if known.ended_at is not None]
        for key in ended[:-_ENDED_KEPT]:
            del of_agent[key]

    def board(self, board: Board) -> None:
        """Show the board: whole to supervisors and administrators, to agents the queues and their own state."""
        self._board = board
        whole = encode(LiveBoard(board))
        queues = encode(LiveBoard(_queues_only(board)))
        by_extension = {status.extension: status for status in board.agents}
        for listener in self._listeners:
            listener.put("board", whole if _sees_all(listener) else queues)
            listener.tell_status(by_extension)

    def phone(self, state: PhoneState) -> None:
        """Tell every desk how the gateway stands with the phone system."""
        self._phone = state
        message = encode(LivePhone(state))
        for listener in self._listeners:
            listener.put("phone", message)

    @property
    def phone_state(self) -> PhoneState | None:
        """How the gateway stands with the phone system, None before the first word."""
        return self._phone

    @property
    def colleagues(self) -> tuple[AgentStatus, ...]:
        """Everybody with a phone as the board last had them, none while the board is old."""
        return self._board.agents if self._board is not None and self._board.stale_since is None else ()

    @property
    def devices(self) -> list[UUID]:
        """The devices connected now."""
        return [listener.known.principal.device_id for listener in self._listeners]

    def drop(self, devices: frozenset[UUID]) -> None:
        """Disconnect devices that may not listen any more."""
        for listener in self._listeners:
            if listener.known.principal.device_id in devices:
                listener.close()

    def disconnect(self) -> None:
        """Disconnect everybody."""
        for listener in self._listeners:
            listener.close()


def _sees_all(listener: Listener) -> bool:
    return listener.known.principal.role in _OVERSEERS


def _for(listener: Listener, board: Board) -> Board:
    return board if _sees_all(listener) else _queues_only(board)


def _queues_only(board: Board) -> Board:
    return Board(board.revision, board.as_of, board.queues, (), board.stale_since)
