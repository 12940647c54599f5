"""The door to the radar: what is open today, and who took note of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from crmdesk.domain.radar.views import RadarView, where
from tests.support.desk import ME, House, known_id, open_house
from tests.support.radar_house import A_RISE, RISING_DAYS, a_rise, quiet_days

ROSA = replace(ME, agent_id=known_id("rosa"), login="rosa", display_name="Rosa Osei")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Return a desk with quiet days and a rise."""
    opened = open_house(tmp_path)
    opened.add(*quiet_days(), *a_rise())
    yield opened
    opened.close()


async def view(house: House) -> RadarView:
    """Return what is open today."""
    return await house.desk.radar.look(UTC)


def test_a_rise_is_one_alert_with_its_complaints(house: House) -> None:
    async def story() -> None:
        found = await view(house)
        assert len(found.rows) == 1
        alert = found.rows[0].alert
        assert where(alert.cell) == "HomeCover Plus, Fault not repaired, Leeds"
        assert alert.latest.observed >= A_RISE
        behind = await house.desk.radar.cases(alert)
        assert {row.id for row in a_rise()} <= {row.id for row in behind}
        assert len(a_rise()) == A_RISE * RISING_DAYS

    asyncio.run(story())


def test_a_note_is_kept_for_whoever_took_it_and_can_be_taken_back(house: House) -> None:
    async def story() -> None:
        found = await view(house)
        await house.desk.radar.take_note(found.rows[0].alert, found.day)
        assert (await view(house)).untold == ()
        house.desk.signed_in(ROSA, house.database)
        assert len((await view(house)).untold) == 1
        house.desk.signed_in(ME, house.database)
        again = await view(house)
        assert again.rows[0].noted
        await house.desk.radar.forget(again.rows[0].alert)
        assert len((await view(house)).untold) == 1

    asyncio.run(story())


def test_a_rise_after_quiet_weeks_is_told_again(house: House) -> None:
    async def story() -> None:
        found = await view(house)
        await house.desk.radar.take_note(found.rows[0].alert, found.day)
        house.clock.advance(15 * 86_400)
        assert (await view(house)).rows == ()

    asyncio.run(story())


def test_on_a_young_desk_it_says_from_when_it_can_tell(tmp_path: Path) -> None:
    house = open_house(tmp_path)

    async def story() -> RadarView:
        house.add(*a_rise(each=9))
        return await view(house)

    found = asyncio.run(story())
    house.close()
    assert found.rows == ()
    assert found.ready_on is not None
    assert found.ready_on > found.day


def test_a_cell_is_said_without_what_it_has_no_name_for(house: House) -> None:
    found = asyncio.run(view(house)).rows[0].alert.cell
    assert where(found) == ", ".join(part for part in found.parts if part)
