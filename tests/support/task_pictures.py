"""Scenes of promises and tasks for ``tests.support.pictures``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtTest import QTest

from crmdesk.ui.pages.desk.work_rows import Work
from tests.support.callbacks import four_callbacks
from tests.support.desk import MARGARET, answered, hung_up, ringing
from tests.support.promises import five_promises

if TYPE_CHECKING:
    from tests.support.pictures import Stagehand

NOTE = (
    "Third call. Nobody came on 21 and 22 Dec, she stayed in both days. Flat is 12 °C, only the bedroom heater works, "
    "oxygen machine runs on mains."
)


async def promising(hand: Stagehand) -> None:
    """A promise is written in wrap-up and read back."""
    await _wrap_up(hand)
    await _write(hand, "call back tomorrow 10 about the heating")


async def promise_asked(hand: Stagehand) -> None:
    """The sentence does not tell which hour."""
    await _wrap_up(hand)
    await _write(hand, "call back tomorrow at 5 about the heating")


async def promised(hand: Stagehand) -> None:
    """A promise was made while nobody calls, and a callback is being written."""
    hand.page.open_customer(MARGARET)
    await hand.settled()
    await _write(hand, "send the large-print booklet Mon 4 Jan 9:00")
    hand.page.promises._enter()
    await hand.settled()
    hand.page.promises.open_callback()
    QTest.keyClicks(hand.page.view.call.note.promise.edit, "in 2 hours")
    await hand.settled()


async def _write(hand: Stagehand, text: str) -> None:
    hand.page.promises.open_promise()
    await hand.settled()
    QTest.keyClicks(hand.page.view.call.note.promise.edit, text)
    await hand.settled()


async def _wrap_up(hand: Stagehand) -> None:
    call = answered(ringing("margaret"))
    await hand.house.desk.phone.heard_call(call)
    await hand.settled()
    hand.page.pop.choose(1)
    await hand.settled()
    await hand.type_note(NOTE)
    await hand.house.desk.phone.heard_call(hung_up(call))
    await hand.settled()


async def work_of_mine(hand: Stagehand) -> None:
    """Callbacks, complaints and promises of an idle desk."""
    four_callbacks(hand.house)
    five_promises(hand.house)
    await asyncio.sleep(0.4)
    await hand.settled()
    view = hand.page.view.idle.sections[Work.PROMISE].table.view
    view.select(0)
    view.setFocus()
    await hand.settled()


async def tasks_page(hand: Stagehand) -> None:
    """Everything due, mine and what is free."""
    await work_of_mine(hand)
    hand.window.go_to("tasks")
    await asyncio.sleep(0.5)
    await hand.settled()


async def snoozing(hand: Stagehand) -> None:
    """Until when a promise is put off."""
    await work_of_mine(hand)
    hand.page.work.due.snooze()
    QTest.keyClicks(hand.page.work.due.snoozer.field, "tomorrow 9")
    await hand.settled()


async def handing_over(hand: Stagehand) -> None:
    """To whom a promise is handed."""
    await work_of_mine(hand)
    hand.page.work.due.hand_over()
    await asyncio.sleep(0.2)
    await hand.settled()


SCENES: dict[str, Callable[[Stagehand], Awaitable[None]]] = {
    "promise": promising,
    "promise-asked": promise_asked,
    "promised": promised,
    "due": work_of_mine,
    "tasks": tasks_page,
    "snoozing": snoozing,
    "handing-over": handing_over,
}
