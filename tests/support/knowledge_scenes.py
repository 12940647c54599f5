"""Scenes of knowledge for the pictures: a text module chosen and filled, an article and a script beside a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from crmdesk.domain.changes import Changes
from tests.support.clock import AFTERNOON
from tests.support.desk import OMARS_LINE, answered, ringing
from tests.support.knowledge import article_id, rows_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.support.pictures import Stagehand

NOTE = "Third call. Nobody came on 21 and 22 Dec, he stayed in both days. Flat is cold. "


async def talking(hand: Stagehand) -> None:
    """A call of the emergency queue, with a note that says what it is about."""
    hand.house.add(*rows_of())
    hand.house.bus.publish(Changes(everything=True))
    call = ringing("omar", OMARS_LINE, at=AFTERNOON)
    await hand.house.desk.phone.heard_call(call)
    await hand.house.desk.phone.heard_call(answered(call))
    await hand.settled()
    await hand.type_note(NOTE)
    await hand.waits_for(lambda: not hand.page.view.call.note.look_hint.isHidden())


async def choosing(hand: Stagehand) -> None:
    """A shortcut is typed: the list stands under the caret, the suggestion under the note."""
    await talking(hand)
    QTest.keyClicks(hand.page.view.call.note.text.editor, ";vul")
    await hand.settled()


async def filled(hand: Stagehand) -> None:
    """The module is in the note, what is still to be said is marked."""
    await choosing(hand)
    QTest.keyClick(hand.page.view.call.note.text.editor, Qt.Key.Key_Tab)
    await hand.settled()


async def reading(hand: Stagehand) -> None:
    """An article beside the call."""
    await talking(hand)
    hand.page.knowledge.open_article(article_id("no-heat-health"))
    await hand.settled()


async def following(hand: Stagehand) -> None:
    """A script beside the call, after two answers."""
    await talking(hand)
    hand.page.knowledge.choose_script()
    await hand.settled()
    for place in (2, 3, 1):
        hand.page.knowledge.scripts.pane.answer(place)
        await hand.settled()


KNOWLEDGE_SCENES: dict[str, Callable[[Stagehand], Awaitable[None]]] = {
    "text-module": choosing,
    "text-module-filled": filled,
    "article": reading,
    "script": following,
}
