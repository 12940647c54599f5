"""What the desk makes of calls that the gateway tells."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from crmdesk.domain.calls.live import AgentCall, Phase, RingResult
from crmdesk.domain.interactions import InteractionState
from crmdesk.domain.knock import Knock
from crmdesk.models.interaction import Interaction
from crmdesk.models.local import Outbox
from crmdesk.models.unit_of_work import UnitOfWork
from crmdesk.runtime.bus import CallChanged
from crmdesk.services import interactions
from tests.runtime.conftest import Eye, run
from tests.support.desk import House, answered, hung_up, known_id, open_house, ringing


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = open_house(tmp_path)
    yield opened
    opened.close()


async def rows(house: House, model: type[Interaction | Outbox]) -> int:
    return await house.database.read(lambda uow: uow.session.query(model).count())


def test_calls_that_ended_before_a_new_profile_came_are_left_to_the_sync(house: House) -> None:
    async def story() -> None:
        seen = Eye(house.bus, CallChanged)
        before = await rows(house, Interaction)
        await house.desk.phone.heard_call(hung_up(answered(ringing())))
        assert not seen.seen
        assert await rows(house, Interaction) == before
        assert await rows(house, Outbox) == 0

    run(story())


def test_a_call_wrapped_up_before_a_restart_is_not_brought_back(house: House) -> None:
    call = answered(ringing())

    async def story() -> None:
        await house.database.write(interactions.opened, call)
        await house.database.write(interactions.wrap_up, call.contact_id, known_id("outcome passed"), "")
        seen = Eye(house.bus, CallChanged)
        await house.desk.phone.heard_call(hung_up(call))
        assert not seen.seen

    run(story())


def test_a_call_whose_end_was_missed_waits_for_its_wrap_up(house: House) -> None:
    call = answered(ringing())

    async def story() -> None:
        await house.database.write(interactions.opened, call)
        seen = Eye(house.bus, CallChanged)
        await house.desk.phone.heard_call(hung_up(call))
        assert len(seen.seen) == 1
        state = await house.database.read(interactions.state_of, call.contact_id)
        assert state is not None
        assert state.value == "wrap_up"

    run(story())


def test_an_end_that_was_being_looked_at_when_the_link_ended_is_heard_when_it_is_repeated(house: House) -> None:
    call = answered(ringing())

    async def story() -> None:
        await house.database.write(interactions.opened, call)
        seen = Eye(house.bus, CallChanged)
        hearing = asyncio.ensure_future(house.desk.phone.heard_call(hung_up(call)))
        await asyncio.sleep(0)
        hearing.cancel()
        await asyncio.wait((hearing,))
        assert hearing.cancelled()
        await house.desk.phone.heard_call(hung_up(call))
        assert len(seen.seen) == 1

    run(story())


def keys_of(house: House) -> list[str]:
    """Return the keys of the calls in the lane."""
    return [call.key for call in house.desk.phone.calls]


def end_of(uow: UnitOfWork, contact: UUID) -> tuple[object, ...]:
    """Return what is kept of the end of a call."""
    columns = (Interaction.answered_at, Interaction.ended_at, Interaction.talk_s, Interaction.ended_by)
    return tuple(uow.session.execute(select(*columns).where(Interaction.id == contact)).one())


def told(call: AgentCall, revision: int) -> AgentCall:
    """Return the call as a gateway tells it."""
    return replace(call, agent="1001", revision=revision)


def test_of_the_calls_that_do_not_go_on_the_desk_is_told_the_end(house: House) -> None:
    talk = told(answered(ringing("talk")), 10)
    goes_on = told(answered(ringing("goes-on")), 10)
    ring = told(ringing("ring"), 10)
    newer = told(ringing("newer"), 21)

    async def story() -> None:
        phone = house.desk.phone
        calls: tuple[AgentCall, ...] = (talk, goes_on, ring, newer)
        for call in calls:
            await phone.heard_call(call)
        seen = Eye(house.bus, CallChanged)
        await phone.heard_open(["goes-on"], 20)
        assert {call.key for call in phone.calls} == {"goes-on", "newer"}
        ended: dict[str, AgentCall] = {event.call.key: event.call for event in seen.seen}
        assert ended.keys() == {"talk", "ring"}
        assert (ended["talk"].ring_result, ended["talk"].ended_by) == (talk.ring_result, None)
        assert ended["ring"].ring_result is None
        state = await house.database.read(interactions.state_of, talk.contact_id)
        assert state is InteractionState.WRAP_UP
        kept = await house.database.read(end_of, talk.contact_id)
        assert kept == (talk.answered_at, ended["talk"].ended_at, None, None)

    run(story())


def test_a_call_that_is_told_after_all_is_there_again(house: House) -> None:
    talk = told(answered(ringing()), 10)

    async def story() -> None:
        await house.desk.phone.heard_call(talk)
        await house.desk.phone.heard_open([], 20)
        assert keys_of(house) == []
        await house.desk.phone.heard_call(replace(talk, revision=30))
        assert keys_of(house) == [talk.key]

    run(story())


def test_a_call_that_a_program_on_this_computer_told_of_is_none_of_the_gateways(house: House) -> None:
    async def story() -> None:
        await house.desk.beside.told(Knock("+13055550123"))
        await house.desk.phone.heard_open([], 20)
        assert len(house.desk.phone.calls) == 1

    run(story())


def test_what_this_desk_saw_answered_stays_answered_when_a_gateway_knows_only_of_the_ring(house: House) -> None:
    talk = told(answered(ringing()), 10)
    ring = replace(talk, phase=Phase.RINGING, answered_at=None, ring_result=None, revision=20)
    assert talk.answered_at is not None
    over = talk.answered_at + timedelta(seconds=30)
    ended = replace(ring, phase=Phase.ENDED, ended_at=over, ring_result=RingResult.NO_ANSWER, revision=21)

    async def story() -> None:
        phone = house.desk.phone
        await phone.heard_call(talk)
        await phone.heard_call(ring)
        assert [(call.phase, call.answered_at) for call in phone.calls] == [(Phase.TALKING, talk.answered_at)]
        seen = Eye(house.bus, CallChanged)
        await phone.heard_call(ended)
        (event,) = seen.seen
        assert (event.call.ring_result, event.call.talk_s) == (RingResult.ANSWERED, 30.0)
        state = await house.database.read(interactions.state_of, talk.contact_id)
        assert state is InteractionState.WRAP_UP

    run(story())
