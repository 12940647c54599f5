"""Pictures of the routing page: a rule being written, a dry run, editions, publishing where somebody was first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdesk.ui.frame.page import Place
    from crmdesk.ui.pages.routing.page import RoutingPage
    from tests.support.desk import House


async def _opened(house: House, place: Place) -> RoutingPage:
    from crmdesk.ui.pages.routing.page import RoutingPage
    from tests.support.routed import PaperRules

    house.desk.routing.reach(PaperRules(place.clock.now()))
    place.window.go_to("routing")
    page = place.window.page("routing")
    assert isinstance(page, RoutingPage)
    async with asyncio.timeout(10):
        while not page.editing.ready:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    return page


async def rule(house: House, place: Place) -> None:
    """A rule is being written."""
    page = await _opened(house, place)
    page.form.name.edit.setText("Gas, safety and floods first")
    page.form.start()


async def dry_run(house: House, place: Place) -> None:
    """The rules were tried."""
    page = await _opened(house, place)
    page.try_rules()


async def elsewhere(house: House, place: Place) -> None:
    """What would go elsewhere is looked at."""
    from crmdesk.ui.pages.routing.try_pane import Which

    page = await _opened(house, place)
    page.try_rules()
    await asyncio.sleep(0.2)
    page.attempt.tabs.choose(Which.ELSEWHERE)
    page.attempt._look()


async def past(house: House, place: Place) -> None:
    """An older edition is looked at."""
    page = await _opened(house, place)
    page.look_at_editions()
    page.editions.table.view.select(1)


async def publishing(house: House, place: Place) -> None:
    """Somebody published in between."""
    page = await _opened(house, place)
    page.list.view.select(3)
    page.move_up()
    page.pause()
    page.finish()
    page.publishing.why.edit.setText("Bills of vulnerable customers went to the wrong team")
    page.publishing.finish()
    await asyncio.sleep(0.2)
