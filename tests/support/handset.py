"""The phone system as a desk reaches it: writes down what is asked, and says no or nothing where a test wants it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import UUID

from crmdesk.domain.calls.control import Colleague, PhoneRequest
from crmdesk.domain.calls.live import Ability, AgentState, AgentStatus, PhoneLink, PhoneState, QuietHours
from crmdesk.domain.errors import CrmdeskError
from tests.support.desk import House

EVERYTHING = frozenset(Ability)
AMI = frozenset({Ability.DIAL, Ability.HANG_UP, Ability.TRANSFER, Ability.CONSULT, Ability.PAUSE})
COLLEAGUES = (
    Colleague("4002", "Jabu Mbeki", AgentState.READY),
    Colleague("4003", "Lucía Ferrer", AgentState.TALKING),
    Colleague("4004", "Renée Thibodeaux", AgentState.BREAK),
    Colleague("4005", "Hideo Tanaka", AgentState.OFFLINE),
)


class Exchange:
    """What the desk at the other end of a gateway finds. ``asked`` are the requests, each with its id, in order."""

    def __init__(self, house: House, abilities: frozenset[Ability] = AMI) -> None:
        self._house = house
        self.asked: list[tuple[UUID, PhoneRequest]] = []
        self.refusal: CrmdeskError | None = None
        self.colleagues: tuple[Colleague, ...] = COLLEAGUES
        self.answers = asyncio.Event()
        self.answers.set()
        house.desk.handset.reach(self._ask, self._colleagues)
        state = PhoneState(PhoneLink.CONNECTED, house.clock.now(), abilities=abilities)
        house.desk.phone.heard_state(state)
        self.tell_state(AgentState.READY)

    @property
    def requests(self) -> list[PhoneRequest]:
        """Return what was asked."""
        return [request for _, request in self.asked]

    def tell_state(self, state: AgentState, reason: str | None = None) -> None:
        """Let the phone system tell the agent's own state."""
        status = AgentStatus("4021", "Sam Okafor", state, self._house.clock.now(), reason)
        self._house.desk.phone.heard_status(status)

    def rule(self, quiet: QuietHours) -> None:
        """Let the house have other quiet hours."""
        state = self._house.desk.phone.state
        assert state is not None
        self._house.desk.phone.heard_state(replace(state, quiet=quiet))

    async def _ask(self, action_id: UUID, request: PhoneRequest) -> None:
        self.asked.append((action_id, request))
        await self.answers.wait()
        if self.refusal is not None:
            raise self.refusal

    async def _colleagues(self) -> tuple[Colleague, ...]:
        return self.colleagues
