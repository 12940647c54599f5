"""What the desk makes of calls that the gateway tells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmdesk.models.interaction import Interaction
from crmdesk.models.local import Outbox
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
